"""The chain a client is shown: what is in it, that strict verifiers take it, and what a stolen key is good for."""
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import threading
import unittest

import certificates
from rig import HOST, Accepting, HostileTls, Server, clean_environment, open_tunnel

STRICT = ssl.VERIFY_X509_STRICT
TOOLS = {"gnutls": "certtool", "gnutls, live": "gnutls-cli", "nss": "certutil", "nss, live": "tstclnt", "python": "python3"}
NODE = """
const [pem, host, at, port] = process.argv.slice(1), net = require('net'), tls = require('tls');
const plain = net.connect(at, '127.0.0.1');
plain.write(`CONNECT ${host}:${port} HTTP/1.1\\r\\nHost: ${host}:${port}\\r\\n\\r\\n`);
plain.once('data', () => {
  const options = {socket: plain, servername: host, ca: require('fs').readFileSync(pem)};
  const secured = tls.connect(options, () => { console.log(secured.authorized); process.exit(0); });
  secured.on('error', error => { console.log(error.code); process.exit(1); });
});
"""
GO = """package main
import ("crypto/x509"; "encoding/pem"; "fmt"; "os")
func read(path string) []byte { b, _ := os.ReadFile(path); return b }
func main() {
  roots, more := x509.NewCertPool(), x509.NewCertPool()
  roots.AppendCertsFromPEM(read(os.Args[1])); more.AppendCertsFromPEM(read(os.Args[2]))
  block, _ := pem.Decode(read(os.Args[3])); leaf, _ := x509.ParseCertificate(block.Bytes)
  _, err := leaf.Verify(x509.VerifyOptions{DNSName: os.Args[4], Roots: roots, Intermediates: more})
  fmt.Println(err)
}
"""


def run(*words, **more):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=200, **more)


class Relay(Accepting):
    """A port that leads through a CONNECT of the proxy, for clients that know of none."""

    def __init__(self, proxy, target):
        self.proxy, self.target = proxy, target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def serve(self, connection):
        tunnel, _ = open_tunnel(self.proxy, self.target)
        with connection, tunnel:
            back = threading.Thread(target=self.pump, args=(tunnel, connection), daemon=True)
            back.start()
            self.pump(connection, tunnel)
            back.join()

    @staticmethod
    def pump(source, target):
        try:
            while chunk := source.recv(65536):
                target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return


class Shown(HostileTls):
    """The chain a client is shown."""

    def chain_of(self, proxy, port, name=HOST, host=HOST):
        client, outcome = open_tunnel(proxy, f"{host}:{port}")
        self.assertEqual(outcome.status, 200, outcome.answer)
        client.close()
        named = ["-servername", name] if name else ["-noservername"]
        text = run("openssl", "s_client", "-showcerts", "-proxy", f"127.0.0.1:{proxy.port}", "-connect", f"{host}:{port}",
                   *named, input="").stdout
        return re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", text, re.S)

    def openssl(self, *words, text=None):
        done = run("openssl", *words, input=text)
        return done.returncode, done.stdout + done.stderr

    def setUp(self):
        self.server = Server(self.make.issue(self.root, certificates.names(HOST) + certificates.SERVER))
        self.addCleanup(self.server.close)
        self.front = self.proxy_to(HOST, [self.server])
        chain = self.chain_of(self.front, self.server.port)
        self.assertEqual(len(chain), 2)
        self.files = {}
        for name, text in zip(("leaf", "issuing", "root"), (*chain, pathlib.Path(self.front.ca).read_text())):
            self.files[name] = self.folder / f"shown-{name}.pem"
            self.files[name].write_text(text)

    def text_of(self, name):
        return self.openssl("x509", "-in", self.files[name], "-noout", "-text")[1]

    def test_the_leaf_and_the_authorities(self):
        leaf, issuing, root = (self.text_of(n) for n in ("leaf", "issuing", "root"))
        again = self.chain_of(self.front, self.server.port, name="")
        other = self.proxy_to(HOST, [self.server])
        other_leaf = self.chain_of(other, self.server.port)[0]
        serial = re.search(r"Serial Number:\s+([0-9a-f:]+)", leaf)
        validity = [subprocess.run(["date", "-u", "-d", m, "+%s"], capture_output=True, text=True).stdout
                    for m in re.findall(r"Not (?:Before|After *) ?: (.*)", leaf)]
        days = (int(validity[1]) - int(validity[0])) / 86400

        def key_id(whose, text):
            return re.search(whose + r" Key Identifier:\s+([0-9A-F:]+)", text).group(1)
        checks = {
            "version 3": "Version: 3" in leaf, "P-256": "NIST CURVE: P-256" in leaf, "SHA-256": "ecdsa-with-SHA256" in leaf,
            "long serial": len(serial.group(1).split(":")) >= 14,
            "SAN": f"DNS:{HOST}" in leaf, "one SAN": leaf.count("DNS:") == 1,
            "server alone": re.search(r"Extended Key Usage:[^\n]*\n\s+TLS Web Server Authentication\n", leaf) is not None,
            "usage": re.search(r"Key Usage: critical\n\s+Digital Signature\n", leaf) is not None,
            "AKI": "Authority Key Identifier" in leaf, "SKI": "Subject Key Identifier" in leaf,
            "no authority": "CA:TRUE" not in leaf, "at most 7 days": 6 < days <= 7,
            "the name as CN": f"Subject: CN = {HOST}" in leaf,
            "no name asked, same leaf": again[0].strip() == self.files["leaf"].read_text().strip(),
            "issuer's key id": key_id("Authority", leaf) == key_id("Subject", issuing),
            "root constraints": "X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:1" in root,
            "issuing constraints": "X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0" in issuing,
            "root usage": "Key Usage: critical\n                Certificate Sign, CRL Sign" in root,
            "issuing usage": "Key Usage: critical\n                Certificate Sign, CRL Sign" in issuing,
            "root's names": re.search(rf"Name Constraints: critical\n\s+Permitted:\n\s+DNS:{HOST}\n", root) is not None,
            "issuing names": re.search(rf"Name Constraints: critical\n\s+Permitted:\n\s+DNS:{HOST}\n", issuing) is not None,
            "addresses excluded": "IP:0.0.0.0/0.0.0.0" in issuing, "issuing AKI": "Authority Key Identifier" in issuing,
            "another installation, another leaf": other_leaf != self.files["leaf"].read_text(),
            "another installation, another root": pathlib.Path(other.ca).read_text() != self.files["root"].read_text(),
        }
        self.group("certificates", checks, lambda name, held: self.assertTrue(held, leaf))

    def test_strict_verifiers_take_it(self):
        verifiers = {"openssl": self.by_openssl, "python": self.by_python, "node": self.by_node, "gnutls": self.by_gnutls,
                     "gnutls, live": self.by_gnutls_live, "nss": self.by_nss, "nss, live": self.by_nss_live,
                     "go": self.by_go, "curl": self.by_curl}
        there = {name: check for name, check in verifiers.items() if shutil.which(TOOLS.get(name, name))}
        for name in verifiers.keys() - there.keys():
            print(f"skipped: {TOOLS.get(name, name)} is not installed (scripts/setup test)")
        self.group("verifiers", there, lambda _, check: check())

    def by_openssl(self):
        words = ["verify", "-x509_strict", "-auth_level", "2", "-purpose", "sslserver", "-CAfile", self.files["root"],
                 "-untrusted", self.files["issuing"]]
        self.assertEqual(self.openssl(*words, "-verify_hostname", HOST, self.files["leaf"])[0], 0)
        self.assertNotEqual(self.openssl(*words, "-verify_hostname", "x" + HOST, self.files["leaf"])[0], 0)

    def by_python(self):
        client, _ = open_tunnel(self.front, f"{HOST}:{self.server.port}")
        context = ssl.create_default_context(cafile=self.front.ca)
        context.verify_flags |= STRICT
        context.hostname_checks_common_name = False
        with client, context.wrap_socket(client, server_hostname=HOST) as secured:
            self.assertIn(secured.version(), ("TLSv1.2", "TLSv1.3"))

    def by_node(self):
        done = run("node", "-e", NODE, self.front.ca, HOST, self.front.port, self.server.port)
        self.assertEqual(done.stdout.strip(), "true", done.stderr)

    def by_gnutls(self):
        done = run("certtool", "--verify", "--verify-profile", "medium", "--load-ca-certificate", self.files["root"],
                   "--verify-hostname", HOST, input=self.files["leaf"].read_text() + self.files["issuing"].read_text())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def relay(self):
        relay = Relay(self.front, f"{HOST}:{self.server.port}")
        self.addCleanup(relay.close)
        return relay

    def by_gnutls_live(self):
        def shakes(name, root):
            words = ["--x509cafile", root, "--sni-hostname", HOST, "--verify-hostname", name, "--port", self.relay().port,
                     "--priority", "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%PROFILE_MEDIUM", "127.0.0.1"]
            return run("gnutls-cli", *words, input="").returncode == 0
        self.assertTrue(shakes(HOST, self.front.ca))
        self.assertFalse(shakes("x" + HOST, self.front.ca))
        self.assertFalse(shakes(HOST, self.root[0]))

    def nss_store(self, name, root):
        """A store that trusts `root` for servers; the authority that issues is known as far as its chain is sent."""
        store = self.folder / f"nss-{name}"
        store.mkdir()
        at = ["-d", f"sql:{store}"]
        self.assertEqual(run("certutil", "-N", "--empty-password", *at).returncode, 0)
        self.assertEqual(run("certutil", "-A", *at, "-n", "root", "-t", "C,,", "-i", root).returncode, 0)
        return at

    def by_nss(self):
        at = self.nss_store("files", self.files["root"])
        for name in ("issuing", "leaf"):
            self.assertEqual(run("certutil", "-A", *at, "-n", name, "-t", ",,", "-i", self.files[name]).returncode, 0)
        for name, usage in (("leaf", "V"), ("issuing", "L"), ("root", "L")):  # a server; an authority of servers
            done = run("certutil", "-V", *at, "-n", name, "-u", usage, "-e")
            self.assertEqual(done.returncode, 0, name + done.stdout + done.stderr)
        self.assertNotEqual(run("certutil", "-V", *at, "-n", "leaf", "-u", "L", "-e").returncode, 0)

    def by_nss_live(self):
        def shakes(name, at):
            words = ["-h", "127.0.0.1", "-p", self.relay().port, "-a", name, "-V", "tls1.2:tls1.3", "-Q", *at]
            return run("tstclnt", *words, input="").returncode == 0
        trusting = self.nss_store("live", self.files["root"])
        self.assertTrue(shakes(HOST, trusting))
        self.assertFalse(shakes(HOST, self.nss_store("other", self.root[0])))

    def by_go(self):
        program = self.folder / "verify.go"
        program.write_text(GO)
        environment = clean_environment(self.folder, GOCACHE=str(self.folder / "go"), GOFLAGS="-mod=mod", GOPROXY="off")
        done = run("go", "run", program, *(self.files[name] for name in ("root", "issuing", "leaf")), HOST, env=environment)
        self.assertEqual(done.stdout.strip(), "<nil>", done.stderr)

    def by_curl(self):
        done = run("curl", "-sS", "-x", f"http://127.0.0.1:{self.front.port}", "--cacert", self.front.ca,
                   f"https://{HOST}:{self.server.port}/", env=clean_environment(self.folder))
        self.assertEqual(done.stdout, "{}", done.stderr)

    def test_a_thief_of_a_key_is_bound_by_the_constraints(self):
        stolen = {"ca.key": self.front.ca, "issuing.key": re.sub("ca.pem$", "issuing.pem", self.front.ca)}

        def one(key, issuer):
            pair = (issuer, str(pathlib.Path(issuer).with_name(key)))
            for name, taken in ((HOST, True), ("bank.example", False)):
                leaf, _ = self.make.issue(pair, certificates.names(name) + certificates.SERVER)
                words = ["verify", "-CAfile", self.front.ca, "-untrusted", self.files["issuing"], leaf]
                self.assertEqual(self.openssl(*words)[0] == 0, taken)
        self.group("stolen keys", stolen, one)


if __name__ == "__main__":
    unittest.main(verbosity=1)
