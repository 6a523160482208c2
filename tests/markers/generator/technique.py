"""What a text technique is: a function from a clean text to replacements of spans of it."""
import dataclasses
import re
from typing import Callable


@dataclasses.dataclass(frozen=True)
class Technique:
    """`apply(rng, text)` gives [(begin, end, new text)] in code points of the text, or [] where it finds no place."""
    name: str
    family: str
    apply: Callable
    needs: str = "none"
    strip: str = "canonical"
    plain_only: bool = False  # a choice against ASCII; a typeset text would be the odd one out
    typeset_only: bool = False  # the other way round
    anywhere: bool = False    # also in typed text and in tool results
    typed_too: bool = False   # also in typed text; in tool results such a thing may be honest
    places: tuple = ("system", "reminder", "tooldesc")


PLACES = {
    "word": r"(?<=[a-z])(?=[a-z])",  # inside a word
    "gap": r"(?<= )(?=\w)",          # behind a blank
    "line": r"(?<=\S)(?=\n)",        # at the end of a line
    "start": r"(?<= )(?=[a-z])",     # before a word
    "sentence": r"(?<=[a-z]\.)(?= [A-Z])",
}


def chosen(rng, found, count):
    """`count` of the places, in their order; none if there are too few."""
    return sorted(rng.sample(found, count), key=lambda m: m.start()) if len(found) >= count else []


def spelled(what, rng):
    return what(rng) if callable(what) else what


def pick(choices):
    return lambda rng: rng.choice(choices)


def insert(what, where, count=1):
    def apply(rng, text):
        return [(m.start(), m.start(), spelled(what, rng)) for m in chosen(rng, list(re.finditer(PLACES[where], text)), count)]
    return apply


def changed(change, rng, match):
    """`change` is the new text, several to choose from, a table by the old text, or a function of stream and match."""
    if isinstance(change, str):
        return change
    if isinstance(change, tuple):
        return rng.choice(change)
    return change[match[0]] if isinstance(change, dict) else change(rng, match)


def replace(pattern, change, count=1, flags=re.M):
    """Matches that `change` would leave alone are no places."""
    def apply(rng, text):
        found = [m for m in re.finditer(pattern, text, flags) if changed(change, rng, m) != m[0]]
        return [(m.start(), m.end(), changed(change, rng, m)) for m in chosen(rng, found, count)]
    return apply
