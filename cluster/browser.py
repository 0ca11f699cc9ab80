"""The pages in a real browser, against three real regions: the story by clicks in two browsers at two regions, by
keys only and on a telephone; pictures of every page at 390 and 1440 pixels, light and dark; an audit of
accessibility. See cluster/browser.

    cluster/browser all|story|long|shots|audit [--out FOLDER] [--keep] [--or-skip]

The audit is axe-core (`cluster/install browser`, or AXE=axe.min.js), and checks of our own.
"""
import argparse
import concurrent.futures
import os
import re
import sys
import time

from browser_house import PAGE_BYTES_MAX, PROGRAM, House, check, plan, tell
from browser_looks import audit, shots
from chromium import BrowserError
from lab import ROOT, LabError, links
from reading import seconds


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

    tell("A stretch drawn over a schedule stands in the form of an override; a shift that is pressed, too.")
    desk.go(house.lab.url(b) + "/oncall")
    row = desk.ask("document.querySelector('[data-chart]').dataset.rows.split(';')[0].split(',')")
    x, y, width, height = desk.place("[data-chart]")
    desk.ask("window.scrollTo(0, 0)")
    x, y, width, height = desk.ask("""(() => {
        const box = document.querySelector("[data-chart]").getBoundingClientRect();
        return [box.x, box.y, box.width, box.height];
    })()""")
    at = y + (int(row[1]) + int(row[2])) / 2
    desk.drag_through(x + width * 0.9, at, x + width * 0.96)
    drawn = desk.ask("['#v-s', '#v-f', '#v-t'].map((field) => document.querySelector(field).value)")
    length = seconds(drawn[2] + "+00:00") - seconds(drawn[1] + "+00:00")
    check(drawn[0] == row[0] and 9 * 3600 < length < 12 * 3600, f"the form says {drawn}")
    check(desk.ask("document.querySelector('#change').open"), "the form is not open")
    desk.ask("window.scrollTo(0, 0)")
    desk.drag_through(x + width * 0.9, at, x + width * 0.9)
    pressed = desk.ask("['#v-s', '#v-f', '#v-t', '#v-r'].map((field) => document.querySelector(field).value)")
    check(pressed[0] == row[0] and pressed[3], f"the form says {pressed}")

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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["all", "story", "long", "shots", "audit"])
    parser.add_argument("--out", default=os.path.join(ROOT, "run", "pictures"))
    parser.add_argument("--docs", action="store_true", help="shots: write those of docs/pictures as well")
    parser.add_argument("--keep", action="store_true", help="keep the cluster's folder")
    parser.add_argument("--or-skip", action="store_true", help="without axe-core: say so loudly and check the rest")
    options = parser.parse_args()
    if not os.path.exists(PROGRAM):
        sys.exit(f"browser: {PROGRAM} is missing: run 'make release', or name it in MERIDIAN")
    for what in ["story", "long", "shots", "audit"] if options.what == "all" else [options.what]:
        house = House()
        try:
            {"story": story, "long": long, "audit": lambda house: audit(house, options.or_skip),
             "shots": lambda house: shots(house, options.out, options.docs)}[what](house)
        finally:
            house.end(options.keep)


if __name__ == "__main__":
    try:
        main()
    except (BrowserError, LabError) as error:
        sys.exit(f"browser: {error}")
