"""Whether a day of cluster/fastday kept what is promised of command, ownership and pages: reads the run's folder and
nothing else. All times are the members'."""
import datetime
import json
import os
import statistics

from chaos_check import Checker, Verdict, read_lines
from chaos_pages import PAGE_BOUND
from chaos_plan import REGIONS
from fastday_plan import FAULTS, LATE_FIRST, OVERLAP, PEOPLE, REGION_OF, SUN, THROUGH

# Seconds: what milder pages may wait for others to the same person; how long after a fault an incident may have no
# owner in a living region (design L3, and what noticing takes); design L4 for ownership, its pause after a try that
# came to nothing, and a look.
BUNDLE, TAKEOVER, NOTICE_GRACE = 20, 8, 15


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def check_folder(folder):
    def read(name):
        with open(os.path.join(folder, name)) as file:
            return json.load(file)

    lines = [read_lines(os.path.join(folder, *path)) for path in (["ledger.jsonl"], ["mail", "mails.jsonl"],
                                                                   ["looks.jsonl"])]
    verdict = Verdict()
    return DayChecker(read("run.json"), *lines, read("state.json"), verdict).judge()


class DayChecker(Checker):
    """The rules, and the rows of the table."""

    def __init__(self, run, ledger, mails, looks, state, verdict):
        super().__init__(run, ledger, [], mails, state, verdict)
        self.looks, self.rows = looks, []
        self.commands = {i: self.command_of(i) for i in run["incidents"].values()}

    def judge(self):
        for problem in self.run["problems"]:
            self.find("process", problem)
        for rule in (self.agree, self.answered, self.never_vacant, self.told_as_decided, self.opened_are_paged,
                     self.never_orphaned):
            rule()
        for change in self.run["changes"]:
            self.rows.append(self.change(change))
        numbers = self.verdict.numbers
        numbers["incidents"], numbers["mails"] = len(self.run["incidents"]), len(self.mails)
        numbers["equal_after_s"] = self.run["agreed"]
        numbers["changes"] = self.rows
        return self.verdict

    def find(self, rule, text):
        self.verdict.find(rule, text)

    def fake(self, real):
        return self.run["epoch"] + (real - self.run["epoch"]) * self.run["settings"]["rate"] + self.run["ahead"]

    def entries(self, incident):
        return self.state[REGIONS[0]][incident]["timeline"]["entries"]

    def command_of(self, incident):
        """(index, at, person) of each decision of who commands."""
        found = []
        for entry in self.entries(incident):
            if entry["kind"] == "reconciled" and "in command" in entry["text"]:
                found.append((entry["index"], instant(entry["at"]), entry["text"].split()[0].rstrip(",")))
        return found

    # --- rules -----------------------------------------------------------------------------------------

    def answered(self):
        """Every request was accepted, and what was accepted is in the timeline of every region."""
        words = {"handoff/accept": "{by} accepts command", "commander": "{by} takes command",
                 "acknowledge": "acknowledged by {by}"}
        for line in self.ledger:
            if line["answer"] not in ("quorum", "local", "done"):
                self.find("every request is answered", f"{line['what']} of {line['incident'][:8]} by {line['by']} at "
                          f"{self.clock(line['sent'])}: {line['region']} said {line['status']} {line['detail'][:160]}")
                continue
            text = words.get(line["what"], "").format(**line)
            for region in REGIONS:
                timeline = (self.state[region].get(line["incident"]) or {}).get("timeline") or {"entries": []}
                if text and not any(text in e["text"] and e["index"] > 0 for e in timeline["entries"]):
                    self.find("nothing lost", f"{region} has no entry '{text}' of {line['incident'][:8]}")

    def never_vacant(self):
        """In the log command passes from one person to one other at an index, and never to nobody."""
        for incident, command in self.commands.items():
            if not command:
                self.find("command", f"nobody was ever in command of {incident[:8]}")
            indexes = [index for index, _, _ in command]
            if len(set(indexes)) < len(indexes):
                self.find("command", f"{incident[:8]} has two decisions of command at one index: {command}")
            for _, _, person in command:
                if person not in REGION_OF:
                    self.find("command", f"{incident[:8]} is commanded by '{person}', who is nobody")

    def told_as_decided(self):
        """What each region says of command is what the log says, in its order; never nobody after somebody."""
        seen = {}
        for line in self.looks:
            mine = seen.setdefault((line["region"], line["incident"]), [])
            if not mine or mine[-1] != line["commander"]:
                mine.append(line["commander"])
        for (region, incident), people in seen.items():
            log = iter([None] + [person for _, _, person in self.commands.get(incident, [])])
            if not all(person in log for person in people):
                self.find("command", f"{region} said of {incident[:8]} that in command were, one after the other, "
                          f"{people}; the log says {[p for _, _, p in self.commands.get(incident, [])]}")

    def bound(self, severity):
        return PAGE_BOUND + (BUNDLE if severity > "SEV2" else 0)

    def deliveries(self, incident):
        """(at, person, region) of every page of an incident that left, as its records tell."""
        members = self.run["members"]
        found = []
        for page in self.detail(REGIONS[0], incident)["pages"]:
            if page["step"].startswith("notice"):
                continue
            for attempt in page["attempts"]:
                if attempt.get("outcome") == "delivered":
                    found.append((instant(attempt["startedAt"]), page["person"], members.get(attempt["member"])))
        return sorted(found)

    def opened_are_paged(self):
        missed, delays = 0, []
        titles = {line["incident"]: line["title"] for line in self.ledger if line["what"] == "fire"}
        for line in self.ledger:
            if line["what"] != "fire":
                continue
            came = [at for at, person, _ in self.deliveries(line["incident"]) if at >= line["sent"] - 2]
            delay = (min(came) if came else 9e12) - line["sent"]
            if delay > self.bound(line["severity"]):
                missed += 1
                self.find("no page missed", f"{line['title']} ({line['severity']}) came in at "
                          f"{self.clock(line['sent'])} and was first paged after {delay:.0f} s")
            else:
                delays.append(delay)
            if not any(self.is_about(mail, line["incident"], titles) for mail in self.mails):
                self.find("no page missed", f"no mail ever told of {line['title']}")
        self.verdict.numbers["pages_missed"] = missed
        self.verdict.numbers["opened_to_page_s"] = spread(delays)

    def is_about(self, mail, incident, titles):
        is_page = not mail["headers"]["X-Meridian-Step"].startswith("notice")
        return is_page and (mail["headers"]["X-Meridian-Incident"] == incident or titles[incident] in mail["text"])

    def never_orphaned(self):
        """Looks of regions that are in touch: an owner that is away is replaced within the time a takeover takes."""
        for fault in self.run["faults"]:
            after, before = fault["began"] + TAKEOVER, fault["ended"]
            for region in REGIONS:
                if region == fault["region"]:
                    continue
                last = {}
                for line in self.looks:
                    if line["region"] != region:
                        continue
                    if line["at"] <= after:
                        last[line["incident"]] = line["owner"]
                    elif line["at"] < before and line["owner"] == fault["region"]:
                        self.find("no incident orphaned", f"{region} said at {self.clock(line['at'])} that "
                                  f"{line['owner']} ({fault['kind']} since {self.clock(fault['began'])}) owns "
                                  f"{line['incident'][:8]}")
                for incident, owner in last.items():
                    if owner in (None, fault["region"]) and incident not in self.run["resolved"]:
                        self.find("no incident orphaned", f"{region}: {TAKEOVER} s after the {fault['kind']} of "
                                  f"{fault['region']} {incident[:8]} was owned by {owner}")

    # --- each change -----------------------------------------------------------------------------------

    def change(self, change):
        """One row; and what has to hold of this change."""
        number, at = change["number"], change["at"]
        incoming, live = SUN[number], change["incidents"]
        row = {"change": f"{SUN[number - 1]} to {incoming}", "befalls": FAULTS[number], "open": len(live)}
        accepts = {line["incident"]: line for line in self.ledger if line.get("change") == number}
        offered, told_offer, decided, known, told, owned = {}, [], [], [], [], []
        for incident in live:
            offer = self.offer_of(incident, at)
            if offer is None:
                self.find("everything is offered", f"{incident[:8]} was not offered before change {number}")
                continue
            offered[incident] = offer
            told_offer.append(self.mailed(incident, PEOPLE[incoming], "offers you command", offer) - offer)
            line = accepts.get(incident)
            if line is None:
                self.find("everything is accepted", f"nobody accepted {incident[:8]} at change {number}")
                continue
            self.follow(incident, line, at, incoming, decided, known, told, owned)
        row |= {"offered": len(offered), "accepted": len(accepts),
                "late": sum(line["late"] for line in accepts.values()),
                "offer_to_mail_s": spread(told_offer),
                "accept_to_answer_s": spread([x["answered"] - x["sent"] for x in accepts.values()]),
                "accept_to_decided_s": spread(decided), "accept_to_known_everywhere_s": spread(known),
                "accept_to_outgoing_told_s": spread(told), "owners_moved": len(owned),
                "accept_to_owner_moved_s": spread(owned)}
        row["lapse_to_page_s"] = spread(self.lapses(accepts, at, incoming))
        for delay in told_offer:
            if delay > PAGE_BOUND + NOTICE_GRACE:
                self.find("offers are told", f"somebody was told of an offer of change {number} after {delay:.0f} s")
        return row

    def offer_of(self, incident, at):
        """When it was offered for this change."""
        found = [instant(e["at"]) for e in self.entries(incident)
                 if "offers command to" in e["text"] and at - OVERLAP - 5 < instant(e["at"]) < at]
        return max(found, default=None)

    def mailed(self, incident, people, words, since):
        came = [self.fake(m["at"]) for m in self.mails if m["headers"]["X-Meridian-Incident"] == incident
                and m["to"][0].split("@")[0] in people and words in " ".join(m["text"].split())]
        return min((t for t in came if t >= since - 3), default=9e12)

    def follow(self, incident, line, at, incoming, decided, known, told, owned):
        """What came of an acceptance: the decision, every region's word, the outgoing commander's mail, the owner."""
        mine = [d for d in self.commands[incident] if line["sent"] - 2 <= d[1] <= at + THROUGH]
        if not mine or mine[0][2] != line["by"]:
            return self.find("command", f"{line['by']} accepted {incident[:8]} at {self.clock(line['sent'])}, and "
                             f"decided was {mine[:2] or 'nothing'}")
        decided.append(mine[0][1] - line["sent"])
        before = [d[2] for d in self.commands[incident] if d[1] < mine[0][1]]
        told.append(self.mailed(incident, before[-1:], "is in command of", line["sent"]) - line["sent"])
        seen = [self.first_look(r, incident, line["sent"], lambda x: x["commander"] == line["by"]) for r in REGIONS]
        known.append(max(seen) - line["sent"])
        moved = [self.first_look(r, incident, line["sent"], lambda x: x["owner"] == incoming) for r in REGIONS]
        if incident not in self.run["resolved"]:
            owned.append(max(moved) - line["sent"])
            if max(moved) > max(at + THROUGH, line["sent"] + 40):
                self.find("ownership follows command", f"{incident[:8]}, commanded from {incoming} since "
                          f"{self.clock(mine[0][1])}, was not owned there by {self.clock(at + THROUGH)}")

    def first_look(self, region, incident, since, is_it):
        """The first look, or since then, at which a region said so, and has said so since."""
        state = None
        for line in self.looks:
            if line["region"] != region or line["incident"] != incident:
                continue
            if line["at"] > since and state:
                return max(since, state)
            state = line["at"] if is_it(line) else None
            if state and state > since:
                return state
        return max(since, state) if state else 9e12

    def lapses(self, accepts, at, incoming):
        """What nobody had accepted when the shift was over is paged to whoever has come on call."""
        delays = []
        for incident, line in accepts.items():
            if not line["late"] or line["sent"] < at + LATE_FIRST - 1:
                continue
            severity = self.detail(REGIONS[0], incident)["summary"]["severity"]
            came = [t for t, person, _ in self.deliveries(incident) if t >= at - 2 and person in PEOPLE[incoming]]
            delay = (min(came) if came else 9e12) - at
            if delay > min(self.bound(severity), line["sent"] - at):
                self.find("no page missed", f"{incident[:8]} ({severity}) was not accepted when the shift ended, and "
                          f"{incoming} was first paged after {delay:.0f} s")
            else:
                delays.append(delay)
        return delays


def spread(values):
    good = [v for v in values if v < 1e9]
    if not good:
        return None
    return {"median": round(statistics.median(good), 2), "max": round(max(good), 2), "count": len(good),
            "never": len(values) - len(good)}


def table(verdict):
    """What happened at each change, one column each."""
    rows, lines = verdict.numbers["changes"], []
    for name in rows[0] if rows else ():
        cells = [words(row[name]) for row in rows]
        lines.append(f"  {name.replace('_', ' '):30}" + "".join(f" {cell:>24}" for cell in cells)
                     if name != "befalls" else
                     "\n".join(f"  {'befalls ' + row['change']:30} {row['befalls']}" for row in rows))
    others = {k: v for k, v in verdict.numbers.items() if k != "changes"}
    lines += ["", *(f"  {name.replace('_', ' '):30} {words(value)}" for name, value in others.items())]
    lines += [f"note: {note}" for note in verdict.notes]
    lines += [f"BROKEN ({b['rule']}): {b['text']}" for b in verdict.broken]
    lines.append("everything held" if verdict.is_good else f"{len(verdict.broken)} promises are BROKEN")
    return "\n".join(lines)


def words(value):
    if isinstance(value, dict) and "median" in value:
        never = f", never {value['never']}" if value["never"] else ""
        return f"{value['median']:.1f} / {value['max']:.1f} ({value['count']}{never})"
    return "-" if value is None else str(round(value, 2) if isinstance(value, float) else value)
