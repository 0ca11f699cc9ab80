"""The rules of cluster/apart for pages: each side pages for what came in there, and why a page came twice. See
apart_check."""
import datetime

from apart_plan import CROSSED, TWIN
from chaos_pages import CYCLES, LEVELS, PAGE_BOUND, PageRules, position
from chaos_plan import REGIONS

NOTICE = "notice"


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def step_of(mail):
    return mail["headers"]["X-Meridian-Step"]


class ApartPages(PageRules):
    """Mixed into ApartChecker; what is only told is in `notices`, not in `mails`."""

    def story(self, incident):
        return next((story for story, i in self.run["incidents"].items() if i == incident), incident[:8])

    def part_notices(self):
        """Notices need no answer and are no pages: they may come after an acknowledgement."""
        self.notices = [m for m in self.mails if step_of(m).startswith(NOTICE)]
        self.mails = [m for m in self.mails if not step_of(m).startswith(NOTICE)]

    def paged_on_each_side(self):
        """While apart, what is due on a side is paged by that side; delays count from the instant it was due."""
        delays, mailed = {}, {}
        for pool in self.cast.pools:
            for story, incident in self.run["incidents"].items():
                for step, delay in self.paged_by(pool, story, incident):
                    if delay is not None:
                        delays.setdefault(pool.name, []).append(round(delay, 2))
            mailed[pool.name] = sum(1 for m in self.mails if self.run["cut"] <= m["at"] <= self.run["healed"]
                                    and m["headers"]["X-Meridian-Region"] in pool.regions)
        self.verdict.numbers["page_delays"], self.verdict.numbers["pages_while_apart"] = delays, mailed

    def paged_by(self, pool, story, incident):
        """(step, delay from due) of every step that was due on a side while it was apart; None where the step after
        it or an acknowledgement came before the page had to."""
        if story.startswith(TWIN) or story in CROSSED:
            return
        opened, quiet = self.known_on(pool, story, incident)
        if opened is None:
            return
        cut, healed, level = self.run["cut"], self.run["healed"], self.run["level_seconds"]
        mails = [m for m in self.by_incident.get(incident, []) if m["headers"]["X-Meridian-Region"] in pool.regions]
        for step in range(LEVELS * CYCLES):
            due = opened + step * level
            if due < cut:
                continue
            if due > min(healed, quiet):
                break
            exact = [m["at"] for m in mails if position(m) == step and m["at"] <= healed]
            later = [m["at"] for m in mails if position(m) >= step and m["at"] <= due + PAGE_BOUND]
            if not later and due + PAGE_BOUND < min(healed, quiet):
                self.find("paged on each side", f"step {step + 1} of '{story}' was due on {pool.name} at "
                          f"{self.clock(due)}, and no mail of {', '.join(pool.regions)} came by "
                          f"{self.clock(due + PAGE_BOUND)}")
            yield step, (min(exact) - due if exact else None)

    def known_on(self, pool, story, incident):
        """When an incident opened, as a side saw it while apart, and when somebody there took it on; (None, None) if
        it is none of theirs."""
        here = [s.name for s in self.cast.sides if s.regions[0] in pool.regions]
        lines = [line for line in self.ledger if line["incident"] == incident]
        came_in = [line for line in lines if line["what"] == "fire" and line["side"] in (*here, "all")]
        details = [self.apart[r][incident]["detail"] for r in pool.regions if incident in self.apart[r]]
        opened = [instant(d["summary"]["openedAt"]) for d in details if d and d["summary"].get("openedAt")]
        if came_in and not opened:
            self.find("paged on each side", f"{pool.name} does not know '{story}', which came in there")
        if opened and not came_in:
            self.find("apart", f"{pool.name} knows '{story}', which came in elsewhere: it is not cut off")
        if not came_in or not opened:
            return None, None
        quiet = [line["sent"] for line in lines if line["what"] == "ack" and line["side"] in here]
        return min(opened), min(quiet, default=9e12)

    def explain_duplicates(self):
        """Chaos' rule, told by side and step."""
        seen, kinds = {}, {}
        for mail in self.mails:
            key = mail["headers"]["X-Meridian-Page"]
            if key in seen:
                kind, reason = self.reason(seen[key], mail)
                both = [self.sender(m) for m in (seen[key][-1], mail)]
                text = (f"{step_of(mail)} of '{self.story(mail['headers']['X-Meridian-Incident'])}', to "
                        f"{mail['to'][0]}: {both[0]}, then {both[1]}")
                kinds[kind] = kinds.get(kind, 0) + 1
                self.verdict.duplicates.append({"text": text, "kind": kind, "reason": reason, "step": step_of(mail)})
                if not reason:
                    self.find("duplicates explained", text)
            seen.setdefault(key, []).append(mail)
        self.verdict.numbers["twice"] = kinds

    def sender(self, mail):
        region = mail["headers"]["X-Meridian-Region"]
        return f"{region} ({self.cast.side(region).name}) {mail['at'] - self.run['cut']:.1f} s after the cut"

    def told(self):
        """Whoever is made deputy, took it on second, or was paged in vain is told of it, once, and of what stands
        (design 7)."""
        wanted, came = [], {}
        for incident in self.run["incidents"].values():
            for conflict in (self.detail(REGIONS[0], incident) or {"conflicts": []})["conflicts"]:
                for tail in (" with deputies ", ", then ", "stand down: "):
                    if conflict["isStanding"] and tail in conflict["outcome"]:
                        people = conflict["outcome"].split(tail)[1].split(", ")
                        wanted += [(incident, conflict["rule"], person, conflict["reason"]) for person in people]
        for mail in self.notices:
            key = mail["headers"]["X-Meridian-Page"]
            came[key] = came.get(key, 0) + 1
            if came[key] > 1:
                self.find("told", f"{mail['to'][0]} was told twice: {mail['subject']}")
        for incident, rule, person, reason in wanted:
            found = [m for m in self.notices if m["headers"]["X-Meridian-Incident"] == incident
                     and m["to"][0].split("@")[0] == person and step_of(m).startswith(f"{NOTICE}: {rule}")]
            if not found:
                self.find("told", f"{person} was not told of the decision on {rule} of '{self.story(incident)}'")
            elif reason[:200] not in " ".join(found[-1]["text"].split()):
                at = found[-1]["at"] - self.run["healed"]
                self.find("told", f"{person} was told, {at:+.1f} s from healing, something else about {rule} of "
                          f"'{self.story(incident)}' than what stands: {reason}")
        self.verdict.numbers["told"] = f"{len(self.notices)} notices; {len(wanted)} were to be told"

    def word_goes_round(self):
        """A way that is cut between two of three excuses neither a page after an acknowledgement nor one that comes
        twice: the third tells both (docs/testing.md)."""
        if self.cast.is_apart:
            return
        count = self.verdict.numbers["pages_a_third_region_could_have_stopped"]
        if count:
            self.find("word goes round", f"{count} pages after an acknowledgement: see the notes")
        for one in self.verdict.duplicates:
            if one["kind"] == "apart, a third in touch":
                self.find("word goes round", f"{one['text']}; {one['reason']}")
        for region in REGIONS:
            here = self.apart[region][self.before]["detail"]
            owner = self.apart[self.run["owner"]][self.before]["detail"]
            stands = [(d["summary"]["severity"], d.get("commander"), d["summary"]["label"]["index"])
                      for d in (here, owner)]
            if stands[0] != stands[1]:
                self.verdict.notes.append(f"just before healing {region} said severity, command and index {stands[0]}; "
                                          f"the owner {self.run['owner']} said {stands[1]}")
