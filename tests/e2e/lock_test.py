"""`telltale lock` and `telltale replay --lock`: what a client sends as a file, and a job that fails when it sends more."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

BINARY = os.environ["TELLTALE"]
SOURCE = pathlib.Path(__file__).resolve().parents[2]
RULES = SOURCE / "rules" / "markers.jsonc"  # one pack loads faster than all
GOLDEN = SOURCE / "tests" / "golden" / "lock"


def run(command, *arguments, **keywords):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TZ": "Asia/Tehran", "LC_ALL": "C"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    keywords.setdefault("cwd", GOLDEN)
    return subprocess.run([BINARY, command, *map(str, arguments)], env=environment, capture_output=True, timeout=120,
                          **keywords)


def exchange(number=1, system="You help.\nWorking directory: /home/sam/work", headers=(), more=None, url=None):
    """One turn of an invented client on Sam's machine."""
    body = {"model": "model-x", "stream": True, "system": [{"type": "text", "text": system}],
            "metadata": {"user_id": json.dumps({"device_id": f"{number:03x}" + 15 * "c0de", "account": "sam"})},
            "messages": [{"role": "user", "content": f"hello from Sam, {number}"}]}
    body.update(more or {})
    return json.dumps({
        "telltale": 1, "id": f"01JD{number:022d}", "time": "2026-11-21T02:41:07.113Z",
        "flow": {"id": "f", "client": "127.0.0.1:51544", "via": "connect", "user": None},
        "request": {"method": "POST", "url": url or "https://api.example.test/v1/messages", "http": "1.1",
                    "headers": [["Host", "api.example.test"], ["User-Agent", f"claude-cli/2.1.{number} (external, cli)"],
                                ["X-Request-Id", f"3f2a9c0e-11aa-4c1f-8b7e-0d6c0c9b{number:04x}"], *headers],
                    "body": json.dumps(body), "coding": None, "trailers": []},
        "response": None, "typed": [f"hello from Sam, {number}"], "environment": {"user": ["sam"]}}) + "\n"


class LockTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "telltale.lock"

    def make(self, *lines, update=False):
        done = run("lock", "--rules", RULES, "-", "-o", self.file, *(["--update"] if update else []),
                   input="".join(lines).encode())
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return self.file.read_text()

    def check(self, *lines):
        done = run("lock", "--rules", RULES, "--check", self.file, "--format", "json", "-", input="".join(lines).encode())
        told = [json.loads(line) for line in done.stdout.splitlines()]
        return done.returncode, [one["rule"] for line in told for one in line.get("news", [])]

    def test_golden(self):
        done = run("lock", "--rules", RULES, "captures.jsonl")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        path = GOLDEN / "telltale.lock"
        if os.environ.get("TELLTALE_WRITE_GOLDEN"):
            path.write_bytes(done.stdout)
        self.assertEqual(done.stdout.decode(), path.read_text())
        self.assertEqual(run("lock", "--rules", RULES, "--check", path, "captures.jsonl").returncode, 0)

    def test_the_same_captures_give_the_same_lock_and_it_names_no_one(self):
        lines = [exchange(n) for n in range(1, 40)]
        first = self.make(*lines)
        self.assertEqual(self.make(*lines[::-1]), first)
        many = self.folder / "many.jsonl"
        many.write_text("".join(lines))
        self.assertEqual(run("lock", "--rules", RULES, "--jobs", 5, many).stdout.decode(), first)
        self.assertNotIn("sam", first.lower())
        self.assertNotIn("hello", first)
        self.assertTrue(first.startswith("telltale-lock 1\n"))
        self.assertIn('header user-agent : phrase = "claude-cli/{version} (external, cli)"', first)
        self.assertIn("header x-request-id : uuid", first)
        self.assertIn("json /metadata/user_id#json/device_id : hex", first)
        self.assertIn('"Working directory: {path}"', first)

    def test_what_is_new_fails_and_is_named(self):
        self.make(exchange(1), exchange(2))
        self.assertEqual(self.check(exchange(3)), (0, []))
        rows = {
            "lock.header": exchange(3, headers=[["X-New", "1"]]),
            "lock.member": exchange(3, more={"telemetry": {"zone": "x"}}),
            "lock.value": exchange(3, more={"stream": False}),
            "lock.line": exchange(3, system="You help.\nWorking directory: /x/y\nTimezone of the user: {tz}"),
            "lock.alphabet": exchange(3, system="You help.\u2009"),
            "lock.class": exchange(3, more={"metadata": {"user_id": "plain"}}),
            "lock.endpoint": exchange(3, url="https://telemetry.example.test/v1/messages"),
        }
        for rule, line in rows.items():
            with self.subTest(rule):
                code, rules = self.check(exchange(1), line)
                self.assertEqual(code, 1)
                self.assertIn(rule, rules)
        told = run("lock", "--rules", RULES, "--check", self.file, "-", input=rows["lock.header"].encode()).stdout.decode()
        self.assertIn("-:1  01JD0000000000000000000003  lock.header  header:x-new  not in the lock: header x-new", told)
        self.assertIn("1 exchange: 1 not in the lock, 0 gone from it", told)
        self.assertEqual(run("lock", "--rules", RULES, "--check", self.file, "--fail-on", "never", "-",
                             input=rows["lock.header"].encode()).returncode, 0)

    def test_update_takes_in_what_is_new_and_keeps_the_rest(self):
        before = self.make(exchange(1), exchange(2))
        self.assertEqual(self.make(exchange(3), update=True), before)
        after = self.make(exchange(3, headers=[["X-New", "1"]]), update=True)
        self.assertEqual(self.check(exchange(1), exchange(4, headers=[["X-New", "1"]])), (0, []))
        self.assertEqual([line for line in after.splitlines() if line not in before.splitlines()],
                         ["  header x-new : number"])

    def test_replay_reports_it_in_every_format(self):
        self.make(exchange(1), exchange(2, headers=[["X-Old", "1"]]))
        new = exchange(3, headers=[["X-New", "1"]]).encode()
        for form, word in (("text", "lock.header"), ("json", '"rule":"lock.header"'), ("sarif", '"ruleId":"lock.header"'),
                           ("junit", 'name="lock.header '), ("github", "title=lock.header::")):
            with self.subTest(form):
                done = run("replay", "--rules", RULES, "--lock", self.file, "--format", form, "-", input=new)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(word, done.stdout.decode())
                if form in ("text", "json"):
                    self.assertIn("gone", done.stdout.decode())
                if form == "sarif":
                    json.loads(done.stdout)
                if form == "junit":
                    ElementTree.fromstring(done.stdout)
        self.assertEqual(run("replay", "--rules", RULES, "--lock", self.file, "-", input=exchange(1).encode()).returncode, 0)
        self.assertNotIn(b"segments", run("replay", "--rules", RULES, "--lock", self.file, "--format", "json", "-",
                                          input=new).stdout)

    def test_what_is_wrong_is_told(self):
        self.make(exchange(1))
        done = run("lock", "--rules", RULES, "-o", self.folder / "x.lock", "-", input=b"nonsense\n" + exchange(1).encode())
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"-: line 1, byte 0: not JSON", done.stderr)
        self.assertEqual((self.folder / "x.lock").read_text(), self.file.read_text())
        self.file.write_text("telltale-lock 1\n  heading a : word\n")
        for command in (("lock", "--check"), ("replay", "--lock")):
            done = run(*command, self.file, "--rules", RULES, "-", input=b"")
            self.assertEqual(done.returncode, 3)
            self.assertIn(b"telltale.lock: line 2: ", done.stderr)
        self.assertEqual(run("lock", "--update", "-").returncode, 2)
        self.assertEqual(run("lock").returncode, 2)

    def test_the_documented_job_runs(self):
        """Every telltale command of the workflow, on captures as its first step makes them."""
        job = (SOURCE / "docs" / "examples" / "lock-workflow.yaml").read_text()
        commands = re.findall(r"^ *(?:- )?(?:run: )?telltale (lock .*|replay .*)$", job, re.M)
        self.assertEqual(len(commands), 2)
        (self.folder / "captures.jsonl").write_text(exchange(1) + exchange(2))
        self.assertEqual(run("lock", "captures.jsonl", "-o", self.file, cwd=self.folder).returncode, 0)
        self.assertEqual(run(*commands[0].split(), cwd=self.folder).returncode, 0)
        (self.folder / "captures.jsonl").write_text(exchange(1) + exchange(2, headers=[["X-New", "1"]]))
        self.assertEqual(run(*commands[0].split(), cwd=self.folder).returncode, 1)
        self.assertEqual(run(*commands[1].split(), cwd=self.folder).returncode, 0)
        self.assertIn("header x-new", self.file.read_text())


if __name__ == "__main__":
    unittest.main()
