"""`telltale retro`: today's rules over months of captures, the same for any order of jobs and whatever is damaged."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = os.environ["TELLTALE"]
SOURCE = pathlib.Path(__file__).resolve().parents[2]
RULES = SOURCE / "rules" / "markers.jsonc"  # one pack loads faster than all
GOLDEN = SOURCE / "tests" / "golden"


def run(*arguments, **keywords):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "America/New_York", "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return subprocess.run([BINARY, "retro", "--rules", str(RULES), *map(str, arguments)], env=environment,
                          capture_output=True, timeout=120, **keywords)


class Retro(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        marked, clean = (json.loads((GOLDEN / "replay" / f"{name}.jsonl").read_text().splitlines()[0])
                         for name in ("marked", "clean"))
        for month in range(1, 5):
            lines = []
            for day in range(1, 21):
                line = dict(marked if day % 5 == 0 else clean, time=f"2026-{month:02d}-{day:02d}T23:59:59.000-01:00")
                line["flow"] = dict(line["flow"], user="kim" if day % 2 else "sam")
                lines.append(json.dumps(line) + "\n")
            (self.folder / f"{month}.jsonl").write_text("".join(lines))

    def test_golden(self):
        for form, arguments in (("txt", ["--by", "week"]), ("json", ["--format", "json"])):
            with self.subTest(form):
                done = run(*arguments, self.folder)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                path = GOLDEN / "retro" / f"months.{form}"
                if os.environ.get("TELLTALE_WRITE_GOLDEN"):
                    path.write_bytes(done.stdout)
                self.assertEqual(done.stdout.decode(), path.read_text())

    def test_it_counts_what_is_there(self):
        rows = [json.loads(line) for line in run("--format", "json", self.folder).stdout.splitlines()]
        found = [row for row in rows if row["retro"] == "row"]
        self.assertEqual({(row["user"], row["findings"], row["exchanges"]) for row in found},
                         {("sam", 16, 8), ("kim", 16, 8)})
        self.assertEqual(min(row["first"] for row in found), "2026-01-06T00:59:59.000Z")
        self.assertEqual(rows[-1]["exchanges"], 80)
        self.assertEqual(sum(sum(row["findings"].values()) for row in rows if row["retro"] == "day"), 32)

    def test_nothing_depends_on_jobs_or_the_order_of_captures(self):
        first = run(self.folder).stdout
        self.assertEqual(run("--jobs", 5, self.folder).stdout, first)
        self.assertEqual(run(*(self.folder / f"{month}.jsonl" for month in (3, 1, 4, 2))).stdout, first)

    def test_damage_is_told_and_the_rest_is_counted(self):
        (self.folder / "5.jsonl").write_text("nonsense\n" + (self.folder / "1.jsonl").read_text())
        done = run("--format", "json", self.folder)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"5.jsonl: line 1, byte 0: not JSON", done.stderr)
        self.assertEqual(json.loads(done.stdout.splitlines()[-1])["exchanges"], 100)
        self.assertEqual(run(self.folder / "none").returncode, 3)

    def test_fail_on_is_off_unless_asked_for(self):
        self.assertEqual(run("--fail-on", "high", self.folder).returncode, 1)
        self.assertEqual(run("--fail-on", "critical", self.folder).returncode, 0)
        self.assertEqual(run("--by", "month", self.folder).returncode, 2)

    def test_the_report_is_a_file_if_asked_for(self):
        report = self.folder / "report.txt"
        self.assertEqual(run("-o", report, self.folder / "1.jsonl").stdout, b"")
        self.assertIn("by day", report.read_text())


if __name__ == "__main__":
    unittest.main()
