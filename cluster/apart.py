"""Partitions on real processes over an emulated wide-area network: what people do on sides that hear nothing of each
other, and whether, once healed, everybody has the same and nothing is lost."""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import apart_check
import apart_report
from apart_coordinators import VARIANTS, compare
from apart_plan import SCENARIOS, SHORTEST
from apart_run import Run
from lab import LabError
from wanlab import NoNamespaces, PROGRAM, check_machine, enter_namespaces

EXAMPLES = """\
examples:
  cluster/apart                          all scenarios once (coordinators: its four runs)
  cluster/apart cut islands --runs 3     these two, three times each; runs differ in who owns the open incident
  cluster/apart one-way --seconds 25     shorter; {shortest} s at least
  cluster/apart coordinators --seconds 25      four runs, with 0, 1, 2 coordinators and a late one, compared
  cluster/apart cut --json --keep        one JSON object; and the files of good runs are kept, too
  cluster/apart check FOLDER ...         check once more what kept runs have written down

scenarios:
{scenarios}

What each does: an incident is open and known everywhere. While cut, alerts come in on each side, one of them on both;
the severity is set on both, to a worse one where there is no majority; one person on each side takes command, and
another takes the incident on. In `islands` only one region takes it on; in `one-way` both sides act at one instant. In
`coordinators` one problem comes in under two keys besides, one on each side, and all runs have to come to the same.

exit status:
  0  nothing was found to be wrong
  1  something was: the lines that begin with BROKEN say what, and where the logs are
  2  the command line makes no sense, or this machine cannot make namespaces

It needs root, for network namespaces, and a program: .build/release/meridian, or $MERIDIAN.
"""


def interrupt(*_):
    raise KeyboardInterrupt


def one_run(scenario, number, seconds, folder):
    """Inside namespaces of its own; the exit status says whether the run came to its end."""
    began = time.time()

    def say(text):
        print(f"{scenario} {number} {time.time() - began:6.1f}s  {text}", file=sys.stderr, flush=True)

    enter_namespaces()
    signal.signal(signal.SIGTERM, interrupt)
    run, status = Run(scenario, number, seconds, folder, say), 1
    try:
        run.play()
        status = 0
    except LabError as error:
        say(f"NOT FINISHED: {error}")
    except KeyboardInterrupt:
        say("interrupted")
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_IGN)
        run.lab.stop_all()
        run.keep_disks()
    return status


def spawn(scenario, number, options):
    """Plays one run in a process of its own: the kernel takes all of it away when that ends. Its verdict's summary."""
    folder = tempfile.mkdtemp(prefix=f"meridian-apart-{scenario}-{number}-")
    child = subprocess.Popen([sys.executable, os.path.abspath(__file__), "run", scenario, str(number),
                              "--seconds", str(options.seconds), "--folder", folder])
    try:
        status = child.wait()
    except KeyboardInterrupt:
        try:
            child.wait(15)  # Ctrl-C reaches it as well; after that the kernel takes everything away.
        except subprocess.TimeoutExpired:
            child.kill()
        print(f"apart: interrupted; logs are in {folder}", file=sys.stderr)
        raise
    if status:
        found = {"good": False, "broken": [{"rule": "the run", "text": "it did not come to its end"}]}
    else:
        found = apart_check.check_folder(folder).summary
    for broken in found["broken"]:
        print(f"{scenario} {number} BROKEN ({broken['rule']}): {broken['text']}", file=sys.stderr)
    if found["good"] and not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        found["folder"] = folder
        print(f"{scenario} {number}: logs and records are in {folder}; 'cluster/apart check' reads them again",
              file=sys.stderr, flush=True)
    return found


def play(options):
    """The exit status."""
    try:
        check_machine()
    except NoNamespaces as reason:
        print(f"apart: NOT RUN: {reason}", file=sys.stderr)
        if options.or_skip:
            print("apart: " + "*" * 72 + "\napart: *** The partitions were SKIPPED here: nothing was tested. ***\n"
                  "apart: " + "*" * 72, file=sys.stderr)
            return 0
        return 2
    found = []
    for scenario in options.what or list(SCENARIOS):
        count = options.runs * (len(VARIANTS) if scenario == "coordinators" else 1)
        found.append((scenario, [spawn(scenario, number, options) for number in range(1, count + 1)]))
    return tell(found, options)


def tell(found, options):
    """The tables of scenarios and their runs; the exit status."""
    for scenario, runs in found:
        if scenario == "coordinators":
            compare(runs)
    told = [{**apart_report.summary(scenario, runs), "each": runs} for scenario, runs in found]
    good = all(run["good"] for _, runs in found for run in runs)
    if options.json:
        print(json.dumps({"good": good, "scenarios": told}))
        return 0 if good else 1
    for one in told:
        print(apart_report.table(one, one["each"]))
    for scenario, runs in found:
        for run in runs:
            for broken in run["broken"]:
                print(f"BROKEN: {scenario} {run.get('run', '')} ({broken['rule']}): {broken['text']}")
    print("everything held" if good else "promises are BROKEN")
    return 0 if good else 1


def check(options):
    """Once more, what kept runs have written down; the exit status."""
    found = {}
    for folder in options.what[1:]:
        if not os.path.exists(os.path.join(folder, "run.json")):
            raise LabError(f"{folder} has no run.json: it is not the folder of a run that came to its end")
        one = apart_check.check_folder(folder).summary
        found.setdefault(one["scenario"], []).append(one)
    return tell(found.items(), options)


def main():
    parser = argparse.ArgumentParser(
        prog="cluster/apart", usage="cluster/apart [SCENARIO ...] | check FOLDER ... [options]", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLES.format(shortest=SHORTEST,
                               scenarios="\n".join(f"  {k:12} {v}" for k, v in SCENARIOS.items())))
    parser.add_argument("what", nargs="*", metavar="SCENARIO", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=1, help="how often each (default 1)")
    parser.add_argument("--seconds", type=int, default=60, help="how long the sides are apart (default 60)")
    parser.add_argument("--json", action="store_true", help="one JSON object, and nothing else, on standard output")
    parser.add_argument("--keep", action="store_true", help="keep the files of good runs, too")
    parser.add_argument("--or-skip", action="store_true",
                        help="where namespaces cannot be made: say so loudly and end with 0")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.what[:1] == ["check"] and len(options.what) > 1:
        sys.exit(check(options))
    if options.seconds < SHORTEST or options.runs < 1:
        parser.error(f"--seconds {SHORTEST} at least, --runs 1 at least")
    if options.what[:1] == ["run"] and options.folder:
        sys.exit(one_run(options.what[1], int(options.what[2]), options.seconds, options.folder))
    unknown = [name for name in options.what if name not in SCENARIOS]
    if unknown:
        parser.error(f"no scenario: {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    signal.signal(signal.SIGTERM, interrupt)
    sys.exit(play(options))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(1)
    except LabError as error:
        print(f"apart: {error}", file=sys.stderr)
        sys.exit(2)
