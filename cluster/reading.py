"""What all regions of a lab say: read, compared, and waited for until it is the same."""
import datetime
import json
import os
import shutil
import time

from chaos_plan import REGIONS
from lab import LabError, call
from wanlab import SITES

AGREE_SECONDS = 60
CLOCKS_DIFFER = 1


def without_label(value):
    """An answer without what says who reads it, when, and how far the log is known there."""
    if isinstance(value, dict):
        return {k: without_label(v) for k, v in value.items() if k not in ("label", "readAt")}
    return [without_label(v) for v in value] if isinstance(value, list) else value


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def difference(one, other, path=""):
    """Where two answers differ first, in words; empty if they do not. When a region pages next it counts from when
    it first saw the run, if that was before the log's own time for it: clocks differ by a little."""
    if path.endswith("/nextDue") and one and other and abs(seconds(one) - seconds(other)) < CLOCKS_DIFFER:
        return ""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            found = difference(one.get(key), other.get(key), f"{path}/{key}")
            if found:
                return found
        return ""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next(filter(None, (difference(a, b, f"{path}/{i}") for i, (a, b) in enumerate(zip(one, other)))), "")
    return "" if one == other else f"{path}: {str(one)[:90]} | {str(other)[:90]}"


class Reader:
    """Mixed into a run; `lab` and `folder` are the run's, `incidents` what it knows by name."""

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, value):
        with open(self.path(name), "w") as file:
            json.dump(value, file)

    def get(self, region, path):
        """An answer of a region, None if it has none; a busy machine may need a second try."""
        for _ in range(5):
            try:
                status, answer = call(self.lab.url(region) + path, token=self.lab.token)
                return answer if status == 200 else None
            except OSError:
                time.sleep(0.5)
        raise LabError(f"{region} does not answer {path}: see {self.path(region)}.log")

    def known(self):
        found = set(self.incidents.values()) | {m["headers"].get("X-Meridian-Incident") for m in self.lab.mails()}
        for region in REGIONS:
            found |= {i["id"] for i in self.get(region, "/api/v1/incidents?all=true")["incidents"]}
        return sorted(found - {None})

    def read_all(self, timelines=False):
        state = {region: {} for region in REGIONS}
        for incident in self.known():
            for region in REGIONS:
                answer = {"detail": self.get(region, f"/api/v1/incidents/{incident}")}
                if timelines:
                    answer["timeline"] = self.get(region, f"/api/v1/incidents/{incident}/timeline?verify=true")
                state[region][incident] = answer
        return state

    def picture(self, region):
        """What has to be the same in every region; and how many facts are in no log yet."""
        found, unmerged = {}, self.get(region, "/api/v1/cluster").get("unmergedFacts", 0)
        for one in self.get(region, "/api/v1/incidents?all=true")["incidents"]:
            detail = self.get(region, f"/api/v1/incidents/{one['id']}")
            timeline = self.get(region, f"/api/v1/incidents/{one['id']}/timeline")
            unmerged += detail["summary"]["label"]["unmergedFacts"]
            found[one["id"]] = {"detail": without_label(detail),
                                "timeline": [e.get("digest", "") for e in timeline["entries"]]}
        return found, unmerged

    def wait_equal(self, name):
        """Seconds from now until all regions say the same of every incident; None if they never do. Each look is a
        line of the file `name`."""
        began = time.time()
        with open(self.path(name), "w") as file:
            while time.time() < began + AGREE_SECONDS:
                pictures = {region: self.picture(region) for region in REGIONS}
                unmerged = {region: number for region, (_, number) in pictures.items()}
                states = [found for found, _ in pictures.values()]
                differs = difference(states[0], states[1], "") or difference(states[1], states[2], "")
                after = time.time() - began
                file.write(json.dumps({"after": after, "unmerged": unmerged, "differs": differs}) + "\n")
                if not differs and not any(unmerged.values()):
                    return after
                time.sleep(0.1)
        self.write(f"{name}-unequal.json", pictures)
        return None

    def keep_disks(self):
        for name in SITES:
            if os.path.isdir(self.lab.disk(name)):
                shutil.copytree(self.lab.disk(name), self.path(f"disk-{name}"), dirs_exist_ok=True)
