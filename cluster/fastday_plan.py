"""The day of cluster/fastday: its people, its shifts, its roster, and how much of what is compressed."""
import dataclasses
import time

# The regions one after the other, as the sun goes; the last one is the first again.
SUN = ["ap", "eu", "us", "ap"]
ZONES = {"ap": "Asia/Singapore", "eu": "Europe/Berlin", "us": "America/New_York"}
# Two who are on call together, and the lead.
PEOPLE = {"ap": ["ap-mei", "ap-raj", "ap-lin"], "eu": ["eu-ana", "eu-ben", "eu-lea"],
          "us": ["us-joao", "us-sue", "us-leo"]}
LEVEL_SECONDS = 90


def roster(key, shifts, overlap=75):
    """The roster's text; `shifts` are (region, begin, end) in seconds since 1970, without times for always. Seconds of
    times are not written: they have to be whole minutes."""
    lines = ["regions:"]
    for region, zone in ZONES.items():
        lines.append(f"  - {{name: {region}, zone: {zone}, day: \"00:00-24:00\", lead: {PEOPLE[region][2]}}}")
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
              f"command: {{overlap: {overlap}s}}",
              f"catchAll: [{', '.join(PEOPLE[r][2] for r in ZONES)}]"]
    return "\n".join(lines) + "\n"


def minute(at):
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(at))
