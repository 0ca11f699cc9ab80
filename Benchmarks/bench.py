"""Measures Meridian on this machine and, where they are installed, etcd and Alertmanager doing the same work. See
Benchmarks/run; `make bench` installs what is compared with."""
import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(1, os.path.join(ROOT, "cluster"))

import failover  # noqa: E402
import measure  # noqa: E402
import report  # noqa: E402
from lab import LabError  # noqa: E402
from systems import Alertmanager, Etcd, Meridian  # noqa: E402


def options():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts: under two minutes")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the tables")
    parser.add_argument("--program", default=os.environ.get(
        "MERIDIAN", os.path.join(ROOT, ".build/release/meridian")), help="the program to measure")
    parser.add_argument("--seconds", type=float, help="of each throughput run (default 10; quick 2)")
    parser.add_argument("--trials", type=int, help="of each kill -9 (default 10; quick 2)")
    parser.add_argument("--pages", type=int, help="of POST to page (default 300; quick 30)")
    parser.add_argument("--incidents", type=int,
                        help="open when memory is measured (default 10000; quick 500)")
    parser.add_argument("--only", choices=["meridian", "etcd", "alertmanager"], help="measure just one")
    chosen = parser.parse_args()
    quick = {"seconds": 2, "trials": 2, "pages": 30, "incidents": 500}
    full = {"seconds": 10, "trials": 10, "pages": 300, "incidents": 10_000}
    for name, value in (quick if chosen.quick else full).items():
        if getattr(chosen, name) is None:
            setattr(chosen, name, value)
        if getattr(chosen, name) <= 0:
            parser.error(f"--{name} must be above 0")
    return chosen


@contextlib.contextmanager
def running(system, *arguments):
    """The system started; stopped whatever happens."""
    try:
        system.start(*arguments)
        yield system
    finally:
        system.stop()


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def measure_meridian(folder, chosen):
    found = {"disk": Meridian.disk}
    with running(Meridian(os.path.join(folder, "meridian"), chosen.program)) as system:
        say("Meridian: the client's ceiling, then throughput")
        found["ceiling"] = measure.client_ceiling(system.ports[0], min(chosen.seconds / 2, 3))
        found["throughput"] = measure.throughput(system, chosen.seconds)
        system.settle(120)
        found["profile"] = measure.profiled(system, chosen.seconds)
        say("Meridian: POST to page")
        found["paging"] = measure.meridian_paging(system, chosen.pages)
        system.settle(60)
    # A cluster of its own for the trials and the memory: the runs above have left incidents behind.
    with running(Meridian(os.path.join(folder, "meridian-2"), chosen.program)) as system:
        say(f"Meridian: memory with {chosen.incidents} open incidents")
        found["memory"] = measure.memory(system, chosen.incidents, lambda: system.settle(300))
    with running(Meridian(os.path.join(folder, "meridian-3"), chosen.program)) as system:
        say(f"Meridian: {chosen.trials} times kill -9 of the owner, and as often SIGSTOP")
        found["killed"] = failover.meridian_failover(system, chosen.trials, signal.SIGKILL)
        found["silent"] = failover.meridian_failover(system, chosen.trials, signal.SIGSTOP)
    return found


def measure_etcd(folder, chosen):
    found = {"disk": Etcd.disk}
    with running(Etcd(os.path.join(folder, "etcd"))) as system:
        say("etcd: throughput")
        found["throughput"] = measure.throughput(system, chosen.seconds)
    with running(Etcd(os.path.join(folder, "etcd-2"))) as system:
        say("etcd: memory, kill -9")
        found["memory"] = measure.memory(system, chosen.incidents)
    with running(Etcd(os.path.join(folder, "etcd-3"))) as system:
        found["killed"] = failover.etcd_failover(system, chosen.trials, signal.SIGKILL)
        found["silent"] = failover.etcd_failover(system, chosen.trials, signal.SIGSTOP)
    return found


def measure_alertmanager(folder, chosen):
    found = {"disk": Alertmanager.disk}
    webhook = measure.Webhook()
    try:
        with running(Alertmanager(os.path.join(folder, "alertmanager")), webhook.url) as system:
            say("Alertmanager: memory, throughput, POST to webhook")
            found["memory"] = measure.memory(system, chosen.incidents)
            found["paging"] = measure.alertmanager_paging(system, webhook, chosen.pages)
            found["throughput"] = measure.throughput(system, chosen.seconds)
    finally:
        webhook.close()
    return found


def main():
    chosen = options()
    if not os.path.exists(chosen.program):
        sys.exit(f"bench: {chosen.program} is missing: run 'make bench', or name one with --program")
    chosen.program = os.path.abspath(chosen.program)
    folder = tempfile.mkdtemp(prefix="meridian-bench-")
    systems = {"meridian": (True, measure_meridian), "etcd": (Etcd.is_here(), measure_etcd),
               "alertmanager": (Alertmanager.is_here(), measure_alertmanager)}
    found = {"at": time.strftime("%Y-%m-%d %H:%M"), "program": chosen.program, "cores": os.cpu_count(),
             "load_before": round(os.getloadavg()[0], 2), "quick": chosen.quick,
             "incidents": chosen.incidents, "seconds": chosen.seconds}
    try:
        found["sync"] = measure.sync_figures(folder)
        for name, (is_here, work) in systems.items():
            if is_here and chosen.only in (None, name):
                found[name] = work(folder, chosen)
    except BaseException:
        say(f"the files of this run are in {folder}")
        raise
    shutil.rmtree(folder, ignore_errors=True)
    found["load_after"] = round(os.getloadavg()[0], 2)
    print(json.dumps(found, sort_keys=True) if chosen.json else report.text(found), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))
    try:
        main()
    except LabError as error:
        sys.exit(f"bench: {error}")
