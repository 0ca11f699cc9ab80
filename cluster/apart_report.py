"""The table of cluster/apart: per scenario and over all its runs, for people and as JSON."""
import statistics

NOTHING = "-"


def spread(values):
    """`min / median / max`, and how many."""
    if not values:
        return {"count": 0, "min": None, "median": None, "max": None}
    return {"count": len(values), "min": round(min(values), 2), "median": round(statistics.median(values), 2),
            "max": round(max(values), 2)}


def words(found, unit="s"):
    if not found["count"]:
        return NOTHING
    return f"{found['min']:.2f} / {found['median']:.2f} / {found['max']:.2f} {unit} ({found['count']})"


def add(total, counts):
    for key, number in counts.items():
        total[key] = total.get(key, 0) + number
    return total


def summary(scenario, runs):
    """Of all runs of a scenario, each a Verdict's summary."""
    delays, answers, conflicts, kinds, mailed = {}, {}, {}, {}, {}
    for run in runs:
        for side, values in run.get("page_delays", {}).items():
            delays.setdefault(side, []).extend(values)
        for total, key in ((answers, "answers"), (conflicts, "conflicts"), (mailed, "pages_while_apart")):
            add(total, run.get(key, {}))
        add(kinds, run.get("twice", {}))
    equal = [run["equal_after_s"] for run in runs if run.get("equal_after_s") is not None]
    return {"scenario": scenario, "runs": len(runs), "good": sum(run["good"] for run in runs),
            "page_delay_s": {side: spread(values) for side, values in sorted(delays.items())},
            "pages_while_apart": mailed, "duplicates": kinds, "answers": answers,
            "acknowledgements": [run.get("acknowledgements", []) for run in runs], "conflicts": conflicts,
            "equal_after_s": spread(equal), "never_equal": len(runs) - len(equal)}


def table(one, runs):
    """A scenario's rows."""
    lines = ["", f"{one['scenario']}: {one['good']} of {one['runs']} runs good"]

    def row(name, text):
        lines.append(f"  {name:44} {text}")

    for side, found in one["page_delay_s"].items():
        mails = one["pages_while_apart"].get(side, 0)
        row(f"page delay from due, {side}", f"{words(found)}; {mails} mails while apart")
    row("pages that came twice, by cause", counts(one["duplicates"]))
    row("answers while apart", counts(one["answers"]))
    row("conflicts by rule", counts(one["conflicts"]))
    row("equal state after healing", words(one["equal_after_s"])
        + (f"; NEVER in {one['never_equal']}" if one["never_equal"] else ""))
    for run in runs:
        if "run" not in run:
            continue
        row(f"run {run['run']}", f"{run['words']}; {run['owner']} owned it")
        row("  taken on by", ", ".join(run["acknowledgements"]) or NOTHING)
        row("  in command, one after the other", ", ".join(run["in_command"]) or NOTHING)
        row("  told", run["told"])
        for two in run["duplicates"]:
            row("  twice", f"{two['text']} [{why(two)}]")
        for note in run["notes"]:
            row("  note", note)
    return "\n".join(lines)


def why(twice):
    """The cause in a word; the fault itself stands in the run's line."""
    kind = twice["kind"]
    return kind if kind == "apart" else f"{kind}: {twice['reason'] or 'no fault explains it'}"


def counts(found):
    return ", ".join(f"{key} {number}" for key, number in sorted(found.items())) or "none"
