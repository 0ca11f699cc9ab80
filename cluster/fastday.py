"""A day in fast motion on real processes over an emulated wide-area network: three regions, three regional changes,
live incidents at each, people who accept what they are offered, one region killed in the middle of a change, one cut
off between offer and accept."""
import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time

import fastday_check
import fastday_selftest
from fastday_plan import FAULTS, Settings
from fastday_run import Day
from fastday_thousand import Thousand, tell
from lab import LabError
from wanlab import NoNamespaces, check_machine, enter_namespaces

EXAMPLES = """\
examples:
  cluster/fastday                        a day: three shifts of 8 minutes, 6 minutes of ours
  cluster/fastday --quick                three shifts of 2 minutes: under two minutes of ours
  cluster/fastday --incidents 200 --rate 2     more of it, less fast
  cluster/fastday thousand               1,000 incidents are accepted in one request: how long until all is done
  cluster/fastday check FOLDER           judge once more what a kept run has written down
  cluster/fastday selftest               doctored records: the checks have to find what is wrong
  cluster/fastday --json --keep          one JSON object; and the files of a good run are kept, too

What is compressed, and why it is still the real thing: the shifts. They last minutes instead of hours, so that the
day's three changes come one after the other; command is offered 75 s before a change instead of a quarter of an hour;
people take seconds instead of minutes. Nothing else: all clocks of all members run --rate times as fast, whatever they
wait for comes so much sooner, and the distances of the network are as many times shorter, so that every heartbeat,
time-out, grace and round trip is, in the members' own seconds, what it always is. Computing and the disk are not
faster: to the members this machine is --rate times slower than it is. All times below are the members'.

what befalls the changes:
{faults}

exit status:
  0  nothing was found to be wrong
  1  something was: the lines that begin with BROKEN say what, and where the logs are
  2  the command line makes no sense, or this machine cannot make namespaces

It needs root, for network namespaces, and a program: .build/release/meridian, or $MERIDIAN.
"""


def interrupt(*_):
    raise KeyboardInterrupt


def guarded(name, options, play):
    """Checks the machine, enters namespaces, plays with a folder and a way to speak; the exit status."""
    try:
        check_machine()
    except NoNamespaces as reason:
        print(f"fastday: NOT RUN: {reason}", file=sys.stderr)
        if options.or_skip:
            print("fastday: " + "*" * 72 + "\nfastday: *** The day was SKIPPED here: nothing was tested. ***\n"
                  "fastday: " + "*" * 72, file=sys.stderr)
            return 0
        return 2
    enter_namespaces()
    signal.signal(signal.SIGTERM, interrupt)
    folder, began, status, run = tempfile.mkdtemp(prefix=f"meridian-{name}-"), time.time(), 1, []

    def say(text):
        print(f"{name} {time.time() - began:6.1f}s  {text}", file=sys.stderr, flush=True)

    try:
        status = play(folder, say, run)
    except LabError as error:
        say(f"NOT FINISHED: {error}")
    except KeyboardInterrupt:
        say("interrupted")
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_IGN)
        for one in run:
            one.lab.stop_all()
        if status or options.keep:
            say(f"logs and records are in {folder}; 'cluster/fastday check' reads those of a day again")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return status


def play_day(options):
    def play(folder, say, run):
        settings = Settings(options.minutes, options.incidents, options.rate, options.seed)
        day = Day(settings, folder, say)
        run.append(day)
        day.play()
        return judge(folder, options)

    return guarded("day", options, play)


def judge(folder, options):
    verdict = fastday_check.check_folder(folder)
    print(json.dumps(verdict.summary) if options.json else fastday_check.table(verdict), flush=True)
    return 0 if verdict.is_good else 1


def play_thousand(options):
    def play(folder, say, run):
        thousand = Thousand(options.incidents, folder, say)
        run.append(thousand)
        found = thousand.play()
        # They have changed hands when the incoming region owns them, counted from when whoever accepts is told so.
        took = max([*found["known_s"].values(), *found["owned_s"].values()]) - found["accept_answered_s"]
        found["good"] = not options.within or took <= options.within
        print(json.dumps(found) if options.json else tell(found), flush=True)
        if not found["good"]:
            print(f"BROKEN: not all of it was known, and owned by the incoming region, {options.within} s after the answer",
                  file=sys.stderr)
        return 0 if found["good"] else 1

    return guarded("thousand", options, play)


def main():
    parser = argparse.ArgumentParser(
        prog="cluster/fastday", usage="cluster/fastday [thousand | check FOLDER | selftest] [options]", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXAMPLES.format(faults="\n".join(f"  {k}  {v}" for k, v in FAULTS.items())))
    parser.add_argument("what", nargs="*", metavar="WHAT", help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="shifts of 2 minutes")
    parser.add_argument("--minutes", type=int, help="of a shift, by the members' clocks (default 8; 2 at least)")
    parser.add_argument("--incidents", type=int, help="open at each change (default 50), or of a thousand (1000)")
    parser.add_argument("--rate", type=int, default=4, help="how many times as fast clocks run (default 4; 1 to 8)")
    parser.add_argument("--seed", type=int, default=1, help="what people do is drawn from it (default 1)")
    parser.add_argument("--within", type=float, default=0, metavar="SECONDS",
                        help="of a thousand: so long after the answer all regions have to know of all of it, and the incoming one "
                             "to own it (default: only measured)")
    parser.add_argument("--json", action="store_true", help="one JSON object, and nothing else, on standard output")
    parser.add_argument("--keep", action="store_true", help="keep the files of a good run, too")
    parser.add_argument("--or-skip", action="store_true",
                        help="where namespaces cannot be made: say so loudly and end with 0")
    options = parser.parse_args()
    is_thousand = options.what == ["thousand"]
    options.minutes = options.minutes or (2 if options.quick else 8)
    options.incidents = options.incidents or (1000 if is_thousand else 50)
    if options.minutes < 2 or options.incidents < 10 or not 1 <= options.rate <= 8:
        parser.error("--minutes 2 at least, --incidents 10 at least, --rate 1 to 8")
    if options.what[:1] == ["check"] and len(options.what) == 2:
        if not os.path.exists(os.path.join(options.what[1], "run.json")):
            raise LabError(f"{options.what[1]} has no run.json: it is not the folder of a day that came to its end")
        sys.exit(judge(options.what[1], options))
    if options.what == ["selftest"]:
        sys.exit(fastday_selftest.main())
    if options.what and not is_thousand:
        parser.error(f"'{' '.join(options.what)}' is nothing: say thousand, check FOLDER or selftest")
    sys.exit(play_thousand(options) if is_thousand else play_day(options))


if __name__ == "__main__":
    try:
        main()
    except LabError as error:
        print(f"fastday: {error}", file=sys.stderr)
        sys.exit(2)
