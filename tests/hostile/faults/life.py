"""Start, crash, reload, drain: the proxy's own life. Rows of faults_test.py."""
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from harness import BINARY, SOURCE, EndToEnd, clean_environment  # noqa: E402  (the path has to be set first)

HOST = "api.faults.test"
LONG = os.environ.get("TELLTALE_LONG") == "1"
PLAIN = b"GET http://%s:%d/ HTTP/1.1\r\nHost: %s:%d\r\n\r\n"


class Life(EndToEnd):
    def start(self, upstream, *arguments, **keywords):
        return self.proxy_for(HOST, upstream, "--no-baselines", *arguments, **keywords)

    def post(self, proxy, upstream, text, connection=None):
        """An answer's status and its telltale-verdict, by absolute form."""
        connection = connection or http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
        connection.request("POST", f"http://{HOST}:{upstream.port}/v1/messages", body=text)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("telltale-verdict") or ""

    def raw(self, proxy, request):
        client = socket.create_connection(("127.0.0.1", proxy.port), timeout=30)
        self.addCleanup(client.close)
        client.sendall(request)
        return client

    def slow(self, release):
        """An upstream whose answers end only when they may."""
        def answer(_, write):
            write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha")
            release.wait(60)
            write(b"lf")
        return self.upstream(answer=answer)

    def test_kill_9_under_load_loses_no_record_of_an_answer_that_ended(self):
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        captures, ended, starts = home / "captures.jsonl", [], []
        for life in range(200 if LONG else 20):
            began = time.monotonic()
            proxy = self.start(upstream, "--capture", captures, home=home)
            starts.append(time.monotonic() - began)
            threads = [threading.Thread(target=self.load, args=(proxy, upstream, f"{life}-{i}", ended)) for i in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.2 + 0.01 * (life % 10))
            proxy.stop(signal.SIGKILL)
            for thread in threads:
                thread.join(60)
        kept = set()
        for line in captures.read_text(errors="replace").splitlines():
            try:
                kept.add(json.loads(line)["request"]["body"])
            except (ValueError, KeyError):
                pass  # cut by a crash: its answer did not end
        self.assertGreater(len(ended), 20)
        self.assertEqual([text for text in ended if text not in kept], [])
        self.assertLess(min(starts[1:]), 2)  # the others wait for a busy machine
        print(f"kill -9: {len(ended)} answers ended in {len(starts)} lives, 0 lost; start {min(starts[1:]):.2f} s")

    def load(self, proxy, upstream, name, ended, slowest=None):
        """Asks until the proxy is gone. `ended`: what was answered whole; `slowest`: seconds of the slowest, in a list of one."""
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
        for number in range(100_000):
            text = json.dumps({"n": f"{name}-{number}"})
            began = time.monotonic()
            try:
                if self.post(proxy, upstream, text, connection)[1] == b"{}":
                    ended.append(text)
                    if slowest:
                        slowest[0] = max(slowest[0], time.monotonic() - began)
            except (OSError, http.client.HTTPException):
                return

    def test_sigterm_lets_answers_end_and_ends_with_0(self):
        release = threading.Event()
        upstream = self.slow(release)
        proxy = self.start(upstream, "--no-store")
        idle = socket.create_connection(("127.0.0.1", proxy.port), timeout=30)
        self.addCleanup(idle.close)
        busy = self.raw(proxy, PLAIN % (HOST.encode(), upstream.port, HOST.encode(), upstream.port))
        head = busy.recv(4096)
        self.assertTrue(head.startswith(b"HTTP/1.1 200"), head)
        proxy.process.send_signal(signal.SIGTERM)
        self.assertEqual(idle.recv(1), b"")
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", proxy.port), timeout=5).recv(1)
        release.set()
        while not head.endswith(b"half") and (chunk := busy.recv(4096)):
            head += chunk
        self.assertTrue(head.endswith(b"half"), head)
        self.assertEqual(busy.recv(1), b"")
        self.assertEqual(proxy.process.wait(30), 0)

    def test_a_client_is_told_to_go_elsewhere_while_draining(self):
        release = threading.Event()

        def answer(_, write):
            release.wait(60)
            write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        upstream = self.upstream(answer=answer)
        proxy = self.start(upstream, "--no-store")
        busy = self.raw(proxy, PLAIN % (HOST.encode(), upstream.port, HOST.encode(), upstream.port))
        upstream.next_request()
        proxy.process.send_signal(signal.SIGTERM)
        proxy.wait_for("finishing what is in flight")
        time.sleep(0.2)
        release.set()
        said = b""
        while chunk := busy.recv(4096):
            said += chunk
        self.assertIn(b"\r\nconnection: close\r\n", said)
        self.assertTrue(said.endswith(b"{}"))
        self.assertEqual(proxy.process.wait(30), 0)

    def test_a_second_sigterm_ends_at_once_and_a_sighup_does_not(self):
        release = threading.Event()
        self.addCleanup(release.set)
        upstream = self.slow(release)
        proxy = self.start(upstream, "--no-store")
        busy = self.raw(proxy, PLAIN % (HOST.encode(), upstream.port, HOST.encode(), upstream.port))
        busy.recv(4096)
        proxy.process.send_signal(signal.SIGTERM)
        proxy.wait_for("finishing what is in flight")
        proxy.process.send_signal(signal.SIGHUP)
        with self.assertRaises(subprocess.TimeoutExpired):
            proxy.process.wait(1)
        self.assertEqual(proxy.stop(), 0)

    def test_a_broken_configuration_changes_nothing_and_is_named_with_its_line(self):
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        config = home / "telltale.jsonc"
        config.write_text('{"mode": "flag"}')
        proxy = self.start(upstream, "--no-store", "--config", config, home=home)
        self.assertEqual(self.post(proxy, upstream, "text")[0], 200)
        config.write_text('{\n "mode": "block",\n oops\n}')
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for(r"reload refused.*telltale\.jsonc: line 3")
        status, _, verdict = self.post(proxy, upstream, "{}")
        self.assertEqual(status, 200)
        self.assertIn("causes=rules-stale", verdict)
        config.write_text('{"mode": "block", "threads": 2, "store_days": 9, "limits": {"connections": 99}}')
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("need a restart and stay as they were: /store_days, /store_megabytes, /limits, /threads")
        proxy.wait_for("rules reloaded")
        status, said, verdict = self.post(proxy, upstream, "plain text")
        self.assertEqual(status, 403)
        self.assertEqual(json.loads(said)["code"], "json-malformed")
        self.assertRegex(verdict, "^block; findings=0; coverage=partial; causes=json-malformed; exchange=")
        self.assertEqual(self.post(proxy, upstream, "{}")[0], 200)

    def test_a_rule_pack_that_fails_leaves_the_old_one(self):
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        pack = home / "own.jsonc"
        good = ('{"telltale_rules": 1, "rules": []}')
        source = SOURCE / "rules" / "markers.jsonc"
        pack.write_text(source.read_text())
        proxy = self.start(upstream, "--no-store", "--rules", pack, home=home)
        pack.write_text(good[:-3])
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for(r"reload refused.*own\.jsonc")
        self.assertIn("rules-stale", self.post(proxy, upstream, "{}")[2])
        pack.write_text(source.read_text())
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("rules reloaded")
        self.assertEqual(self.post(proxy, upstream, "{}")[2], "")

    def test_stopped_and_continued(self):
        upstream = self.upstream()
        proxy = self.start(upstream, "--no-store")
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
        self.assertEqual(self.post(proxy, upstream, "{}", connection)[0], 200)
        proxy.process.send_signal(signal.SIGSTOP)
        time.sleep(30 if LONG else 2)
        proxy.process.send_signal(signal.SIGCONT)
        self.assertEqual(self.post(proxy, upstream, "{}", connection)[0], 200)
        self.assertEqual(proxy.stop(), 0)

    def test_a_service_manager_hears_ready_reloading_watchdog_and_stopping(self):
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(str(home / "notify"))
        manager.settimeout(30)
        proxy = self.start(upstream, "--no-store", home=home, NOTIFY_SOCKET=str(home / "notify"), WATCHDOG_USEC="1000000")
        self.assertEqual(self.until(manager, b"READY=1"), b"READY=1")
        for _ in range(3):
            self.until(manager, b"WATCHDOG=1")
        proxy.process.send_signal(signal.SIGHUP)
        self.assertRegex(self.until(manager, b"RELOADING=1"), rb"^RELOADING=1\nMONOTONIC_USEC=\d+$")
        self.until(manager, b"READY=1")
        proxy.process.send_signal(signal.SIGTERM)
        self.until(manager, b"STOPPING=1")
        self.assertEqual(proxy.process.wait(30), 0)

    def until(self, manager, wanted):
        """The next message that begins so; others but the watchdog's are wrong."""
        while not (said := manager.recv(4096)).startswith(wanted):
            self.assertIn(said, (b"WATCHDOG=1", b"READY=1"))
        return said

    def written(self, captures, number):
        """Until that record is there: on a machine that is busy elsewhere, a response does not wait for it for ever."""
        end = time.monotonic() + 20
        while '{\\"n\\":%d}' % number not in (captures.read_text() if captures.exists() else ""):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    def test_captures_follow_a_rotation_by_rename_and_by_truncation(self):
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        captures = home / "captures.jsonl"
        proxy = self.start(upstream, "--capture", captures, home=home)
        self.post(proxy, upstream, '{"n":1}')
        self.written(captures, 1)
        captures.rename(home / "old.jsonl")
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("rules reloaded")
        self.post(proxy, upstream, '{"n":2}')
        self.written(captures, 2)
        with captures.open("r+") as file:
            file.truncate(0)
        self.post(proxy, upstream, '{"n":3}')
        self.written(captures, 3)
        self.assertIn('{\\"n\\":1}', (home / "old.jsonl").read_text())
        text = captures.read_text()
        self.assertTrue(text.startswith("{") and '{\\"n\\":3}' in text and "n\\\":2" not in text, text[:200])

    def test_a_small_bound_of_a_folder_keeps_what_was_captured_before(self):
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        captures = home / "captures"
        proxy = self.start(upstream, "--capture", f"{captures}/", "--store-megabytes", "64", home=home)
        self.post(proxy, upstream, '{"n":1}')
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("rules reloaded")
        self.post(proxy, upstream, '{"n":2}')
        self.assertEqual(proxy.stop(), 0)
        kept = "".join(file.read_text() for file in captures.iterdir())
        self.assertIn('{\\"n\\":1}', kept)
        self.assertIn('{\\"n\\":2}', kept)

    def test_a_line_that_a_crash_cut_does_not_spoil_the_next(self):
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        captures = home / "captures.jsonl"
        captures.write_text('{"telltale":1,"id":"01J')
        proxy = self.start(upstream, "--capture", captures, home=home)
        self.post(proxy, upstream, '{"n":1}')
        self.assertEqual(proxy.stop(), 0)
        lines = captures.read_text().splitlines()
        self.assertEqual(len(lines), 2)
        self.assertEqual(json.loads(lines[1])["request"]["body"], '{"n":1}')
        replayed = subprocess.run([BINARY, "replay", str(captures)], env=clean_environment(home), capture_output=True, text=True)
        self.assertEqual(replayed.returncode, 3)
        self.assertIn("line 1", replayed.stdout + replayed.stderr)

    def test_a_full_disk_is_said_and_may_block(self):
        for choice, status in (((), 200), (("--uninspected", "not-recorded=block"), 403)):
            upstream = self.upstream()
            proxy = self.start(upstream, "--capture", "/dev/full", *choice)
            self.assertEqual(self.post(proxy, upstream, "{}")[0], 200)
            proxy.wait_for("captures are being lost")
            got, said, verdict = self.post(proxy, upstream, "{}")
            self.assertEqual(got, status)
            self.assertIn("causes=not-recorded", verdict)
            self.assertEqual(proxy.stop(), 0)

    def test_a_second_instance_on_one_port_is_refused(self):
        upstream = self.upstream()
        proxy = self.start(upstream, "--no-store")
        second = subprocess.run([BINARY, "proxy", "--no-store", "--intercept", HOST, "--listen", f"127.0.0.1:{proxy.port}"],
                                env=clean_environment(proxy.home), capture_output=True, text=True, timeout=60)
        self.assertEqual(second.returncode, 2)
        self.assertIn("choose another with --listen", second.stderr)
