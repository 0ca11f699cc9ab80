"""How long there is no service. SIGKILL is a process that dies: its sockets close and dialling it is refused, which
Meridian takes as a hint and etcd does not. SIGSTOP is a process that is silent, as a lost machine or a cut network is."""
import base64
import os
import signal
import statistics
import threading
import time

from lab import LabError, call

PROBE_SECONDS = 0.05
RECOVERY_SECONDS_MAX = 30


def until_true(tries, began):
    """Begins a try every 50 ms, in turn, each in a thread of its own; seconds until the first succeeds, or None."""
    done, at = threading.Event(), []

    def attempt(one):
        try:
            if one():
                at.append(time.monotonic() - began)
                done.set()
        except (OSError, LabError, ValueError):
            pass

    i = 0
    while not done.is_set() and time.monotonic() - began < RECOVERY_SECONDS_MAX:
        threading.Thread(target=attempt, args=(tries[i % len(tries)],), daemon=True).start()
        i += 1
        done.wait(PROBE_SECONDS)
    return min(at) if at else None


def spread(values):
    good = sorted(v for v in values if v is not None)
    return {"trials": len(values), "failed": len(values) - len(good),
            "min_s": round(good[0], 2) if good else None,
            "median_s": round(statistics.median(good), 2) if good else None,
            "max_s": round(good[-1], 2) if good else None}


def bring_back(lab, name, number, start):
    """Starts the killed process again, or lets the stopped one go on."""
    if number == signal.SIGSTOP:
        lab.signal(name, signal.SIGCONT)
    else:
        lab.kill(name)
        start()


def meridian_failover(meridian, trials, number):
    """SIGKILL or SIGSTOP of an owner: until a new alert is answered `quorum`, and until its incident has an owner."""
    lab, served, owned = meridian.lab, [], []
    for _ in range(trials):
        held = meridian.fire(lab.regions[0], "quiet", "held by the region that is killed")
        meridian.settle(30)
        owner = meridian.owner(held, lab.regions)
        left = [r for r in lab.regions if r != owner]

        def alert(region):
            body = {"title": "after the kill", "dedupKey": os.urandom(8).hex()}
            status, answer = call(f"{lab.url(region)}/v1/alerts/{meridian.keys['quiet']}", body)
            return status == 200 and answer["durability"] == "quorum"

        def moved(region):
            found = lab.incident(region, held)
            return found and found["summary"]["label"].get("owner") not in (None, owner)

        began = time.monotonic()
        lab.signal(owner, number)
        waiter = threading.Thread(
            target=lambda: owned.append(until_true([lambda r=r: moved(r) for r in left], began)))
        waiter.start()
        served.append(until_true([lambda r=r: alert(r) for r in left], began))
        waiter.join()
        bring_back(lab, owner, number, lambda: lab.start_member(owner))
        lab.wait_ready([owner])
        lab.wait_majority(lab.regions)
        time.sleep(2.5)
    return {"first quorum answer": spread(served), "incident has a new owner": spread(owned)}


def etcd_failover(etcd, trials, number):
    """SIGKILL or SIGSTOP of the leader: until a put through a surviving member succeeds."""
    served = []
    for _ in range(trials):
        leader = etcd.lab.wait("leader", lambda: etcd.leader() is not None and [etcd.leader()], 30)[0]
        left = [etcd.base + i for i in range(3) if i != leader]
        value = base64.b64encode(b"x" * 500).decode()

        def put(port):
            key = base64.b64encode(os.urandom(8)).decode()
            return call(f"http://127.0.0.1:{port}/v3/kv/put", {"key": key, "value": value})[0] == 200

        began = time.monotonic()
        etcd.lab.signal(str(leader), number)
        served.append(until_true([lambda p=p: put(p) for p in left], began))
        bring_back(etcd.lab, str(leader), number, lambda: etcd.start_member(leader))
        time.sleep(2)
    return spread(served)
