"""`telltale diff` on captures that differ in known ways: what is told, exit codes, formats, order of files, threads.

With TELLTALE_WRITE_GOLDEN set the expected files are written instead; read the diff before committing it.
"""
import html.parser
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import urllib.parse
import xml.etree.ElementTree

BINARY = os.environ["TELLTALE"]
SOURCE = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = SOURCE / "tests" / "golden" / "diff"
OLD, NEW = "docs/examples/diff-old.jsonl", "docs/examples/diff-new.jsonl"
HOSTILE = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</style><b>", "]]>--><!--", "&amp;",
           "https://evil.example/x.js", "\x1b[31mred", "\u202eevil\u2066", "url(https://evil.example/y)"]


def run(*arguments, **keywords):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": keywords.pop("zone", "UTC"), "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    # One pack is read in a tenth of the time of all.
    if not keywords.pop("all_rules", False):
        environment["TELLTALE_RULES"] = str(SOURCE / "rules" / "characters.jsonc")
    environment.update(keywords.pop("variables", {}))
    return subprocess.run([BINARY, "diff", *map(str, arguments)], cwd=SOURCE, env=environment, capture_output=True, timeout=60, **keywords)


def capture(number, body, headers=(), url="https://api.example.net/v1/messages", typed=()):
    fields = [["Host", "api.example.net"], *headers]
    return json.dumps({"telltale": 1, "id": f"e{number}", "time": "2026-06-30T10:00:00.000Z",
                       "request": {"method": "POST", "url": url, "http": "1.1", "headers": fields,
                                   "body": body if isinstance(body, str) else json.dumps(body, ensure_ascii=False), "coding": None},
                       "response": None, "typed": list(typed)}) + "\n"


def prompt(system, user="hello there", tools=()):
    return {"model": "m-1", "max_tokens": 100, "system": [{"type": "text", "text": system}], "tools": list(tools),
            "messages": [{"role": "user", "content": [{"type": "text", "text": user}]}]}


class Page(html.parser.HTMLParser):
    """Elements, addresses and handlers of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.addresses, self.handlers = set(), [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.add(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action", "data", "poster", "srcset")]
        self.handlers += [name for name, _ in attributes if name.startswith("on") or name == "style"]


class Diff(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, lines):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines))
        return path

    def report(self, a, b, *arguments, code=1):
        got = run("--format", "json", *arguments, a, b)
        self.assertEqual(got.returncode, code, got.stderr.decode())
        return json.loads(got.stdout)

    def test_golden_reports(self):
        for format, ending in (("text", "txt"), ("json", "json"), ("html", "html")):
            with self.subTest(format):
                got = run("--format", format, OLD, NEW, all_rules=True)
                self.assertEqual(got.returncode, 1, got.stderr.decode())
                path = GOLDEN / f"old-new.{ending}"
                if os.environ.get("TELLTALE_WRITE_GOLDEN"):
                    path.write_bytes(got.stdout)
                self.assertEqual(got.stdout.decode(), path.read_text())
                self.assertTrue(all(c == 10 or 32 <= c < 127 for c in got.stdout), "not printable ASCII")

    def test_the_example_of_the_documentation_is_what_the_command_says(self):
        text = (SOURCE / "docs" / "diff.md").read_text()
        example = text.split("```console\n$ telltale diff docs/examples/diff-old.jsonl docs/examples/diff-new.jsonl\n")[1].split("```")[0]
        self.assertEqual(run(OLD, NEW, all_rules=True).stdout.decode(), example)

    def test_nothing_depends_on_threads_zone_or_the_order_of_files(self):
        lines = (SOURCE / OLD).read_text().splitlines(keepends=True)
        for number, line in enumerate(lines):
            self.write(f"old/day{9 - number}/part.jsonl", [line])
        expected = run("--format", "json", OLD, NEW).stdout
        self.assertEqual(run("--format", "json", "--jobs", "4", OLD, NEW).stdout, expected)
        self.assertEqual(run("--format", "json", OLD, NEW, zone="Asia/Tehran", variables={"LC_ALL": "C.UTF-8"}).stdout, expected)
        spread = json.loads(run("--format", "json", self.folder / "old", NEW).stdout)
        whole = json.loads(expected)
        spread["a"]["name"] = whole["a"]["name"]
        self.assertEqual(spread, whole)

    def test_exit_codes(self):
        clean = self.write("clean.jsonl", [capture(1, prompt("Be kind."))])
        again = self.write("again.jsonl", [capture(2, prompt("Be kind."))])
        other = self.write("other.jsonl", [capture(3, prompt("Be brief."))])
        marked = self.write("marked.jsonl", [capture(4, prompt("Be k\u200bind."))])
        damaged = self.write("damaged.jsonl", [capture(1, prompt("Be kind.")), "{\n"])
        empty = self.write("empty.jsonl", [])
        tunnels = self.write("tunnels.jsonl", [json.dumps({"telltale": 1, "id": "t", "request": {"method": "CONNECT", "url": "h.example:443", "headers": []}}) + "\n"])
        rows = [
            (0, [clean, again], ""),
            (1, [clean, other], ""),
            (0, ["--fail-on", "low", clean, other], ""),
            (1, ["--fail-on", "low", clean, marked], ""),
            (0, ["--fail-on", "never", clean, marked], ""),
            (0, ["--fail-on", "low", marked, clean], ""),
            (2, [clean], "give two captures"),
            (2, [clean, other, marked], "give two captures"),
            (2, ["-", "-"], "standard input can be one of the two only"),
            (2, ["--format", "xml", clean, other], "text, json, html"),
            (2, ["--output", self.folder / "no" / "such", clean, other], "No such file"),
            (3, [clean, damaged], "damaged.jsonl: line 2, byte"),
            (3, [clean, self.folder / "nothing"], "nothing"),
            (3, [clean, empty], "holds no request to compare"),
            (3, [clean, tunnels], "holds no request to compare"),
        ]
        for code, arguments, said in rows:
            with self.subTest(arguments):
                got = run(*arguments)
                self.assertEqual(got.returncode, code, got.stdout + got.stderr)
                self.assertIn(said, got.stderr.decode())

    def test_what_is_damaged_does_not_hide_the_rest(self):
        a = self.write("a.jsonl", [capture(1, prompt("Be kind."))])
        b = self.write("b.jsonl", ["{\n", capture(2, prompt("Be brief."))])
        report = self.report(a, b, code=3)
        self.assertEqual(report["b"]["damaged"], 1)
        self.assertEqual(len(report["differences"]), 1)

    def test_standard_input_may_be_one_side(self):
        got = run("--format", "json", OLD, "-", input=(SOURCE / NEW).read_bytes())
        self.assertEqual(len(json.loads(got.stdout)["differences"]), len(self.report(OLD, NEW)["differences"]))

    def test_what_was_typed_is_folded_and_can_be_shown(self):
        a = self.write("a.jsonl", [capture(1, prompt("Be kind.", "say hello to zebra42"), typed=["say hello to zebra42"])])
        b = self.write("b.jsonl", [capture(2, prompt("Be kind.", "mend the bug in the parser"))])
        typed = self.write("typed.txt", ["say hello to zebra42\n", "mend the bug in the parser\n"])
        self.assertEqual(self.report(a, b, "--typed", typed, code=0)["differences"], [])
        self.assertEqual(self.report(a, a, code=0)["folded"], [])

    def test_new_and_gone_findings_are_told_with_their_rule(self):
        a = self.write("a.jsonl", [capture(1, prompt("Be kind."))])
        b = self.write("b.jsonl", [capture(2, prompt("Be k\u200bind."))])
        (finding,) = self.report(a, b)["findings"]
        self.assertEqual((finding["state"], finding["rule"], finding["code_points"]), ("new", "marker.invisible", ["U+200B"]))
        (finding,) = self.report(b, a)["findings"]
        self.assertEqual(finding["state"], "gone")
        report = self.report(b, b, code=0)
        self.assertEqual((report["findings"], report["findings_same"]), ([], 1))

    def test_credentials_stay_masked(self):
        key = "sk-ant-api03-" + "q7Zr2Kx9" * 6
        other = "sk-ant-api03-" + "m4Lp8Wt1" * 6
        a = self.write("a.jsonl", [capture(1, prompt("Be kind."), [["X-Api-Key", key], ["Authorization", "Bearer " + key]])])
        b = self.write("b.jsonl", [capture(2, prompt("Be kind. " + other), [["X-Api-Key", other], ["Authorization", "Bearer " + other]])])
        for format in ("text", "json", "html"):
            got = run("--all", "--format", format, a, b)
            for secret in (key, other):
                self.assertNotIn(secret.encode(), got.stdout)
                self.assertNotIn(secret[13:29].encode(), got.stdout)
        self.assertIn("credential", [f["noise"] for f in self.report(a, b)["folded"]])

    def test_every_readable_format_is_compared(self):
        flows = SOURCE / "tests" / "golden" / "formats"
        for name in ("v17.flows", "v21.flows", "marked.har"):
            with self.subTest(name):
                self.assertEqual(run(flows / name, flows / name).returncode, 0)

    def hostile_page(self):
        a = self.write("a.jsonl", [capture(1, prompt("One text of the client, in some words."))])
        lines = [capture(n, prompt(f"One text {text} of the client, in some words.", tools=[{"name": text, "description": text}]),
                         [["X-Odd", text.replace("\x1b", "")]], "https://api.example.net/v1/messages?" + urllib.parse.quote(text, safe="<>&'\":/()")) for n, text in enumerate(HOSTILE)]
        b = self.write("<b onclick='x'>.jsonl", lines)
        got = run("--all", "--format", "html", a, b)
        self.assertEqual(got.returncode, 1, got.stderr.decode())
        return got.stdout.decode()

    def test_the_page_is_well_formed_and_needs_nothing_else(self):
        for text in (self.hostile_page(), run("--format", "html", OLD, NEW).stdout.decode()):
            root = xml.etree.ElementTree.fromstring(text.replace("<!DOCTYPE html>", "", 1))
            self.assertEqual(root.tag, "html")
            page = Page(text)
            self.assertLessEqual(page.elements, {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "table", "tr", "th", "td",
                                                 "div", "span", "code", "del", "ins", "strong", "br", "ul", "li", "details", "summary"})
            self.assertEqual((page.addresses, page.handlers), ([], []))
            style = root.find("head/style").text
            self.assertNotIn("url(", style)
            self.assertNotIn("@import", style)
            self.assertIn("prefers-color-scheme:dark", style)
            self.assertIn("@media print", style)
            self.assertTrue(text.isascii())

    def test_a_page_goes_to_a_file(self):
        page = self.folder / "page.html"
        got = run("--format", "html", "--output", page, OLD, NEW)
        self.assertEqual((got.returncode, got.stdout), (1, b""))
        self.assertTrue(page.read_text().startswith("<!DOCTYPE html>"))

    def test_texts_without_likeness_are_compared_in_bounded_time(self):
        words = [f"w{n * 7919 % 99991}" for n in range(60000)]
        others = [f"v{n * 104729 % 99991}" for n in range(60000)]
        a = self.write("a.jsonl", [capture(1, prompt(" ".join(words)))])
        b = self.write("b.jsonl", [capture(2, prompt(" ".join(others)))])
        (difference,) = self.report(a, b)["differences"]
        self.assertTrue(difference["coarse"])


if __name__ == "__main__":
    unittest.main()
