"""Whether a run of cluster/apart kept what is promised to sides that hear nothing of each other: reads the folder of
the run and nothing else. Rules that hold of any fault are chaos_check's; here are those of a cut."""
import json
import os

from apart_coordinators import outcome
from apart_pages import NOTICE, ApartPages, instant
from apart_plan import CROSSED, TWIN, make_acts, make_cast
from chaos_check import Checker, Verdict, read_lines
from chaos_plan import REGIONS

# Seconds: design L2 and L6.
EQUAL_SECONDS, ANSWER_SECONDS = 10, 2
WORDS = {"ack": "acknowledged by {by} through", "severity": "{by} wants {value}",
         "commander": "{by} takes command", "merge": "{by} wants it merged into", "fire": "{title}"}
KINDS = {"ack": "acknowledged", "severity": "proposed", "commander": "proposed", "merge": "proposed",
         "fire": "alert-firing"}


def check_folder(folder):
    def read(name):
        with open(os.path.join(folder, name)) as file:
            return json.load(file)

    lines = [read_lines(os.path.join(folder, *path)) for path in (["ledger.jsonl"], ["faults.jsonl"],
                                                                   ["mail", "mails.jsonl"])]
    verdict = Verdict()
    checker = ApartChecker(read("run.json"), *lines, read("state.json"), verdict)
    checker.begin(read("apart.json"), read("conflicts.json"), read_lines(os.path.join(folder, "healing.jsonl")))
    return checker.judge()


class ApartChecker(ApartPages, Checker):
    """The rules, and what is counted for the table."""

    def begin(self, apart, conflicts, looks):
        self.apart, self.listed, self.looks = apart, conflicts, looks
        self.cast = make_cast(self.run["scenario"], self.run["number"], self.run["owner"])
        self.acts = make_acts(self.cast, self.run["seconds"], self.run["people"])
        self.before = self.run["incidents"]["before"]
        self.part_notices()

    def judge(self):
        """The verdict; its numbers are a row of the table."""
        for problem in self.run["problems"]:
            self.find("process", problem)
        for rule in (self.answered_all, self.durability, self.nothing_lost, self.in_timelines, self.equal, self.agree,
                     self.wishes_apart, self.settled, self.crossing, self.conflicts_listed, self.stand_down, self.mails_are_known,
                     self.paged_in_time, self.paged_on_each_side, self.quiet_after_acknowledgement,
                     self.explain_duplicates, self.told, self.word_goes_round):
            rule()
        numbers = self.verdict.numbers
        numbers["scenario"], numbers["run"], numbers["owner"] = (self.run[k] for k in ("scenario", "number", "owner"))
        numbers["words"], numbers["equal_after_s"] = self.cast.words, self.run["agreed"]
        if self.run["scenario"] == "coordinators":
            self.one_problem()
            self.coordinators_agree()
            numbers["coordinators"], numbers["outcome"] = self.run["coordinators"], outcome(self)
            numbers["words"] = f"coordinators: {self.run['coordinators']}; {self.cast.words}"
        return self.verdict

    def find(self, rule, text):
        self.verdict.find(rule, text)

    def alerts(self):
        """Those of one problem under two keys are mild: their pages wait for others to the same person, and one pages
        for both. So are those whose merges cross."""
        mild = [i for story, i in self.run["incidents"].items() if story.startswith(TWIN) or story in CROSSED]
        return {incident: lines for incident, lines in super().alerts().items() if incident not in mild}

    def coordinators_agree(self):
        """Every coordinator that lives in the end knows every open incident, as the regions say."""
        for name, incidents in self.run["views"].items():
            told = {i["id"]: (i["status"], i["severity"]) for i in incidents}
            for story, incident in self.run["incidents"].items():
                summary = self.detail(REGIONS[0], incident)["summary"]
                stands = (summary["status"], summary["severity"])
                if incident not in told or summary["status"] != "merged" and told[incident] != stands:
                    self.find("coordinators follow", f"{name} says of '{story}' {told.get(incident)}; the regions say "
                              f"{stands}")

    def one_problem(self):
        """Whoever proposes it, and if nobody does: the one that opened first has taken the other over."""
        details = [self.detail(REGIONS[0], self.run["incidents"][f"{TWIN} {side.name}"]) for side in self.cast.sides]
        if not (details[0]["tookOver"] and details[1]["summary"].get("mergedInto") == details[0]["summary"]["id"]):
            self.find("one problem", f"the twin of the minority took over {details[0]['tookOver']}; that of the "
                      f"majority is merged into {details[1]['summary'].get('mergedInto')}")

    # --- what was asked --------------------------------------------------------------------------------

    def while_apart(self, *what):
        return [line for line in self.ledger if line["side"] != "all" and (not what or line["what"] in what)]

    def answered_all(self):
        for line in self.ledger:
            if line["answer"] not in ("quorum", "local"):
                self.find("every request is answered", f"{line['region']}: {line['what']} '{line['story']}': "
                          f"{line['status']} {line['detail'][:160]}")
            if line["answered"] - line["sent"] > ANSWER_SECONDS:
                self.find("every request is answered", f"{line['region']} took {line['answered'] - line['sent']:.1f} s "
                          f"for {line['what']} '{line['story']}'")

    def durability(self):
        """`local` without a majority, `quorum` with one; in a roundabout way it may be either."""
        counts = {}
        for line in self.while_apart():
            side = next(s for s in self.cast.sides if s.name == line["side"])
            wanted = {True: "quorum", False: "local", None: line["answer"]}[side.has_majority]
            key = f"{side.name} {line['answer']}"
            counts[key] = counts.get(key, 0) + 1
            if line["answer"] != wanted:
                self.find("durability", f"{line['region']} ({side.name}) answered {line['answer']} to {line['what']} "
                          f"'{line['story']}' at {self.clock(line['sent'])}, after "
                          f"{line['answered'] - line['sent']:.2f} s; it should be {wanted}")
        self.verdict.numbers["answers"] = counts

    def in_timelines(self):
        """Every accepted request is an entry in every region. The same alert through a second region is counted in
        the alert and is no entry of its own."""
        fired = {}
        for line in self.ledger:
            if line["answer"] not in ("quorum", "local"):
                continue
            if line["what"] == "fire":
                fired[line["incident"], line["title"]] = fired.get((line["incident"], line["title"]), 0) + 1
            for region in REGIONS:
                timeline = (self.state[region].get(line["incident"]) or {}).get("timeline") or {"entries": []}
                text = WORDS[line["what"]].format(**line)
                if not any(e["kind"] == KINDS[line["what"]] and text in e["text"] and e["index"] > 0
                           and (line["what"] == "fire" or e.get("region") == line["region"])
                           for e in timeline["entries"]):
                    self.find("in every timeline", f"{region} has no entry '{text}' of {line['region']} "
                              f"({line['what']} '{line['story']}', answered {line['answer']})")
        for (incident, title), count in fired.items():
            for region in REGIONS:
                detail = self.detail(region, incident) or {"alerts": []}
                reports = sum(a["reportCount"] for a in detail["alerts"] if a["summary"] == title)
                if reports < count:
                    self.find("in every timeline", f"{region} counts {reports} reports of '{title}'; {count} came in")

    # --- equal state -----------------------------------------------------------------------------------

    def equal(self):
        agreed = self.run["agreed"]
        if agreed is None or agreed > EQUAL_SECONDS:
            last = ([look for look in self.looks if look["differs"] or any(look["unmerged"].values())] or [{}])[-1]
            self.find("equal state", f"{'never' if agreed is None else f'{agreed:.1f} s'} after healing; the last look "
                      f"that differed: {last.get('differs') or last.get('unmerged')}")
        if self.run["agreed_again"] is None:
            self.find("equal state", "not at the end either: see end.jsonl")

    # --- what stands -----------------------------------------------------------------------------------

    def edits(self, what):
        return sorted((a for a in self.acts if a.what == what), key=lambda a: a.at)

    def wishes_apart(self):
        """Without a majority a wish is a proposal there and changes nothing; with one it stands."""
        for side in self.cast.sides if self.cast.is_apart else []:
            for region in side.regions:
                detail = self.apart[region][self.before]["detail"]
                here = [a for a in self.acts if a.side == side.name and a.what in ("severity", "commander")]
                wanted = {a.value if a.what == "severity" else f"{a.value} in command" for a in here}
                shown = {p["what"] for p in detail["proposals"]}
                stands = (detail["summary"]["severity"], detail.get("commander"))
                if side.has_majority:
                    good = stands == tuple(a.value for a in sorted(here, key=lambda a: a.what != "severity"))
                    good = good and not detail["proposals"]
                else:
                    good = stands == ("SEV3", None) and wanted <= shown
                    good = good and all(p["isApart"] for p in detail["proposals"])
                if not good:
                    self.find("wishes while apart", f"{region} ({side.name}), where {sorted(wanted)} was wanted, said "
                              f"severity and command {stands}, proposals {detail['proposals']}")

    def settled(self):
        detail = self.detail(REGIONS[0], self.before)
        standing = {c["rule"]: c for c in detail["conflicts"] if c["isStanding"]}
        worst = min([a.value for a in self.edits("severity")] + ["SEV3"])
        if detail["summary"]["severity"] != worst:
            self.find("worst severity stands", f"it is {detail['summary']['severity']}; wanted were "
                      f"{[a.value for a in self.edits('severity')]}")
        if detail["proposals"]:
            self.find("wishes are decided", f"still proposals after healing: {detail['proposals']}")
        self.settled_conflicts(standing)
        self.settled_command(detail, standing.get("commanders"))
        self.count_conflicts(detail)

    def crossing(self):
        """Merged each into the other: the one that opened first stands by itself and has taken the other over, in
        every region, and the decision is listed."""
        first, second = (self.run["incidents"][story] for story in CROSSED)
        for region in REGIONS:
            details = [self.detail(region, one) for one in (first, second)]
            ends = [(d["summary"]["status"], d["summary"].get("mergedInto"), d["tookOver"]) for d in details]
            if (ends[0][0], ends[0][1]) != ("acknowledged", None) or second not in str(ends[0][2]) \
                    or ends[1][:2] != ("merged", first):
                self.find("merges that cross", f"{region} says of the first {ends[0]}, of the second {ends[1]}")

    def count_conflicts(self, detail):
        by_rule = {}
        for incident in self.run["incidents"].values():
            for conflict in (self.detail(REGIONS[0], incident) or {"conflicts": []})["conflicts"]:
                state = "standing" if conflict["isStanding"] else "replaced"
                by_rule[f"{conflict['rule']} {state}"] = by_rule.get(f"{conflict['rule']} {state}", 0) + 1
        self.verdict.numbers["conflicts"] = by_rule
        self.verdict.numbers["in_command"] = self.commanders()
        self.verdict.numbers["acknowledgements"] = [
            f"{a['by']} in {a['region']}{' (first)' if a['isCovering'] else ''}" for a in detail["acknowledgements"]]

    def commanders(self):
        """Who was in command, one after the other, as the timeline tells: a change nobody asked for is one too many,
        for the committed one stands (design 7)."""
        entries = self.state[REGIONS[0]][self.before]["timeline"]["entries"]
        texts = [e["text"] for e in entries if e["kind"] == "reconciled" and "in command" in e["text"]]
        people = [text.split()[0].rstrip(",") for text in texts]
        changes = [f"{a} → {b}" for a, b in zip(people, people[1:]) if a != b]
        if changes:
            self.verdict.notes.append("command changed without anybody's wish while it was settled: "
                                      + ", ".join(changes))
        return people

    def settled_conflicts(self, standing):
        """Each rule's conflict names both sides."""
        for rule, what in (("severities", "severity"), ("commanders", "commander"), ("acknowledgements", "ack")):
            wanted = {(a.region, a.by) for a in self.edits(what)}
            if len(wanted) < 2:
                if rule in standing:
                    self.find("conflicts", f"a conflict of {rule} with one side only: {standing[rule]}")
                continue
            sides = {(s["region"], s["by"]) for s in standing.get(rule, {"sides": []})["sides"]}
            if sides != wanted:
                self.find("conflicts", f"standing for {rule} are {sorted(sides) or 'none'}; the sides were "
                          f"{sorted(wanted)}")
            apart = {s["region"]: s["isApart"] for s in standing.get(rule, {"sides": []})["sides"]}
            for region, is_apart in apart.items() if what != "ack" else ():
                if is_apart != (self.cast.side(region).has_majority is False):
                    self.find("conflicts", f"{rule}: {region} says isApart {is_apart}")

    def settled_command(self, detail, conflict):
        """The majority's commander stands, else the first; the others are deputies."""
        sides = sorted((conflict or {"sides": []})["sides"], key=lambda s: (s["isApart"], s["at"]))
        acts = self.edits("commander")
        if self.cast.is_apart:
            first = next((a for a in acts if self.cast.side(a.region).has_majority), acts[0]).value
        else:
            first = sides[0]["by"] if sides else detail.get("commander")
        deputies = {a.value for a in acts} - {first}
        if detail.get("commander") != first or set(detail["deputies"]) != deputies:
            self.find("command", f"in command is {detail.get('commander')}, deputies {detail['deputies']}; it should "
                      f"be {first}, deputies {sorted(deputies)}")

    def conflicts_listed(self):
        for region in REGIONS:
            found = {i: (self.detail(region, i) or {"conflicts": []})["conflicts"] for i in self.state[region]}
            wanted = sorted(c["id"] for conflicts in found.values() for c in conflicts)
            listed = sorted(c["id"] for c in (self.listed[region] or {"conflicts": []})["conflicts"])
            if wanted != listed:
                self.find("conflicts", f"{region} lists conflicts {listed}; its incidents have {wanted}")

    def stand_down(self):
        """Who was paged after somebody had taken it on elsewhere is told to stand down."""
        for story, incident in self.run["incidents"].items():
            detail = self.detail(REGIONS[0], incident)
            first = next((a for a in detail["acknowledgements"] if a["isCovering"]), None)
            if not first:
                continue
            pages = [p for p in detail["pages"] if p["person"] != first["by"] and not p["step"].startswith(NOTICE)]
            vain = sorted({p["person"] for p in pages if any(
                a["startedAt"] > first["at"] and a.get("outcome") == "delivered" for a in p["attempts"])})
            told = [c["outcome"] for c in detail["conflicts"] if c["rule"] == "stand-down" and c["isStanding"]]
            wanted = [f"stand down: {', '.join(vain)}"] if vain else []
            if told != wanted:
                self.find("stand down", f"'{story}' was taken on by {first['by']} at {first['at']}; paged in vain: "
                          f"{vain}; its conflicts say {told}")
