"""`telltale replay --format`, all but text and json: well-formed whatever the captures hold, and the same for any --jobs."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

BINARY = os.environ["TELLTALE"]
GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden" / "replay"
FORMATS = ("sarif", "junit", "github", "markdown", "cef", "ocsf")
KEY = "sk-ant-api03-" + "Zq7" * 30


def run(*arguments, **keywords):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "UTC", "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return subprocess.run([BINARY, "replay", *map(str, arguments)], cwd=GOLDEN, env=environment, capture_output=True,
                          timeout=120, **keywords)


def odd_capture():
    """The marked exchange with a key in head and URL, and odd characters wherever a capture has room for them."""
    line = json.loads((GOLDEN / "marked.jsonl").read_text().splitlines()[0])
    line["id"] = "01\u02bc\u0000\u202e]]>"
    line["request"]["url"] += ("&" if "?" in line["request"]["url"] else "?") + "key=" + KEY + "&x=%0A::error::"
    line["request"]["headers"] += [["X-Odd", "va\u00adl\U0001f600ue"], ["x-api-key", KEY]]
    return json.dumps(line).encode() + b"\n"


class ReportFormats(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_goldens(self):
        for form in FORMATS:
            with self.subTest(form):
                got = run("--format", form, "marked.jsonl", "uncovered.jsonl", "damaged.jsonl", "clean.jsonl")
                self.assertEqual(got.returncode, 3, got.stderr)
                path = GOLDEN / f"all.{form}"
                if os.environ.get("TELLTALE_WRITE_GOLDEN"):
                    path.write_bytes(got.stdout)
                self.assertEqual(got.stdout.decode(), path.read_text())

    def test_nothing_odd_and_no_secret_leaves(self):
        for form in FORMATS:
            with self.subTest(form):
                got = run("--format", form, "-", input=odd_capture())
                self.assertEqual(got.returncode, 1, got.stderr)
                self.assertTrue(all(c == 10 or 32 <= c < 127 for c in got.stdout), "not printable ASCII")
                self.assertNotIn(KEY.encode(), got.stdout)
                # A summary counts and shows no text.
                self.assertEqual(b"U+02BC" in got.stdout, form != "markdown")
                if form == "sarif":
                    json.loads(got.stdout)
                if form == "junit":
                    ElementTree.fromstring(got.stdout)

    def test_nothing_depends_on_jobs(self):
        many = self.folder / "many.jsonl"
        many.write_bytes((GOLDEN / "marked.jsonl").read_bytes() * 50)
        for form in FORMATS:
            with self.subTest(form):
                self.assertEqual(run("--format", form, many).stdout, run("--format", form, "--jobs", 5, many).stdout)

    def test_sarif_has_what_it_must(self):
        got = json.loads(run("--format", "sarif", "marked.jsonl", "damaged.jsonl").stdout)
        self.assertEqual(got["version"], "2.1.0")
        [only] = got["runs"]
        rules = {rule["id"]: rule for rule in only["tool"]["driver"]["rules"]}
        self.assertTrue(only["results"])
        for result in only["results"]:
            self.assertIn(result["ruleId"], rules)
            self.assertTrue(rules[result["ruleId"]]["help"]["text"])
            self.assertIn(result["level"], ("none", "note", "warning", "error"))
            self.assertTrue(result["message"]["text"])
            [place] = result["locations"]
            self.assertTrue(place["physicalLocation"]["artifactLocation"]["uri"].endswith(".jsonl"))
            self.assertGreaterEqual(place["physicalLocation"]["region"]["startLine"], 1)
            self.assertTrue(result["partialFingerprints"]["primaryLocationLineHash"])
            self.assertNotIn("body", result["webRequest"])
        self.assertFalse(only["invocations"][0]["executionSuccessful"])
        self.assertEqual(len(only["invocations"][0]["toolExecutionNotifications"]), 1)

    def test_a_fingerprint_does_not_follow_date_id_or_index(self):
        def prints(text):
            results = json.loads(run("--format", "sarif", "-", input=text).stdout)["runs"][0]["results"]
            return {(r["ruleId"], r["partialFingerprints"]["telltaleFinding/v1"]) for r in results}

        line = json.loads((GOLDEN / "marked.jsonl").read_text().splitlines()[0])
        before = prints(json.dumps(line).encode())
        line["id"], line["time"] = "01ZZ", "2031-01-01T00:00:00.000Z"
        body = json.loads(line["request"]["body"])
        body["messages"][0]["content"].insert(0, {"type": "text", "text": "Say something else today"})
        line["request"]["body"] = json.dumps(body, ensure_ascii=False)
        date_line = {one for one in before if one[0] == "marker.date-line"}
        self.assertTrue(date_line)
        self.assertTrue(date_line <= prints(json.dumps(line).encode()))

    def test_junit_counts_are_those_of_its_cases(self):
        root = ElementTree.fromstring(run("--format", "junit", "marked.jsonl", "uncovered.jsonl", "damaged.jsonl").stdout)
        kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        for suite in root:
            self.assertEqual(int(suite.get("tests")), len(suite))
            for count, kind in kinds.items():
                self.assertEqual(int(suite.get(count)), len(suite.findall(f"testcase/{kind}")))
        for kind in kinds.values():
            self.assertIsNotNone(root.find(f"testsuite/testcase/{kind}"), kind)

    def test_annotations_past_ten_are_counted(self):
        told = run("--format", "github", "-", input=odd_capture() * 30).stdout.decode()
        for level in ("error", "warning"):
            self.assertLessEqual(told.count(f"\n::{level} ") + told.startswith(f"::{level} "), 10)
        self.assertIn("are not shown as annotations", told)
        self.assertNotIn("::error::", told.replace("%", ""))

    def test_markdown_holds_captured_text_in_code_spans_only(self):
        line = json.loads((GOLDEN / "marked.jsonl").read_text().splitlines()[0])
        hostile = self.folder / "a`|<img src=x>[l](www.evil.test)@who.jsonl"
        hostile.write_text(json.dumps(line) + "\n`| <b>http://evil.test @who\n")
        told = run("--format", "markdown", hostile).stdout.decode()
        self.assertIn("img", told)
        self.assertIn("### Unreadable", told)
        for row in told.splitlines():
            if row.startswith("|"):
                self.assertIn(row.count("|"), (3, 5, 6))
            outside = re.sub(r"`[^`]*`", "", row)
            self.assertRegex(outside, r"^[A-Za-z0-9 |:#-]*$")
        self.assertIn("| high | `marker.date-line` | 2 |", told)

    def test_markdown_sums_up_what_is_accepted_and_what_is_gone(self):
        known = self.folder / "known.json"
        run("--write-baseline", known, "marked.jsonl")
        told = run("--format", "markdown", "--baseline-findings", known, "marked.jsonl").stdout.decode()
        self.assertIn("| high | `marker.date-line` | 2 | 0 | 2 | 0 |", told)
        told = run("--format", "markdown", "--baseline-findings", known, "clean.jsonl").stdout.decode()
        self.assertIn("### No longer found", told)
        self.assertIn("U+02BC", told)

    def test_cef_reads_back(self):
        told = run("--format", "cef", "-", input=odd_capture()).stdout.decode()
        self.assertEqual(told.count("CEF:0|"), len(told.splitlines()))
        for line in told.splitlines():
            head = re.match(r"CEF:0((?:\|(?:[^|\\]|\\[|\\])*){6})\|(.*)$", line)
            self.assertTrue(head, line)
            self.assertRegex(head[1], r"^\|Telltale\|telltale\|[^|]+\|(marker\.date-line\|[^|]+\|8|structure\.[a-z-]+\|[^|]+\|\d+)$")
            pairs = re.findall(r"(?:^| )([A-Za-z0-9]+)=((?:[^=\\]|\\[=\\])*)(?= [A-Za-z0-9]+=|$)", head[2])
            self.assertEqual("".join(f" {key}={value}" for key, value in pairs), " " + head[2].lstrip())
            fields = dict(pairs)
            self.assertEqual(fields["rt"], "1795228867113")
            self.assertEqual(fields["dhost"], "deepseek.example.test")
            self.assertEqual(fields["requestMethod"], "POST")
            self.assertEqual(fields["request"], "https://deepseek.example.test/v1/messages")
            self.assertEqual((fields["cs1Label"], fields["cs1"]), ("api", "anthropic.messages"))
            self.assertEqual((fields["cs4Label"], fields["cs4"]), ("action", "flag"))

    def test_cef_escapes_what_ends_a_part(self):
        line = json.loads((GOLDEN / "marked.jsonl").read_text().splitlines()[0])
        line["id"], line["request"]["url"] = "a=b\\c|d\ne", "https://u:pass@h.test:8443/v1/messages/a=b?key=s#f"
        told = run("--format", "cef", "-", input=json.dumps(line).encode()).stdout.decode()
        self.assertIn(r" externalId=a\=b\\c|d<U+000A>e ", told)
        self.assertIn(r" dhost=h.test ", told)
        self.assertIn(r" request=https://h.test:8443/v1/messages/a\=b ", told)
        self.assertNotIn("pass", told)

    def test_ocsf_has_what_its_class_asks_for(self):
        known = self.folder / "known.json"
        run("--write-baseline", known, "marked.jsonl")
        told = run("--format", "ocsf", "--baseline-findings", known, "marked.jsonl", "damaged.jsonl").stdout.decode()
        told += run("--format", "ocsf", "--baseline-findings", known, "clean.jsonl").stdout.decode()
        told += run("--format", "ocsf", "marked.jsonl").stdout.decode()
        events = [json.loads(line) for line in told.splitlines()]
        for event in events:
            self.assertEqual(event["type_uid"], event["class_uid"] * 100 + event["activity_id"])
            self.assertIn((event["category_uid"], event["class_uid"]), ((2, 2004), (0, 0)))
            self.assertGreater(event["time"], 10 ** 12)
            self.assertIn(event["severity_id"], range(1, 6))
            self.assertEqual(event["metadata"]["version"], "1.3.0")
            self.assertTrue(all(event["metadata"]["product"][name] for name in ("name", "vendor_name", "version")))
            if event["class_uid"]:
                self.assertTrue(all(event["finding_info"][name] for name in ("uid", "title", "desc", "types")))
            for seen in event.get("observables", ()):
                self.assertEqual(seen["value"], event["resources"][0]["name"])
        states = {(event["activity_id"], event["status_id"]) for event in events}
        self.assertEqual(states, {(1, 1), (2, 3), (3, 4), (99, 2)})

    def test_no_name_in_a_capture_is_a_command_to_the_job(self):
        line = json.loads((GOLDEN / "marked.jsonl").read_text().splitlines()[0])
        line["request"]["body"] = json.dumps({"messages": [], "a\n::stop-commands::x\u200b": "y\u200bz%0A::add-mask::z"})
        told = run("--format", "github", "-", input=json.dumps(line).encode()).stdout.decode()
        self.assertIn("<U+000A>::stop-commands::x<U+200B>", told)
        self.assertTrue(told.isascii())
        for one in told.splitlines():
            self.assertRegex(one, "^::(error|warning|notice) |^[0-9]+ more ")

    def test_a_report_is_written_whole_or_not_at_all(self):
        report = self.folder / "report.sarif"
        report.write_text("the old one")
        self.assertEqual(run("--format", "sarif", "--output", report, "marked.jsonl").returncode, 1)
        json.loads(report.read_text())
        self.assertEqual([one.name for one in self.folder.iterdir()], ["report.sarif"])

    def test_the_documented_commands_run(self):
        page = (GOLDEN.parents[2] / "docs" / "replay.md").read_text()
        lines = [line.strip().removeprefix("- run: ").removeprefix("- ") for line in page.splitlines()
                 if "- telltale replay" in line or "- run: telltale replay" in line]
        self.assertEqual(len(lines), 2)
        (self.folder / "captures.jsonl").write_bytes((GOLDEN / "marked.jsonl").read_bytes())
        for line in lines:
            with self.subTest(line):
                done = subprocess.run([BINARY, *line.split()[1:]], cwd=self.folder, capture_output=True, timeout=60)
                self.assertEqual(done.returncode, 1, done.stderr)
        json.loads((self.folder / "telltale.sarif").read_text())
        ElementTree.parse(self.folder / "telltale.xml")

    def test_no_exchange_at_all_is_not_covered(self):
        got = run("--require-coverage", "-", input=b"")
        self.assertEqual(got.returncode, 4)
        self.assertEqual(got.stderr, b"telltale replay: no exchange was inspected\n")
        self.assertEqual(run("-", input=b"").returncode, 0)


if __name__ == "__main__":
    unittest.main()
