"""sweep.py QUESTION FOLDER TELLTALE [CAPTURE...]: answers one question about a sweep that scripts/test-clients ran.

Prints "passed<TAB>what" or "failed<TAB>why", as judge.py does. FOLDER holds report.json, rule.jsonc and page.html, the captures in
cells/ and how long the client took in each, in cells/times. What the client really sent is read from the captures here, without the
code under test.
"""

import collections
import glob
import json
import os
import subprocess
import sys

from judge import APOSTROPHES, DATE_LINE, Wrong, body_of, lines

HOST, ZONE = "ANTHROPIC_BASE_URL", "TZ"
FIRST_PARTY = {"(unset)", "https://api.anthropic.com"}


def report(folder):
    with open(os.path.join(folder, "report.json"), encoding="utf-8") as file:
        return json.load(file)


def cells(folder):
    """(host, zone, apostrophe, separator) of every date line that was sent."""
    out = []
    for path in sorted(glob.glob(os.path.join(folder, "cells", "cell-*.jsonl"))):
        for exchange in lines(path):
            facts = exchange["environment"]
            match = DATE_LINE.search(body_of(exchange["request"]).decode("utf-8", "replace"))
            if match:
                out.append((facts[HOST][0], facts[ZONE][0], match[1], match[3]))
    if not out:
        raise Wrong("no cell sent a date line")
    return out


def states(finding):
    """(row, column): set of forms, by level names."""
    table = finding["table"]
    return {(row, column): {finding["forms"][f]["text"] for f in table["cells"][r][c]}
            for r, row in enumerate(table["row_levels"]) for c, column in enumerate(table["column_levels"])}


def of_points(found, points):
    return [f for f in found if {p for form in f["forms"] for p in form["code_points"]} == points]


def sure(finding):
    return {finding["factor"]} | {o["factor"] for o in finding["others"] if o["adds"]}


def rediscovers(folder, *_):
    found = [f for f in report(folder)["findings"] if "anthropic.messages" in f["request"] and f["severity"] == "high"]
    apostrophe = of_points(found, {"U+0027", *(f"U+{ord(c):04X}" for c in APOSTROPHES)})
    separator = of_points(found, {"U+002D", "U+002F"})
    if len(apostrophe) != 1 or len(separator) != 1:
        raise Wrong(f"{len(apostrophe)} findings of the apostrophe, {len(separator)} of the separator")
    apostrophe, separator = apostrophe[0], separator[0]
    if sure(apostrophe) != {HOST}:
        raise Wrong(f"the apostrophe is put down to {sorted(sure(apostrophe))}")
    if sure(separator) not in ({HOST, ZONE}, {f"{HOST} x {ZONE}"}):
        raise Wrong(f"the separator is put down to {sorted(sure(separator))}")
    if (apostrophe["capacity_bits"], separator["capacity_bits"]) != (2, 1):
        raise Wrong(f"{apostrophe['capacity_bits']} and {separator['capacity_bits']} bits")
    sent = collections.defaultdict(set)
    for host, zone, _, sign in cells(folder):
        sent[frozenset((host, zone))].add(sign)
    told = {frozenset(levels): forms for levels, forms in states(separator).items()}
    if told != dict(sent):
        raise Wrong("the table of the separator is not what was sent")
    return (f"apostrophe {apostrophe['capacity_bits']:g} bits by {apostrophe['factor']} (p {apostrophe['p']:.1g}), separator "
            f"{separator['capacity_bits']:g} bit by {' and '.join(sorted(sure(separator)))} (p {separator['p']:.1g})")


def no_marker(folder, *_):
    cells(folder)
    spelt = [f for f in report(folder)["findings"] if "anthropic.messages" in f["request"] and f["severity"] == "high"
             and any(not set(form["code_points"]).isdisjoint({"U+0027", "U+2019", "U+02BC", "U+02B9", "U+002F"}) and len(form["text"]) < 12
                     for form in f["forms"])]
    if spelt:
        raise Wrong(f"{len(spelt)} findings, the first at {spelt[0]['where']}")
    return f"no place is spelt by zone or host; {len(report(folder)['findings'])} places depend on them openly"


def hits(telltale, pack, capture):
    """Whether the pack finds something, by exchange."""
    done = subprocess.run([telltale, "replay", "--rules", pack, "--format", "json", "--fail-on", "never", capture], capture_output=True, text=True)
    if done.returncode != 0:
        raise Wrong(f"replay ended with {done.returncode}: {done.stderr.strip()[:200]}")
    return {r["exchange"]: bool(r["findings"]) for r in map(json.loads, done.stdout.splitlines()) if "exchange" in r}


def rule(folder, telltale, *captures):
    pack = os.path.join(folder, "rule.jsonc")
    tested = subprocess.run([telltale, "rules", "test", pack], capture_output=True, text=True)
    if tested.returncode != 0:
        raise Wrong(f"rules test: {tested.stderr.strip()[:200]}")
    marked = quiet = 0
    for path in sorted(glob.glob(os.path.join(folder, "cells", "cell-*.jsonl"))) + list(captures):
        found = hits(telltale, pack, path)
        for exchange in lines(path):
            line = DATE_LINE.search(body_of(exchange["request"]).decode("utf-8", "replace"))
            expected = bool(line) and (line[1] in APOSTROPHES or line[3] == "/")
            if found.get(exchange["id"], False) != expected:
                raise Wrong(f"{path}: {exchange['request']['url']}: {'missed' if expected else 'a false alarm'}")
            marked, quiet = marked + expected, quiet + (not expected)
    return f"the rule is proven and finds {marked} of {marked} marked requests and none of {quiet} others, {len(captures)} of other captures"


def quick(folder, *_):
    """From the plan, which is written before the first cell, to the last capture; the analysis is not in it."""
    with open(os.path.join(folder, "cells", "times"), encoding="utf-8") as file:
        own = [int(word) / 1e9 for word in file.read().split()]
    begin = os.stat(os.path.join(folder, "cells", "plan.json")).st_mtime
    seconds = max(os.stat(path).st_mtime for path in glob.glob(os.path.join(folder, "cells", "cell-*.jsonl"))) - begin
    ratio = seconds / sum(own)
    if ratio > 1.2:
        raise Wrong(f"{len(own)} cells took {seconds:.0f} s, the clients {sum(own):.0f} s of it")
    return f"{len(own)} cells in {ratio:.2f} of the {sum(own):.0f} s that the clients took"


QUESTIONS = {"rediscovers": rediscovers, "no-marker": no_marker, "rule": rule, "quick": quick}


def main():
    question, *rest = sys.argv[1:]
    try:
        print("passed\t" + QUESTIONS[question](*rest))
    except Wrong as wrong:
        print(f"failed\t{question}: {wrong}")
    except (KeyError, ValueError, TypeError, OSError) as error:
        print(f"failed\t{question}: the files are not as agreed: {error!r}")


if __name__ == "__main__":
    main()
