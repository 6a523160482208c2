"""Scripts that cannot be parsed, cannot be run, or go on after a failure."""

import ast
import os
import shutil
import subprocess

import tree


def check_shell(root, path, text, faults):
    parsed = subprocess.run(["bash", "-n", os.path.join(root, path)], capture_output=True, text=True)
    if parsed.returncode != 0:
        faults.append((path, 1, "bash cannot parse it: " + parsed.stderr.strip().replace("\n", "; ")))
    if "common.sh" not in text:
        for line in ("set -euo pipefail", "export LC_ALL=C"):
            if line not in text.split("\n"):
                faults.append((path, 1, f"lacks the line: {line}"))
    if shutil.which("shellcheck"):
        found = subprocess.run(["shellcheck", "-x", "-S", "warning", os.path.join(root, path)], capture_output=True, text=True)
        if found.returncode != 0:
            faults.append((path, 1, "shellcheck: " + found.stdout.strip()))


def check_python(path, text, faults):
    try:
        ast.parse(text, path)
    except SyntaxError as error:
        faults.append((path, error.lineno or 1, f"python cannot parse it: {error.msg}"))


def main():
    root = tree.arguments()
    faults, checked = [], 0
    for path in tree.files(root):
        if not (path.startswith(("scripts/", "tests/", ".ci/", "docs/")) or "/" not in path):
            continue
        with open(os.path.join(root, path), "rb") as file:
            first = file.readline(200)
        shell = first.startswith(b"#!") and b"bash" in first or path.endswith(".sh")
        python = first.startswith(b"#!") and b"python" in first or path.endswith(".py")
        if not shell and not python:
            continue
        checked += 1
        text = tree.read(root, path)
        check_shell(root, path, text, faults) if shell else check_python(path, text, faults)
        if first.startswith(b"#!") and not os.access(os.path.join(root, path), os.X_OK):
            faults.append((path, 1, "has a #! line and is not executable"))
    tree.finish(faults, checked, "scripts")


if __name__ == "__main__":
    main()
