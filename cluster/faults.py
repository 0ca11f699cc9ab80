"""Faults on real processes: each scenario starts a cluster of its own, breaks something, and measures what people
would have noticed. See cluster/faults; Tests/ClusterTests runs every scenario once.

Of each run: `delay` is from the instant a page was due to its mail, `lost` counts alerts that were answered and
are not in their incident, `duplicates` counts pages that came more than once, `late` counts pages that came more than
a second after the acknowledgement.
"""
import argparse
import datetime
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from lab import ROOT, Lab, LabError, call, free_ports, links, tell_alertmanager

PROGRAM = os.environ.get("MERIDIAN", os.path.join(ROOT, ".build/release/meridian"))
# Longer than an intent without result holds other regions back (8 s): a shorter level would be over before the page
# of a sender that died between intent and sending is sent by another.
LEVEL_SECONDS = 12


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Run:
    """One run of one scenario: its cluster, and what it measured."""

    def __init__(self, keep, *arguments):
        self.keep = keep
        self.folder = tempfile.mkdtemp(prefix="meridian-faults-")
        base = free_ports(6, 100)
        self.lab = Lab(self.folder, PROGRAM, "faults", base, free_ports(2, 1))
        self.alertmanager = self.lab.mail_port + 1
        self.lab.make(*arguments, quiet=True)
        self.quicken()
        self.delays, self.lost, self.notes = [], 0, {}
        self.acknowledged = {}

    def quicken(self):
        """Levels of a few seconds, so that a test need not wait for minutes."""
        path = os.path.join(self.lab.files, "roster.yaml")
        text = open(path).read()
        for seconds in ("20s", "30s", "5m", "10m", "20m"):
            text = text.replace(f": {seconds}", f": {LEVEL_SECONDS}s")
        with open(path, "w") as file:
            file.write(text)

    def __enter__(self):
        try:
            self.lab.start_all()
            self.lab.wait_majority(self.lab.regions)
        except BaseException:
            self.lab.stop_all()
            raise
        time.sleep(2.5)  # A node that has just started leaves overdue pages to others for two seconds.
        return self

    def __exit__(self, kind, error, trace):
        self.lab.stop_all()
        if error is None and not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        elif error is not None:
            print(f"faults: the files of this run are in {self.folder}", file=sys.stderr)

    # --- what scenarios do ---------------------------------------------------------------------------

    def fire(self, region, title, **more):
        """Fires an alert; the incident's number."""
        status, answer = self.lab.fire(region, title, **more)
        if status != 200:
            raise LabError(f"{region} answered {status}: {answer}")
        self.notes.setdefault("durability", []).append(answer["durability"])
        return answer["incident"]

    def owner(self, incident, among):
        return self.lab.wait(
            "owner", lambda: self.label(incident, among).get("owner"), 20)

    def label(self, incident, among):
        for region in among:
            found = self.lab.incident(region, incident)
            if found and found["summary"]["label"].get("owner"):
                return found["summary"]["label"]
        return {}

    def status(self):
        """What `meridian cluster status --json` says."""
        told = subprocess.run(
            [PROGRAM, "cluster", "status", "--json", "--config", os.path.join(self.lab.files, "client.yaml")],
            capture_output=True, text=True)
        return json.loads(told.stdout)

    def meridian(self, *arguments):
        """A command that has to succeed; what it printed."""
        told = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env={
            **os.environ, "MERIDIAN_CONFIG": os.path.join(self.lab.files, "client.yaml")})
        if told.returncode:
            raise LabError(f"meridian {' '.join(arguments)} ended with {told.returncode}: {told.stderr}{told.stdout}")
        return told.stdout

    def alive(self):
        return [r for r in self.lab.regions if self.lab.pid(r)]

    def acknowledge(self, region, incident):
        by = self.lab.someone()
        status, answer = call(
            f"{self.lab.url(region)}/api/v1/incidents/{incident}/acknowledge", {"by": by},
            token=self.lab.token)
        if status != 200:
            raise LabError(f"{region} answered {status} to an acknowledgement: {answer}")
        self.acknowledged[incident] = time.time()
        return answer

    def due_of_level(self, incident, region, level):
        """When a level of the first cycle became due."""
        opened = self.lab.incident(region, incident)["summary"]["openedAt"]
        return instant(opened) + (level - 1) * LEVEL_SECONDS

    def measure(self, incident, region, level, seconds=60):
        """Waits for the first mail of a level and notes its delay."""
        step = f"level {level}, cycle 1"

        def mail():
            found = [m for m in self.lab.mails(incident) if m["headers"]["X-Meridian-Step"] == step]
            return found and found[0]

        found = self.lab.wait(f"mail of {step}", mail, seconds)
        self.delays.append(found["at"] - self.due_of_level(incident, region, level))
        return found

    def check_known(self, incident, regions, title):
        """Counts the alert as lost unless each of these regions has it, in the committed log."""

        def everywhere():
            for region in regions:
                found = self.lab.incident(region, incident)
                if not found or found["summary"]["label"]["unmergedFacts"] > 0:
                    return False
                if not any(title == alert["summary"] for alert in found["alerts"]):
                    return False
            return True

        try:
            self.lab.wait(f"{title} at {regions}", everywhere, 30)
        except LabError:
            self.lost += 1

    def result(self):
        mails = self.lab.mails()
        pages = [m["headers"]["X-Meridian-Page"] for m in mails]
        late = sum(
            1 for m in mails
            # What is only told is told to those, too, who have taken it on.
            if not m["headers"]["X-Meridian-Step"].startswith("notice") and m["at"] > self.acknowledged.get(m["headers"]["X-Meridian-Incident"], 9e9) + 1)
        return {"delays": self.delays, "lost": self.lost, "duplicates": len(pages) - len(set(pages)),
                "late": late, **self.notes}


# --- scenarios -------------------------------------------------------------------------------------------


def healthy(run):
    """An alert through each region; each acknowledged through a region that does not own it."""
    for region in run.lab.regions:
        incident = run.fire(region, f"healthy {region}")
        run.measure(incident, region, 1)
        owner = run.owner(incident, run.alive())
        other = next(r for r in run.lab.regions if r != owner)
        run.acknowledge(other, incident)
        run.check_known(incident, run.lab.regions, f"healthy {region}")
    time.sleep(LEVEL_SECONDS + 2)


def alertmanager_webhook(run):
    """A real Alertmanager fires and resolves through its webhook."""
    receiver = (
        "    webhook_configs:\n"
        f"      - url: {run.lab.url(run.lab.regions[0])}/v1/alertmanager/{run.lab.key()}\n")
    through_alertmanager(run, receiver)


def alertmanager_pagerduty(run):
    """A real Alertmanager fires and resolves through its PagerDuty notifier, pointed at us."""
    receiver = (
        "    pagerduty_configs:\n"
        f"      - url: {run.lab.url(run.lab.regions[1])}/v2/enqueue\n"
        f"        routing_key: {run.lab.key()}\n"
        "        severity: critical\n")
    through_alertmanager(run, receiver)


def through_alertmanager(run, receiver):
    run.lab.start_alertmanager(receiver, run.alertmanager)
    tell_alertmanager(run.alertmanager, "RealAlert")
    mail = run.lab.wait("mail", run.lab.mails, 30)[0]
    incident = mail["headers"]["X-Meridian-Incident"]
    region = run.lab.regions[2]
    run.measure(incident, region, 1)
    tell_alertmanager(run.alertmanager, "RealAlert", is_over=True)
    run.lab.wait("resolve", lambda: run.lab.incident(region, incident)["summary"]["status"] == "resolved",
                 40)
    resolved = len(run.lab.mails(incident))
    time.sleep(LEVEL_SECONDS + 2)
    run.notes["pages_after_resolve"] = len(run.lab.mails(incident)) - resolved


def owner_killed_at_once(run):
    """kill -9 of the owner right after an alert was accepted elsewhere."""
    probe = run.fire(run.lab.regions[0], "probe")
    owner = run.owner(probe, run.alive())
    run.acknowledge(owner, probe)
    door = next(r for r in run.lab.regions if r != owner)
    incident = run.fire(door, "owner killed at once")
    run.lab.kill(owner)
    run.measure(incident, door, 1)
    run.acknowledge(door, incident)
    run.check_known(incident, run.alive(), "owner killed at once")
    time.sleep(LEVEL_SECONDS + 2)


def owner_killed_in_escalation(run):
    """kill -9 of the owner between the first level and the second; acknowledged by a link of the second mail."""
    door = run.lab.regions[0]
    incident = run.fire(door, "owner killed in escalation")
    run.measure(incident, door, 1)
    owner = run.owner(incident, run.alive())
    run.lab.kill(owner)
    door = run.alive()[0]
    mail = run.measure(incident, door, 2)
    sender = mail["headers"]["X-Meridian-Region"]
    ports = {str(port): name for name, port in run.lab.members.items()}
    other = next(p for p in links(mail) if ports[p] not in (owner, sender))
    url = f"http://127.0.0.1:{other}{links(mail)[other]}"
    before = call(url)[1]
    time.sleep(0.5)
    if run.lab.incident(door, incident)["summary"]["status"] != "triggered":
        raise LabError("a GET of the link has acknowledged")
    if "<form" not in before:
        raise LabError("the link's page has no button")
    status, _ = call(url, body="", form=True)
    if status != 200:
        raise LabError(f"the link answered {status}")
    run.acknowledged[incident] = time.time()
    run.check_known(incident, run.alive(), "owner killed in escalation")
    time.sleep(LEVEL_SECONDS + 2)


def owner_paused(run):
    """SIGSTOP of the owner for ten seconds around the second level, then SIGCONT."""
    door = run.lab.regions[0]
    incident = run.fire(door, "owner paused")
    run.measure(incident, door, 1)
    owner = run.owner(incident, run.alive())
    door = next(r for r in run.lab.regions if r != owner)
    stop_at = run.due_of_level(incident, door, 2) - 5
    time.sleep(max(0, stop_at - time.time()))
    run.lab.signal(owner, signal.SIGSTOP)
    run.measure(incident, door, 2)
    time.sleep(max(0, stop_at + 10 - time.time()))
    run.lab.signal(owner, signal.SIGCONT)
    time.sleep(3)
    run.acknowledge(owner, incident)
    run.check_known(incident, run.lab.regions, "owner paused")
    time.sleep(LEVEL_SECONDS + 2)


def two_of_three_killed(run):
    """kill -9 of two regions: the last one pages for the incidents it holds and takes in new alerts as `local`;
    when the two are back, everything is in its incident."""
    door = run.lab.regions[0]
    held = run.fire(door, "held before")
    run.measure(held, door, 1)
    last = run.lab.regions[0]
    dead = [r for r in run.lab.regions if r != last]
    for region in dead:
        run.lab.kill(region)
    run.measure(held, last, 2)
    alone = run.fire(last, "taken in alone")
    run.notes["alone"] = run.notes["durability"][-1]
    run.measure(alone, last, 1)
    for region in dead:
        run.lab.start_member(region)
    run.lab.wait_ready(dead)
    run.check_known(held, run.lab.regions, "held before")
    run.check_known(alone, run.lab.regions, "taken in alone")
    run.acknowledge(dead[0], held)
    run.acknowledge(dead[1], alone)
    time.sleep(LEVEL_SECONDS + 2)


def all_killed(run):
    """kill -9 of everything right after an alert was accepted; all come back: the alert is there, and is paged."""
    door = run.lab.regions[0]
    incident = run.fire(door, "all killed")
    for name in run.lab.members:
        run.lab.kill(name)
    for name in run.lab.members:
        run.lab.start_member(name)
    run.lab.wait_ready(run.lab.members)
    run.measure(incident, door, 1)
    run.check_known(incident, run.lab.regions, "all killed")
    run.acknowledge(run.lab.regions[1], incident)
    time.sleep(LEVEL_SECONDS + 2)


def witness(run):
    """Two regions and a witness: the owner dies, the other region and the witness are a majority and go on."""
    door = run.lab.regions[0]
    incident = run.fire(door, "with a witness")
    run.measure(incident, door, 1)
    owner = run.owner(incident, run.alive())
    run.lab.kill(owner)
    left = run.alive()[0]
    run.measure(incident, left, 2)
    run.acknowledge(left, incident)
    second = run.fire(left, "after the death")
    run.notes["after"] = run.notes["durability"][-1]
    run.measure(second, left, 1)
    run.acknowledge(left, second)
    run.check_known(second, run.alive(), "after the death")
    senders = {m["headers"]["X-Meridian-Region"] for m in run.lab.mails()}
    if "witness" in senders:
        raise LabError("the witness has paged")
    time.sleep(LEVEL_SECONDS + 2)


def mail_down(run):
    """No mail leaves any region: `cluster status` says that a step is overdue, and stops saying so when the mail
    server is back and the page has come."""
    door = run.lab.regions[0]
    run.lab.kill("mailcatcher")
    incident = run.fire(door, "no mail leaves")

    def overdue():
        return [f for f in run.status()["findings"] if f["level"] == "bad" and incident[:8] in f["text"]]

    run.notes["finding"] = run.lab.wait("finding of an overdue step", overdue, 90)[0]["text"]
    run.lab.start_mail()
    run.lab.wait("mail", lambda: run.lab.mails(incident), 60)
    run.lab.wait("end of the finding", lambda: not overdue(), 30)
    run.acknowledge(door, incident)
    run.check_known(incident, run.lab.regions, "no mail leaves")


def coordinator_killed(run):
    """kill -9 of the coordinator: paging does not notice."""
    run.lab.kill("coordinator")
    healthy(run)


def member_joins(run):
    """A region is brought in while alerts come, one old region dies, and the new one is taken out again: every
    member is started again in turn, and nobody stops paging."""
    lab, old = run.lab, run.lab.regions
    path = os.path.join(lab.files, "roster.yaml")
    text = open(path).read()
    with open(path, "w") as file:
        file.write(text.replace("\nregions:\n", '\nregions:\n  - {name: sa, zone: America/Sao_Paulo, day: "09:00-18:00"}\n'))
    run.meridian("roster", "apply", path, "--reason", "a new region", "--as", lab.someone())
    first = run.fire(old[0], "before the change")
    run.measure(first, old[0], 1)
    run.acknowledge(old[1], first)

    def roll():
        for number, name in enumerate([*old, "coordinator"]):
            lab.stop(name)
            lab.start_member(name)
            door = old[(number + 1) % len(old)]
            title = f"while {name} starts again ({len(run.delays)})"
            incident = run.fire(door, title)
            run.measure(incident, door, 1)
            run.acknowledge(door, incident)
            lab.wait_ready([name])
            lab.wait_majority(old)
            run.check_known(incident, old, title)

    run.meridian("cluster", "add", "sa", "--directory", lab.files)
    roll()
    lab.start_member("sa")
    lab.wait_ready(["sa"])
    lab.wait_majority([*old, "sa"])
    run.check_known(first, ["sa"], "before the change")
    lab.kill(old[0])
    second = run.fire("sa", "three of four")
    run.notes["after"] = run.notes["durability"][-1]
    run.measure(second, "sa", 1)
    run.acknowledge("sa", second)
    lab.start_member(old[0])
    lab.wait_ready([old[0]])
    run.check_known(second, lab.regions, "three of four")
    run.notes["members"] = sorted(m["name"] for m in lab.cluster(old[0])["members"])
    lab.stop("sa")
    run.meridian("cluster", "remove", "sa", "--directory", lab.files)
    roll()
    last = run.fire(old[2], "three again")
    run.notes["last"] = run.notes["durability"][-1]
    run.measure(last, old[2], 1)
    run.acknowledge(old[0], last)
    run.check_known(last, old, "three again")
    time.sleep(2)


SCENARIOS = [healthy, alertmanager_webhook, alertmanager_pagerduty, owner_killed_at_once,
             owner_killed_in_escalation, owner_paused, two_of_three_killed, all_killed, witness,
             coordinator_killed, mail_down, member_joins]
ARGUMENTS = {
    "witness": ["--region", "eu=Europe/Berlin", "--region", "us=America/New_York", "--witness",
                "127.0.0.1", "--pace", "demo"],
}


def play(scenario, keep):
    run = Run(keep, *ARGUMENTS.get(scenario.__name__, []))
    with run:
        scenario(run)
        return run.result()


def summary(name, results):
    delays = sorted(d for r in results for d in r["delays"])
    return {
        "scenario": name, "runs": len(results), "lost": sum(r["lost"] for r in results),
        "duplicates": sum(r["duplicates"] for r in results), "late": sum(r["late"] for r in results),
        "delay_min": round(delays[0], 3) if delays else None,
        "delay_median": round(statistics.median(delays), 3) if delays else None,
        "delay_max": round(delays[-1], 3) if delays else None,
        "notes": [{k: v for k, v in r.items() if k not in ("delays", "lost", "duplicates", "late")}
                  for r in results],
    }


def main():
    parser = argparse.ArgumentParser(prog="cluster/faults", description=__doc__.split("\n\n")[0])
    parser.add_argument("scenario", help="a scenario's name, `all`, or `list`")
    parser.add_argument("--runs", type=int, default=1, help="how often (default 1)")
    parser.add_argument("--json", action="store_true", help="one JSON object per scenario")
    parser.add_argument("--keep", action="store_true", help="keep the files of every run")
    options = parser.parse_args()
    names = {s.__name__.replace("_", "-"): s for s in SCENARIOS}
    if options.scenario == "list":
        for name, scenario in names.items():
            print(f"{name:28} {' '.join(scenario.__doc__.split())}")
        return
    chosen = names if options.scenario == "all" else {options.scenario: names.get(options.scenario)}
    if None in chosen.values():
        parser.error(f"no scenario {options.scenario}: see 'cluster/faults list'")
    if not os.path.exists(PROGRAM):
        sys.exit(f"faults: {PROGRAM} is missing: run 'make up', or name a program with $MERIDIAN")
    is_good = True
    for name, scenario in chosen.items():
        results = [play(scenario, options.keep) for _ in range(options.runs)]
        told = summary(name, results)
        is_good = is_good and told["lost"] == 0 and told["late"] == 0
        if options.json:
            print(json.dumps(told), flush=True)
        else:
            print(f"{name:28} runs {told['runs']:3}  lost {told['lost']}  duplicates {told['duplicates']}  "
                  f"late {told['late']}  delay {told['delay_min']} / {told['delay_median']} / "
                  f"{told['delay_max']} s (min / median / max)", flush=True)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    try:
        main()
    except LabError as error:
        sys.exit(f"faults: {error}")
