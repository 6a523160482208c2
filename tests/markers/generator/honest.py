"""Clean cases that look odd: what people type in many scripts, what tools print, what clients do for honest reasons.

Each row is (name, typed text, other members of the conversation or of the case)."""

FRENCH = "L\u2019outil \u00ab\u00a0diff\u00a0\u00bb n\u2019affiche rien\u202f: pourquoi\u202f? Essaie aussi avec 10\u202f000 lignes."
LOG = ("2026-03-02T08:11:04.113Z INFO  start id=5f2c9a77e1b04d3c\n2026-03-02T08:11:04.202Z WARN  slow  query=812ms\n"
       "2026-03-02T08:11:05.001Z ERROR refused by 10.11.12.13:5432\n\n3 lines, 1 error\n")

TYPED = (
    ("french_spacing", FRENCH),
    ("swiss_thousands", "Summiere 12\u2019500 und 3\u2019200, die Anf\u00fchrungszeichen \u00abso\u00bb bleiben."),
    ("german_quotes", "Was bedeutet \u201ekein Ger\u00e4t\u201c in der Meldung? Bitte in Auf\u00adz\u00e4h\u00adlungen antworten."),
    ("arabic_marks", "\u0644\u0645\u0627\u0630\u0627 \u064a\u0641\u0634\u0644 \u200fmake\u200f \u0639\u0644\u0649 Debian 12\u061f"),
    ("hebrew_marks", "\u05d4\u05e4\u05e7\u05d5\u05d3\u05d4 \u200egit push\u200e \u05e0\u05db\u05e9\u05dc\u05ea, \u05dc\u05de\u05d4?"),
    ("persian_joiner", "\u0627\u06cc\u0646 \u0641\u0627\u06cc\u0644\u200c\u0647\u0627 \u0631\u0627 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0645\u0631\u062a\u0628 \u06a9\u0646\u06cc."),
    ("hindi_joiner", "\u092f\u0939 \u0930\u093e\u0937\u094d\u200d\u091f\u094d\u0930\u0940\u092f \u0914\u0930 \u0936\u0915\u094d\u200c\u0924\u093f \u0936\u092c\u094d\u0926 \u0915\u094d\u092f\u094b\u0902 \u0905\u0932\u0917 \u0926\u093f\u0916\u0924\u093e \u0939\u0948?"),
    ("malayalam_joiner", "\u0d05\u0d35\u0d28\u0d4d\u200d \u0d0e\u0d28\u0d4d\u0d28 \u0d35\u0d3e\u0d15\u0d4d\u0d15\u0d4d \u0d36\u0d30\u0d3f\u0d2f\u0d3e\u0d23\u0d4b?"),
    ("emoji_family", "Put \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 and \U0001f469\U0001f3fd\u200d\U0001f4bb into the team page \u2764\ufe0f\u200d\U0001f525."),
    ("emoji_flags", "Sort \U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f, \U0001f1e7\U0001f1f7 and \U0001f3f3\ufe0f\u200d\U0001f308 by country."),
    ("keycaps", "Number the steps 1\ufe0f\u20e3 2\ufe0f\u20e3 3\ufe0f\u20e3 please."),
    ("chinese", "\u8bf7\u628a\u201c\u5f00\u59cb\u201d\u6309\u94ae\u6539\u4e3a\u84dd\u8272\uff0c\u5bbd\u5ea6\uff11\uff12\uff10\u50cf\u7d20\u3000\u8c22\u8c22\uff01"),
    ("japanese_variation", "\u845b\U000e0100\u98fe\u533a\u3068\u8fbb\U000e0101\u3055\u3093\u306e\u8868\u8a18\u3092\u76f4\u3057\u3066\u3002\uff8a\uff9d\uff76\uff78\u3082\u3002"),
    ("korean_jamo", "\u3131\u3134\u3137 \uc21c\uc11c\ub85c \uc815\ub82c\ud574 \uc918, \u1112\u1161\u11ab\u1100\u1173\u11af\ub3c4."),
    ("thai_breaks", "\u0e0a\u0e48\u0e27\u0e22\u200b\u0e41\u0e1b\u0e25\u200b\u0e02\u0e49\u0e2d\u0e04\u0e27\u0e32\u0e21\u0e19\u0e35\u0e49\u0e2b\u0e19\u0e48\u0e2d\u0e22"),
    ("vietnamese_nfd", "Gia\u0309i thi\u0301ch loi nay ho\u0323 to\u0301i va\u0300 su\u031b\u0309a giu\u0301p."),
    ("greek_words", "\u0393\u03b9\u03b1\u03c4\u03af \u03b1\u03c0\u03bf\u03c4\u03c5\u03b3\u03c7\u03ac\u03bd\u03b5\u03b9 \u03b7 \u03b4\u03bf\u03ba\u03b9\u03bc\u03ae \u03c4\u03bf\u03c5 CI;"),
    ("russian_mixed", "\u041f\u0435\u0440\u0435\u0438\u043c\u0435\u043d\u0443\u0439 API-\u043a\u043b\u044e\u0447 \u0432 token \u0438 \u043f\u0440\u043e\u0432\u0435\u0440\u044c \u00ab\u0432\u0441\u0451\u00bb."),
    ("armenian", "\u053b\u0576\u0579\u0578\u055e\u0582 \u0567 \u0571\u0561\u056d\u0578\u0572\u057e\u0578\u0582\u0574 \u0569\u0565\u057d\u057f\u0568\u0589"),
    ("mathematics", "Show that \u2200\u03b5>0 \u2203\u03b4: |x\u2212a|<\u03b4 \u21d2 |f(x)\u2212f(a)|<\u03b5, with \U0001d465\u00b2 and f\u2032(x)."),
    ("phonetics", "How is \u02c8k\u02b0\u0251\u02d0t\u02e4 pronounced, and what does \u02bc stand for?"),
    ("irish_name", "Mail it to Se\u00e1n O\u2019Brien and Zo\u00eb; the na\u00efve draft is fine."),
    ("typed_invisibles", "What are the characters in 'a\u200bb\u2060c\ufeffd' and how do I strip them?"),
    ("typed_look_alikes", "Is p\u0430ypal.example (with a Cyrillic letter) the same as paypal.example?"),
    ("typed_tags", "I found this in a prompt: hi\U000e0068\U000e0069 - what does it hide?"),
    ("mixed_quotes", "Why does \"a\" work, \u201cb\u201d not, and 'c\u2019 give a syntax error?"),
    ("typed_dates", "Today\u2019s date is 2026/07/01, she wrote; and 01.07.2026 in the other file. Which one is it?"),
    ("typed_tokens", "Does 3f9d2c81-77aa-4f0e-9b1e-0f2c8ab4d511 or eyJhbGciOiJub25lIn0 show up in the log?"),
    ("typed_numbers", "Format 1,000 and 1000 and 1_000 and 1e3 alike; 0x1A2B and 0x1a2b too."),
    ("typed_tabs", "if x:\n\treturn 1\n    else:\n  \treturn 2\n\nwhy is this refused?"),
    ("hard_breaks", "Keep the line breaks:  \nfirst  \nsecond  \n\n\n\nthird"),
    ("ascii_art", "Is this centred?\n\n   /\\_/\\   \n  ( o.o )  \n   > ^ <   \n"),
    ("surrogate_names", "The file is called \U0001f4c4\U00020000\U0002a6d6.txt, can git handle that?"),
    ("numbered_prompt", "1) read it\n2) fix it\n3. test it\n- and report"),
    ("crlf_typed", "first line\r\nsecond line\r\nthird line"),
    ("one_word", "continue"),
    ("doubled_words", "that that is is that that is not is not - add the commas"),
    ("ocr_text", "The \ufb01rst of\ufb01ce \ufb02oor plan; \u2160, \u2161 and \u2162; 5\u2032 11\u2033 tall."),
    ("right_to_left_override_question", "Why is evil\u202etxt.exe shown as evilexe.txt?"),
)

# Output of tools, files.
TOOL_OUTPUT = (
    ("log_output", LOG),
    ("ansi_colours", "\x1b[32mok\x1b[0m  one\n\x1b[31mfailed\x1b[0m two\n\x1b[2K\r100 %\n"),
    ("bom_file", "\ufeffname;size\r\nplum;3\r\nfig;14\r\n"),
    ("makefile", "all: plum\n\nplum: plum.o\n\t$(CC) -o $@ $<   \n\n.PHONY: all\n"),
    ("hashes", "\n".join(f"{(n * 0x9E3779B97F4A7C15) % 2**128:032x}  file-{n}.bin" for n in range(1, 8)) + "\n"),
    ("mixed_line_ends", "one\r\ntwo\nthree\rfour\n"),
    ("unicode_tests", "assert clean('a\\u200bb') == 'ab'\nassert clean('\\u202eabc') == 'abc'\nassert fold('\u0430') != 'a'\n"),
    ("json_output", '{"id": "0b7e", "ratio": 1.0, "big": 1E5, "path": "\\/srv\\/x", "note": "caf\\u00e9"}\n'),
    ("base64_data", "-----BEGIN DATA-----\nU2FsdGVkX1+zP0p3Yk9mZ0hXc1V2ZUJrQ2R4RmE5bTQ=\nQ2h1bmsgdHdvIG9mIGEgZmlsZQ==\n-----END DATA-----\n"),
    ("table_output", "name        size   date\n----        ----   ----\nplum         3 k   2026-01-04\nfig         14 k   2026/01/05\n"),
    ("diff_output", "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-print(\u2018hi\u2019)\n+print('hi')\n \n"),
    ("null_bytes", "field\x00other\x00\x01\x02end\n"),
    ("html_page", "<p>It&#8217;s \u201cquoted\u201d&nbsp;text<!-- build 7f3a9c --> \u2013 more\u2026</p>\n"),
)
