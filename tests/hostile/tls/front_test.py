"""The proxy's own TLS side: what it takes from clients, and that the names a client gives agree."""
import os
import re
import socket
import ssl
import struct
import unittest

import certificates
import raw_tls
from rig import HOST, HostileTls, Outcome, Server, open_tunnel, read_answer, status_of

GOOD_SUITES = (0x1301, 0xC02B, 0xC02F, 0xCCA9)


def client_hello(suites, version=0x0303, versions=(0x0303,), name=HOST, compressions=b"\0", more=()):
    extensions = [(10, b"\0\4\0\x1d\0\x17"), (11, b"\1\0"), (13, b"\0\x08\4\3\4\1\2\1\2\3"), (0xFF01, b"\0"), (23, b""), *more]
    if name:
        extensions.append((0, raw_tls.with_length(2, b"\0" + raw_tls.with_length(2, name.encode()))))
    if 0x0304 in versions:
        extensions.append((51, raw_tls.with_length(2, b"\0\x1d\0\x20" + raw_tls.X25519_POINT)))
    if versions:
        extensions.append((43, raw_tls.with_length(1, b"".join(struct.pack(">H", v) for v in versions))))
    body = struct.pack(">H", version) + os.urandom(32) + b"\0" + raw_tls.with_length(2, struct.pack(f">{len(suites)}H", *suites))
    body += raw_tls.with_length(1, compressions) + raw_tls.extension_block(extensions)
    return raw_tls.record(22, raw_tls.message(1, body), 0x0301)


class Front(HostileTls):
    def setUp(self):
        self.server = Server(self.make.issue(self.root, certificates.names(HOST, "10.1.2.3", "IP:10.1.2.3") + certificates.SERVER))
        self.addCleanup(self.server.close)
        self.port = self.server.port
        self.front = self.proxy_to(HOST, [self.server])

    def raw(self, hello):
        """(kind, payload) of the first record that answers a hello in a fresh tunnel."""
        client, outcome = open_tunnel(self.front, f"{HOST}:{self.port}")
        self.assertEqual(outcome.status, 200, outcome.answer)
        with client:
            client.sendall(hello)
            return raw_tls.read_record(client)

    def test_what_is_taken_from_clients(self):
        old = {"SSL 3.0": 0x0300, "TLS 1.0": 0x0301, "TLS 1.1": 0x0302}
        suites = {"RC4": 0x0005, "RC4-MD5": 0x0004, "3DES": 0x000A, "ECDHE 3DES": 0xC008, "DES": 0x0009, "export": 0x0003,
                  "NULL": 0x0002, "ECDHE NULL": 0xC006, "anonymous": 0x0034, "ECDH anonymous": 0xC018, "IDEA": 0x0007,
                  "CBC": 0xC009, "static RSA": 0x009C, "DHE": 0x009E, "SCSV alone": 0x00FF}
        signatures, sha1 = b"\0\x08\4\3\4\1\2\1\2\3", b"\0\x08\2\3\2\3\2\1\2\3"
        rows = {name: (client_hello(GOOD_SUITES, version, ()), False) for name, version in old.items()}
        rows |= {name: (client_hello([number]), False) for name, number in suites.items()}
        rows |= {
            "sound": (client_hello(GOOD_SUITES), True), "sound, TLS 1.3": (client_hello(GOOD_SUITES, versions=(0x0304,)), True),
            "compression too": (client_hello(GOOD_SUITES, compressions=b"\1\0"), True),
            "compression alone": (client_hello(GOOD_SUITES, compressions=b"\1"), False),
            "fallback signalled": (client_hello([0xC02B, 0x5600]), False),
            "no version we know": (client_hello(GOOD_SUITES, versions=(0x0305,)), False),
            "old version listed": (client_hello(GOOD_SUITES, versions=(0x0302, 0x0301)), False),
            "only HTTP/2": (client_hello(GOOD_SUITES, more=((16, b"\0\3\2h2"),)), False),
            "SHA-1 signatures alone": (client_hello([0xC02B]).replace(signatures, sha1), False),
            "another name": (client_hello(GOOD_SUITES, name="other.example.test"), False),
            "a name below": (client_hello(GOOD_SUITES, name="a." + HOST), False),
            "an address for a name": (client_hello(GOOD_SUITES, name="127.0.0.1"), False),
            "no name": (client_hello(GOOD_SUITES, name=""), True),
            "the name in capitals": (client_hello(GOOD_SUITES, name=HOST.upper()), True), "noise": (bytes(200), False),
            "HTTP": (b"GET / HTTP/1.1\r\n\r\n", False),
        }

        def one(name, row):
            kind, payload = self.raw(row[0])
            served = kind == raw_tls.HANDSHAKE and payload[0] == raw_tls.SERVER_HELLO
            self.assertEqual(served, row[1], (kind, payload[:8]))
            if served and "compression" in name:
                self.assertEqual(payload[4 + 2 + 32 + 1 + payload[38] + 2], 0)
        self.group("front", rows, one)
        self.assertFalse(self.server.reached)

    def test_a_name_inside_a_tunnel_to_an_address(self):
        server = Server(self.make.issue(self.root, certificates.names("IP:127.0.0.1", HOST) + certificates.SERVER))
        self.addCleanup(server.close)
        proxy = self.proxy_to("127.0.0.1", [server])
        client, outcome = open_tunnel(proxy, f"127.0.0.1:{server.port}")
        self.assertEqual(outcome.status, 200, outcome.answer)
        with client:
            client.sendall(client_hello(GOOD_SUITES))
            self.assertEqual(raw_tls.read_record(client)[0], raw_tls.ALERT)
        proxy.wait_for(rf"TLS asked for {re.escape(HOST)} inside a CONNECT to 127.0.0.1")
        self.assertFalse(server.reached)

    def test_names_must_agree(self):
        def ask(connect_host, host_field):
            client = socket.create_connection(("127.0.0.1", self.front.port), timeout=30)
            with client:
                target = f"{HOST}:{self.port}"
                client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {connect_host}\r\n\r\n".encode())
                head, body = read_answer(client)
                if status_of(head) != 200:
                    return Outcome(status_of(head), head + body)
                with ssl.create_default_context(cafile=self.front.ca).wrap_socket(client, server_hostname=HOST) as secured:
                    secured.sendall(f"GET / HTTP/1.1\r\nHost: {host_field}\r\n\r\n".encode())
                    head, body = read_answer(secured)
                    return Outcome(status_of(head), head + body)
        here = f"{HOST}:{self.port}"
        rows = {"all the same": (here, here, 200), "another Host inside": (here, "other.example.test", 421),
                "an address inside": (here, "127.0.0.1", 421), "another Host on the CONNECT": ("other.example.test", here, 421)}

        def one(_, row):
            before = self.server.received
            outcome = ask(*row[:2])
            self.assertEqual(outcome.status, row[2], outcome.answer)
            self.assertEqual(self.server.received != before, row[2] == 200)
        self.group("names agree", rows, one)

    def test_names_may_differ_where_that_was_asked_for(self):
        """--danger-other-names: for that host of a CONNECT alone, and said each time."""
        def ask(host, sni, host_field):
            client, outcome = open_tunnel(proxy, f"{host}:{self.port}")
            self.assertEqual(outcome.status, 200, outcome.answer)
            context = ssl.create_default_context(cafile=proxy.ca)
            try:
                with client, context.wrap_socket(client, server_hostname=sni) as secured:
                    secured.sendall(f"GET / HTTP/1.1\r\nHost: {host_field}\r\n\r\n".encode())
                    head, body = read_answer(secured)
                    return Outcome(status_of(head), head + body)
            except OSError as error:
                return Outcome(0, str(error))
        strict, other = "strict.example.test", "other.example.test"
        self.server = Server(self.make.issue(self.root, certificates.names(HOST, strict) + certificates.SERVER))
        self.addCleanup(self.server.close)
        self.port = self.server.port
        proxy = self.proxy_to(HOST, [self.server], "--intercept", strict, other, "--resolve",
                              f"{strict}:{self.port}:127.0.0.1", "--danger-other-names", HOST)
        rows = {"all the same": (HOST, HOST, HOST, 200, ""), "another Host": (HOST, HOST, other, 200, f"a request's Host is {other}"),
                "another SNI": (HOST, other, HOST, 200, f"TLS asked for {other}"),
                "an SNI the authority may not sign for": (HOST, "bank.test", HOST, 0, ""),
                "another Host of a strict one": (strict, strict, other, 421, ""),
                "another SNI of a strict one": (strict, other, strict, 0, "")}

        def one(_, row):
            *words, status, said = row
            outcome = ask(*words)
            self.assertEqual(outcome.status, status, outcome.answer)
            if said:
                proxy.wait_for(rf"^DANGER  {re.escape(HOST)}  danger-other-names: {re.escape(said)}")
        self.group("names that may differ", rows, one)
        proxy.wait_for(r"^DANGER  danger-other-names \(--danger-other-names\): a check is weakened")


if __name__ == "__main__":
    unittest.main(verbosity=1)
