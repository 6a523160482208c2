"""Upstreams that go quiet, go away, or end an answer early; and what the proxy's own hello says of it."""
import os
import re
import socket
import ssl
import struct
import threading
import time
import unittest

import certificates
import raw_tls
from rig import ANSWER, HOST, HostileTls, Server, open_tunnel, read_answer, status_of, stop_listening

OFFERED_SUITES = {0x1301, 0x1302, 0x1303, 0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9}
SCSV = 0x00FF


class Silent:
    """Says `words` when it has read `reads` bytes, and then nothing; `drip` sends them one a second."""

    def __init__(self, words=b"", reads=1, drip=False):
        self.words, self.reads, self.drip, self.reached = words, reads, drip, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            connection, _ = self.listener.accept()
            with connection:
                connection.settimeout(30)
                if self.reads:
                    connection.recv(65536)
                for byte in self.words if self.drip else []:
                    connection.sendall(bytes([byte]))
                    time.sleep(1)
                connection.sendall(b"" if self.drip else self.words)
                while connection.recv(65536):
                    pass
        except OSError:
            pass

    def close(self):
        stop_listening(self.listener)


class Leaving(Silent):
    """Goes away, with or without a hello read."""

    def __init__(self, reset):
        self.reset = reset
        super().__init__()

    def serve(self):
        connection, _ = self.listener.accept()
        if self.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.recv(65536)
        connection.close()


class Robust(HostileTls):
    def setUp(self):
        self.pair = self.make.issue(self.root, certificates.names(HOST) + certificates.SERVER)

    def test_silence_ends_at_the_deadline(self):
        hello = raw_tls.record(22, raw_tls.message(2, b"\3\3" + os.urandom(32) + b"\0\xc0\x2b\0\0\5\xff\1\0\1\0"))
        servers = {"before the hello": Silent(reads=0), "after the hello": Silent(), "after its own hello": Silent(hello),
                   "in a record": Silent(hello[:20]), "a byte a second": Silent(hello * 2, drip=True)}
        for server in servers.values():
            self.addCleanup(server.close)
        proxy = self.proxy_to(HOST, servers.values())
        results = {}

        def ask(name, server):
            begun = time.monotonic()
            client, outcome = open_tunnel(proxy, f"{HOST}:{server.port}")
            client.close()
            results[name] = (outcome, time.monotonic() - begun)
        threads = [threading.Thread(target=ask, args=row) for row in servers.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        def one(name, server):
            outcome, seconds = results[name]
            self.refused_rightly(proxy, outcome, HOST, server, "tls-timeout", status="504")
            self.assertTrue(9 < seconds < 12, seconds)
        self.group("stall", servers, one)

    def test_leaving_is_said_at_once(self):
        rows = {"closed after the hello": Leaving(reset=False), "reset at once": Leaving(reset=True)}
        for server in rows.values():
            self.addCleanup(server.close)
        proxy = self.proxy_to(HOST, rows.values())

        def one(_, server):
            begun = time.monotonic()
            client, outcome = open_tunnel(proxy, f"{HOST}:{server.port}")
            client.close()
            # A reset can be there before the connection is noticed to stand.
            self.refused_rightly(proxy, outcome, HOST, server, "tls-failed|closed|unreachable")
            self.assertLess(time.monotonic() - begun, 2)
        self.group("leaving", rows, one)

    def test_half_an_answer_does_not_look_whole(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        rows = {"whole, by length": (ANSWER, True, False), "whole, by its end": (head + b"\r\nall of it", True, True),
                "cut by length": (head + b"Content-Length: 100\r\n\r\nhalf", False, False),
                "cut in a chunk": (head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", False, False),
                "cut before the last chunk": (head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", False, False),
                "cut in the head": (head + b"X-Half: ", False, False),
                "no close_notify at its end": (head + b"\r\nhow much of it", False, False)}

        def serve(answer, clean):
            class Ending(Server):
                def serve(self, connection):
                    try:
                        secured = self.context.wrap_socket(connection, server_side=True)
                        secured.recv(4096)
                        secured.sendall(answer)
                        if clean:
                            secured.unwrap()
                        secured.close()
                    except OSError:
                        connection.close()
            server = Ending(self.pair)
            self.addCleanup(server.close)
            return server
        servers = {name: serve(answer, clean) for name, (answer, _, clean) in rows.items()}
        proxy = self.proxy_to(HOST, servers.values())

        def whole(server):
            """Whether a careful client takes the answer for complete."""
            client, outcome = open_tunnel(proxy, f"{HOST}:{server.port}")
            self.assertEqual(outcome.status, 200, outcome.answer)
            context = ssl.create_default_context(cafile=proxy.ca)
            context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # Python up to 3.11.2 sets it, and sees no cut
            with client, context.wrap_socket(client, server_hostname=HOST, suppress_ragged_eofs=False) as secured:
                secured.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}:{server.port}\r\n\r\n".encode())
                try:
                    head, body = read_answer(secured)
                    if status_of(head) != 200:
                        return False
                    length = re.search(r"(?i)\r\ncontent-length: *(\d+)", head)
                    if length:
                        return len(body) == int(length.group(1))
                    while chunk := secured.recv(4096):
                        body += chunk.decode()
                    return "chunked" not in head or body.endswith("0\r\n\r\n")
                except OSError:
                    return False
        self.group("answers", rows, lambda name, row: self.assertEqual(whole(servers[name]), row[1]))


class Hello(HostileTls):
    """What the proxy offers, by the measure of a browser."""

    def hello_for(self, host):
        server = raw_tls.RawServer(lambda client: b"", closes=True)
        self.addCleanup(server.close)
        proxy = self.proxy_to(host, [server])
        client, _ = open_tunnel(proxy, f"{host}:{server.port}")
        client.close()
        return server.hellos[0]

    def test_what_is_offered(self):
        hello, to_address = self.hello_for(HOST), self.hello_for("127.0.0.1")
        suites = [s for s in hello.suites if s != SCSV]
        groups, schemes, versions = hello.numbers(10), hello.numbers(13), hello.numbers(43, 1)
        name = HOST.encode()
        checks = {
            "only ECDHE and AEAD": set(suites) <= OFFERED_SUITES, "no suite twice": len(set(suites)) == len(suites),
            "TLS 1.3 offered": 0x0304 in versions, "TLS 1.2 the oldest": min(versions) == 0x0303,
            "no version unknown": set(versions) == {0x0303, 0x0304},
            "legacy version": hello.version == 0x0303, "TLS 1.3 suites first": suites[0] in (0x1301, 0x1302, 0x1303),
            "no compression": hello.compressions == [0],
            "secure renegotiation": SCSV in hello.suites or 0xFF01 in hello.extensions,
            "extended master secret": 23 in hello.extensions,
            "SNI": hello.extensions.get(0) == raw_tls.with_length(2, b"\0" + raw_tls.with_length(2, name)),
            "no SNI for an address": 0 not in to_address.extensions,
            "no SHA-1, MD5 or DSA": all(s >> 8 not in (1, 2) and s & 255 != 2 for s in schemes if s < 0x0700),
            "no SHA-224": all(s >> 8 != 3 for s in schemes), "strong groups": set(groups) <= {29, 23, 24},
            "X25519 first": groups[0] == 29,
            "one protocol, the one we speak": hello.extensions.get(16) == raw_tls.with_length(2, raw_tls.with_length(1, b"http/1.1")),
            "no early data": 42 not in hello.extensions and 41 not in hello.extensions,
            "no heartbeat": 15 not in hello.extensions,
            "a status is asked for": hello.extensions.get(5, b"")[:1] == b"\1", "no ticket": 35 not in hello.extensions,
            "key share of the first group": hello.extensions[51][2:4] == b"\0\x1d",
            "no post-handshake request": 49 not in hello.extensions,
            "point formats": 0 in hello.extensions.get(11, b"\1\0")[1:],
            "nothing of the proxy's own": not any(b"elltale" in v for v in hello.extensions.values()),
        }
        self.group("hello", checks, lambda name, held: self.assertTrue(held, (hello.suites, hello.extensions)))


if __name__ == "__main__":
    unittest.main(verbosity=1)
