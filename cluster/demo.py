"""The demo cluster: up, down, and the story of `make demo`. See cluster/demo."""
import os
import signal
import subprocess
import sys
import time

from lab import ROOT, Lab, LabError, call, links, tell_alertmanager

RUN = os.path.join(ROOT, "run")
PROGRAM = os.environ.get("MERIDIAN", os.path.join(ROOT, ".build/release/meridian"))
ALERTMANAGER_PORT = 9193
LAB = Lab(RUN, PROGRAM)


def up():
    if not os.path.exists(PROGRAM):
        raise LabError(f"{PROGRAM} is missing: run 'make up'")
    LAB.make(quiet=True)
    print("starting three regions and a coordinator ", end="", flush=True)
    LAB.start_all(progress=lambda: print(".", end="", flush=True))
    LAB.wait_majority(LAB.regions)
    print(" ready\n")
    print_where()


def print_where():
    for name in LAB.members:
        print(f"  {name:<12} {LAB.url(name)}")
    print("  mails        run/mail/mails.jsonl      logs  run/*.log\n")
    print("fire an alert:")
    print(
        f"  curl -s {LAB.url('eu')}/v1/alerts/{LAB.key()} -H 'Content-Type: application/json' \\\n"
        "    -d '{\"title\": \"Checkout fails for everybody\", \"severity\": \"critical\"}'\n"
    )
    program = os.path.relpath(PROGRAM, ROOT)
    print(f"watch:  {program} incident list;  {program} cluster status;  tail -f run/mail/mails.jsonl")
    print("story:  make demo        stop:  make down")


def down():
    LAB.stop_all()
    print("stopped; the data stay in run/demo")


# --- the story -------------------------------------------------------------------------------------------


def tell(text):
    stamp = time.strftime("%H:%M:%S")
    print(f"\n\033[1m{stamp}\033[0m  {text}" if sys.stdout.isatty() else f"\n{stamp}  {text}", flush=True)


def summary(incident):
    for region in LAB.regions:
        try:
            found = LAB.incident(region, incident)
            if found:
                return found["summary"]
        except OSError:
            continue
    raise LabError(f"no region knows {incident}")


def show_mail(mail, since):
    region = mail["headers"]["X-Meridian-Region"]
    print(f"    mail to   {', '.join(mail['to'])}   {mail['at'] - since:.1f} s later, from {region}")
    print(f"    subject   {mail['subject']}")
    for line in mail["text"].splitlines()[:13]:
        print(f"    | {line}")
    return region


def story():
    began = time.time()
    door = LAB.regions[0]
    tell(f"Three regions stand: {', '.join(LAB.regions)}. Whose day it is, is paged.")
    receiver = (
        "    webhook_configs:\n"
        f"      - url: {LAB.url(door)}/v1/alertmanager/{LAB.key()}\n"
    )
    LAB.start_alertmanager(receiver, ALERTMANAGER_PORT)
    tell(f"A real Alertmanager fires CheckoutErrors; its webhook points at {door}.")
    name = f"CheckoutErrors{int(began) % 100000}"
    tell_alertmanager(ALERTMANAGER_PORT, name)
    # Other alerts may be open, and page meanwhile.
    known = {m["headers"].get("X-Meridian-Incident") for m in LAB.mails() if m["at"] < began}

    def ours():
        return [m for m in LAB.mails() if "Checkout fails for 14 %" in m["subject"]
                and m["headers"].get("X-Meridian-Incident") not in known]

    first = LAB.wait("first page", ours, 20)[0]
    show_mail(first, began)
    incident = first["headers"]["X-Meridian-Incident"]

    owner = summary(incident)["label"]["owner"]
    tell(f"Nobody answers. Now {owner}, which owns the incident, dies: kill -9.")
    killed = time.time()
    LAB.signal(owner, signal.SIGKILL)
    second = LAB.wait(
        "page of the next level",
        lambda: [m for m in LAB.mails(incident) if m["to"] != first["to"]], 60)[0]
    region = show_mail(second, killed)

    tell(f"{region} escalated in {owner}'s place. The mail has links of two regions; we take the other.")
    ports = {str(port): n for n, port in LAB.members.items()}
    third = next((p for p in links(second) if ports[p] not in (region, owner)), None)
    if third is None:
        raise LabError(f"the mail has no link of a third region: {links(second)}")
    url = f"http://127.0.0.1:{third}{links(second)[third]}"
    if "<form" not in call(url)[1]:
        raise LabError("the link's page has no button")
    call(url, body="", form=True)
    acknowledged = time.time()
    tell(f"A tap on the link of {ports[third]}: acknowledged.")

    tell("We wait for longer than a level's timeout: no page may come now.")
    time.sleep(25)
    late = [m for m in LAB.mails(incident) if m["at"] > acknowledged + 1]
    if late:
        raise LabError(f"a page came after the acknowledgement: {late[0]['subject']}")
    tell(f"None came. {owner} comes back from the dead, Alertmanager says that all is well.")
    LAB.start_member(owner)
    LAB.wait_ready([owner])
    tell_alertmanager(ALERTMANAGER_PORT, name, is_over=True)
    LAB.wait("resolved incident", lambda: summary(incident)["status"] == "resolved", 30)

    tell("Resolved. The timeline, as every region has it:\n")
    client = os.path.join(LAB.files, "client.yaml")
    subprocess.run([PROGRAM, "incident", "show", incident, "--config", client], check=True)
    LAB.stop("alertmanager")
    pages = [(m["headers"]["X-Meridian-Page"]) for m in LAB.mails(incident)]
    twice = len(pages) - len(set(pages))
    tell(f"{len(set(pages))} pages, {twice} of them twice; nothing was lost.")


if __name__ == "__main__":
    verbs = {"up": up, "down": down, "story": story}
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:
        sys.exit("usage: cluster/demo up | down | story")
    try:
        verbs[sys.argv[1]]()
    except LabError as error:
        sys.exit(f"\ndemo: {error}")
