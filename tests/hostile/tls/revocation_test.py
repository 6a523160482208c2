"""What a stapled OCSP status says of an upstream's certificate, and the certificates that demand one. Staples are made by
the openssl command, which also serves them: Python's own servers staple nothing. RFC 6960, RFC 7633."""
import re
import subprocess
import threading
import unittest

import certificates
from certificates import openssl
from rig import HOST, HostileTls, open_tunnel, through_proxy

MUST_STAPLE = "tlsfeature=status_request\n"
MISSING, REVOKED = "certificate-status-missing", "certificate-revoked"


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


class Revocation(HostileTls):
    def setUp(self):
        fine = certificates.names(HOST) + certificates.SERVER
        self.plain = self.make.issue(self.root, fine)
        self.strict = self.make.issue(self.root, fine + MUST_STAPLE)
        self.delegate = self.make.issue(self.root, "extendedKeyUsage=OCSPSigning\n", label="responder", subject="/CN=responder")
        self.impostor = self.make.issue(self.root, certificates.SERVER, label="impostor", subject="/CN=impostor")
        self.stranger = self.make.authority(subject="/CN=test upstream root")

    def staple(self, leaf, state, signer=None, about=None, days=1):
        """A response that says `state` (good, revoked, unknown) of that certificate, or of another."""
        self.make.made += 1
        stem = self.make.folder / f"{self.make.made}-status"
        about = about or leaf
        serial = subprocess.run(["openssl", "x509", "-in", about[0], "-noout", "-serial"], check=True, capture_output=True,
                                text=True).stdout.strip().split("=")[1]
        entry = {"good": f"V\t491231235959Z\t\t{serial}\tunknown\t/CN=leaf\n", "unknown": "",
                 "revoked": f"R\t491231235959Z\t240101000000Z,keyCompromise\t{serial}\tunknown\t/CN=leaf\n"}[state]
        index = stem.with_suffix(".index")
        index.write_text(entry)
        signer = signer or self.root
        openssl("ocsp", "-issuer", self.root[0], "-cert", about[0], "-no_nonce", "-reqout", f"{stem}.req")
        openssl("ocsp", "-index", index, "-rsigner", signer[0], "-rkey", signer[1], "-CA", self.root[0], "-ndays", days, "-reqin",
                f"{stem}.req", "-respout", f"{stem}.der")
        return f"{stem}.der"

    def test_staples(self):
        later = self.folder / "later.der"
        later.write_bytes(bytes.fromhex("30030a0103"))  # tryLater, and nothing in it
        other = self.make.issue(self.root, certificates.names("other.test") + certificates.SERVER)
        plain, strict = self.plain, self.strict
        # name -> (certificate, staple, what the code must be; "" for a pass)
        rows = {
            "good": (plain, self.staple(plain, "good"), ""), "none": (plain, None, ""),
            "good, demanded": (strict, self.staple(strict, "good"), ""),
            "good by a delegate, demanded": (strict, self.staple(strict, "good", self.delegate), ""),
            "revoked": (plain, self.staple(plain, "revoked"), REVOKED),
            "revoked by a delegate": (plain, self.staple(plain, "revoked", self.delegate), REVOKED),
            "revoked, demanded": (strict, self.staple(strict, "revoked"), REVOKED),
            "none, demanded": (strict, None, MISSING),
            "try later, demanded": (strict, str(later), MISSING),
            "unknown, demanded": (strict, self.staple(strict, "unknown"), MISSING),
            "of another certificate, demanded": (strict, self.staple(strict, "good", about=other), MISSING),
            "by a stranger, demanded": (strict, self.staple(strict, "good", self.stranger), MISSING),
            "by no responder, demanded": (strict, self.staple(strict, "good", self.impostor), MISSING),
            "try later": (plain, str(later), ""),
            "revoked by a stranger": (plain, self.staple(plain, "revoked", self.stranger), ""),
        }
        rows |= {f"{name}, TLS 1.2": (*rows[name], "-tls1_2") for name in ("revoked", "none, demanded", "good, demanded")}
        servers = {name: StaplingServer(leaf, staple, *more, answers=not code)
                   for name, (leaf, staple, code, *more) in rows.items()}
        proxy = self.proxy_to(HOST, servers.values())
        for server in servers.values():  # before the proxy ends: they leave their answers open
            self.addCleanup(server.close)

        def one(name, row):
            server, code = servers[name], row[2]
            if not code:
                outcome = through_proxy(proxy, HOST, server.port)
                self.assertEqual(outcome.status, 200, outcome.answer)
                return
            client, outcome = open_tunnel(proxy, f"{HOST}:{server.port}")
            client.close()
            self.refused_rightly(proxy, outcome, HOST, server, code)
        self.group("staples", rows, one)


if __name__ == "__main__":
    unittest.main(verbosity=1)
