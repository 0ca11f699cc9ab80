"""What a cluster's users do during a chaos run: tools send alerts, people take them on; a ledger keeps every answer."""
import json
import random
import re
import threading
import time
import urllib.error
import urllib.request

from chaos_plan import REGIONS

LINK = re.compile(r"http://(10\.77\.0\.\d+):\d+(/a/[A-Za-z0-9._~-]+)")
TIMEOUT, AGAIN_AFTER, ROUNDS = 4, 2, 8


class Ledger:
    """A line per request: what was asked of which region when, and the answer: `quorum`, `local`, `done` (a link
    does not say which), `refused` with the status, or `none`."""

    def __init__(self, path):
        self.file, self.lock, self.counts = open(path, "a", buffering=1), threading.Lock(), {}

    def write(self, **record):
        with self.lock:
            self.file.write(json.dumps(record) + "\n")
            self.counts[record["answer"]] = self.counts.get(record["answer"], 0) + 1


def exchange(url, body, token=None, form=False):
    """(status, headers, text) of a POST; status None if no answer came in time."""
    headers = {"Content-Type": "application/x-www-form-urlencoded" if form else "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = b"" if form else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=TIMEOUT) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers, refusal.read().decode(errors="replace")
    except OSError as error:
        return None, {}, str(error)


class Client:
    """Tells stories: an alert, perhaps sent twice, then an acknowledgement, a resolve, or nothing."""

    def __init__(self, lab, ledger, seed, people):
        self.lab, self.ledger, self.seed, self.people = lab, ledger, seed, people
        self.token, self.key = lab.token, lab.key()
        self.threads, self.open, self.lock = [], {}, threading.Lock()
        self.is_over = threading.Event()

    # --- stories ---------------------------------------------------------------------------------------

    def run(self, seconds, pause):
        """Begins a story every `pause` seconds or so, for so many seconds."""
        chance, end, number = random.Random(f"stories {self.seed}"), time.time() + seconds, 0
        while time.time() < end and not self.is_over.is_set():
            number += 1
            thread = threading.Thread(target=self.story, args=(number, end), daemon=True)
            thread.start()
            self.threads.append(thread)
            time.sleep(chance.uniform(0.5, 1.5) * pause)

    def finish(self):
        """Ends what waits, and takes on everything that is still open."""
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        for number, incident in sorted(self.open.items()):
            self.acknowledge(random.Random(f"last {self.seed} {number}"), number, incident, by_link=False)

    def story(self, number, end):
        chance = random.Random(f"story {self.seed} {number}")
        way = chance.choice(["alertmanager", "alertmanager", "plain", "events"])
        alert = {"number": number, "way": way, "title": f"chaos {self.seed}-{number}", "at": time.time(),
                 "severity": chance.choice(["critical", "error"])}
        incident = self.send(chance, alert, "fire")
        if incident is None:
            return
        with self.lock:
            self.open[number] = incident
        plot = chance.choices(["link", "api", "resolve", "leave"], [4, 3, 2, 2])[0]
        if chance.random() < 0.2:
            self.is_over.wait(chance.uniform(1, 5))
            self.send(chance, alert, "repeat")
        self.is_over.wait(min(chance.choice([2, 6, 15, 30]) * chance.uniform(0.5, 1.2), max(0, end - time.time())))
        if plot == "resolve" and way == "alertmanager":
            is_done = self.send(chance, alert, "resolve") is not None
        elif plot == "leave" or self.is_over.is_set():
            return
        else:
            is_done = self.acknowledge(chance, number, incident, by_link=plot == "link")
        if is_done:
            with self.lock:
                self.open.pop(number, None)

    def send(self, chance, alert, what):
        """To one region, and to the next one if there is no good answer, as senders do; the incident."""
        for round_number in range(ROUNDS):
            for region in chance.sample(REGIONS, len(REGIONS)):
                url, body = self.request(alert, what)
                sent = time.time()
                status, headers, text = exchange(self.lab.url(region) + url, body)
                is_good = status in (200, 202)
                incident = headers.get("Meridian-Incident")
                answer = headers.get("Meridian-Durability", "done") if is_good else "refused" if status else "none"
                self.ledger.write(story=alert["number"], what=what, way=alert["way"], region=region, sent=sent,
                                  answered=time.time(), answer=answer, status=status, incident=incident,
                                  title=alert["title"], detail="" if is_good else text[:300])
                if is_good and incident:
                    return incident
            self.is_over.wait(AGAIN_AFTER)
            if self.is_over.is_set() and round_number > 2:
                break
        return None

    def request(self, alert, what):
        title, key = alert["title"], self.key
        if alert["way"] == "plain":
            return f"/v1/alerts/{key}", {"title": title, "severity": alert["severity"]}
        if alert["way"] == "events":
            return "/v2/enqueue", {
                "routing_key": key, "event_action": "trigger", "dedup_key": title,
                "payload": {"summary": title, "source": "chaos", "severity": alert["severity"]}}
        status = "resolved" if what == "resolve" else "firing"
        one = {"status": status, "labels": {"alertname": title, "severity": alert["severity"]},
               "annotations": {"summary": title}, "startsAt": stamp(alert["at"]),
               "endsAt": stamp(time.time()) if what == "resolve" else "0001-01-01T00:00:00Z"}
        return f"/v1/alertmanager/{key}", {
            "version": "4", "status": status, "groupKey": f"{{}}:{{alertname=\"{title}\"}}", "receiver": "meridian",
            "groupLabels": {"alertname": title}, "commonLabels": one["labels"],
            "commonAnnotations": one["annotations"], "alerts": [one]}

    def acknowledge(self, chance, number, incident, by_link):
        """By the links of the newest mail, or through the API, at one region after the other."""
        by = chance.choice(self.people)
        for round_number in range(ROUNDS):
            mails = self.lab.mails(incident) if by_link else []
            if mails:
                by = mails[-1]["to"][0].split("@")[0]
                places = {self.lab.name_at(host): path for host, path in reversed(LINK.findall(mails[-1]["text"]))}
            else:
                path = f"/api/v1/incidents/{incident}/acknowledge"
                places = {region: path for region in chance.sample(REGIONS, len(REGIONS))}
            for region, path in places.items():
                sent = time.time()
                status, headers, text = exchange(self.lab.url(region) + path, {"by": by}, token=self.token,
                                                 form=bool(mails))
                is_good = status == 200
                answer = "refused" if status else "none"
                if is_good:
                    answer = "done" if mails else json.loads(text)["durability"]
                self.ledger.write(story=number, what="ack", way="link" if mails else "api", region=region, sent=sent,
                                  answered=time.time(), answer=answer, status=status, incident=incident, by=by,
                                  detail="" if is_good else text[:300])
                if is_good:
                    return True
            time.sleep(AGAIN_AFTER)
        return False


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at * 1000) % 1000:03d}Z"
