"""The demo cluster: up, down, and the story of `make demo`. See cluster/demo."""
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RUN = os.path.join(ROOT, "run")
CLUSTER = os.path.join(RUN, "demo")
MERIDIAN = os.environ.get("MERIDIAN", os.path.join(ROOT, ".build/release/meridian"))
REGIONS = ["ap", "eu", "us"]
HTTP = {"ap": 8101, "eu": 8102, "us": 8103, "coordinator": 8104}
MAIL_PORT = 1025
ALERTMANAGER_PORT = 9193


def fail(text):
    sys.exit(f"demo: {text}")


# --- processes -------------------------------------------------------------------------------------------


def pid_file(name):
    return os.path.join(RUN, f"{name}.pid")


def pid_of(name):
    """The process, if it lives and is the one that was started under this name."""
    try:
        pid = int(open(pid_file(name)).read())
        with open(f"/proc/{pid}/stat") as stat:
            return None if stat.read().rsplit(")", 1)[1].split()[0] == "Z" else pid
    except (OSError, ValueError):
        return None


def start(name, command):
    if pid_of(name):
        return
    log = open(os.path.join(RUN, f"{name}.log"), "a")
    process = subprocess.Popen(
        command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, cwd=ROOT
    )
    with open(pid_file(name), "w") as file:
        file.write(str(process.pid))


def stop(name, number=signal.SIGTERM):
    pid = pid_of(name)
    if pid is None:
        return
    os.kill(pid, number)
    for _ in range(100):
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            pass
        if pid_of(name) is None:
            break
        time.sleep(0.1)
    else:
        os.kill(pid, signal.SIGKILL)
    os.remove(pid_file(name))


def start_member(name):
    kind = "coordinator" if name == "coordinator" else "node"
    start(name, [MERIDIAN, kind, "--config", os.path.join(CLUSTER, name, "node.yaml")])


# --- HTTP ------------------------------------------------------------------------------------------------


def call(url, body=None, token=None, timeout=3, form=False):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None
    if body is not None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    request = urllib.request.Request(url, data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        text = answer.read().decode()
        return json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text


def is_ready(port):
    try:
        call(f"http://127.0.0.1:{port}/readyz", timeout=1)
        return True
    except (OSError, urllib.error.HTTPError):
        return False


def meridian(*arguments):
    answer = subprocess.run(
        [MERIDIAN, *arguments, "--config", os.path.join(CLUSTER, "client.yaml"), "--json"],
        capture_output=True, text=True, timeout=30,
    )
    if answer.returncode not in (0,):
        raise RuntimeError(f"meridian {' '.join(arguments)}: {answer.stderr.strip()}")
    return json.loads(answer.stdout)


# --- up and down -----------------------------------------------------------------------------------------


def key_of(service):
    """The integration key of a service, out of the roster."""
    roster = open(os.path.join(CLUSTER, "roster.yaml")).read()
    part = roster[roster.index(f"- id: {service}\n"):]
    return re.search(r'keys: \["?([0-9a-f]+)', part).group(1)


def up():
    if not os.path.exists(MERIDIAN):
        fail(f"{MERIDIAN} is missing: run 'make up'")
    os.makedirs(RUN, exist_ok=True)
    if not os.path.exists(os.path.join(CLUSTER, "client.yaml")):
        made = subprocess.run([MERIDIAN, "cluster", "init", "--directory", CLUSTER, "--name", "demo"])
        if made.returncode:
            fail("the cluster could not be made; the reason is above")
    start("mailcatcher", ["/usr/bin/python3", "cluster/mailcatcher.py", str(MAIL_PORT),
                          os.path.join(RUN, "mail")])
    for name in [*REGIONS, "coordinator"]:
        start_member(name)
    print("starting three regions and a coordinator ", end="", flush=True)
    for _ in range(120):
        if all(is_ready(port) for port in HTTP.values()):
            break
        dead = [name for name in HTTP if pid_of(name) is None]
        if dead:
            print()
            fail(f"{dead[0]} has stopped: see run/{dead[0]}.log")
        print(".", end="", flush=True)
        time.sleep(0.25)
    else:
        print()
        fail("not all are ready after 30 s: see run/*.log")
    print(" ready\n")
    print_where()


def print_where():
    for name in REGIONS:
        print(f"  {name}           http://127.0.0.1:{HTTP[name]}")
    print(f"  coordinator  http://127.0.0.1:{HTTP['coordinator']}")
    print(f"  mails        run/mail/mails.jsonl      logs  run/*.log\n")
    print("fire an alert:")
    print(
        f"  curl -s http://127.0.0.1:{HTTP['eu']}/v1/alerts/{key_of('checkout')} "
        "-H 'Content-Type: application/json' \\\n"
        "    -d '{\"title\": \"Checkout fails for everybody\", \"severity\": \"critical\"}'\n"
    )
    program = os.path.relpath(MERIDIAN, ROOT)
    print(f"watch:  {program} incident list;  {program} cluster status;  tail -f run/mail/mails.jsonl")
    print("story:  make demo        stop:  make down")


def down():
    for name in ["alertmanager", *REGIONS, "coordinator", "mailcatcher"]:
        stop(name)
    print("stopped; the data stay in run/demo")


# --- the story -------------------------------------------------------------------------------------------


def mails(since):
    path = os.path.join(RUN, "mail", "mails.jsonl")
    if not os.path.exists(path):
        return []
    return [m for m in map(json.loads, open(path, encoding="utf-8")) if m["at"] >= since]


def wait_for(what, condition, seconds):
    end = time.time() + seconds
    while time.time() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    fail(f"after {seconds} s there is still no {what}: see run/*.log")


def tell(text):
    print(f"\n\033[1m{time.strftime('%H:%M:%S')}\033[0m  {text}" if sys.stdout.isatty()
          else f"\n{time.strftime('%H:%M:%S')}  {text}", flush=True)


def start_alertmanager(region):
    """A real Alertmanager that knows nothing of Meridian but a webhook's address."""
    config = os.path.join(RUN, "alertmanager.yml")
    with open(config, "w") as file:
        file.write(
            "route: {receiver: meridian, group_by: [alertname, service], group_wait: 1s,\n"
            "        group_interval: 5s, repeat_interval: 1h}\n"
            "receivers:\n"
            "  - name: meridian\n"
            "    webhook_configs:\n"
            f"      - url: http://127.0.0.1:{HTTP[region]}/v1/alertmanager/{key_of('checkout')}\n"
        )
    stop("alertmanager")
    start("alertmanager", [
        "prometheus-alertmanager", f"--config.file={config}",
        f"--storage.path={os.path.join(RUN, 'alertmanager')}",
        f"--web.listen-address=127.0.0.1:{ALERTMANAGER_PORT}", "--cluster.listen-address=",
    ])
    wait_for("Alertmanager", lambda: is_alertmanager_ready(), 20)


def is_alertmanager_ready():
    try:
        call(f"http://127.0.0.1:{ALERTMANAGER_PORT}/-/ready", timeout=1)
        return True
    except OSError:
        return False


def fire(name, ends=None):
    alert = {
        "labels": {"alertname": name, "service": "checkout", "severity": "critical"},
        "annotations": {"summary": "Checkout fails for 14 % of customers"},
        "generatorURL": "http://prometheus.example.com/graph",
    }
    if ends:
        alert["endsAt"] = ends
    call(f"http://127.0.0.1:{ALERTMANAGER_PORT}/api/v2/alerts", [alert])


def story():
    began = time.time()
    tell(f"Three regions stand: {', '.join(REGIONS)}. Their sun decides who is paged.")
    door = REGIONS[0]
    start_alertmanager(door)
    tell(f"A real Alertmanager fires CheckoutErrors; its webhook points at {door}.")
    name = f"CheckoutErrors{int(began) % 100000}"
    fire(name)
    first = wait_for("first page", lambda: mails(began), 20)[0]
    show_mail(first, began)
    incident = first["headers"]["X-Meridian-Incident"]
    owner = summary(incident)["owner"]
    tell(f"Nobody answers. Now {owner}, which owns the incident, dies: kill -9.")
    killed = time.time()
    os.kill(pid_of(owner), signal.SIGKILL)
    second = wait_for(
        "page of the next level", lambda: [m for m in mails(killed) if m["to"] != first["to"]], 60)[0]
    region = show_mail(second, killed)
    tell(f"{region} escalated in {owner}'s place. The mail has links of two regions; we take the other.")
    links = re.findall(r"http://127\.0\.0\.1:(\d+)(/a/[A-Za-z0-9._~-]+)", second["text"])
    ports = {port: path for port, path in reversed(links)}
    third = next((p for p in ports if int(p) not in (HTTP[region], HTTP[owner])), None)
    if third is None:
        fail(f"the mail has no link of a third region: {links}")
    who = next(n for n, p in HTTP.items() if p == int(third))
    page = call(f"http://127.0.0.1:{third}{ports[third]}")
    assert "<form" in page, "the link's page has no button"
    call(f"http://127.0.0.1:{third}{ports[third]}", body="", form=True)
    acknowledged = time.time()
    tell(f"A tap on the link of {who}: acknowledged.")
    tell("We wait for longer than a level's timeout: no page may come now.")
    time.sleep(25)
    late = [m for m in mails(acknowledged + 1)]
    if late:
        fail(f"a page came after the acknowledgement: {late[0]['subject']}")
    tell(f"None came. {owner} comes back from the dead, Alertmanager says that all is well.")
    start_member(owner)
    wait_for(f"{owner}", lambda: is_ready(HTTP[owner]), 30)
    fire(name, ends=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    wait_for(
        "resolved incident",
        lambda: summary(incident)["status"] == "resolved", 30)
    tell("Resolved. The timeline, as every region has it:\n")
    subprocess.run([MERIDIAN, "incident", "show", incident,
                    "--config", os.path.join(CLUSTER, "client.yaml")])
    stop("alertmanager")
    everyone = {}
    for mail in mails(began):
        key = (mail["headers"].get("X-Meridian-Step"), mail["to"][0])
        everyone[key] = everyone.get(key, 0) + 1
    twice = {k: n for k, n in everyone.items() if n > 1}
    tell(f"{len(everyone)} pages in all, {len(twice)} of them more than once; nothing was lost.")


def summary(incident):
    return meridian("incident", "show", incident)["incident"]["summary"]


def show_mail(mail, since):
    region = mail["headers"].get("X-Meridian-Region", "?")
    print(f"    mail to   {', '.join(mail['to'])}   {mail['at'] - since:.1f} s later, from {region}")
    print(f"    subject   {mail['subject']}")
    for line in mail["text"].splitlines()[:12]:
        print(f"    | {line}")
    return region


if __name__ == "__main__":
    verbs = {"up": up, "down": down, "story": story}
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:
        sys.exit("usage: cluster/demo up | down | story")
    verbs[sys.argv[1]]()
