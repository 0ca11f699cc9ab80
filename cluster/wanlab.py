"""A cluster of real processes with a wide-area network between its regions: a network namespace for each, and between
them a relay in user space (wan.c), for the kernel need not have netem.

Everything is in namespaces of its own - network, mounts, processes - so that nothing of the machine is touched and
the kernel takes all of it away when the first process of the lab ends, however it ends. In there:

  10.77.0.I   the I-th member on `wan0`, the WAN: nng between members, and nothing else
  10.78.0.1I  the same member on `mg0`, a network without faults; clients reach 10.77.0.I through it as well
  10.78.0.2   the mail server, beside the clients

Each member's data are on a small disk in memory, and its wall clock can be wrong (clock.c). With a rate all clocks of
all members run that many times as fast and the distances are as many times shorter.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from lab import ROOT, Lab, LabError

PROGRAM = os.environ.get("MERIDIAN", os.path.join(ROOT, ".build/release/meridian"))
ZONES = {"ap": "Asia/Singapore", "eu": "Europe/Berlin", "us": "America/New_York"}
SITES = [*ZONES, "coordinator"]
MAIL, HTTP_PORT, DISK_MEBIBYTES = "10.78.0.2", 8101, 48
# One way, in milliseconds.
DISTANCES = {("ap", "eu"): 75, ("ap", "us"): 85, ("eu", "us"): 45, ("ap", "coordinator"): 75, ("eu", "coordinator"): 2,
             ("us", "coordinator"): 45}
NAMESPACES = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


class NoNamespaces(LabError):
    """This user or this machine may not make namespaces, or a tool is missing; the text says which."""


def check_machine(program=PROGRAM):
    """Whether a lab can be made here. Errors: NoNamespaces, or LabError for what has nothing to do with it."""
    if not os.path.exists(program):
        raise LabError(f"{program} is missing: run 'make up', or name a program with $MERIDIAN")
    if os.geteuid():
        raise NoNamespaces("network namespaces, TUN devices and mounts need root: run it with sudo")
    missing = [tool for tool in ("unshare", "nsenter", "ip", "mount", "cc") if not shutil.which(tool)]
    if missing:
        raise NoNamespaces(f"{', '.join(missing)} missing: run 'cluster/install test'")
    tried = subprocess.run(["unshare", *NAMESPACES, "true"], capture_output=True, text=True)
    if tried.returncode:
        raise NoNamespaces(f"this machine refuses to make namespaces: {tried.stderr.strip()}")
    if not os.path.exists("/dev/net/tun"):
        raise NoNamespaces("/dev/net/tun is missing: the kernel or the container has no TUN devices")


def enter_namespaces():
    """Runs the same command again as the first process of new namespaces, and ends with its status."""
    if os.environ.get("MERIDIAN_LAB") == "inside":
        os.environ.pop("MERIDIAN_LAB")
        return
    command = ["unshare", *NAMESPACES, sys.executable, *sys.argv]
    os.execvpe("unshare", command, {**os.environ, "MERIDIAN_LAB": "inside"})


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        raise LabError(f"'{' '.join(command)}' failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Relay:
    """The commands of a running wan.c."""

    def __init__(self, folder, rate=1):
        self.folder, self.path, self.rate = folder, os.path.join(folder, "wan.socket"), rate

    def ask(self, text):
        mine = tempfile.mktemp(prefix="wan-", dir="/tmp")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            try:
                channel.bind(mine)
                channel.settimeout(5)
                channel.sendto(text.encode(), self.path)
                return channel.recv(65536).decode()
            except OSError as error:
                raise LabError(f"the relay does not answer at {self.path}: {error}")
            finally:
                if os.path.exists(mine):
                    os.remove(mine)

    def set(self, a, b, delay=None, jitter=5, loss=0, twice=0, cut=False):
        """One way: delay and jitter in milliseconds as the members count them, loss and twice of a million."""
        if delay is None:
            delay = DISTANCES.get((a, b)) or DISTANCES[(b, a)]
        delay, jitter = int(delay * 1000 / self.rate), int(jitter * 1000 / self.rate)
        answer = self.ask(f"link {SITES.index(a) + 1} {SITES.index(b) + 1} {delay} {jitter} {loss} {twice} {int(cut)}")
        if answer != "ok":
            raise LabError(f"the relay said: {answer}")

    def heal(self):
        for a in SITES:
            for b in SITES:
                if a != b:
                    self.set(a, b)

    def links(self):
        names = ("delay_us", "jitter_us", "loss_ppm", "twice_ppm", "cut", "sent", "lost", "doubled")
        for line in self.ask("show").splitlines():
            a, b, *numbers = map(int, line.split())
            yield SITES[a - 1], SITES[b - 1], dict(zip(names, numbers))


class WanLab(Lab):
    """A lab whose members are in namespaces of their own. To be used as the first process of `enter_namespaces`."""

    def __init__(self, folder, program=PROGRAM, seed=1, level_seconds=None, clocks=True, rate=1):
        super().__init__(folder, program, "wan", HTTP_PORT, 1025)
        self.seed, self.level_seconds = seed, level_seconds
        self.clocks, self.rate, self.epoch = clocks, rate, int(time.time())
        self.relay = Relay(folder, rate)

    # --- making --------------------------------------------------------------------------------------

    def make_all(self):
        """Network, files, mail server; no member runs yet."""
        os.makedirs(self.run, exist_ok=True)
        self.make_network()
        places = [f"{n}={ZONES[n]}@{self.address(n)}:{HTTP_PORT}" for n in ZONES]
        self.make(*[word for place in places for word in ("--region", place)], "--coordinator-at",
                  f"{self.address('coordinator')}:{HTTP_PORT}", "--mail", f"{MAIL}:{self.mail_port}", "--pace", "demo",
                  quiet=True)
        for name in self.members:
            self.adapt(name)
        if self.level_seconds:
            self.rewrite("roster.yaml", r": (20s|30s|1m|5m|10m|20m)\b", f": {self.level_seconds}s")
        self.start_mail()

    def make_network(self):
        os.makedirs("/run/netns", exist_ok=True)
        run("mount", "-t", "tmpfs", "none", "/run/netns")
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "mgmt", "type", "bridge")
        for address in ("10.78.0.1/24", f"{MAIL}/24"):
            run("ip", "address", "add", address, "dev", "mgmt")
        run("ip", "link", "set", "mgmt", "up")
        for number, name in enumerate(SITES, 1):
            run("ip", "netns", "add", name)
            run("ip", "link", "add", f"m{number}", "type", "veth", "peer", "name", "mg0", "netns", name)
            run("ip", "link", "set", f"m{number}", "master", "mgmt", "up")
            for words in (["address", "add", f"10.78.0.{10 + number}/24", "dev", "mg0"], ["link", "set", "mg0", "up"],
                          ["link", "set", "lo", "up"]):
                run("ip", "-n", name, *words)
            run("ip", "route", "add", self.address(name), "via", f"10.78.0.{10 + number}", "src", "10.78.0.1")
        program = os.path.join(self.run, "wan-relay")
        run("cc", "-std=gnu11", "-O2", "-Wall", "-o", program, os.path.join(ROOT, "cluster/wan.c"))
        run("cc", "-std=gnu11", "-O2", "-Wall", "-shared", "-fPIC", "-o", f"{self.run}/clock.so",
            os.path.join(ROOT, "cluster/clock.c"))
        self.start("relay", [program, str(self.seed), self.relay.path, *(f"/run/netns/{n}" for n in SITES)])
        self.wait("relay", lambda: os.path.exists(self.relay.path), 10)
        self.relay.heal()

    def adapt(self, name):
        """What `cluster init` cannot know: the mail server of the lab has no TLS, and the disk is small."""
        os.makedirs(os.path.join(self.files, name, "disk"), exist_ok=True)
        run("mount", "-t", "tmpfs", "-o", f"size={DISK_MEBIBYTES}m,mode=700", "none", self.disk(name))
        self.rewrite(f"{name}/node.yaml", r"\ndata: data-", "\ndata: disk/data-")
        self.rewrite(f"{name}/node.yaml", r"starttls: required", "starttls: off")
        self.set_clock(name, 0)

    def rewrite(self, path, pattern, text):
        path = os.path.join(self.files, path)
        with open(path) as file:
            changed = re.sub(pattern, text, file.read())
        with open(path, "w") as file:
            file.write(changed)

    # --- what a Lab asks -------------------------------------------------------------------------------

    @staticmethod
    def address(name):
        return f"10.77.0.{SITES.index(name) + 1}"

    @property
    def members(self):
        return {name: HTTP_PORT for name in SITES}

    def name_at(self, address):
        return SITES[int(address.rsplit(".", 1)[1]) - 1]

    def member_ids(self):
        """Id, as attempts to page name it → name."""
        found = {}
        for name in SITES:
            with open(os.path.join(self.files, name, "node.yaml")) as file:
                found["m" + re.search(r'\nmember: "0*(\w+)"', file.read()).group(1)] = name
        return found

    def people(self):
        roster = open(os.path.join(self.files, "roster.yaml")).read()
        return re.findall(r"\n  - id: (\S+)\n    name:", roster[:roster.index("\nschedules:")])

    def url(self, member):
        return f"http://{self.address(member)}:{HTTP_PORT}"

    def start_member(self, name):
        kind = "coordinator" if name == "coordinator" else "node"
        clock = ["env", f"LD_PRELOAD={self.run}/clock.so", f"WANLAB_CLOCK={self.clock(name)}",
                 f"WANLAB_RATE={self.rate}@{self.epoch}"] if self.clocks else []
        self.start(name, ["nsenter", f"--net=/run/netns/{name}", "--", *clock, self.program, kind, "--config",
                          os.path.join(self.files, name, "node.yaml")])

    def start_mail(self):
        port = os.path.join(self.run, "mail", "port")
        self.start("mailcatcher", ["/usr/bin/python3", "cluster/mailcatcher.py", str(self.mail_port),
                                   os.path.join(self.run, "mail"), MAIL])
        self.wait("mail catcher", lambda: os.path.exists(port), 20)

    def stop_all(self):
        super().stop_all()
        self.stop("relay")

    # --- faults ----------------------------------------------------------------------------------------

    def disk(self, name):
        return os.path.join(self.files, name, "disk")

    def clock(self, name):
        return os.path.join(self.run, f"{name}.clock")

    def set_link(self, a, b, more=0, **settings):
        """One way, as Relay.set; `more` milliseconds on top of the distance."""
        self.relay.set(a, b, delay=(DISTANCES.get((a, b)) or DISTANCES[(b, a)]) + more, **settings)

    def cut(self, a, b, one_way=False):
        self.relay.set(a, b, cut=True)
        if not one_way:
            self.relay.set(b, a, cut=True)

    def isolate(self, name):
        for other in SITES:
            if other != name:
                self.cut(name, other)

    def gateway(self, name, state):
        """`open`; `silent`: mails go into the black hole; `refused`: there is no way to the mail server."""
        if state == "open":
            subprocess.run(["ip", "-n", name, "route", "del", MAIL], capture_output=True)
        else:
            way = ["unreachable", MAIL] if state == "refused" else [MAIL, "dev", "wan0"]
            run("ip", "-n", name, "route", "replace", *way)

    def fill(self, name):
        """Takes all that is left of a member's disk."""
        with open(os.path.join(self.disk(name), "ballast"), "wb", buffering=0) as file:
            for size in (1 << 20, 4096):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def unfill(self, name):
        path = os.path.join(self.disk(name), "ballast")
        if os.path.exists(path):
            os.remove(path)

    def set_clock(self, name, seconds):
        """The member's wall clock is so many seconds ahead from now on."""
        with open(self.clock(name), "r+b" if os.path.exists(self.clock(name)) else "wb") as file:
            file.write(seconds.to_bytes(8, "little", signed=True))
