"""`telltale replay`, `rules` and `ca` on golden captures: output and exit code, byte for byte.

With TELLTALE_WRITE_GOLDEN set the expected files are written instead; read the diff before committing it.
"""
import gzip
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = os.environ["TELLTALE"]
GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden" / "replay"


def run(*arguments, **keywords):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": keywords.pop("zone", "UTC"), "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    environment.update(keywords.pop("variables", {}))
    return subprocess.run([BINARY, *map(str, arguments)], cwd=GOLDEN, env=environment, capture_output=True, timeout=60,
                          **keywords)


class Replay(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check(self, golden, code, *arguments, **keywords):
        got = run("replay", *arguments, **keywords)
        self.assertEqual(got.returncode, code, got.stderr.decode())
        path = GOLDEN / golden
        if os.environ.get("TELLTALE_WRITE_GOLDEN"):
            path.write_bytes(got.stdout)
        self.assertEqual(got.stdout.decode(), path.read_bytes().decode())
        self.assertTrue(all(c == 10 or 32 <= c < 127 for c in got.stdout), "not printable ASCII")
        return got.stderr.decode()

    def test_reports(self):
        for name, code in (("marked", 1), ("clean", 0), ("coded", 1), ("uncovered", 0), ("damaged", 3)):
            with self.subTest(name):
                self.check(f"{name}.txt", code, f"{name}.jsonl")
                self.check(f"{name}.json", code, "--format", "json", f"{name}.jsonl")

    def test_a_damaged_line_is_told_and_the_rest_read(self):
        told = self.check("damaged.txt", 3, "damaged.jsonl")
        self.assertEqual(told, "telltale replay: damaged.jsonl: line 2, byte 24: not JSON: text ends inside a value\n")

    def test_exit_codes_and_their_precedence(self):
        rows = [
            (0, ["clean.jsonl"]),
            (1, ["marked.jsonl"]),
            (1, ["--fail-on", "high", "marked.jsonl"]),
            (0, ["--fail-on", "critical", "marked.jsonl"]),
            (0, ["--fail-on", "never", "marked.jsonl"]),
            (2, ["--fail-on", "loud", "marked.jsonl"]),
            (2, ["--rules", "missing.jsonc", "marked.jsonl"]),
            (3, ["--typed", "missing.txt", "marked.jsonl"]),
            (3, ["--environment", "missing.json", "marked.jsonl"]),
            (3, ["--typed-from", "missing", "--", "marked.jsonl"]),
            (2, ["--output", "/nonexistent/x", "marked.jsonl"]),
            (2, []),
            (3, ["missing.jsonl"]),
            (3, ["missing.jsonl", "marked.jsonl"]),
            (0, ["uncovered.jsonl"]),
            (4, ["--require-coverage", "uncovered.jsonl"]),
            (4, ["--require-coverage", "uncovered.jsonl", "marked.jsonl"]),
            (3, ["--require-coverage", "uncovered.jsonl", "marked.jsonl", "damaged.jsonl"]),
            (1, ["--require-coverage", "marked.jsonl"]),
        ]
        for code, arguments in rows:
            with self.subTest(arguments):
                self.assertEqual(run("replay", *arguments).returncode, code)

    def test_no_report_takes_the_place_of_a_capture(self):
        before = (GOLDEN / "marked.jsonl").read_bytes()
        capture = self.folder / "c.jsonl"
        for command in (["replay", "--output"], ["replay", "--strip-to"], ["replay", "--write-baseline"],
                        ["replay", "-o"], ["lock", "-o"], ["retro", "--output"], ["diff", "marked.jsonl", "--output"],
                        ["sweep", "analyse", "--html"]):
            with self.subTest(command):
                capture.write_bytes(before)
                got = run(command[0], *command[1:], capture, capture)
                self.assertEqual((got.returncode, got.stdout), (2, b""))
                self.assertIn(b"would be lost", got.stderr)
                self.assertEqual(capture.read_bytes(), before)
        link = self.folder / "link"
        link.symlink_to(capture)
        self.assertEqual(run("replay", "--output", link, capture).returncode, 2)
        self.assertEqual(run("replay", "--output=", capture, "marked.jsonl").returncode, 2)
        self.assertEqual(capture.read_bytes(), before)
        self.assertEqual(run("replay", "--output", "-", capture).stdout, run("replay", capture).stdout)

    def test_a_reference_that_is_not_there_is_told_by_its_option(self):
        for option in ("--typed", "--environment", "--typed-from", "--baseline"):
            with self.subTest(option):
                done = run("replay", option, "missing", "--", "marked.jsonl")
                self.assertEqual(done.stderr.decode(), f"telltale replay: {option} missing: No such file or directory\n")

    def test_a_baseline_that_cannot_serve_is_named(self):
        empty, folder, damaged = self.folder / "empty.jsonl", self.folder / "none", self.folder / "damaged.jsonl"
        empty.touch()
        folder.mkdir()
        damaged.write_text('{"telltale":1,')
        for path, said in ((self.folder / "missing.jsonl", "No such file or directory"),
                           (empty, "holds no request to compare with"), (folder, "no *.jsonl"),
                           (damaged, "line 1, byte 14: not JSON")):
            with self.subTest(path.name):
                done = run("replay", "--baseline", path, "clean.jsonl")
                self.assertEqual(done.returncode, 3)
                self.assertEqual(done.stdout, b"")
                self.assertTrue(done.stderr.decode().startswith(f"telltale replay: --baseline {path}: "), done.stderr)
                self.assertIn(said, done.stderr.decode())

    def test_what_a_line_does_not_hold_is_never_inspected(self):
        whole = json.loads((GOLDEN / "clean.jsonl").read_text())
        tunnel = {"telltale": 1, "id": "01JD0000000000000000000009", "request": {"method": "CONNECT", "url": "a.test:443"}}
        told = {"coverage": {"state": "none", "causes": ["websocket"], "bytes_inspected": 0, "bytes_total": 700}}
        rows = [
            (tunnel, "none", ["not_intercepted"], 0),
            ({**tunnel, "inspection": told}, "none", ["websocket"], 700),
            ({**whole, "websocket": [{"from": "client", "ms": 1, "opcode": "text", "text": "x"}]}, "partial",
             ["websocket"], None),
            ({**whole, "request": {**whole["request"], "body": ""}, "response": {"status": 101, "headers": []}}, "none",
             ["websocket"], 0),
        ]
        for line, state, causes, total in rows:
            with self.subTest(causes=causes, state=state):
                text = json.dumps(line).encode()
                got = run("replay", "--require-coverage", "--format", "json", "-", input=text)
                self.assertEqual(got.returncode, 4, got.stderr)
                coverage = json.loads(got.stdout)["coverage"]
                self.assertEqual((coverage["state"], coverage["causes"]), (state, causes))
                if total is not None:
                    self.assertEqual((coverage["bytes_inspected"], coverage["bytes_total"]), (0, total))

    def test_nothing_depends_on_jobs_zone_or_packing(self):
        lines = (GOLDEN / "marked.jsonl").read_bytes() * 100
        plain = self.folder / "many.jsonl"
        plain.write_bytes(lines)
        packed = self.folder / "other"
        packed.write_bytes(gzip.compress(lines))
        want = run("replay", "--format", "json", plain).stdout
        self.assertEqual(want.count(b"\n"), 200)
        self.assertEqual(run("replay", "--format", "json", "--jobs", 7, plain).stdout, want)
        self.assertEqual(run("replay", "--format", "json", packed, zone="Asia/Shanghai").stdout, want)
        self.assertEqual(run("replay", "--format", "json", "-", input=lines).stdout, want)

    def test_every_format_gives_the_findings_of_the_same_request(self):
        formats = GOLDEN.parent / "formats"
        wanted = json.loads(run("replay", "--format", "json", "marked.jsonl").stdout.splitlines()[0])
        for name in ("marked.har", "v17.flows", "v21.flows"):
            packed = self.folder / "unnamed"
            packed.write_bytes(gzip.compress((formats / name).read_bytes()))
            with self.subTest(name):
                plain, other = (run("replay", "--format", "json", path) for path in (formats / name, packed))
                self.assertEqual(plain.returncode, 1, plain.stderr)
                self.assertEqual(plain.stdout, other.stdout)
                found = [json.loads(line) for line in plain.stdout.splitlines()]
                self.assertEqual([f["rule"] for f in found[0]["findings"]], [f["rule"] for f in wanted["findings"]])
                self.assertNotIn(b"sk-ant", plain.stdout)

    def test_a_cut_off_file_gives_what_it_has(self):
        whole = gzip.compress((GOLDEN / "marked.jsonl").read_bytes() * 100, compresslevel=1)
        cut = self.folder / "cut.jsonl.gz"
        cut.write_bytes(whole[:-8])
        got = run("replay", "--format", "json", cut)
        self.assertEqual(got.returncode, 3)
        self.assertEqual(got.stdout.count(b"\n"), 200)
        self.assertIn(f"gzip data is cut off at byte {len(whole) - 8}", got.stderr.decode())

    def test_stripped_traffic_is_clean_and_otherwise_the_same(self):
        out = self.folder / "stripped.jsonl"
        self.assertEqual(run("replay", "--strip-to", out, "marked.jsonl").returncode, 1)
        self.assertEqual(run("replay", out).returncode, 0)
        before = [json.loads(line) for line in (GOLDEN / "marked.jsonl").read_text().splitlines()]
        after = [json.loads(line) for line in out.read_text().splitlines()]
        self.assertEqual(before[1], after[1])
        body = before[0]["request"]["body"]
        before[0]["request"]["body"] = body.replace("\u02bc", "'").replace("2026/11/21", "2026-11-21")
        self.assertEqual(before[0], after[0])

    def test_references_given_beside_the_captures_win(self):
        typed = self.folder / "typed.json"
        body = json.loads(json.loads((GOLDEN / "marked.jsonl").read_text().splitlines()[0])["request"]["body"])
        # Typed by the user, the same text is no marker.
        typed.write_text(json.dumps([part["text"] for part in body["messages"][0]["content"]]))
        self.assertEqual(run("replay", "--typed", typed, "marked.jsonl").returncode, 0)

    def test_segments_come_when_asked_for(self):
        got = json.loads(run("replay", "--format", "json", "--segments", "clean.jsonl").stdout)
        self.assertTrue(any(s["source"] == "typed" for s in got["segments"]))
        self.assertNotIn("segments", json.loads(run("replay", "--format", "json", "clean.jsonl").stdout))

    def test_variables_stand_in_for_options(self):
        self.assertEqual(run("replay", "marked.jsonl", variables={"TELLTALE_FAIL_ON": "never"}).returncode, 0)

    def test_a_reader_that_leaves_is_no_error(self):
        big = self.folder / "big.jsonl"
        big.write_bytes((GOLDEN / "marked.jsonl").read_bytes() * 300)
        child = subprocess.Popen([BINARY, "replay", "--format", "json", big], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        child.stdout.readline()
        child.stdout.close()
        self.assertEqual(child.stderr.read(), b"")
        child.stderr.close()
        self.assertIn(child.wait(timeout=60), (0, 1))


class OtherCommands(unittest.TestCase):
    def test_rules(self):
        listed = run("rules", "list")
        self.assertEqual(listed.returncode, 0)
        self.assertIn(b"marker.date-line", listed.stdout)
        explained = run("rules", "explain", "marker.date-line")
        self.assertEqual(explained.returncode, 0)
        self.assertTrue(all(c == 10 or 32 <= c < 127 for c in explained.stdout))
        self.assertEqual(run("rules", "explain", "no.such").returncode, 2)
        tested = run("rules", "test")
        self.assertEqual(tested.returncode, 0)
        self.assertIn(b": ok\n", tested.stdout)
        for line in run("rules", "list", "--format", "json").stdout.splitlines():
            self.assertIn("id", json.loads(line))

    def test_ca(self):
        with tempfile.TemporaryDirectory() as folder:
            ca = ["--ca-dir", folder + "/ca"]
            made = run("ca", "create", "--permit", "api.example.com", *ca)
            self.assertEqual(made.returncode, 0, made.stderr)
            self.assertEqual(run("ca", "show", *ca).stdout, made.stdout)
            self.assertEqual(run("ca", "create", "--any-host", *ca).returncode, 2)
            pem = run("ca", "export", *ca).stdout
            self.assertEqual(pem, pathlib.Path(folder, "ca", "ca.pem").read_bytes())
            self.assertNotIn(b"PRIVATE", pem)
            os.chmod(folder + "/ca/ca.key", 0o644)
            exposed = run("ca", "show", *ca)
            self.assertEqual(exposed.returncode, 2)
            self.assertIn(b"chmod 600", exposed.stderr)

    def test_answers(self):
        self.assertEqual(run("--version").returncode, 0)
        self.assertEqual(run("help", "replay").stdout, run("replay", "--help").stdout)
        self.assertEqual(run().returncode, 2)
        self.assertEqual(run().stdout, b"")


if __name__ == "__main__":
    unittest.main()
