"""One run of a scenario of cluster/apart: a cluster of its own, a cut, what people do on each side, healing. All that
was asked, answered, mailed and read is written into the run's folder; apart_check judges the folder."""
import json
import os
import shutil
import threading
import time

from apart_plan import make_acts, make_cast
from chaos_client import Ledger, exchange
from chaos_plan import REGIONS
from lab import LabError, call
from wanlab import PROGRAM, SITES, WanLab

LEVEL_SECONDS = 12
# Seconds: how long is waited for equal state (apart_check asks for 10), and how long after healing people look on
# before they take on the rest: as long as a page may take.
AGREE_SECONDS, LOOK_ON, BEFORE_HEALING = 60, 18, 2


def without_label(value):
    """An answer without what says who reads it, when, and how far the log is known there."""
    if isinstance(value, dict):
        return {k: without_label(v) for k, v in value.items() if k not in ("label", "readAt")}
    return [without_label(v) for v in value] if isinstance(value, list) else value


def difference(one, other, path=""):
    """Where two answers differ first, in words; empty if they do not."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            found = difference(one.get(key), other.get(key), f"{path}/{key}")
            if found:
                return found
        return ""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next(filter(None, (difference(a, b, f"{path}/{i}") for i, (a, b) in enumerate(zip(one, other)))), "")
    return "" if one == other else f"{path}: {str(one)[:90]} | {str(other)[:90]}"


class Run:
    """One run."""

    def __init__(self, scenario, number, seconds, folder, say):
        self.scenario, self.number, self.seconds, self.folder = scenario, number, seconds, folder
        self.lab = WanLab(folder, PROGRAM, number, LEVEL_SECONDS)
        self.say, self.incidents, self.times, self.problems = say, {}, {}, []
        self.ledger = Ledger(self.path("ledger.jsonl"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, value):
        with open(self.path(name), "w") as file:
            json.dump(value, file)

    # --- the course of it ------------------------------------------------------------------------------

    def play(self):
        self.start()
        owner = self.open_before()
        cast = make_cast(self.scenario, self.number, owner)
        self.say(f"{owner} owns the open incident; {cast.words}, for {self.seconds} s")
        self.cut(cast)
        self.act(make_acts(cast, self.seconds, self.lab.people()))
        self.wait_until(self.times["cut"] + self.seconds - BEFORE_HEALING)
        self.write("apart.json", self.read_all())
        self.wait_until(self.times["cut"] + self.seconds)
        self.heal(cast)
        agreed = self.wait_equal("healing.jsonl")
        self.say(f"equal state {agreed:.1f} s after healing" if agreed is not None else "no equal state in time")
        self.wait_until(self.times["healed"] + LOOK_ON)
        self.acknowledge_rest()
        # One level more, for a page that ought not to come.
        time.sleep(LEVEL_SECONDS + 4)
        again = self.wait_equal("end.jsonl")
        self.finish(cast, owner, agreed, again)

    def start(self):
        lab = self.lab
        lab.make_all()
        for name in lab.members:
            lab.start_member(name)
        lab.wait_ready(lab.members)
        lab.wait_majority(lab.regions)
        time.sleep(2.5)  # A node that has just started leaves overdue pages to others for two seconds.
        self.times["start"] = time.time()

    def open_before(self):
        """Opens the incident that everybody knows before the cut, and waits until its first page is in every log;
        the region that owns it."""
        self.fire("all", REGIONS[self.number % 3], "before", "warning")
        incident = self.incidents["before"]

        def is_known():
            found = [self.lab.incident(r, incident) for r in REGIONS]
            return all(f and f["summary"]["label"]["unmergedFacts"] == 0 and f["summary"]["pagesDelivered"]
                       for f in found) and found[0]["summary"]["label"]["owner"]

        return self.lab.wait("incident that all regions know", is_known, 30)

    def cut(self, cast):
        self.times["cut"] = time.time()
        for a, b in cast.ways:
            self.lab.set_link(a, b, cut=True)
        self.times["struck"] = time.time()

    def heal(self, cast):
        self.times["ended"] = time.time()
        self.lab.relay.heal()
        self.times["healed"] = time.time()
        with open(self.path("faults.jsonl"), "w") as file:
            file.write(json.dumps({**cast.fault, "words": cast.words, "began": self.times["cut"],
                                   "struck": self.times["struck"], "ended": self.times["ended"],
                                   "ready": self.times["healed"]}) + "\n")
        self.say("healed")

    def finish(self, cast, owner, agreed, again):
        for name in self.lab.members:
            if self.lab.pid(name) is None:
                self.problems.append(f"{name} has ended by itself: see {self.path(name)}.log")
        self.write("state.json", self.read_all(timelines=True))
        self.write("conflicts.json", {r: self.get(r, "/api/v1/conflicts?all=true") for r in REGIONS})
        self.write("run.json", {
            "seed": self.number, "seconds": self.seconds, "level_seconds": LEVEL_SECONDS, **self.times,
            "ended": time.time(), "agreed": agreed, "agreed_again": again, "members": self.lab.member_ids(),
            "problems": self.problems, "scenario": self.scenario, "number": self.number, "owner": owner,
            "incidents": self.incidents, "people": self.lab.people(), "program": PROGRAM})

    @staticmethod
    def wait_until(moment):
        time.sleep(max(0, moment - time.time()))

    # --- requests --------------------------------------------------------------------------------------

    def act(self, acts):
        threads = [threading.Thread(target=self.do, args=(act,), daemon=True) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def do(self, act):
        self.wait_until(self.times["cut"] + act.at)
        if act.what == "fire":
            return self.fire(act.side, act.region, act.story, "critical")
        body = {"by": act.by}
        if act.what == "severity":
            body |= {"severity": act.value, "reason": f"as {act.side} sees it"}
        elif act.what == "commander":
            body |= {"person": act.value, "reason": f"for {act.side}"}
        self.command(act.side, act.region, act.what, act.story, body, act.value)

    def fire(self, side, region, story, severity):
        title = f"apart {self.number}: {story}"
        status, headers, _, record = self.ask(region, f"/v1/alerts/{self.lab.key()}",
                                              {"title": title, "severity": severity})
        incident = headers.get("Meridian-Incident")
        if status in (200, 202):
            record["answer"] = headers.get("Meridian-Durability", "done")
            known = self.incidents.setdefault(story, incident)
            if known != incident:
                self.problems.append(f"'{story}' is {known[:8]} and, at {region}, {incident[:8]}")
        self.note(side, story, record, what="fire", way="plain", incident=incident, title=title, by="", value=severity)

    def command(self, side, region, what, story, body, value=""):
        incident, verb = self.incidents[story], "acknowledge" if what == "ack" else what
        status, _, text, record = self.ask(region, f"/api/v1/incidents/{incident}/{verb}", body)
        if status == 200:
            record["answer"] = json.loads(text)["durability"]
        self.note(side, story, record, what=what, way="api", incident=incident, by=body["by"], value=value)

    def ask(self, region, path, body):
        sent = time.time()
        status, headers, text = exchange(self.lab.url(region) + path, body, token=self.lab.token)
        record = {"region": region, "sent": sent, "answered": time.time(), "status": status,
                  "answer": "refused" if status else "none", "detail": "" if status in (200, 202) else text[:300]}
        return status, headers, text, record

    def note(self, side, story, record, **more):
        self.ledger.write(side=side, story=story, **record, **more)
        after = f"{record['sent'] - self.times['cut']:.1f} s after the cut" if "cut" in self.times else "before the cut"
        self.say(f"  {side}, {record['region']}: {more['what']} '{story}' {more['value']} {more['by']}: "
                 f"{record['answer']} after {record['answered'] - record['sent']:.2f} s ({after})")

    def acknowledge_rest(self):
        """Somebody takes on what nobody has yet, through one region after the other."""
        for number, (story, incident) in enumerate(sorted(self.incidents.items())):
            region = REGIONS[(self.number + number) % 3]
            found = self.lab.incident(region, incident)
            if not found or found["summary"]["status"] == "triggered":
                self.command("all", region, "ack", story, {"by": self.lab.people()[number % 3]})

    # --- reading ---------------------------------------------------------------------------------------

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
                    answer["timeline"] = self.get(region, f"/api/v1/incidents/{incident}/timeline")
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
