"""Whether the checks of a chaos run can fail: a made-up run in which everything held, and the same with one thing
doctored at a time. Takes a second and needs nothing: cluster/chaos selftest."""
import copy
import datetime

from chaos_check import check
from chaos_plan import REGIONS, make_plan
from chaos_world import World

START, LEVEL = 1_000_000.0, 12
ONE, TWO = "1" * 32, "2" * 32


def digest(number):
    return f"{number:064x}"


def mail(at, region, incident, step=1, key=None):
    return {"at": START + at, "to": ["eu-one@example.com"], "text": "",
            "headers": {"X-Meridian-Incident": incident, "X-Meridian-Region": region,
                        "X-Meridian-Page": key or f"{incident[:4]}-{step}",
                        "X-Meridian-Step": f"level {step}, cycle 1"}}


def line(story, what, region, at, incident, answer="quorum", **more):
    return {"story": story, "what": what, "way": "api", "region": region, "sent": START + at - 0.2,
            "answered": START + at, "answer": answer, "status": 200, "incident": incident, "title": f"title {story}",
            "detail": "", **more}


def fault(kind, region, began, ended, ready, other="", amount=0, way=""):
    return {"number": 1, "kind": kind, "region": region, "other": other, "amount": amount, "way": way,
            "words": f"{kind} {region}", "began": START + began, "struck": START + began,
            "ended": START + ended, "ready": START + ready}


def attempt(region, at, outcome="delivered"):
    started = datetime.datetime.fromtimestamp(START + at, datetime.timezone.utc).isoformat()
    return {"member": f"m-{region}", "attempt": 1, "outcome": outcome, "startedAt": started}


def incident(number, story, steps, acknowledged):
    title = f"title {story}"
    entries = [{"index": i, "digest": digest(number * 100 + i), "kind": "opened", "text": title} for i in range(1, 6)]
    pages = [{"key": f"{str(number) * 4}-{step}", "attempts": [attempt("ap", 1.2 + LEVEL * (step - 1))]}
             for step in range(1, steps + 1)]
    return {"detail": {"alerts": [{"summary": title, "isFiring": True}], "pages": pages,
                       "acknowledgements": [{"by": "eu-one"}] if acknowledged else []},
            "timeline": {"entries": entries, "chain": {
                "verified": 5, "committed": 5, "isWhole": True, "head": entries[-1]["digest"]}}}


def good():
    """Alert 1 is acknowledged after two steps; alert 2 is left alone until the end, five steps later."""
    state = {ONE: incident(1, 1, 2, True), TWO: incident(2, 2, 5, True)}
    return {
        "run": {"start": START, "seed": 1, "seconds": 60, "level_seconds": LEVEL, "agreed": 1.0, "problems": [],
                "ended": START + 100, "members": {f"m-{r}": r for r in REGIONS}},
        "ledger": [line(1, "fire", "ap", 1, ONE), line(2, "fire", "eu", 2, TWO, "local"),
                   line(1, "ack", "us", 20, ONE, by="eu-one"), line(2, "ack", "ap", 60, TWO, by="eu-one")],
        "faults": [],
        "mails": [mail(1.2, "ap", ONE), mail(13.2, "ap", ONE, 2)] + [
            mail(2.2 + LEVEL * s, "ap", TWO, s + 1) for s in range(5)],
        "state": {r: copy.deepcopy(state) for r in REGIONS},
    }


def doctored(change):
    case = good()
    change(case)
    return check(**case)


# --- what is doctored, and the rule that has to see it ---------------------------------------------------


def drop_incident(case):
    case["state"]["us"][ONE] = {"detail": None, "timeline": None}


def drop_alert(case):
    case["state"]["eu"][TWO]["detail"]["alerts"] = []


def drop_acknowledgement(case):
    case["state"]["ap"][ONE]["detail"]["acknowledgements"] = []


def drop_resolve(case):
    case["ledger"].append(line(2, "resolve", "ap", 61, TWO))


def change_digest(case):
    case["state"]["us"][ONE]["timeline"]["entries"][2]["digest"] = digest(7)


def drop_digest(case):
    for region in REGIONS:
        case["state"][region][ONE]["timeline"]["entries"][2]["digest"] = None


def break_chain(case):
    case["state"]["us"][ONE]["timeline"]["chain"].update(verified=2, brokenAt=3)


def shorten_timeline(case):
    case["state"]["us"][ONE]["timeline"]["entries"].pop()


def never_agreed(case):
    case["run"]["agreed"] = None


def two_incidents(case):
    case["ledger"].append(line(1, "repeat", "eu", 5, TWO))
    case["ledger"][-1]["title"] = "title 1"


def drop_mails(case):
    case["mails"] = [m for m in case["mails"] if m["headers"]["X-Meridian-Incident"] != TWO]


def late_mails(case):
    for m in case["mails"]:
        m["at"] += 30 if m["headers"]["X-Meridian-Incident"] == TWO else 0


def late_behind_a_cut(case):
    """All are cut off from all, so each that has it has to page by itself."""
    case["faults"].append(fault("islands", "ap", 3, 50, 50))
    case["mails"] = case["mails"][:3]


def mail_after_acknowledgement(case):
    case["mails"].append(mail(30, "eu", ONE, 3))


def unknown_mail(case):
    case["mails"].append(mail(14, "eu", ONE, 3, key="nobody wrote this"))


def page_twice(case):
    case["mails"].append(mail(14.5, "eu", ONE, 2))


def page_twice_much_later_than_a_cut(case):
    case["faults"].append(fault("cut", "eu", -30, -25, -25))
    case["mails"].append(mail(18, "eu", ONE, 2))


def same_region_twice(case):
    case["mails"].append(mail(14.5, "ap", ONE, 2))


def process_ended(case):
    case["run"]["problems"].append("eu has ended by itself")


def nothing_taken_in(case):
    """All regions refuse everything, and there is nothing that could be lost."""
    for one in case["ledger"]:
        one.update(answer="refused", status=503, incident="")
    case["mails"], case["state"] = [], {r: {} for r in REGIONS}


def one_refused_by_all(case):
    case["ledger"] += [line(3, "fire", region, 30, "", "refused") for region in REGIONS]


def success_taken_for_failure(case):
    """Every mail arrives twice by the same region, which counts the first as failed; nothing was in the way."""
    for region in REGIONS:
        case["state"][region][ONE]["detail"]["pages"][1]["attempts"][0]["outcome"] = "failed"
    case["mails"].append(mail(16, "ap", ONE, 2))


def silent_after_a_refused_acknowledgement(case):
    case["ledger"][2] = line(1, "ack", "us", 3, ONE, "refused", by="eu-one")
    for region in REGIONS:
        case["state"][region][ONE]["detail"]["acknowledgements"] = []
    case["mails"] = [m for m in case["mails"] if m["headers"]["X-Meridian-Incident"] != ONE]


def agreed_late(case):
    case["run"]["agreed"] = 40.0


def first_level_left_out(case):
    case["mails"] = [m for m in case["mails"] if m["headers"]["X-Meridian-Step"] != "level 1, cycle 1"]


def together_much_later(case):
    together(case, apart_by=3)


BAD = [(drop_incident, "nothing lost"), (drop_alert, "nothing lost"), (drop_acknowledgement, "nothing lost"),
       (drop_resolve, "nothing lost"), (change_digest, "agreement"), (drop_digest, "hash chain"),
       (break_chain, "hash chain"),
       (shorten_timeline, "agreement"), (never_agreed, "agreement"), (two_incidents, "same incident"),
       (drop_mails, "paged in time"), (late_mails, "paged in time"), (late_behind_a_cut, "paged in time"),
       (mail_after_acknowledgement, "quiet after acknowledgement"), (unknown_mail, "pages are written down"),
       (page_twice, "duplicates explained"), (page_twice_much_later_than_a_cut, "duplicates explained"),
       (same_region_twice, "duplicates explained"),
       (together_much_later, "duplicates explained"), (process_ended, "process"),
       (nothing_taken_in, "intake"), (one_refused_by_all, "intake"),
       (success_taken_for_failure, "duplicates explained"),
       (silent_after_a_refused_acknowledgement, "paged in time"), (agreed_late, "agreement"),
       (first_level_left_out, "paged in time")]


# --- what has an excuse ----------------------------------------------------------------------------------


def died_after_sending(case):
    case["faults"].append(fault("kill", "ap", 13.3, 25, 26))
    case["mails"].append(mail(17.5, "eu", ONE, 2))


def apart(case):
    case["faults"].append(fault("cut", "ap", 12, 25, 25))
    case["mails"].append(mail(16, "eu", ONE, 2))


def ambiguous(case):
    case["faults"].append(fault("gateway", "ap", 13, 14, 14))
    for region in REGIONS:
        case["state"][region][ONE]["detail"]["pages"][1]["attempts"][0]["outcome"] = "failed"
    case["mails"].append(mail(16, "eu", ONE, 2))


def together(case, apart_by=0.3):
    """After a failed try ap goes on, and eu's turn comes."""
    for region in REGIONS:
        case["state"][region][ONE]["detail"]["pages"][1]["attempts"][:0] = [attempt("ap", 11.2, "failed")]
    case["mails"].append(mail(13.2 + apart_by, "eu", ONE, 2))


def taken_over(case, apart_by=0.3, owner="ap"):
    """us owned it and is stopped; ap takes it over when eu's turn comes."""
    case["faults"].append(fault("stop", "us", 10, 25, 26))
    case["mails"].append(mail(13.2 + apart_by, "eu", ONE, 2))
    at = datetime.datetime.fromtimestamp(START + 13.1, datetime.timezone.utc).isoformat()
    for region in REGIONS if owner else ():
        entry = case["state"][region][ONE]["timeline"]["entries"][1]
        entry.update(kind="owner", region=owner, at=at)


def stopped_and_not_taken_over(case):
    taken_over(case, owner=None)


def taken_over_much_later(case):
    taken_over(case, apart_by=3)


def dated_ahead(case, amount=4, again="us"):
    """A clock was ahead when it began, and whoever was started again since has its turn with another one."""
    case["faults"] += [fault("clock", "eu", -3, 5, 5, amount=amount, way="start"), fault("kill", again, 6, 7, 8)]
    case["mails"].append(mail(13.5, "us", ONE, 2))


def nobody_ahead(case):
    dated_ahead(case, amount=-4)


def ahead_and_not_started_again(case):
    dated_ahead(case, again="eu")


def cut_off_after_acknowledgement(case):
    """eu cannot know of the acknowledgement, and pages on."""
    case["faults"].append(fault("cut", "eu", 19, 40, 40))
    case["mails"].append(mail(26, "eu", ONE, 3))
    for region in REGIONS:
        case["state"][region][ONE]["detail"]["pages"].append({"key": "1111-3", "attempts": []})


def nobody_could_page(case):
    for region in REGIONS:
        case["faults"].append(fault("gateway", region, 3, 50, 50))
    case["mails"] = [m for m in case["mails"] if not 3 < m["at"] - START < 50]


GOOD = [died_after_sending, apart, ambiguous, together, taken_over, dated_ahead, cut_off_after_acknowledgement,
        nobody_could_page]
BAD += [(taken_over_much_later, "duplicates explained"), (stopped_and_not_taken_over, "duplicates explained"),
        (nobody_ahead, "duplicates explained"), (ahead_and_not_started_again, "duplicates explained")]


def main():
    """The exit status."""
    wrong = []
    if good_found := check(**good()).broken:
        wrong.append(f"in a good run something is found: {good_found}")
    for change, rule in BAD:
        found = {b["rule"] for b in doctored(change).broken}
        if rule not in found:
            wrong.append(f"{change.__name__}: '{rule}' does not see it; found were {sorted(found) or 'none'}")
    for change in GOOD:
        verdict = doctored(change)
        if verdict.broken:
            wrong.append(f"{change.__name__}: has an excuse, and yet: {verdict.broken}")
    world = World([fault("clock", "us", 10, 16, 16, amount=3, way="start")])
    for at, skew in ((5, 0), (12, 3), (16, 3), (26, 2.5), (200, 0)):
        if abs(world.skew("us", START + at) - skew) > 0.01:
            wrong.append(f"at {at} s the clock is {world.skew('us', START + at)} s ahead, not {skew}")
    world = World([fault("hour", "us", 10, 30, 34, amount=-3600)])
    for at, skew in ((5, 0), (12, -3600), (29, -3600), (32, 0)):
        if abs(world.skew("us", START + at) - skew) > 0.01:
            wrong.append(f"at {at} s the clock is {world.skew('us', START + at)} s ahead, not {skew}")
    if [vars(f) for f in make_plan(5, 300)] != [vars(f) for f in make_plan(5, 300)]:
        wrong.append("two plans of one seed differ")
    if {f.kind for f in make_plan(5, 300)} == {f.kind for f in make_plan(5, 300, beyond=True)}:
        wrong.append("--beyond plans nothing beyond")
    for text in wrong:
        print(f"chaos: selftest: {text}")
    print(f"chaos: selftest: {len(BAD)} doctored runs, {len(GOOD)} with an excuse: "
          + ("every one judged as it should be" if not wrong else f"{len(wrong)} MISJUDGED"))
    return 1 if wrong else 0
