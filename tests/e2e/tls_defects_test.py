"""Upstreams whose certificate or TLS is defective: each is a 502 with its code on the CONNECT, before a client is shown
a certificate and before a request byte is sent. Sound ones pass, so that the table cannot be right by refusing all."""
import re
import socket
import ssl
import threading
import unittest
import warnings

import defective_certificates as certificates
from harness import EndToEnd

HOST = "up.example.test"


class Server:
    """Accepts TLS with whatever it was given, weak or not, and keeps what it is sent."""

    def __init__(self, pair, settings=None):
        self.received = b""
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.set_ciphers("ALL:@SECLEVEL=0")
        if pair:
            self.context.load_cert_chain(*pair)
        if settings:
            settings(self.context)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(20)
            try:
                with self.context.wrap_socket(connection, server_side=True) as secured:
                    while chunk := secured.recv(4096):
                        self.received += chunk
            except OSError:
                connection.close()


def only(version, ciphers="ALL:@SECLEVEL=0"):
    def settings(context):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old versions are what is wanted here
            context.minimum_version = context.maximum_version = version
        context.set_ciphers(ciphers)
    return settings


def connect(proxy, target):
    """What a CONNECT is answered with, its head at least."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as client:
        client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
            if answer.startswith(b"HTTP/1.1 200"):
                break
        return answer.decode()


class Defects(EndToEnd):
    def setUp(self):
        self.make = certificates.Maker(self.folder / "made")
        self.root = (str(self.authority.pem), str(self.authority.key))

    def check(self, rows, host=HOST, settings=None):
        """rows: name -> (pair, what the code must be, "" for a pass)."""
        servers = {name: Server(pair, settings and settings[name]) for name, (pair, _) in rows.items()}
        for server in servers.values():
            self.addCleanup(server.listener.close)
        resolve = [word for server in servers.values()
                   for word in ("--resolve", f"{host}:{server.port}:127.0.0.1")]
        proxy = self.proxy("--intercept", host, "--allow-upstream", "127.0.0.0/8", "--upstream-ca", self.authority.pem,
                           "--no-store", *resolve)
        for name, (_, code) in rows.items():
            with self.subTest(name):
                answer = connect(proxy, f"{host}:{servers[name].port}")
                if code:
                    self.assertRegex(answer, rf'^HTTP/1.1 502 [\s\S]*"code":"upstream-(certificate-)?({code})"')
                else:
                    self.assertRegex(answer, r"^HTTP/1.1 200 ")
                self.assertEqual(servers[name].received, b"")

    def test_sound_ones_pass(self):
        rows = certificates.good_rows(self.make, self.root, HOST)
        self.check({name: (pair, "") for name, pair in rows.items()})

    def test_dates_and_trust(self):
        self.check(certificates.date_and_trust_rows(self.make, self.root, HOST))

    def test_what_authorities_may_not(self):
        self.check(certificates.constraint_rows(self.make, self.root, HOST))

    def test_names(self):
        self.check(certificates.name_rows(self.make, self.root, HOST))

    def test_extensions_and_algorithms(self):
        self.check(certificates.extension_and_algorithm_rows(self.make, self.root, HOST))

    def test_an_address_is_checked_as_an_address(self):
        rows = {"right": (certificates.names("IP:127.0.0.1"), "/CN=leaf", ""),
                "other address": (certificates.names("IP:127.0.0.2"), "/CN=leaf", "wrong-host"),
                "as a DNS name": (certificates.names("DNS:127.0.0.1"), "/CN=leaf", "wrong-host"),
                "as the CN": ("", "/CN=127.0.0.1", "wrong-host"),
                "a name": (certificates.names(HOST), "/CN=leaf", "wrong-host")}
        self.check({name: (self.make.issue(self.root, extensions + certificates.SERVER, subject=subject), code)
                    for name, (extensions, subject, code) in rows.items()}, host="127.0.0.1")

    def test_protocols(self):
        pair = self.make.issue(self.root, certificates.names(HOST) + certificates.SERVER)
        version = ssl.TLSVersion
        settings = {"TLS 1.0": (only(version.TLSv1), "tls-failed"), "TLS 1.1": (only(version.TLSv1_1), "tls-failed"),
                    "TLS 1.2": (only(version.TLSv1_2), ""), "TLS 1.3": (only(version.TLSv1_3), ""),
                    "NULL": (only(version.TLSv1_2, "NULL:@SECLEVEL=0"), "tls-failed"),
                    "anonymous": (only(version.TLSv1_2, "aNULL:@SECLEVEL=0"), "tls-failed"),
                    "CBC": (only(version.TLSv1_2, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"), "tls-failed")}
        self.check({name: (pair, code) for name, (_, code) in settings.items()},
                   settings={name: setting for name, (setting, _) in settings.items()})

    def test_our_own_authority_is_not_trusted_for_upstreams(self):
        home = self.folder / "own"
        first = self.proxy("--intercept", HOST, "--no-store", home=home)
        own = (first.ca, re.sub(r"ca\.pem$", "ca.key", first.ca))
        pair = self.make.issue(own, certificates.names(HOST) + certificates.SERVER)
        server = Server(self.make.chain(pair, own))
        self.addCleanup(server.listener.close)
        for trusted in (self.authority.pem, first.ca):
            with self.subTest(trusted=trusted):
                proxy = self.proxy("--intercept", HOST, "--allow-upstream", "127.0.0.0/8", "--no-store", "--upstream-ca",
                                   trusted, "--resolve", f"{HOST}:{server.port}:127.0.0.1", home=home)
                self.assertRegex(connect(proxy, f"{HOST}:{server.port}"),
                                 r'^HTTP/1.1 502 [\s\S]*"upstream-certificate-(own-root|untrusted|self-signed)"')
                self.assertEqual(server.received, b"")


class Silent(EndToEnd):
    """Peers that are no TLS server at all are an answer too, at once where they end the connection."""

    def test_what_is_no_tls(self):
        for name, words in {"closes": b"", "speaks HTTP": b"HTTP/1.1 400 Bad Request\r\n\r\n", "noise": b"\0" * 300,
                            "alert": bytes.fromhex("15030300020228"), "SSLv2": bytes.fromhex("802e0100020015")}.items():
            with self.subTest(name):
                listener = socket.create_server(("127.0.0.1", 0))
                self.addCleanup(listener.close)

                def answer(listener=listener, words=words):
                    connection, _ = listener.accept()
                    connection.recv(4096)
                    connection.sendall(words)
                    connection.close()
                threading.Thread(target=answer, daemon=True).start()
                port = listener.getsockname()[1]
                proxy = self.proxy("--intercept", HOST, "--no-store", "--allow-upstream", "127.0.0.0/8", "--resolve",
                                   f"{HOST}:{port}:127.0.0.1", "--upstream-ca", self.authority.pem)
                self.assertRegex(connect(proxy, f"{HOST}:{port}"), r'^HTTP/1.1 502 [\s\S]*"upstream-(tls-failed|closed)"')


if __name__ == "__main__":
    unittest.main(verbosity=2)
