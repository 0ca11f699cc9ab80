"""A real cluster under a seeded plan of faults, and a check of all it answered."""
import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time

import chaos_check
from chaos_client import Client, Ledger
from chaos_faults import Injector
from chaos_plan import BEYOND, KINDS, ON_REQUEST, make_plan, table
from lab import LabError, call
from wanlab import NoNamespaces, PROGRAM, SITES, WanLab, check_machine, enter_namespaces

EXAMPLES = """\
examples:
  make chaos SECONDS=120 SEED=1         two minutes; builds the program first
  cluster/chaos 300 --seed 7            the same plan each time, for the plan comes from the seed alone
  cluster/chaos 120 --seed 7 --faults kill,cut     only these: see the table of kinds below
  cluster/chaos 120 --beyond            now and then more than a minority of the regions is away
  cluster/chaos plan 300 --seed 7       what would happen, and when
  cluster/chaos check FOLDER            check once more what a kept run has written down
  cluster/chaos selftest                doctored records: the checks have to find what is wrong

kinds:       {kinds}
--beyond:    {beyond}
on request:  {request}

exit status:
  0  nothing was found to be wrong
  1  something was: the end of the report says what, where the logs are, and how to play it again
  2  the command line makes no sense, or this machine cannot make namespaces

A run needs root, for network namespaces, and a program: .build/release/meridian, or $MERIDIAN.
"""
LEVEL_SECONDS = 12
# Seconds: how long all regions may take to agree once everything is healed (design L2 asks for 10 of an idle machine),
# and how often a story begins.
AGREE_SECONDS, STORY_EVERY = 60, 1.6


class Interrupted(Exception):
    """Ctrl-C, or somebody's SIGTERM."""


class Run:
    """One run: a folder with the plan, the ledger, the faults as they happened, the mails, and in the end what each
    region says. `chaos_check` reads the folder and nothing else."""

    def __init__(self, options):
        self.options = options
        self.folder = tempfile.mkdtemp(prefix=f"meridian-chaos-{options.seed}-")
        self.lab = WanLab(self.folder, PROGRAM, options.seed, LEVEL_SECONDS)
        self.plan = make_plan(options.seed, options.seconds, options.kinds, options.beyond)
        self.began = time.time()
        self.injector = Injector(self.lab, self.path("faults.jsonl"), self.say)

    def say(self, text):
        if not self.options.json:
            print(f"{time.time() - self.began:6.1f}s  {text}", flush=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def play(self):
        self.say(f"seed {self.options.seed}, {self.options.seconds} s, {len(self.plan)} faults; files in {self.folder}")
        if not self.options.json:
            print(table(self.plan), flush=True)
        lab = self.lab
        lab.make_all()
        for name in lab.members:
            lab.start_member(name)
        lab.wait_ready(lab.members)
        lab.wait_majority(lab.regions)
        self.say("three regions and a coordinator are up")
        self.began = start = time.time()
        injector = self.injector
        client = Client(lab, Ledger(self.path("ledger.jsonl")), self.options.seed, lab.people())
        injector.begin(self.plan, start)
        teller = threading.Thread(target=client.run, args=(self.options.seconds, STORY_EVERY), daemon=True)
        teller.start()
        teller.join()
        injector.finish()
        lab.relay.heal()
        healed = time.time()
        self.say(f"everything is healed; answers so far: {client.ledger.counts}")
        client.finish()
        agreed = self.wait_agreement(client)
        self.say(f"all regions agree {agreed:.1f} s after" if agreed else "the regions do not agree in time")
        # One level more, for a page that ought not to come.
        time.sleep(LEVEL_SECONDS + 4)
        self.write("state.json", self.read_state(self.known()))
        self.write("run.json", {
            "seed": self.options.seed, "seconds": self.options.seconds, "level_seconds": LEVEL_SECONDS, "start": start,
            "healed": healed, "ended": time.time(), "agreed": agreed, "members": lab.member_ids(),
            "problems": injector.problems, "plan": [vars(f) for f in self.plan], "program": PROGRAM})

    def write(self, name, value):
        with open(self.path(name), "w") as file:
            json.dump(value, file)

    def known(self):
        """Every incident that was answered, that somebody was paged for, or that a region lists."""
        with open(self.path("ledger.jsonl")) as file:
            found = {json.loads(line).get("incident") for line in file}
        found |= {m["headers"].get("X-Meridian-Incident") for m in self.lab.mails()}
        for region in self.lab.regions:
            listed = self.ask(region, "?all=true")
            found |= {i["id"] for i in listed["incidents"]} if listed else set()
        return sorted(found - {None})

    def ask(self, region, rest):
        for _ in range(5):
            try:
                status, answer = call(f"{self.lab.url(region)}/api/v1/incidents{rest}", token=self.lab.token)
                return answer if status == 200 else None
            except OSError:
                time.sleep(1)
        raise LabError(f"{region} does not answer, although everything is healed: see {self.path(region)}.log")

    def wait_agreement(self, client):
        """How long after healing all regions had the same of every incident; None if they never had."""
        began = time.time()
        while time.time() < began + AGREE_SECONDS:
            listed = []
            for region in self.lab.regions:
                answer = self.ask(region, "?all=true")
                listed.append(sorted((i["id"], i["status"], i["label"]["index"], i["label"]["unmergedFacts"])
                                     for i in answer["incidents"]))
            if listed[0] == listed[1] == listed[2] and not any(unmerged for *_, unmerged in listed[0]):
                return time.time() - began
            time.sleep(0.5)
        return None

    def read_state(self, incidents):
        return {region: {i: {"detail": self.ask(region, f"/{i}"), "timeline": self.ask(region, f"/{i}/timeline?verify=true")}
                         for i in incidents} for region in self.lab.regions}

    def keep_disks(self):
        for name in SITES:
            if os.path.isdir(self.lab.disk(name)):
                shutil.copytree(self.lab.disk(name), self.path(f"disk-{name}"), dirs_exist_ok=True)


def again(options):
    words = ["cluster/chaos", str(options.seconds), "--seed", str(options.seed)]
    if options.kinds != list(KINDS):
        words += ["--faults", ",".join(options.kinds)]
    program = "" if "MERIDIAN" not in os.environ else f"MERIDIAN={PROGRAM} "
    return program + " ".join(words + (["--beyond"] if options.beyond else []))


def interrupt(*_):
    raise Interrupted()


def play(options):
    """The exit status."""
    try:
        check_machine()
    except NoNamespaces as reason:
        print(f"chaos: NOT RUN: {reason}", file=sys.stderr)
        if options.or_skip:
            print("chaos: " + "*" * 72 + "\nchaos: *** The chaos run was SKIPPED here: nothing was tested. ***\n"
                  "chaos: " + "*" * 72, file=sys.stderr)
            return 0
        return 2
    enter_namespaces()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    run = Run(options)
    status = 1
    try:
        run.play()
        verdict = chaos_check.check_folder(run.folder)
        print(json.dumps(verdict.summary) if options.json else verdict.text, flush=True)
        status = 0 if verdict.is_good else 1
    except LabError as error:
        print(f"chaos: {error}", file=sys.stderr)
    except Interrupted:
        print("chaos: interrupted", file=sys.stderr)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        run.injector.give_up()
        run.lab.stop_all()
        if status or options.keep:
            run.keep_disks()
            print(f"chaos: logs and records are in {run.folder}\nchaos: play it again: {again(options)}\n"
                  f"chaos: check it again: cluster/chaos check {run.folder}", file=sys.stderr)
        else:
            shutil.rmtree(run.folder, ignore_errors=True)
    return status


def main():
    parser = argparse.ArgumentParser(
        prog="cluster/chaos", usage="cluster/chaos SECONDS | plan SECONDS | check FOLDER | selftest [options]",
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLES.format(kinds=", ".join(KINDS), beyond=", ".join(BEYOND), request=", ".join(ON_REQUEST)))
    parser.add_argument("what", nargs="+", metavar="WHAT", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1, help="what the plan is made of (default 1)")
    parser.add_argument("--faults", help="only these kinds, with commas between them")
    parser.add_argument("--beyond", action="store_true", help="with faults outside tolerance")
    parser.add_argument("--json", action="store_true", help="one JSON object, and nothing else, on standard output")
    parser.add_argument("--keep", action="store_true", help="keep the files of a good run, too")
    parser.add_argument("--or-skip", action="store_true",
                        help="where namespaces cannot be made: say so loudly and end with 0")
    options = parser.parse_args()
    options.kinds = options.faults.split(",") if options.faults else list(KINDS)
    unknown = [kind for kind in options.kinds if kind not in (*KINDS, *BEYOND, *ON_REQUEST)]
    if unknown:
        parser.error(f"no kind of fault: {', '.join(unknown)}; there are {', '.join((*KINDS, *BEYOND, *ON_REQUEST))}")
    if options.what == ["selftest"]:
        import chaos_selftest
        sys.exit(chaos_selftest.main())
    if options.what[0] == "check" and len(options.what) == 2:
        verdict = chaos_check.check_folder(options.what[1])
        print(json.dumps(verdict.summary) if options.json else verdict.text)
        sys.exit(0 if verdict.is_good else 1)
    is_plan = options.what[0] == "plan"
    words = options.what[1:] if is_plan else options.what
    if len(words) != 1 or not words[0].isdigit() or int(words[0]) < 20:
        parser.error("say for how many seconds, 20 at least")
    options.seconds = int(words[0])
    if is_plan:
        print(table(make_plan(options.seed, options.seconds, options.kinds, options.beyond)))
        return
    sys.exit(play(options))


if __name__ == "__main__":
    try:
        main()
    except LabError as error:
        print(f"chaos: {error}", file=sys.stderr)
        sys.exit(2)
