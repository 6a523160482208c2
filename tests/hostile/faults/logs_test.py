"""Where standard error goes: a reader that stands still, one that is gone, a file that its rotation cuts."""
import http.client
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from harness import BINARY, EndToEnd, clean_environment  # noqa: E402

HOST = "api.logs.test"


class Logs(EndToEnd):
    def start(self, upstream, errors, *arguments):
        """A proxy whose standard error goes there; its port is read from its own sockets."""
        home = tempfile.mkdtemp(dir=self.folder)
        process = subprocess.Popen(
            [BINARY, "proxy", "--listen", "127.0.0.1:0", "--intercept", HOST, "--resolve", f"{HOST}:{upstream.port}:127.0.0.1",
             "--allow-upstream", "127.0.0.0/8", "--upstream-ca", str(self.authority.pem), *map(str, arguments)],
            env=clean_environment(home), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def port_in(self, read):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if found := re.search(r"(?m)^ready \S+:(\d+) ca=", read()):
                return int(found.group(1))
            time.sleep(0.05)
        self.fail("it did not become ready: " + read())

    def ask(self, port, upstream, path="/"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", f"http://{HOST}:{upstream.port}{path}", body="no json, so it is said")
        answer = connection.getresponse()
        return answer.status, answer.read()

    def test_a_blocked_reader_stalls_neither_traffic_nor_captures_nor_signals(self):
        upstream = self.upstream()
        captures = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "c.jsonl"
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        process = self.start(upstream, write_end, "--capture", captures, "--no-baselines", "--format", "json")
        said = bytearray()

        def read():
            said.extend(os.read(read_end, 65536))
            return said.decode()
        port = self.port_in(read)
        os.set_blocking(write_end, False)
        try:
            while True:  # from here on the pipe is full, and nobody reads it
                os.write(write_end, b"x" * 4096)
        except BlockingIOError:
            pass
        os.set_blocking(write_end, True)
        os.close(write_end)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        slowest = 0
        for n in range(60):
            began = time.monotonic()
            connection.request("POST", f"http://{HOST}:{upstream.port}/{n}", body=b"\xff\xfe no text")
            self.assertEqual(connection.getresponse().read(), b"{}")
            slowest = max(slowest, time.monotonic() - began)
        self.assertEqual(len(captures.read_text().splitlines()), 60)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)
        print(f"blocked standard error: 60 answers, slowest {slowest * 1000:.0f} ms, 60 captures", flush=True)

    def test_a_reader_that_is_gone_changes_nothing(self):
        upstream = self.upstream()
        read_end, write_end = os.pipe()
        process = self.start(upstream, write_end, "--no-store")
        os.close(write_end)
        said = bytearray()

        def read():
            said.extend(os.read(read_end, 65536))
            return said.decode()
        port = self.port_in(read)
        os.close(read_end)
        self.assertEqual(self.ask(port, upstream), (200, b"{}"))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)

    def test_a_log_file_is_cut_by_copytruncate_without_a_hole(self):
        upstream = self.upstream()
        log = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "log"
        with log.open("wb") as errors:  # no O_APPEND, as `2>log` of a shell
            process = self.start(upstream, errors, "--no-store")
        port = self.port_in(log.read_text)
        os.truncate(log, 0)
        process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 30
        while "rules reloaded" not in log.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertTrue(log.read_text().endswith("rules reloaded\n"), log.read_bytes()[:200])
        self.assertNotIn(b"\0", log.read_bytes())
        self.assertEqual(self.ask(port, upstream)[0], 200)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)


if __name__ == "__main__":
    if not BINARY:
        print("skipped: TELLTALE does not name the binary")
        sys.exit(77)
    unittest.main(verbosity=1)
