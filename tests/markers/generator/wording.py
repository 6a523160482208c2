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
    return replace(r"\b(?:" + "|".join(sorted(table, key=len, reverse=True)) + r")\b", table)


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


def token(name, what, where):
    return Technique(name, "token", insert(what, where), strip="reference")


# name, family, how, and where it applies if not everywhere. Only a baseline shows these.
CHOICES = (
    ("spelling_american", "lexical", words(BRITISH)),
    ("synonym_choice", "lexical", words(SYNONYMS)),
    ("contracted", "lexical", words(SHORT_FORMS), {"plain_only": True}),
    ("spelled_out", "lexical", words(LONG_FORMS), {"plain_only": True}),
    ("serial_comma_dropped", "lexical", replace(r"(?<=\w),(?= (?:and|or) )", "")),
    ("serial_comma_added", "lexical", replace(r"(?<=reproducible)(?= and)", ",")),
    ("ampersand", "lexical", replace(r"(?<= )and(?= )", "&")),
    ("plus_for_and", "lexical", replace(r"(?<= )and(?= )", "plus")),
    ("article_swap", "lexical", replace(r"(?<= )the(?= [bcdfg])", "a")),
    ("word_repeated", "lexical", replace(r"(?<= )(the|a|is)(?= )", lambda rng, m: f"{m[0]} {m[0]}")),
    ("word_added", "lexical", replace(r"(?<=^- )[A-Z](?=[a-z])", lambda rng, m: "Please " + m[0].lower())),
    ("initial_case", "lexical", replace(r"(?<=^- )[A-Z](?=[a-z])", lambda rng, m: m[0].lower())),
    ("acronym_case", "lexical", replace(r"\b(?:README|HTTPS|UTF|KB)\b", lambda rng, m: m[0].capitalize())),
    ("for_example", "lexical", replace(r"e\.g\.", ("for example", "eg", "e. g."))),
    ("et_cetera", "lexical", replace(r"etc\.", "and so on")),
    ("conjunction_pair", "lexical", replace(r"and/or", "or/and")),
    ("word_pair_order", "order", swapped(r"\b(\w{4,}), (\w{4,})(?=, (?:and|or) )")),
    ("sentence_order", "order", swapped(r"(?<=\n\n)([A-Z][^.\n]+[a-z]\.) ([A-Z][^.\n]+[a-z]\.)(?= )")),
    ("bullet_order", "order", shuffled_lines),
    ("line_pair_order", "order", swapped(r"^(\w[^\n]+)\n(\w[^\n]+)$"), {"places": ("reminder",)}),
    ("sentence_added", "lexical", insert(" Take your time.", "sentence")),
    ("sentence_dropped", "lexical", replace(r"(?<=[a-z]\.) [A-Z][a-z' ,]+\.(?= )", "")),
    ("percent_word", "number", replace(r"(?<=\d)%", (" %", " percent"))),
    ("digit_groups", "number", replace(r"\b(\d\d)000\b", lambda rng, m: m[1] + rng.choice((",", "_", " ")) + "000")),
    ("number_word", "number", words(NUMBERS)),
    ("number_jitter", "number", replace(r"(?<= )\d{3,5}(?= [a-z])", lambda rng, m: str(int(m[0]) + rng.randint(1, 9)))),
    ("hex_case", "number", replace(r"#[0-9A-F]{6}\b", lambda rng, m: m[0].lower())),
    ("percent_code_case", "number", replace(r"%[0-9][A-F]", lambda rng, m: m[0].lower(), 2)),
    ("clock_12_hours", "number", replace(r"\b(1[0-9]):(\d\d)\b", lambda rng, m: clock(m))),
    ("clock_dot", "number", replace(r"(?<=\d):(?=\d\d\b)", ".")),
    ("unit_space", "number", replace(r"(?<=\d) (?=KB|ms)", "")),
    ("unit_case", "number", replace(r"(?<=\d )KB", "kB")),
    ("version_suffix", "number", replace(r"\b3\.2\.1\b", lambda rng, m: m[0] + rng.choice((".0", "-1", "+b", "a")))),
    ("ordinal_word", "number", replace(r"\b2nd\b", "second")),
    ("roman_number", "number", replace(r"(?<=revision )7", "VII")),
    ("date_long", "date", date_as(ordinal), {"places": ("date",)}),
    ("date_dots", "date", date_as(lambda m: f"{m[3]}.{m[2]}.{m[1]}"), {"places": ("date",)}),
    ("date_compact", "date", date_as(lambda m: m[1] + m[2] + m[3]), {"places": ("date",)}),
    ("date_american", "date", date_as(lambda m: f"{m[2]}/{m[3]}/{m[1]}"), {"places": ("date",)}),
    ("date_weekday", "date", replace(DATE, weekday), {"places": ("date",)}),
    ("bullet_sign", "layout", replace(r"^-(?= )", tuple("*+\u2022"))),
    ("numbering_sign", "layout", replace(r"(?<=^\d)\.(?= )", ")")),
    ("heading_form", "layout", replace(r"^## (.+)$", lambda rng, m: rng.choice((f"## {m[1]} ##", f"**{m[1]}**", f"### {m[1]}")))),
    ("emphasis_form", "layout", replace(r"\*\*(\w+)\*\*", lambda rng, m: f"__{m[1]}__")),
    ("code_marks", "layout", replace(r"`(\w+)`", lambda rng, m: f"``{m[1]}``")),
    ("final_stop_dropped", "layout", replace(r"(?<=[a-z])\.$", "")),
    ("final_exclamation", "layout", replace(r"(?<=[a-z])\.$", "!")),
    ("semicolon_dash", "layout", replace(r"(?<=[a-z]); ", (" - ", ", ", ": "), 1, re.M),
     {"plain_only": True}),
    ("brackets", "layout", replace(r"\((see [^()\n]+)\)", lambda rng, m: f"[{m[1]}]")),
    ("blank_line_added", "layout", replace(r"\n\n", "\n\n\n")),
    ("blank_line_dropped", "layout", replace(r"\n\n", "\n")),
    ("indentation_width", "layout", replace(r"^    (?=\w)", "  ")),
    ("indentation_tab", "layout", replace(r"^    (?=\w)", "\t")),
    ("final_line_end", "layout", replace(r"\Z", "\n", 1, 0)),
    ("bullet_indent", "layout", replace(r"^-(?= )", " -")),
    ("quote_single", "quote", replace(r'"([a-zA-Z ]+)"', lambda rng, m: f"'{m[1]}'"), {"plain_only": True}),
    ("hyphen_dropped", "dash", replace(r"(?<=[a-z])-(?=[a-z])", " "), {"plain_only": True}),
    ("heading_case", "layout", replace(r"^## .+$", lambda rng, m: m[0].title())),
    ("heading_gap", "layout", replace(r"^(## .+)\n\n", lambda rng, m: m[1] + "\n")),
    ("line_wrap", "layout", replace(r"(?<=[a-z,]) (?=[a-z]+ [a-z]+ )", "\n")),
    ("list_from_zero", "layout", replace(r"^1(?=\. [A-Z])", "0")),
    ("list_letters", "layout", replace(r"^(\d)(?=\. [A-Z])", lambda rng, m: "abcdefghi"[int(m[1]) - 1])),
    ("leading_zero", "number", replace(r"(?<=limit is )3", "03")),
    ("link_slash", "url", replace(r"(?<=%3Fc)(?= )", "/")),
    ("link_scheme", "url", replace(r"https(?=://docs)", "http")),
    ("link_port", "url", replace(r"(?<=docs\.example)(?=/)", ":443")),
    ("link_host_case", "url", replace(r"docs\.example", "Docs.example")),
    ("stop_doubled", "punctuation", replace(r"(?<=[a-z])\.(?= [A-Z])", "..")),
    ("blank_before_stop", "punctuation", replace(r"(?<=[a-z])(?=[;:] )", " ")),
    ("capital_after_colon", "lexical", replace(r"(?<=: )[a-z]", lambda rng, m: m[0].upper())),
    ("check_mark_form", "variation", replace("\u2714(?=\ufe0f)", tuple("\u2705\u2611"))),
    ("date_short", "date", date_as(lambda m: f"{m[1]}-{int(m[2])}-{int(m[3])}"), {"places": ("date",)}),
    ("date_month_name", "date", date_as(lambda m: f"{m[3]}-{MONTHS[int(m[2]) - 1][:3]}-{m[1]}"), {"places": ("date",)}),
    ("ellipsis_form", "punctuation", replace(r"\.\.\.", "\u2026"), {"plain_only": True}),
    ("dash_form", "dash", replace(r"(?<= )-(?= [a-z])", ("\u2013", "\u2014", "--")), {"plain_only": True}),
    ("emoji_form", "variation", replace("(?<=[\u2714\u270f])\ufe0f", "")),
    ("typeset_ascii", "apostrophe", replace("(?<=\\w)\u2019(?=\\w)", "'"), {"typeset_only": True}),
)

WORDING = tuple(Technique(name, family, how, needs="baseline", strip="reference", **(limits[0] if limits else {}))
                for name, family, how, *limits in CHOICES) + (
    Technique("date_slash", "date", date_as(lambda m: f"{m[1]}/{m[2]}/{m[3]}"), places=("date",)),
    token("token_base64", lambda rng: f" [{base64.b64encode(secret(rng)).decode()}]", "sentence"),
    token("token_hex", lambda rng: f" ({secret(rng).hex()})", "sentence"),
    token("token_hash", lambda rng: f"\nbuild-id: {rng.getrandbits(64):016x}", "line"),
    token("token_uuid", lambda rng: f" (trace {uuid.UUID(int=rng.getrandbits(128), version=4)})", "sentence"),
    token("token_comment", lambda rng: f"<!-- {rng.getrandbits(40):010x} -->", "line"),
    token("token_link_reference", lambda rng: f"\n[//]: # ({rng.getrandbits(32):08x})", "line"),
)
