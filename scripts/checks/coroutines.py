"""The shapes of co_await that GCC 12 turns into wrong code: double free, use after free, a crash without a warning.

The rule flags some safe forms too; those are rewritten as well, because nobody can tell them apart by looking.
"""

import re

import tree

SHAPES = [
    (r"\b(if|while|switch)\s*\(\s*!?\s*co_await\b",
     "co_await as the condition; give the result a name on the line before"),
    (r"\?[^;]*\bco_await\b", "co_await inside ?:; use if and two statements"),
    (r"\bco_await\s*\[", "co_await of a lambda called in place; write a function with parameters"),
    (r"\bco_await\b[^;]*[(,]\s*\{", "a braced list inside the awaited call; name it on the line before"),
    (r"\bco_await\b[^;]*[(,]\s*(?:\w+::)*[A-Z]\w*\s*\{", "an aggregate temporary inside the awaited call; name it on the line before"),
    (r"\bco_await\b[^;]*[(,]\s*\[[^\]]+\]\s*[({]", "a capturing lambda inside the awaited call; name it on the line before"),
    (r"\bco_spawn\s*\([^;]*?,\s*\[[^\]]+\]\s*\([^)]*\)[^;{]*->\s*[\w:]*awaitable",
     "a coroutine that is a capturing lambda: its captures die before it does; write a function with parameters"),
]
SHAPES = [(re.compile(pattern), rule) for pattern, rule in SHAPES]


def main():
    root = tree.arguments()
    faults, checked = [], 0
    for path in tree.files(root):
        if not path.endswith(tree.CPP):
            continue
        checked += 1
        text = tree.read(root, path)
        if "co_await" not in text and "co_spawn" not in text:
            continue
        code = tree.code_of(text)
        for pattern, rule in SHAPES:
            for match in pattern.finditer(code):
                faults.append((path, tree.line_of(code, match.start()), rule))
    tree.finish(sorted(set(faults)), checked, "coroutines")


if __name__ == "__main__":
    main()
