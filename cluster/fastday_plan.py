"""The day of cluster/fastday: its people, its shifts, its roster, and what is compressed."""
import dataclasses
import time

# The regions as the sun goes; the last one is the first again.
SUN = ["ap", "eu", "us", "ap"]
# It is day everywhere: with shifts of minutes no sun could follow them, and nobody is spared a night.
ZONES = {"ap": "UTC", "eu": "UTC", "us": "UTC"}
BEGINS_HOUR = 10
# Two who are on call together, and the lead.
PEOPLE = {"ap": ["ap-mei", "ap-raj", "ap-lin"], "eu": ["eu-ana", "eu-ben", "eu-lea"],
          "us": ["us-joao", "us-sue", "us-leo"]}
REGION_OF = {person: region for region, people in PEOPLE.items() for person in people}
FAULTS = {1: "none", 2: "the outgoing region is killed -9 half-way, and started again",
          3: "the outgoing region is cut off between offer and accept"}
SEVERITIES = ["SEV1", "SEV2", "SEV3", "SEV2", "SEV3"]
# Seconds of the members' clocks. How long before the change command is offered; from when to when after an offer
# somebody takes it; when the late ones do, after the change; and when a change has to be through.
OVERLAP, TAKE_FIRST, TAKE_LAST, LATE_FIRST, LATE_LAST, THROUGH = 75, 2, 35, 25, 35, 55
LEVEL_SECONDS = 90


@dataclasses.dataclass
class Settings:
    """How long a shift is in minutes of the members' clocks, how many incidents are open at each change, how many of
    these are taken late and replaced by others after a change, how fast clocks run."""
    minutes: int
    count: int
    rate: int
    seed: int

    @property
    def late(self):
        return max(1, self.count // 10)

    @property
    def renewed(self):
        return max(1, self.count // 5)


def roster(key, shifts):
    """The roster's text; `shifts` are (region, begin, end) in seconds since 1970, whole minutes; one without times is
    for always."""
    lines = ["regions:"]
    for region, zone in ZONES.items():
        lines.append(f"  - {{name: {region}, zone: {zone}, day: \"08:00-20:00\", lead: {PEOPLE[region][2]}}}")
    lines.append("people:")
    for region, people in PEOPLE.items():
        lines += [f"  - {{id: {p}, name: {p}, region: {region}, contacts: [{{email: {p}@example.com}}]}}"
                  for p in people]
    lines += ["schedules:", "  - id: sun", "    uncovered: next-shift", "    shifts:"]
    for region in ZONES:
        mine = [s for s in shifts if s[0] == region]
        together = ", ".join(PEOPLE[region][:2])
        if mine and mine[0][1] is None:
            lines += [f"      - {{region: {region}, people: [[{together}]]}}"]
        elif mine:
            lines += [f"      - region: {region}", "        zone: UTC", "        list:"]
            lines += [f"          - {{from: \"{minute(begin)}\", to: \"{minute(end)}\", people: [{together}]}}"
                      for _, begin, end in mine]
    leads = ", ".join(f"person {PEOPLE[r][2]}" for r in ZONES)
    wait = ", ".join(f"sev{n}: {LEVEL_SECONDS}s" for n in range(1, 6))
    lines += ["policies:", "  - id: default", "    repeat: 2", "    levels:",
              f"      - {{page: [schedule sun], timeouts: {{{wait}}}}}",
              f"      - {{page: [{leads}], timeouts: {{{wait}}}}}",
              "services:",
              "  - id: checkout", "    name: Checkout", "    policy: default", "    severity: SEV2",
              "    duplicates: never", f"    keys: [\"{key}\"]",
              f"command: {{overlap: {OVERLAP}s}}",
              f"catchAll: [{', '.join(PEOPLE[r][2] for r in ZONES)}]"]
    return "\n".join(lines) + "\n"


def day(begin, minutes):
    """The shifts of a day that begins then: (region, begin, end); the first began long before, the last ends long
    after."""
    changes = [begin - 86400] + [begin + 60 * minutes * n for n in (1, 2, 3)] + [begin + 86400]
    return [(region, changes[n], changes[n + 1]) for n, region in enumerate(SUN)]


def minute(at):
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(at))
