"""Checks of a running cluster that need other programs: `checks.py metrics` (promtool), `checks.py secrets`."""
import glob
import os
import re
import subprocess
import sys
import time

from faults import Run
from lab import LabError, call


def metrics(run):
    """What every node serves under /metrics is good Prometheus text."""
    run.acknowledge(run.lab.regions[1], run.fire(run.lab.regions[0], "for the metrics"))
    time.sleep(2)
    for member in run.lab.members:
        status, text = call(run.lab.url(member) + "/metrics")
        if status != 200:
            raise LabError(f"{member} answered {status}")
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                 capture_output=True)
        if checked.returncode:
            raise LabError(f"promtool on {member}: {checked.stderr}{checked.stdout}")
        print(text if member == run.lab.regions[0] else "", end="")


def secrets(run):
    """Neither logs nor metrics hold a key, a token or a link that acts."""
    incident = run.fire(run.lab.regions[0], "for the logs")
    # Who has taken it on before its page left is not paged.
    run.lab.wait("mail", run.lab.mails, 20)
    run.acknowledge(run.lab.regions[1], incident)
    time.sleep(1)
    hidden = {run.lab.token, run.lab.key("checkout"), run.lab.key("search")}
    for path in glob.glob(os.path.join(run.lab.files, "**", "*"), recursive=True):
        if os.path.isfile(path) and re.search(r"link.*key|\.key$|tokens", os.path.basename(path)):
            for line in open(path, errors="replace"):
                word = line.strip().split(": ")[-1].strip('"')
                if len(word) >= 32 and "PRIVATE KEY" not in word:
                    hidden.add(word)
    for mail in run.lab.mails():
        hidden.update(re.findall(r"/a/([A-Za-z0-9._~-]{20,})", mail["text"]))
    texts = {os.path.basename(p): open(p).read() for p in glob.glob(os.path.join(run.folder, "*.log"))}
    for member in run.lab.members:
        texts[f"{member}/metrics"] = call(run.lab.url(member) + "/metrics")[1]
    for name, text in texts.items():
        for secret in hidden:
            if secret in text:
                raise LabError(f"{name} holds a secret: {secret[:4]}…")
    print(f"{len(hidden)} secrets, {len(texts)} texts: no secret in any of them")


if __name__ == "__main__":
    checks = {"metrics": metrics, "secrets": secrets}
    if len(sys.argv) != 2 or sys.argv[1] not in checks:
        sys.exit("usage: checks.py metrics | secrets")
    try:
        with Run(False) as run:
            checks[sys.argv[1]](run)
    except LabError as error:
        sys.exit(f"checks: {error}")
