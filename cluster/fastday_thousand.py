"""A thousand open incidents change hands in one request, on real processes with a wide-area network between them. See
cluster/fastday."""
import concurrent.futures
import datetime
import json
import random
import statistics
import threading
import time
import urllib.request

from chaos_plan import REGIONS
from fastday_plan import roster
from lab import LabError, call
from reading import Reader
from wanlab import PROGRAM, WanLab

CLIENTS, LOOK_EVERY, PATIENCE = 48, 0.1, 60
LOOKS = "/api/v1/handoffs"


class Thousand(Reader):
    """One run: `count` incidents that ana of eu commands, offered to joao of us, who accepts."""

    FROM, TO, BY, NEXT = "eu", "us", "eu-ana", "us-joao"

    def __init__(self, count, folder, say):
        self.count, self.folder, self.say = count, folder, say
        self.lab = WanLab(folder, PROGRAM)
        self.incidents, self.samples, self.lock = {}, [], threading.Lock()
        self.is_over = threading.Event()

    def play(self):
        """What was measured."""
        self.start()
        self.open()
        found = {"count": self.count}
        offered = self.many("offer", self.FROM, {"by": self.BY, "all": True, "to": self.NEXT})
        found["offer_s"] = round(offered["seconds"], 2)
        self.wait_offers()
        self.wait_quiet()
        threads = [threading.Thread(target=self.look, args=(region,), daemon=True) for region in REGIONS]
        for thread in threads:
            thread.start()
        time.sleep(1)
        accepted = self.many("accept", self.TO, {"by": self.NEXT, "all": True, "readBack": "all of eu's"})
        found["accept_answered_s"] = round(accepted["seconds"], 2)
        found["answers"] = accepted["answers"]
        self.wait_owned(accepted["sent"])
        self.is_over.set()
        for thread in threads:
            thread.join()
        found |= self.moments(accepted["sent"])
        found |= self.decided(accepted["sent"])
        return found

    def start(self):
        lab = self.lab
        lab.make_all()
        text = roster(lab.key("checkout"), [("eu", None, None)])
        with open(f"{lab.files}/roster.yaml", "w") as file:
            file.write(text)
        for name in lab.members:
            lab.start_member(name)
        lab.wait_ready(lab.members)
        lab.wait_majority(lab.regions)
        time.sleep(2.5)

    def open(self):
        """So many incidents, taken on and commanded by the one of eu, who owns them then."""
        began = time.time()
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            for number, incident in pool.map(self.open_one, range(self.count)):
                self.incidents[number] = incident
        self.say(f"{self.count} incidents are open, taken on and commanded after {time.time() - began:.1f} s")
        self.lab.wait(f"{self.count} incidents commanded in eu and owned there", lambda: self.count == min(
            self.tally(r, self.BY, self.FROM)[2] for r in REGIONS), 120)
        self.wait_quiet()

    def open_one(self, number):
        for _ in range(3):
            status, answer = self.lab.fire(self.FROM, f"one of a thousand, {number}", "SEV3")
            if status == 200:
                break
        incident = answer["incident"]
        for what, body in (("commander", {"person": self.BY}), ("acknowledge", {})):
            status, answer = call(f"{self.lab.url(self.FROM)}/api/v1/incidents/{incident}/{what}",
                                  {"by": self.BY, **body}, token=self.lab.token)
            if status != 200:
                raise LabError(f"{what} was answered {status}: {answer}")
        return number, incident

    def many(self, step, region, body):
        """Offers or accepts all in one request."""
        sent = time.time()
        status, answer = call(f"{self.lab.url(region)}/api/v1/handoffs/{step}", body, token=self.lab.token, timeout=60)
        took = time.time() - sent
        if status != 200:
            raise LabError(f"{step} was answered {status}: {answer}")
        answers = {}
        for one in answer["results"]:
            word = one["acceptance"]["durability"] if "acceptance" in one else one["problem"]["detail"]
            answers[word] = answers.get(word, 0) + 1
        self.say(f"{step} of all was answered after {took:.2f} s: {answers}")
        if len(answer["results"]) != self.count or set(answers) - {"quorum", "local"}:
            raise LabError(f"{step} of {self.count} incidents came to {answers}")
        return {"sent": sent, "seconds": took, "answers": answers}

    # --- looking ---------------------------------------------------------------------------------------

    def ask(self, region, path):
        request = urllib.request.Request(self.lab.url(region) + path,
                                         headers={"Authorization": f"Bearer {self.lab.token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def tally(self, region, person, owner):
        """(incidents commanded by a person, owned by a region, both) as a region says."""
        text = self.ask(region, LOOKS)
        # Reading it as what it is would cost this machine more than the region's answer does.
        counts = tuple(text.count(f'"{key}":"{value}"'.encode())
                       for key, value in (("commander", person), ("owner", owner)))
        return (*counts, min(counts))

    def look(self, region):
        """At all of them only once a few say that it may be worth it: a look at all is work for the region."""
        few = random.Random(region).sample(sorted(self.incidents.values()), 3)
        is_commanded = False
        while not self.is_over.wait(LOOK_EVERY):
            try:
                details = [json.loads(self.ask(region, f"/api/v1/incidents/{incident}")) for incident in few]
                if not is_commanded and any(d.get("commander") != self.NEXT for d in details) or is_commanded and any(
                        d["summary"]["label"].get("owner") != self.TO for d in details):
                    continue
                began = time.time()
                commanded, owned, _ = self.tally(region, self.NEXT, self.TO)
            except OSError:
                continue
            is_commanded = is_commanded or commanded == self.count
            with self.lock:
                self.samples.append((region, began, commanded, owned, time.time()))

    def wait_offers(self):
        self.lab.wait("offers known everywhere", lambda: all(
            self.ask(r, LOOKS).count(b'"state":"open"') == self.count for r in REGIONS), 60)

    def wait_quiet(self):
        """Until everything is in the log everywhere and no mail has come for two seconds."""
        before = None
        for _ in range(60):
            now = (len(self.lab.mails()), [self.get(r, "/api/v1/cluster").get("unmergedFacts", 0) for r in REGIONS])
            if now == before and not any(now[1]):
                return
            before = now
            time.sleep(2)
        raise LabError(f"it does not come to rest: {before}")

    def wait_owned(self, sent):
        def is_done():
            with self.lock:
                return all(any(s[0] == r and s[2] == s[3] == self.count for s in self.samples) for r in REGIONS)
        self.lab.wait("ownership that follows", is_done, PATIENCE)

    def moments(self, sent):
        """Seconds from the request until a look that began then saw all of it; an upper bound, by the time between
        two looks at most too high."""
        found = {"known_s": {}, "owned_s": {}}
        for region in REGIONS:
            mine = [s for s in self.samples if s[0] == region]
            found["known_s"][region] = round(min(s[1] for s in mine if s[2] == self.count) - sent, 2)
            found["owned_s"][region] = round(min(s[1] for s in mine if s[3] == self.count) - sent, 2)
        return found

    def decided(self, sent):
        """When the owner wrote each decision into its log, by the owner's clock: all clocks here are one."""
        at = []
        for one in self.get(self.FROM, f"{LOOKS}?all=true")["handoffs"]:
            if one["state"] == "accepted":
                at.append(stamp(one["endedAt"]) - sent)
        if len(at) != self.count:
            raise LabError(f"{len(at)} of {self.count} offers were accepted")
        return {"decided_s": {"first": round(min(at), 2), "median": round(statistics.median(at), 2),
                              "last": round(max(at), 2)}}


def stamp(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def tell(found):
    """What was measured, in lines."""
    lines = [f"{found['count']} incidents, offered and accepted in one request each; seconds from that request on",
             f"  {'offer answered':44} {found['offer_s']:.2f}",
             f"  {'acceptance answered':44} {found['accept_answered_s']:.2f}  {found['answers']}",
             f"  {'command decided, first / median / last':44} "
             + " / ".join(f"{found['decided_s'][k]:.2f}" for k in ("first", "median", "last"))]
    for name, key in (("all of it known", "known_s"), ("all of it owned by the incoming region", "owned_s")):
        lines.append(f"  {name + ', as each region says':44} "
                     + ", ".join(f"{r} {s:.2f}" for r, s in found[key].items()))
    lines.append(f"  {'all of it known, counted from the answer':44} "
                 + ", ".join(f"{r} {s - found['accept_answered_s']:.2f}" for r, s in found["known_s"].items()))
    return "\n".join(lines)
