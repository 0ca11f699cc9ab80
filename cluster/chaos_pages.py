"""The rules of a chaos run's pages: in time, none too many, none too late. See chaos_check."""
import datetime
import re
import statistics

from chaos_plan import REGIONS

# Seconds. The bound of a page (design 5): due + G0 + 2·G1 + f·8 + one try at a gateway, and this much for a machine
# that builds meanwhile.
G0, G1, TRY, NOISE, CRASH_COST = 2, 2, 5, 5, 8
PAGE_BOUND = G0 + 2 * G1 + TRY + NOISE
# A clock that is off makes others wait for as much longer, but never for more than an intent may hold them, twice.
SKEW_MOST = 2 * (CRASH_COST + G0)
# What a fact takes to every region that can be reached, over a sound way and over a lossy or slow one; and what a
# mail may be under way when its sender learns of an acknowledgement.
SPREAD, SPREAD_SLOW, IN_FLIGHT = 2, 6, 2
# Within this a region that sends a page may not know yet of the same page of another, on a sound way.
SPREAD_PAGE = 1
# By so much clocks may be ahead without anybody counting from another moment (`ClockLimits.unnoticed`).
UNNOTICED = 0.5
# So long before a takeover may the owner have come back that was gone.
TAKEOVER = 8
# While nothing is wrong: within this somebody is paged of the very step that is due, not of a later one.
PEACE_BOUND = 8
STEP = re.compile(r"level (\d+), cycle (\d+)")
LEVELS, CYCLES = 3, 3
FAILED = ("failed", "undeliverable")
ANSWERED = ("quorum", "local", "done")


class PageRules:
    """What a Checker judges of mails, and what it finds out for that. `run`, `ledger`, `mails`, `state`, `world`,
    `by_incident` and `verdict` are the Checker's."""

    def clock(self, at):
        return f"{at - self.run['start']:.1f}s"

    def of(self, what):
        return [line for line in self.ledger if line["what"] in what]

    def answered(self, what):
        return [line for line in self.of(what) if line["answer"] in ANSWERED and line["incident"]]

    def alerts(self):
        """Incident → the answers to its alert."""
        found = {}
        for line in self.answered(("fire", "repeat")):
            found.setdefault(line["incident"], []).append(line)
        return found

    def detail(self, region, incident):
        return (self.state[region].get(incident) or {}).get("detail")

    # --- rules -----------------------------------------------------------------------------------------

    def mails_are_known(self):
        """A mail was an attempt that some region wrote down, unless it died or could not write."""
        for incident, mails in self.by_incident.items():
            for mail in mails:
                key, region = mail["headers"]["X-Meridian-Page"], mail["headers"]["X-Meridian-Region"]
                details = [d for d in (self.detail(r, incident) for r in REGIONS) if d]
                if any(p["key"] == key for d in details for p in d["pages"]):
                    continue
                if not self.world.near([region], mail["at"] - 6, mail["at"] + 2):
                    self.verdict.find("pages are written down", f"{region} paged {mail['to'][0]} at "
                                      f"{self.clock(mail['at'])} for {incident[:8]}, and no timeline says so")

    def paged_in_time(self):
        """Due times count from the answer; the delays that are told count from the request."""
        level, delays, late, steps, calm = self.run["level_seconds"], [], 0, 0, 0
        quiet = {}
        for line in self.of(("ack", "resolve")):
            if line["incident"] and self.took_effect(line):
                quiet[line["incident"]] = min(quiet.get(line["incident"], 9e12), line["sent"])
        for incident, answers in self.alerts().items():
            origin = {}
            for line in answers:
                origin[line["region"]] = min(origin.get(line["region"], 9e12), line["answered"])
            known = self.world.knows(origin, SPREAD, SPREAD_SLOW)
            opened = min(origin.values())
            asked = min(line["sent"] for line in answers if line["answered"] == opened)
            quiet_at = quiet.get(incident, 9e12)
            # Two regions apart may begin one run at two times, and a clock that is off dates it: see steps below.
            is_plain = self.world.is_calm(asked - level, max(line["answered"] for line in answers)) \
                and not any(f["kind"] == "hour" for f in self.world.faults)
            for step in range(LEVELS * CYCLES):
                due = opened + step * level
                deadline, crashes, able = self.world.page_deadline(known, due, PAGE_BOUND, CRASH_COST)
                deadline += min(SKEW_MOST, self.world.worst_skew(due - 20, deadline))
                soon = due + PEACE_BOUND
                if is_plain and PEACE_BOUND < level and soon < min(quiet_at, self.run["ended"]) \
                        and self.world.is_calm(due - level, soon):
                    calm += 1
                    if not any(m["at"] < soon and position(m) == step for m in self.by_incident.get(incident, [])):
                        self.verdict.find("paged in time", f"step {step + 1} of {incident[:8]} was due at "
                                          f"{self.clock(due)}; nothing was wrong, and nobody was paged of it by "
                                          f"{self.clock(soon)}")
                came = [m["at"] for m in self.by_incident.get(incident, []) if position(m) >= step]
                if came and min(came) < min(quiet_at, deadline):
                    steps += 1
                    delays.append(min(came) - due + opened - asked)
                    continue
                if quiet_at < deadline or self.run["ended"] < deadline:
                    break
                steps += 1
                late += 1
                then = f"at {self.clock(min(came))}" if came else "never"
                self.verdict.find("paged in time", f"step {step + 1} of {incident[:8]} was due at {self.clock(due)}; "
                                  f"nobody was paged by {self.clock(deadline)}, although {able} could page ({crashes} "
                                  f"faults of others allowed for); then {then}")
        delays.sort()
        self.verdict.numbers["steps_checked"], self.verdict.numbers["steps_late"] = steps, late
        self.verdict.numbers["steps_while_all_was_well"] = calm
        if delays:
            self.verdict.numbers["page_delay_s"] = {
                "median": round(statistics.median(delays), 2), "p99": round(delays[int(len(delays) * 0.99)], 2),
                "max": round(delays[-1], 2), "bound": PAGE_BOUND}

    def took_effect(self, line):
        """Whether an acknowledgement or resolve was answered well, or is there all the same: no answer says nothing."""
        if line["answer"] in ANSWERED:
            return True
        details = [d for d in (self.detail(r, line["incident"]) for r in REGIONS) if d]
        if line["what"] == "ack":
            return any(a["by"] == line["by"] for d in details for a in d["acknowledgements"])
        return any(not a["isFiring"] for d in details for a in d["alerts"])

    def quiet_after_acknowledgement(self):
        count, needless = 0, 0
        for incident, mails in self.by_incident.items():
            origin = {}
            for line in self.answered(("ack", "resolve")):
                if line["incident"] == incident:
                    origin[line["region"]] = min(origin.get(line["region"], 9e12), line["answered"])
            if not origin:
                continue
            known = self.world.knows(origin, SPREAD, SPREAD_SLOW)
            told = self.world.knows(origin, SPREAD, SPREAD_SLOW, through_others=True)
            for mail in mails:
                region = mail["headers"]["X-Meridian-Region"]
                # A sender that stood, or whose mail stood in the way, may end a try that it began before.
                stood = [s for s in self.world.mute[region] if s[0] < mail["at"] and s[1] > mail["at"] - TRY]
                way = IN_FLIGHT + (TRY if stood else 0)
                text = (f"{region} paged {mail['to'][0]} for {incident[:8]} ({mail['headers']['X-Meridian-Step']}) at "
                        f"{self.clock(mail['at'])}; answered was the acknowledgement or resolve at "
                        + ", ".join(f"{self.clock(t)} by {r}" for r, t in sorted(origin.items())))
                if mail["at"] > known[region] + way:
                    count += 1
                    self.verdict.find("quiet after acknowledgement", f"{text}; {region} could hear of it by "
                                      f"{self.clock(known[region])} at the latest")
                elif mail["at"] > told[region] + way:
                    needless += 1
                    self.verdict.notes.append(f"{text}; {region} could not hear of it there, but from a third region "
                                              f"by {self.clock(told[region])}")
        self.verdict.numbers["pages_after_acknowledgement"] = count
        self.verdict.numbers["pages_a_third_region_could_have_stopped"] = needless

    def explain_duplicates(self):
        seen, counts = {}, {}
        for mail in self.mails:
            key = mail["headers"]["X-Meridian-Page"]
            if key in seen:
                before = seen[key][-1]
                kind, reason = self.reason(seen[key], mail)
                counts[kind] = counts.get(kind, 0) + 1
                text = (f"page {key[:8]} of {mail['headers']['X-Meridian-Incident'][:8]}, "
                        f"{mail['headers']['X-Meridian-Step']}, to {mail['to'][0]}: "
                        f"{before['headers']['X-Meridian-Region']} at {self.clock(before['at'])}, then "
                        f"{mail['headers']['X-Meridian-Region']} at {self.clock(mail['at'])}")
                self.verdict.duplicates.append({"text": text, "kind": kind, "reason": reason})
                if not reason:
                    self.verdict.find("duplicates explained", text)
            seen.setdefault(key, []).append(mail)
        self.verdict.numbers["duplicates"] = counts

    def reason(self, earlier, mail):
        """(kind, words) of why a page came again; ("unexplained", "") if nothing explains it. Every mail of the page
        before it has to be explained: its sender's success must have been unknown to the second sender."""
        second, at = mail["headers"]["X-Meridian-Region"], mail["at"]
        found = [self.reason_beside(m, second, at) for m in earlier]
        return next((f for f in found if not f[1]), found[-1])

    def reason_beside(self, before, second, at):
        first, then = before["headers"]["X-Meridian-Region"], before["at"]
        died = [t for t in self.world.ends[first] if then - TRY <= t <= then + 2]
        if died:
            return "died", f"{first} died {died[0] - then:+.1f} s from the mail: it could not write down that it left"
        attempt = self.attempt(before, first)
        if attempt in FAILED and self.world.near([first], then - TRY, then + TRY):
            return "ambiguous", f"{first} counts its try as {attempt}: the mail server's answer did not reach it"
        full = [f for f in self.world.faults if f["kind"] == "disk" and f["region"] in (first, second)
                and f["began"] - 1 <= at and f["ready"] + 2 >= then]
        if full:
            return "disk", f"{full[0]['words']}: what it sends and learns is not written down (decision 0005)"
        if first == second:
            return "unexplained", ""
        known = self.world.knows({first: then}, SPREAD_PAGE, SPREAD_SLOW)[second]
        told = self.world.knows({first: then}, SPREAD_PAGE, SPREAD_SLOW, through_others=True)[second]
        causes, is_over = self.world.between(first, second, then, at)
        if known > at and causes:
            words = f"{second} could not be sure to hear of it from {first}: {'; '.join(causes)}"
            if is_over:
                return "just after", f"{words}; over since {self.clock(is_over)}, which is too short to be sure"
            if told <= at:
                return "apart, a third in touch", f"{words}; from a third region it could have by {self.clock(told)}"
            return "apart", words
        # After a failed try the sender goes on trying, and the other regions' turns come meanwhile.
        failed = [t for t in self.tries(before) if t.get("outcome") in FAILED and seconds(t["startedAt"]) < at - 0.2]
        if failed and known > at:
            who = self.run["members"].get(failed[-1]["member"])
            return "together", f"{who} had tried in vain; both went on within {SPREAD_PAGE} s, too short to know of it"
        # Who takes an incident over pages at once, and the turn of another one may come at that moment.
        gone = [third for third in REGIONS if third not in (first, second)
                and self.world.is_gone(third, then - TAKEOVER, then)]
        owner = self.new_owner(before["headers"]["X-Meridian-Incident"], then - SPREAD_PAGE, at)
        if gone and owner in (first, second) and known > at:
            return "taken over", f"{gone[0]} was gone and {owner} took over; it and whose turn it was paged within " \
                                 f"{SPREAD_PAGE} s, too short to know of it"
        # What is dated ahead counts from when it was seen (decision 0036); who was started again since knows its date
        # alone, and its turn comes as much later.
        ahead = self.dated_ahead(before["headers"]["X-Meridian-Incident"], then)
        again = [r for r in (first, second) if ahead and any(ahead[0] < t < then for t in self.world.ends[r])]
        if again and known > at:
            return "dated ahead", f"a clock was {ahead[1]:.1f} s ahead when it began, and {again[0]} was started again " \
                                  f"since: it counts from another moment"
        return "unexplained", ""

    def dated_ahead(self, incident, until):
        """When an incident was last reported before that, and by how much the most advanced clock was ahead then; None
        if no clock was."""
        began = [line["sent"] for line in self.ledger
                 if line["what"] == "fire" and line["incident"] == incident and line["sent"] < until]
        ahead = max((self.world.skew(r, max(began)) for r in REGIONS), default=0) if began else 0
        return (max(began), ahead) if ahead > UNNOTICED else None

    def new_owner(self, incident, since, until):
        """The region that became an incident's owner in [since, until], by its timeline."""
        for home in REGIONS:
            timeline = (self.state[home].get(incident) or {}).get("timeline")
            for entry in timeline["entries"] if timeline else []:
                if entry["kind"] == "owner" and since <= seconds(entry["at"]) <= until:
                    return entry["region"]
        return None

    def tries(self, mail):
        """All tries of a mail's page, as they were written down."""
        for home in REGIONS:
            detail = self.detail(home, mail["headers"]["X-Meridian-Incident"])
            for page in detail["pages"] if detail else []:
                if page["key"] == mail["headers"]["X-Meridian-Page"] and page["attempts"]:
                    return page["attempts"]
        return []

    def attempt(self, mail, region):
        """What a region wrote down of the try that this mail was: of its tries the one nearest to it."""
        tries = [t for t in self.tries(mail) if self.run["members"].get(t["member"]) == region]
        return min(tries, key=lambda t: abs(seconds(t["startedAt"]) - mail["at"]), default={}).get("outcome")


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def position(mail):
    """Which step of the policy a page was, from 0; the catch-all is beyond all."""
    found = STEP.search(mail["headers"]["X-Meridian-Step"])
    return (int(found.group(2)) - 1) * LEVELS + int(found.group(1)) - 1 if found else LEVELS * CYCLES
