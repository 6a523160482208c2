"""Bodies made to be more than they seem. Whatever comes: the bytes pass as they came (or are refused), memory grows by
no more than 32 MiB, time is linear, what could not be looked at is said, and others are served meanwhile."""

import json
import os
import pathlib
import time
import unittest

from bomb_cases import MIB, ODD, coded_bombs, damaged, flushed, json_bombs, zstd_zeros
from request_cases import HOST
from rig import GOOD, OK, HostileHttp, read_answer

MEMORY = 32 * MIB
# What is not bounded takes minutes; a slow machine must not fail here.
SECONDS = float(os.environ.get("TELLTALE_BOMB_SECONDS", "10.0"))
SANITIZED = bool(os.environ.get("TELLTALE_SANITIZE"))  # its shadow and quarantine are more than the bound
HERTZ = os.sysconf("SC_CLK_TCK")


class Watched:
    """Peak memory and CPU time of a process, from where `begin` was called."""

    def __init__(self, process):
        self.folder = pathlib.Path(f"/proc/{process.pid}")

    def status(self, name):
        for line in (self.folder / "status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(name)

    def cpu(self):
        fields = (self.folder / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / HERTZ

    def begin(self):
        (self.folder / "clear_refs").write_text("5")  # the peak starts anew
        self.memory, self.time = self.status("VmRSS"), self.cpu()

    def used(self):
        return self.status("VmHWM") - self.memory, self.cpu() - self.time


class Bombs(HostileHttp):
    def start(self, answer=None, *arguments):
        super().start(answer, *(arguments or ("--mode", "flag")))
        self.watched = Watched(self.running.process)
        self.client = self.tunnel()
        for _ in range(3):  # what is made once is no part of the measure
            self.post(b'{"messages":[{"role":"user","content":"warm"}]}')

    def post(self, body, coding=None, path=b"/v1/messages", kind=b"application/json"):
        lines = [b"POST %s HTTP/1.1" % path, b"Host: " + HOST.encode(), b"Content-Type: " + kind, b"Content-Length: %d" % len(body)]
        if coding:
            lines.append(b"Content-Encoding: " + coding.encode())
        self.secured.take_bytes()
        self.client.sendall(b"\r\n".join([*lines, b"", b""]) + body)
        head, answer = read_answer(self.client)
        if not head.startswith(OK.strip()):
            self.client = self.tunnel()
        return head, answer

    def bounded(self, body, coding=None, **keywords):
        self.watched.begin()
        head, _ = self.post(body, coding, **keywords)
        memory, seconds = self.watched.used()
        self.assertTrue(head.startswith(OK.strip()), head)
        self.assertEqual(self.secured.take_request().body, body)
        return memory, seconds

    def within(self, memory):
        if not SANITIZED:
            self.assertLess(memory, MEMORY)

    def test_coded_bodies(self):
        self.start()

        def check(name, row):
            memory, seconds = self.bounded(row[1], row[0])
            self.within(memory)
            self.assertLess(seconds, SECONDS)

        self.group("bombs, coded", coded_bombs(), check)
        self.group("bombs, damaged", damaged(), check)

    def test_coded_bodies_in_an_answer_pass_as_they_are(self):
        rows = {"gzip": flushed(31, 1024 * MIB), "deflate": flushed(15, 1024 * MIB), "zstd": zstd_zeros(10240 * MIB)}

        def answer(received, write):
            body = rows.get(received.head.split(b" ")[1][1:].decode(), b"good")
            write(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)

        self.start(answer)

        def check(name, body):
            self.watched.begin()
            head, got = self.post(b"{}", path=b"/" + name.encode())
            memory, seconds = self.watched.used()
            self.assertEqual(got, body)
            self.within(memory)
            self.assertLess(seconds, SECONDS)

        self.group("bombs, answers", rows, check)

    def test_json(self):
        def check(name, row):
            units, make = row
            self.start()  # afresh: what an earlier row left behind would hide what this one takes
            body = make(units)
            memory, seconds = self.bounded(body)
            _, half = self.bounded(make(units // 2))
            print(f"    {name}: {memory / MIB:.0f} MiB, {half:.2f} s and {seconds:.2f} s", flush=True)
            self.within(memory - len(body))  # the body itself is held, and bounded by its own limit
            for _ in range(3):  # a busy machine must not fail here
                if seconds <= 2.2 * half + 0.1:
                    break
                half, seconds = self.bounded(make(units // 2))[1], self.bounded(make(units))[1]
            self.assertLessEqual(seconds, 2.2 * half + 0.1, "more than linear")

        self.group("bombs, JSON", json_bombs(), check)

    def test_odd_documents_pass_byte_for_byte(self):
        self.start()
        self.group("bombs, odd documents", ODD, lambda _, body: self.bounded(body))

    def test_multipart(self):
        self.start()
        body = b"".join(b"--x\r\nContent-Disposition: form-data; name=\"p%d\"\r\n\r\nv\r\n" % n for n in range(100_000)) + b"--x--\r\n"
        memory, seconds = self.bounded(body, kind=b"multipart/form-data; boundary=x")
        self.within(memory)
        self.assertLess(seconds, SECONDS)

    def test_event_streams(self):
        rows = {
            "an event of 64 MiB without an end": lambda write: [write(b"data: " if n == 0 else bytes(64) * 1024 * 16) for n in range(65)],
            "a million events": lambda write: [write(b"data: {}\n\n" * 10_000) for _ in range(100)],
            "a million empty lines": lambda write: [write(b"\n" * 10_000) for _ in range(100)],
            "a million comments": lambda write: [write(b":\n" * 10_000) for _ in range(100)],
        }

        def answer(received, write):
            make = rows.get(received.head.split(b" ")[1][1:].decode().replace("-", " "))
            if make is None:
                return write(GOOD)
            write(OK + b"Content-Type: text/event-stream\r\n\r\n")
            make(write)
            return "end"

        self.start(answer)

        def check(name, _):
            self.watched.begin()
            client = self.tunnel()
            client.sendall(b"GET /%s HTTP/1.1\r\nHost: %s\r\n\r\n" % (name.replace(" ", "-").encode(), HOST.encode()))
            size = 0
            while data := client.recv(1 << 20):
                size += len(data)
            memory, seconds = self.watched.used()
            self.assertGreater(size, 900_000)
            self.within(memory)
            self.assertLess(seconds, 2 * SECONDS)

        self.group("bombs, event streams", rows, check)

    def test_others_are_served_meanwhile(self):
        self.start()
        units, make = json_bombs()["a million keys"]
        body = make(units)
        self.client.sendall(
            b"POST /v1/messages HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % (HOST.encode(), len(body))
            + body
        )
        other = self.tunnel()
        begun = time.monotonic()
        other.sendall(b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % HOST.encode())
        self.assertEqual(read_answer(other)[1], b"good")
        self.assertLess(time.monotonic() - begun, 1)
        self.assertEqual(read_answer(self.client)[1], b"good")


class Said(HostileHttp):
    def test_what_could_not_be_looked_at_is_said(self):
        capture = self.folder / "said.jsonl"
        super().start(None)
        self.running.stop()
        self.running = self.proxy(
            "--intercept",
            HOST,
            "--allow-upstream",
            "127.0.0.0/8",
            "--upstream-ca",
            self.authority.pem,
            "--resolve",
            f"{HOST}:{self.secured.port}:127.0.0.1",
            "--capture",
            capture,
        )
        self.trust.load_verify_locations(cafile=self.running.ca)
        rows = {name: row for name, row in {**damaged(), **coded_bombs()}.items() if len(row[1]) < 2 * MIB}
        for name, (coding, body) in rows.items():
            client = self.tunnel()
            client.sendall(
                b"POST /v1/messages HTTP/1.1\r\nHost: %s\r\nX-Row: %s\r\nContent-Encoding: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                % (HOST.encode(), name.encode(), coding.encode(), len(body))
                + body
            )
            read_answer(client)
            client.close()
        self.running.stop()
        said = {}
        with open(capture, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                headers = dict(map(tuple, line["request"]["headers"]))
                said[headers.get("X-Row")] = line["inspection"]["coverage"]

        def check(name, _):
            self.assertEqual(said[name]["state"], "none", said[name])
            self.assertRegex(said[name]["causes"][0], "^(coding|content)")

        self.group("bombs, said in the capture", rows, check)


if __name__ == "__main__":
    unittest.main(verbosity=2)
