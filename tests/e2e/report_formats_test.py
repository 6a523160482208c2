"""`telltale replay --format sarif, junit, github`: well-formed whatever the captures hold, and the same for any --jobs."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

BINARY = os.environ["TELLTALE"]
GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden" / "replay"
FORMATS = ("sarif", "junit", "github")
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
                self.assertIn(b"U+02BC", got.stdout)
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
