"""`telltale convert`: formats told by content, nothing lost that the target can hold, the rest said; whole files only.

mitmproxy, where it is installed, reads the flows that are written; HAR files are checked against what HAR 1.2 asks for.
With TELLTALE_WRITE_GOLDEN set the expected files are written instead; read the diff before committing it.
"""
import gzip
import json
import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import unittest

BINARY = os.environ["TELLTALE"]
GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
CAPTURES = GOLDEN / "convert" / "all.jsonl"


def environment_of(**more):
    out = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "UTC", "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            out[name] = os.environ[name]
    out.update(more)
    return out


def run(*arguments, **keywords):
    return subprocess.run([BINARY, *map(str, arguments)], env=environment_of(), capture_output=True, timeout=120, **keywords)


def string_of(value):
    assert isinstance(value, str), value


def number_of(value):
    assert isinstance(value, (int, float)) and not isinstance(value, bool), value


def pairs_of(value):
    for item in value:
        string_of(item["name"])
        string_of(item["value"])


def check_har(har):
    """What HAR 1.2 says must be there, and its types; fields of nobody's begin with an underscore."""
    log = har["log"]
    assert log["version"] == "1.2" and set(log) <= {"version", "creator", "entries"}
    string_of(log["creator"]["name"]), string_of(log["creator"]["version"])
    for entry in log["entries"]:
        string_of(entry["startedDateTime"]), number_of(entry["time"])
        assert isinstance(entry["cache"], dict)
        known = {"startedDateTime", "time", "request", "response", "cache", "timings", "serverIPAddress", "connection"}
        assert all(name in known or name.startswith("_") for name in entry), entry.keys()
        parts = [entry["timings"][name] for name in ("send", "wait", "receive")]
        assert all(part >= 0 for part in parts) and sum(parts) == entry["time"]
        request, response = entry["request"], entry["response"]
        for name in ("method", "url", "httpVersion"):
            string_of(request[name])
        for name in ("statusText", "httpVersion", "redirectURL"):
            string_of(response[name])
        for message in (request, response):
            pairs_of(message["headers"]), number_of(message["headersSize"]), number_of(message["bodySize"])
            assert isinstance(message["cookies"], list)
        pairs_of(request["queryString"])
        number_of(response["status"]), number_of(response["content"]["size"]), string_of(response["content"]["mimeType"])
        if "postData" in request:
            string_of(request["postData"]["mimeType"]), string_of(request["postData"]["text"])


class Convert(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def convert(self, *arguments, code=0, **keywords):
        got = run("convert", *arguments, **keywords)
        self.assertEqual(got.returncode, code, got.stderr.decode())
        return got

    def test_captures_come_back_byte_for_byte(self):
        for ending in ("jsonl", "har", "flow", "flows", "mitm", "jsonl.gz", "jsonl.zst", "har.gz", "flow.zst"):
            with self.subTest(ending):
                there, back = self.folder / f"x.{ending}", self.folder / f"{ending}.jsonl"
                told = self.convert(CAPTURES, there).stderr.decode()
                self.assertEqual(told, "telltale convert: 6 exchanges\n")
                self.convert(there, back)
                self.assertEqual(back.read_bytes(), CAPTURES.read_bytes())

    def test_golden(self):
        for name in ("all.har", "all.flow"):
            with self.subTest(name):
                self.convert(CAPTURES, self.folder / name)
                golden = GOLDEN / "convert" / name
                written = (self.folder / name).read_bytes()
                if os.environ.get("TELLTALE_WRITE_GOLDEN"):
                    golden.write_bytes(written)
                self.assertEqual(written, golden.read_bytes())

    def test_hars_are_as_the_format_asks(self):
        self.convert(CAPTURES, *sorted((GOLDEN / "formats").iterdir()), self.folder / "x.har")
        har = json.loads((self.folder / "x.har").read_text())
        check_har(har)
        self.assertEqual(len(har["log"]["entries"]), 15)
        self.convert(self.folder / "x.har", self.folder / "x.jsonl")
        self.assertEqual(len((self.folder / "x.jsonl").read_text().splitlines()), 15)
        empty = self.folder / "empty.jsonl"
        empty.touch()
        self.convert(empty, self.folder / "empty.har")
        check_har(json.loads((self.folder / "empty.har").read_text()))

    def test_mitmproxy_reads_the_flows(self):
        mitmdump = shutil.which("mitmdump")
        if mitmdump is None:
            self.skipTest("mitmproxy is not installed")
        # Distributions carry mitmproxy 8, which reads 17; later ones read both.
        for version in ("17", "21"):
            flows, again, back = (self.folder / f"{version}.{name}" for name in ("flow", "again.flow", "jsonl"))
            self.convert("--flow-version", version, CAPTURES, flows)
            got = subprocess.run([mitmdump, "-nr", str(flows), "-w", str(again)], capture_output=True, text=True, timeout=60,
                                 env=environment_of(HOME=str(self.folder)), stdin=subprocess.DEVNULL)
            if version == "21" and "cannot read files with flow format version 21" in got.stdout + got.stderr:
                continue
            with self.subTest(version):
                self.assertEqual(got.returncode, 0, got.stdout + got.stderr)
                self.assertNotIn("rror", got.stderr)
                self.convert(again, back)
                # It writes flows as they end, not as they came.
                self.assertEqual(sorted(back.read_text().splitlines()), sorted(CAPTURES.read_text().splitlines()))

    def test_what_is_dropped_is_counted_by_kind(self):
        got = self.convert(GOLDEN / "formats" / "v21.flows", self.folder / "x.jsonl").stderr.decode()
        self.assertIn("telltale convert: dropped, not read from the source: server_conn.tls_version (2)\n", got)
        self.assertIn("messages of a tcp flow (1)", got)

    def test_damage_is_told_and_the_rest_written(self):
        lines = CAPTURES.read_text().splitlines()
        source = self.folder / "in.jsonl"
        source.write_text("\n".join([lines[0], '{"telltale":', lines[1], '{"telltale":9}']) + "\n")
        got = self.convert(source, self.folder / "x.jsonl", code=3).stderr.decode()
        self.assertIn("in.jsonl: line 2, byte 12: not JSON", got)
        self.assertIn("in.jsonl: line 4, byte 12: version 9 is newer", got)
        self.assertEqual((self.folder / "x.jsonl").read_text().splitlines(), lines[:2])

    def test_standard_streams_and_formats_by_option(self):
        got = self.convert("-", "-", input=gzip.compress(CAPTURES.read_bytes()))
        self.assertEqual(got.stdout, CAPTURES.read_bytes())
        check_har(json.loads(self.convert("--format", "har", CAPTURES, "-").stdout))
        rows = ([CAPTURES], [CAPTURES, "x.txt"], ["--format", "xml", CAPTURES, "-"], ["--flow-version", "20", CAPTURES, "-"],
                [CAPTURES, "/nonexistent/x.har"])
        for row in rows:
            with self.subTest(row):
                self.assertEqual(run("convert", *row, cwd=self.folder).returncode, 2)
        self.assertEqual(list(self.folder.iterdir()), [])
        self.convert("missing.jsonl", self.folder / "x.har", code=3)

    def test_credentials_of_others_are_masked(self):
        secret = "sk-ant-api03-0123456789abcdef"
        entry = {"startedDateTime": "2026-11-21T02:41:07Z", "time": 1, "cache": {}, "timings": {},
                 "request": {"method": "POST", "url": f"https://a.test/?key={secret}", "httpVersion": "h2",
                             "headers": [{"name": "X-Api-Key", "value": secret}],
                             "postData": {"mimeType": "text/plain", "text": f"my key {secret}"}},
                 "response": {"status": 101, "headers": [], "content": {}},
                 "_webSocketMessages": [{"type": "send", "time": 1795228867.5, "opcode": 1, "data": f"key {secret}"}]}
        line = {"telltale": 1, "request": {"method": "GET", "url": "https://a.test/", "headers": [["Cookie", secret]]}}
        (self.folder / "a.har").write_text(json.dumps({"log": {"entries": [entry]}}))
        (self.folder / "b.jsonl").write_text(json.dumps(line) + "\n")
        for ending in ("jsonl", "har", "flow"):
            with self.subTest(ending):
                got = self.convert("--format", ending.replace("flow", "flows"), self.folder / "a.har", self.folder / "b.jsonl", "-")
                self.assertNotIn(secret.encode(), got.stdout)
                self.assertIn(b"[masked sha256:", got.stdout)

    def test_folders_are_read_by_content(self):
        inside = self.folder / "in" / "deep"
        inside.mkdir(parents=True)
        lines = CAPTURES.read_text().splitlines(keepends=True)
        (inside / "monday").write_text(lines[0])
        (inside / "tuesday.bin").write_bytes(gzip.compress(lines[1].encode()))
        self.convert(CAPTURES, inside / "x.har")
        (inside / "x.har").rename(inside / "saved from the browser")
        (inside / "notes.txt").write_text("12:34:56 nothing happened\n")
        (inside / "package.json").write_text('{"name": "x"}')
        out = self.folder / "in" / "out.jsonl"
        for _ in range(2):  # what the first call wrote there is not read by the second
            self.assertEqual(self.convert(self.folder / "in", out).stderr.decode(), "telltale convert: 8 exchanges\n")

    def test_a_progress_line_is_for_terminals(self):
        big = self.folder / "big.jsonl"
        line = CAPTURES.read_bytes().splitlines(keepends=True)[0]
        body = b"x" * 1_000_000

        def grow(megabytes):
            with open(big, "ab") as out:
                for _ in range(megabytes):
                    out.write(line.replace(b'"body":"', b'"body":"' + body, 1))
        grow(8)

        def at_terminal(*arguments, **more):
            mine, theirs = pty.openpty()
            with subprocess.Popen([BINARY, *map(str, arguments)], env=environment_of(**more), stderr=theirs,
                                  stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
                os.close(theirs)
                got = b""
                try:
                    while block := os.read(mine, 4096):
                        got += block
                except OSError:  # the terminal is closed
                    pass
                os.close(mine)
                process.wait()
            return got

        for command in (["convert", big, self.folder / "x.jsonl"], ["replay", "--fail-on", "never", big]):
            with self.subTest(command[0]):
                drawn = at_terminal(*command)
                while b"%" not in drawn and big.stat().st_size < 1_000_000_000:  # short work shows none
                    grow(8 + big.stat().st_size // 1_000_000)
                    drawn = at_terminal(*command)
                self.assertRegex(drawn, rb"\r\x1b\[K\[[# ]{24}\] +\d+ % of \d+\.\d MB, \d+ MB/s")
                self.assertNotIn(b"%", drawn[drawn.rindex(b"\r\x1b[K"):])
                self.assertNotIn(b"%", at_terminal(*command, CI="true"))
                self.assertNotIn(b"%", at_terminal(command[0], "--quiet", *command[1:]))
                self.assertNotIn(b"%", run(*command).stderr)


if __name__ == "__main__":
    unittest.main()
