"""What the checks share: the files of a tree, C++ text without comments and strings, and how a fault is reported."""

import os
import re
import subprocess
import sys

CPP = (".cpp", ".hpp")


def arguments():
    """The root to check: the one argument, else this checkout."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else here


def files(root):
    """Paths relative to root: what git would commit, or every file where root is not a checkout of its own."""
    if os.path.exists(os.path.join(root, ".git")):
        listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=root,
                                check=True, capture_output=True).stdout.decode()
        return sorted(p for p in set(listed.split("\0")) if p and os.path.isfile(os.path.join(root, p)))
    found = []
    for folder, _, names in os.walk(root):
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


_PARTS = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<tag>[^(\s]{0,16})\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])*'", re.S)


def code_of(text):
    """`text` with comments blanked and strings emptied; every line keeps its number, and #include keeps its path."""
    def blank(match):
        part = match.group(0)
        if part.startswith(("//", "/*")):
            return re.sub(r"[^\n]", " ", part)
        line = text.rfind("\n", 0, match.start()) + 1
        if re.match(r"\s*#\s*include", text[line:match.start()]):
            return part
        return part[0] + "\n" * part.count("\n") + part[-1] if part[0] != "R" else '"' + "\n" * part.count("\n") + '"'
    return _PARTS.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def finish(faults, checked, what):
    """Prints what is wrong and ends the process; a check that looked at nothing has failed too."""
    for path, line, rule in faults:
        print(f"{path}:{line}: {rule}")
    if not checked:
        print(f"{what}: found no file to look at")
        sys.exit(1)
    if faults:
        print(f"{what}: {len(faults)} fault(s) in {checked} files")
        sys.exit(1)
    print(f"{what}: {checked} files")
