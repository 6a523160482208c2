#!/usr/bin/env python3
"""How often an honest document, sent as system text, is told above information.

Takes documents of the machine it runs on (changelogs, licences, manuals, sources, translations), sends each over one of
four API shapes through `telltale replay`, without references, and counts by rule and by kind. Nobody hid anything in
them: the fewer the better.
"""

import argparse
import collections
import gettext
import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile

LEAST, MOST = 600, 60_000  # characters of a document; a longer one is cut at a line's end
PROMPT = (
    "You are a coding agent. Work in the repository that the user names and keep changes small. Read a file before you "
    "change it. Don't guess names; look them up. Run the tests when you are done, and say what you did in two "
    "sentences.\n\n# Instructions of the project\n\n"
)


def plain(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        return file.read().decode("utf-8")


def manual(path):
    environment = {**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}
    shown = subprocess.run(["man", "-P", "cat", "-l", path], capture_output=True, env=environment, check=True)
    return re.sub(".\b", "", shown.stdout.decode("utf-8"))


def folded(text):
    """A string as catalogues of translations write it: 79 columns, one part a line end."""
    parts = []
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        parts.append("")
        for word in re.findall(r"\S*\s*", line):
            if parts[-1] and len(parts[-1]) + len(word.rstrip(" ")) > 76:
                parts.append("")
            parts[-1] += word
    quoted = [json.dumps(part, ensure_ascii=False) for part in parts]
    return "\n".join(quoted if len(quoted) == 1 else ['""', *quoted])


def translations(path):
    with open(path, "rb") as file:
        texts = gettext.GNUTranslations(file)._catalog  # there is no other way to all of them
    keys = [(key[0] if isinstance(key, tuple) else key, value) for key, value in texts.items()]
    return "\n".join(f"msgid {folded(key)}\nmsgstr {folded(value)}\n" for key, value in keys)


KINDS = {
    "changelog": ("/usr/share/doc", r"^(changelog|NEWS|ChangeLog)", 60, plain),
    "licence": ("/usr/share/doc", r"^copyright$", 60, plain),
    "readme": ("/usr/share/doc", r"^(README|AUTHORS|THANKS|FAQ|HACKING|BUGS)", 60, plain),
    "text": ("/usr/share/doc", r"\.(txt|rst|md)(\.gz)?$", 40, plain),
    "html": ("/usr/share/doc", r"\.html$", 20, plain),
    "example": ("/usr/share/doc", r"\.(c|cpp|pl|sh|py|awk|conf|h)$", 30, plain),
    "manual": ("/usr/share/man", r"\.[125678]\.gz$", 65, manual),
    "translations": ("/usr/share/locale", r"\.mo$", 30, translations),
    "python": ("/usr/lib/python3", r"\.py$", 70, plain),
    "perl": ("/usr/share/perl", r"\.(pm|pod|pl)$", 50, plain),
    "c": ("/usr/include", r"\.h$", 40, plain),
    "vim": ("/usr/share/vim", r"(\.txt|\.vim|^tutor.*)$", 75, plain),
    "npm": ("/usr/lib/node_modules", r"\.(md|js)$", 85, plain),
    "configuration": ("/etc", r"\.(conf|cfg|ini)$", 15, plain),
}


def documents(seed):
    chance = random.Random(seed)
    for kind, (folder, name, most, read) in KINDS.items():
        paths = sorted(str(p) for p in pathlib.Path(folder).rglob("*") if re.search(name, p.name))
        chance.shuffle(paths)
        texts = set()
        for path in paths:
            if len(texts) == most:
                break
            try:
                text = read(path)
            except (OSError, ValueError, AttributeError, subprocess.CalledProcessError):
                continue  # unreadable, not UTF-8, no manual
            text = text if len(text) <= MOST else text[: text.rfind("\n", 0, MOST) + 1]
            if len(text) >= LEAST and "\0" not in text and text not in texts:
                texts.add(text)
                yield kind, path, text


def request(number, text):
    user = "Fix the failing test."
    return [
        ("https://api.anthropic.com/v1/messages",
         {"model": "m", "max_tokens": 9, "system": text, "messages": [{"role": "user", "content": user}]}),
        ("https://api.openai.com/v1/chat/completions",
         {"model": "m", "messages": [{"role": "system", "content": text}, {"role": "user", "content": user}]}),
        ("https://api.openai.com/v1/responses",
         {"model": "m", "instructions": text, "input": [{"role": "user", "content": user}]}),
        ("https://generativelanguage.googleapis.com/v1beta/models/m:generateContent",
         {"systemInstruction": {"parts": [{"text": text}]}, "contents": [{"role": "user", "parts": [{"text": user}]}]}),
    ][number % 4]


def capture(number, text):
    url, body = request(number, text)
    headers = [["host", url.split("/")[2]], ["content-type", "application/json"], ["user-agent", "sample/1.0"]]
    sent = {"method": "POST", "url": url, "http": "1.1", "headers": headers, "trailers": [], "coding": None,
            "body": json.dumps(body, ensure_ascii=False, separators=(",", ":"))}
    return {"telltale": 1, "id": str(number), "time": "2026-01-01T00:00:00.000Z", "request": sent, "response": None,
            "flow": {"id": "f", "client": "127.0.0.1:1", "via": "connect", "user": None}, "typed": [], "environment": {}}


def replay(telltale, texts):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for number, text in enumerate(texts):
            file.write(json.dumps(capture(number, text), ensure_ascii=False) + "\n")
        file.flush()
        done = subprocess.run([telltale, "replay", file.name, "--format", "json"], capture_output=True, text=True,
                              check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--telltale", required=True, help="the program to run")
    parser.add_argument("--seed", type=int, default=1, help="which documents are taken")
    parser.add_argument("--behind-prompt", action="store_true", help="put each document behind a client's prompt")
    parser.add_argument("--show", metavar="RULE", help="print what this rule told, and where")
    options = parser.parse_args()

    taken = list(documents(options.seed))
    results = replay(options.telltale, [(PROMPT if options.behind_prompt else "") + text for _, _, text in taken])
    if len(results) != len(taken):
        parser.error(f"{len(taken)} documents, {len(results)} results")
    rules, kinds, told = collections.Counter(), collections.Counter(), 0
    for result in results:
        kind, path, _ = taken[int(result["exchange"])]
        findings = [one for one in result["findings"] if one["severity"] != "info"]
        rules.update({one["rule"] for one in findings})
        kinds[kind] += bool(findings)
        told += bool(findings)
        for one in findings:
            if one["rule"] == options.show:
                print(f"{path}: {one['excerpt']}")
    print(f"told above info: {told} of {len(taken)} documents, {100 * told / max(len(taken), 1):.1f} %")
    for name, count in rules.most_common():
        print(f"  {count:5} {name}")
    print("by kind:", ", ".join(f"{kind} {count}" for kind, count in kinds.most_common() if count))


if __name__ == "__main__":
    main()
