"""Packet captures: real TLS sessions of this test, written as pcapng with the keys inside or beside, read through tshark.

Without tshark only what is said then is checked, and that the rest was skipped.
"""
import gzip
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import unittest

import packets

BINARY = os.environ["TELLTALE"]
TSHARK = shutil.which("tshark")
BODY = json.dumps({"model": "claude-test", "messages": [{"role": "user", "content": "Today\u02bcs date is 2026/11/21."}]},
                  ensure_ascii=False).encode()
REQUEST = (b"POST /v1/messages HTTP/1.1\r\nHost: api.example.test\r\nX-Twice: 1\r\nx-twice: 2\r\nX-Api-Key: sk-ant-api03-0123456789ab"
           b"\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)
PACKED = gzip.compress(b'{"ok":true}', mtime=1)
RESPONSE = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"%x\r\n" % len(PACKED) + PACKED + b"\r\n0\r\n\r\n")
CLIENT, SERVER = ("127.0.0.1", 50000), ("127.0.0.2", 443)


def environment_of(folder, path=None):
    out = {"PATH": path or os.environ["PATH"], "HOME": str(folder), "TZ": "UTC", "LC_ALL": "C", "TMPDIR": str(folder)}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH"):
        if name in os.environ:
            out[name] = os.environ[name]
    return out


def encrypted(folder, turns, version):
    """What a TLS connection that says `turns` puts on the wire, and its key log."""
    key, certificate, log = folder / "k.pem", folder / "c.pem", folder / f"keys-{version.name}"
    if not key.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=api.example.test", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    theirs, ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    theirs.load_cert_chain(certificate, key)
    ours.check_hostname, ours.verify_mode = False, ssl.CERT_NONE
    ours.keylog_filename = str(log)
    ours.minimum_version = ours.maximum_version = version
    to_client, from_client, to_server, from_server = (ssl.MemoryBIO() for _ in range(4))
    client = ours.wrap_bio(to_client, from_client, server_hostname="api.example.test")
    server = theirs.wrap_bio(to_server, from_server, server_side=True)
    wire = []

    def carry():
        for by_client, source, target in ((True, from_client, to_server), (False, from_server, to_client)):
            if data := source.read():
                wire.append((by_client, data))
                target.write(data)

    for _ in range(4):
        for end in (client, server):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                pass
            carry()
    for by_client, data in turns:
        (client if by_client else server).write(data)
        carry()
        try:
            (server if by_client else client).read(1 << 20)
        except ssl.SSLWantReadError:
            pass
    return wire, log.read_bytes()


class Packets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_it(self, *arguments, **keywords):
        return subprocess.run([BINARY, *map(str, arguments)], env=environment_of(self.folder, **keywords), capture_output=True,
                              timeout=120)

    def saved(self, name, capture):
        path = self.folder / name
        path.write_bytes(capture.bytes())
        return path

    def test_without_tshark_it_is_said_what_to_install(self):
        path = self.saved("x.pcapng", packets.Capture())
        got = self.run_it("replay", path, path="/nonexistent")
        self.assertEqual(got.returncode, 3)
        self.assertIn("tshark, which is not installed; on Debian and Ubuntu: apt install tshark", got.stderr.decode())

    @unittest.skipIf(TSHARK is None, "tshark is not installed")
    def test_exchanges_come_out_as_they_went_in(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version.name):
                wire, keys = encrypted(self.folder, [(True, REQUEST), (False, RESPONSE)] * 2, version)
                capture = packets.Capture(keys)
                capture.connection(CLIENT, SERVER, wire)
                got = self.run_it("convert", "--quiet", self.saved("x.pcapng", capture), self.folder / "x.jsonl")
                self.assertEqual((got.returncode, got.stderr.decode()), (0, ""))
                lines = [json.loads(line) for line in (self.folder / "x.jsonl").read_text().splitlines()]
                self.assertEqual([line["id"] for line in lines], ["tcp-0-1", "tcp-0-2"])
                first = lines[0]
                self.assertEqual(first["request"]["url"], "https://api.example.test/v1/messages")
                self.assertEqual(first["request"]["headers"][1:3], [["X-Twice", "1"], ["x-twice", "2"]])
                self.assertRegex(first["request"]["headers"][3][1], r"^\[masked sha256:")
                self.assertEqual(first["request"]["body"].encode(), BODY)
                self.assertEqual(first["response"]["coding"], "gzip")
                self.assertTrue(first["time"].startswith("2026-11-21T02:41:07."))
                self.assertEqual(first["flow"]["client"], "127.0.0.1:50000")

    @unittest.skipIf(TSHARK is None, "tshark is not installed")
    def test_keys_beside_the_file_and_no_keys(self):
        wire, keys = encrypted(self.folder, [(True, REQUEST), (False, RESPONSE)], ssl.TLSVersion.TLSv1_3)
        (self.folder / "keys.log").write_bytes(keys)
        capture = packets.Capture()
        capture.connection(CLIENT, SERVER, wire)
        path = self.saved("x.pcapng", capture)
        got = self.run_it("replay", "--format", "json", "--keylog", self.folder / "keys.log", path)
        self.assertEqual(got.returncode, 1, got.stderr.decode())
        self.assertEqual(json.loads(got.stdout)["findings"][0]["code_points"], ["U+02BC"])
        got = self.run_it("replay", "--format", "json", "--require-coverage", path)
        self.assertEqual(got.returncode, 4, got.stderr.decode())
        self.assertEqual(json.loads(got.stdout)["coverage"]["causes"], ["not_decrypted"])

    @unittest.skipIf(TSHARK is None, "tshark is not installed")
    def test_connections_in_the_clear_and_folders(self):
        capture = packets.Capture()
        capture.connection(CLIENT, ("127.0.0.2", 80), [(True, REQUEST), (False, RESPONSE)])
        capture.connection(("127.0.0.1", 50001), ("127.0.0.2", 80), [(True, REQUEST), (False, b"HTTP/1.1 200 OK\r\nbad\r\n\r\n")])
        (self.folder / "in").mkdir()
        self.saved("in/monday", capture)
        got = self.run_it("replay", "--format", "json", "--fail-on", "never", self.folder / "in")
        self.assertEqual(got.returncode, 3)
        self.assertEqual(len(got.stdout.splitlines()), 2)
        self.assertIn("connection 1 (127.0.0.2), byte 20:", got.stderr.decode())

    @unittest.skipIf(TSHARK is None, "tshark is not installed")
    def test_a_file_that_is_cut_off_gives_what_is_whole(self):
        capture = packets.Capture()
        capture.connection(CLIENT, ("127.0.0.2", 80), [(True, REQUEST), (False, RESPONSE)] * 3)
        path = self.folder / "x.pcapng"
        path.write_bytes(capture.bytes()[:-700])
        got = self.run_it("convert", path, self.folder / "x.jsonl")
        self.assertEqual(got.returncode, 3)
        self.assertIn("tshark: ", got.stderr.decode())
        self.assertGreaterEqual(len((self.folder / "x.jsonl").read_text().splitlines()), 2)

    @unittest.skipIf(TSHARK is None, "tshark is not installed")
    def test_nothing_of_it_is_left_behind(self):
        path = self.saved("x.pcapng", packets.Capture())
        self.run_it("replay", path)
        self.assertEqual([entry.name for entry in self.folder.iterdir()], ["x.pcapng"])


if __name__ == "__main__":
    if TSHARK is None:
        print("skipped: tshark is not installed (but for what is said then)", file=sys.stderr)
    unittest.main()
