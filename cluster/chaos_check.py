"""Whether a chaos run broke a promise: reads what a run has written down, and nothing else.

Checked: nothing answered is lost, in any region; all regions have the same timelines, hash-chained; nobody was left
unpaged beyond the bound while a region could page; no page after an acknowledgement its sender must have known; every
page that came twice has a reason, one by one."""
import json
import os
import re

from chaos_pages import PageRules
from chaos_plan import REGIONS
from chaos_world import World
from lab import LabError


# Seconds from the end of all faults until all regions have the same: design L2's 10, and as many again for a machine
# that builds meanwhile and answers every list that is asked for.
AGREE_BOUND = 20


class Verdict:
    """What was found; `is_good` unless something is broken."""

    def __init__(self):
        self.broken, self.duplicates, self.notes, self.numbers = [], [], [], {}

    @property
    def is_good(self):
        return not self.broken

    def find(self, rule, text):
        self.broken.append({"rule": rule, "text": text})

    @property
    def summary(self):
        return {"good": self.is_good, **self.numbers, "broken": self.broken, "duplicates": self.duplicates,
                "notes": self.notes}

    @property
    def text(self):
        lines = ["", "what was counted"]
        lines += [f"  {name.replace('_', ' '):24} {value}" for name, value in self.numbers.items()]
        lines += ["", f"pages that came twice: {len(self.duplicates)}"]
        for one in self.duplicates:
            lines.append(f"  {'explained  ' if one['reason'] else 'UNEXPLAINED'} {one['text']}\n"
                         f"              {one['reason'] or 'no fault explains it'}")
        lines += ["", *(f"note: {note}" for note in self.notes)]
        lines += [f"BROKEN ({b['rule']}): {b['text']}" for b in self.broken]
        lines.append("everything held" if self.is_good else f"{len(self.broken)} promises are BROKEN")
        return "\n".join(lines)


def read_lines(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def check_folder(folder):
    if not os.path.exists(os.path.join(folder, "run.json")):
        raise LabError(f"{folder} has no run.json: it is not the folder of a run that came to its end")
    with open(os.path.join(folder, "run.json")) as file:
        run = json.load(file)
    with open(os.path.join(folder, "state.json")) as file:
        state = json.load(file)
    lines = [read_lines(os.path.join(folder, *path)) for path in (["ledger.jsonl"], ["faults.jsonl"],
                                                                   ["mail", "mails.jsonl"])]
    return check(run, *lines, state)


def check(run, ledger, faults, mails, state):
    verdict = Verdict()
    checker = Checker(run, ledger, faults, mails, state, verdict)
    for rule in (checker.count, checker.something_happened, checker.nothing_lost, checker.agree, checker.mails_are_known, checker.paged_in_time,
                 checker.quiet_after_acknowledgement, checker.explain_duplicates):
        rule()
    return verdict


class Checker(PageRules):
    """The rules of what was taken in; those of what was sent are in PageRules."""

    def __init__(self, run, ledger, faults, mails, state, verdict):
        self.run, self.ledger, self.state, self.verdict = run, ledger, state, verdict
        self.mails = sorted(mails, key=lambda m: m["at"])
        self.world = World(faults)
        self.by_incident = {}
        for mail in self.mails:
            if mail["headers"]["X-Meridian-Step"].startswith("notice"):
                continue  # Told to those, too, who have taken it on: no page, and nobody has to answer.
            self.by_incident.setdefault(mail["headers"]["X-Meridian-Incident"], []).append(mail)

    # --- rules -----------------------------------------------------------------------------------------

    def count(self):
        numbers, kinds, answers = self.verdict.numbers, {}, {}
        for fault in self.world.faults:
            kinds[fault["kind"]] = kinds.get(fault["kind"], 0) + 1
        for line in self.ledger:
            answers.setdefault(line["what"], {}).setdefault(line["answer"], 0)
            answers[line["what"]][line["answer"]] += 1
        numbers["seed"], numbers["seconds"] = self.run["seed"], self.run["seconds"]
        numbers["faults"] = kinds
        numbers["answers"] = answers
        numbers["incidents"], numbers["mails"] = len(self.alerts()), len(self.mails)
        numbers["agreed_after_s"] = self.run["agreed"] and round(self.run["agreed"], 1)
        for problem in self.run["problems"]:
            self.verdict.find("process", problem)
        # An answer that a region at peace does not give is no broken promise, for the sender tries the next.
        for line in self.ledger:
            if line["answer"] in ("none", "refused") and line["status"] != 404 \
                    and not self.world.near([line["region"]], line["sent"] - 2, line["answered"]):
                self.verdict.notes.append(f"{line['region']}, struck by nothing, gave no good answer at "
                                          f"{self.clock(line['sent'])}: {line['status']} {line['detail'][:120]}")

    def something_happened(self):
        """A run in which nothing was taken in, or nobody had to be paged, shows nothing; and what no region took in
        is a broken promise as soon as one of those that were asked had been struck by nothing."""
        taken = {line["story"] for line in self.answered(("fire",))}
        for story in sorted({line["story"] for line in self.of(("fire",))} - taken):
            asked = [line for line in self.of(("fire",)) if line["story"] == story]
            calm = sorted({line["region"] for line in asked
                           if not self.world.near([line["region"]], line["sent"] - 2, line["answered"])})
            if calm:
                self.verdict.find("intake", f"no region took in alert {story}, asked from "
                                  f"{self.clock(asked[0]['sent'])} on; {' and '.join(calm)} had been struck by nothing")
            else:
                self.verdict.notes.append(f"no region took in alert {story}: see the ledger")
        if not taken:
            self.verdict.find("intake", "no alert was taken in at all")
        elif not self.by_incident:
            self.verdict.find("paged in time", "nobody was paged at all")

    def nothing_lost(self):
        lost = 0
        titles = {}
        for line in self.answered(("fire", "repeat")):
            if titles.setdefault(line["title"], line["incident"]) != line["incident"]:
                self.verdict.find("same incident", f"{line['title']} is {titles[line['title']]} and {line['incident']}")
            for region in REGIONS:
                found = self.detail(region, line["incident"])
                if not found or line["title"] not in [a["summary"] for a in found["alerts"]]:
                    lost += 1
                    self.verdict.find("nothing lost", f"{region} does not have {line['title']} (incident "
                                      f"{line['incident'][:8]}), answered {line['answer']} by {line['region']} at "
                                      f"{self.clock(line['answered'])}")
        for line in self.answered(("ack",)):
            for region in REGIONS:
                found = self.detail(region, line["incident"])
                if not found or line["by"] not in [a["by"] for a in found["acknowledgements"]]:
                    lost += 1
                    self.verdict.find("nothing lost", f"{region} does not have the acknowledgement of "
                                      f"{line['incident'][:8]} by {line['by']}, answered {line['answer']} by "
                                      f"{line['region']} at {self.clock(line['answered'])}")
        for line in self.answered(("resolve",)):
            for region in REGIONS:
                found = self.detail(region, line["incident"])
                if not found or any(a["isFiring"] for a in found["alerts"]):
                    lost += 1
                    self.verdict.find("nothing lost", f"{region} does not have the resolve of {line['title']}, "
                                      f"answered {line['answer']} by {line['region']} at "
                                      f"{self.clock(line['answered'])}")
        self.verdict.numbers["lost"] = lost

    def agree(self):
        if self.run["agreed"] is None:
            self.verdict.find("agreement", "the regions did not come to the same in time after everything was healed")
        elif self.run["agreed"] > AGREE_BOUND:
            self.verdict.find("agreement", f"the regions came to the same {self.run['agreed']:.1f} s after everything was "
                              f"healed (bound {AGREE_BOUND} s)")
        different = 0
        for incident in sorted(set().union(*(self.state[r] for r in REGIONS))):
            chains = {}
            for region in REGIONS:
                timeline = (self.state[region].get(incident) or {}).get("timeline")
                if not timeline:
                    self.verdict.find("agreement", f"{region} has no timeline of {incident[:8]}")
                    continue
                committed = [e for e in timeline["entries"] if e["index"] > 0]
                chains[region] = [(e["index"], e.get("digest"), e["kind"], e["text"], e.get("fact")) for e in committed]
                if any(not re.fullmatch(r"[0-9a-f]{64}", e.get("digest") or "") for e in committed):
                    self.verdict.find("hash chain", f"{region}: an entry of {incident[:8]} has no digest")
                digests = [e.get("digest") for e in committed]
                if len(set(digests)) < len(digests) or [e["index"] for e in committed] != sorted(
                        e["index"] for e in committed):
                    self.verdict.find("hash chain", f"{region}: the timeline of {incident[:8]} is not a chain")
                chain = timeline.get("chain") or {}
                if chain.get("brokenAt") or chain.get("verified") != len(committed) or not chain.get("isWhole"):
                    self.verdict.find("hash chain", f"{region}: the chain of {incident[:8]}, worked out anew, is {chain}")
                if len(committed) < len(timeline["entries"]):
                    self.verdict.find("agreement", f"{region} alone knows "
                                      f"{len(timeline['entries']) - len(committed)} entries of {incident[:8]}")
            if len({json.dumps(c) for c in chains.values()}) > 1:
                different += 1
                lengths = {r: len(c) for r, c in chains.items()}
                at = next((i for i, e in enumerate(zip(*chains.values())) if len(set(e)) > 1), min(lengths.values()))
                self.verdict.find("agreement", f"the timelines of {incident[:8]} differ from entry {at} on: {lengths}")
        self.verdict.numbers["timelines_that_differ"] = different
