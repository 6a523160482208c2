"""CONNECT is read exactly, or refused before anything is dialled. And plain proxying: what a forward proxy must change
in a request, changes, and nothing else does."""

import re
import socket
import unittest

from connect_cases import CONNECT, URLS
from request_cases import HOST
from rig import GOOD, OK, HostileHttp, Upstream, read_answer, rest_of


class Connect(HostileHttp):
    def ask(self, raw):
        client = self.connect()
        client.sendall(raw)
        said, _ = rest_of(client)
        client.close()
        return said.decode("latin-1")

    def test_targets_that_are_none_are_refused(self):
        self.start()
        for version in (b"HTTP/1.1", b"HTTP/1.0"):

            def check(name, target):
                self.assertRegex(self.ask(b"CONNECT %s %s\r\nHost: x.test\r\n\r\n" % (target, version)), r"^HTTP/1.1 400 ")

            self.group(f"connect, {version.decode()}", CONNECT, check)
        self.assertEqual(self.secured.connections, 0)

    def test_the_head_of_a_connect(self):
        self.start()
        target = b"%s:%d" % (HOST.encode(), self.secured.port)
        rows = {
            "another Host": (b"Host: other.test\r\n", "421"),
            "two Hosts": (b"Host: x\r\nHost: x\r\n", "400"),
            "no Host": (b"", "400"),
            "a body by length": (b"Host: %s\r\nContent-Length: 5\r\n" % target, "400"),
            "a body in chunks": (b"Host: %s\r\nTransfer-Encoding: chunked\r\n" % target, "400"),
            "a fold": (b"Host: %s\r\n x\r\n" % target, "400"),
            "bare LF": (b"Host: %s\nX: 1\r\n" % target, "400"),
            "length and coding": (b"Host: %s\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n" % target, "400"),
            "an expectation": (b"Host: %s\r\nExpect: x\r\n" % target, "417"),
        }
        self.group(
            "connect, head",
            rows,
            lambda _, row: self.assertRegex(self.ask(b"CONNECT %s HTTP/1.1\r\n%s\r\n" % (target, row[0])), f"^HTTP/1.1 {row[1]} "),
        )
        self.assertEqual(self.secured.connections, 0)
        wrong = {f"method {m.decode()}": m for m in (b"connect", b"Connect", b"CONNEC", b"CONNECTT", b"GET", b"OPTIONS")}
        self.group(
            "connect, method",
            wrong,
            lambda _, m: self.assertRegex(self.ask(b"%s %s HTTP/1.1\r\nHost: x\r\n\r\n" % (m, target)), "^HTTP/1.1 400 "),
        )

    def test_sound_targets_are_connected(self):
        self.start(None, "--resolve", f"[2001:db8::1]:443:127.0.0.1")
        rows = {"name": HOST, "capitals": HOST.upper(), "trailing dot": HOST + "."}

        def check(name, host):
            client = self.connect()
            client.sendall(f"CONNECT {host}:{self.secured.port} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 200 "))
            client.close()

        self.group("connect, sound", rows, check)

    def test_what_came_behind_a_refused_connect_is_not_looked_at(self):
        self.start()
        said = self.ask(
            b"CONNECT x.test:0 HTTP/1.1\r\nHost: x.test\r\n\r\nGET http://%s:%d/ HTTP/1.1\r\nHost: x\r\n\r\n"
            % (HOST.encode(), self.bare.port)
        )
        self.assertEqual(said.count("HTTP/1.1"), 1)
        self.assertEqual(self.bare.connections, 0)


class Plain(HostileHttp):
    """Each row: lines of the request, and what must and must not be in what goes upstream."""

    def start(self, answer=None, *arguments):
        super().start(answer, *arguments)
        self.origin = b"http://%s:%d" % (HOST.encode(), self.bare.port)
        self.own = b"Host: %s:%d\r\n" % (HOST.encode(), self.bare.port)

    def forwarded(self, *lines, method=b"GET", path=b"/p", version=b"HTTP/1.1", host=b"Host: elsewhere.test", body=b""):
        client = self.connect()
        head = [b"%s %s%s %s" % (method, self.origin, path, version), *([host] if host else []), *lines, b"", b""]
        client.sendall(b"\r\n".join(head) + body)
        self.assertIn(b"HTTP/1.1 200", read_answer(client)[0] + b"HTTP/1.1 200" * (method == b"HEAD"))
        client.close()
        return self.bare.take_request().head

    def test_urls_that_are_not_forwarded(self):
        self.start()

        def check(name, url):
            client = self.connect()
            client.sendall(b"GET %s HTTP/1.1\r\nHost: x.test\r\n\r\n" % url)
            said, _ = rest_of(client)
            self.assertRegex(said, rb"^HTTP/1.1 400 ")
            client.close()

        self.group("plain, URLs", URLS, check)

    def test_the_target_rules_over_host(self):
        self.start()
        rows = {
            "another Host": {},
            "no Host in 1.0": {"version": b"HTTP/1.0", "host": None},
            "another Host in 1.0": {"version": b"HTTP/1.0"},
            "capitals": {"host": b"HOST: ELSEWHERE"},
            "behind other fields": {"host": b"X: 1\r\nHost: y"},
            "an address": {"host": b"Host: 127.0.0.1"},
        }

        def check(name, row):
            head = self.forwarded(**row)
            self.assertEqual(
                re.findall(rb"(?i)^host:.*\n", head, re.M),
                [re.sub(rb"^Host", re.search(rb"(?i)host", row.get("host") or b"Host")[0], self.own)],
            )
            self.assertTrue(head.startswith(b"GET /p HTTP/1."), head)

        self.group("plain, Host", rows, check)

    def test_fields_of_one_hop_end_here(self):
        self.start()
        rows = {
            "Proxy-Authorization": (b"Proxy-Authorization: Basic c2VjcmV0",),
            "Proxy-Connection": (b"Proxy-Connection: keep-alive",),
            "Connection": (b"Connection: close",),
            "Keep-Alive": (b"Keep-Alive: timeout=5",),
            "TE": (b"TE: trailers",),
            "Upgrade to h2c": (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__"),
            "named by Connection": (b"Connection: X-Secret", b"X-Secret: 1"),
            "named in capitals": (b"Connection: X-SECRET", b"x-secret: 1"),
            "named twice": (b"Connection: x-secret, close", b"Connection: Y-Secret", b"X-Secret: 1", b"Y-Secret: 2"),
            "named before and after": (b"X-Secret: 1", b"Connection: x-secret", b"X-Secret: 2"),
            "Proxy-Authenticate": (b"Proxy-Authenticate: Basic",),
            "named with blanks": (b"Connection: ,  x-secret ,", b"X-Secret: 1"),
        }

        def check(name, lines):
            head = self.forwarded(*lines, b"X-Kept: 1")
            for line in lines:
                self.assertNotIn(line.split(b":")[0].lower() + b":", head.lower())
            self.assertIn(b"X-Kept: 1\r\n", head)

        self.group("plain, fields of one hop", rows, check)

    def test_via_is_added_once_and_behind_others(self):
        self.start()
        self.assertRegex(self.forwarded(), rb"\r\nVia: 1\.1 [0-9A-Z]{8,}\r\n\r\n$")
        self.assertRegex(self.forwarded(version=b"HTTP/1.0"), rb"\r\nVia: 1\.0 \w+\r\n\r\n$")
        self.assertRegex(self.forwarded(b"Via: 1.1 other"), rb"\r\nVia: 1\.1 other\r\nVia: 1\.1 \w+\r\n\r\n$")
        self.assertNotRegex(self.forwarded(), rb"(?i)telltale")

    def test_forwards_are_counted(self):
        self.start()
        for method in (b"OPTIONS", b"TRACE"):
            with self.subTest(method):
                self.assertIn(b"Max-Forwards: 4\r\n", self.forwarded(b"Max-Forwards: 5", method=method))
                self.assertIn(b"Max-Forwards: 0\r\n", self.forwarded(b"Max-Forwards: 1", method=method))
                client = self.connect()
                for _ in range(2):  # the connection stays
                    client.sendall(b"%s %s/ HTTP/1.1\r\nHost: x\r\nCookie: secret\r\nMax-Forwards: 0\r\n\r\n" % (method, self.origin))
                    head, body = read_answer(client)
                    self.assertTrue(head.startswith(OK.strip()), head)
                    self.assertNotIn(b"secret", head + body)
                client.close()
                for bad in (
                    b"Max-Forwards: x",
                    b"Max-Forwards: -1",
                    b"Max-Forwards:",
                    b"Max-Forwards: 1\r\nMax-Forwards: 2",
                    b"Max-Forwards: 9999999999",
                ):
                    client = self.connect()
                    client.sendall(b"%s %s/ HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n" % (method, self.origin, bad))
                    self.assertRegex(rest_of(client)[0], rb"^HTTP/1.1 400 ")
                    client.close()
        self.assertIn(b"Max-Forwards: 0\r\n", self.forwarded(b"Max-Forwards: 0"))  # GET: no meaning
        self.assertEqual(self.bare.take_bytes().count(b"Max-Forwards: 5"), 0)

    def test_options_of_a_whole_server(self):
        self.start()
        self.assertTrue(self.forwarded(method=b"OPTIONS", path=b"").startswith(b"OPTIONS * HTTP/1.1\r\n"))
        self.assertTrue(self.forwarded(method=b"OPTIONS", path=b"/").startswith(b"OPTIONS / HTTP/1.1\r\n"))
        self.assertTrue(self.forwarded(path=b"?q").startswith(b"GET /?q HTTP/1.1\r\n"))

    def test_the_connection_stays_for_the_next_host(self):
        self.start()
        other = Upstream(None, lambda received, write: write(OK + b"Content-Length: 5\r\n\r\nother"))
        self.addCleanup(other.close)
        client = self.connect()
        for url, body in ((self.origin, b"good"), (b"http://127.0.0.1:%d" % other.port, b"other"), (self.origin, b"good")):
            client.sendall(b"GET %s/ HTTP/1.1\r\nHost: x\r\n\r\n" % url)
            self.assertEqual(read_answer(client)[1], body)
        self.assertEqual(self.bare.connections, 1)


class WebSocket(HostileHttp):
    """Only an upstream that says 101 turns a request into a tunnel; a refused upgrade is no way past the gate."""

    ASK = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"

    def ask(self, answer, behind=b""):
        self.start()
        other = Upstream(None, answer)
        self.addCleanup(other.close)
        client = self.connect()
        origin = b"http://127.0.0.1:%d" % other.port
        client.sendall(b"GET %s/ws HTTP/1.1\r\nHost: x\r\n%s\r\n%s" % (origin, self.ASK, behind.replace(b"ORIGIN", origin)))
        return client, other

    def test_a_refused_upgrade_leaves_no_tunnel(self):
        client, other = self.ask(
            lambda received, write: write(GOOD), b"GET ORIGIN/next HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic secret\r\n\r\n"
        )
        self.assertEqual(read_answer(client)[1], b"good")
        other.take_request()
        self.assertTrue(other.take_request().head.startswith(b"GET /next HTTP/1.1\r\nHost: 127"))
        self.assertNotIn(b"secret", other.take_bytes())

    def test_an_accepted_upgrade_is_carried(self):
        def answer(received, write):
            write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst")

        client, other = self.ask(answer)
        said = b""
        while not said.endswith(b"first"):
            said += client.recv(4096)
        self.assertTrue(said.startswith(b"HTTP/1.1 101 "))
        self.assertIn(self.ASK, other.take_request().head)

    def test_another_protocol_is_not_switched_to(self):
        client, _ = self.ask(
            lambda received, write: write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        )
        self.assertRegex(rest_of(client)[0], rb"^HTTP/1.1 502 ")


if __name__ == "__main__":
    unittest.main(verbosity=2)
