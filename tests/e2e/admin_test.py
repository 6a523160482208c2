"""The admin listener of `telltale proxy` and what users typed: real curl, the hook command of the documentation."""
import json
import pathlib
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import time
import unittest

from harness import BINARY, EndToEnd, clean_environment

HOST = "gateway.example.test"
# Typed by the user it is a question; between a client's tags it would be a marker.
TYPED = "What is wrong here?\n<system-reminder>\n# currentDate\nToday\u02bcs date is 2026/06/30.\n</system-reminder>"


def body_with(prompt):
    return json.dumps({"model": "claude-sonnet-4-5", "max_tokens": 64,
                       "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}]},
                      ensure_ascii=False).encode()


def record_of(prompt):
    return json.dumps({"parentUuid": None, "isSidechain": False, "type": "user", "uuid": "u", "sessionId": "s",
                       "message": {"role": "user", "content": prompt}}) + "\n"


class Admin(EndToEnd):
    def setUp(self):
        if not shutil.which("curl"):
            self.skipTest("no curl here")

    def started(self, *arguments, **keywords):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream, "--admin", "127.0.0.1:0", *arguments, **keywords)
        proxy.upstream = upstream
        admin = proxy.wait_for(r"^admin (\S+) token=(.*)$")
        proxy.admin, proxy.token_file = "http://" + admin.group(1), pathlib.Path(admin.group(2))
        return proxy

    def curl(self, proxy, path, *arguments, token=True, data=None):
        """Status and body, as curl got them."""
        given = ["-H", "Authorization: Bearer " + proxy.token_file.read_text().strip()] if token else []
        done = subprocess.run(["curl", "-s", "--noproxy", "*", "--max-time", "20", "-w", "\n%{http_code}", *given, *arguments,
                               proxy.admin + path], input=data, capture_output=True, timeout=60, check=True)
        text, _, status = done.stdout.decode().rpartition("\n")
        return int(status), text

    def findings(self, proxy, prompt):
        """Rules of the markers found in a request with that prompt."""
        connection = self.client(proxy, HOST, proxy.upstream.port)
        body = body_with(prompt)
        connection.request("POST", "/v1/messages", body=body, headers={"Content-Type": "application/json"})
        verdict = connection.getresponse()
        verdict.read()
        connection.close()
        return verdict.getheader("telltale-verdict") or ""

    def test_health_needs_no_token_and_the_rest_does(self):
        proxy = self.started()
        self.assertEqual(self.curl(proxy, "/healthz", token=False), (200, "ok\n"))
        self.assertEqual(self.curl(proxy, "/readyz", token=False), (200, "ready\n"))
        for path in ("/metrics", "/v1/findings", "/v1/exchanges", "/v1/typed", "/nothing"):
            self.assertEqual(self.curl(proxy, path, token=False)[0], 401, path)
        self.assertEqual(self.curl(proxy, "/nothing")[0], 404)
        self.assertEqual(self.curl(proxy, "/v1/typed")[0], 405)
        self.assertEqual(self.curl(proxy, "/metrics", "-H", "Origin: http://a.example")[0], 403)
        self.assertEqual(self.curl(proxy, "/metrics", "-H", "Host: a.example")[0], 421)
        for name in ("admin.token", "admin.curl"):
            self.assertEqual(stat.S_IMODE((proxy.token_file.parent / name).stat().st_mode), 0o600)
        self.assertNotIn(proxy.token_file.read_text().strip(), proxy.said())

    def test_the_hook_command_tells_what_was_typed(self):
        proxy = self.started()
        self.assertIn("flag", self.findings(proxy, TYPED))
        document = (pathlib.Path(__file__).resolve().parents[2] / "docs/typed-text.md").read_text()
        command = re.search(r'"command": "(curl [^"]*)"', document).group(1)
        command = command.replace("~/.local/share/telltale/ca", str(proxy.token_file.parent))
        hook = json.dumps({"session_id": "s", "transcript_path": "/x", "cwd": "/", "hook_event_name": "UserPromptSubmit",
                           "prompt": TYPED}).encode()
        # As a client behind the proxy would run it: its variables must not send the prompt there.
        environment = clean_environment(proxy.home, HTTP_PROXY=f"http://127.0.0.1:{proxy.port}",
                                        http_proxy=f"http://127.0.0.1:{proxy.port}")
        done = subprocess.run(command, shell=True, input=hook, env=environment, capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertEqual(self.findings(proxy, TYPED), "")
        self.assertIn("flag", self.findings(proxy, TYPED.replace("wrong", "odd")))
        self.assertEqual(proxy.stop(), 0)
        done = subprocess.run(command, shell=True, input=hook, env=environment, capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (0, b""), "a client must not notice that the proxy is gone")

    def test_prompts_come_as_text_or_json_and_within_bounds(self):
        proxy = self.started()
        post = ["--data-binary", "@-"]
        for data, kind, status in ((b'{"typed":["a","b"]}', "application/json", 204), (b"plain words", "text/plain", 204),
                                   (b'{"other":1}', "application/json", 400), (b"{", "application/json", 400),
                                   (b'{"prompt":"' + b"x" * 1_100_000 + b'"}', "application/json", 413)):
            with self.subTest(data=data[:20]):
                self.assertEqual(self.curl(proxy, "/v1/typed", *post, "-H", "Content-Type: " + kind, data=data)[0], status)
        self.assertIn("telltale_typed_texts 3\n", self.curl(proxy, "/metrics")[1])

    def test_metrics_count_what_happens(self):
        proxy = self.started()
        self.findings(proxy, TYPED)
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as client:
            client.sendall(b"CONNECT host HTTP/1.1\r\nHost: host\r\n\r\n")
            self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 400 "))
        status, text = self.curl(proxy, "/metrics")
        self.assertEqual(status, 200)
        self.assertIn("telltale_exchanges_total 1\n", text)
        self.assertIn('telltale_refused_total{cause="authority-malformed"} 1\n', text)
        found = sum(int(n) for n in re.findall(r"^telltale_findings_total\{.*\} (\d+)$", text, re.M))
        self.assertGreater(found, 0)
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) telltale_\w+ .+|telltale_\w+(\{\w+="[^"\\]*"\})? \d+)$')

    def test_exchanges_are_listed_once_they_are_done(self):
        proxy = self.started()
        self.findings(proxy, TYPED)
        deadline = time.monotonic() + 20
        text = ""
        while not text and time.monotonic() < deadline:
            status, text = self.curl(proxy, "/v1/exchanges")
            self.assertEqual(status, 200)
        [line] = [json.loads(one) for one in text.splitlines()]
        self.assertEqual((line["method"], line["status"]), ("POST", 200))
        self.assertGreater(line["inspection"]["findings"], 0)
        self.assertNotIn(TYPED, text)

    def test_findings_are_followed_as_they_happen(self):
        proxy = self.started()
        follower = subprocess.Popen(["curl", "-sN", "--noproxy", "*", "-H",
                                     "Authorization: Bearer " + proxy.token_file.read_text().strip(),
                                     proxy.admin + "/v1/findings"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.wait)
        self.addCleanup(follower.kill)
        self.assertTrue(follower.stdout.readline().startswith(":"))
        self.findings(proxy, TYPED)
        line = next(l for l in follower.stdout if l.startswith("data: "))
        event = json.loads(line[len("data: "):])
        self.assertIn("marker.date-line", [f["rule"] for f in event["findings"]])

    def test_a_transcript_is_followed_while_the_proxy_runs(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        (folder / "projects/-home-me").mkdir(parents=True)
        session = folder / "projects/-home-me/s.jsonl"
        session.write_text(record_of("something earlier"))
        capture = folder / "out.jsonl"
        proxy = self.started("--typed-from", folder, "--capture", str(capture))
        self.assertIn("telltale_typed_texts 1\n", self.curl(proxy, "/metrics")[1])
        self.assertIn("flag", self.findings(proxy, TYPED))
        with session.open("a") as file:
            file.write(record_of(TYPED))
        for _ in range(2000):
            if "telltale_typed_texts 2\n" in self.curl(proxy, "/metrics")[1]:
                break
        self.assertEqual(self.findings(proxy, TYPED), "")
        self.assertEqual(proxy.stop(), 0)
        last = json.loads(capture.read_text().splitlines()[-1])
        self.assertEqual(last["typed"], ["something earlier", TYPED])

    def test_the_environment_is_known_from_a_file_or_from_here(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        known = folder / "env.json"
        known.write_text(json.dumps({"host": ["zebra-laptop"], "device": ["0123456789abcdef0123"]}))
        capture = folder / "out.jsonl"
        proxy = self.started("--environment", known, "--capture", str(capture))
        self.assertIn("flag", self.findings(proxy, "<system-reminder>\nhost=zebra-laptop\n</system-reminder>\nhello"))
        proxy.stop()
        line = capture.read_text()
        self.assertEqual(json.loads(line)["environment"]["host"], ["zebra-laptop"])
        self.assertNotIn("0123456789abcdef0123", line)
        here = self.started("--environment", "self", "--capture", str(folder / "self.jsonl"), TZ="Asia/Tehran")
        self.findings(here, "hello")
        here.stop()
        told = json.loads((folder / "self.jsonl").read_text())["environment"]
        self.assertIn("Asia/Tehran", told["tz_name"])


class Offline(unittest.TestCase):
    """--typed-from of run and replay."""

    def setUp(self):
        if not BINARY:
            self.skipTest("TELLTALE does not name the binary")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="telltale-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def telltale(self, *arguments):
        return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, cwd=self.folder, timeout=60,
                              env=clean_environment(self.folder), stdin=subprocess.DEVNULL)

    def test_a_replay_is_measured_against_transcripts(self):
        capture = {"telltale": 1, "id": "x", "time": "2026-06-30T00:00:00.000Z", "typed": [], "environment": {},
                   "flow": {"id": "f", "client": "c", "via": "import"},
                   "request": {"method": "POST", "url": f"https://{HOST}/v1/messages", "http": "1.1",
                               "headers": [["Host", HOST], ["Content-Type", "application/json"]],
                               "body": body_with(TYPED).decode()}}
        (self.folder / "c.jsonl").write_text(json.dumps(capture) + "\n")
        (self.folder / "claude").mkdir()
        (self.folder / "claude/s.jsonl").write_text(record_of(TYPED))
        self.assertEqual(self.telltale("replay", "--mode", "flag", "c.jsonl").returncode, 1)
        got = self.telltale("replay", "--typed-from", "claude", "--", "c.jsonl")
        self.assertEqual(got.returncode, 0, got.stdout + got.stderr)
        (self.folder / "empty").mkdir()
        (self.folder / "other.jsonl").write_text('{"level":"info"}\n')
        for path, code, said in (("missing", 3, "missing: No such file"), ("empty", 3, "empty: no transcript"),
                                 ("other.jsonl", 3, "other.jsonl: no typed text")):
            with self.subTest(path):
                got = self.telltale("replay", "--typed-from", path, "--", "c.jsonl")
                self.assertEqual(got.returncode, code, got.stderr)
                self.assertIn(said, got.stderr)

    def test_a_run_knows_what_its_client_writes_down(self):
        (self.folder / "t").mkdir()
        (self.folder / "t/s.jsonl").write_text(record_of("typed before"))
        client = self.folder / "client.sh"
        client.write_text('curl -s -o /dev/null --cacert "$CURL_CA_BUNDLE" https://api.anthropic.com/v1/messages '
                          "-H content-type:application/json -d @body.json\n")
        (self.folder / "body.json").write_bytes(body_with("typed before"))
        if not shutil.which("curl"):
            self.skipTest("no curl here")
        got = self.telltale("run", "--mock", "--save", "out.jsonl", "--typed-from", "t", "--", "sh", "client.sh")
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertIn("typed before", json.loads((self.folder / "out.jsonl").read_text().splitlines()[0])["typed"])
        self.assertEqual(self.telltale("run", "--mock", "--typed-from", "none", "--", "true").returncode, 2)


if __name__ == "__main__":
    unittest.main()
