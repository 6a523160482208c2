#!/usr/bin/env python3
"""How fast captures are judged, against programs that only read them, interleaved in one run.

replay_bench.py --telltale BINARY [--total MB] [--rounds N] [--keep DIR]

Three sets in the shape of Anthropic Messages: prompts of 60 KB, of 1 MB, and conversations of many turns whose every request
repeats all that was said. Each is read by `telltale replay` with all default rules and one thread, by a Python script that
parses the JSON of every line and of its body, and, converted to flows, by `telltale replay`, mitmdump and a Python script
that walks them with mitmproxy's reader. MB/s are of the captures' bytes and CPU seconds (user and system) of the process,
so that what else the machine does counts little.
"""
import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

import make_captures

JSON_ONLY = """
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    json.loads(json.loads(line)["request"]["body"])
"""


def conversations(dice, turn, turns):
    """Bodies of one conversation after the other; each request holds all earlier turns."""
    while True:
        messages = []
        for i in range(turns):
            text = make_captures.prompt(dice, turn)
            messages.append({"role": "user", "content": [{"type": "tool_result", "tool_use_id": f"t{i}", "content": text}]})
            yield json.dumps({"model": "claude-sonnet-4-5", "max_tokens": 1024, "stream": True, "messages": messages},
                             ensure_ascii=False, separators=(",", ":"))
            messages.append({"role": "assistant", "content": [{"type": "text", "text": make_captures.prompt(dice, turn // 4)}]})


def single(dice, size):
    bodies = [make_captures.body_of(dice, size, marked) for marked in (False,) * 9 + (True,)]
    while True:
        yield from bodies


def write_set(path, bodies, total):
    written = number = 0
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        while written < total:
            line = make_captures.line_of(number, next(bodies))
            written += out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            number += 1


def cpu_of(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command}: {done.stderr.decode()[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def programs(binary, lines, flows):
    out = {"telltale replay": ([binary, "replay", "--format", "json", "--fail-on", "never", lines], lines),
           "telltale replay, clean only": ([binary, "replay", "--fail-on", "never", "--mode", "observe", lines], lines),
           "Python, JSON only": ([sys.executable, "-c", JSON_ONLY, lines], lines),
           "telltale replay, flows": ([binary, "replay", "--format", "json", "--fail-on", "never", flows], flows)}
    if shutil.which("mitmdump"):
        out["mitmdump -n, flows"] = (["mitmdump", "-q", "-n", "-r", flows], flows)
    return out


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--telltale", required=True)
    parser.add_argument("--total", type=int, default=300, metavar="MB", help="of all sets together")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", metavar="DIR", help="keep the sets there, and take those that are there")
    return parser.parse_args()


def main():
    chosen = options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(chosen.keep or scratch)
        folder.mkdir(exist_ok=True)
        sets = {"60 KB prompts": lambda dice: single(dice, 60_000), "1 MB prompts": lambda dice: single(dice, 1_000_000),
                "histories to 400 KB": lambda dice: conversations(dice, 10_000, 32)}
        for name, make in sets.items():
            lines, flows = str(folder / f"{name}.jsonl"), str(folder / f"{name}.flow")
            if not os.path.exists(flows):
                write_set(lines, make(random.Random(1)), chosen.total * 1_000_000 / len(sets))
                subprocess.run([chosen.telltale, "convert", "--quiet", "--flow-version", "17", lines, flows], check=True)
            measured = {}
            for _ in range(chosen.rounds):
                for program, (command, path) in programs(chosen.telltale, lines, flows).items():
                    measured.setdefault(program, []).append(os.path.getsize(path) / 1e6 / cpu_of(command))
            ours = measured["telltale replay"]
            print(f"\n{name}: MB/s a core (min / median / max), and how many times as fast telltale replay is")
            for program, speeds in measured.items():
                ratio = statistics.median(o / s for o, s in zip(ours, speeds))
                print(f"  {program:<28} {min(speeds):7.0f} / {statistics.median(speeds):.0f} / {max(speeds):.0f}   x {ratio:.2f}",
                      flush=True)


if __name__ == "__main__":
    main()
