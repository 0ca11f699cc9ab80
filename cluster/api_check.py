"""Holds a real cluster to its description of the API: schemathesis makes up calls by the document that a region serves,
and no answer may be a 5xx, or otherwise than the document says. See cluster/api-check.

Three regions run in a temporary folder on ports of their own, without a coordinator, whose routes are therefore left
out, as is the stream of events, which does not end. The calls go to one region, with a real incident where an id is
asked for and again with made-up ones; at the end the cluster has to be whole and every region ready."""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

from lab import ROOT, Lab, LabError, call, free_ports

PROGRAM = os.environ.get("MERIDIAN", os.path.join(ROOT, ".build/release/meridian"))
TOOL = os.path.join(os.environ.get("MERIDIAN_TOOLS", os.path.join(ROOT, ".build/tools")), "bin", "schemathesis")
CHECKS = ",".join([
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "unsupported_method", "ignored_auth",
])
LEFT_OUT = "^/api/v1/(events|coordinator)$"


def arguments():
    parser = argparse.ArgumentParser(prog="cluster/api-check", description=__doc__.split("\n\n")[0])
    parser.add_argument("seconds", nargs="?", type=int, default=60, help="how long calls are made up (default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of what is made up (default: 1)")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the logs")
    return parser.parse_args()


def settings(folder, incident):
    """schemathesis' own file: a real id where one is asked for."""
    path = os.path.join(folder, "schemathesis.toml")
    with open(path, "w") as file:
        if incident:
            file.write(
                '[[operations]]\ninclude-path-regex = "^/api/v1/incidents/"\n'
                f'parameters = {{ "path.id" = "{incident}" }}\n')
    return path


def make_up_calls(lab, region, folder, seconds, seed, incident):
    command = [
        TOOL, "--config-file", settings(folder, incident), "run", lab.url(region) + "/api/v1/openapi.json",
        "--url", lab.url(region), "--header", f"Authorization: Bearer {lab.token}", "--checks", CHECKS,
        "--phases", "coverage,fuzzing", "--max-time", str(seconds), "--max-examples", "40", "--seed", str(seed),
        "--request-timeout", "10", "--exclude-path-regex", LEFT_OUT, "--warnings", "off",
        "--suppress-health-check", "all", "--continue-on-failure",
    ]
    if incident:
        command += ["--include-path-regex", "^/api/v1/incidents/"]
    return subprocess.run(command, cwd=folder).returncode


def run(options):
    if not os.path.exists(TOOL):
        raise LabError(f"{TOOL} is missing: run 'cluster/install api'")
    if not os.path.exists(PROGRAM):
        raise LabError(f"{PROGRAM} is missing: run 'make up', or set $MERIDIAN")
    folder = tempfile.mkdtemp(prefix="meridian-api-")
    base = free_ports(6, 100)
    lab = Lab(folder, PROGRAM, name="api", base_port=base, mail_port=base + 50)
    lab.make(quiet=True)
    try:
        lab.start_mail()
        for name in lab.regions:
            lab.start_member(name)
        lab.wait_ready(lab.regions)
        lab.wait_majority(lab.regions)
        return judge(lab, folder, options)
    finally:
        lab.stop_all()
        if options.keep:
            print(f"api-check: the logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def judge(lab, folder, options):
    region = lab.regions[0]
    _, answer = lab.fire(region, "The API is called with what nobody thought of")
    incident = answer["incident"]
    for path, body in [("acknowledge", {}), ("notes", {"text": "seen"})]:
        call(f"{lab.url(region)}/api/v1/incidents/{incident}/{path}", {"by": lab.someone(), **body}, lab.token)
    began = time.time()
    third = max(10, options.seconds // 3)
    failed = make_up_calls(lab, region, folder, third, options.seed, incident)
    failed |= make_up_calls(lab, region, folder, max(10, options.seconds - third), options.seed, None)
    lab.wait_ready(lab.regions)
    lab.wait_majority(lab.regions)
    print(f"api-check: {'faults found' if failed else 'no fault'} in {time.time() - began:.0f} s, seed {options.seed};"
          f" {len(lab.regions)} regions ready with a majority")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(run(arguments()))
    except LabError as error:
        sys.exit(f"api-check: {error}")
