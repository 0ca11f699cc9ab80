"""What is cut in each scenario of cluster/apart, which sides that makes, and what people do on each."""
import dataclasses

from chaos_plan import REGIONS
from wanlab import SITES

SCENARIOS = {
    "cut": "one region is cut off from everybody",
    "one-way": "nothing from one region reaches one other; the other way is open, and the third hears both",
    "islands": "every region is cut off from every other",
    "coordinator": "the coordinator and one region are cut off together from the other two",
    "coordinators": "the same without a coordinator, with one, with two, and with one that was dead for an hour",
}
# Seconds after the cut: what comes in (a region notices within two that it is alone), what people decide, and the
# first of them to take it on. The second does a level later, if there is time: then somebody is paged in vain.
ALERTS_AT, EDITS_AT, ACK_AT, ACK_GAP_LONG, ACK_GAP_SHORT, BETWEEN = 5, 8, 12, 13, 3, 1.5
SHORTEST = 20
TWIN = "twin of the"
# Two that are mild and taken on before the cut; each side merges them, each asking for it the other way round.
CROSSED = ["crossed, first", "crossed, second"]


@dataclasses.dataclass
class Side:
    """Regions that hear one another. `has_majority` is None where that is everybody, in a roundabout way."""
    name: str
    regions: list
    has_majority: bool | None
    door: str = ""


@dataclasses.dataclass
class Act:
    """One request: `what` is `fire`, `severity`, `commander`, `merge` or `ack`; `at` is in seconds after the cut."""
    at: float
    side: str
    region: str
    what: str
    story: str
    by: str = ""
    value: str = ""


@dataclasses.dataclass
class Cast:
    """One run of one scenario: the ways that are cut, the fault as chaos_world knows it, the sides."""
    scenario: str
    number: int
    words: str
    fault: dict
    ways: list
    sides: list
    is_apart: bool = True

    @property
    def pools(self):
        """Sides, as far as pages are concerned: where word goes round there is one."""
        return self.sides if self.is_apart else [Side("everybody", REGIONS, None)]

    def side(self, region):
        return next(s for s in self.sides if region in s.regions)


def make_cast(scenario, number, owner):
    """Runs differ in where the open incident's owner is: in the first it is on the smaller side, or not heard."""
    others = [r for r in REGIONS if r != owner]
    away = owner if number % 2 else others[number // 2 % 2]
    if scenario == "coordinators":
        number, away = 1, "ap"  # Its runs differ in nothing but the coordinators.
    if scenario == "one-way":
        return one_way(number, [(owner, others[0]), (others[0], owner), (others[1], others[0])][(number - 1) % 3])
    if scenario == "islands":
        ways = [(a, b) for a in SITES for b in SITES if a != b]
        sides = [Side(r, [r], False, r) for r in REGIONS]
        return Cast(scenario, number, SCENARIOS[scenario], fault("islands"), ways, sides)
    there = [away] + (["coordinator"] if scenario in ("coordinator", "coordinators") else [])
    ways = [(a, b) for a in SITES for b in SITES if a != b and (a in there) != (b in there)]
    rest = [r for r in REGIONS if r != away]
    sides = [Side("minority", [away], False, away), Side("majority", rest, True, rest[number % 2])]
    words = f"{' and the '.join(there)} {'are' if len(there) > 1 else 'is'} cut off from the others"
    return Cast(scenario, number, words, fault("cut", away), ways, sides)


def one_way(number, pair):
    unheard, deaf = pair
    between = next(r for r in REGIONS if r not in pair)
    sides = [Side("unheard", [unheard], None, unheard), Side("deaf", [deaf], None, deaf),
             Side("between", [between], None, between)]
    words = f"nothing from {unheard} reaches {deaf}; the other way is open"
    return Cast("one-way", number, words, fault("one-way", unheard, deaf), [pair], sides, is_apart=False)


def fault(kind, region="", other=""):
    return {"number": 1, "kind": kind, "region": region, "other": other, "amount": 0, "way": ""}


def make_acts(cast, seconds, people):
    """What is done while the sides are apart. Where they hear of each other in a roundabout way, both do it at the
    same instant: that is how they still know nothing of one another."""
    acting = cast.sides if cast.scenario == "islands" else cast.sides[:2]
    severities = ["SEV1", "SEV2", "SEV4"]
    order = acting if cast.number % 2 else acting[::-1]
    gap = ACK_GAP_LONG if seconds >= ACK_AT + ACK_GAP_LONG + 9 else ACK_GAP_SHORT
    acts = []
    for side in cast.sides:
        acts.append(Act(ALERTS_AT, side.name, side.door, "fire", f"only {side.name}"))
    for side in acting:
        acts.append(Act(ALERTS_AT, side.name, side.door, "fire", "shared"))
        number, turn = acting.index(side), order.index(side) * cast.is_apart
        commander, helper = people[number], people[-1 - number]
        acts.append(Act(EDITS_AT + turn * BETWEEN, side.name, side.door, "severity", "before", commander,
                        severities[number]))
        acts.append(Act(EDITS_AT + turn * BETWEEN + (0.2 if cast.is_apart else 0), side.name, side.door, "commander",
                        "before", commander, commander))
        if number < len(CROSSED):
            acts.append(Act(EDITS_AT + turn * BETWEEN + (0.4 if cast.is_apart else 0), side.name, side.door, "merge",
                            CROSSED[number], commander, CROSSED[1 - number]))
        if cast.scenario != "islands" or side is order[0]:
            acts.append(Act(ACK_AT + turn * gap, side.name, side.door, "ack", "before", helper))
    if cast.scenario == "coordinators":
        # One problem that comes in under two keys, one on each side.
        for turn, side in enumerate(cast.sides):
            acts.append(Act(ALERTS_AT + turn, side.name, side.door, "fire", f"{TWIN} {side.name}", value="info"))
    return sorted(acts, key=lambda a: a.at)
