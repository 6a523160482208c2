"""Three readings of one stream. Requests, sound and mutated, go through the proxy; what it let pass is then read by
Node's llhttp and by Python's own parser, and must be the requests that the proxy says it saw (its captures): as many, and
each with the same method, target, fields and body. What any of them reads otherwise is a hole."""

import base64
import http.server
import io
import json
import os
import pathlib
import random
import re
import shutil
import ssl
import subprocess
import threading
import unittest
from collections import Counter

from request_cases import CONTROL, HOST, REQUEST, TUNNEL
from rig import GOOD, OK, HostileHttp, Upstream, read_request, rest_of, send_and_end

SCRIPT = pathlib.Path(__file__).with_name("llhttp.js")
KNOWN = (b"GET", b"POST", b"PROPFIND", b"TRACE", b"OPTIONS")

MUTANTS = int(os.environ.get("TELLTALE_MUTANTS", "3000"))
PIECES = [
    b"\r", b"\n", b"\r\n", b" ", b"\t", b"\0", b":", b",", b";", b"\x0b", b"\xa0", b"0", b"5", b"-", b"+", b"x", b"\r\n ", b"\r\n\r\n",
    b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding:chunked", b"Host: x\r\n", b"Connection: close\r\n",
    b"chunked", b"0\r\n\r\n", b"GET / HTTP/1.1\r\n", b"HTTP/1.0", b"_", b"\"", b"#", b"?", b"/", b"*", b"%00", b"\x7f", b"\xff",
]  # fmt: skip


def mutate(raw, chance):
    """One to three small accidents: a piece put in, bytes taken out, doubled or swapped."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(min(len(raw), 400) + 1)
        end = min(len(raw), at + chance.randint(1, 6))
        kind = chance.randrange(4)
        if kind == 0:
            raw = raw[:at] + chance.choice(PIECES) + raw[at:]
        elif kind == 1:
            raw = raw[:at] + raw[end:]
        elif kind == 2:
            raw = raw[:at] + raw[at:end] + raw[at:]
        else:
            raw = raw[:at] + bytes(b ^ 0x20 for b in raw[at:end]) + raw[end:]
    return raw


def corpus():
    chance = random.Random(9112)
    sound = [request.raw() for request in CONTROL.values()]
    small = [raw for raw in sound if len(raw) < 4000]
    listed = [request.raw() for request, _ in [*REQUEST.values(), *TUNNEL.values()] if len(request.raw()) < 4000]
    return sound + listed + [mutate(chance.choice(small * 8 + listed), chance) for _ in range(MUTANTS)]


class Recorder(Upstream):
    """Keeps the bytes of each connection apart."""

    def __init__(self, certificate):
        self.streams, self.local = [], threading.local()
        super().__init__(certificate, self.reply)

    @staticmethod
    def reply(received, write):
        method = received.head.split(b" ")[0]
        if method == b"HEAD":
            write(OK + b"Content-Length: 4\r\n\r\n")
        elif method in KNOWN:
            write(GOOD)
        else:  # llhttp stops at a method it does not know: nothing else may follow there
            write(OK + b"Connection: close\r\nContent-Length: 4\r\n\r\ngood")

    def serve(self, connection):
        self.local.stream = bytearray()
        self.streams.append(self.local.stream)
        super().serve(connection)

    def keep(self, data):
        self.local.stream.extend(data)


class PythonParser(http.server.BaseHTTPRequestHandler):
    """The parser of the standard library's server, without a socket."""

    def __init__(self, raw):
        self.rfile, self.wfile, self.refused = io.BytesIO(raw), io.BytesIO(), False
        self.client_address = ("", 0)
        self.raw_requestline = self.rfile.readline(65537)

    def send_error(self, code, message=None, explain=None):
        self.refused = True


def canonical(method, target, fields, body):
    """Values are compared where they are ASCII: each reader has its own way to show other bytes."""
    values = [value if value.isascii() else "" for _, value in fields]
    return method, target, tuple(zip((name.lower() for name, _ in fields), (v.strip(" \t") for v in values))), body


def by_proxy(capture):
    request = json.loads(capture)["request"]
    coded = request.get("body_base64")
    body = base64.b64decode(coded) if coded is not None else (request.get("body") or "").encode()
    target = "/" + request["url"].split("//", 1)[1].partition("/")[2]
    return canonical(request["method"], target, request["headers"], body)


def by_python(stream):
    """(requests, how many it refused) of one connection."""
    reader, requests, refused = io.BytesIO(stream), [], 0
    while (received := read_request(reader)) is not None:
        parser = PythonParser(received.head)
        if not parser.parse_request() or parser.refused:
            refused += 1
            continue
        body = unchunked(received.body) if re.search(rb"(?i)\r\ntransfer-encoding:", received.head) else received.body
        fields = [(name, value) for name, value in parser.headers.items()]
        target = parser.requestline.split()[1]  # `path` has its first slashes folded into one
        requests.append(canonical(parser.command, target, fields, body))
    return requests, refused


def unchunked(body):
    out = b""
    while int((size := body.partition(b"\r\n")[0]).split(b";")[0], 16):
        count = int(size.split(b";")[0], 16)
        at = len(size) + 2
        out, body = out + body[at : at + count], body[at + count + 2 :]
    return out


def by_llhttp(streams):
    """The same of all connections, in one run of Node."""
    lines = "\n".join(base64.b64encode(stream).decode() for stream in streams)
    done = subprocess.run(["node", "--max-http-header-size=1000000", SCRIPT], input=lines, capture_output=True, text=True, check=True)
    read = [json.loads(line) for line in done.stdout.splitlines()]
    requests = [canonical(r["method"], r["url"], r["headers"], base64.b64decode(r["body"])) for one in read for r in one["requests"]]
    return requests, [one["error"] for one in read if one["error"]]


class Oracle(HostileHttp):
    def pass_corpus(self):
        """(streams that went upstream, what the proxy says it passed) of the whole corpus."""
        seen = Recorder(self.authority.leaf(HOST))
        self.addCleanup(seen.close)
        capture = self.folder / "oracle.jsonl"
        self.running = self.proxy_for(HOST, seen, "--capture", capture, "--mode", "observe")
        self.secured = seen
        self.trust = ssl.create_default_context(cafile=self.running.ca)
        for raw in corpus():
            with self.tunnel() as client:
                send_and_end(client, raw)
                rest_of(client)
        self.running.stop()
        with open(capture, encoding="utf-8") as lines:
            passed = [by_proxy(line) for line in lines if '"method":"CONNECT"' not in line]
        return [bytes(stream) for stream in seen.streams if stream], passed

    def test_what_is_passed_reads_the_same_to_all(self):
        if not shutil.which("node"):
            self.skipTest("skipped: node is not here, so llhttp cannot be asked")
        streams, passed = self.pass_corpus()
        wanted = Counter(passed)
        self.assertGreater(len(passed), len(CONTROL))

        read, errors = by_llhttp(streams)
        self.assertEqual({e for e in errors} - {"HPE_INVALID_METHOD"}, set())
        self.assertEqual(Counter(read) - wanted, Counter(), "llhttp reads what the proxy did not pass")
        self.assertEqual(sum((wanted - Counter(read)).values()), len(errors), "llhttp does not read what the proxy passed")

        by_both = [by_python(stream) for stream in streams]
        read, refused = [r for requests, _ in by_both for r in requests], sum(count for _, count in by_both)
        self.assertEqual(Counter(read) - wanted, Counter(), "Python reads what the proxy did not pass")
        self.assertEqual(sum((wanted - Counter(read)).values()), refused, "Python does not read what the proxy passed")
        print(f"oracle: {len(passed)} of {len(corpus())} passed, read alike by three; llhttp refused {len(errors)}, Python {refused}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
