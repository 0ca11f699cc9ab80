"""The measurements: throughput, where its time goes, POST to page, memory. Each returns plain
figures for the report and for --json."""
import http.server
import json
import os
import re
import threading
import time

from lab import call
from load import NullServer, drive, get, percentile
from systems import metrics

CLIENTS = (1, 16, 128)
PROFILED = 16
TICKS = os.sysconf("SC_CLK_TCK")


def sync_figures(folder, count=300):
    """What the disk gives one writer: 512 bytes and fdatasync, again and again."""
    taken = []
    path = os.path.join(folder, "sync")
    with open(path, "wb", buffering=0) as file:
        for _ in range(count):
            began = time.perf_counter()
            file.write(b"x" * 512)
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    os.remove(path)
    return {"per_second": round(count / sum(taken), 1), "p50_ms": percentile(sorted(taken), 0.5, 1000),
            "p99_ms": percentile(sorted(taken), 0.99, 1000)}


def client_ceiling(port, seconds):
    """What bounds the load client: at /healthz of a node, and at a server of ours that does nothing. The first is
    the node's HTTP as much as the client; only the second is the client's own ceiling."""
    def asked(at):
        return {clients: drive([at], lambda _: get("/healthz"), lambda status, _: f"status {status}",
                               "status 200", clients, seconds).figures() for clients in CLIENTS}

    with NullServer() as null:
        return {"healthz": asked(port), "null": asked(null.port)}


def throughput(system, seconds):
    """Figures at each number of clients."""
    return {clients: drive(system.ports, system.request, system.judge, system.good, clients,
                           seconds).figures() for clients in CLIENTS}


# --- where the time goes ----------------------------------------------------------------------------------


def thread_seconds(pid):
    """CPU seconds of a process by thread name; numbers at the end of names are left out."""
    found = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/stat") as file:
                text = file.read()
        except OSError:
            continue
        name = re.sub(r"[-#:/ ]*\d+$", "", text[text.index("(") + 1:text.rindex(")")])
        fields = text[text.rindex(")") + 2:].split()
        found[name] = found.get(name, 0) + (int(fields[11]) + int(fields[12])) / TICKS
    return found


def snapshot(meridian):
    return {name: (metrics(meridian.lab.url(name)), thread_seconds(pid))
            for name, pid in meridian.pids().items()}


def profiled(meridian, seconds):
    """One more run, and what each node did meanwhile per alert: steps of the core, writes of the disk, CPU."""
    before = snapshot(meridian)
    result = drive(meridian.ports, meridian.request, meridian.judge, meridian.good, PROFILED, seconds)
    meridian.settle(60)
    after = snapshot(meridian)
    home = next(n for n, port in meridian.lab.members.items() if port == meridian.ports[0])
    nodes = {}
    for name, (now, threads) in after.items():
        was, had = before[name]

        def grown(family):
            return now.get(family, 0) - was.get(family, 0)

        opened = max(1, grown("meridian_incidents_known"))
        cpu = {t: used - had.get(t, 0) for t, used in threads.items()}
        nodes[name] = {
            "role": "owner" if name == home else "follower", "alerts": int(opened),
            "core_ms_per_alert": round(1000 * grown("meridian_step_seconds_sum") / opened, 3),
            "steps_per_alert": round(grown("meridian_step_seconds_count") / opened, 2),
            "disk_ms_per_alert": round(1000 * grown("meridian_disk_write_seconds_sum") / opened, 3),
            "writes_per_alert": round(grown("meridian_disk_write_seconds_count") / opened, 2),
            "ms_per_write": round(1000 * grown("meridian_disk_write_seconds_sum")
                                  / max(1, grown("meridian_disk_write_seconds_count")), 3),
            "owned": int(grown("meridian_incidents_owned")),
            "cpu_ms_per_alert": round(1000 * sum(cpu.values()) / opened, 3),
            "threads_ms_per_alert": {t: round(1000 * used / opened, 3) for t, used in
                                     sorted(cpu.items(), key=lambda item: -item[1])[:6] if used > 0},
        }
    return {"clients": PROFILED, "per_second": round(result.rate(), 1), "nodes": nodes}


# --- POST to page -----------------------------------------------------------------------------------------


def page_figures(delays, posted):
    ordered = sorted(delays)
    return {"pages": len(ordered), "posted": posted, "p50_ms": percentile(ordered, 0.5, 1000),
            "p99_ms": percentile(ordered, 0.99, 1000)}


def meridian_paging(meridian, count):
    """From the POST to the mail in the catcher's hands, one alert after another."""
    posted = {}
    door = next(n for n, port in meridian.lab.members.items() if port == meridian.ports[0])
    for i in range(count):
        began = time.time()
        posted[meridian.fire(door, "pager", f"page {i}")] = began
        time.sleep(0.02)
    def came():
        found = {}
        for mail in meridian.lab.mails():
            number = mail["headers"].get("X-Meridian-Incident")
            if number in posted:
                found[number] = min(mail["at"], found.get(number, mail["at"]))
        return found

    end = time.time() + 30
    while len(came()) < count and time.time() < end:
        time.sleep(0.2)
    return page_figures([at - posted[number] for number, at in came().items()], count)


class Webhook:
    """Takes Alertmanager's notifications: alert name → when the first came."""

    def __init__(self):
        seen = self.seen = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                at = time.time()
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                for alert in body["alerts"]:
                    seen.setdefault(alert["labels"]["alertname"], at)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def alertmanager_paging(alertmanager, webhook, count):
    """The same through Alertmanager: posted to all three, as high availability asks; the first webhook counts."""
    posted = {}
    for i in range(count):
        name = f"page-{i}"
        posted[name] = time.time()
        alert = [{"labels": {"alertname": name, "service": "pager", "severity": "critical"}}]
        for port in alertmanager.ports:
            call(f"http://127.0.0.1:{port}/api/v2/alerts", alert)
        time.sleep(0.02)
    end = time.time() + 30
    while len(webhook.seen) < count and time.time() < end:
        time.sleep(0.2)
    return page_figures([at - posted[n] for n, at in dict(webhook.seen).items() if n in posted], count)


# --- memory -----------------------------------------------------------------------------------------------


def resident_mb(pids):
    """Resident memory of each process, in megabytes."""
    found = []
    for pid in pids.values():
        with open(f"/proc/{pid}/status") as file:
            found.append(round(int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024, 1))
    return sorted(found)


def memory(system, count, settle=lambda: None):
    """Resident memory of the three nodes, idle and with so many open incidents (keys, alerts)."""
    idle = resident_mb(system.pids())
    result = drive(system.ports, system.request, system.judge, system.good, 32, 900, count=count)
    settle()
    time.sleep(2)
    return {"idle_mb": idle, "count": len(result.latencies), "full_mb": resident_mb(system.pids()),
            "filled_per_second": round(result.rate(), 1)}
