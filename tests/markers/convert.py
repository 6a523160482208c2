#!/usr/bin/env python3
"""Runs telltale over a labelled set of requests and hands what it found to the set's own score.py.

Each case becomes one line of a capture: the request, what was typed and what is known of the machine, and nothing else of
the case. `telltale replay` judges them with the set's baselines, `telltale sweep analyse` the groups of runs, and the
result is written in the form score.py reads. Everything happens in a folder of its own; the set is only read.
"""
import argparse
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

# What a detector may see of a case. Labels, truth, twin, class and names stay behind.
REFERENCES = ("typed", "environment")


def note(text):
    print(f"score-markers: {text}", file=sys.stderr)


# --- from a set to captures ---

def capture_line(name, request, references):
    """One line of a capture (docs/capture-format.md). `name` comes back as "exchange" in the report."""
    line = {"telltale": 1, "id": name, "time": "2026-01-01T00:00:00.000Z",
            "flow": {"id": name, "client": "", "via": "import", "user": None},
            "request": {"method": request["method"], "url": request["url"], "http": "1.1",
                        "headers": request["headers"], "body": request["body"]},
            "response": None, **references}
    return json.dumps(line) + "\n"


def references_of(case, wanted):
    return {name: case[name] for name in REFERENCES if wanted and name in case}


def read_case(path):
    with open(path, encoding="utf-8", newline="") as file:
        return json.load(file)


class Set:
    """The files of a labelled set, in the order of their names."""

    def __init__(self, folder, only):
        self.folder = folder
        self.cases = {}   # neutral name -> id, for what is judged alone
        self.groups = {}  # the same for groups of runs
        self.paths = []
        self.only = set(only)
        for path in sorted(folder.glob("*.json")):
            if path.name != "index.json" and (not self.only or path.stem in self.only):
                self.paths.append(path)

    def write_captures(self, work, with_references):
        """captures.jsonl of the single cases, and one file a group; returns the number of bytes judged."""
        judged = 0
        with open(work / "captures.jsonl", "w", encoding="ascii") as out:
            for number, path in enumerate(self.paths):
                case, name = read_case(path), f"request-{number:06}"
                if "runs" in case:
                    self.groups[name] = case["id"]
                    self.write_group(work, name, case, with_references)
                    continue
                self.cases[name] = case["id"]
                judged += len(case["request"]["body"].encode())
                out.write(capture_line(name, case["request"], references_of(case, with_references)))
        return judged

    @staticmethod
    def write_group(work, name, case, with_references):
        """The runs, each under the name of its environment and nothing else that is known of the machine."""
        typed = {"typed": case["typed"]} if with_references and "typed" in case else {}
        with open(work / f"{name}.jsonl", "w", encoding="ascii") as out:
            for number, run in enumerate(case["runs"]):
                references = {**typed, "environment": {"arm": [run["env"]]}}
                out.write(capture_line(f"{name}-{number:03}", run["request"], references))

    def write_baselines(self, work):
        """baselines.jsonl: all clients in one file, since the engine tells them apart."""
        paths = sorted((self.folder / "baselines").glob("*.json"))
        with open(work / "baselines.jsonl", "w", encoding="ascii") as out:
            for number, path in enumerate(paths):
                baseline = read_case(path)
                typed = {"typed": baseline["typed"]} if "typed" in baseline else {}
                out.write(capture_line(f"baseline-{number:04}", baseline["request"], typed))
        return bool(paths)

    def narrowed(self, work):
        """The folder score.py is to judge: with --only one that holds nothing but the chosen cases."""
        if not self.only:
            return self.folder
        chosen = pathlib.Path(tempfile.mkdtemp(prefix="set-", dir=work))
        for path in self.paths:
            (chosen / path.name).symlink_to(path)
        return chosen


# --- telltale ---

class Telltale:
    def __init__(self, binary):
        self.binary = binary

    def run(self, *arguments):
        """Standard output and seconds; exit codes of ours or of a wrong call end the script."""
        started = time.monotonic()
        done = subprocess.run([self.binary, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True, encoding="utf-8", check=False)
        if done.returncode in (2, 5) or done.returncode < 0:
            sys.exit(f"score-markers: telltale {arguments[0]} failed with {done.returncode}")
        return done.stdout, time.monotonic() - started

    def knows(self, *words):
        """Whether this build's help, asked for all words but the last, knows the last."""
        done = subprocess.run([self.binary, *words[:-1], "--help"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, encoding="utf-8", check=False)
        return done.returncode == 0 and words[-1] in done.stdout

    def replay(self, work, with_baselines):
        arguments = ["replay", "--mode", "strip", "--format", "json", "--segments", "--fail-on", "never"]
        if with_baselines and self.knows("replay", "--baseline"):
            arguments += ["--baseline", work / "baselines.jsonl"]
        elif with_baselines:
            note("this telltale has no replay --baseline; judged without")
        arguments += ["--output", work / "report.jsonl", "--strip-to", work / "stripped.jsonl", work / "captures.jsonl"]
        return self.run(*arguments)[1]

    def analyse(self, captures):
        output, seconds = self.run("sweep", "analyse", "--format", "json", captures)
        return output, seconds


# --- from a report to what score.py reads ---

def system_or_reminder(segment):
    role = segment.get("role")
    if role == "system":
        return "system"
    return "reminder" if role == "user" else segment["source"]


# Our names of sources to the set's.
SOURCES = {"typed": lambda _: "typed", "carried": lambda _: "assistant", "file": lambda _: "attachment",
           "tool_result": lambda _: "tool_result", "tool_definition": lambda _: "tooldesc",
           "template": system_or_reminder, "environment": system_or_reminder,
           "unexplained": lambda s: "reminder" if s.get("role") == "user" else "unexplained"}


def convert_segment(segment):
    source = SOURCES.get(segment["source"], lambda s: s["source"])(segment)
    return {"where": segment["where"].removeprefix("body:"), "span": segment["span"], "source": source}


def convert_finding(finding):
    """A value inside an opened string has no pointer a JSON parser would follow: there the bytes tell the place."""
    where, span = finding["where"], finding.get("span")
    place, opened, _ = where.partition("#")
    if opened and where.startswith("body:"):
        where, span = "raw", finding.get("raw_span")
    elif opened:
        where = place
    out = {"where": where, "technique": finding["rule"], "score": finding["confidence"]}
    if span is not None:
        out["span"] = span
    return out


MASK = re.compile(r"\[masked sha256:([0-9a-f]{8})\]")


def unmasked(text, originals):
    """A capture never holds a credential, the twin does: each mask is replaced by the text it stands for."""
    if "[masked " not in text:
        return text
    known = {}
    for original in originals:
        pieces = {original, *original.split(), *re.findall(r'"([^"\\]*)"', original), *re.findall(r"[\w.+/=-]+", original)}
        known.update({hashlib.sha256(piece.encode("utf-8", "replace")).hexdigest()[:8]: piece for piece in pieces})
    return MASK.sub(lambda mask: known.get(mask[1], mask[0]), text)


def convert_stripped(line, received):
    request = line["request"]
    values = [value for _, value in received["headers"]]
    return {"stripped_body": unmasked(request.get("body", ""), [received["body"]]),
            "stripped_headers": [[name, unmasked(value, values)] for name, value in request["headers"]]}


def read_lines(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file if line.strip()]


def write_findings(marker_set, work, groups):
    """findings.jsonl, a line a case."""
    requests = {line["id"]: line["request"] for line in read_lines(work / "captures.jsonl")}
    results = {line["exchange"]: line for line in read_lines(work / "report.jsonl")}
    stripped = {line["id"]: line for line in read_lines(work / "stripped.jsonl")}
    with open(work / "findings.jsonl", "w", encoding="ascii") as out:
        for name, case_id in marker_set.cases.items():
            if name not in results:
                note(f"no result for {case_id}")
                continue
            result = results[name]
            line = {"id": case_id, "findings": [convert_finding(f) for f in result["findings"] if f["severity"] != "info"],
                    "segments": [convert_segment(s) for s in result.get("segments", [])]}
            if name in stripped:
                line.update(convert_stripped(stripped[name], requests[name]))
            out.write(json.dumps(line) + "\n")
        for name, case_id in marker_set.groups.items():
            out.write(json.dumps({"id": case_id, "findings": groups.get(name, [])}) + "\n")


def group_findings(output):
    """What `sweep analyse` says: objects with `findings`, or findings one a line."""
    found = []
    for line in filter(None, map(str.strip, output.splitlines())):
        value = json.loads(line)
        found += value["findings"] if "findings" in value else [value] if "where" in value else []
    return [{"where": f["where"], **({"span": f["span"]} if f.get("span") else {}),
             "technique": f.get("rule") or f.get("aspect", "pair"), "score": f.get("confidence", 1.0)}
            for f in found if f.get("severity") != "info"]


def analyse_groups(telltale, marker_set, work):
    """Findings of each group, by name, and the seconds it took."""
    found, total = {}, 0.0
    if marker_set.groups and not telltale.knows("sweep", "analyse"):
        note(f"this telltale has no sweep analyse; {len(marker_set.groups)} groups left empty")
        return found, total
    for name in marker_set.groups:
        output, seconds = telltale.analyse(work / f"{name}.jsonl")
        found[name] = group_findings(output)
        total += seconds
    return found, total


def own_score(folder):
    """The set's own score.py; what generate.py writes has none and is judged by measure.py."""
    theirs = folder / "score.py"
    return theirs if theirs.is_file() else pathlib.Path(__file__).with_name("measure.py")


def arguments_of(words):
    parser = argparse.ArgumentParser(
        prog="score-markers", allow_abbrev=False,
        description="Scores telltale on a labelled set. Arguments that are not listed go to the set's score.py.")
    parser.add_argument("set", type=pathlib.Path, metavar="DIR", help="the set; comes first")
    parser.add_argument("--no-references", action="store_true", help="without typed text, environment and baselines")
    parser.add_argument("--score-py", type=pathlib.Path, metavar="FILE",
                        help="in place of DIR/score.py, or of measure.py where there is none")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR", help="keep captures, report and findings there")
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="this case alone; may be repeated")
    parser.add_argument("--telltale", required=True, help=argparse.SUPPRESS)
    known, rest = parser.parse_known_args(words)
    known.set = known.set.resolve()
    known.score_py = (known.score_py or own_score(known.set)).resolve()
    if not known.set.is_dir():
        parser.error(f"{known.set} is no folder")
    if not known.score_py.is_file():
        parser.error(f"{known.score_py} is not there; --score-py names another")
    return known, rest


def score(options, further, work):
    marker_set, telltale = Set(options.set, options.only), Telltale(options.telltale)
    if not marker_set.paths:
        sys.exit(f"score-markers: no cases in {options.set}")
    judged = marker_set.write_captures(work, not options.no_references)
    with_baselines = not options.no_references and marker_set.write_baselines(work)
    seconds = telltale.replay(work, with_baselines)
    groups, group_seconds = analyse_groups(telltale, marker_set, work)
    write_findings(marker_set, work, groups)
    sys.stdout.flush()
    command = [sys.executable, "-B", options.score_py, marker_set.narrowed(work), work / "findings.jsonl", *further]
    status = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    print(f"\nreplay {seconds:.2f} s for {len(marker_set.cases)} requests, {judged / 1e6:.2f} MB; "
          f"sweep analyse {group_seconds:.2f} s for {len(groups)} groups")
    return status


def main():
    options, further = arguments_of(sys.argv[1:])
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        return score(options, further, options.keep.resolve())
    with tempfile.TemporaryDirectory(prefix="score-markers-") as work:
        return score(options, further, pathlib.Path(work))


if __name__ == "__main__":
    sys.exit(main())
