"""What a chaos run's faults meant for each region and each link: who could page when, and who could know what when.
Times are the harness's own; nothing here trusts the clock of a region."""
from chaos_plan import REGIONS

# Seconds a region or a link needs to be itself again once a fault is over: liveness, a redial (design 4), G0 as a
# stranger to the present (design 5), and some for a busy machine.
RECOVERY, LINK_RECOVERY = 4, 4
SLEW = 0.05  # seconds a second: how fast a node follows a wall clock that jumped (docs/decisions/0002)
ENDS = ("kill", "kill-two", "restart", "crash")


def first_clear(busy, at, length):
    """The earliest time from `at` on that begins `length` seconds outside all intervals of `busy`."""
    for begin, end in sorted(busy):
        if begin < at + length and end > at:
            at = end
    return at


class World:
    """Built from the lines of faults.jsonl."""

    def __init__(self, faults):
        self.faults = faults
        self.ends = {r: [] for r in REGIONS}  # when its process died
        self.away = {r: [] for r in REGIONS}  # no process that runs
        self.mute = {r: [] for r in REGIONS}  # away, or no way to page
        self.jumps = {r: [] for r in REGIONS}
        self.cuts = {(a, b): [] for a in REGIONS for b in REGIONS if a != b}
        self.slow = {link: [] for link in self.cuts}
        for fault in faults:
            self.add(fault)

    def add(self, fault):
        kind, region, other = fault["kind"], fault["region"], fault["other"]
        span = (fault["began"], fault["ready"])
        victims = [region, other] if kind == "kill-two" else [region]
        victims = [v for v in victims if v in REGIONS]
        if kind in (*ENDS, "stop"):
            for victim in victims:
                self.away[victim].append(span)
                self.mute[victim].append(span)
                if kind != "stop":
                    self.ends[victim].append(span[0])
        elif kind in ("disk", "gateway"):
            self.mute[region].append(span)
            if kind == "disk":
                # It takes nothing in from others either.
                self.away[region].append(span)
        elif kind == "clock":
            self.jumps[region] += [(span[0], fault["amount"]), (fault["ended"], 0)]
            if fault["way"]:
                self.ends[region].append(span[0])
                restart = (span[0], fault["struck"])
                self.away[region].append(restart)
                self.mute[region].append(restart)
                self.jumps[region].append((span[0] + 1, "start"))
        elif kind == "hour":
            for at, ready, ahead in ((span[0], fault["struck"], fault["amount"]), (fault["ended"], span[1], 0)):
                self.jumps[region] += [(at, ahead), (at + 0.1, "start")]
                self.ends[region].append(at)
                self.away[region].append((at, ready))
                self.mute[region].append((at, ready))
        elif kind in ("cut", "pair", "one-way", "islands"):
            for a, b in self.cuts:
                if kind == "islands" or (kind == "cut" and region in (a, b)) or (a, b) == (region, other) \
                        or (kind == "pair" and (b, a) == (region, other)):
                    self.cuts[(a, b)].append(span)
        elif kind in ("loss", "delay", "twice"):
            for link in ((region, other), (other, region)):
                self.slow[link].append(span)
        # Whatever comes to life takes the clock it finds.
        if kind in ENDS:
            for victim in victims:
                self.jumps[victim].append((fault["ended"], "start"))

    # --- clocks ----------------------------------------------------------------------------------------

    def skew(self, region, at):
        """By how much the region's time is ahead of ours."""
        error, target, last = 0.0, 0.0, 0.0
        for when, what in sorted(self.jumps[region], key=lambda jump: jump[0]) + [(at, None)]:
            if when > at:
                break
            step = SLEW * (when - last) if last else 0
            error += max(-step, min(step, target - error))
            last = when
            if what == "start":
                error = target
            elif what is not None:
                target = what
        return error

    def worst_skew(self, since, until):
        moments = [since, until, *(w + 0.01 for j in self.jumps.values() for w, _ in j if since < w < until)]
        return max(abs(self.skew(r, m)) for r in REGIONS for m in moments)

    # --- knowing ---------------------------------------------------------------------------------------

    def busy(self, a, b):
        """When a and b could not speak with one another both ways; with the time to come back from that."""
        spans = self.away[a] + self.away[b] + self.cuts[(a, b)] + self.cuts[(b, a)]
        return [(begin, end + LINK_RECOVERY) for begin, end in spans]

    def reaches(self, a, since, b, normal, slow):
        """When b knows at the latest what a knows since then, from a: `normal` seconds over an undisturbed way,
        `slow` seconds over a lossy or slow one, and only while the way is open."""
        start = first_clear(self.busy(a, b), since, normal)
        worn = self.slow[(a, b)] + self.slow[(b, a)]
        if any(begin < start + normal and end + 2 > since for begin, end in worn):
            return first_clear(self.busy(a, b), since, slow) + slow
        return start + normal

    def knows(self, origin, normal, slow, through_others=False):
        """When each region knows at the latest what each of `origin` (region → time) knows since then: from one of
        these themselves or, if so asked, also through a region in between."""
        known, left = dict(origin), {r for r in REGIONS if r not in origin}
        while left:
            sources = known if through_others else origin
            at, next_one = min((self.reaches(a, sources[a], b, normal, slow), b) for a in sources for b in left)
            known[next_one] = at
            left.discard(next_one)
        return known

    # --- paging ----------------------------------------------------------------------------------------

    def page_deadline(self, known, due, bound, crash_cost):
        """When somebody has been paged at the latest for what is due at `due`, if `known` (region → time) hold it:
        as soon as one of them has been able to page for `bound` seconds on end, and `crash_cost` more for each
        fault of another region that can have come between an intent and its result. With it the number of those."""
        best = None
        for region, since in known.items():
            start = max(due, since)
            length, count = bound, 0
            while True:
                clear = first_clear([(b, e + RECOVERY) for b, e in self.mute[region]], start, length)
                end = clear + length
                others = sum(1 for f in self.faults if due - crash_cost < f["began"] < end
                             and f["kind"] not in ("loss", "delay", "twice", "clock", "coordinator")
                             and f["region"] != region)
                if others <= count:
                    break
                count = others
                length = bound + crash_cost * count
            if best is None or end < best[0]:
                best = (end, count, region)
        return best

    def near(self, regions, since, until):
        """The words of every fault of these regions, or of links between them, that was in [since, until]."""
        found = []
        for fault in self.faults:
            is_theirs = fault["region"] in regions or fault["other"] in regions or fault["kind"] == "islands"
            until_then = fault["ready"] + (LINK_RECOVERY if fault["kind"] != "clock" else 100)
            if is_theirs and fault["began"] <= until and until_then >= since:
                found.append(f"{fault['words']} ({fault['kind']})")
        return found

    def is_gone(self, region, since, until):
        """Whether a region was away, or cut off from all others, at some time in [since, until]."""
        spans = self.away[region] + [
            (f["began"], f["ready"]) for f in self.faults if f["kind"] == "cut" and f["region"] == region]
        return any(begin <= until and end >= since for begin, end in spans)

    def is_calm(self, since, until):
        """Whether nothing was wrong anywhere: no fault, everything itself again, all clocks alike."""
        faults = (f for f in self.faults if f["kind"] != "coordinator")
        return not any(f["began"] <= until and f["ready"] + max(RECOVERY, LINK_RECOVERY) >= since for f in faults) \
            and self.worst_skew(since, until) < 0.2

    def between(self, a, b, since, until):
        """What kept b from hearing in [since, until] what a knew: the faults' words, those that close a way before
        those that wear it and clocks that differ; and when the last of them was over, if before `until`."""
        closing, wearing = [], []
        for fault in self.faults:
            kind, places = fault["kind"], (fault["region"], fault["other"])
            is_here = kind in (*ENDS, "stop", "disk", "cut", "hour") and (a in places or b in places) \
                or kind == "islands" or kind in ("pair", "one-way", "loss", "delay", "twice") and {a, b} == set(places)
            is_worn = kind in ("loss", "delay", "twice")
            if is_here and fault["began"] <= until and fault["ready"] + (2 if is_worn else LINK_RECOVERY) >= since:
                (wearing if is_worn else closing).append(fault)
        causes = closing or wearing
        apart = self.skew(b, until) - self.skew(a, until)
        if not closing and abs(apart) > 0.2:
            return [f"the clock of {b} is {apart:+.1f} s from that of {a}", *(f["words"] for f in wearing)], None
        over = max([f["ready"] for f in causes], default=0)
        return [f["words"] for f in causes], over if over < until else None
