"""How long 90 days of coverage of many schedules take: `meridian oncall coverage` over a roster that is made up, less
what the program takes to start and to read that roster."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Windows that leave gaps and overlaps, in zones that change their clocks on different days, and one that never does.
REGIONS = [("ap", "Australia/Sydney"), ("eu", "Europe/Berlin"), ("us", "America/Los_Angeles"), ("in", "Asia/Kolkata")]
ROTATIONS = ["weekly", "daily", "every 3 days", "weekly"]
CREW = 6


def roster(schedules):
    lines = ["regions:"]
    lines += [f'  - {{name: {name}, zone: {zone}, day: "09:00-18:00"}}' for name, zone in REGIONS]
    lines.append("people:")
    for name, _ in REGIONS:
        for number in range(CREW):
            person = f"{name}-{number}"
            lines += [f"  - {{id: {person}, name: {person}, region: {name}, contacts: [{{email: {person}@example.com}}]}}"]
    lines.append("schedules:")
    for number in range(schedules):
        lines += [f"  - id: rota-{number}", "    uncovered: next-shift", "    shifts:"]
        for position, (name, _) in enumerate(REGIONS[:3]):
            crew = ", ".join(f"{name}-{(number + k) % CREW}" for k in range(3))
            lines += [f"      - region: {name}", f'        window: "0{8 + number % 2}:00-{16 + number % 4}:30"',
                      f"        rotation: {ROTATIONS[(number + position) % 4]}", "        from: 2026-01-05",
                      f"        people: [{crew}]"]
    lines += ["policies:", "  - {id: default, levels: [{page: [schedule rota-0]}]}", "services:",
              "  - {id: checkout, policy: default}", "catchAll: [eu-0]"]
    return "\n".join(lines) + "\n"


def seconds(*command):
    """The best of three runs, and what the last one said."""
    best = 1e9
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True)
        best = min(best, time.perf_counter() - began)
        if done.returncode not in (0, 1) or not done.stdout:
            sys.exit(f"oncall: {' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return best, done.stdout


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/oncall.py", description=__doc__)
    parser.add_argument("--schedules", type=int, default=200)
    parser.add_argument("--days", type=int, default=90, help="1 to 92")
    parser.add_argument("--within", type=float, default=1.0, help="seconds; more is a failure (status 1)")
    parser.add_argument("--program", default=os.environ.get("MERIDIAN", os.path.join(ROOT, ".build/release/meridian")))
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="meridian-oncall-") as folder:
        path = os.path.join(folder, "roster.yaml")
        with open(path, "w") as file:
            file.write(roster(chosen.schedules))
        ask = [chosen.program, "oncall", "coverage", "--roster", path, "--from", "2026-09-15", "--json", "--days"]
        whole, told = seconds(*ask, str(chosen.days))
        start, _ = seconds(*ask, "1")
    answer = json.loads(told)
    count = len(answer["schedules"])
    if count != chosen.schedules:
        sys.exit(f"oncall: {count} schedules were answered, not {chosen.schedules}")
    took = whole - start
    if chosen.json:
        print(json.dumps({"schedules": count, "days": chosen.days, "seconds": took, "withStart": whole}))
    else:
        print(f"coverage of {count} schedules over {chosen.days} days: {took:.2f} s, with start and reading "
              f"{whole:.2f} s (at most {chosen.within} s)")
    return int(took > chosen.within)


if __name__ == "__main__":
    sys.exit(main())
