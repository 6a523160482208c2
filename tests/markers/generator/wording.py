"""Text techniques that choose among honest spellings, orders and words, and those that add a token."""
import base64
import re
import uuid

from .technique import Technique, insert, replace

BRITISH = {"colour": "color", "Colours": "Colors", "Organise": "Organize", "behaviour": "behavior", "optimise": "optimize",
           "optimised": "optimized", "licence": "license"}
SYNONYMS = {"must": "should", "whole": "entire", "short": "brief", "shows": "displays", "job": "task", "folder": "directory",
            "needed": "required", "fault": "defect", "start": "begin", "rarely": "seldom", "large": "big", "matters": "counts"}
SHORT_FORMS = {"do not": "don't", "Do not": "Don't", "can not": "can't", "It is": "It's", "that is": "that's"}
LONG_FORMS = {"don't": "do not", "Don't": "Do not", "can't": "cannot", "isn't": "is not", "It's": "It is", "aren't": "are not",
              "hasn't": "has not", "doesn't": "does not", "You've": "You have", "it's": "it is"}
NUMBERS = {"5": "five", "3": "three", "one": "1", "two": "2", "three": "3", "Two": "2", "12": "twelve"}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATE = r"(\d{4})-(\d\d)-(\d\d)"


def words(table):
    return replace(r"\b(?:" + "|".join(sorted(table, key=len, reverse=True)) + r")\b", lambda rng, m: table[m[0]])


def swapped(pattern):
    """A match with two neighbouring parts, which change places."""
    return replace(pattern, lambda rng, m: m[2] + m[0][len(m[1]):len(m[0]) - len(m[2])] + m[1])


def shuffled_lines(rng, text):
    blocks = list(re.finditer(r"(?:^- .+\n){2,}- .+", text, re.M))
    if not blocks:
        return []
    block = rng.choice(blocks)
    lines = block[0].split("\n")
    order = lines[1:] + lines[:1]
    return [(block.start(), block.end(), "\n".join(order))]


def date_as(form):
    return replace(DATE, lambda rng, m: form(m))


def ordinal(match):
    return f"{MONTHS[int(match[2]) - 1]} {int(match[3])}, {match[1]}"


def clock(match):
    hour = int(match[1])
    return f"{(hour - 1) % 12 + 1}:{match[2]} {'pm' if hour >= 12 else 'am'}"


def secret(rng):
    return bytes(b ^ 91 for b in f"{rng.choice(('tz', 'os', 'host'))}={rng.getrandbits(40):010x}".encode())


def weekday(rng, match):
    return f"{match[0]} ({rng.choice(DAYS)})"


WORDING = tuple(Technique(*row[:2], row[2], needs="baseline", strip="reference", **(row[3] if len(row) > 3 else {})) for row in (
    ("spelling_american", "lexical", words(BRITISH)),
    ("synonym_choice", "lexical", words(SYNONYMS)),
    ("contracted", "lexical", words(SHORT_FORMS), {"plain_only": True}),
    ("spelled_out", "lexical", words(LONG_FORMS), {"plain_only": True}),
    ("serial_comma_dropped", "lexical", replace(r"(?<=\w),(?= (?:and|or) )", lambda rng, m: "")),
    ("serial_comma_added", "lexical", replace(r"(?<=reproducible)(?= and)", lambda rng, m: ",")),
    ("ampersand", "lexical", replace(r"(?<= )and(?= )", lambda rng, m: "&")),
    ("plus_for_and", "lexical", replace(r"(?<= )and(?= )", lambda rng, m: "plus")),
    ("article_swap", "lexical", replace(r"(?<= )the(?= [bcdfg])", lambda rng, m: "a")),
    ("word_repeated", "lexical", replace(r"(?<= )(the|a|is)(?= )", lambda rng, m: f"{m[0]} {m[0]}")),
    ("word_added", "lexical", replace(r"(?<=^- )[A-Z](?=[a-z])", lambda rng, m: "Please " + m[0].lower())),
    ("initial_case", "lexical", replace(r"(?<=^- )[A-Z](?=[a-z])", lambda rng, m: m[0].lower())),
    ("acronym_case", "lexical", replace(r"\b(?:README|HTTPS|UTF|KB)\b", lambda rng, m: m[0].capitalize())),
    ("for_example", "lexical", replace(r"e\.g\.", lambda rng, m: rng.choice(("for example", "eg", "e. g.")))),
    ("et_cetera", "lexical", replace(r"etc\.", lambda rng, m: "and so on")),
    ("conjunction_pair", "lexical", replace(r"and/or", lambda rng, m: "or/and")),
    ("word_pair_order", "order", swapped(r"\b(\w{4,}), (\w{4,})(?=, (?:and|or) )")),
    ("sentence_order", "order", swapped(r"(?<=\n\n)([A-Z][^.\n]+[a-z]\.) ([A-Z][^.\n]+[a-z]\.)(?= )")),
    ("bullet_order", "order", shuffled_lines),
    ("line_pair_order", "order", swapped(r"^(\w[^\n]+)\n(\w[^\n]+)$"), {"places": ("reminder",)}),
    ("sentence_added", "lexical", insert(" Take your time.", "sentence")),
    ("sentence_dropped", "lexical", replace(r"(?<=[a-z]\.) [A-Z][a-z' ,]+\.(?= )", lambda rng, m: "")),
    ("percent_word", "number", replace(r"(?<=\d)%", lambda rng, m: rng.choice((" %", " percent")))),
    ("digit_groups", "number", replace(r"\b(\d\d)000\b", lambda rng, m: m[1] + rng.choice((",", "_", " ")) + "000")),
    ("number_word", "number", words(NUMBERS)),
    ("number_jitter", "number", replace(r"(?<= )\d{3,5}(?= [a-z])", lambda rng, m: str(int(m[0]) + rng.randint(1, 9)))),
    ("hex_case", "number", replace(r"#[0-9A-F]{6}\b", lambda rng, m: m[0].lower())),
    ("percent_code_case", "number", replace(r"%[0-9][A-F]", lambda rng, m: m[0].lower(), 2)),
    ("clock_12_hours", "number", replace(r"\b(1[0-9]):(\d\d)\b", lambda rng, m: clock(m))),
    ("clock_dot", "number", replace(r"(?<=\d):(?=\d\d\b)", lambda rng, m: ".")),
    ("unit_space", "number", replace(r"(?<=\d) (?=KB|ms)", lambda rng, m: "")),
    ("unit_case", "number", replace(r"(?<=\d )KB", lambda rng, m: "kB")),
    ("version_suffix", "number", replace(r"\b3\.2\.1\b", lambda rng, m: m[0] + rng.choice((".0", "-1", "+b", "a")))),
    ("ordinal_word", "number", replace(r"\b2nd\b", lambda rng, m: "second")),
    ("roman_number", "number", replace(r"(?<=revision )7", lambda rng, m: "VII")),
    ("date_long", "date", date_as(ordinal), {"places": ("date",)}),
    ("date_dots", "date", date_as(lambda m: f"{m[3]}.{m[2]}.{m[1]}"), {"places": ("date",)}),
    ("date_compact", "date", date_as(lambda m: m[1] + m[2] + m[3]), {"places": ("date",)}),
    ("date_american", "date", date_as(lambda m: f"{m[2]}/{m[3]}/{m[1]}"), {"places": ("date",)}),
    ("date_weekday", "date", replace(DATE, weekday), {"places": ("date",)}),
    ("bullet_sign", "layout", replace(r"^-(?= )", lambda rng, m: rng.choice("*+\u2022"))),
    ("numbering_sign", "layout", replace(r"(?<=^\d)\.(?= )", lambda rng, m: ")")),
    ("heading_form", "layout", replace(r"^## (.+)$", lambda rng, m: rng.choice((f"## {m[1]} ##", f"**{m[1]}**", f"### {m[1]}")))),
    ("emphasis_form", "layout", replace(r"\*\*(\w+)\*\*", lambda rng, m: f"__{m[1]}__")),
    ("code_marks", "layout", replace(r"`(\w+)`", lambda rng, m: f"``{m[1]}``")),
    ("final_stop_dropped", "layout", replace(r"(?<=[a-z])\.$", lambda rng, m: "")),
    ("final_exclamation", "layout", replace(r"(?<=[a-z])\.$", lambda rng, m: "!")),
    ("semicolon_dash", "layout", replace(r"(?<=[a-z]); ", lambda rng, m: rng.choice((" - ", ", ", ": ")), 1, re.M),
     {"plain_only": True}),
    ("brackets", "layout", replace(r"\((see [^()\n]+)\)", lambda rng, m: f"[{m[1]}]")),
    ("blank_line_added", "layout", replace(r"\n\n", lambda rng, m: "\n\n\n")),
    ("blank_line_dropped", "layout", replace(r"\n\n", lambda rng, m: "\n")),
    ("indentation_width", "layout", replace(r"^    (?=\w)", lambda rng, m: "  ")),
    ("indentation_tab", "layout", replace(r"^    (?=\w)", lambda rng, m: "\t")),
    ("final_line_end", "layout", replace(r"\Z", lambda rng, m: "\n", 1, 0)),
    ("bullet_indent", "layout", replace(r"^-(?= )", lambda rng, m: " -")),
    ("quote_single", "quote", replace(r'"([a-zA-Z ]+)"', lambda rng, m: f"'{m[1]}'"), {"plain_only": True}),
    ("hyphen_dropped", "dash", replace(r"(?<=[a-z])-(?=[a-z])", lambda rng, m: " "), {"plain_only": True}),
    ("heading_case", "layout", replace(r"^## .+$", lambda rng, m: m[0].title())),
    ("heading_gap", "layout", replace(r"^(## .+)\n\n", lambda rng, m: m[1] + "\n")),
    ("line_wrap", "layout", replace(r"(?<=[a-z,]) (?=[a-z]+ [a-z]+ )", lambda rng, m: "\n")),
    ("list_from_zero", "layout", replace(r"^1(?=\. [A-Z])", lambda rng, m: "0")),
    ("list_letters", "layout", replace(r"^(\d)(?=\. [A-Z])", lambda rng, m: "abcdefghi"[int(m[1]) - 1])),
    ("leading_zero", "number", replace(r"(?<=limit is )3", lambda rng, m: "03")),
    ("link_slash", "url", replace(r"(?<=%3Fc)(?= )", lambda rng, m: "/")),
    ("link_scheme", "url", replace(r"https(?=://docs)", lambda rng, m: "http")),
    ("link_port", "url", replace(r"(?<=docs\.example)(?=/)", lambda rng, m: ":443")),
    ("link_host_case", "url", replace(r"docs\.example", lambda rng, m: "Docs.example")),
    ("stop_doubled", "punctuation", replace(r"(?<=[a-z])\.(?= [A-Z])", lambda rng, m: "..")),
    ("blank_before_stop", "punctuation", replace(r"(?<=[a-z])(?=[;:] )", lambda rng, m: " ")),
    ("capital_after_colon", "lexical", replace(r"(?<=: )[a-z]", lambda rng, m: m[0].upper())),
    ("check_mark_form", "variation", replace("\u2714(?=\ufe0f)", lambda rng, m: rng.choice("\u2705\u2611"))),
    ("date_short", "date", date_as(lambda m: f"{m[1]}-{int(m[2])}-{int(m[3])}"), {"places": ("date",)}),
    ("date_month_name", "date", date_as(lambda m: f"{m[3]}-{MONTHS[int(m[2]) - 1][:3]}-{m[1]}"), {"places": ("date",)}),
    ("ellipsis_form", "punctuation", replace(r"\.\.\.", lambda rng, m: "\u2026"), {"plain_only": True}),
    ("dash_form", "dash", replace(r"(?<= )-(?= [a-z])", lambda rng, m: rng.choice(("\u2013", "\u2014", "--"))), {"plain_only": True}),
    ("emoji_form", "variation", replace("(?<=[\u2714\u270f])\ufe0f", lambda rng, m: "")),
    ("typeset_ascii", "apostrophe", replace("(?<=\\w)\u2019(?=\\w)", lambda rng, m: "'"), {"typeset_only": True}),
)) + (
    Technique("date_slash", "date", date_as(lambda m: f"{m[1]}/{m[2]}/{m[3]}"), places=("date",)),
    Technique("token_base64", "token", insert(lambda rng: f" [{base64.b64encode(secret(rng)).decode()}]", "sentence"), strip="reference"),
    Technique("token_hex", "token", insert(lambda rng: f" ({secret(rng).hex()})", "sentence"), strip="reference"),
    Technique("token_hash", "token", insert(lambda rng: f"\nbuild-id: {rng.getrandbits(64):016x}", "line"), strip="reference"),
    Technique("token_uuid", "token", insert(lambda rng: f" (trace {uuid.UUID(int=rng.getrandbits(128), version=4)})", "sentence"),
              strip="reference"),
    Technique("token_comment", "token", insert(lambda rng: f"<!-- {rng.getrandbits(40):010x} -->", "line"), strip="reference"),
    Technique("token_link_reference", "token", insert(lambda rng: f"\n[//]: # ({rng.getrandbits(32):08x})", "line"),
              strip="reference"),
)
