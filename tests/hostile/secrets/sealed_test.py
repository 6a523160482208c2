"""Captures under a key, as an operator and a thief see them: nothing readable on the disk, everything with the key, a
clear error without it, and each kind of damage found."""
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from harness import BINARY, EndToEnd, clean_environment  # noqa: E402

HOST = "api.sealed.test"
PROMPT = "the owl flies at midnight"


class Sealed(EndToEnd):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        self.key = self.secret("key", "correct horse battery staple\n")
        self.store = self.home / "state" / "telltale"

    def secret(self, name, text):
        path = self.home / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def send(self, proxy, upstream, text):
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
        body = json.dumps({"model": "x", "messages": [{"role": "user", "content": text}]})
        connection.request("POST", f"http://{HOST}:{upstream.port}/v1/messages", body=body,
                           headers={"Content-Type": "application/json"})
        return connection.getresponse().read()

    def telltale(self, *words, environment=None, **keywords):
        return subprocess.run([BINARY, *map(str, words)], env=clean_environment(self.home, **(environment or {})),
                              capture_output=True, text=True, timeout=120, **keywords)

    def replay(self, *words, **keywords):
        return self.telltale("replay", "--format", "json", *words, **keywords)

    def filled(self, *more, lives=1, number=signal.SIGTERM):
        upstream = self.upstream()
        for life in range(lives):
            proxy = self.proxy_for(HOST, upstream, "--store-key", self.key, *more, home=self.home)
            self.send(proxy, upstream, f"{PROMPT} {life}")
            proxy.stop(number)
        return proxy

    def test_the_disk_shows_nothing_and_every_reader_reads_with_the_key(self):
        self.filled(lives=2)
        captures = self.store / "captures"
        seen = 0
        for file in self.home.rglob("*"):
            if file.is_file() and file != self.key:
                seen += 1
                self.assertNotIn(b"owl flies", file.read_bytes(), file)
        self.assertGreater(seen, 3)
        self.assertEqual({f.stat().st_mode & 0o777 for f in captures.iterdir()}, {0o600})
        read = self.replay(captures, "--store-key", self.key)
        self.assertEqual((read.returncode, len(read.stdout.splitlines())), (0, 2), read.stderr)
        by_variable = self.replay(captures, environment={"TELLTALE_STORE_KEY": str(self.key)})
        self.assertEqual(by_variable.stdout, read.stdout)
        ends = os.pipe()
        os.write(ends[1], b"correct horse battery staple")
        os.close(ends[1])
        by_descriptor = self.replay(captures, "--store-key", f"fd:{ends[0]}", pass_fds=(ends[0],))
        os.close(ends[0])
        self.assertEqual(by_descriptor.stdout, read.stdout)
        as_credential = self.replay(captures, "--store-key", "credential:key",
                                    environment={"CREDENTIALS_DIRECTORY": str(self.home)})
        self.assertEqual(as_credential.stdout, read.stdout)
        for words in (["sweep", "analyse", captures], ["lock", captures], ["retro", captures],
                      ["diff", captures, captures], ["convert", captures, self.home / "out.har"]):
            with_key = self.telltale(*words, "--store-key", self.key)
            self.assertNotEqual(with_key.returncode, 3, (words, with_key.stderr))
            without = self.telltale(*words)
            self.assertIn("it is encrypted", without.stderr, words)
            self.assertEqual(without.returncode, 3, (words, without.stderr))
        with next(captures.iterdir()).open("rb") as piped:
            by_pipe = self.replay("-", "--store-key", self.key, stdin=piped)
        self.assertEqual(len(by_pipe.stdout.splitlines()), 1, by_pipe.stderr)

    def test_without_the_key_or_with_another_it_is_a_clear_error(self):
        self.filled()
        captures = self.store / "captures"
        other = self.secret("other", "wrong\n")
        for words, wanted in (((), "it is encrypted; give the key it was written with: --store-key"),
                              (("--store-key", other), "the key of --store-key does not open it")):
            with self.subTest(wanted):
                done = self.replay(captures, *words)
                self.assertEqual((done.returncode, done.stdout), (3, ""), done.stdout)
                self.assertIn(wanted, done.stderr)
        exposed = self.secret("exposed", "x")
        exposed.chmod(0o644)
        for source, wanted in ((exposed, "others than its owner may use it"), ("fd:99", "Bad file descriptor"),
                               (self.secret("empty", ""), "there is nothing in it")):
            with self.subTest(source):
                done = self.replay(captures, "--store-key", source)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(wanted, done.stderr)

    def test_run_saves_under_the_key(self):
        saved = self.home / "saved.jsonl"
        done = self.telltale("run", "--mock", "--store-key", self.key, "--save", saved, "--", sys.executable, "-c",
                             "import os,urllib.request as u;"
                             "u.build_opener(u.ProxyHandler({'http': os.environ['HTTPS_PROXY']}))"
                             ".open('http://api.anthropic.com/', b'owl flies')")
        self.assertTrue(saved.exists(), done.stderr)
        self.assertTrue(saved.read_bytes().startswith(b"TELLTALE-SEALED1"))
        self.assertNotIn(b"owl flies", saved.read_bytes())
        self.assertNotEqual(self.replay(saved, "--store-key", self.key).stdout, "")

    def test_each_damage_is_found_and_the_rest_is_read(self):
        captures = self.home / "one.jsonl"
        self.filled("--capture", captures, lives=3)
        whole = captures.read_bytes()
        marks = [m.start() for m in re.finditer(rb"TTck", whole)]  # a record and an end a stream
        heads = [m.start() for m in re.finditer(rb"TELLTALE-SEALED1", whole)]
        self.assertEqual((len(marks), len(heads)), (6, 3))
        second = whole[heads[1]:heads[2]]

        def flipped(at):
            return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]
        rows = {"a bit of a record": (flipped(marks[2] + 40), 2), "a bit of a tag": (flipped(heads[1] - 40), 2),
                "a bit of a head in the middle": (flipped(heads[1] + 40), 2),
                "the end cut off": (whole[:-32], 3), "cut in the last record": (whole[:marks[4] + 100], 2),
                "a stream left out": (whole[:heads[1]] + whole[heads[2]:], 2),
                "two streams swapped": (whole[:heads[1]] + whole[heads[2]:] + second, 3),
                "a stream doubled": (whole + second, 4),
                "the first cut out": (whole[heads[1]:], 2)}
        held = 0
        for name, (damaged, left) in rows.items():
            with self.subTest(name):
                place = self.home / "damaged.jsonl"
                place.write_bytes(damaged)
                place.chmod(0o600)
                done = self.replay(place, "--store-key", self.key)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertRegex(done.stderr, r"damaged\.jsonl.*at byte \d+|damaged\.jsonl.*byte \d+")
                self.assertEqual(len(done.stdout.splitlines()), left, done.stderr)
                held += 1
        control = self.replay(captures, "--store-key", self.key)
        self.assertEqual((control.returncode, len(control.stdout.splitlines())), (0, 3), control.stderr)
        print(f"sealed, damages found: {held} of {len(rows)}", flush=True)

    def test_kill_9_loses_no_acknowledged_record(self):
        upstream = self.upstream()
        captures, ended = self.home / "killed.jsonl", []

        def load(proxy, life):
            for n in range(10_000):
                try:
                    if self.send(proxy, upstream, f"prompt {life}-{n}") == b"{}":
                        ended.append(f"prompt {life}-{n}")
                except (OSError, http.client.HTTPException):
                    return
        for life in range(5):
            proxy = self.proxy_for(HOST, upstream, "--no-baselines", "--store-key", self.key, "--capture", captures, home=self.home)
            thread = threading.Thread(target=load, args=(proxy, life))
            thread.start()
            time.sleep(0.3 + 0.03 * life)
            proxy.stop(signal.SIGKILL)
            thread.join(60)
        opened = self.home / "opened.jsonl"
        done = self.replay(captures, "--store-key", self.key, "--strip-to", opened)
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        text = opened.read_text()
        self.assertGreater(len(ended), 5)
        self.assertEqual([one for one in ended if one + '\\"' not in text], [])
        print(f"sealed, kill -9: {len(ended)} answers ended in 5 lives, 0 lost", flush=True)

    def test_rotation_by_rename_and_by_truncation(self):
        captures, old, copy = self.home / "r.jsonl", self.home / "old.jsonl", self.home / "copy.jsonl"
        upstream = self.upstream()
        proxy = self.proxy_for(HOST, upstream, "--store-key", self.key, "--capture", captures, home=self.home)
        self.send(proxy, upstream, "1")
        captures.rename(old)
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("rules reloaded")
        self.send(proxy, upstream, "2")
        self.assertEqual(self.replay(captures, "--store-key", self.key).returncode, 0)  # it is being written
        copy.write_bytes(captures.read_bytes())
        os.truncate(captures, 0)
        self.send(proxy, upstream, "3")
        self.assertEqual(proxy.stop(), 0)
        for file, code in ((old, 0), (captures, 0), (copy, 3)):  # a copy of an open file has no end
            done = self.replay(file, "--store-key", self.key)
            self.assertEqual((done.returncode, len(done.stdout.splitlines())), (code, 1), (file, done.stderr))


if __name__ == "__main__":
    if not BINARY:
        print("skipped: TELLTALE does not name the binary")
        sys.exit(77)
    unittest.main(verbosity=1)
