"""The measurements as tables for people."""
from systems import PAYLOAD_BYTES

WIDTH = 34


def ratio(ours, theirs):
    """Ours divided by theirs."""
    if not ours or not theirs:
        return ""
    quotient = ours / theirs
    return f"{quotient:.2f}x" if quotient < 10 else f"{quotient:.0f}x"


def shown(value, unit):
    if value is None:
        return "-"
    return f"{value:,.0f}" if unit == "/s" else f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def row(label, unit, ours, etcd, alertmanager):
    """One line: our value, then each other's with our ratio to it."""
    text = f"{label + ', ' + unit:{WIDTH}}{shown(ours, unit):>11}"
    for other in (etcd, alertmanager):
        text += f"{shown(other, unit):>11}{ratio(ours, other):>8}"
    return text


def heading(title):
    return f"\n{title:{WIDTH}}{'Meridian':>11}{'etcd':>11}{'ratio':>8}{'Alertm.':>11}{'ratio':>8}"


def value(found, system, *path):
    """What is at a path of the measurements; None if that was not measured."""
    at = found.get(system)
    for key in path:
        at = at.get(key) if isinstance(at, dict) else None
    return at


def three(found, label, unit, *path):
    return row(label, unit, *(value(found, s, *path) for s in ("meridian", "etcd", "alertmanager")))


def refused(found):
    """Answers of the throughput runs that were not the good ones."""
    good = {"meridian": "quorum", "etcd": "put", "alertmanager": "taken"}
    lines = []
    for system, name in good.items():
        for clients, figures in (value(found, system, "throughput") or {}).items():
            other = {k: n for k, n in figures["answers"].items() if k != name}
            if other:
                lines.append(f"  not counted: {system}, {clients} clients: {other}")
    return lines


def throughput(found):
    lines = [heading("A new alert, made durable")]
    clients = list(value(found, "meridian", "throughput") or value(found, "etcd", "throughput")
                   or value(found, "alertmanager", "throughput") or [])
    for number in clients:
        plural = "" if number == 1 else "s"
        for label, unit, key in (("", "/s", "per_second"), (" p50", "ms", "p50_ms"),
                                 (" p99", "ms", "p99_ms")):
            lines.append(three(found, f"  {number} client{plural}{label}", unit, "throughput", number, key))
    return lines + refused(found) + [
        "  Meridian: a fresh dedup key to the region that will own it, answered `quorum`. etcd: a put of",
        f"  {PAYLOAD_BYTES} bytes to the leader through its JSON gateway (gRPC is quicker). Alertmanager: each alert to",
        "  all three nodes, as its high availability asks. Nobody is paged meanwhile: the only contact of",
        "  the service waits an hour, and Alertmanager's receiver is empty. Each client sends again when it is",
        "  answered; latencies are of the answers that count."]


def paging(found):
    lines = [heading("POST to page")]
    for label, key in (("  p50", "p50_ms"), ("  p99", "p99_ms")):
        lines.append(three(found, label, "ms", "paging", key))
    for system, name in (("meridian", "Meridian"), ("alertmanager", "Alertmanager")):
        figures = value(found, system, "paging")
        if figures:
            lines.append(f"  {name}: {figures['pages']} of {figures['posted']} came")
    return lines + ["  Meridian: until a mail server has the mail. Alertmanager: until a webhook has it, group_wait 0."]


def failover(found):
    lines = []
    for kind, title in (("killed", "kill -9 of the owner, the leader"),
                        ("silent", "SIGSTOP of the owner, the leader")):
        lines.append(heading(title))
        for key in ("min_s", "median_s", "max_s"):
            lines.append(row(f"  next durable write, {key[:-2]}", "s",
                             value(found, "meridian", kind, "first quorum answer", key),
                             value(found, "etcd", kind, key), None))
        for key in ("min_s", "median_s", "max_s"):
            lines.append(row(f"  incident has new owner, {key[:-2]}", "s",
                             value(found, "meridian", kind, "incident has a new owner", key),
                             value(found, "etcd", kind, key), None))
        for system, path in (("meridian", ("first quorum answer",)),
                             ("meridian", ("incident has a new owner",)), ("etcd", ())):
            figures = value(found, system, kind, *path)
            if figures:
                lines.append(f"  {' '.join((system, *path))}: {figures['trials']} trials,"
                             f" {figures['failed']} of them not within 30 s")
    return lines + [
        "  A probe every 50 ms through the nodes that are left; etcd with its default timers (100 ms, 1 s).",
        "  kill -9 is the kind death: the sockets close, and Meridian suspects a peer that refuses connections",
        "  sooner. SIGSTOP is silent, as a lost machine is: read that one for a lost region. A new alert here is a",
        "  new group, which needs no lead of the dead region; an etcd put needs the new leader. So the fair ratio is",
        "  the one of `incident has new owner`: what existed and was led by the dead is led again."]


def memory(found):
    lines = [heading("Resident memory, largest node")]
    for label, key in (("  idle", "idle_mb"), (f"  {found['incidents']:,} open incidents", "full_mb")):
        values = [value(found, s, "memory", key) for s in ("meridian", "etcd", "alertmanager")]
        lines.append(row(label, "MB", *(max(v) if v else None for v in values)))
    for system in ("meridian", "etcd", "alertmanager"):
        count = value(found, system, "memory", "count")
        if count not in (None, found["incidents"]):
            lines.append(f"  {system}: only {count:,} of them got the good answer")
    return lines + [f"  etcd: as many keys of {PAYLOAD_BYTES} bytes; Alertmanager: as many alerts, none notified."]


def profile(found):
    figures = value(found, "meridian", "profile")
    if not figures:
        return []
    lines = [f"\nWhere the time goes: Meridian, {figures['clients']} clients, {figures['per_second']:,.0f}/s;"
             " ms per alert",
             f"  {'node':20}{'core':>8}{'steps':>8}{'disk':>8}{'writes':>8}{'ms/write':>10}{'CPU':>8}{'owned':>8}"]
    for name, node in figures["nodes"].items():
        lines.append(
            f"  {name + ', ' + node['role']:20}{node['core_ms_per_alert']:8.2f}{node['steps_per_alert']:8.2f}"
            f"{node['disk_ms_per_alert']:8.2f}{node['writes_per_alert']:8.2f}{node['ms_per_write']:10.2f}"
            f"{node['cpu_ms_per_alert']:8.2f}{node['owned']:8}")
    for name, node in figures["nodes"].items():
        threads = ", ".join(f"{t} {ms:.2f}" for t, ms in node["threads_ms_per_alert"].items())
        lines.append(f"  CPU of {name} by thread: {threads}")
    return lines + ["  core: meridian_step_seconds; disk: meridian_disk_write_seconds (one write serves many alerts). CPU is of",
                    "  the whole process; 'oot.default-qos' is Swift's pool of threads (HTTP, gateways, and what else is async)."]


def text(found):
    """The whole report."""
    lines = [
        f"Benchmark of {found['at']}: {found['cores']} cores, shared by three nodes and the load client;"
        f" load {found['load_before']} before",
        f"program {found['program']}; everything on loopback; ratios are Meridian / other",
        f"raw fdatasync of 512 bytes: {found['sync']['per_second']:,.0f}/s,"
        f" p50 {found['sync']['p50_ms']:.2f} ms, p99 {found['sync']['p99_ms']:.2f} ms"]
    if found["load_before"] > 0.7:
        lines.append("THE MACHINE WAS BUSY with something else: take none of these figures elsewhere")
    if "/debug/" in found["program"]:
        lines.append("A DEBUG BUILD: several times slower than a release build")
    lines.append("\nOn disk before the answer:")
    lines += [f"  {s:14}{found[s]['disk'] if s in found else 'not measured'}"
              for s in ("meridian", "etcd", "alertmanager")]
    ceiling = value(found, "meridian", "ceiling")
    if ceiling:
        lines.append("")
        for key, name in (("null", "The load client's own ceiling, at a server that does nothing"),
                          ("healthz", "The same at a node's /healthz (HTTP without the core)")):
            told = ", ".join(f"{f['per_second']:,.0f}/s at {n}" for n, f in ceiling[key].items())
            lines.append(f"{name}: {told} clients")
    for part in (throughput, paging, failover, memory, profile):
        lines += part(found)
    return "\n".join(lines)
