"""A cluster of three regions with something going on, a browser, and people in it: for cluster/browser."""
import os
import re
import shutil
import signal
import tempfile
import time

from chromium import BrowserError, Chromium
from lab import ROOT, Lab, call, free_ports

PROGRAM = os.environ.get("MERIDIAN", os.path.join(ROOT, ".build/release/meridian"))
PAGE_BYTES_MAX = 100_000


def tell(text):
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


def check(condition, text):
    if not condition:
        raise BrowserError(text)


RUNBOOK = """---
title: Cards are refused
services: [checkout]
triggers: ["payment"]
steps:
  - "Look whether the payment provider has an incident: [status](https://status.example.com)"
  - "Compare the error rate before and after the last deploy: `deploys --last 3`"
  - "Roll the last deploy back: `deploy rollback checkout`"
  - "Switch to the second provider"
---
# Cards are refused

**Symptom.** More than 1 % of payments fail, or customers call.

## What to know

| Signal | What it means |
|---|---|
| `payment_declined` rises in one country | the provider there |
| `payment_timeout` rises everywhere | us, mostly a deploy |

1. The provider's status page is late by five to ten minutes.
2. A rollback takes four minutes and **loses nothing**.

> If you are not sure within ten minutes, roll back first and look afterwards.

See also [a region is down](region-down.md).
"""


GAPPY = """  - id: releases
    name: Releases
    uncovered: nobody
    shifts:
      - region: eu
        windows: [{hours: "08:00-20:00", days: [mon, tue, wed, thu, fri]}]
        rotation: daily
        handoff: "08:00"
        from: 2026-01-05
        people: [ana, ben]
"""


class House:
    """A cluster of three regions with something going on, and a browser."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="meridian-pages-")
        self.lab = Lab(self.folder, PROGRAM, "pages", free_ports(6, 100), free_ports(1, 1))
        self.lab.make(quiet=True)
        self.write_runbooks()
        self.open_a_gap()
        self.lab.start_all()
        self.lab.wait_majority(self.lab.regions)
        self.browser = Chromium()
        roster = open(os.path.join(self.lab.files, "roster.yaml")).read()
        part = roster[roster.index("\npeople:"):roster.index("\nschedules:")]
        self.people = re.findall(r"- id: (\S+)", part)

    def write_runbooks(self):
        """A folder of runbooks at every region: those of ours, and one for the service that fails here."""
        folder = os.path.join(self.lab.files, "runbooks")
        shutil.copytree(os.path.join(ROOT, "runbooks"), folder)
        with open(os.path.join(folder, "cards-refused.md"), "w", encoding="utf-8") as file:
            file.write(RUNBOOK)
        for name in self.lab.regions:
            with open(os.path.join(self.lab.files, name, "node.yaml"), "a", encoding="utf-8") as file:
                file.write("runbooks: ../runbooks\n")

    def open_a_gap(self):
        """A schedule beside those of the pages that nobody covers at night, so that gaps can be looked at."""
        path = os.path.join(self.lab.files, "roster.yaml")
        roster = open(path, encoding="utf-8").read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(roster.replace("\n# Each level waits", GAPPY + "\n# Each level waits", 1))

    def end(self, keep):
        self.browser.close()
        self.lab.stop_all()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def post(self, region, path, **body):
        status, answer = call(f"{self.lab.url(region)}/api/v1{path}", body, self.lab.token)
        check(status in (200, 201), f"{path}: {status} {answer}")
        return answer

    def fire(self, title, severity, region=None, **more):
        status, answer = self.lab.fire(region or self.lab.regions[0], title, severity, **more)
        check(status in (200, 201, 202), f"alert: {status} {answer}")
        return answer["incident"]

    def act(self, region, incident, verb, **body):
        body.setdefault("by", self.people[0])
        return self.post(region, f"/incidents/{incident}/{verb}", **body)

    def note_of(self, region, incident):
        """The last note of an incident, by its fact."""
        status, answer = call(f"{self.lab.url(region)}/api/v1/incidents/{incident}/timeline?kind=note",
                              token=self.lab.token)
        check(status == 200, f"timeline: {status}")
        return answer["entries"][-1]["fact"]

    def steps(self, region):
        """The steps of the runbook for the service that fails here."""
        status, answer = call(f"{self.lab.url(region)}/api/v1/runbooks/cards-refused", token=self.lab.token)
        check(status == 200, f"runbook: {status}")
        return answer["summary"]["steps"]

    # --- login -----------------------------------------------------------------------------------------

    def enter(self, region, person=None, **look):
        """A page of somebody who is logged in at a region."""
        page = self.browser.page(**look)
        page.go(self.lab.url(region) + "/")
        check("/login" in page.address(), f"no login was asked for: {page.address()}")
        page.fill("#token", self.lab.token)
        page.click_through("button.go")
        page.choose("#person", person or self.people[0])
        page.click_through("button.go")
        check(page.address().endswith("/incidents"), f"the login led to {page.address()}")
        return page


# --- something to look at --------------------------------------------------------------------------------


def plain(step):
    """A step's words without its markup, as pages write it down."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", step).replace("`", "").replace("**", "")


def furnish(house):
    """Incidents in every state: a bad one with all that people write down in it, a merged one, a drill, one that
    snoozes, resolved ones; changes of who is on call. The first and one for a conflict."""
    a, b, c = house.lab.regions
    me, other, third = house.people[0], house.people[-1], house.people[2]
    worst = house.fire(
        "Checkout fails for everybody", "critical", details={
            "cluster": "prod-eu-1", "error_rate": "97 %", "first_seen": "deploy 4f2a91c",
            "note": "<script>alert('this is only text')</script>"},
        link="https://grafana.example.com/d/checkout")
    search = house.fire("Search results are 3 s slow in two data centres", "error", region=b)
    house.fire("Certificate of api.example.com ends in 6 days", "warning", region=c)
    house.fire("Disk of replica db-3 is 85 % full", "info", region=b)
    house.fire("Drill: the payment provider is gone", "warning", region=b, drill=True)
    twin = house.fire("Orders are not confirmed by mail", "error", region=c)
    for number in range(4):
        one = house.fire(f"Queue of mails is behind by {20 + number} min", "warning", region=c)
        house.act(a, one, "acknowledge", by=house.people[number % len(house.people)])
        house.act(a, one, "resolve")
    snoozed = house.fire("Nightly report is late", "warning", region=a)
    house.act(a, snoozed, "snooze", minutes=60)
    house.act(a, search, "acknowledge", by=other)
    house.act(a, worst, "acknowledge", by=me)
    house.act(a, worst, "merge", **{"with": twin, "reason": "the same deploy"})
    work_on(house, worst)
    house.act(a, worst, "commander", person=me)
    house.lab.wait("command", lambda: (house.lab.incident(a, worst) or {}).get("commander") == me, 20)
    house.act(a, worst, "handoff/offer", to=other)
    change_duty(house, me, third)
    return worst, search


def work_on(house, worst):
    """What three people write down while they work on an incident."""
    a = house.lab.regions[0]
    me, other, third = house.people[0], house.people[-1], house.people[2]
    house.act(a, worst, "notes", text="Payments time out since the deploy of 02:10; rolling back")
    note = house.note_of(a, worst)
    house.act(a, worst, "notes", text=f"@{other} does Asia look well? @somebody.else", replyTo=note, by=me)
    house.act(a, worst, "notes", text="It does, since 02:20", replyTo=note, by=other)
    for step, state, outcome in ((1, "skipped", "their page is green"), (3, "done", "4f2a91c is out again")):
        house.act(a, worst, "work", kind="step", state=state, outcome=outcome,
                  text=f"cards-refused {step}: {plain(house.steps(a)[step - 1])}", by=other)
    for kind, text, more in (
            ("impact", "97 of 100 payments fail; customers see an error after 30 s", {}),
            ("hypothesis", "The deploy of 02:10 exhausts the connections to the provider", {}),
            ("hypothesis", "The provider itself is down", {"state": "ruled-out", "outcome": "their status is green"}),
            ("action", "Roll back 4f2a91c in all regions", {"owner": other, "minutes": 15}),
            ("action", "Ask support for the number of customers who call", {"owner": third}),
            ("decision", "No second provider before the rollback is through", {}),
            ("update", "Payments fail; we are rolling back. Next word at 02:50", {"audience": "customers", "minutes": 30}),
            ("role", "scribe", {"owner": third})):
        house.act(a, worst, "work", kind=kind, text=text, by=me, **more)


def stamp(hours):
    """A time so many hours from the full hour, as the API takes it."""
    return time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime(time.time() + hours * 3600))


def change_duty(house, me, third):
    """An override, a swap that nobody has taken, and leave."""
    a = house.lab.regions[0]
    schedule = re.search(r"\nschedules:\n  - id: (\S+)", open(os.path.join(house.lab.files, "roster.yaml")).read()).group(1)
    house.post(a, "/oncall/changes", kind="override", schedule=schedule, person=third, by=me,
               **{"from": stamp(20), "to": stamp(24), "reason": "a dentist"})
    house.post(a, "/oncall/changes", kind="swap", schedule=schedule, person=third, by=third,
               **{"from": stamp(66), "to": stamp(74), "reason": "a wedding"})
    house.post(a, "/oncall/changes", kind="leave", person=me, by=me,
               **{"from": stamp(24 * 8), "to": stamp(24 * 10), "reason": "holidays"})


def part(house, incident):
    """One region alone, and what it is told there; then the others, and what they are told; then all meet."""
    *rest, alone = house.lab.regions
    for name in rest:
        house.lab.signal(name, signal.SIGSTOP)
    house.lab.wait("a minority", lambda: not house.lab.cluster(alone)["hasMajority"], 20)
    house.act(alone, incident, "severity", severity="SEV1", reason="customers call",
              by=house.people[-1])
    return alone, rest


def meet(house, alone, rest, incident):
    house.lab.signal(alone, signal.SIGSTOP)
    for name in rest:
        house.lab.signal(name, signal.SIGCONT)
    house.lab.wait_majority(rest)
    house.act(rest[0], incident, "severity", severity="SEV4", reason="only one test shop")
    house.lab.signal(alone, signal.SIGCONT)
    house.lab.wait("a decided conflict", lambda: house.lab.incident(rest[0], incident)["conflicts"], 40)


def plan(house, page, region):
    """The page of a plan: somebody says that they are away for two days."""
    page.go(f"{house.lab.url(region)}/oncall")
    page.click(".more summary", "Say that somebody is away")
    page.ask("(() => { const now = document.querySelector('#l-f').value;"
             " const then = new Date(Date.parse(now + 'Z') + 2 * 86400000);"
             " document.querySelector('#l-t').value = then.toISOString().slice(0, 16); })()")
    page.click_through(".more details[open] button.go")
    page.wait_text("Nothing is changed yet")
