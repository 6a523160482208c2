"""Techniques that alter what the user typed; only the typed text itself shows them."""
from .technique import Technique, replace

TYPED = tuple(Technique(f"typed_{name}", family, how, needs="typed", strip="reference", places=("typed",)) for name, family, how in (
    ("word_swap", "lexical", replace(r"\b(?:the|a|and|it|why|which|Please)\b", lambda rng, m: {
        "the": "this", "a": "the", "and": "or", "it": "that", "why": "how", "which": "what", "Please": "Kindly"}[m[0]])),
    ("word_dropped", "lexical", replace(r"(?<=[a-z]) (?:the|a|and|then|just)(?= )", lambda rng, m: "")),
    ("word_twice", "lexical", replace(r"(?<= )(?:the|a|to|is)(?= )", lambda rng, m: f"{m[0]} {m[0]}")),
    ("word_added", "lexical", replace(r"(?<=[a-z]) (?=[a-z])", lambda rng, m: " really ")),
    ("initial_case", "lexical", replace(r"(?<=\. )[A-Z]|\A[A-Za-z]", lambda rng, m: m[0].swapcase())),
    ("inner_case", "lexical", replace(r"(?<=[a-z])[a-z](?=[a-z])", lambda rng, m: m[0].upper())),
    ("letters_swapped", "lexical", replace(r"(?<=[a-z])([a-m])([n-z])(?=[a-z])", lambda rng, m: m[2] + m[1])),
    ("letter_dropped", "lexical", replace(r"(?<=[a-z])[a-z](?=[a-z]{2})", lambda rng, m: "")),
    ("contraction", "lexical", replace(r"\b(?:don't|What's|it's|isn't|I'd|you'd)", lambda rng, m: {
        "don't": "do not", "What's": "What is", "it's": "it is", "isn't": "is not", "I'd": "I would", "you'd": "you would"}[m[0]])),
    ("comma_dropped", "punctuation", replace(r",(?= )", lambda rng, m: "")),
    ("comma_added", "punctuation", replace(r"(?<=[a-z])(?= (?:and|when|that|so) )", lambda rng, m: ",")),
    ("stop_dropped", "punctuation", replace(r"(?<=[a-z])\.(?= [A-Z])|[.?]\Z", lambda rng, m: "")),
    ("stop_twice", "punctuation", replace(r"[.?](?= |\Z)", lambda rng, m: m[0] * 2)),
    ("question_mark", "punctuation", replace(r"\?", lambda rng, m: "?!")),
    ("number", "number", replace(r"\b\d\d?\b", lambda rng, m: str(int(m[0]) + 1))),
    ("french_apostrophe", "apostrophe", replace("\u2019", lambda rng, m: "'")),
    ("french_space", "space", replace("[\u00a0\u202f]", lambda rng, m: " ")),
    ("german_quote", "quote", replace("\u201e", lambda rng, m: '"')),
    ("accent_dropped", "lexical", replace("[\u00e9\u00e8\u00fc\u00e1]", lambda rng, m: {"\u00e9": "e", "\u00e8": "e", "\u00fc": "u", "\u00e1": "a"}[m[0]])),
    ("full_stop_halfwidth", "punctuation", replace("[\uff0c\u3002]", lambda rng, m: {"\uff0c": ",", "\u3002": "."}[m[0]])),
    ("yo_dropped", "lexical", replace("\u0451", lambda rng, m: "\u0435")),
    ("backticks", "layout", replace("`", lambda rng, m: "'")),
    ("line_break", "layout", replace(r"(?<=[.?]) (?=[A-Z])", lambda rng, m: "\n")),
))
