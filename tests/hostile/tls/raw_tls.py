"""TLS by hand: enough of a server to say in its first flight what no library would, and enough of a parser to see how a
client took it. RFC 5246, RFC 8446. No keys are ever agreed on: a client that believes the flight shows it by going on."""
import os
import socket
import struct
import subprocess
import threading

from rig import Accepting

CIPHER_CHANGE, ALERT, HANDSHAKE = 20, 21, 22
CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, SERVER_KEY_EXCHANGE, SERVER_DONE, CLIENT_KEY_EXCHANGE = 1, 2, 11, 12, 14, 16
ECDHE_ECDSA, ECDHE_RSA, DHE_RSA, TLS13_AES128 = 0xC02B, 0xC02F, 0x009E, 0x1301
RENEGOTIATION, POINT_FORMATS, EXTENDED_MASTER = (0xFF01, b"\0"), (11, b"\1\0"), (23, b"")
X25519, P256, P384 = 29, 23, 24
# Points that lie on their curve; whose they are does not matter here.
X25519_POINT = bytes([9]) + bytes(31)
P256_POINT = bytes.fromhex("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                           "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def with_length(size, value):
    return len(value).to_bytes(size, "big") + value


def message(kind, body):
    return bytes([kind]) + with_length(3, body)


def record(kind, payload, version=0x0303):
    """As many records as it takes."""
    pieces = [payload[i:i + 16384] for i in range(0, len(payload), 16384)] or [b""]
    return b"".join(struct.pack(">BHH", kind, version, len(piece)) + piece for piece in pieces)


def handshake(*messages):
    return record(HANDSHAKE, b"".join(messages))


def extension_block(extensions):
    return with_length(2, b"".join(struct.pack(">H", kind) + with_length(2, value) for kind, value in extensions))


class Reader:
    def __init__(self, text):
        self.text, self.at = text, 0

    def take(self, count):
        self.at += count
        return self.text[self.at - count:self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def sized(self, size):
        return self.take(self.number(size))

    def more(self):
        return self.at < len(self.text)


class ClientHello:
    """What a client offers."""

    def __init__(self, body):
        reader = Reader(body)
        self.version, self.random, self.session = reader.number(2), reader.take(32), reader.sized(1)
        suites = reader.sized(2)
        self.suites = list(struct.unpack(f">{len(suites) // 2}H", suites))
        self.compressions = list(reader.sized(1))
        self.extensions = {}
        rest = Reader(reader.sized(2))
        while rest.more():
            kind = rest.number(2)
            self.extensions[kind] = rest.sized(2)

    def numbers(self, kind, size=2):
        """The list of 16-bit numbers an extension holds behind a length of `size` bytes."""
        value = self.extensions.get(kind, b"\0" * size)[size:]
        return list(struct.unpack(f">{len(value) // 2}H", value[:len(value) // 2 * 2]))


def read_exactly(connection, count):
    text = b""
    while len(text) < count and (chunk := connection.recv(count - len(text))):
        text += chunk
    return text


def read_record(connection):
    """(kind, payload); kind 0 at the end."""
    head = read_exactly(connection, 5)
    if len(head) < 5:
        return 0, b""
    return head[0], read_exactly(connection, int.from_bytes(head[3:5], "big"))


def read_hello(connection):
    kind, payload = read_record(connection)
    if kind != HANDSHAKE or payload[:1] != bytes([CLIENT_HELLO]):
        return None
    return ClientHello(payload[4:])


class Flight:
    """The messages of a TLS 1.2 server to one client; every part can be replaced by a defective one."""

    def __init__(self, hello, key, suite=ECDHE_ECDSA):
        self.hello, self.key, self.suite = hello, key, suite
        self.random = os.urandom(32)

    def server_hello(self, version=0x0303, suite=None, compression=0, session=b"", random=None,
                     extensions=(RENEGOTIATION, POINT_FORMATS, EXTENDED_MASTER)):
        self.random = random or self.random
        body = struct.pack(">H", version) + self.random + with_length(1, session)
        body += struct.pack(">HB", self.suite if suite is None else suite, compression)
        return message(SERVER_HELLO, body + (extension_block(extensions) if extensions else b""))

    def hello_1_3(self, suite=TLS13_AES128, session=None, more=(), share=(X25519, X25519_POINT), **rest):
        extensions = [(43, b"\3\4")]
        if share:
            extensions.append((51, struct.pack(">H", share[0]) + with_length(2, share[1])))
        session = self.hello.session if session is None else session
        return self.server_hello(suite=suite, session=session, extensions=[*extensions, *more], **rest)

    def retry(self, group, more=()):
        share = [(51, struct.pack(">H", group))] if group else []
        return self.server_hello(suite=TLS13_AES128, session=self.hello.session, random=RETRY_RANDOM,
                                 extensions=[(43, b"\3\4"), *share, *more])

    @staticmethod
    def certificate(*ders):
        return message(CERTIFICATE, with_length(3, b"".join(with_length(3, der) for der in ders)))

    def sign(self, parameters, digest="sha256"):
        return subprocess.run(["openssl", "dgst", "-" + digest, "-sign", str(self.key)], check=True, capture_output=True,
                              input=self.hello.random + self.random + parameters).stdout

    def key_exchange(self, group=X25519, point=X25519_POINT, scheme=0x0403, digest="sha256", parameters=None, spoil=False):
        if parameters is None:
            parameters = b"\3" + struct.pack(">H", group) + with_length(1, point)
        signature = self.sign(parameters, digest)
        if spoil:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return message(SERVER_KEY_EXCHANGE, parameters + struct.pack(">H", scheme) + with_length(2, signature))

    @staticmethod
    def done():
        return message(SERVER_DONE, b"")


class RawServer(Accepting):
    """Answers each ClientHello with `flight(hello)`, then watches: `went_on` if the client took it for good, `alerts`
    that it sent. With `closes` the connection ends behind the flight."""

    def __init__(self, flight, closes=False):
        self.flight, self.closes = flight, closes
        self.went_on, self.alerts, self.hellos, self.bytes_read = False, [], [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def serve(self, connection):
        connection.settimeout(20)
        try:
            with connection:
                hello = read_hello(connection)
                if hello is None:
                    return
                self.hellos.append(hello)
                connection.sendall(self.flight(hello))
                while not self.closes and not self.went_on:
                    kind, payload = read_record(connection)
                    if kind == 0:
                        return
                    self.watch(kind, payload)
        except OSError:
            pass

    def watch(self, kind, payload):
        if kind == ALERT and len(payload) == 2:
            self.alerts.append(payload[1])
        elif kind != CIPHER_CHANGE and payload[:1] != bytes([CLIENT_HELLO]):
            self.went_on = True  # what only looks like a cipher change goes out before a second hello of TLS 1.3

    @property
    def reached(self):
        """No request can come without keys; that the client goes on is as bad."""
        return self.went_on
