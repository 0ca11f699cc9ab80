"""The pages in a real browser, against three real regions: the story by clicks in two browsers at two regions, by
keys only and on a telephone; pictures of every page at 390 and 1440 pixels, light and dark; an audit of
accessibility. See cluster/browser.

    cluster/browser all|story|long|shots|audit [--out FOLDER] [--keep] [--or-skip]

The audit is axe-core (`cluster/install browser`, or AXE=axe.min.js), and checks of our own.
"""
import argparse
import concurrent.futures
import glob
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time

from chromium import BrowserError, Chromium
from lab import ROOT, Lab, LabError, call, free_ports, links

PROGRAM = os.environ.get("MERIDIAN", os.path.join(ROOT, ".build/release/meridian"))
PAGE_BYTES_MAX = 100_000
LOOKS = [(width, dark) for width in (390, 1440) for dark in (False, True)]


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


class House:
    """A cluster of three regions with something going on, and a browser."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="meridian-pages-")
        self.lab = Lab(self.folder, PROGRAM, "pages", free_ports(6, 100), free_ports(1, 1))
        self.lab.make(quiet=True)
        self.write_runbooks()
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


# --- the story -------------------------------------------------------------------------------------------


def story(house):
    a, b, *_ = house.lab.regions
    first, second = house.people[0], house.people[-1]
    incident = house.fire("Checkout fails for everybody", "critical", region=a)
    tell(f"{first} opens the list at {a} on a telephone; {second} at {b} at a desk.")
    phone = house.enter(a, first, width=390, height=844)
    desk = house.enter(b, second)
    phone.wait_text("Checkout fails")
    phone.click_through(".rowlink", "Checkout fails")
    desk.go(f"{house.lab.url(b)}/incidents/{incident}")

    tell("A tap acknowledges; the desk sees it by itself.")
    _, _, width, height = phone.place("#acknowledge")
    check(height >= 56 and width >= 300, f"the button is {width} by {height}")
    phone.click_through("#acknowledge")
    phone.wait_text("it is yours")
    desk.wait_text("has it", 20, "[data-part=state]")
    desk.wait("the acknowledgement", "!!document.querySelector('.state.acknowledged')", 20)

    tell("The desk writes a note by keys only; the telephone sees it.")
    desk.press("n")
    desk.wait("the note's field", "document.activeElement.id === 'n-text'")
    desk.write("Payments time out since the deploy of 02:10")
    desk.press_through("Enter", ctrl=True)
    desk.wait_text("Written down")
    phone.wait_text("since the deploy of 02:10", 20)

    tell("The telephone answers it and mentions the desk, who is told; the answer stands in its thread.")
    phone.go(f"{house.lab.url(a)}/incidents/{incident}")
    phone.click_through(".entry.people a", "Answer")
    phone.fill("#a-text", f"@{second} can you roll it back? @nobody.here")
    phone.click_through("form.answer button.go")
    phone.wait_text("Written down")
    desk.wait("the answer in its thread", "!!document.querySelector('.replies .mention')", 20)
    check("not in the roster" in desk.text(".replies"), "an unknown name is not said to be one")
    house.lab.wait("a mail about the mention",
                   lambda: [m for m in house.lab.mails() if "mentions you" in str(m)], 30)

    tell("The desk ticks a step of the runbook; the telephone sees what came of it.")
    desk.go(f"{house.lab.url(b)}/incidents/{incident}")
    desk.click(".tick summary")
    desk.fill(".tick[open] input[name=outcome]", "no incident there")
    desk.click_through(".tick[open] button", "Skipped")
    desk.wait_text("What came of the step is written down")
    phone.wait_text("no incident there", 20)
    check("1 of 4" in phone.text("[data-part=runbooks]"), "the telephone does not count the step")

    tell("The telephone takes command, writes a brief and offers command to the desk.")
    phone.click_through("#command")
    phone.wait_text("In command", 10)
    phone.wait("command", lambda: "nobody yet" not in phone.text("[data-part=state]"), 20)
    phone.go(f"{house.lab.url(a)}/incidents/{incident}")
    phone.click("summary", "Offer command")
    phone.choose("#h-to", second)
    phone.click_through("#handoff button.go")
    phone.wait_text("offers command to")
    desk.wait("the offer", "!!document.querySelector('#h-back')", 20)

    tell("The desk reads it back and accepts, by keys.")
    desk.ask("document.querySelector('#h-back').focus()")
    desk.write("Payments time out; the deploy is being rolled back")
    desk.press_through("Enter", ctrl=True)
    desk.wait_text("Command is yours")
    phone.wait("the new commander", lambda: "accepted" in phone.text("#handoff"), 20)

    tell("Keys only, from the list to an escalation.")
    desk.go(house.lab.url(b) + "/incidents")
    desk.press("j")
    desk.press_through("Enter")
    desk.press("e")
    desk.press("Tab")
    desk.wait_text("Page the next level")
    desk.press_through("Enter")
    desk.wait_text("next level is being paged")

    tell("Without scripts: a note by a plain form.")
    bare = house.enter(a, first)
    bare.look(scripts=False)
    bare.go(f"{house.lab.url(a)}/incidents/{incident}")
    bare.click("#note")
    bare.fill("#n-text", "Written without scripts")
    bare.click_through(".deedbox[open] button")
    bare.wait_text("Written down")
    check("Written without scripts" in bare.text("#timeline"), "the note is not in the timeline")

    tell("Without scripts: a step, a view that is kept, and a plan that is seen before it is applied.")
    bare.go(f"{house.lab.url(a)}/incidents/{incident}")
    bare.click(".tick summary")
    bare.click_through(".tick[open] button", "Done")
    bare.wait_text("What came of the step is written down")
    bare.go(f"{house.lab.url(a)}/incidents?status=open&severity=SEV1")
    bare.fill("#f-name", "The worst")
    bare.click_through(".inlineform button")
    bare.wait_text("★ The worst")
    plan(house, bare, a)
    bare.click_through("form.pair button")
    bare.wait_text("Who is on call is changed")

    tell(f"{a} dies under the telephone's page; it goes on at another region.")
    phone.go(f"{house.lab.url(a)}/incidents/{incident}")
    killed = time.time()
    house.lab.kill(a)
    port = str(house.lab.members[a])
    phone.wait("another region's page", lambda: f":{port}/" not in phone.address(), 40)
    phone.wait_text("Checkout fails")
    tell(f"It did after {time.time() - killed:.0f} s, at {phone.address().split('/')[2]}.")
    house.lab.start_member(a)
    house.lab.wait_ready([a])

    tell("A link of a page acknowledges without a login.")
    mail = house.lab.wait("a mail with links", lambda: [m for m in house.lab.mails(incident) if links(m)], 20)[0]
    port, path = sorted(links(mail).items())[0]
    tap = house.browser.page(width=390, height=844)
    tap.go(f"http://127.0.0.1:{port}{path}")
    tap.wait_text("Checkout fails")
    for page in (phone, desk, tap):
        strange = [u for u in page.requests if "127.0.0.1" not in u and not u.startswith(("data:", "about:"))]
        check(not strange, f"requests to elsewhere: {strange}")
    complaints = [c for c in desk.complaints if "404" not in c]
    check(not complaints, f"the page complained: {complaints}")
    tell("The story was played: no complaint, no request to elsewhere.")


# --- something to look at --------------------------------------------------------------------------------


def plain(step):
    """A step's words without its markup, as pages write it down."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", step).replace("`", "").replace("**", "")


def furnish(house):
    """Incidents in every state; a conflict between two sides; an offer of command."""
    a, b, c = house.lab.regions
    me, other = house.people[0], house.people[-1]
    done = []
    worst = house.fire(
        "Checkout fails for everybody", "critical", details={
            "cluster": "prod-eu-1", "error_rate": "97 %", "first_seen": "deploy 4f2a91c",
            "note": "<script>alert('this is only text')</script>"},
        link="https://grafana.example.com/d/checkout")
    search = house.fire("Search results are 3 s slow in two data centres", "error", region=b)
    house.fire("Certificate of api.example.com ends in 6 days", "warning", region=c)
    house.fire("Disk of replica db-3 is 85 % full", "info", region=b)
    for number in range(4):
        one = house.fire(f"Queue of mails is behind by {20 + number} min", "warning", region=c)
        house.act(a, one, "acknowledge", by=house.people[number % len(house.people)])
        house.act(a, one, "resolve")
        done.append(one)
    house.act(a, search, "acknowledge", by=other)
    house.act(a, worst, "acknowledge", by=me)
    house.act(a, worst, "notes", text="Payments time out since the deploy of 02:10; rolling back")
    note = house.note_of(a, worst)
    house.act(a, worst, "notes", text=f"@{other} does Asia look well? @somebody.else", replyTo=note, by=me)
    house.act(a, worst, "notes", text="It does, since 02:20", replyTo=note, by=other)
    for step, state, outcome in ((1, "skipped", "their page is green"), (3, "done", "4f2a91c is out again")):
        house.act(a, worst, "work", kind="step", state=state, outcome=outcome,
                  text=f"cards-refused {step}: {plain(house.steps(a)[step - 1])}", by=other)
    house.act(a, worst, "commander", person=me)
    house.lab.wait("command", lambda: (house.lab.incident(a, worst) or {}).get("commander") == me, 20)
    house.act(a, worst, "handoff/offer", to=other)
    tell("two sides see a severity differently")
    return worst, search


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


def pages_of(incident, search):
    return [("incidents", "/incidents"), ("incidents-all", "/incidents?status=all"),
            ("room", f"/incidents/{incident}"), ("conflict", f"/incidents/{search}"),
            ("world", "/world"), ("runbooks", "/runbooks"), ("runbook", "/runbooks/cards-refused"),
            ("oncall", "/oncall"), ("coverage", "/oncall/coverage"), ("oncall-month", "/oncall?days=28"),
            ("cluster", "/cluster"), ("numbers", "/numbers"), ("me", "/me")]


def plan(house, page, region):
    """The page of a plan: somebody says that they are away for two days."""
    page.go(f"{house.lab.url(region)}/oncall")
    page.click(".more summary", "Say that somebody is away")
    page.ask("(() => { const now = document.querySelector('#l-f').value;"
             " const then = new Date(Date.parse(now + 'Z') + 2 * 86400000);"
             " document.querySelector('#l-t').value = then.toISOString().slice(0, 16); })()")
    page.click_through(".more details[open] button.go")
    page.wait_text("Nothing is changed yet")


def shots(house, out):
    os.makedirs(out, exist_ok=True)
    worst, search = furnish(house)
    door = house.lab.regions[0]
    alone, rest = part(house, search)
    page = house.enter(alone)
    for name, path in (("apart-room", f"/incidents/{search}"), ("apart-cluster", "/cluster"), ("apart-world", "/world")):
        take(page, house.lab.url(alone) + path, name, out, LOOKS)
    meet(house, alone, rest, search)
    page = house.enter(door)
    for name, path in pages_of(worst, search):
        take(page, house.lab.url(door) + path, name, out, LOOKS)
    for width, dark in LOOKS:
        page.look(width=width, height=844 if width < 600 else 900, dark=dark)
        plan(house, page, door)
        page.shoot(os.path.join(out, f"plan-{width}-{'dark' if dark else 'light'}.png"))
    take(page, house.lab.url(door) + "/incidents/abcd1234", "problem", out, LOOKS[:1])
    stranger = house.browser.page()
    take(stranger, house.lab.url(door) + "/login", "login", out, LOOKS)
    mail = house.lab.wait("a mail with links", lambda: [m for m in house.lab.mails() if links(m)], 40)[0]
    port, path = sorted(links(mail).items())[0]
    take(stranger, f"http://127.0.0.1:{port}{path}", "link", out, LOOKS)
    weigh(house, door, pages_of(worst, search))
    tell(f"the pictures are in {out}")


def take(page, url, name, out, looks):
    for width, dark in looks:
        page.look(width=width, height=844 if width < 600 else 900, dark=dark)
        page.go(url)
        page.wait("its pictures", "[...document.images].every((i) => i.complete)")
        wide = page.ask("document.documentElement.scrollWidth")
        check(wide <= width, f"{name} is {wide} wide on {width}")
        page.shoot(os.path.join(out, f"{name}-{width}-{'dark' if dark else 'light'}.png"))


def weigh(house, door, pages):
    """Bytes, how long the server took, and time to the first paint."""
    page = house.enter(door)
    for name, path in pages:
        page.go(house.lab.url(door) + path)
        size, served, paint = page.ask(
            "(async () => { const n = performance.getEntriesByType('navigation')[0];"
            " await new Promise((r) => setTimeout(r, 200));"
            " const p = performance.getEntriesByName('first-contentful-paint')[0];"
            " return [n.decodedBodySize, Math.round(n.responseEnd - n.requestStart),"
            " Math.round(p ? p.startTime : -1)]; })()")
        tell(f"{name:<14} {size:>6} bytes, served in {served} ms, first paint after {paint} ms")
        check(size < PAGE_BYTES_MAX, f"{name} has {size} bytes")


# --- a long timeline -------------------------------------------------------------------------------------


def long(house):
    """Two thousand entries: how long the page takes, and whether anything blocks while it is scrolled and followed."""
    door = house.lab.regions[0]
    incident = house.fire("Checkout fails for everybody", "critical", region=door)
    house.act(door, incident, "acknowledge")
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: house.act(door, incident, "notes", text=f"Tried number {n} of many, to no avail"),
                      range(2000)))
    page = house.enter(door, width=390, height=844)
    page.go(f"{house.lab.url(door)}/incidents/{incident}")
    size, took = page.ask("(() => { const n = performance.getEntriesByType('navigation')[0];"
                          " return [n.decodedBodySize, Math.round(n.duration)]; })()")
    count = page.text("#timeline-title")
    check(int(re.search(r"([0-9]+) entries", count).group(1)) >= 2000, count)
    page.ask("window.blocked = []; new PerformanceObserver((l) => { for (const e of l.getEntries())"
             " blocked.push(Math.round(e.duration)); }).observe({entryTypes: ['longtask']})")
    for _ in range(12):
        page.send("Input.synthesizeScrollGesture", x=195, y=500, yDistance=-700, speed=3000)
    house.act(door, incident, "notes", text="The last one")
    page.wait_text("The last one", 15)
    blocked = page.ask("blocked")
    tell(f"2,000 entries: {size} bytes, loaded in {took} ms; tasks that blocked for more than 50 ms: {blocked or 'none'}")
    check(size < PAGE_BYTES_MAX, f"the page has {size} bytes")
    check(not blocked or max(blocked) < 200, f"the page stuttered: {blocked}")


# --- audit -----------------------------------------------------------------------------------------------

OWN_AUDIT = """(() => {
  const found = [];
  const seen = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden";
  const name = (e) => `<${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}> ${e.textContent.trim().slice(0, 40)}`;
  if (!document.documentElement.lang) found.push("no language");
  if (!document.title) found.push("no title");
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  if (document.querySelector("[style],style,script:not([src])")) found.push("inline style or script");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) found.push(`id ${id} twice`);
  for (const e of document.querySelectorAll("input:not([type=hidden]),select,textarea"))
    if (!e.labels || !e.labels.length) found.push(`no label: ${name(e)}`);
  for (const e of document.querySelectorAll("a[href],button,summary,select,input:not([type=hidden])")) {
    if (!seen(e)) continue;
    const box = e.getBoundingClientRect();
    const inText = e.tagName === "A" && getComputedStyle(e).display === "inline";
    if (!inText && (box.width < 24 || box.height < 24)) found.push(`${Math.round(box.width)}x${Math.round(box.height)}: ${name(e)}`);
  }
  return found;
})()"""


def axe_source():
    tools = os.environ.get("MERIDIAN_TOOLS", os.path.join(ROOT, ".build/tools"))
    installed = glob.glob(os.path.join(tools, "lib/python3*/site-packages/axe_playwright_python/axe.min.js"))
    path = os.environ.get("AXE") or (installed[0] if installed else None)
    return open(path, encoding="utf-8").read() if path and os.path.exists(path) else None


def audit(house, or_skip):
    worst, search = furnish(house)
    door = house.lab.regions[0]
    page = house.enter(door)
    axe = axe_source()
    if axe is None:
        check(or_skip, "axe-core is missing: run 'cluster/install browser', or name the file in AXE")
        tell("*** axe-core is missing: its checks are SKIPPED, only our own are made ***")
    count = 0
    for width, dark in LOOKS:
        page.look(width=width, height=844 if width < 600 else 900, dark=dark)
        for name, path in [*pages_of(worst, search), ("login", "/login")]:
            page.go(house.lab.url(door) + path)
            page.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            found = page.ask(OWN_AUDIT)
            if axe:
                page.ask(axe + "; 0")
                result = json.loads(page.ask(
                    "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa',"
                    "'best-practice']}).then((r) => JSON.stringify(r.violations.map((v) =>"
                    " [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120) + ' ' +"
                    " (n.any[0] ? n.any[0].message : ''))])))"))
                found += [f"{rule}: {node}" for rule, nodes in result for node in nodes]
            for one in found:
                tell(f"{name} {width} {'dark' if dark else 'light'}: {one}")
            count += len(found)
    check(count == 0, f"{count} findings")
    tell("the audit found nothing")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["all", "story", "long", "shots", "audit"])
    parser.add_argument("--out", default=os.path.join(ROOT, "run", "pictures"))
    parser.add_argument("--keep", action="store_true", help="keep the cluster's folder")
    parser.add_argument("--or-skip", action="store_true", help="without axe-core: say so loudly and check the rest")
    options = parser.parse_args()
    if not os.path.exists(PROGRAM):
        sys.exit(f"browser: {PROGRAM} is missing: run 'make release', or name it in MERIDIAN")
    for what in ["story", "long", "shots", "audit"] if options.what == "all" else [options.what]:
        house = House()
        try:
            {"story": story, "long": long, "audit": lambda house: audit(house, options.or_skip),
             "shots": lambda house: shots(house, options.out)}[what](house)
        finally:
            house.end(options.keep)


if __name__ == "__main__":
    try:
        main()
    except (BrowserError, LabError) as error:
        sys.exit(f"browser: {error}")
