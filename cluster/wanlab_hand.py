"""A lab by hand: three regions with a wide-area network between them, disturbed link by link. See cluster/wanlab."""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import time

import wanlab
from lab import ROOT, LabError
from wanlab import NAMESPACES, SITES, NoNamespaces, WanLab, check_machine

FOLDER = os.path.join(ROOT, "run", "wanlab")
EXAMPLES = """\
examples:
  cluster/wanlab up                      three regions and a coordinator, 90 to 170 ms of round trip apart
  cluster/wanlab status                  processes, and what each link is like
  cluster/wanlab exec client .build/release/meridian cluster status --config run/wanlab/wan/client.yaml
  cluster/wanlab exec client curl -s http://10.77.0.2:8101/readyz         (ap, eu, us are 10.77.0.1, .2, .3)
  cluster/wanlab cut ap eu               nothing passes between them; --one-way: nothing from ap to eu
  cluster/wanlab link ap us --delay 300 --jitter 50 --loss 20 --twice 5   one link both ways: ms, ms, %, %
  cluster/wanlab gateway eu silent       mails of eu vanish; `refused`, `open`
  cluster/wanlab disk eu full            `free` again
  cluster/wanlab clock eu -5             its wall clock is 5 s behind from now on
  cluster/wanlab signal eu STOP          CONT, KILL, TERM; `cluster/wanlab start eu` starts what has ended
  cluster/wanlab heal                    all links as they were
  cluster/wanlab down

Mails are in run/wanlab/mail/mails.jsonl, logs in run/wanlab/*.log. Needs root.
"""


def outside_pid():
    """The first process of the lab, as the machine numbers it."""
    try:
        with open(os.path.join(FOLDER, "outside.pid")) as file:
            parent = file.read().strip()
        with open(f"/proc/{parent}/task/{parent}/children") as file:
            return int(file.read().split()[0])
    except (OSError, IndexError, ValueError):
        return None


def up():
    check_machine()
    if outside_pid():
        raise LabError("it is up already: see 'cluster/wanlab status'")
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    with open(os.path.join(FOLDER, "holder.log"), "w") as log:
        child = subprocess.Popen(["unshare", *NAMESPACES, sys.executable, __file__, "hold"], stdout=log, stderr=log,
                                 stdin=subprocess.DEVNULL, start_new_session=True,
                                 env={**os.environ, "MERIDIAN_LAB": "inside"})
    with open(os.path.join(FOLDER, "outside.pid"), "w") as file:
        file.write(str(child.pid))
    while not os.path.exists(os.path.join(FOLDER, "is-up")):
        if child.poll() is not None:
            raise LabError(f"it did not start: {open(os.path.join(FOLDER, 'holder.log')).read().strip()}")
        time.sleep(0.1)
    print(f"up: {', '.join(SITES)}; files in {os.path.relpath(FOLDER)}; 'cluster/wanlab --help' has more")


def hold(lab):
    """The first process of the lab, until it is told to end."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        lab.make_all()
        for name in lab.members:
            lab.start_member(name)
        lab.wait_ready(lab.members)
        lab.wait_majority(lab.regions)
        open(os.path.join(FOLDER, "is-up"), "w").close()
        signal.sigwait([signal.SIGTERM, signal.SIGINT])
    finally:
        lab.stop_all()


def down():
    pid = outside_pid()
    if pid is None:
        print("it is not up")
        return
    os.kill(pid, signal.SIGTERM)
    while os.path.exists(f"/proc/{pid}"):
        time.sleep(0.1)
    print("stopped; logs and mails stay in run/wanlab")


def status(lab):
    for name in [*SITES, "mailcatcher", "relay"]:
        pid = lab.pid(name)
        is_ready = name in SITES and pid and lab.is_ready(name)
        print(f"{name:12} {'ended' if pid is None else 'ready' if is_ready or name not in SITES else 'not ready'}")
    print(f"\n{'from':>12} {'to':12} {'delay':>8} {'jitter':>7} {'loss':>6} {'twice':>6}")
    for a, b, s in lab.relay.links():
        state = "CUT" if s["cut"] else ""
        print(f"{a:>12} {b:12} {s['delay_us'] / 1000:5.0f} ms {s['jitter_us'] / 1000:4.0f} ms "
              f"{s['loss_ppm'] / 1e4:4.0f} % {s['twice_ppm'] / 1e4:4.0f} % {state:4} sent {s['sent']}, "
              f"lost {s['lost']}")


def act(lab, options):
    """One command inside a lab that is up."""
    what = options.command
    if what == "status":
        status(lab)
    elif what == "cut":
        lab.cut(options.a, options.b, options.one_way)
    elif what == "link":
        for a, b in ((options.a, options.b), (options.b, options.a)):
            lab.relay.set(a, b, options.delay, options.jitter, int(options.loss * 1e4), int(options.twice * 1e4))
    elif what == "gateway":
        lab.gateway(options.a, options.state)
    elif what == "disk":
        (lab.fill if options.state == "full" else lab.unfill)(options.a)
    elif what == "clock":
        lab.set_clock(options.a, options.seconds)
    elif what == "signal":
        lab.signal(options.a, getattr(signal, f"SIG{options.state}"))
    elif what == "start":
        lab.start_member(options.a)
    elif what == "heal":
        lab.relay.heal()
    elif what == "exec":
        place = [] if options.place == "client" else ["nsenter", f"--net=/run/netns/{options.place}", "--"]
        sys.exit(subprocess.run([*place, *options.words]).returncode)


def main():
    parser = argparse.ArgumentParser(prog="cluster/wanlab", formatter_class=argparse.RawDescriptionHelpFormatter,
                                     description=wanlab.__doc__, epilog=EXAMPLES)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, *places, **more):
        added = commands.add_parser(name, **more)
        for place in places:
            added.add_argument(place, choices=SITES)
        return added

    command("up", help="make it"), command("down", help="end it"), command("status", help="what is there")
    command("heal", help="all links as they were")
    command("cut", "a", "b", help="cut a link").add_argument("--one-way", action="store_true")
    link = command("link", "a", "b", help="disturb a link")
    for name, default in (("delay", None), ("jitter", 5), ("loss", 0), ("twice", 0)):
        link.add_argument(f"--{name}", type=float, default=default)
    command("gateway", "a", help="the way to the mail server").add_argument(
        "state", choices=["open", "silent", "refused"])
    command("disk", "a", help="fill a disk").add_argument("state", choices=["full", "free"])
    command("clock", "a", help="a wrong wall clock").add_argument("seconds", type=int)
    command("signal", "a", help="to a process").add_argument("state", choices=["STOP", "CONT", "KILL", "TERM"])
    command("start", "a", help="a process that has ended")
    run_in = command("exec", help="run something in there")
    run_in.add_argument("place", choices=["client", *SITES])
    run_in.add_argument("words", nargs=argparse.REMAINDER)
    if sys.argv[1:] == ["hold"]:
        return hold(WanLab(FOLDER))
    options = parser.parse_args()
    if options.command in ("up", "down"):
        return globals()[options.command]()
    if os.environ.pop("MERIDIAN_LAB", None) == "inside":
        return act(WanLab(FOLDER), options)
    pid = outside_pid()
    if pid is None:
        raise LabError("no lab is up: 'cluster/wanlab up'")
    os.environ["MERIDIAN_LAB"] = "inside"
    os.execvp("nsenter", ["nsenter", "-t", str(pid), "--net", "--mount", "--pid", f"--wd={ROOT}", "--", sys.executable,
                           os.path.abspath(__file__), *sys.argv[1:]])


if __name__ == "__main__":
    try:
        main()
    except NoNamespaces as reason:
        print(f"wanlab: {reason}", file=sys.stderr)
        sys.exit(2)
    except LabError as error:
        sys.exit(f"wanlab: {error}")
