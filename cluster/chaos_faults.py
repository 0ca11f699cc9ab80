"""Makes the faults of a plan happen, each in a thread of its own, and writes down when each really began and ended."""
import json
import os
import signal
import threading
import time

from lab import LabError
from wanlab import SITES

READY_SECONDS = 60


class Injector:
    """`faults.jsonl` gets a line per fault once it is over: `began`, `ended`, and `ready` when what was struck was
    itself again. A member that ends by itself is a fault of the kind `crash`, and is started again."""

    def __init__(self, lab, path, say):
        self.lab, self.path, self.say = lab, path, say
        self.lock, self.threads, self.problems = threading.Lock(), [], []
        self.expected_away, self.ways = set(), {}
        self.is_over = threading.Event()

    def begin(self, faults, start):
        for fault in faults:
            self.spawn(self.play, fault, start)
        self.watcher = self.spawn(self.watch)

    def spawn(self, what, *arguments):
        thread = threading.Thread(target=self.guard, args=(what, *arguments), daemon=True)
        thread.start()
        if what != self.watch:
            self.threads.append(thread)
        return thread

    def guard(self, what, *arguments):
        try:
            what(*arguments)
        except (LabError, OSError) as error:
            self.problems.append(str(error))
            self.say(f"TROUBLE: {error}")

    def finish(self):
        """Waits for the last fault to be over."""
        for thread in self.threads:
            thread.join()
        self.is_over.set()
        self.watcher.join()

    def give_up(self):
        """From now on nothing is struck, lifted or started."""
        self.is_over.set()

    def note(self, **record):
        with self.lock, open(self.path, "a") as file:
            file.write(json.dumps(record) + "\n")

    def play(self, fault, start):
        if self.is_over.wait(max(0, start + fault.at - time.time())):
            return
        record = {"number": fault.number, "kind": fault.kind, "region": fault.region, "other": fault.other,
                  "amount": fault.amount, "way": fault.way, "words": fault.words, "began": time.time()}
        self.say(f"fault {fault.number}: {fault.words}")
        self.strike(fault)
        record["struck"] = time.time()
        if self.is_over.wait(fault.lasts):
            return
        record["ended"] = time.time()
        self.lift(fault)
        record["ready"] = time.time()
        self.note(**record)
        self.say(f"fault {fault.number} is over ({fault.kind}{fault.region and ' '}{fault.region}); "
                 f"itself again after {record['ready'] - record['ended']:.1f} s")

    # --- each kind -------------------------------------------------------------------------------------

    def strike(self, fault):
        lab, kind, region = self.lab, fault.kind, fault.region
        if kind in ("kill", "coordinator", "kill-two"):
            for name in self.victims(fault):
                self.kill(name)
        elif kind == "stop":
            lab.signal(region, signal.SIGSTOP)
        elif kind == "restart":
            self.expected_away.add(region)
            lab.stop(region)
        elif kind == "disk":
            lab.fill(region)
        elif kind == "gateway":
            lab.gateway(region, fault.way)
        elif kind == "clock":
            lab.set_clock(region, int(fault.amount))
            if fault.way:
                self.kill(region)
                self.start(region)
        elif kind == "hour":
            self.start_by(region, int(fault.amount))
        else:
            self.refresh(fault.number, self.disturbed(fault))

    def refresh(self, number, ways):
        """Several faults may disturb a link at a time; what it is like follows from all of them."""
        with self.lock:
            self.ways[number] = ways
            for a in SITES:
                for b in SITES:
                    if a == b:
                        continue
                    found = [s for links in self.ways.values() for link, s in links if link == (a, b)]
                    self.lab.set_link(
                        a, b, more=sum(s.get("more", 0) for s in found), cut=any(s.get("cut") for s in found),
                        jitter=50 if any("more" in s for s in found) else 5,
                        loss=max([0, *(s.get("loss", 0) for s in found)]),
                        twice=max([0, *(s.get("twice", 0) for s in found)]))

    @staticmethod
    def disturbed(fault):
        """The ordered pairs that a fault disturbs, and how."""
        one, both = [(fault.region, fault.other)], [(fault.region, fault.other), (fault.other, fault.region)]
        everybody = [(a, b) for a in SITES for b in SITES if a != b]
        return {
            "cut": [(link, {"cut": True}) for link in everybody if fault.region in link],
            "islands": [(link, {"cut": True}) for link in everybody],
            "pair": [(link, {"cut": True}) for link in both],
            "one-way": [(link, {"cut": True}) for link in one],
            "loss": [(link, {"loss": int(fault.amount * 10_000)}) for link in both],
            "twice": [(link, {"twice": int(fault.amount * 10_000)}) for link in both],
            "delay": [(link, {"more": fault.amount}) for link in both],
        }[fault.kind]

    def lift(self, fault):
        lab, kind, region = self.lab, fault.kind, fault.region
        if kind in ("kill", "coordinator", "kill-two", "restart"):
            for name in self.victims(fault):
                self.start(name, wait=False)
            for name in self.victims(fault):
                self.start(name)
        elif kind == "stop":
            lab.signal(region, signal.SIGCONT)
        elif kind == "disk":
            lab.unfill(region)
        elif kind == "gateway":
            lab.gateway(region, "open")
        elif kind == "clock":
            lab.set_clock(region, 0)
        elif kind == "hour":
            self.start_by(region, 0)
        else:
            self.refresh(fault.number, [])

    @staticmethod
    def victims(fault):
        if fault.kind == "kill-two":
            return [fault.region, fault.other]
        return ["coordinator" if fault.kind == "coordinator" else fault.region]

    def start_by(self, region, ahead):
        """A process takes the clock that it finds when it starts."""
        self.kill(region)
        self.lab.set_clock(region, ahead)
        self.start(region)

    def kill(self, name):
        self.expected_away.add(name)
        self.lab.kill(name)

    def start(self, name, wait=True):
        self.lab.start_member(name)
        if wait:
            self.lab.wait(f"ready {name}", lambda: self.lab.is_ready(name), READY_SECONDS)
            self.expected_away.discard(name)

    def watch(self):
        """A supervisor: starts again what has ended by itself, and says so."""
        while not self.is_over.wait(0.5):
            for name in self.lab.members:
                if name in self.expected_away or self.lab.pid(name) is not None:
                    continue
                if name in self.expected_away:
                    continue
                ended = time.time()
                text = f"{name} has ended by itself: see {os.path.join(self.lab.run, name)}.log"
                self.say(f"TROUBLE: {text}")
                self.problems.append(text)
                self.start(name)
                self.note(number=0, kind="crash", region=name, other="", amount=0, way="", words=text, began=ended,
                          ended=ended, ready=time.time())
