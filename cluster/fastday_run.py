"""One day: a cluster of its own whose clocks run fast, people who take on, offer and accept, and what befalls the
changes. All that was asked, answered, seen and mailed is written into the run's folder; fastday_check judges that."""
import json
import random
import threading
import time

from chaos_client import Ledger, exchange
from chaos_plan import REGIONS
from fastday_plan import (BEGINS_HOUR, FAULTS, LATE_FIRST, LATE_LAST, OVERLAP, PEOPLE, SEVERITIES, SUN, TAKE_FIRST,
                          TAKE_LAST, THROUGH, day, roster)
from lab import LabError, call
from reading import Reader
from wanlab import PROGRAM, SITES, WanLab

# Seconds of ours: what starting takes, and between two looks at a region.
STARTING, LOOK_EVERY = 14, 0.2


class Day(Reader):
    """One run. Times are the members' (`fake`) wherever nothing else is said."""

    def __init__(self, settings, folder, say):
        self.settings, self.folder, self.say = settings, folder, say
        self.lab = WanLab(folder, PROGRAM, settings.seed, rate=settings.rate)
        self.ledger, self.looks = Ledger(self.path("ledger.jsonl")), Ledger(self.path("looks.jsonl"))
        self.incidents, self.problems, self.faults, self.live = {}, [], [], []
        self.chance, self.ahead = random.Random(f"day {settings.seed}"), 0
        self.away, self.seen_offers, self.accepted = set(), {}, {}
        self.taken, self.resolved, self.is_over, self.threads = set(), set(), threading.Event(), []

    # --- time ------------------------------------------------------------------------------------------

    def fake(self, real):
        return self.lab.epoch + (real - self.lab.epoch) * self.settings.rate + self.ahead

    def now(self):
        return self.fake(time.time())

    def sleep_until(self, fake):
        self.is_over.wait(max(0, (fake - self.now()) / self.settings.rate))

    # --- the course of it ------------------------------------------------------------------------------

    def play(self):
        self.start()
        for region in REGIONS:
            self.spawn(self.look, region)
        self.open(0, self.settings.count)
        for number in (1, 2, 3):
            self.change(number)
        self.sleep_until(self.at(3) + THROUGH)
        agreed = self.wait_equal("end.jsonl")
        self.say("all regions have the same" if agreed is not None else "the regions do not come to the same")
        self.is_over.set()
        for thread in self.threads:
            thread.join(10)
        self.finish(agreed)

    def start(self):
        lab, rate = self.lab, self.settings.rate
        lab.make_all()
        text, begin = lab.key("checkout"), self.fake(time.time() + STARTING)
        self.begin = (int(begin) - 3600 * BEGINS_HOUR) // 86400 * 86400 + 86400 + 3600 * BEGINS_HOUR
        self.ahead = self.begin - int(begin)
        self.shifts = day(self.begin, self.settings.minutes)
        with open(f"{lab.files}/roster.yaml", "w") as file:
            file.write(roster(text, self.shifts))
        for name in SITES:
            lab.set_clock(name, self.ahead)
            lab.start_member(name)
        lab.wait_ready(lab.members)
        lab.wait_majority(lab.regions)
        self.say(f"three regions and a coordinator are up; their clocks run {rate} times as fast")
        self.sleep_until(self.begin)

    def at(self, number):
        """When a change is."""
        return self.shifts[number][1]

    def change(self, number):
        """From the first offer until it is through, with what befalls it."""
        outgoing, incoming, at = SUN[number - 1], SUN[number], self.at(number)
        self.sleep_until(at - OVERLAP - 3)
        self.live.append({"number": number, "at": at, "incidents": sorted(self.open_now())})
        self.say(f"change {number}, {outgoing} to {incoming}: {len(self.live[-1]['incidents'])} incidents are open; "
                 f"{FAULTS[number]}")
        late = set(self.chance.sample(self.live[-1]["incidents"], self.settings.late))
        may_accept = threading.Event()
        if number != 3:
            may_accept.set()
        taker = self.spawn(self.take_offers, number, late, may_accept)
        if number == 2:
            self.kill_midway(number, outgoing)
        elif number == 3:
            self.cut_between(number, outgoing, may_accept)
        self.sleep_until(at + 3)
        self.renew(number, late)
        taker.join()
        self.say(f"change {number}: {len(self.accepted.get(number, ()))} accepted")

    def open_now(self):
        return set(self.incidents.values()) - self.resolved

    def spawn(self, what, *arguments):
        def guarded():
            try:
                what(*arguments)
            except (LabError, OSError) as error:
                self.problems.append(f"{what.__name__}: {error}")
                self.say(f"TROUBLE: {error}")

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        self.threads.append(thread)
        return thread

    # --- what befalls ----------------------------------------------------------------------------------

    def fault(self, **record):
        self.faults.append(record)

    def kill_midway(self, number, region):
        """kill -9 when half of those who accept in time have; it comes back after the change."""
        half = (self.settings.count - self.settings.late) // 2
        while len(self.accepted.get(number, ())) < half and self.now() < self.at(number):
            time.sleep(0.05)
        began = self.now()
        self.away.add(region)
        self.lab.kill(region)
        self.say(f"{region} is killed -9 after {len(self.accepted.get(number, ()))} acceptances")
        self.sleep_until(max(self.at(number), began + 30))
        self.lab.start_member(region)
        self.lab.wait(f"ready {region}", lambda: self.lab.is_ready(region), 60)
        self.away.discard(region)
        self.fault(kind="kill", region=region, began=began, ended=self.now(), change=number)
        self.say(f"{region} is back")

    def cut_between(self, number, region, may_accept):
        """Cut off once everything is offered and before anybody accepts; healed just before the change."""
        while len(self.seen_offers.get(number, ())) < self.settings.count and self.now() < self.at(number) - 30:
            time.sleep(0.05)
        began = self.now()
        self.away.add(region)
        self.lab.isolate(region)
        self.say(f"{region} is cut off with {len(self.seen_offers.get(number, ()))} offers open")
        may_accept.set()
        self.sleep_until(self.at(number) - 4)
        self.lab.relay.heal()
        self.away.discard(region)
        self.fault(kind="cut", region=region, began=began, ended=self.now(), change=number)
        self.say(f"{region} is heard again")

    # --- what people do --------------------------------------------------------------------------------

    def open(self, shift, count):
        """So many new incidents; whoever is on call takes each on and takes command once they were paged."""
        new = []
        for _ in range(count):
            number = len(self.incidents)
            region = self.chance.choice([r for r in REGIONS if r not in self.away])
            body = {"title": f"day {self.settings.seed}: {number}", "severity": SEVERITIES[number % len(SEVERITIES)]}
            status, headers, _, record = self.ask([region], f"/v1/alerts/{self.lab.key()}", body)
            incident = headers.get("Meridian-Incident")
            if status not in (200, 202):
                raise LabError(f"{region} answered {status} to an alert")
            record["answer"] = headers.get("Meridian-Durability", "done")
            self.incidents[number] = incident
            new.append(incident)
            self.ledger.write(what="fire", incident=incident, severity=body["severity"], by="", title=body["title"],
                              shift=shift, **record)
        self.spawn(self.take_on, shift, new)

    def take_on(self, shift, new):
        """As pages come in."""
        region, waiting, patience = SUN[shift], set(new), self.now() + 60
        while waiting and not self.is_over.is_set():
            time.sleep(LOOK_EVERY)
            listed = self.get(region, "/api/v1/incidents")["incidents"]
            paged = {i["id"] for i in listed if i["pagesDelivered"]}
            for incident in [i for i in new if i in waiting and (i in paged or self.now() > patience)]:
                waiting.discard(incident)
                by = PEOPLE[region][new.index(incident) % 2]
                self.say_to(incident, "commander", {"by": by, "person": by, "reason": "I was paged"}, shift=shift)
                self.say_to(incident, "acknowledge", {"by": by}, shift=shift)

    def take_offers(self, number, late, may_accept):
        """Whoever comes on call accepts what is offered, each a while after the offer, some only when their shift has
        begun and they were paged."""
        incoming, at = SUN[number], self.at(number)
        due, chance = {}, random.Random(f"take {self.settings.seed} {number}")
        seen, accepted = self.seen_offers.setdefault(number, {}), self.accepted.setdefault(number, {})
        latest = at - 12
        while len(accepted) < len(self.live[-1]["incidents"]) and self.now() < at + THROUGH - 10:
            time.sleep(LOOK_EVERY / 2)
            for offer in self.get(incoming, "/api/v1/handoffs")["handoffs"]:
                incident = offer["incident"]
                if incident in seen or offer["to"] not in PEOPLE[incoming]:
                    continue
                seen[incident] = self.now()
            if may_accept.is_set():
                for incident in seen.keys() - due.keys():
                    wait = chance.uniform(TAKE_FIRST, TAKE_LAST)
                    due[incident] = min(latest, self.now() + wait) if incident not in late \
                        else at + chance.uniform(LATE_FIRST, LATE_LAST)
            now = self.now()
            ready = [i for i, moment in due.items() if moment <= now and i not in accepted]
            for incident in ready:
                accepted[incident] = now
                threading.Thread(target=self.accept, args=(number, incident, chance.randrange(2), incident in late),
                                 daemon=True).start()

    def accept(self, number, incident, which, is_late):
        by = PEOPLE[SUN[number]][which]
        self.say_to(incident, "handoff/accept", {"by": by, "readBack": f"change {number}: I have it"},
                    first=SUN[number], change=number, late=is_late)

    def renew(self, number, late):
        """Some are over, and others come in their place."""
        done = [i for i in self.live[-1]["incidents"] if i not in late][:self.settings.renewed]
        by = PEOPLE[SUN[number]][0]
        for incident in done:
            if self.say_to(incident, "resolve", {"by": by}, shift=number):
                self.resolved.add(incident)
        self.open(number, len(done))

    def say_to(self, incident, what, body, first=None, **more):
        """Through the region asked first, then through others, as the command line does."""
        regions = self.chance.sample(REGIONS, len(REGIONS))
        regions = sorted((r for r in regions if r not in self.away), key=lambda r: r != first)
        status, _, text, record = self.ask(regions, f"/api/v1/incidents/{incident}/{what}", body)
        if status == 200:
            record["answer"] = json.loads(text)["durability"]
        self.ledger.write(what=what, incident=incident, by=body["by"], **record, **more)
        return status == 200

    def ask(self, regions, path, body):
        for region in regions:
            sent = self.now()
            status, headers, text = exchange(self.lab.url(region) + path, body, token=self.lab.token)
            if status is not None and status < 500:
                break
        return status, headers, text, {
            "region": region, "sent": sent, "answered": self.now(), "status": status,
            "answer": "refused" if status else "none", "detail": "" if status in (200, 202) else text[:300]}

    # --- looking ---------------------------------------------------------------------------------------

    def look(self, region):
        """Writes down what changes of who commands and who owns what, as one region says."""
        known = {}
        while not self.is_over.wait(LOOK_EVERY):
            began = self.now()
            try:
                status, found = call(self.lab.url(region) + "/api/v1/handoffs", token=self.lab.token, timeout=3)
            except OSError:
                continue
            if status != 200:
                continue
            for one in found["commands"]:
                state = (one.get("commander"), one.get("owner"))
                if known.get(one["incident"]) != state:
                    known[one["incident"]] = state
                    self.looks.write(answer="look", region=region, at=began, incident=one["incident"],
                                     commander=state[0], owner=state[1])

    def finish(self, agreed):
        for name in self.lab.members:
            if self.lab.pid(name) is None:
                self.problems.append(f"{name} has ended by itself: see {self.path(name)}.log")
        self.write("state.json", self.read_all(timelines=True))
        self.write("run.json", {
            "start": self.begin, "ended": self.now(), "agreed": agreed, "members": self.lab.member_ids(),
            "problems": self.problems, "settings": vars(self.settings), "epoch": self.lab.epoch, "ahead": self.ahead,
            "shifts": self.shifts, "changes": self.live, "faults": self.faults, "incidents": self.incidents,
            "resolved": sorted(self.resolved), "program": PROGRAM})
