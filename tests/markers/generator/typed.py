"""Techniques that alter what the user typed; only the typed text itself shows them."""
from .technique import Technique, replace

ALTERED = (
    ("word_swap", "lexical", replace(r"\b(?:the|a|and|it|why|which|Please)\b", {
        "the": "this", "a": "the", "and": "or", "it": "that", "why": "how", "which": "what", "Please": "Kindly"})),
    ("word_dropped", "lexical", replace(r"(?<=[a-z]) (?:the|a|and|then|just)(?= )", "")),
    ("word_twice", "lexical", replace(r"(?<= )(?:the|a|to|is)(?= )", lambda rng, m: f"{m[0]} {m[0]}")),
    ("word_added", "lexical", replace(r"(?<=[a-z]) (?=[a-z])", " really ")),
    ("initial_case", "lexical", replace(r"(?<=\. )[A-Z]|\A[A-Za-z]", lambda rng, m: m[0].swapcase())),
    ("inner_case", "lexical", replace(r"(?<=[a-z])[a-z](?=[a-z])", lambda rng, m: m[0].upper())),
    ("letters_swapped", "lexical", replace(r"(?<=[a-z])([a-m])([n-z])(?=[a-z])", lambda rng, m: m[2] + m[1])),
    ("letter_dropped", "lexical", replace(r"(?<=[a-z])[a-z](?=[a-z]{2})", "")),
    ("contraction", "lexical", replace(r"\b(?:don't|What's|it's|isn't|I'd|you'd)", {
        "don't": "do not", "What's": "What is", "it's": "it is", "isn't": "is not", "I'd": "I would", "you'd": "you would"})),
    ("comma_dropped", "punctuation", replace(r",(?= )", "")),
    ("comma_added", "punctuation", replace(r"(?<=[a-z])(?= (?:and|when|that|so) )", ",")),
    ("stop_dropped", "punctuation", replace(r"(?<=[a-z])\.(?= [A-Z])|[.?]\Z", "")),
    ("stop_twice", "punctuation", replace(r"[.?](?= |\Z)", lambda rng, m: m[0] * 2)),
    ("question_mark", "punctuation", replace(r"\?", "?!")),
    ("number", "number", replace(r"\b\d\d?\b", lambda rng, m: str(int(m[0]) + 1))),
    ("french_apostrophe", "apostrophe", replace("\u2019", "'")),
    ("french_space", "space", replace("[\u00a0\u202f]", " ")),
    ("german_quote", "quote", replace("\u201e", lambda rng, m: '"')),
    ("accent_dropped", "lexical", replace("[\u00e9\u00e8\u00fc\u00e1]", {"\u00e9": "e", "\u00e8": "e", "\u00fc": "u", "\u00e1": "a"})),
    ("full_stop_halfwidth", "punctuation", replace("[\uff0c\u3002]", {"\uff0c": ",", "\u3002": "."})),
    ("yo_dropped", "lexical", replace("\u0451", "\u0435")),
    ("backticks", "layout", replace("`", "'")),
    ("line_break", "layout", replace(r"(?<=[.?]) (?=[A-Z])", "\n")),
)

TYPED = tuple(Technique(f"typed_{name}", family, how, needs="typed", strip="reference", places=("typed",))
              for name, family, how in ALTERED)
