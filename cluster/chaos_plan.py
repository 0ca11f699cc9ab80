"""The plan of a chaos run: which fault begins when and lasts for how long, from the seed alone."""
import dataclasses
import random

from wanlab import ZONES

REGIONS = list(ZONES)
# What disturbs a link and leaves a majority in touch: comes at the same time as another fault.
MILD = ("loss", "delay", "twice")
KINDS = ("kill", "stop", "restart", "cut", "pair", "one-way", "disk", "clock", "gateway", "coordinator", *MILD)
# More than a minority is away: outside tolerance for changes of state, inside it for pages.
BEYOND = ("islands", "kill-two")
# Only where it is asked for: clocks have to agree to within two seconds (decision 0002). A region that is an hour ahead
# says that shifts are over which are not, and asks whoever comes next.
ON_REQUEST = ("hour",)
# Seconds: what a fault lasts, the pause after it, and what is left in peace at the beginning.
SHORTEST, LONGEST, PAUSE_MIN, PAUSE_MAX, BEGINNING = 4, 14, 3, 6, 4


@dataclasses.dataclass
class Fault:
    """One fault. `region` and `other` are what it strikes; `amount` depends on the kind."""
    number: int
    kind: str
    at: float
    lasts: float
    region: str
    other: str = ""
    amount: float = 0
    way: str = ""

    @property
    def is_outside(self):
        return self.kind in (*BEYOND, *ON_REQUEST)

    @property
    def words(self):
        r, o = self.region, self.other
        text = {
            "kill": f"kill -9 of {r}, started again",
            "stop": f"SIGSTOP of {r}, SIGCONT",
            "restart": f"SIGTERM to {r}, started again at once",
            "cut": f"{r} is cut off from everybody",
            "pair": f"{r} and {o} are cut off from one another; the third reaches both",
            "one-way": f"nothing from {r} reaches {o}; the other way is open",
            "disk": f"the disk of {r} is full",
            "clock": f"the clock of {r} jumps by {self.amount:+.0f} s" + (
                ", then kill -9 and start, so that it takes it at once" if self.way else ", and back at the end"),
            "hour": f"the clock of {r} is {self.amount / 3600:+.0f} h off, kill -9 and start; at the end right, the same",
            "gateway": f"no mail leaves {r} ({self.way})",
            "coordinator": "kill -9 of the coordinator, started again",
            "loss": f"{self.amount:.0f} % loss between {r} and {o}",
            "delay": f"{self.amount:.0f} ms more each way between {r} and {o}",
            "twice": f"{self.amount:.0f} % of packets between {r} and {o} come twice",
            "islands": "every region is cut off from every other",
            "kill-two": f"kill -9 of {r} and {o}, started again",
        }[self.kind]
        return text + ("  OUTSIDE TOLERANCE for changes of state; paging must hold" if self.is_outside else "")


def make_plan(seed, seconds, kinds=KINDS, beyond=False):
    """The faults of a seed, by begin. Kinds come in rounds: none comes again before all have come."""
    chance = random.Random(f"meridian chaos {seed}")
    kinds, mild = [*kinds, *(BEYOND if beyond else ())], [kind for kind in MILD if kind in kinds]
    main = [kind for kind in kinds if kind not in MILD] or mild
    faults, bag, at = [], [], float(BEGINNING)

    def add(kind, at, lasts):
        region, other = chance.sample(REGIONS, 2)
        fault = Fault(len(faults) + 1, kind, round(at, 1), round(lasts, 1), region, other)
        if kind == "clock":
            fault.amount = chance.choice([-5, -4, -3, -2, 2, 3, 4, 5])
            fault.way = chance.choice(["", "start"])
        elif kind == "hour":
            fault.amount = chance.choice([-3600, 3600])
        elif kind == "gateway":
            fault.way = chance.choice(["silent", "refused"])
        elif kind in MILD:
            fault.amount = {"loss": 20, "delay": chance.choice([200, 300, 400]), "twice": 20}[kind]
        elif kind == "restart":
            fault.lasts = 0
        if kind not in (*MILD, "pair", "one-way", "kill-two"):
            fault.other = ""
        if kind in ("coordinator", "islands"):
            fault.region = ""
        faults.append(fault)

    while at + SHORTEST < seconds:
        if not bag:
            bag = chance.sample(main, len(main))
        kind = bag.pop()
        lasts = min(chance.uniform(SHORTEST, LONGEST), seconds - at)
        add(kind, at, lasts)
        if kind not in MILD and mild and chance.random() < 0.4:
            add(chance.choice(mild), at + chance.uniform(0, 2), max(2, lasts - 2))
        at += lasts + chance.uniform(PAUSE_MIN, PAUSE_MAX)
    return sorted(faults, key=lambda f: f.at)


def table(faults):
    """The plan as lines for people."""
    lines = [f"  {'#':>3}  {'at':>6}  {'for':>5}  fault"]
    lines += [f"  {f.number:>3}  {f.at:>5.1f}s  {f.lasts:>4.1f}s  {f.words}" for f in faults]
    return "\n".join(lines)
