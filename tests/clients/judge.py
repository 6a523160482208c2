"""judge.py QUESTION FOLDER TELLTALE [EARLIER]: answers one question about a turn that scripts/test-clients recorded in FOLDER.

Prints "passed<TAB>what" or "failed<TAB>why". FOLDER holds capture.jsonl (what the client sent and the verdicts) and
received.jsonl (what reached the mock upstream, in the same format; both have credentials masked). EARLIER is the capture of
a turn before it.
"""

import base64
import json
import os
import re
import subprocess
import sys

RULE = "marker.date-line"
APOSTROPHES = "\u2019\u02bc\u02b9"
DATE_LINE = re.compile("Today(['%s])s date is (\\d{4})([-/])(\\d\\d)([-/])(\\d\\d)" % APOSTROPHES)


class Wrong(Exception):
    """What is not as it must be, in one line."""


def lines(path):
    if not os.path.exists(path):
        raise Wrong(f"{os.path.basename(path)} was not written")
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def body_of(request):
    if request.get("body_base64") is not None:
        return base64.b64decode(request["body_base64"])
    return (request.get("body") or "").encode("utf-8", "surrogatepass")


def sent(folder):
    """The exchanges of the capture that reached an upstream, with body bytes and path."""
    out = []
    for exchange in lines(os.path.join(folder, "capture.jsonl")):
        request = exchange["request"]
        host, _, path = request["url"].partition("://")[2].partition("/")
        out.append({"host": host.split(":")[0], "path": "/" + path, "body": body_of(request), "request": request,
                    "inspection": exchange.get("inspection") or {}, "response": exchange.get("response")})
    if not out:
        raise Wrong("the capture holds no exchange")
    return out


def received(folder):
    out = []
    for entry in lines(os.path.join(folder, "received.jsonl")):
        request = entry["request"]
        host, _, path = request["url"].partition("://")[2].partition("/")
        out.append({"host": host.split(":")[0], "path": "/" + path, "fields": request["headers"], "body": body_of(request)})
    return out


def findings(exchanges):
    return [(x, f) for x in exchanges for f in x["inspection"].get("findings", []) if f["rule"] == RULE]


def same_fields(exchange, upstream):
    """Names, case and order equal; values equal unless masked in the capture, or a length that an edit forced."""
    ours, theirs = exchange["request"]["headers"], upstream["fields"]
    if [name for name, _ in ours] != [name for name, _ in theirs]:
        return "header names, case or order changed"
    for (name, value), (_, arrived) in zip(ours, theirs):
        length = name.lower() == "content-length"
        if length and not MASK.search(upstream["body"]) and int(arrived) != len(upstream["body"]):
            return "Content-Length does not fit the body"
        if not length and "[masked sha256:" not in value and value != arrived.strip(" \t"):
            return f"the value of {name} changed"
    return None


MASK = re.compile(rb"\[masked sha256:[0-9a-f]{8}\]")


def is_body(expected, arrived):
    """Equal; where the capture has a masked credential, anything may have been there."""
    if expected == arrived or not MASK.search(expected):
        return expected == arrived
    pattern = b".*?".join(re.escape(part) for part in MASK.split(expected))
    return re.fullmatch(pattern, arrived, re.S) is not None


def match(exchanges, arrivals, expected):
    """Pairs each exchange with an arrival of the body that `expected` gives for it; order between flows is free."""
    left = list(arrivals)
    for exchange in exchanges:
        if exchange["response"] is None or exchange["response"]["status"] == 426:
            continue    # never went upstream
        body = expected(exchange)
        twins = [a for a in left if (a["host"], a["path"]) == (exchange["host"], exchange["path"])
                 and is_body(body, a["body"])]
        fitting = [a for a in twins if same_fields(exchange, a) is None]
        if not twins:
            raise Wrong(f"no request to {exchange['host']}{exchange['path']} reached the mock with the body expected")
        if not fitting:
            raise Wrong(f"{exchange['host']}{exchange['path']}: {same_fields(exchange, twins[0])}")
        left.remove(fitting[0])
    if left:
        raise Wrong(f"{len(left)} request(s) reached the mock that are not in the capture")


def finds_marker(folder, *_):
    marked = findings(sent(folder))
    points = {point for _, f in marked for point in f.get("code_points", [])}
    carries = {}
    for _, finding in marked:
        carries.update(finding.get("carries") or {})
    if "U+02BC" not in points:
        raise Wrong(f"no finding U+02BC; found: {sorted(points) or 'nothing'}")
    if "U+002F" not in points and "/" not in points:
        raise Wrong(f"no finding for the separator /; found: {sorted(points)}")
    if not carries:
        raise Wrong("the findings do not say what they carry")
    return "U+02BC and /: " + "; ".join(f"{key}: {value}" for key, value in sorted(carries.items()))


def plain(body):
    text = body.decode("utf-8", "surrogateescape")
    return DATE_LINE.sub(r"Today's date is \2-\4-\6", text).encode("utf-8", "surrogateescape")


def edited(exchange):
    """The body as the date line's neutral form and the edits that are told of other findings make it."""
    body = exchange["body"]
    told = [(f["raw_span"], f["expected"]) for f in exchange["inspection"].get("findings", [])
            if f["rule"] != RULE and f["where"].startswith("body:") and "edit" in f and f["action"] == "strip"]
    for (begin, end), points in sorted(told, reverse=True):
        body = body[:begin] + "".join(chr(int(point[2:], 16)) for point in points).encode() + body[end:]
    return plain(body)


def stripped(folder, *_):
    exchanges, arrivals = sent(folder), received(folder)
    changed = [x for x in exchanges if plain(x["body"]) != x["body"]]
    if not changed:
        raise Wrong("no request carried the marker, so nothing was shown")
    match(exchanges, arrivals, edited)
    return f"{len(changed)} request(s) reached the mock with U+0027 and -, edits told of other findings made, every other byte as it was"


def identical(folder, *_):
    exchanges = sent(folder)
    match(exchanges, received(folder), lambda exchange: exchange["body"])
    return f"{len(exchanges)} request(s) went on byte for byte, header order and case too"


def quiet(folder, *_):
    exchanges = sent(folder)
    marked = findings(exchanges)
    if marked:
        raise Wrong(f"{len(marked)} finding(s) of {RULE} where there is no marker")
    if not any(DATE_LINE.search(x["body"].decode("utf-8", "replace")) for x in exchanges):
        raise Wrong("no request has a date line, so silence shows nothing")
    return f"has a date line and no finding of {RULE}"


def replayed(folder, telltale, *options):
    """What replay says of the capture, by exchange."""
    done = subprocess.run([telltale, "replay", "--format", "json", "--fail-on", "never", *options,
                           os.path.join(folder, "capture.jsonl")], capture_output=True, text=True)
    if done.returncode != 0:
        raise Wrong(f"replay ended with {done.returncode}: {done.stderr.strip()[:200]}")
    again = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {r["exchange"]: r for r in again if "exchange" in r}


def replay(folder, telltale, *_):
    exchanges = sent(folder)
    offline = replayed(folder, telltale)
    for exchange in exchanges:
        live = exchange["inspection"]
        if live and offline.get(live["exchange"], {}).get("findings") != live["findings"]:
            raise Wrong(f"replay finds something else in exchange {live['exchange']}")
    return f"{len(exchanges)} exchange(s) give the same findings offline"


PROMPT = "Say hello zebra42"    # what scripts/test-clients types


def strings(value):
    """(JSON Pointer, text) of every string of a body."""
    left = [("", value)]
    while left:
        pointer, inner = left.pop()
        if isinstance(inner, str):
            yield pointer, inner
        elif isinstance(inner, dict):
            left += [(f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", v) for name, v in inner.items()]
        elif isinstance(inner, list):
            left += [(f"{pointer}/{index}", v) for index, v in enumerate(inner)]


def repeats(exchange):
    """(pointer, begin, end) of each place of a model request that holds the prompt."""
    if not exchange["inspection"].get("api") or exchange["request"]["method"] != "POST":
        return
    for pointer, text in strings(json.loads(exchange["body"] or "{}")):
        for at in (m.start() for m in re.finditer(re.escape(PROMPT), text)):
            yield pointer, at, at + len(PROMPT)


def typed(folder, telltale, *_):
    exchanges = sent(folder)
    offline = replayed(folder, telltale, "--segments")
    places = [(x, place) for x in exchanges for place in repeats(x)]
    if not places:
        raise Wrong("no request holds the prompt")
    for exchange, (pointer, begin, end) in places:
        segments = offline[exchange["inspection"]["exchange"]].get("segments", [])
        if not any(s["source"] == "typed" and s["where"] == pointer and s["span"] == [begin, end] for s in segments):
            raise Wrong(f"{exchange['host']}: the prompt at {pointer} [{begin}, {end}) is not told as typed")
    return f"the prompt is told as typed, exactly, in {len(places)} place(s)"


def familiar(folder, telltale, earlier):
    """With one earlier turn known: hardly a character without a source, and nothing found but what clients disclose."""
    offline = replayed(folder, telltale, "--segments", "--baseline", earlier)
    told = {"unexplained": 0}
    for segment in (s for result in offline.values() for s in result.get("segments", [])):
        begin, end = segment["span"]
        told[segment["source"]] = told.get(segment["source"], 0) + end - begin
    unexplained, total = told["unexplained"], sum(told.values())
    if unexplained * 100 > total:
        raise Wrong(f"{unexplained} of {total} characters have no source")
    found = [f for result in offline.values() for f in result["findings"] if f["severity"] != "info"]
    news = sorted({f"{f['rule']} at {f['where']}" for f in found if not f["rule"].startswith(DISCLOSURES)})
    if news:
        raise Wrong(f"{len(news)} finding(s) that an earlier turn did not settle: {'; '.join(news)[:200]}")
    return f"{unexplained} of {total} characters without a source; {len(found)} findings, all known disclosures"


DISCLOSURES = ("env.",)    # rules for what clients say openly of the machine: docs/clients.md

QUESTIONS = {"familiar": familiar, "typed": typed, "finds-marker": finds_marker, "stripped": stripped, "identical": identical, "quiet": quiet, "replay": replay}


def main():
    question, *rest = sys.argv[1:]
    try:
        print("passed\t" + QUESTIONS[question](*rest))
    except Wrong as wrong:
        print(f"failed\t{question}: {wrong}")
    except (KeyError, ValueError, TypeError) as error:
        print(f"failed\t{question}: the files are not as agreed: {error!r}")


if __name__ == "__main__":
    main()
