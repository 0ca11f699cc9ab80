"""Whether fastday_check finds what is wrong: a day of one incident and one change in which everything held, and the same
day doctored in one place after the other."""
import copy
import datetime

from chaos_check import Verdict
from chaos_plan import REGIONS
from fastday_check import DayChecker

INCIDENT, TITLE, CHANGE = "a" * 32, "day 0: 0", 100


def stamp(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def entry(index, at, kind, text, region="ap"):
    return {"index": index, "at": stamp(at), "kind": kind, "text": text, "region": region, "digest": f"{index:064x}"}


def mail(at, person, step, text):
    return {"at": at, "to": [f"{person}@example.com"], "subject": text, "text": text, "headers": {
        "X-Meridian-Incident": INCIDENT, "X-Meridian-Step": step, "X-Meridian-Region": "ap", "X-Meridian-Page": text}}


def line(what, by, sent, **more):
    return {"what": what, "incident": INCIDENT, "by": by, "sent": sent, "answered": sent + 0.2, "status": 200,
            "answer": "quorum", "region": "ap", "detail": "", **more}


def good_day():
    """What a run writes down: run, ledger, mails, looks, state."""
    run = {"start": 0, "ended": 160, "epoch": 0, "ahead": 0, "agreed": 1.0, "problems": [], "resolved": [],
           "settings": {"rate": 1}, "members": {"m1": "ap", "m2": "eu", "m3": "us"}, "incidents": {"0": INCIDENT},
           "changes": [{"number": 1, "at": CHANGE, "incidents": [INCIDENT]}],
           "faults": [{"kind": "cut", "region": "ap", "began": 40, "ended": 60, "change": 1}]}
    ledger = [line("fire", "", 5, severity="SEV1", title=TITLE), line("commander", "ap-mei", 8),
              line("acknowledge", "ap-mei", 8.3), line("handoff/accept", "eu-ana", 30, change=1, late=False)]
    mails = [mail(5.5, "ap-mei", "level 1, cycle 1", TITLE),
             mail(26.5, "eu-ana", "notice: handoff", "the coordinator offers you command of SEV1 aaaaaaaa"),
             mail(31.5, "ap-mei", "notice: handoff", "eu-ana is in command of SEV1 aaaaaaaa now")]
    entries = [entry(1, 5, "alert-firing", TITLE), entry(2, 8, "proposed", "ap-mei takes command: paged"),
               entry(3, 8.1, "reconciled", "ap-mei is in command: paged"),
               entry(4, 8.3, "acknowledged", "acknowledged by ap-mei through api"),
               entry(5, 26, "handoff", "the coordinator offers command to eu-ana: brief"),
               entry(6, 30, "proposed", "eu-ana accepts command: I have it", "eu"),
               entry(7, 30.5, "reconciled", "eu-ana is in command: I have it")]
    attempt = {"startedAt": stamp(5.2), "outcome": "delivered", "member": "m1"}
    detail = {"summary": {"severity": "SEV1", "status": "acknowledged"}, "pages": [
        {"step": "level 1, cycle 1", "person": "ap-mei", "attempts": [attempt]}]}
    chain = {"verified": len(entries), "committed": len(entries), "isWhole": True, "head": entries[-1]["digest"]}
    timeline = {"entries": entries, "chain": chain}
    state = {r: {INCIDENT: copy.deepcopy({"detail": detail, "timeline": timeline})} for r in REGIONS}
    looks = [{"region": r, "incident": INCIDENT, "at": at, "commander": who, "owner": owner} for r in REGIONS
             for at, who, owner in ((6, None, "ap"), (9, "ap-mei", "ap"), (31, "eu-ana", "ap"), (33, "eu-ana", "eu"))]
    return copy.deepcopy({"run": run, "ledger": ledger, "mails": mails, "looks": looks, "state": state})


def look(at, region, commander, owner):
    def doctor(day):
        day["looks"].append({"region": region, "incident": INCIDENT, "at": at, "commander": commander, "owner": owner})
    return doctor


def entries(day, region):
    return day["state"][region][INCIDENT]["timeline"]["entries"]


def break_chain(day):
    day["state"]["us"][INCIDENT]["timeline"]["chain"].update(verified=2, brokenAt=3)


def drop_everywhere(words):
    def doctor(day):
        for region in REGIONS:
            entries(day, region)[:] = [e for e in entries(day, region) if words not in e["text"]]
    return doctor


def one_index_twice(day):
    for region in REGIONS:
        entries(day, region).append({**entries(day, region)[-1], "text": "us-leo is in command", "digest": "f" * 64})


def late_page(day):
    for region in REGIONS:
        day["state"][region][INCIDENT]["detail"]["pages"][0]["attempts"][0]["startedAt"] = stamp(40)


def set_in(part, index, **changes):
    def doctor(day):
        day[part][index].update(changes)
    return doctor


def without(part, keep):
    def doctor(day):
        day[part] = [one for one in day[part] if keep(one)]
    return doctor


# The rule that has to be found broken, and what was done to the records.
DOCTORS = [
    ("command", "a region says that nobody is in command", look(35, "eu", None, "eu")),
    ("command", "a region says that somebody else is in command", look(35, "us", "eu-ben", "eu")),
    ("command", "a region goes back to who was in command before", look(35, "us", "ap-mei", "eu")),
    ("command", "two decisions at one index", one_index_twice),
    ("command", "it was decided for somebody who did not accept", set_in("ledger", 3, by="eu-ben")),
    ("nothing lost", "one region's timeline lacks the acceptance", lambda day: entries(day, "us").pop(5)),
    ("agreement", "one region's chain differs", lambda day: entries(day, "us")[2].update(digest="f" * 64)),
    ("hash chain", "one region's chain, worked out anew, is broken", break_chain),
    ("every request is answered", "an acceptance is refused", set_in("ledger", 3, answer="refused", status=503)),
    ("no page missed", "the first page comes after half a minute", late_page),
    ("no page missed", "no mail ever told of it", without("mails", lambda m: m["text"] != TITLE)),
    ("no incident orphaned", "the region that is cut off owns it", look(55, "eu", "eu-ana", "ap")),
    ("ownership follows command", "the incoming region never owns it",
     without("looks", lambda x: x["owner"] != "eu")),
    ("everything is offered", "it was not offered before the change", drop_everywhere("offers command")),
    ("everything is accepted", "nobody accepted it", without("ledger", lambda x: x["what"] != "handoff/accept")),
    ("offers are told", "the offer was told nobody", without("mails", lambda m: "offers you" not in m["text"])),
    ("process", "a region ended by itself", lambda day: day["run"]["problems"].append("eu has ended by itself")),
]


def judge(day):
    checker = DayChecker(day["run"], day["ledger"], day["mails"], day["looks"], day["state"], Verdict())
    return checker.judge()


def main():
    """The exit status."""
    verdict, wrong = judge(good_day()), []
    if not verdict.is_good:
        wrong.append(f"a day in which everything held is judged {verdict.broken}")
    for rule, words, doctor in DOCTORS:
        day = good_day()
        doctor(day)
        found = {b["rule"] for b in judge(day).broken}
        if rule not in found:
            wrong.append(f"{words}: '{rule}' was not found, but {sorted(found) or 'nothing'}")
    for text in wrong:
        print(f"fastday: selftest: {text}")
    if not wrong:
        print(f"fastday: selftest: {len(DOCTORS)} doctored days: every one judged as it should be")
    return 1 if wrong else 0
