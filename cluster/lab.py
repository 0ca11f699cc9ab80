"""A cluster of real processes in a folder of its own: started, killed, stopped, asked. Used by cluster/demo and
cluster/faults, and through the latter by Tests/ClusterTests."""
import fcntl
import json
import os
import random
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINK = re.compile(r"http://127\.0\.0\.1:(\d+)(/a/[A-Za-z0-9._~-]+)")


class LabError(Exception):
    """Something did not happen in time, or a process would not start; the text says where to look."""


def call(url, body=None, token=None, timeout=5, form=False):
    """One HTTP exchange: (status, decoded JSON or text). A refusal is an answer; no answer is an OSError."""
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    headers = {"Content-Type": kind}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        answer = urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        text = answer.read().decode()
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status, json.loads(text) if is_json and text else text


PORT_BLOCK = 256
held_blocks = []  # Open files whose locks say that this process has a block of ports; they end with it.


def free_ports(count, spread):
    """A first port such that it and `count` more, each also `spread` and twice `spread` higher, are free. From a block
    below those the system hands out by itself (one of these may be gone before it is listened at), and this process's
    alone: several labs may run at a time."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as limits:
        lowest = int(limits.read().split()[0])
    first = 15000 if lowest > 17000 else 1100
    blocks = list(range(first, max(lowest, first + 40 * PORT_BLOCK) - PORT_BLOCK, PORT_BLOCK))
    random.SystemRandom().shuffle(blocks)
    for base in blocks:
        # One's own: another user's file need not be writable.
        lock = open(os.path.join(tempfile.gettempdir(), f"meridian-ports-{os.getuid()}-{base}"), "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for port in (base + i + lane * spread for i in range(count) for lane in range(3)):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
            continue
        held_blocks.append(lock)
        return base
    raise LabError("no free ports")


class Lab:
    """The processes of one folder: `run` holds their logs and pids, `run/NAME` the cluster's files."""

    def __init__(self, run, program, name="demo", base_port=8101, mail_port=1025):
        self.run, self.program, self.name = run, program, name
        self.base_port, self.mail_port = base_port, mail_port
        self.files = os.path.join(run, name)
        self.children = {}

    # --- making --------------------------------------------------------------------------------------

    def make(self, *arguments, quiet=False):
        """`meridian cluster init`, unless it was done before."""
        os.makedirs(self.run, exist_ok=True)
        if os.path.exists(os.path.join(self.files, "client.yaml")):
            return
        made = subprocess.run(
            [self.program, "cluster", "init", "--directory", self.files, "--name", self.name,
             "--base-port", str(self.base_port), "--mail", f"127.0.0.1:{self.mail_port}", *arguments],
            capture_output=quiet, text=True)
        if made.returncode:
            raise LabError(f"the cluster could not be made: {made.stderr or 'the reason is above'}")

    @property
    def members(self):
        """Name → HTTP port, read from the members' own files."""
        found = {}
        for name in sorted(os.listdir(self.files)):
            path = os.path.join(self.files, name, "node.yaml")
            if os.path.exists(path):
                text = open(path).read()
                found[name] = int(re.search(r"listen: \"?127\.0\.0\.1:(\d+)", text).group(1))
        return found

    @property
    def regions(self):
        return [n for n in self.members if n not in ("coordinator", "witness")]

    @property
    def token(self):
        text = open(os.path.join(self.files, "client.yaml")).read()
        return re.search(r"token: \"?([A-Za-z0-9_-]+)", text).group(1)

    def key(self, service="checkout"):
        """The integration key of a service, out of the roster."""
        roster = open(os.path.join(self.files, "roster.yaml")).read()
        part = roster[roster.index(f"- id: {service}\n"):]
        return re.search(r'keys: \["?([0-9a-f]+)', part).group(1)

    def someone(self):
        """The first person of the roster."""
        roster = open(os.path.join(self.files, "roster.yaml")).read()
        return re.search(r"\npeople:\n  - id: (\S+)", roster).group(1)

    def url(self, member):
        return f"http://127.0.0.1:{self.members[member]}"

    # --- processes -----------------------------------------------------------------------------------

    def pid_file(self, name):
        return os.path.join(self.run, f"{name}.pid")

    def pid(self, name):
        """The process of this name, if it lives. A number that was given to a stranger since, after a restart of
        the machine, is not taken for it: the command line has to be the one that was started."""
        if name in self.children:
            self.children[name].poll()
        try:
            with open(self.pid_file(name)) as file:
                number, command = file.read().split("\n", 1)
            with open(f"/proc/{number}/stat") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return None
            with open(f"/proc/{number}/cmdline", "rb") as file:
                line = file.read().decode(errors="replace")
            # It is empty for a moment while the program is being loaded.
            is_stranger = line and command.split("\n")[-1] not in line
            return None if is_stranger else int(number)
        except (OSError, ValueError):
            return None

    def is_outdated(self, name):
        """Whether its program was built anew since it was started."""
        try:
            return os.readlink(f"/proc/{self.pid(name)}/exe").endswith(" (deleted)")
        except OSError:
            return False

    def start(self, name, command):
        if self.pid(name) and self.is_outdated(name):
            self.stop(name)
        if self.pid(name):
            return
        log = open(os.path.join(self.run, f"{name}.log"), "a")
        child = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                 start_new_session=True, cwd=ROOT)
        self.children[name] = child
        with open(self.pid_file(name), "w") as file:
            file.write("\n".join([str(child.pid), *command]))

    def start_member(self, name):
        kind = "coordinator" if name == "coordinator" else "node"
        self.start(name, [self.program, kind, "--config", os.path.join(self.files, name, "node.yaml")])

    def start_mail(self):
        port = os.path.join(self.run, "mail", "port")
        if self.pid("mailcatcher") is None and os.path.exists(port):
            os.remove(port)
        self.start("mailcatcher", ["/usr/bin/python3", "cluster/mailcatcher.py", str(self.mail_port),
                                   os.path.join(self.run, "mail")])
        self.wait("mail catcher", lambda: os.path.exists(port), 20)

    def signal(self, name, number):
        pid = self.pid(name)
        if pid is not None:
            os.kill(pid, number)

    def kill(self, name):
        """kill -9, and waits until it is gone."""
        self.signal(name, signal.SIGKILL)
        self.wait(f"end of {name}", lambda: self.pid(name) is None, 10)

    def stop(self, name):
        """SIGTERM, and SIGKILL after ten seconds."""
        if self.pid(name) is None:
            return
        self.signal(name, signal.SIGCONT)
        self.signal(name, signal.SIGTERM)
        try:
            self.wait(f"end of {name}", lambda: self.pid(name) is None, 10)
        except LabError:
            self.kill(name)
        os.remove(self.pid_file(name))

    def is_ready(self, member):
        try:
            return call(self.url(member) + "/readyz", timeout=1)[0] == 200
        except OSError:
            return False

    def start_all(self, progress=lambda: None):
        self.start_mail()
        for name in self.members:
            self.start_member(name)
        self.wait_ready(self.members, progress)

    def wait_ready(self, names, progress=lambda: None):
        def ready():
            progress()
            dead = [name for name in names if self.pid(name) is None]
            if dead:
                path = os.path.join(self.run, f"{dead[0]}.log")
                with open(path, errors="replace") as log:
                    last = (log.read().strip().splitlines() or ["it said nothing"])[-1]
                raise LabError(f"{dead[0]} has stopped; the end of {path}:\n  {last}")
            return all(self.is_ready(name) for name in names)

        self.wait("ready members", ready, 60)

    def wait_majority(self, names):
        """Until each of these regions reaches a majority."""
        self.wait("majority", lambda: all(self.cluster(n)["hasMajority"] for n in names), 30)

    def stop_all(self):
        for name in ["alertmanager", *(self.members if os.path.isdir(self.files) else []),
                     "mailcatcher"]:
            self.stop(name)

    def wait(self, what, condition, seconds):
        end = time.time() + seconds
        while time.time() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.05)
        raise LabError(f"after {seconds} s there is still no {what}: see {self.run}/*.log")

    # --- asking --------------------------------------------------------------------------------------

    def cluster(self, member):
        return call(self.url(member) + "/api/v1/cluster", token=self.token)[1]

    def incident(self, member, number):
        """The incident as one region has it; None if it does not."""
        status, answer = call(f"{self.url(member)}/api/v1/incidents/{number}", token=self.token)
        return answer if status == 200 else None

    def fire(self, member, title, severity="critical", **more):
        """A plain JSON alert: (status, answer)."""
        body = {"title": title, "severity": severity, **more}
        return call(f"{self.url(member)}/v1/alerts/{self.key()}", body)

    def mails(self, incident=None):
        path = os.path.join(self.run, "mail", "mails.jsonl")
        if not os.path.exists(path):
            return []
        found = [json.loads(line) for line in open(path, encoding="utf-8") if line.endswith("\n")]
        return [m for m in found if incident in (None, m["headers"].get("X-Meridian-Incident"))]

    def start_alertmanager(self, receiver, port):
        """A real Alertmanager with one receiver, given as lines of its configuration."""
        config = os.path.join(self.run, "alertmanager.yml")
        with open(config, "w") as file:
            file.write(
                "route: {receiver: meridian, group_by: [alertname, service], group_wait: 1s,\n"
                "        group_interval: 5s, repeat_interval: 1h}\n"
                f"receivers:\n  - name: meridian\n{receiver}")
        self.stop("alertmanager")
        self.start("alertmanager", [
            "prometheus-alertmanager", f"--config.file={config}",
            f"--storage.path={os.path.join(self.run, 'alertmanager')}",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="])

        def ready():
            try:
                return call(f"http://127.0.0.1:{port}/-/ready", timeout=1)[0] == 200
            except OSError:
                return False

        self.wait("Alertmanager", ready, 20)


def tell_alertmanager(port, name, is_over=False):
    """What a Prometheus would say to an Alertmanager."""
    alert = {
        "labels": {"alertname": name, "service": "checkout", "severity": "critical"},
        "annotations": {"summary": "Checkout fails for 14 % of customers"},
        "generatorURL": "http://prometheus.example.com/graph",
    }
    if is_over:
        alert["endsAt"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    status, answer = call(f"http://127.0.0.1:{port}/api/v2/alerts", [alert])
    if status != 200:
        raise LabError(f"Alertmanager answered {status}: {answer}")


def links(mail):
    """HTTP port → path of the first link of that region: the one that acknowledges."""
    return {port: path for port, path in reversed(LINK.findall(mail["text"]))}
