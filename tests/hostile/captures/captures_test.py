"""Capture files made to hurt: nesting, strings, packing, numbers of exchanges. `telltale replay` stays inside its memory,
64 MB and four times the largest exchange, says what is wrong and where, and goes on with the rest.

TELLTALE_LONG=1 runs the sizes that take minutes: a gigabyte in one string, 10 million exchanges.
"""
import base64
import gzip
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

BINARY = os.environ["TELLTALE"]
LONG = bool(os.environ.get("TELLTALE_LONG"))
SANITIZED = bool(os.environ.get("TELLTALE_SANITIZE"))  # their memory is not the program's
MB = 1_000_000
BOUND = 64 << 20

# A process is charged with the size of whoever started it, so somebody small starts it.
MEASURE = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
sys.stderr.write(f"peak {usage.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status))
"""

GOOD = (b'{"telltale":1,"id":"good","request":{"method":"POST","url":"https://api.example.test/v1/messages","headers":'
        b'[["Host","api.example.test"]],"body":"{}"}}\n')
ENTRY = b'{"startedDateTime":"2026-11-21T02:41:07Z","request":{"method":"GET","url":"https://a.test/","headers":[]}}'


def net(payload, kind):
    return b"%d:%s%s" % (len(payload), payload, kind)


FLOW = net(net(b"version", b";") + net(b"21", b"#") + net(b"type", b";") + net(b"http", b";") + net(b"request", b";") +
           net(net(b"method", b";") + net(b"GET", b",") + net(b"path", b";") +
               net(b"/v1/messages?beta=true", b",") + net(b"host", b";") + net(b"a.test", b";"), b"}"), b"}")


def line_with(body):
    return GOOD.replace(b'"body":"{}"', b'"body":"' + body + b'"')


def har(entries):
    yield b'{"log":{"version":"1.2","creator":{},"entries":['
    for number, entry in enumerate(entries):
        yield (b",\n" if number else b"") + entry
    yield b"]}}"


def gzipped(pieces):
    packer = zlib.compressobj(1, wbits=31)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def zstd_frame(window_log, blocks):
    """A frame that asks for that window, of blocks that repeat a byte or stand as they are."""
    yield b"\x28\xb5\x2f\xfd\x00" + bytes([(window_log - 10) << 3])
    for number, (content, times) in enumerate(blocks):
        last = int(number == len(blocks) - 1)
        kind, size = (1, times) if times else (0, len(content))
        yield struct.pack("<I", last | kind << 1 | size << 3)[:3] + content


def repeated(piece, size):
    for _ in range(size // len(piece)):
        yield piece


class Captures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "capture"

    def replay(self, pieces, largest, code, said, exchanges=None):
        with open(self.path, "wb") as out:
            for piece in pieces:
                out.write(piece)
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C", "TZ": "UTC"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        done = subprocess.run([sys.executable, "-S", "-c", MEASURE, BINARY, "replay", "--fail-on", "never", str(self.path)],
                              env=environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=250)
        printed, told = done.stdout.decode(), done.stderr.decode()
        told, _, peak = told.rpartition("peak ")
        self.assertEqual(done.returncode, code, told[-2000:])
        self.assertIn(said, told)
        self.assertLess(len(told), 100_000)
        if exchanges is not None:
            self.assertIn(f"{exchanges} exchange", printed.splitlines()[-1])
        peak = int(peak) * 1024
        if not SANITIZED:
            self.assertLessEqual(peak, BOUND + 4 * largest, f"{peak / MB:.1f} MB for {largest / MB:.1f} MB")

    def test_control_small_files_take_little(self):
        self.replay([GOOD] * 3, len(GOOD), 0, "", 3)

    def test_the_largest_exchange_counts_four_times_and_not_more(self):
        for size in (1 * MB, 8 * MB, 40 * MB) if LONG else (6 * MB,):
            with self.subTest(size):
                line = line_with(b"word " * (size // 5))
                self.replay([line] * max(2, (48 if LONG else 18) * MB // size), len(line), 0, "")

    def test_nesting(self):
        size = 20 * MB if LONG else MB
        deep = b"[" * size
        rows = {
            "lines": ([GOOD, b'{"telltale":1,"request":' + deep + b"\n", GOOD], "line 2, byte "),
            "objects": ([GOOD, b'{"telltale":1,"request":' + b'{"a":' * (size // 5) + b"\n", GOOD], "line 2, byte "),
            "entries": (har([ENTRY, b'{"request":' + deep, ENTRY]), "entry 2, byte "),
            "outside entries": ([b'{"log":{"pages":' + deep + b',"entries":[' + ENTRY + b"," + ENTRY + b"]}}"], "nested too deep"),
            "flows": ([FLOW, net(b"1:" * (size // 2), b"}"), FLOW], "flow 2, byte "),
        }
        for name, (pieces, said) in rows.items():
            with self.subTest(name):
                self.replay(pieces, size, 3, said, 2)

    def test_a_string_longer_than_anything(self):
        size = 1000 * MB if LONG else 280 * MB
        piece = b"a" * MB
        rows = {
            "line": ([GOOD, line_with(b"@").split(b"@")[0], *[piece] * (size // MB), b'"}}\n', GOOD], "line 2, byte 268435456"),
            "entry": (har([ENTRY, b'{"request":"' + b"".join([piece] * (size // MB)) + b'"}', ENTRY]), "entry 2, byte "),
            "flow": ([FLOW, b"999999999999:" + b"a" * MB, FLOW], "over the limit of 268435456 bytes"),
        }
        for name, (pieces, said) in rows.items():
            with self.subTest(name):
                if name != "entry" or LONG:
                    self.replay(gzipped(pieces), 268435456, 3, said, 2)

    def test_packed_bombs(self):
        blank = b"\n" * 131072
        times = 8192 if LONG else 256
        rows = {
            "gzip of blank lines": (gzipped([GOOD, *[blank] * times, GOOD]), 0, "", 2),
            "gzip cut off": ([b"".join(gzipped([GOOD] * 10_000))[:-30]], 3, "gzip data is cut off at byte ", None),
            "zstd of blank lines": (zstd_frame(20, [(GOOD, 0), *[(b"\n", 131072)] * times, (GOOD, 0)]), 0, "", 2),
            "zstd with a window of 128 MB": (zstd_frame(27, [(GOOD, 0)]), 3, "needs a window over 16 MiB", 0),
            "zstd with a window of 2 TB": (zstd_frame(41, [(GOOD, 0)]), 3, "zstd data", 0),
            "zstd that is no zstd": ([b"\x28\xb5\x2f\xfd" + os.urandom(1000)], 3, "zstd data", 0),
            "gzip in gzip": (gzipped([gzip.compress(GOOD)]), 3, "line 1", 0),
        }
        for name, (pieces, code, said, exchanges) in rows.items():
            with self.subTest(name):
                self.replay(pieces, 0, code, said, exchanges)

    def test_exchanges_without_number(self):
        count = 10_000_000 if LONG else 1_000
        rows = {
            "lines": repeated(GOOD * 100, count * len(GOOD)),
            "entries": har(repeated(ENTRY, count * len(ENTRY))),
            "flows": repeated(FLOW * 100, count * len(FLOW)),
        }
        for name, pieces in rows.items():
            with self.subTest(name):
                self.replay(pieces, len(GOOD), 0, "", count)

    def test_damage_without_number(self):
        count = 1_000_000 if LONG else 2_000
        rows = {
            "lines": (repeated(b"{\n" * 100, 2 * count), "damaged in all"),
            "entries": (har([ENTRY] + [b"{]"] * count + [ENTRY]), "entry 2, byte "),
            "flows": (repeated(b"99999999:4:type;" * 100, 16 * count), "flow 1, byte "),
        }
        for name, (pieces, said) in rows.items():
            with self.subTest(name):
                self.replay(pieces, 4 * MB, 3, said)

    def test_a_body_that_unpacks_to_much(self):
        bomb = base64.b64encode(gzip.compress(b"a" * (50 * MB))).decode()
        request = {"method": "POST", "url": "https://api.example.test/v1/messages", "coding": "gzip", "body_base64": bomb,
                   "headers": [["Host", "api.example.test"], ["Content-Encoding", "gzip"]]}
        line = json.dumps({"telltale": 1, "id": "bomb", "request": request}).encode() + b"\n"
        self.replay([line, GOOD], len(line), 0, "", 2)


if __name__ == "__main__":
    unittest.main()
