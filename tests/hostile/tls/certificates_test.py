"""Upstreams whose certificate or protocol is defective: each is a 502 with its code on the CONNECT, before a client is
shown a certificate and before a request byte is sent. Sound ones pass, so that the table cannot be right by refusing
all, and a careless client reaches every defective one, so that it cannot be right because nothing works."""
import pathlib
import re
import ssl
import unittest

import certificates
from rig import HOST, HostileTls, Server, careless, only, open_tunnel, through_proxy

VERSION = ssl.TLSVersion


class Certificates(HostileTls):
    def serve(self, rows, settings=None):
        servers = {name: Server(pair, settings and settings[name]) for name, (pair, _) in rows.items()}
        for server in servers.values():
            self.addCleanup(server.close)
        return servers

    def check(self, group, rows, host=HOST, settings=None, trust=None):
        """rows: name -> (pair, what the code must be; "" for a pass)."""
        servers = self.serve(rows, settings)
        proxy = self.proxy_to(host, servers.values(), trust=trust)

        def one(name, row):
            server = servers[name]
            outcome = through_proxy(proxy, host, server.port)
            if row[1]:
                self.refused_rightly(proxy, outcome, host, server, row[1])
                return
            self.assertEqual(outcome.status, 200, outcome.answer)
            self.assertIn(b"GET / HTTP/1.1", server.received)
        self.group(group, rows, one)
        return servers

    def careless_reaches(self, group, servers, rows, except_for=()):
        bad = {name: server for name, server in servers.items() if rows[name][1] and name not in except_for}
        self.group(f"{group} (careless)", bad, lambda _, server: self.assertEqual(careless(HOST, server.port).status, 200))

    def refused_and_reachable(self, group, rows, except_for=(), **more):
        self.careless_reaches(group, self.check(group, rows, **more), rows, except_for)

    def test_sound_ones_pass(self):
        rows = {name: (pair, "") for name, pair in certificates.good_rows(self.make, self.root, HOST).items()}
        self.check("control", rows)

    def test_dates(self):
        rows = certificates.date_rows(self.make, self.root, HOST)
        root, leaf = certificates.old_root_row(self.make, HOST)
        rows["expired root"] = (leaf, certificates.EXPIRED)
        self.refused_and_reachable("dates", rows, trust=self.trust_file(root))

    def test_a_root_that_is_trusted_may_be_signed_with_sha1(self):
        root = self.make.authority(subject="/CN=sha1 root", md="sha1")
        leaf = self.make.issue(root, certificates.names(HOST) + certificates.SERVER)
        self.check("control (SHA-1 root)", {"SHA-1 root": (leaf, "")}, trust=self.trust_file(root))

    def test_trust(self):
        self.refused_and_reachable("trust", certificates.trust_rows(self.make, self.root, HOST))

    def test_what_authorities_may_not(self):
        self.refused_and_reachable("constraints", certificates.constraint_rows(self.make, self.root, HOST))

    def test_names(self):
        self.refused_and_reachable("names", certificates.name_rows(self.make, self.root, HOST))

    def test_an_address_is_checked_as_an_address(self):
        rows = certificates.address_rows(self.make, self.root, HOST)
        rows["outside the authority's constraints"] = certificates.address_constraint_row(self.make, self.root)
        self.refused_and_reachable("addresses", rows, host="127.0.0.1")

    def test_extensions(self):
        self.refused_and_reachable("extensions", certificates.extension_rows(self.make, self.root, HOST))

    def test_algorithms(self):
        rows = certificates.algorithm_rows(self.make, self.root, HOST)
        old = dict.fromkeys(rows, only(VERSION.TLSv1_2))  # TLS 1.3 has no signature these keys could make
        self.refused_and_reachable("algorithms", rows, settings=old)

    def test_protocols(self):
        fine = certificates.names(HOST) + certificates.SERVER
        pair, rsa = self.make.issue(self.root, fine), self.make.issue(self.root, fine, kind="RSA:2048")
        suites = {"NULL": ("NULL", pair), "anonymous": ("aNULL", pair), "CBC": ("ECDHE-ECDSA-AES128-SHA", pair),
                  "static RSA": ("AES128-GCM-SHA256", rsa), "DHE": ("DHE-RSA-AES128-GCM-SHA256", rsa),
                  "CCM": ("ECDHE-ECDSA-AES128-CCM8", pair), "ARIA": ("ECDHE-ECDSA-ARIA128-GCM-SHA256", pair)}
        settings = {"TLS 1.0": (only(VERSION.TLSv1), pair, "tls-failed"), "TLS 1.1": (only(VERSION.TLSv1_1), pair, "tls-failed"),
                    "TLS 1.2": (only(VERSION.TLSv1_2), pair, ""), "TLS 1.3": (only(VERSION.TLSv1_3), pair, "")}
        for name, (suite, its) in suites.items():
            settings[name] = (only(VERSION.TLSv1_2, suite + ":@SECLEVEL=0"), its, "tls-failed")
        rows = {name: (its, code) for name, (_, its, code) in settings.items()}
        self.refused_and_reachable("protocol", rows, settings={name: row[0] for name, row in settings.items()},
                                   except_for={"DHE"})  # Python's servers choose no group for it

    def test_a_session_of_one_name_is_not_resumed_for_another(self):
        other = "other.example.test"
        pair = self.make.issue(self.root, certificates.names(HOST) + certificates.SERVER)
        rows = {"TLS 1.2": VERSION.TLSv1_2, "TLS 1.3": VERSION.TLSv1_3}

        def one(_, version):
            server = Server(pair, only(version))
            self.addCleanup(server.close)
            proxy = self.proxy_to(HOST, [server], "--intercept", other, "--resolve", f"{other}:{server.port}:127.0.0.1")
            self.assertEqual(through_proxy(proxy, HOST, server.port).status, 200)
            before = server.received
            self.assertEqual(through_proxy(proxy, other, server.port).code, "upstream-" + certificates.WRONG_HOST)
            self.assertEqual((server.received, server.resumed), (before, 0))
        self.group("sessions", rows, one)

    def test_our_own_authority_is_not_trusted_for_upstreams(self):
        home = self.folder / "own"
        first = self.proxy("--intercept", HOST, "--no-store", home=home)
        bundle = self.folder / "system.pem"
        bundle.write_text(self.authority.pem.read_text() + pathlib.Path(first.ca).read_text())
        own = (first.ca, re.sub(r"ca\.pem$", "ca.key", first.ca))
        server = Server(self.make.chain(self.make.issue(own, certificates.names(HOST) + certificates.SERVER), own))
        self.addCleanup(server.close)
        rows = {"by the named file": ("--upstream-ca", first.ca), "by another file": ("--upstream-ca", self.authority.pem),
                "by the system": ()}

        def one(_, trust):
            proxy = self.proxy("--intercept", HOST, "--allow-upstream", "127.0.0.0/8", "--no-store", *trust, "--resolve",
                               f"{HOST}:{server.port}:127.0.0.1", home=home, SSL_CERT_FILE=str(bundle))
            client, outcome = open_tunnel(proxy, f"{HOST}:{server.port}")
            client.close()
            self.refused_rightly(proxy, outcome, HOST, server, "certificate-own-root")
        self.group("own authority", rows, one)


if __name__ == "__main__":
    unittest.main(verbosity=1)
