#!/usr/bin/env python3
"""measure.py SET FINDINGS [--missed] [--json FILE]: how much of a generated set was found, located, removed.

A set may bring a score.py of its own; this judges those of generate.py. A label counts as located if a finding of the same
place overlaps it and is not much longer; a finding on a clean case is false. README.md has the format of both files."""
import argparse
import collections
import hashlib
import json
import pathlib

SLACK = 2      # characters either side
MOST_OVER = 80  # a finding may be that much longer than its label
STRUCTURAL = ("header_order", "header_case", "header_duplicate")  # no span tells them


class Share(list):
    """[hits, of]"""
    def __init__(self):
        super().__init__((0, 0))

    def add(self, hit, of=1):
        self[0] += hit
        self[1] += of

    def __str__(self):
        return f"{100 * self[0] / self[1]:5.1f} %  {self[0]}/{self[1]}" if self[1] else "    -"


def overlaps(found, label, slack=SLACK):
    is_near = found[0] < label[1] + slack and label[0] < found[1] + slack
    return is_near and found[1] - found[0] <= label[1] - label[0] + MOST_OVER


def at_header(finding, label):
    if finding["where"] == "headers":
        return label["technique"] in STRUCTURAL
    if finding["where"].lower() != label["where"]:
        return False
    return not finding.get("span") or not label["span"] or overlaps(finding["span"], label["span"])


def locates(finding, label):
    """Whether the finding stands where the label stands."""
    where, span = finding["where"], finding.get("span")
    if label["where"].startswith("header:"):
        return at_header(finding, label)
    if where == "raw":
        return bool(span) and overlaps(span, label["raw_span"])
    if where == label["where"]:
        return not label["span"] or bool(span) and overlaps(span, label["span"])
    is_beside = label["where"].rpartition("/")[0] == where or where.rpartition("/")[0] == label["where"]
    return not label["span"] and is_beside


class Figures:
    def __init__(self):
        self.shares = collections.defaultdict(Share)
        self.missed = []

    def judge(self, case, result):
        findings = result.get("findings", [])
        getattr(self, "judge_" + case["class"])(case, result, findings)
        if "segments" in result and case.get("truth"):
            self.judge_sources(case["truth"], result["segments"])

    def judge_labels(self, case, findings, kind):
        for label in case["labels"]:
            hit = any(locates(f, label) for f in findings)
            self.shares[kind].add(hit)
            self.shares[f"{kind}, needs {label['needs']}"].add(hit)
            if not hit:
                self.missed.append((case["id"], label["technique"], label["where"]))

    def judge_marked(self, case, result, findings):
        self.judge_labels(case, findings, "markers located")
        if "stripped_body" not in result:
            return
        rule = "canonical" if all(label["strip"] == "canonical" for label in case["labels"]) else "by reference"
        same = hashlib.sha256(result["stripped_body"].encode()).hexdigest() == case["twin"]["sha256"]
        if case["twin"]["headers"]:
            same = same and result.get("stripped_headers") == case["twin"]["headers"]
        self.shares[f"stripped to the twin, {rule}"].add(same)

    def judge_env(self, case, result, findings):
        self.judge_labels(case, findings, "environment located")
        if "stripped_body" in result:
            text = result["stripped_body"] + json.dumps(result.get("stripped_headers", []))
            self.shares["environment values gone"].add(all(label["value"] not in text for label in case["labels"]))

    def judge_clean(self, case, result, findings):
        self.shares["clean cases quiet"].add(not findings)
        self.missed += [(case["id"], "false: " + f.get("technique", ""), f["where"]) for f in findings]
        if "stripped_body" in result:
            self.shares["clean cases unchanged"].add(result["stripped_body"] == case["request"]["body"])

    def judge_pair(self, case, _result, findings):
        if case["subclass"] == "null":
            self.shares["null groups quiet"].add(not findings)
            return
        hit = any(locates(f, label) for f in findings for label in case["labels"])
        self.shares[f"groups found, {'noisy' if case['subclass'] == 'noisy' else 'deterministic'}"].add(hit)
        if not hit:
            self.missed.append((case["id"], case["technique"], case["labels"][0]["where"]))

    def judge_sources(self, truth, segments):
        by_place = collections.defaultdict(list)
        for segment in segments:
            by_place[segment["where"]].append(segment)
        for part in truth:
            begin, end = part["span"]
            right = sum(max(0, min(end, s["span"][1]) - max(begin, s["span"][0]))
                        for s in by_place[part["where"]] if s["source"] == part["source"])
            self.shares["characters with the right source"].add(right, end - begin)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=pathlib.Path)
    parser.add_argument("findings", type=pathlib.Path)
    parser.add_argument("--missed", action="store_true", help="list what was not found, and what was found in clean cases")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="the figures as name: [hits, of]")
    options = parser.parse_args()
    results = {line["id"]: line for line in map(json.loads, options.findings.read_text(encoding="utf-8").splitlines())}
    figures = Figures()
    for path in sorted(options.set.glob("*.json")):
        if path.name != "index.json":
            case = json.loads(path.read_bytes())
            figures.judge(case, results.get(case["id"], {}))
    for name in sorted(figures.shares):
        print(f"{name:40} {figures.shares[name]}")
    if options.missed:
        for missed in figures.missed:
            print("missed:", *missed)
    if options.json:
        options.json.write_text(json.dumps(figures.shares, indent=1, sort_keys=True) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
