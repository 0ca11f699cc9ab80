"""What is measured: three nodes each of Meridian, etcd and Alertmanager, on loopback, in a folder of their own. All
have the same verbs: start, stop, ports to send to, `request` and `judge` for the load client, pids of the nodes."""
import base64
import json
import os
import re
import secrets
import shutil
import time

from lab import Lab, LabError, call, free_ports
from load import post

REGIONS = ["ap=Asia/Singapore", "eu=Europe/Berlin", "us=America/New_York"]
PAYLOAD_BYTES = 500


def roster(text, keys):
    """The made roster with other people and services: alerts of `quiet` page nobody for an hour, alerts of `pager`
    page one person by e-mail, once."""
    regions = text[text.index("\nregions:"):text.index("\n#", text.index("\nregions:"))]
    names = re.findall(r"name: (\w+)", regions)
    lines = [regions, "people:"]
    for name in names:
        lines.append(f"  - {{id: pager-{name}, name: Pager {name}, region: {name}, contacts:"
                     f" [{{email: pager-{name}@example.com}}]}}")
    lines += [
        f"  - {{id: quiet, name: Quiet, region: {names[0]}, contacts:"
        " [{email: quiet@example.com, after: 1h}]}",
        "schedules:",
        f"  - {{id: around, shifts: [{{region: {names[0]}, people: [pager-{names[0]}]}}]}}"]
    manual = "{sev1: manual, sev2: manual, sev3: manual, sev4: manual, sev5: manual}"
    lines += [
        "policies:",
        f"  - {{id: quiet, repeat: 0, levels: [{{page: [person quiet], timeouts: {manual}}}]}}",
        f"  - {{id: pager, repeat: 0, levels: [{{page: [schedule around], timeouts: {manual}}}]}}",
        "services:",
        f"  - {{id: quiet, name: Quiet, policy: quiet, severity: SEV5, keys: [{keys['quiet']}]}}",
        f"  - {{id: pager, name: Pager, policy: pager, severity: SEV2, keys: [{keys['pager']}]}}",
        f"catchAll: [pager-{names[0]}]"]
    return "\n".join(lines) + "\n"


class Meridian:
    """Three regions, no coordinator: nothing waits for one."""

    name, good = "Meridian", "quorum"
    disk = "fsync on a majority before the answer (SQLite, synchronous=FULL)"

    def __init__(self, folder, program):
        self.lab = Lab(folder, program, "bench", free_ports(6, 100), free_ports(2, 1))
        regions = [word for region in REGIONS for word in ("--region", region)]
        self.lab.make("--no-coordinator", "--pace", "demo", *regions, quiet=True)
        self.keys = {service: secrets.token_hex(16) for service in ("quiet", "pager")}
        path = os.path.join(self.lab.files, "roster.yaml")
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(roster(text, self.keys))
        self.ports = []

    def start(self):
        self.lab.start_all()
        self.lab.wait_majority(self.lab.regions)
        time.sleep(2.5)  # A node that has just started leaves overdue pages to others for two seconds.
        self.ports = [self.lab.members[self.home()]]

    def stop(self):
        self.lab.stop_all()

    def home(self):
        """The region that new incidents get as their owner: asked, by opening one."""
        number = self.fire(self.lab.regions[0], "quiet", "which region is the owner")
        return self.owner(number, self.lab.regions)

    def owner(self, number, among):
        def found():
            for region in among:
                incident = self.lab.incident(region, number)
                if incident and incident["summary"]["label"].get("owner"):
                    return incident["summary"]["label"]["owner"]
            return None

        return self.lab.wait("owner", found, 20)

    def fire(self, region, service, title):
        body = {"title": title, "dedupKey": secrets.token_hex(8)}
        status, answer = call(f"{self.lab.url(region)}/v1/alerts/{self.keys[service]}", body)
        if status != 200:
            raise LabError(f"{region} answered {status}: {answer}")
        return answer["incident"]

    def request(self, unique, service="quiet"):
        body = json.dumps({"title": f"Checkout fails {unique}", "dedupKey": unique, "details": {
            "text": "x" * (PAYLOAD_BYTES - 100)}}).encode()
        return post(f"/v1/alerts/{self.keys[service]}", body)

    @staticmethod
    def judge(status, body):
        if status != 200:
            return f"status {status}"
        return "quorum" if b'quorum' in body else "local" if b'local' in body else "other"

    def pids(self):
        return {name: self.lab.pid(name) for name in self.lab.regions}

    def unmerged(self):
        """Facts that are not in their incident's log yet, and incidents known, at each region."""
        return [(m.get("meridian_facts_unmerged", 0), m.get("meridian_incidents_open", 0))
                for m in (metrics(self.lab.url(r)) for r in self.lab.regions)]

    def settle(self, seconds):
        """Waits until every region has everything in the log."""
        self.lab.wait("settled cluster",
                      lambda: len(set(self.unmerged())) == 1 and self.unmerged()[0][0] == 0, seconds)


def metrics(url):
    """Family (labels left out and summed) → value, of a node's /metrics."""
    found = {}
    for line in call(url + "/metrics")[1].splitlines():
        if line and not line.startswith("#") and "_bucket" not in line:
            name, value = re.split(r"[{ ]", line, maxsplit=1)[0], line.rsplit(" ", 1)[1]
            found[name] = found.get(name, 0) + float(value)
    return found


class Peers:
    """Three processes of somebody else's program."""

    members = ("0", "1", "2")

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.folder, self.lab = folder, Lab(folder, "")
        self.base = free_ports(3, 100)
        self.ports = [self.base + i for i in range(3)]

    def stop(self):
        for i in self.members:
            self.lab.stop(i)

    def pids(self):
        return {i: self.lab.pid(i) for i in self.members}

    def answers(self, url, body=None):
        try:
            status, answer = call(url, body, timeout=1)
            return answer if status == 200 else None
        except OSError:
            return None


class Etcd(Peers):
    """Debian's etcd with its default timers; its JSON gateway costs more than its gRPC."""

    name, good = "etcd", "put"
    disk = "fsync on a majority before the answer"

    @staticmethod
    def is_here():
        return shutil.which("etcd") is not None

    def command(self, i):
        peers = ",".join(f"n{n}=http://127.0.0.1:{self.base + 100 + n}" for n in range(3))
        own, peer = (f"http://127.0.0.1:{p}" for p in (self.base + i, self.base + 100 + i))
        return ["etcd", "--name", f"n{i}", "--data-dir", os.path.join(self.folder, f"data{i}"),
                "--listen-client-urls", own, "--advertise-client-urls", own,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", peers, "--initial-cluster-state", "new",
                "--quota-backend-bytes", str(4 << 30)]

    def start_member(self, i):
        self.lab.start(str(i), self.command(i))

    def start(self):
        for i in range(3):
            self.start_member(i)
        self.lab.wait("etcd with a leader", lambda: self.leader() is not None, 30)
        time.sleep(1)
        self.ports = [self.base + self.leader()]

    def leader(self):
        """The number of the member that leads, once all three agree."""
        found = [self.answers(f"http://127.0.0.1:{self.base + i}/v3/maintenance/status", {})
                 for i in range(3)]
        if any(f is None or f.get("leader", "0") == "0" for f in found):
            return None
        leads = [f["leader"] == f["header"]["member_id"] for f in found]
        return leads.index(True) if leads.count(True) == 1 else None

    @staticmethod
    def request(unique):
        value = base64.b64encode(unique.encode().ljust(PAYLOAD_BYTES, b"x")).decode()
        key = base64.b64encode(unique.encode()).decode()
        return post("/v3/kv/put", json.dumps({"key": key, "value": value}).encode())

    @staticmethod
    def judge(status, body):
        return "put" if status == 200 and b"revision" in body else f"status {status}"


class Alertmanager(Peers):
    """Debian's Alertmanager, three nodes in one gossip cluster; each alert is a group, as it is an incident here."""

    name, good = "Alertmanager", "taken"
    disk = "none: answered from memory, before anything is on disk or gossiped"

    @staticmethod
    def is_here():
        return shutil.which("prometheus-alertmanager") is not None

    def start(self, webhook):
        config = os.path.join(self.folder, "alertmanager.yml")
        with open(config, "w") as file:
            file.write(
                "route: {receiver: nobody, group_by: ['...'], group_wait: 0s, group_interval: 1m,\n"
                "        repeat_interval: 4h, routes: [{receiver: page, match: {service: pager}}]}\n"
                f"receivers: [{{name: nobody}}, {{name: page, webhook_configs: [{{url: '{webhook}'}}]}}]\n")
        for i in range(3):
            others = [f"--cluster.peer=127.0.0.1:{self.base + 100 + n}" for n in range(3) if n != i]
            self.lab.start(str(i), [
                "prometheus-alertmanager", f"--config.file={config}",
                f"--storage.path={os.path.join(self.folder, f'data{i}')}",
                f"--web.listen-address=127.0.0.1:{self.base + i}",
                f"--cluster.listen-address=127.0.0.1:{self.base + 100 + i}",
                "--cluster.settle-timeout=5s", *others])

        def ready():
            found = [self.answers(f"http://127.0.0.1:{p}/api/v2/status") for p in self.ports]
            return all(f and f["cluster"]["status"] == "ready" and len(f["cluster"]["peers"]) == 3
                       for f in found)

        self.lab.wait("Alertmanager cluster", ready, 40)

    @staticmethod
    def request(unique, service="quiet"):
        alert = {"labels": {"alertname": unique, "service": service, "severity": "critical"},
                 "annotations": {"summary": "x" * (PAYLOAD_BYTES - 100)}}
        return post("/api/v2/alerts", json.dumps([alert]).encode())

    @staticmethod
    def judge(status, body):
        return "taken" if status == 200 else f"status {status}"
