#!/usr/bin/env python3
"""Captures to measure `telltale replay` with: the same bytes on every call.

make_captures.py FILE [--prompt KB] [--total MB] [--marked EVERY]

Conversations in the shape of Anthropic Messages whose prompts look like work with code: prose, source with escapes, tool
results and some letters outside ASCII. Every EVERYth one carries the marked date line.
"""
import argparse
import json
import random

WORDS = ("the a of to in that it with for on as this by from or an be at which return const value result error file "
         "line test buffer request response header field number string code check build parse token").split()
LINES = ("  if (auto it = map.find(key); it != map.end()) return \"found\\t\" + it->second;\n",
         "def read(path: str) -> bytes:\n    with open(path, 'rb') as f:\n        return f.read()\n",
         "| caf\u00e9 | na\u00efve | \u4f60\u597d | \u2192 |\n", "2026-11-21 02:41:07 INFO worker[3]: done in 12 ms\n")


def prompt(dice, size):
    parts, length = [], 0
    while length < size:
        words = dice.choices(WORDS, k=12)
        parts.append(" ".join(words).capitalize() + ".\n")
        if dice.random() < 0.3:
            parts.append(dice.choice(LINES))
        length += sum(len(part) for part in parts[-2:])
    return "".join(parts)[:size]


def body_of(dice, size, marked):
    date = "Today\u02bcs date is 2026/11/21." if marked else "Today's date is 2026-11-21."
    turns = []
    for i in range(8):
        text = prompt(dice, size // 8)
        turns.append({"role": "assistant", "content": [{"type": "text", "text": text}]} if i % 2 else
                     {"role": "user", "content": [{"type": "tool_result", "tool_use_id": f"t{i}", "content": text}]})
    turns.append({"role": "user", "content": [
        {"type": "text", "text": f"<system-reminder>\n# currentDate\n{date}\n</system-reminder>"},
        {"type": "text", "text": "hello there"}]})
    return json.dumps({"model": "claude-sonnet-4-5", "max_tokens": 1024, "stream": True, "messages": turns},
                      ensure_ascii=False, separators=(",", ":"))


def line_of(number, body):
    return {"telltale": 1, "id": f"01JD{number:022d}", "time": "2026-11-21T02:41:07.113Z",
            "flow": {"id": "01JD0000000000000000000000", "client": "127.0.0.1:51544", "via": "connect", "user": None},
            "request": {"method": "POST", "url": "https://api.example.test/v1/messages", "http": "1.1",
                        "headers": [["Host", "api.example.test"], ["Content-Type", "application/json"],
                                    ["User-Agent", "claude-cli/2.1.196 (external, cli)"],
                                    ["Content-Length", str(len(body.encode()))]],
                        "body": body, "coding": None, "trailers": []},
            "response": None, "typed": ["hello there"],
            "environment": {"tz_name": ["Asia/Tehran"], "host": ["workbench"], "user": ["quentin"]}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--prompt", type=int, default=60, metavar="KB")
    parser.add_argument("--total", type=int, default=100, metavar="MB")
    parser.add_argument("--marked", type=int, default=10, metavar="EVERY")
    options = parser.parse_args()
    dice = random.Random(1)
    # A few bodies told apart by their date line are enough: nothing is remembered between exchanges.
    bodies = [(body_of(dice, options.prompt * 1000, False), body_of(dice, options.prompt * 1000, True)) for _ in range(8)]
    written = number = 0
    with open(options.file, "w", encoding="utf-8", newline="\n") as out:
        while written < options.total * 1_000_000:
            plain, marked = bodies[number % len(bodies)]
            text = json.dumps(line_of(number, marked if number % options.marked == 0 else plain), ensure_ascii=False,
                              separators=(",", ":"))
            written += out.write(text + "\n")
            number += 1


if __name__ == "__main__":
    main()
