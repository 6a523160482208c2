"""Who says whether certificates are revoked: OCSP responses of any content, revocation lists, the servers of both, and
one that staples. RFC 6960, RFC 5280 section 5. Only the openssl command signs."""
import datetime
import hashlib
import re
import socket
import subprocess
import threading
import time

from certificates import openssl
from rig import Accepting

BASIC = bytes.fromhex("06092b0601050507300101")
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
GOOD, UNKNOWN = b"\x80\0", b"\x82\0"


def der(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes(4, "big").lstrip(b"\0")
    return bytes([tag, 0x80 | len(length)]) + length + body


def inside(data):
    """The content of the first element of `data`."""
    if data[1] < 128:
        return data[2:2 + data[1]]
    size = data[1] & 0x7F
    start = 2 + size
    return data[start:start + int.from_bytes(data[2:start], "big")]


def moment(hours):
    when = datetime.datetime.utcnow() + datetime.timedelta(hours=hours)
    return der(0x18, when.strftime("%Y%m%d%H%M%SZ").encode())


REVOKED = der(0xA1, moment(-1000))


def output(*words, **more):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, **more).stdout


def serial_of(pair):
    return output("x509", "-in", pair[0], "-noout", "-serial").decode().strip().split("=")[1]


def asked_for(request):
    """The CertID of a request for one certificate."""
    return inside(inside(inside(inside(request))))


class Responder:
    """Answers each request as told: `state` of the certificate asked for, signed by `signer`, whose certificate is sent
    when it is a delegate. `about` changes the CertID; `since` and `until` are hours from now, None for no end."""

    def __init__(self, signer, state=GOOD, delegate=False, about=lambda one: one, since=-1, until=24):
        self.signer, self.state, self.about, self.since, self.until = signer, state, about, since, until
        self.key_hash = hashlib.sha1(output("pkey", "-in", signer[1], "-pubout", "-outform", "DER")[-65:]).digest()
        self.certificate = output("x509", "-in", signer[0], "-outform", "DER") if delegate else b""

    def __call__(self, request):
        end = der(0xA0, moment(self.until)) if self.until is not None else b""
        single = der(0x30, self.about(asked_for(request)), self.state, moment(self.since), end)
        data = der(0x30, der(0xA2, der(4, self.key_hash)), moment(self.since), der(0x30, single))
        signature = output("dgst", "-sha256", "-sign", self.signer[1], input=data)
        certificates = der(0xA0, der(0x30, self.certificate)) if self.certificate else b""
        basic = der(0x30, data, ECDSA_SHA256, der(3, b"\0", signature), certificates)
        return der(0x30, der(0x0A, b"\0"), der(0xA0, der(0x30, BASIC, der(4, basic))))


def with_head(body, extra=""):
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body


class StatusServer(Accepting):
    """Plain HTTP on loopback. `say(path, answer)` sets what a path answers: bytes, or a function of the request's body
    and the connection that gives bytes (or has written to the connection itself, and gives none)."""

    def __init__(self):
        self.answers, self.asked = {}, []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def say(self, answer):
        """The URL that answers so."""
        path = f"/{len(self.answers)}"
        self.answers[path] = answer
        return f"http://127.0.0.1:{self.port}{path}"

    def hits(self, url):
        return self.asked.count(url[url.index("/", 8):])

    def serve(self, connection):
        connection.settimeout(20)
        with connection, connection.makefile("rb") as reader:
            try:
                path = reader.readline().split()[1].decode()
                length = 0
                while (line := reader.readline().strip()):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                body = reader.read(length)
                self.asked.append(path)
                answer = self.answers[path]
                if callable(answer):
                    answer = answer(body, connection)
                connection.sendall(answer or b"")
            except (OSError, IndexError):
                return


def by(responder, extra=""):
    """An answer of a StatusServer from that responder."""
    return lambda request, _: with_head(responder(request), extra)


def drip(request, connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"\x30")
        time.sleep(0.2)


def silence(request, connection):
    time.sleep(15)


def endless(request, connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(bytes(65536))


def revocation_list(make, issuer, *revoked, ended=False, extensions="", many=0):
    """The issuer's list (PEM file) with those certificates in it, and with `many` serial numbers of nobody's."""
    make.made += 1
    path = make.folder / f"{make.made}-list.pem"
    serials = [serial_of(pair) for pair in revoked] + [f"{0x7000000000000000000000000000 + i:X}" for i in range(many)]
    (make.folder / "list.index").write_text("".join(
        f"R\t491231235959Z\t240101000000Z,keyCompromise\t{serial}\tunknown\t/CN=leaf\n" for serial in serials))
    config = make.folder / "list.cnf"
    config.write_text(f"[ca]\ndefault_ca=it\n[it]\ndatabase={make.folder}/list.index\ndefault_md=sha256\n"
                      f"[more]\n{extensions}\n")
    until = ["-crl_lastupdate", "20240101000000Z", "-crl_nextupdate", "20240102000000Z"] if ended else ["-crlhours", 24]
    more = ["-crlexts", "more"] if extensions else []
    openssl("ca", "-gencrl", "-config", config, *more, "-cert", issuer[0], "-keyfile", issuer[1], "-out", path,
            *until)
    return path


def as_der(path):
    return output("crl", "-in", path, "-outform", "DER")


class StaplingServer:
    """`openssl s_server`; answers every request with a page, or keeps what it is sent."""

    def __init__(self, chain, staple, *arguments, answers):
        words = ["-status_file", staple] if staple else []
        self.process = subprocess.Popen(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", chain[0], "-cert_chain", chain[0], "-key", chain[1],
             *words, *(["-www"] if answers else []), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        self.said = ""
        for line in self.process.stdout:
            found = re.match(r"ACCEPT .*:(\d+)$", line)
            if found:
                self.port = int(found.group(1))
                break
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.said += line

    @property
    def reached(self):
        return "GET /" in self.said

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def staple(make, root, leaf, state, signer=None, about=None, days=1):
    """A file with a response that says `state` (good, revoked, unknown) of that certificate, or of another."""
    make.made += 1
    stem = make.folder / f"{make.made}-status"
    about = about or leaf
    serial = serial_of(about)
    entry = {"good": f"V\t491231235959Z\t\t{serial}\tunknown\t/CN=leaf\n", "unknown": "",
             "revoked": f"R\t491231235959Z\t240101000000Z,keyCompromise\t{serial}\tunknown\t/CN=leaf\n"}[state]
    index = stem.with_suffix(".index")
    index.write_text(entry)
    signer = signer or root
    openssl("ocsp", "-issuer", root[0], "-cert", about[0], "-no_nonce", "-reqout", f"{stem}.req")
    openssl("ocsp", "-index", index, "-rsigner", signer[0], "-rkey", signer[1], "-CA", root[0], "-ndays", days, "-reqin",
            f"{stem}.req", "-respout", f"{stem}.der")
    return f"{stem}.der"
