"""`telltale run` end to end: real clients behind a private proxy, the built-in mock, typed text from argument, pipe and PTY."""
import json
import os
import pathlib
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import termios
import time
import unittest

from harness import BINARY, EndToEnd, clean_environment

CANARY = "sk-ant-test-canary-0123456789abcdef"
MARKED = "Today\u02bcs date is 2026/06/30."
CLEAN = "Today's date is 2026-06-30."

# What a client does, by nothing but the environment it was given. Arguments: URL, date line, prompt ("-": from stdin).
CLIENT = r"""
import json, os, sys, urllib.request
url, date, prompt = sys.argv[1:4]
if prompt == "-":
    prompt = sys.stdin.read() if not sys.stdin.isatty() else input("prompt> ")
body = json.dumps({"model": "claude-test", "max_tokens": 64, "stream": True, "messages": [{"role": "user", "content": [
    {"type": "text", "text": "<system-reminder>\n# currentDate\n" + date + "\n</system-reminder>\n"},
    {"type": "text", "text": prompt}]}]}, ensure_ascii=False).encode()
request = urllib.request.Request(url, data=body, headers={
    "Content-Type": "application/json", "User-Agent": "claude-cli/2.1.196 (external, sdk-cli)",
    "x-api-key": os.environ.get("ANTHROPIC_API_KEY", "none"), "anthropic-version": "2023-06-01"})
text = ""
with urllib.request.urlopen(request, timeout=30) as response:
    for line in response:
        if line.startswith(b"data: "):
            text += json.loads(line[6:]).get("delta", {}).get("text", "")
print("reply:", text)
"""


def messages(host="deepseek.example.test"):
    return f"https://{host}/v1/messages?beta=true"


class Run(EndToEnd):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        self.temporary = self.home / "tmp"
        self.temporary.mkdir()
        self.save = self.home / "capture.jsonl"

    def environment(self, **more):
        return clean_environment(self.home, TMPDIR=str(self.temporary), **more)

    def command(self, *arguments, options=("--mock",)):
        return [BINARY, "run", *map(str, options), "--", *map(str, arguments)]

    def run_client(self, *arguments, options=("--mock",), stdin="", **environment):
        done = subprocess.run(self.command(*arguments, options=options), env=self.environment(**environment),
                              input=stdin, capture_output=True, text=True, errors="replace", timeout=120)
        self.assertEqual(list(self.temporary.iterdir()), [], "files of the run are left behind")
        return done

    def python(self, date=CLEAN, prompt="Say hello zebra42", url=None, **keywords):
        return self.run_client(sys.executable, "-c", CLIENT, url or messages(), date, prompt, **keywords)

    def captures(self, path=None):
        return [json.loads(line) for line in (path or self.save).read_text().splitlines()]

    # --- the client ---

    def test_the_clients_exit_status_is_passed_on(self):
        for script, status in (("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143)):
            with self.subTest(script):
                self.assertEqual(self.run_client("sh", "-c", script).returncode, status)

    def test_a_client_that_is_not_there_is_said_and_has_status_127(self):
        done = self.run_client("telltale-no-such-client")
        self.assertEqual(done.returncode, 127)
        self.assertIn("cannot start telltale-no-such-client", done.stderr)

    def test_stdout_is_the_clients_alone(self):
        done = self.run_client("sh", "-c", "echo out; echo err >&2")
        self.assertEqual(done.stdout, "out\n")
        self.assertIn("err\n", done.stderr)

    def test_what_the_client_leaves_running_is_ended_and_said(self):
        pidfile = self.home / "pid"
        done = self.run_client("sh", "-c", f"sleep 1000 >/dev/null 2>&1 & echo $! > {pidfile}")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, "left running by the client: (sleep|sh)\\n")  # sh: before it became sleep
        self.assertFalse(pathlib.Path("/proc", pidfile.read_text().strip()).exists())

    def test_a_signal_reaches_the_client(self):
        flag = self.home / "ready"
        process = subprocess.Popen(self.command("sh", "-c", f"trap 'exit 9' TERM; : > {flag}; while :; do sleep 0.05; done"),
                                   env=self.environment(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_until(flag.exists)
        process.terminate()
        self.assertEqual(process.wait(timeout=60), 9)

    def wait_until(self, condition):
        deadline = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)  # another process's file: nothing to wait on

    # --- the mock ---

    def test_curl_gets_a_reply_by_environment_alone(self):
        if not shutil.which("curl"):
            self.skipTest("curl is not installed")
        done = self.run_client("curl", "-sS", "--fail", "-d", '{"model":"m","messages":[]}', "https://api.example.test/v1/messages")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["content"][0]["text"], "telltale mock: turn finished")
        self.assertIn("POST api.example.test/v1/messages", done.stderr)

    def test_a_client_finishes_a_streamed_turn_without_account_or_network(self):
        done = self.python()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "reply: telltale mock: turn finished\n")
        self.assertIn("ANTHROPIC_API_KEY", done.stderr)  # a stand-in was set, and that is said

    def test_inherited_proxies_do_not_matter(self):
        nowhere = "http://127.0.0.1:9"
        done = self.python(HTTPS_PROXY=nowhere, https_proxy=nowhere, ALL_PROXY=nowhere, NO_PROXY="*")
        self.assertEqual(done.stdout, "reply: telltale mock: turn finished\n")

    # --- findings ---

    def test_the_marker_is_found_and_told_with_its_meaning(self):
        done = self.python(date=MARKED, TZ="Asia/Shanghai")
        self.assertEqual(done.returncode, 0)
        self.assertIn("marker.date-line", done.stderr)
        self.assertIn("U+02BC", done.stderr)
        self.assertIn("Asia/Shanghai", done.stderr)
        self.assertNotIn("\u02bc", done.stderr)

    def test_fail_on_fires_on_findings_only(self):
        options = ("--mock", "--fail-on", "high")
        self.assertEqual(self.python(date=MARKED, options=options).returncode, 1)
        self.assertEqual(self.python(date=CLEAN, options=options).returncode, 0)

    def test_the_json_report_is_lines_with_a_summary_last(self):
        report = self.home / "report.jsonl"
        done = self.python(date=MARKED, options=("--mock", "--format", "json", "--output", report))
        lines = self.captures(report)
        self.assertEqual(done.stderr, "")
        self.assertEqual(lines[0]["api"], "anthropic.messages")
        self.assertIn("marker.date-line", [finding["rule"] for finding in lines[0]["findings"]])
        self.assertEqual(lines[-1]["summary"]["exchanges"], 1)
        self.assertIn("marker.date-line", lines[-1]["summary"]["rules"])

    def test_strip_changes_the_marker_and_nothing_else(self):
        received = self.home / "received.jsonl"
        done = self.python(date=MARKED, options=("--mock", "--mode", "strip", "--save", self.save, "--mock-received", received))
        self.assertEqual(done.returncode, 0, done.stderr)
        sent = self.captures()[0]["request"]["body"]
        got = self.captures(received)[0]["request"]["body"]
        self.assertIn(MARKED, sent)
        self.assertEqual(got, sent.replace(MARKED, CLEAN))

    # --- the capture ---

    def test_the_capture_has_the_exchange_and_no_credential(self):
        done = self.python(options=("--mock", "--save", self.save), ANTHROPIC_API_KEY=CANARY)
        capture = self.captures()[0]
        self.assertEqual(capture["request"]["url"], messages())
        self.assertEqual(capture["response"]["status"], 200)
        self.assertIn("message_stop", capture["response"]["body"])
        self.assertIn("Say hello zebra42", capture["typed"])
        self.assertIn("UTC", capture["environment"]["tz_name"])
        self.assertNotIn(CANARY, self.save.read_text())
        self.assertNotIn(CANARY, done.stderr)

    def test_a_replay_of_the_capture_finds_the_same(self):
        self.python(date=MARKED, options=("--mock", "--save", self.save))
        live = self.captures()[0]["inspection"]
        done = subprocess.run([BINARY, "replay", "--format", "json", "--fail-on", "never", self.save], env=self.environment(),
                              capture_output=True, text=True, timeout=120)
        again = json.loads(done.stdout.splitlines()[0])
        self.assertEqual(again["findings"], live["findings"])

    # --- what was typed ---

    def test_piped_input_is_typed(self):
        done = self.python(prompt="-", stdin="Say hello\nto zebra42", options=("--mock", "--save", self.save))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Say hello\nto zebra42", self.captures()[0]["typed"])

    def test_a_terminal_session_is_typed(self):
        master, slave = pty.openpty()
        before = termios.tcgetattr(slave)
        command = self.command(sys.executable, "-c", CLIENT, messages(), CLEAN, "-", options=("--mock", "--save", self.save))
        pid = os.fork()
        if pid == 0:
            os.login_tty(slave) if hasattr(os, "login_tty") else self.login(slave)
            os.execve(BINARY, command, self.environment())
        screen = self.screen_until(master, b"prompt> ")
        os.write(master, b"Say helol\x7f\x7flo zebra42\r")
        screen += self.screen_until(master, b"ended with")
        while not os.waitpid(pid, os.WNOHANG)[0]:
            screen += self.some(master)
        self.assertIn(b"reply: telltale mock: turn finished", screen)
        self.assertEqual(termios.tcgetattr(slave)[:4], before[:4])
        self.assertIn("Say hello zebra42", self.captures()[0]["typed"])
        os.close(master)
        os.close(slave)

    @staticmethod
    def login(slave):
        import fcntl
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd in (0, 1, 2):
            os.dup2(slave, fd)

    @staticmethod
    def some(master):
        readable, _, _ = select.select([master], [], [], 0.1)
        return os.read(master, 65536) if readable else b""

    def screen_until(self, master, text):
        screen = b""
        deadline = time.monotonic() + 60
        while text not in screen:
            self.assertLess(time.monotonic(), deadline, screen)
            screen += self.some(master)
        return screen

    # --- without the mock ---

    def test_a_real_upstream_is_reached_and_verified(self):
        host = "gateway.example.test"
        upstream = self.upstream(host)
        options = ("--upstream-ca", self.authority.pem, "--resolve", f"{host}:{upstream.port}:127.0.0.1",
                   "--allow-upstream", "127.0.0.0/8")
        done = self.python(url=f"https://{host}:{upstream.port}/v1/messages", options=options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"Say hello zebra42", upstream.next_request().body)
        self.assertNotIn("ANTHROPIC_API_KEY", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
