"""Upstreams whose first flight no library would send: hellos, certificates, key exchanges. Each must end the handshake
before the proxy says anything of its own (ClientKeyExchange, or anything encrypted); the sound flight of the same making
must not, which shows that the flights are right but for their defect."""
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import unittest

import certificates
import raw_tls
from raw_tls import DHE_RSA, ECDHE_RSA, P256, P256_POINT, P384, X25519, X25519_POINT, Flight, RawServer, handshake, message
from rig import HOST, HostileTls, open_tunnel

TLS = "tls-failed|certificate-invalid"
DOWNGRADE_12, DOWNGRADE_11 = b"DOWNGRD\1", b"DOWNGRD\0"
POINT = raw_tls.POINT_FORMATS
RENEGOTIATION = raw_tls.RENEGOTIATION


def der_of(pem):
    """Every certificate of the file."""
    parts = pathlib.Path(pem).read_text().split("-----END CERTIFICATE-----")[:-1]
    return [ssl.PEM_cert_to_DER_cert(part.strip() + "\n-----END CERTIFICATE-----\n") for part in parts]


def nested(depth):
    """SEQUENCE in SEQUENCE, that deep."""
    text = b""
    for _ in range(depth):
        size = len(text)
        head = bytes([size]) if size < 128 else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes((size.bit_length() + 7) // 8, "big")
        text = b"\x30" + head + text
    return text


class Raw(HostileTls):
    def setUp(self):
        fine = certificates.names(HOST) + certificates.SERVER
        self.ec = self.make.issue(self.root, fine)
        self.rsa = self.make.issue(self.root, fine, kind="RSA:2048")
        self.der, self.rsa_der = der_of(self.ec[0])[0], der_of(self.rsa[0])[0]

    def whole(self, **hello):
        """A sound flight but for what `hello` says of its hello."""
        def flight(client):
            made = Flight(client, self.ec[1])
            return handshake(made.server_hello(**hello), made.certificate(self.der), made.key_exchange(), made.done())
        return flight

    def check(self, group, rows, sound=()):
        """rows: name -> flight, (flight, code) or (flight, code, True if it closes); `sound` names those that must go on."""
        full = {name: row if isinstance(row, tuple) else (row, TLS) for name, row in rows.items()}
        servers = {name: RawServer(row[0], closes=len(row) > 2) for name, row in full.items()}
        for server in servers.values():
            self.addCleanup(server.close)
        proxy = self.proxy_to(HOST, servers.values())

        def one(name, row):
            server = servers[name]
            client, outcome = open_tunnel(proxy, f"{HOST}:{server.port}")
            client.close()
            if name in sound:  # either it said something of its own, or it tried to decrypt what we said
                self.assertTrue(server.went_on or "bad record mac" in outcome.answer, outcome.answer)
                return
            self.assertNotIn("bad record mac", outcome.answer)
            self.refused_rightly(proxy, outcome, HOST, server, row[1])
        self.group(group, full, one)

    def test_hellos(self):
        random = os.urandom(24)
        rows = {"sound": self.whole()}
        rows |= {f"version {version:04x}": self.whole(version=version) for version in (0x0002, 0x0300, 0x0301, 0x0302, 0x0304, 0x0305, 0xFEFD)}
        rows |= {f"suite {name}": self.whole(suite=number) for name, number in {
            "NULL": 0x0002, "ECDHE NULL": 0xC006, "RC4-MD5": 0x0004, "RC4": 0x0005, "ECDHE RC4": 0xC007, "3DES": 0x000A,
            "ECDHE 3DES": 0xC008, "DES": 0x0009, "export RC4": 0x0003, "export DES": 0x0008, "anonymous": 0x0034,
            "ECDH anonymous": 0xC018, "IDEA": 0x0007, "CBC": 0xC009, "static RSA": 0x009C, "static ECDH": 0xC02D, "DHE": DHE_RSA,
            "SEED": 0x0096, "Camellia": 0x0041, "PSK": 0x00A8, "of TLS 1.3": 0x1301, "GREASE": 0x0A0A, "none": 0x0000,
            "SCSV": 0x00FF}.items()}
        rows |= {
            "downgrade, sentinel of 1.2": self.whole(random=random + DOWNGRADE_12),
            "downgrade, sentinel of 1.1": self.whole(random=random + DOWNGRADE_11),
            "no secure renegotiation": self.whole(extensions=(POINT, raw_tls.EXTENDED_MASTER)),
            "renegotiation of a handshake that was not": self.whole(extensions=((0xFF01, b"\x0c" + b"a" * 12), POINT)),
            "compression": self.whole(compression=1), "unknown compression": self.whole(compression=64),
            "extension twice": self.whole(extensions=(RENEGOTIATION, POINT, POINT)),
            "protocol not offered": self.whole(extensions=(RENEGOTIATION, (16, b"\0\3\2h2"))),
            "two protocols": self.whole(extensions=(RENEGOTIATION, (16, b"\0\x12\x08http/1.1\x08http/1.1"))),
            "ticket not offered": self.whole(extensions=(RENEGOTIATION, (35, b""))),
            "heartbeat not offered": self.whole(extensions=(RENEGOTIATION, (15, b"\1"))),
            "unknown extension": self.whole(extensions=(RENEGOTIATION, (0x1234, b""))),
            "next protocol not offered": self.whole(extensions=(RENEGOTIATION, (13172, b""))),
            "session that was not": lambda client: handshake(Flight(client, self.ec[1]).server_hello(session=client.session)) +
            raw_tls.record(20, b"\1"),
            "session too long": self.whole(session=bytes(33)),
            "hello cut": lambda client: handshake(message(2, b"\3\3" + bytes(20))),
            "hello with a tail": lambda client: handshake(message(2, Flight(client, self.ec[1]).server_hello()[4:] + b"x")),
            "hello twice": lambda client: handshake(*[Flight(client, self.ec[1]).server_hello()] * 2),
            "certificate first": lambda client: handshake(Flight(client, "").certificate(self.der)),
            "finished first": lambda client: handshake(message(20, bytes(12))),
            "unknown message": lambda client: handshake(message(99, b"")),
            "data first": lambda client: raw_tls.record(23, b"HTTP/1.1 200 OK\r\n\r\n"),
            "cipher change first": (lambda client: raw_tls.record(20, b"\1") * 40, TLS, True),
            "empty records": (lambda client: raw_tls.record(22, b"") * 400, TLS, True),
            "requests to begin anew": (lambda client: handshake(message(0, b"")) * 400, TLS, True),
            "record of 64 KiB": lambda client: struct.pack(">BHH", 22, 0x0303, 65535) + bytes(65535),
            "message of 16 MiB": lambda client: handshake(b"\2\xff\xff\xff" + bytes(16000)),
            "record of SSL 2": (lambda client: bytes.fromhex("802e0100020015") + bytes(40), TLS),
            "noise": lambda client: bytes(300), "plain HTTP": lambda client: b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "fatal alert": lambda client: bytes.fromhex("15030300020228"),
            "close alert": (lambda client: bytes.fromhex("15030300020100"), "tls-failed|closed"),
            "warnings without end": (lambda client: bytes.fromhex("1503030002015a") * 400, TLS),
            "nothing": (lambda client: b"", "tls-failed|closed", True),
            "half a record": (lambda client: bytes.fromhex("16030300ff02"), "tls-failed|closed", True),
        }
        self.check("rawhello", rows, sound={"sound"})

    def test_hellos_of_tls_1_3(self):
        def hello(**parts):
            return lambda client: handshake(Flight(client, "").hello_1_3(**parts))

        def retry(group, more=(), twice=False):
            return lambda client: handshake(Flight(client, "").retry(group, more)) * (2 if twice else 1)
        cipher_change = raw_tls.record(20, b"\1")
        rows = {
            "sound": lambda client: handshake(Flight(client, "").hello_1_3()) + cipher_change + raw_tls.record(23, os.urandom(60)),
            "suite not offered": hello(suite=0x1304), "suite of TLS 1.2": hello(suite=0xC02B), "no share": hello(share=None),
            "share of a group not offered": hello(share=(30, bytes(56))), "share cut": hello(share=(X25519, bytes(31))),
            "share of zero": hello(share=(X25519, bytes(32))), "share of another group": hello(share=(P256, P256_POINT)),
            "session not ours": hello(session=os.urandom(32)), "no session": hello(session=b""),
            "compression": hello(compression=1), "old version": hello(version=0x0301), "new version": hello(version=0x0304),
            "key of before": hello(more=((41, b"\0\0"),)), "early data": hello(more=((42, b""),)),
            "protocol in the open": hello(more=((16, b"\0\x09\x08http/1.1"),)), "unknown extension": hello(more=((0x1234, b""),)),
            "version of SSL 3": lambda client: handshake(Flight(client, "").server_hello(
                suite=0x1301, session=client.session, extensions=((43, b"\3\0"), (51, b"\0\x1d\0\x20" + X25519_POINT)))),
            "draft version": lambda client: handshake(Flight(client, "").server_hello(
                suite=0x1301, session=client.session, extensions=((43, b"\x7f\x1c"), (51, b"\0\x1d\0\x20" + X25519_POINT)))),
            "retry for the same group": retry(X25519), "retry for a group not offered": retry(30), "retry for nothing": retry(0),
            "retry twice": retry(P384, twice=True), "retry for finite fields": retry(256),
        }
        self.check("rawhello 1.3", rows, sound={"sound"})

    def test_certificate_messages(self):
        def sends(body):
            def flight(client):
                made = Flight(client, self.ec[1])
                return handshake(made.server_hello(), message(11, body), made.key_exchange(), made.done())
            return flight

        def leaf(extensions, **more):
            return lists(der_of(self.make.issue(self.root, extensions, **more)[0])[0])

        def lists(*ders):
            return sends(raw_tls.with_length(3, b"".join(raw_tls.with_length(3, der) for der in ders)))
        san, server = certificates.names(HOST), certificates.SERVER
        weak, other = "certificate-weak", "certificate-(invalid|wrong-host)|tls-failed"
        rows = {
            "sound": lists(self.der), "P-192": (leaf(san + server, kind="EC:P-192"), weak + "|tls-failed"),
            "two SANs": (leaf(san + server + "2.5.29.17=DER:" + certificates.raw_san("other.test")[19:]), other),
            "malformed SAN": (leaf("subjectAltName=DER:30:20:82\n" + server), other),
            "SAN of zero names": (leaf("subjectAltName=DER:30:00\n" + server), other),
            "malformed basic constraints": (leaf(san + server + "basicConstraints=DER:30:05:01\n"), other),
            "malformed key usage": (leaf(san + server + "keyUsage=critical,DER:04:00\n"), other),
            "malformed extended usage": (leaf(san + "extendedKeyUsage=DER:30:03:06\n"), other),
            "empty list": sends(b"\0\0\0"), "no list": sends(b""),
            "list longer than the message": sends(b"\0\xff\xff" + self.der),
            "list shorter than the message": sends(raw_tls.with_length(3, raw_tls.with_length(3, self.der)) + b"x"),
            "certificate of no bytes": lists(b""), "noise": lists(os.urandom(500)),
            "a tail in the certificate": lists(self.der + b"xx"),
            "certificate cut": lists(self.der[:-9]), "length cut": sends(b"\0\0\5\0\xff\xff\0\0"),
            "20,000 deep": lists(nested(20000)),
            "a name 20,000 deep": lists(b"\x30\x83" + (len(nested(20000))).to_bytes(3, "big") + nested(20000)),
            "300 copies": (lists(*[self.der] * 300), TLS), "second one is noise": lists(self.der, os.urandom(90)),
            "a request in its place": lambda client: handshake(
                Flight(client, "").server_hello(), message(13, b"\1\1\0\0")),
            "key exchange without one": lambda client: handshake((f := Flight(client, self.ec[1])).server_hello(), f.key_exchange(), f.done()),
            "twice": lambda client: handshake((f := Flight(client, self.ec[1])).server_hello(), f.certificate(self.der), f.certificate(self.der)),
            "another key's": lambda client: handshake((f := Flight(client, self.rsa[1])).server_hello(), f.certificate(self.der),
                                                      f.key_exchange(), f.done()),
            "a key that does not fit the suite": lambda client: handshake((f := Flight(client, self.rsa[1])).server_hello(),
                                                                         f.certificate(self.rsa_der), f.key_exchange(), f.done()),
        }
        self.check("rawcert", rows, sound={"sound"})

    def test_key_exchanges(self):
        def exchange(rsa=False, done=True, **parts):
            def flight(client):
                made = Flight(client, self.rsa[1] if rsa else self.ec[1], ECDHE_RSA if rsa else raw_tls.ECDHE_ECDSA)
                messages = [made.server_hello(), made.certificate(self.rsa_der if rsa else self.der)]
                if parts.get("group", X25519) is not None:
                    messages.append(made.key_exchange(**parts))
                return handshake(*messages, made.done())
            return flight
        off_curve = P256_POINT[:-1] + bytes([P256_POINT[-1] ^ 1])
        explicit = b"\1" + bytes(60)
        rows = {
            "sound": exchange(), "sound, RSA": exchange(rsa=True, scheme=0x0401),
            "sound, P-256": exchange(group=P256, point=P256_POINT),
            "bad signature": exchange(spoil=True), "bad signature, RSA": exchange(rsa=True, scheme=0x0401, spoil=True),
            "signed with SHA-1": exchange(scheme=0x0203, digest="sha1"),
            "RSA with SHA-1": exchange(rsa=True, scheme=0x0201, digest="sha1"),
            "RSA with MD5": exchange(rsa=True, scheme=0x0101, digest="md5"),
            "RSA with SHA-224": exchange(rsa=True, scheme=0x0301, digest="sha224"),
            "scheme not offered": exchange(scheme=0x0840), "scheme of another key": exchange(scheme=0x0401),
            "curve not offered": exchange(group=22, point=P256_POINT), "small curve": exchange(group=19, point=b"\4" + bytes(48)),
            "point off the curve": exchange(group=P256, point=off_curve),
            "point of zeros": exchange(group=P256, point=b"\4" + bytes(64)),
            "point at infinity": exchange(group=P256, point=b"\0"),
            "hybrid point": exchange(group=P256, point=b"\6" + P256_POINT[1:]),
            "no point": exchange(point=b""), "X25519 of zero": exchange(point=bytes(32)),
            "X25519 of one": exchange(point=b"\1" + bytes(31)),
            "X25519 cut": exchange(point=X25519_POINT[:31]), "explicit curve": exchange(parameters=explicit),
            "characteristic two": exchange(parameters=b"\2" + bytes(60)), "no key exchange": exchange(group=None),
        }
        self.check("rawske", rows, sound={"sound", "sound, RSA", "sound, P-256"})

    def test_finite_field_key_exchanges(self):
        def exchange(prime, share):
            def flight(client):
                made = Flight(client, self.rsa[1], DHE_RSA)
                parameters = b"".join(raw_tls.with_length(2, n.to_bytes((n.bit_length() + 7) // 8 or 1, "big")) for n in (prime, 2, share))
                return handshake(made.server_hello(), made.certificate(self.rsa_der), made.key_exchange(
                    scheme=0x0401, parameters=parameters), made.done())
            return flight

        def prime(bits):
            text = subprocess.run(["openssl", "prime", "-generate", "-bits", str(bits), "-hex"], check=True, capture_output=True).stdout
            return int(text, 16)
        large = prime(2048)
        rows = {f"{bits} bits": exchange(prime(bits), 12345) for bits in (480, 512, 768, 1024)}
        rows |= {"share 0": exchange(large, 0), "share 1": exchange(large, 1), "share p - 1": exchange(large, large - 1),
                 "composite modulus": exchange(prime(1024) * prime(1024), 12345), "2048 bits": exchange(large, 2 ** 3000 % large)}
        self.check("rawdhe", rows)


if __name__ == "__main__":
    unittest.main(verbosity=1)
