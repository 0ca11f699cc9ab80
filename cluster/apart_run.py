"""One run of a scenario of cluster/apart: a cluster of its own, a cut, what people do on each side, healing. All that
was asked, answered, mailed and read is written into the run's folder; apart_check judges the folder."""
import json
import threading
import time

from apart_coordinators import AN_HOUR, SECOND, SECOND_PORT, add_second, start_second, variant
from apart_plan import CROSSED, TWIN, make_acts, make_cast
from chaos_client import Ledger, exchange
from chaos_plan import REGIONS
from lab import call
from reading import Reader
from wanlab import PROGRAM, WanLab

LEVEL_SECONDS = 12
# Seconds: how long after healing people look on before they take on the rest: as long as a page may take.
LOOK_ON, BEFORE_HEALING = 18, 2
# The region that a second coordinator runs beside; it is never cut off with the first.
SECOND_BESIDE = "us"


class Run(Reader):
    """One run."""

    def __init__(self, scenario, number, seconds, folder, say):
        self.scenario, self.number, self.seconds, self.folder = scenario, number, seconds, folder
        self.lab = WanLab(folder, PROGRAM, number, LEVEL_SECONDS)
        self.say, self.incidents, self.times, self.problems = say, {}, {}, []
        self.ledger = Ledger(self.path("ledger.jsonl"))
        self.coordinators = variant(scenario, number)

    # --- the course of it ------------------------------------------------------------------------------

    def play(self):
        self.start()
        owner = self.open_before()
        cast = make_cast(self.scenario, self.number, owner)
        if self.coordinators == "two":
            start_second(self.lab, SECOND_BESIDE)
            time.sleep(2)
        elif self.coordinators == "late":
            self.lab.stop("coordinator")
        self.say(f"{owner} owns the open incident; {cast.words}, for {self.seconds} s")
        self.cut(cast)
        self.act(make_acts(cast, self.seconds, self.lab.people()))
        self.wait_until(self.times["cut"] + self.seconds - BEFORE_HEALING)
        self.write("apart.json", self.read_all())
        self.wait_until(self.times["cut"] + self.seconds)
        self.heal(cast)
        agreed = self.wait_equal("healing.jsonl")
        self.say(f"equal state {agreed:.1f} s after healing" if agreed is not None else "no equal state in time")
        if self.coordinators == "late":
            self.lab.set_clock("coordinator", AN_HOUR)
            self.lab.start_member("coordinator")
            self.lab.wait_ready(["coordinator"])
            self.say("the coordinator is back, its clock an hour on")
        self.wait_until(self.times["healed"] + LOOK_ON)
        self.acknowledge_rest()
        # One level more, for a page that ought not to come.
        time.sleep(LEVEL_SECONDS + 4)
        again = self.wait_equal("end.jsonl")
        self.finish(cast, owner, agreed, again)

    def start(self):
        lab = self.lab
        lab.make_all()
        here = [n for n in lab.members if n != "coordinator" or self.coordinators != "none"]
        if self.coordinators == "two":
            add_second(lab, SECOND_BESIDE)
        for name in here:
            lab.start_member(name)
        lab.wait_ready(here)
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

        owner = self.lab.wait("incident that all regions know", is_known, 30)
        self.open_crossed()
        return owner

    def open_crossed(self):
        """Two mild ones that somebody has taken on: they page nobody, whatever becomes of their merges."""
        for number, story in enumerate(CROSSED):
            self.fire("all", REGIONS[(self.number + number) % 3], story, "info")
            self.command("all", REGIONS[self.number % 3], "ack", story, {"by": self.lab.people()[0]})
            time.sleep(0.5)  # Whose clock is behind must not make the second the first.

        def are_known():
            found = [self.lab.incident(r, self.incidents[story]) for r in REGIONS for story in CROSSED]
            return all(f and f["summary"]["label"]["unmergedFacts"] == 0 and f["summary"]["status"] == "acknowledged"
                       for f in found)

        self.lab.wait("incidents to merge, known everywhere", are_known, 30)

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
        here = [n for n in self.lab.members if n != "coordinator" or self.coordinators != "none"]
        for name in here + ([SECOND] if self.coordinators == "two" else []):
            if self.lab.pid(name) is None:
                self.problems.append(f"{name} has ended by itself: see {self.path(name)}.log")
        self.write("state.json", self.read_all(timelines=True))
        self.write("conflicts.json", {r: self.get(r, "/api/v1/conflicts?all=true") for r in REGIONS})
        views = {name: call(f"{url}/api/v1/coordinator", token=self.lab.token)[1]["incidents"]
                 for name, url in self.coordinator_urls().items()}
        self.write("run.json", {
            "seed": self.number, "seconds": self.seconds, "level_seconds": LEVEL_SECONDS, **self.times,
            "ended": time.time(), "agreed": agreed, "agreed_again": again, "members": self.lab.member_ids(),
            "problems": self.problems, "scenario": self.scenario, "number": self.number, "owner": owner,
            "incidents": self.incidents, "people": self.lab.people(), "program": PROGRAM,
            "coordinators": self.coordinators, "views": views})

    def coordinator_urls(self):
        """The coordinators that live in the end."""
        urls = {} if self.coordinators == "none" else {"coordinator": self.lab.url("coordinator")}
        if self.coordinators == "two":
            urls[SECOND] = f"http://{self.lab.address(SECOND_BESIDE)}:{SECOND_PORT}"
        return urls

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
            return self.fire(act.side, act.region, act.story, act.value or "critical")
        body = {"by": act.by}
        if act.what == "severity":
            body |= {"severity": act.value, "reason": f"as {act.side} sees it"}
        elif act.what == "commander":
            body |= {"person": act.value, "reason": f"for {act.side}"}
        elif act.what == "merge":
            body |= {"with": self.incidents[act.value], "reason": f"one problem to {act.side}"}
        self.command(act.side, act.region, act.what, act.story, body, act.value)

    def fire(self, side, region, story, severity):
        title = f"apart {self.number}: {story}"
        body = {"title": title, "severity": severity}
        if story.startswith(TWIN):
            body["details"] = {"cluster": "db-7", "job": "postgres"}
        status, headers, _, record = self.ask(region, f"/v1/alerts/{self.lab.key()}", body)
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
        if what == "merge":
            incident = self.incidents[CROSSED[1]]  # Whichever way it is asked for: the earlier one takes over.
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
