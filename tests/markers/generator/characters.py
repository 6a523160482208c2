"""Text techniques that put in, or put in place of another, a character nobody typed."""
from .technique import Technique, insert, pick, replace

ZERO_WIDTH = ("\u200b", "\u200c", "\u2060")
APOSTROPHES = "\u2019\u2018\u02bc\u02b9\u2032\u02bb\ua78c\uff07\u055a\u05f3`\u00b4\u201b\u02c8"
SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u1680"
HYPHENS = "\u2010\u2011\u2012\u2212\ufe63\uff0d\u2043"

CYRILLIC = dict(zip("aceiopsxyABCEHIKMOPTXS", (
    "\u0430\u0441\u0435\u0456\u043e\u0440\u0455\u0445\u0443\u0410\u0412\u0421\u0415\u041d\u0406\u041a"
    "\u041c\u041e\u0420\u0422\u0425\u0405")))
GREEK = dict(zip("ovABEHIKMNOPTXYZ", (
    "\u03bf\u03bd\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7\u03a5\u0396")))
ARMENIAN = dict(zip("ohnugq", "\u0585\u0570\u0578\u057d\u0581\u0566"))
CHEROKEE = dict(zip("DRTiAWMHSVLCPKBG", (
    "\u13a0\u13a1\u13a2\u13a5\u13aa\u13b3\u13b7\u13bb\u13da\u13d9\u13de\u13df\u13e2\u13e6\u13f4\u13c0")))
SMALL_CAPS = dict(zip("abcdeghjklmnoptuvwyz", (
    "\u1d00\u0299\u1d04\u1d05\u1d07\u0262\u029c\u1d0a\u1d0b\u029f\u1d0d\u0274\u1d0f\u1d18\u1d1b\u1d1c"
    "\u1d20\u1d21\u028f\u1d22")))
TO_LATIN = {there: here for here, there in CYRILLIC.items() if there.islower()}
CYRILLIC_INSIDE = "(?<=[\u0430-\u044f])(?=[\u0430-\u044f])"
RARE_LATIN = {"i": "\u0131", "g": "\u0261", "a": "\u0251", "s": "\u017f", "l": "\u04cf"}
LETTERLIKE = {"K": "\u212a", "l": "\u2113", "e": "\u212f", "o": "\u2134", "R": "\u211d", "N": "\u2115"}
LIGATURES = {"fi": "\ufb01", "fl": "\ufb02", "ff": "\ufb00", "st": "\ufb06"}
DIGITS = {"1": "\u00b9", "2": "\u00b2", "3": "\u00b3"}


def math_letter(letter):
    start = 0x1D5BA if letter.islower() else 0x1D5A0
    return chr(start + ord(letter.lower()) - ord("a"))


def fullwidth(word):
    return "".join(chr(ord(letter) + 0xFEE0) for letter in word)


def curly(mark):
    """The typeset form of a straight quotation mark: opening before a letter, closing behind one."""
    return "\u201c" if mark.string[mark.end():mark.end() + 1].isalnum() else "\u201d"


def tag_text(rng):
    return "".join(chr(0xE0000 + ord(c)) for c in f"u={rng.randint(10, 99)}")


def selector_bytes(rng):
    return "".join(chr(0xE0100 + b) for b in rng.randbytes(8))


def bits(zero, one, count):
    return lambda rng: "".join(rng.choice((zero, one)) for _ in range(count))


def look_alike(table, count=2):
    pattern = "(?<=[a-zA-Z])(?:" + "|".join(table) + ")(?=[a-zA-Z])|(?:" + "|".join(table) + ")(?=[a-z]{2})"
    return replace(pattern, table, count)


INSERTED = (  # name, family, what, where it goes, how often
    ("zero_width_space", "invisible", "\u200b", "word", 1),
    ("zero_width_bits", "invisible", bits("\u200b", "\u200c", 16), "word", 1),
    ("zero_width_alphabet", "invisible", bits("\u2062", "\u2064", 12), "gap", 1),
    ("joiner_in_latin", "invisible", "\u200d", "word", 2),
    ("non_joiner_in_latin", "invisible", "\u200c", "word", 2),
    ("word_joiner_in_word", "invisible", "\u2060", "word", 1),
    ("inner_bom", "invisible", "\ufeff", "gap", 1),
    ("soft_hyphen_in_word", "invisible", "\u00ad", "word", 2),
    ("grapheme_joiner", "invisible", "\u034f", "word", 1),
    ("hangul_filler", "invisible", "\u3164", "gap", 1),
    ("hangul_jamo_filler", "invisible", "\u1160", "word", 1),
    ("halfwidth_hangul_filler", "invisible", "\uffa0", "gap", 1),
    ("mongolian_vowel_separator", "invisible", "\u180e", "word", 1),
    ("mongolian_variation", "variation", "\u180b", "word", 1),
    ("khmer_inherent_vowel", "invisible", "\u17b4", "word", 1),
    ("invisible_operators", "invisible", pick("\u2061\u2062\u2063\u2064"), "gap", 2),
    ("deprecated_format", "invisible", pick("\u206a\u206b\u206c\u206d\u206e\u206f"), "word", 1),
    ("interlinear_annotation", "invisible", pick("\ufff9\ufffa\ufffb"), "word", 1),
    ("musical_format", "invisible", pick("\U0001d173\U0001d174\U0001d175"), "word", 1),
    ("shorthand_format", "invisible", pick("\U0001bca0\U0001bca1"), "gap", 1),
    ("egyptian_format", "invisible", "\U00013430", "word", 1),
    ("left_to_right_mark", "bidi", "\u200e", "gap", 1),
    ("right_to_left_mark", "bidi", "\u200f", "gap", 1),
    ("arabic_letter_mark", "bidi", "\u061c", "word", 1),
    ("pop_direction_alone", "bidi", "\u202c", "gap", 1),
    ("tag_letters", "tag", tag_text, "gap", 1),
    ("language_tag", "tag", "\U000e0001", "gap", 1),
    ("cancel_tag_alone", "tag", "\U000e007f", "word", 1),
    ("selector_after_letter", "variation", pick("\ufe00\ufe01\ufe0e\ufe0f"), "word", 1),
    ("selector_bytes", "variation", selector_bytes, "word", 1),
    ("private_use_character", "codepoint", pick("\ue000\ue421\uf8ff\U000f0001"), "word", 1),
    ("noncharacter", "codepoint", pick("\ufdd0\ufdef\U0001fffe"), "gap", 1),
    ("unassigned", "codepoint", pick("\u0378\u2065\U000e0fff"), "word", 1),
    ("c0_control", "codepoint", pick("\x01\x02\x07\x1f"), "gap", 1),
    ("delete_control", "codepoint", "\x7f", "word", 1),
    ("c1_control", "codepoint", pick("\x80\x90\x9f"), "gap", 1),
    ("combining_dot", "combining", "\u0307", "word", 1),
    ("combining_low_line", "combining", "\u0332", "word", 1),
    ("extra_space", "whitespace", " ", "gap", 1),
    ("two_extra_spaces", "whitespace", "  ", "gap", 1),
    ("trailing_blanks", "whitespace", pick(("  ", " ", "   ")), "line", 2),
    ("trailing_tabs", "whitespace", "\t", "line", 1),
)

# Programs print these for reasons of their own.
PRINTED = {"c0_control", "delete_control", "c1_control", "inner_bom"}
NOT_DROPPED = {"combining_dot", "combining_low_line"}


def surround(opening, closing):
    """Both ends of a bidi pair around a word: two insertions."""
    def apply(rng, text):
        word = insert(opening, "start")(rng, text)
        if not word:
            return []
        begin = word[0][0]
        end = begin + len(text[begin:].split(" ")[0].split("\n")[0])
        return [(begin, begin, opening), (end, end, closing)]
    return apply


CHARACTERS = tuple(
    Technique(name, family, insert(what, where, count), strip="reference" if name in NOT_DROPPED else "canonical",
              anywhere=family != "whitespace" and name not in PRINTED, typed_too=name in PRINTED)
    for name, family, what, where, count in INSERTED) + (
    Technique("isolate_pair", "bidi", surround("\u2068", "\u2069"), anywhere=True),
    Technique("embedding_pair", "bidi", surround("\u202a", "\u202c"), anywhere=True),
    Technique("apostrophe_choice", "apostrophe", replace(r"(?<=\w)'(?=\w)", tuple(APOSTROPHES), 1),
              plain_only=True),
    Technique("space_choice", "space", replace(r"(?<=\w) (?=\w)", tuple(SPACES), 2), anywhere=True),
    Technique("braille_blank", "space", replace(r"(?<=\w) (?=\w)", "\u2800", 1), anywhere=True),
    Technique("tab_between_words", "whitespace", replace(r"(?<=\w) (?=\w)", "\t", 1)),
    Technique("hyphen_choice", "dash", replace(r"(?<=[a-z])-(?=[a-z])", tuple(HYPHENS), 1),
              plain_only=True),
    Technique("quote_choice", "quote", replace(r'"(?=\w)|(?<=\w)"', lambda rng, m: curly(m), 1), plain_only=True),
    Technique("quote_low", "quote", replace(r'"(?=\w)', tuple("\u201e\u201f\u2033\u02ba\uff02\u301d"), 1),
              plain_only=True),
    Technique("guillemets", "quote", replace(r'"([^"\n]+)"', lambda rng, m: f"\u00ab{m[1]}\u00bb", 1), strip="reference",
              plain_only=True),
    Technique("cyrillic", "homoglyph", look_alike(CYRILLIC), anywhere=True),
    Technique("greek", "homoglyph", look_alike(GREEK, 1), anywhere=True),
    Technique("armenian", "homoglyph", look_alike(ARMENIAN, 1)),
    Technique("cherokee", "homoglyph", look_alike(CHEROKEE, 1)),
    Technique("small_capitals", "homoglyph", look_alike(SMALL_CAPS, 1), strip="reference"),
    Technique("rare_latin", "homoglyph", look_alike(RARE_LATIN, 1)),
    Technique("letterlike", "homoglyph", look_alike(LETTERLIKE, 1)),
    Technique("ligature", "homoglyph", look_alike(LIGATURES, 1)),
    Technique("fullwidth_word", "homoglyph", replace(r"\b[A-Z][a-z]{2}\b", lambda rng, m: fullwidth(m[0]), 1)),
    Technique("math_letter", "homoglyph", replace(r"(?<=[a-z])[a-z](?=[a-z])", lambda rng, m: math_letter(m[0]), 2)),
    Technique("superscript_digit", "homoglyph", replace(r"(?<=\d)[123](?=\d|\b)", DIGITS, 1)),
    Technique("fullwidth_stop", "homoglyph", replace(r"(?<=[a-z])\.(?= )", "\uff0e", 1)),
    Technique("one_dot_leader", "homoglyph", replace(r"(?<=[a-z])\.(?= )", "\u2024", 1)),
    Technique("ratio_colon", "homoglyph", replace(r"(?<=[a-z]):(?=[ \n])", tuple("\u2236\ua789\uff1a"), 1)),
    Technique("fraction_slash", "homoglyph", replace(r"(?<=\w)/(?=\w)", tuple("\u2044\u2215"), 1)),
    Technique("low_comma", "homoglyph", replace(r"(?<=[a-z]),(?= )", tuple("\u201a\uff0c"), 1)),
    Technique("decomposed", "normalization", replace("[\u00e9\u00ef]", {"\u00e9": "e\u0301", "\u00ef": "i\u0308"}, 1)),
    Technique("carriage_return_line_feed", "newline", replace(r"(?<!\r)\n", "\r\n", 2)),
    Technique("next_line", "newline", replace(r"(?<=[.\w])\n(?=\w)", "\u0085", 1), strip="reference"),
    Technique("line_separator", "newline", replace(r"(?<=\w) (?=\w)", "\u2028", 1), strip="reference"),
    Technique("paragraph_separator", "newline", replace(r"\n\n", "\u2029", 1), strip="reference"),
    Technique("vertical_tab", "newline", replace(r"(?<=\.) (?=[A-Z])", "\x0b", 1), strip="reference"),
    Technique("zero_width_in_cyrillic", "invisible", replace(CYRILLIC_INSIDE, ZERO_WIDTH, 1), places=("typed",)),
    Technique("latin_in_cyrillic", "homoglyph", replace(f"(?<=[\u0430-\u044f])[{''.join(TO_LATIN)}](?=[\u0430-\u044f])",
                                                       TO_LATIN, 1), strip="reference", places=("typed",)),
    Technique("mark_in_french", "bidi", replace("(?<=[\u00e9\u00e8\u00ea\u00e0])", tuple("\u200e\u200f"), 1), places=("typed",)),
    Technique("string_start", "invisible", replace(r"\A", tuple("\ufeff\u200b\u2060"), 1, 0),
              places=("system", "tooldesc")),
    Technique("string_end", "invisible", replace(r"\Z", ("\u200b", "\u2063", "\u200b\u200c\u200b"), 1, 0)),
    Technique("form_feed", "newline", insert("\x0c", "line", 1), strip="reference"),
)
