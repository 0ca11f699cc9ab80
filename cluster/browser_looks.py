"""How the pages look: pictures of every page at 390 and 1440 pixels, light and dark, what they weigh, and an audit of
accessibility. Used by cluster/browser."""
import glob
import json
import os
import subprocess

from browser_house import PAGE_BYTES_MAX, check, furnish, meet, part, plan, tell
from lab import ROOT, links

LOOKS = [(width, dark) for width in (390, 1440) for dark in (False, True)]


def pages_of(incident, search):
    return [("incidents", "/incidents"), ("incidents-all", "/incidents?status=all"),
            ("room", f"/incidents/{incident}"), ("room-people", f"/incidents/{incident}?show=people"),
            ("conflict", f"/incidents/{search}"),
            ("world", "/world"), ("runbooks", "/runbooks"), ("runbook", "/runbooks/cards-refused"),
            ("oncall", "/oncall"), ("coverage", "/oncall/coverage"), ("oncall-month", "/oncall?days=28"),
            ("cluster", "/cluster"), ("numbers", "/numbers"), ("me", "/me"),
            ("problem", "/incidents/abcd1234")]


def apart_pages(search):
    return [("apart-incidents", "/incidents"), ("apart-room", f"/incidents/{search}"),
            ("apart-cluster", "/cluster"), ("apart-world", "/world")]


def link_in(house, what, wanted):
    """The address behind the link of the newest mail that is wanted."""
    mail = house.lab.wait(what, lambda: [m for m in house.lab.mails() if links(m) and wanted(m)], 60)[-1]
    port, path = sorted(links(mail).items())[0]
    return f"http://127.0.0.1:{port}{path}"


def one_tap(house):
    """An incident that nobody has, and the link of its page; and the link of an offer of command."""
    fresh = house.fire("Card readers are offline in 12 shops", "critical", region=house.lab.regions[1], details={
        "shops": "Lyon 1 to 12", "since": "the firmware of 09:40"}, link="https://grafana.example.com/d/readers")
    command = link_in(house, "an offer's mail", lambda m: "offers you command" in m["text"])
    tap = link_in(house, "a page's mail", lambda m: m["headers"].get("X-Meridian-Incident") == fresh)
    return tap, command


def shots(house, out, docs):
    os.makedirs(out, exist_ok=True)
    worst, search = furnish(house)
    door = house.lab.regions[0]
    alone, rest = part(house, search)
    page = house.enter(alone)
    for name, path in apart_pages(search):
        take(page, house.lab.url(alone) + path, name, out)
    meet(house, alone, rest, search)
    page = house.enter(door)
    for name, path in pages_of(worst, search):
        take(page, house.lab.url(door) + path, name, out)
    for width, dark in LOOKS:
        page.look(width=width, height=844 if width < 600 else 900, dark=dark)
        plan(house, page, door)
        picture(page, "plan", out, width, dark)
    take(house.enter(door, house.people[-1]), f"{house.lab.url(door)}/incidents/{worst}", "room-offered", out)
    stranger = house.browser.page()
    take(stranger, house.lab.url(door) + "/login", "login", out)
    tap, command = one_tap(house)
    take(stranger, tap, "link", out)
    take(stranger, command, "link-command", out)
    stranger.go(tap)
    stranger.click_through("form button")
    take(stranger, tap, "link-done", out)
    weigh(house, door, pages_of(worst, search))
    if docs:
        publish(out, os.path.join(ROOT, "docs/pictures"))
    tell(f"the pictures are in {out}")


def take(page, url, name, out):
    for width, dark in LOOKS:
        page.look(width=width, height=844 if width < 600 else 900, dark=dark)
        page.go(url)
        page.wait("its pictures", "[...document.images].every((i) => i.complete)")
        picture(page, name, out, width, dark)


def picture(page, name, out, width, dark):
    wide = page.ask("document.documentElement.scrollWidth")
    check(wide <= width, f"{name} is {wide} wide on {width}")
    shot = f"{name}-{width}-{'dark' if dark else 'light'}"
    page.shoot(os.path.join(out, f"{shot}.png"))
    for target, (wanted, height) in PICTURES.items():
        if wanted == shot:
            page.shoot(os.path.join(out, f"docs-{target}.png"), tallest=height)


# The pictures of docs/pages: of which shot, and how much of it from the top on.
PICTURES = {
    "world": ("world-1440-light", 1250), "incidents": ("incidents-1440-light", 760),
    "room": ("room-1440-light", 1500), "room-phone": ("room-offered-390-dark", 1250),
    "conflict": ("conflict-1440-light", 620), "oncall": ("oncall-1440-light", 1300), "plan": ("plan-1440-light", 620),
    "cluster-apart": ("apart-cluster-1440-light", 1250), "numbers": ("numbers-1440-light", 1100),
    "runbook": ("runbook-390-light", 1150), "acknowledge": ("link-390-light", 844),
    "acknowledge-command": ("link-command-390-dark", 1250),
}


def publish(out, folder):
    """The pictures of the documentation, with few colours, so that each stays small."""
    for name in PICTURES:
        source, target = os.path.join(out, f"docs-{name}.png"), os.path.join(folder, name + ".png")
        subprocess.run(["pngquant", "--force", "--strip", "--speed", "1", "--quality", "50-95", "--output", target,
                        "128", source], check=True)
        size = os.path.getsize(target)
        check(size < 200_000, f"{target} has {size} bytes")
    tell(f"{len(PICTURES)} pictures are in {folder}")


def weigh(house, door, pages):
    """Bytes, how long the server took, and time to the first paint: the best of five, for whatever else the machine
    does only adds to it."""
    page = house.enter(door)
    for name, path in pages:
        found = []
        for _ in range(5):
            page.go(house.lab.url(door) + path)
            found.append(page.ask(
                "(async () => { const n = performance.getEntriesByType('navigation')[0];"
                " await new Promise((r) => setTimeout(r, 200));"
                " const p = performance.getEntriesByName('first-contentful-paint')[0];"
                " return [Math.round(p ? p.startTime : -1), Math.round(n.responseEnd - n.requestStart),"
                " n.decodedBodySize]; })()"))
        paint, served, size = min(found)
        tell(f"{name:<14} {size:>6} bytes, served in {served} ms, first paint after {paint} ms")
        check(size < PAGE_BYTES_MAX, f"{name} has {size} bytes")


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
    axe = axe_source()
    if axe is None:
        check(or_skip, "axe-core is missing: run 'cluster/install browser', or name the file in AXE")
        tell("*** axe-core is missing: its checks are SKIPPED, only our own are made ***")
    worst, search = furnish(house)
    door = house.lab.regions[0]
    alone, rest = part(house, search)
    count = examine(house.enter(alone), [(n, house.lab.url(alone) + p) for n, p in apart_pages(search)], axe)
    meet(house, alone, rest, search)
    page = house.enter(door)
    places = [(n, house.lab.url(door) + p) for n, p in [*pages_of(worst, search), ("login", "/login")]]
    count += examine(page, places, axe)
    plan(house, page, door)
    count += examine(page, [("plan", None)], axe)
    room = ("room-offered", f"{house.lab.url(door)}/incidents/{worst}")
    count += examine(house.enter(door, house.people[-1]), [room], axe)
    tap, command = one_tap(house)
    stranger = house.browser.page()
    count += examine(stranger, [("link", tap), ("link-command", command)], axe)
    stranger.go(tap)
    stranger.click_through("form button")
    count += examine(stranger, [("link-done", tap)], axe)
    check(count == 0, f"{count} findings")
    tell("the audit found nothing")


def examine(page, places, axe):
    """What is wrong with each of some pages in each look; of a place without an address, with the page as it is."""
    count = 0
    for width, dark in LOOKS:
        page.look(width=width, height=844 if width < 600 else 900, dark=dark)
        for name, url in places:
            if url:
                page.go(url)
            page.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            found = page.ask(OWN_AUDIT)
            # The pages behind links carry their one style sheet themselves; their policy knows it by its hash.
            found = [one for one in found if not (name.startswith("link") and one.startswith("inline style"))]
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
    return count
