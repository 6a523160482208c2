"""`telltale sweep analyse` on captures that differ by what a client was told of its machine: output, exit codes, order of files."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = os.environ["TELLTALE"]


def run(*arguments):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "UTC", "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return subprocess.run([BINARY, "sweep", *map(str, arguments)], env=environment, capture_output=True, timeout=60, text=True)


def capture(zone, number, apostrophe="'"):
    body = {"model": "m", "max_tokens": 10, "stream": False,
            "messages": [{"role": "user", "content": f"Today{apostrophe}s date is 2026-06-30. Request {number * 7919 % 10007:06x}."}]}
    return json.dumps({"telltale": 1, "id": f"{zone}-{number}", "time": "",
                       "request": {"method": "POST", "url": "https://api.example.net/v1/messages", "http": "1.1",
                                   "headers": [["Host", "api.example.net"]], "body": json.dumps(body), "coding": None},
                       "environment": {"tz_name": [zone], "user": ["ann"]}}) + "\n"


class Sweep(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, lines):
        path = self.folder / name
        path.write_text("".join(lines))
        return path

    def zones(self, apostrophe):
        return [self.write("utc.jsonl", [capture("UTC", n) for n in range(6)]),
                self.write("shanghai.jsonl", [capture("Asia/Shanghai", n + 6, apostrophe) for n in range(6)])]

    def test_a_marker_is_found_and_fails_the_run(self):
        got = run("analyse", "--format", "json", *self.zones("\u02bc"))
        self.assertEqual(got.returncode, 1, got.stderr)
        report = json.loads(got.stdout)
        self.assertEqual([f["name"] for f in report["factors"]], ["tz_name"])
        (finding,) = report["findings"]
        self.assertEqual((finding["where"], finding["span"], finding["factor"]), ("body:/messages/0/content", [5, 6], "tz_name"))
        self.assertEqual({tuple(f["code_points"]): f["runs"] for f in finding["forms"]}, {("U+0027",): [0, 6], ("U+02BC",): [6, 0]})
        self.assertTrue(got.stdout.isascii())

    def test_text_names_place_forms_and_factor(self):
        got = run("analyse", *self.zones("\u02bc"))
        self.assertEqual(got.returncode, 1, got.stderr)
        for part in ("12 runs (12 exchanges)", "body:/messages/0/content [5, 6)", "depends on tz_name", "p 0.0022, 1 bit", "6 of Asia/Shanghai"):
            self.assertIn(part, got.stdout)
        self.assertTrue(got.stdout.isascii())

    def test_exit_codes(self):
        marked, clean = self.zones("\u02bc"), self.folder / "clean"
        clean.mkdir()
        self.write("clean/all.jsonl", [capture(z, n) for n, z in enumerate(["UTC", "Asia/Shanghai"] * 6)])
        alone = self.write("alone.jsonl", [capture("UTC", n) for n in range(6)])
        broken = self.write("broken.jsonl", ["{\n"])
        rows = [
            (0, ["analyse", clean], ""),
            (0, ["analyse", "--fail-on", "never", *marked], ""),
            (0, ["analyse", "--fail-on", "critical", *marked], ""),
            (2, ["analyse", alone], "carry no environment that differs"),
            (2, ["analyse", "--factor", "user", *marked], "user is no fact that differs"),
            (2, ["analyse"], "no capture to read"),
            (3, ["analyse", *marked, broken], "broken.jsonl: line 1"),
            (3, ["analyse", self.folder / "nothing.jsonl"], "nothing.jsonl"),
        ]
        for code, arguments, said in rows:
            with self.subTest(arguments[1:]):
                got = run(*arguments)
                self.assertEqual(got.returncode, code, got.stdout + got.stderr)
                self.assertIn(said, got.stderr)

    def test_the_order_of_files_and_where_the_report_goes_change_nothing(self):
        first, second = self.zones("\u02bc")
        once = run("analyse", "--format", "json", first, second).stdout
        self.assertEqual(run("analyse", "--format", "json", second, first).stdout, once)
        output = self.folder / "report.json"
        self.assertEqual(run("analyse", "--format", "json", "--output", output, first, second).stdout, "")
        self.assertEqual(output.read_text(), once)


if __name__ == "__main__":
    unittest.main()
