"""`telltale replay --baseline-findings, --write-baseline`: what was accepted does not fail a job, and all else does."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

BINARY = os.environ["TELLTALE"]
GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden" / "replay"
RULES = GOLDEN.parents[2] / "rules" / "markers.jsonc"  # one pack loads faster than all


def run(*arguments, **keywords):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "Asia/Tehran", "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return subprocess.run([BINARY, "replay", "--rules", str(RULES), *map(str, arguments)], cwd=GOLDEN, env=environment, capture_output=True,
                          timeout=120, **keywords)


def marked(time="2026-11-21T02:41:07.113Z", place="content"):
    """The marked exchange, at another time or with its text at another place."""
    line = json.loads((GOLDEN / "marked.jsonl").read_text().splitlines()[0])
    line["time"] = time
    body = json.loads(line["request"]["body"])
    if place == "system":
        body["system"] = [body["messages"][0]["content"].pop(0)]
    line["request"]["body"] = json.dumps(body, ensure_ascii=False)
    return json.dumps(line).encode() + b"\n"


class FindingBaseline(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "findings.json"

    def accept(self, **members):
        self.assertEqual(run("--write-baseline", self.file, "marked.jsonl").returncode, 0)
        held = json.loads(self.file.read_text())
        for entry in held["findings"]:
            entry.update(members)
        self.file.write_text(json.dumps(held, indent=2))
        return held["findings"]

    def standings(self, *arguments, **keywords):
        """By exchange, and what is gone."""
        got = run("--format", "json", "--baseline-findings", self.file, *arguments, **keywords)
        lines = [json.loads(line) for line in got.stdout.splitlines()]
        found = [[one["baseline"] for one in line["findings"]] for line in lines if "exchange" in line]
        return got.returncode, found, sum("exchange" not in line for line in lines)

    def test_accepted_findings_do_not_fail_and_new_ones_do(self):
        self.accept()
        self.assertEqual(self.standings("-", input=marked()), (0, [["unchanged", "unchanged"]], 0))
        self.assertEqual(self.standings("-", input=marked(place="system")), (1, [["new", "new"]], 2))
        self.assertEqual(self.standings("--fail-on", "never", "-", input=marked(place="system"))[0], 0)

    def test_an_entry_excuses_until_it_expires(self):
        self.accept(expires="2026-11-21", reason="agreed")
        late = "2026-11-22T00:00:00.000Z"
        self.assertEqual(self.standings("-", input=marked())[0], 0)
        self.assertEqual(self.standings("-", input=marked(late)), (1, [["expired", "expired"]], 0))
        self.assertEqual(self.standings("--today", "2026-11-20", "-", input=marked(late))[0], 0)
        self.assertEqual(self.standings("--today", "2026-11-22", "-", input=marked())[0], 1)
        self.assertEqual(run("--today", "22.11.2026", "marked.jsonl").returncode, 2)

    def test_writing_again_keeps_reasons_and_drops_what_is_gone(self):
        entries = self.accept(expires="2027-01-31", reason="agreed")
        self.assertEqual(run("--write-baseline", self.file, "marked.jsonl").returncode, 0)
        self.assertEqual(json.loads(self.file.read_text())["findings"], entries)
        self.assertEqual(run("--write-baseline", self.file, "clean.jsonl").returncode, 0)
        self.assertEqual(json.loads(self.file.read_text())["findings"], [])

    def test_damaged_captures_write_no_baseline(self):
        before = self.accept() and self.file.read_bytes()
        got = run("--write-baseline", self.file, "damaged.jsonl")
        self.assertEqual(got.returncode, 3)
        self.assertIn(b"not written", got.stderr)
        self.assertEqual(self.file.read_bytes(), before)

    def test_the_file_is_the_same_for_any_order_and_jobs(self):
        many = self.folder / "many.jsonl"
        lines = [marked(), marked(place="system"), (GOLDEN / "clean.jsonl").read_bytes()]
        made = set()
        for jobs, order in ((1, lines), (5, lines[::-1] * 40)):
            many.write_bytes(b"".join(order))
            self.file.unlink(missing_ok=True)
            self.assertEqual(run("--jobs", jobs, "--write-baseline", self.file, many).returncode, 0)
            made.add(self.file.read_bytes())
        self.assertEqual(len(made), 1)
        self.assertNotIn(b"2026", made.pop())

    def test_every_format_tells_them_apart(self):
        self.accept(reason="agreed in <review>")
        both = marked() + marked(place="system")
        text = run("--baseline-findings", self.file, "-", input=both).stdout.decode()
        self.assertIn(": 2 new, 2 unchanged, 0 expired, 0 gone", text)
        self.assertIn("unchanged (agreed in <review>)", text)

        results = json.loads(run("--format", "sarif", "--baseline-findings", self.file, "-", input=both).stdout)
        results = results["runs"][0]["results"]
        self.assertEqual([one["baselineState"] for one in results], ["unchanged"] * 2 + ["new"] * 2)
        self.assertEqual([len(one["suppressions"]) for one in results], [1, 1, 0, 0])
        self.assertEqual(results[0]["suppressions"][0]["justification"], "agreed in <review>")

        root = ElementTree.fromstring(run("--format", "junit", "--baseline-findings", self.file, "-", input=both).stdout)
        self.assertEqual([suite.get("failures") for suite in root], ["0", "1"])

        told = run("--format", "github", "--baseline-findings", self.file, "-", input=both).stdout.decode()
        self.assertEqual(told.count("::error "), 2)
        self.assertEqual(told.count("::new%3A ") + told.count("::new: "), 2)

    def test_every_format_tells_what_is_gone(self):
        self.accept(reason="agreed")
        for form, word in (("text", "gone  marker.date-line"), ("json", '"baseline":"gone"'), ("junit", "gone: marker"),
                           ("sarif", '"baselineState":"absent"'), ("github", "::notice title=gone::no longer found")):
            with self.subTest(form):
                got = run("--format", form, "--baseline-findings", self.file, "clean.jsonl")
                self.assertEqual(got.returncode, 0)
                self.assertEqual(got.stdout.decode().count(word), 2)

    def test_a_wrong_file_is_told_by_line_and_key(self):
        self.accept(expires="soon")
        got = run("--baseline-findings", self.file, "marked.jsonl")
        self.assertEqual((got.returncode, got.stdout), (3, b""))
        self.assertRegex(got.stderr.decode(), r"findings\.json: line \d+, key \"expires\": not a day")
        self.assertEqual(run("--baseline-findings", self.folder / "none", "marked.jsonl").returncode, 3)


if __name__ == "__main__":
    unittest.main()
