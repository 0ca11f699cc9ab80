"""The scenario `coordinators` of cluster/apart: how many coordinators there are, and that it makes no difference to what
comes out."""
import os
import re
import shutil

from wanlab import SITES, run

# One run after the other. `late` is stopped before the cut and started when all is over, its clock an hour on.
VARIANTS = ["none", "one", "two", "late"]
SECOND, SECOND_PORT, AN_HOUR = "coordinator-2", 8111, 3600


def variant(scenario, number):
    return VARIANTS[(number - 1) % len(VARIANTS)] if scenario == "coordinators" else "one"


def section(text):
    """A member's file in two parts: its own, and from the list of members on."""
    at = text.index("\nmembers:\n")
    return text[:at], text[at:]


def add_second(lab, region):
    """Files of a second coordinator, which runs beside a region. `cluster replace` gives the first a new identity; the
    second takes the old one, which is as good."""
    first, second = os.path.join(lab.files, "coordinator"), os.path.join(lab.files, SECOND)
    apart = os.path.join(lab.run, SECOND)  # `replace` looks into every directory of the cluster.
    shutil.copytree(first, apart, ignore=shutil.ignore_patterns("disk"))
    run(lab.program, "cluster", "replace", "coordinator", "--directory", lab.files)
    shutil.move(apart, second)
    os.makedirs(os.path.join(second, "disk"), mode=0o700)
    with open(os.path.join(second, "node.yaml")) as file:
        own, members = section(file.read())
    identity = re.search(r'\nmember: "(\w+)"', own).group(1)
    entry = next(e for e in members.split("\n  - ") if f'id: "{identity}"' in e).split("\n\n")[0]

    def moved(text):
        text = text.replace(lab.address("coordinator"), lab.address(region)).replace("8101", str(SECOND_PORT))
        return text.replace("8201", str(SECOND_PORT + 100)).replace("8301", str(SECOND_PORT + 200))

    entry = "  - " + moved(entry).replace("name: coordinator\n", f"name: {SECOND}\n")
    for name in SITES:
        path = os.path.join(lab.files, name, "node.yaml")
        with open(path) as file:
            text = file.read()
        head, members = section(text)
        with open(path, "w") as file:
            file.write(head + members.replace("\nmembers:\n", f"\nmembers:\n{entry}\n"))
        if name == "coordinator":
            known = section(head + members.replace("\nmembers:\n", f"\nmembers:\n{entry}\n"))[1]
    with open(os.path.join(second, "node.yaml"), "w") as file:
        file.write(moved(own) + known)
    lab.set_clock(SECOND, 0)


def start_second(lab, region):
    lab.start(SECOND, ["nsenter", f"--net=/run/netns/{region}", "--", lab.program, "coordinator", "--config",
                       os.path.join(lab.files, SECOND, "node.yaml")])


def outcome(checker):
    """What stands in the end, told without ids, times and regions, so that it can be compared between runs."""
    found = {}
    for story, incident in sorted(checker.run["incidents"].items()):
        detail = checker.detail(checker.run["owner"], incident)
        summary = detail["summary"]
        found[story] = {
            "severity": summary["severity"], "status": summary["status"], "by": summary.get("acknowledgedBy"),
            "commander": detail.get("commander"), "deputies": detail["deputies"], "took over": len(detail["tookOver"]),
            "alerts": sorted(a["summary"].split(": ")[1] for a in detail["alerts"]),
            "conflicts": sorted((c["rule"], with_stories(checker, c["outcome"]), c["isStanding"])
                                for c in detail["conflicts"] if c["rule"] not in ("stand-down", "duplicates"))}
    return found


def with_stories(checker, text):
    """A text with the names of incidents instead of their ids."""
    for story, incident in checker.run["incidents"].items():
        text = text.replace(incident[:8], story)
    return text


def compare(runs):
    """Finds what broke the promise that coordinators make no difference; each run is a verdict's summary."""
    first = next((r for r in runs if "outcome" in r), None)
    for run_ in runs:
        if "outcome" not in run_ or run_["outcome"] == first["outcome"]:
            continue
        for story in first["outcome"]:
            one, other = first["outcome"][story], run_["outcome"].get(story)
            if one != other:
                run_["broken"].append({
                    "rule": "coordinators make no difference",
                    "text": f"'{story}' with {first['coordinators']}: {one}; with {run_['coordinators']}: {other}"})
                run_["good"] = False
