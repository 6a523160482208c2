"""Words that must not be in the repository, tests that are named and not there, files that grew too long, and lines that
end badly."""

import os
import re

import tree

# Written in pieces, so that this file does not accuse itself.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b")
# A folder that exists on one machine only. Sample paths of made-up users (/home/ada) are data, and fine.
MACHINE = re.compile(r"(?<![\w.~/$}-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "work" + "space", "bui" + "lds"]) + r")/[\w.]")
CONFLICT = re.compile(r"^(<{7} |>{7} |={7}$)")
TEXT = (".cpp", ".hpp", ".c", ".h", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".jsonc", ".yml", ".yaml", "")
SKIP = re.compile(r"^(LICENSE$|tests/fuzz/corpus/|tests/golden/)")
# "Covered by tests/unit/app/a_test.cpp": who follows that must find it.
TEST = re.compile(r"\btests/(?:[a-z]\w*/)*\w+\.(?:cpp|py)\b")
LONGEST = 600


def check(root, path, text, faults):
    lines = text.split("\n")
    if path.endswith(tree.CPP):
        head = text[:text.find("\n#")]
        for named in TEST.finditer(head):
            if not os.path.exists(os.path.join(root, named.group(0))):
                faults.append((path, tree.line_of(text, named.start()), f"there is no {named.group(0)}"))
    for number, line in enumerate(lines, 1):
        if UNFINISHED.search(line):
            faults.append((path, number, "unfinished work is an issue, not a comment"))
        if MACHINE.search(line):
            faults.append((path, number, "an absolute path of one machine"))
        if CONFLICT.match(line):
            faults.append((path, number, "a merge conflict"))
    if path.endswith(tree.CPP) and len(lines) - 1 > LONGEST:
        faults.append((path, LONGEST + 1, f"{len(lines) - 1} lines; no file has more than {LONGEST}"))
    if text and not text.endswith("\n"):
        faults.append((path, len(lines), "the last line has no end"))


def main():
    root = tree.arguments()
    faults, checked = [], 0
    for path in tree.files(root):
        name = path.rsplit("/", 1)[-1]
        suffix = "." + name.rsplit(".", 1)[1] if "." in name.lstrip(".") else ""
        if suffix not in TEXT or SKIP.match(path):
            continue
        checked += 1
        check(root, path, tree.read(root, path), faults)
    tree.finish(faults, checked, "words")


if __name__ == "__main__":
    main()
