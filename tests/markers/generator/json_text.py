"""JSON as text with places: where each value stands in a body, and which raw characters spell which code point."""
import dataclasses
import json
import re

ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)|(.)", re.S)
BLANK = re.compile(r"[ \t\r\n]*")
PLAIN = re.compile(r"[-+0-9.eE]+|true|false|null")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)


class Text(str):
    """A string that remembers which part came from where: `parts` is a tuple of (source or None, text)."""
    parts = ()

    @classmethod
    def of(cls, *parts):
        out = cls("".join(text for _, text in parts))
        out.parts = tuple(parts)
        return out


@dataclasses.dataclass(frozen=True)
class Style:
    """How a client writes its JSON."""
    indent: int | None = None
    spaced: bool = False
    ascii: bool = False

    def dump(self, value):
        separators = (", ", ": ") if self.spaced else (",", ":")
        if self.indent is not None:
            separators = (",", ": ")
        return json.dumps(value, ensure_ascii=self.ascii, indent=self.indent, separators=separators)

    def escape(self, text):
        return json.dumps(text, ensure_ascii=self.ascii)[1:-1]


@dataclasses.dataclass(frozen=True)
class Node:
    """A value: `begin`..`end` in the text; `member` is where its key begins (its own begin in an array)."""
    pointer: str
    kind: str
    begin: int
    end: int
    member: int


def escape_pointer(name):
    return name.replace("~", "~0").replace("/", "~1")


def scan(text):
    """All values of a document, in their order. The document is one of ours, so it is well formed."""
    nodes, stack, at, member = [], [], BLANK.match(text).end(), None
    name = None
    while True:
        if stack and stack[-1][0] == "object" and name is None and text[at] == '"':
            key = STRING.match(text, at)
            member, name = at, json.loads(key[0])
            at = BLANK.match(text, BLANK.match(text, key.end()).end() + 1).end()
        pointer = pointer_of(stack, name)
        start = at if member is None else member
        name = member = None
        if text[at] in "{[":
            stack.append(["object" if text[at] == "{" else "array", pointer, at, 0, start])
            at = BLANK.match(text, at + 1).end()
            if text[at] not in "}]":
                continue
        else:
            token = (STRING if text[at] == '"' else PLAIN).match(text, at)
            nodes.append(Node(pointer, "string" if text[at] == '"' else "plain", at, token.end(), start))
            at = token.end()
        while True:
            at = BLANK.match(text, at).end()
            if not stack:
                return sorted(nodes, key=lambda node: (node.begin, -node.end))
            if text[at] == ",":
                stack[-1][3] += 1
                at = BLANK.match(text, at + 1).end()
                break
            kind, pointer, begin, _, start = stack.pop()
            at += 1
            nodes.append(Node(pointer, kind, begin, at, start))


def pointer_of(stack, name):
    if not stack:
        return ""
    kind, parent, _, index, _ = stack[-1]
    return f"{parent}/{escape_pointer(name) if kind == 'object' else index}"


def code_points(text, node):
    """Where each code point of a string begins in `text`, and where the last one ends."""
    out, at, end = [], node.begin + 1, node.end - 1
    while at < end:
        unit = ESCAPE.match(text, at)
        out.append(at)
        at = unit.end()
        if unit[1] and 0xD800 <= int(unit[1], 16) < 0xDC00 and (low := ESCAPE.match(text, at)) and low[1]:
            at = low.end()
    return out + [end]


def texts(value, pointer=""):
    """(pointer, Text) of every string that knows its sources. The depth is that of our own bodies."""
    if isinstance(value, Text):
        yield pointer, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, f"{pointer}/{escape_pointer(name)}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts(inner, f"{pointer}/{index}")


def truth_of(value):
    out = []
    for pointer, text in texts(value):
        at = 0
        for source, part in text.parts:
            if source and part:
                out.append({"where": pointer, "span": [at, at + len(part)], "source": source})
            at += len(part)
    return out
