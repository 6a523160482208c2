"""What a stapled OCSP status or a revocation list says of an upstream's certificate. Staples and lists are made by
the openssl command, which also serves them: Python's own servers staple nothing. RFC 6960, RFC 7633."""
import signal
import time
import unittest

import certificates
import statuses
from rig import HOST, HostileTls, Server, open_tunnel, through_proxy
from statuses import StaplingServer

MUST_STAPLE = "tlsfeature=status_request\n"
MISSING, REVOKED = "certificate-status-missing", "certificate-revoked"


class Revocation(HostileTls):
    def setUp(self):
        fine = certificates.names(HOST) + certificates.SERVER
        self.plain = self.make.issue(self.root, fine)
        self.strict = self.make.issue(self.root, fine + MUST_STAPLE)
        self.delegate = self.make.issue(self.root, "extendedKeyUsage=OCSPSigning\n", label="responder", subject="/CN=responder")
        self.impostor = self.make.issue(self.root, certificates.SERVER, label="impostor", subject="/CN=impostor")
        self.stranger = self.make.authority(subject="/CN=test upstream root")

    def staple(self, *words, **more):
        return statuses.staple(self.make, self.root, *words, **more)

    def list_of(self, *words, **more):
        return statuses.revocation_list(self.make, *words, **more)

    def test_lists(self):
        fine = certificates.names(HOST) + certificates.SERVER
        middle = self.make.authority(self.root, subject="/CN=middle")
        good, bad = self.make.issue(self.root, fine), self.make.issue(self.root, fine)
        below = self.make.chain(self.make.issue(middle, fine), middle)
        usual, forged = self.list_of(self.root, bad), self.list_of(self.stranger, good)
        # name -> (what is served, lists, further options, what the code must be; "" for a pass)
        rows = {
            "not listed": (good, [usual], [], ""), "listed": (bad, [usual], [], REVOKED),
            "the intermediate listed": (below, [self.list_of(self.root, middle)], [], REVOKED),
            "no list of that issuer": (below, [usual], [], ""),
            "no list of that issuer, required": (below, [usual], ["--require-crl"], MISSING),
            "all lists, required": (below, [usual, self.list_of(middle)], ["--require-crl"], ""),
            "no list at all, required": (good, [], ["--require-crl"], MISSING),
            "a list that has ended": (good, [self.list_of(self.root, ended=True)], [], MISSING),
            "a stranger's list": (good, [forged], [], MISSING),
        }

        def one(_, row):
            pair, lists, more, code = row
            server = Server(pair)
            self.addCleanup(server.close)
            named = [word for path in lists for word in ("--upstream-crl", path)]
            proxy = self.proxy_to(HOST, [server], *named, *more)
            outcome = through_proxy(proxy, HOST, server.port)
            if code:
                self.refused_rightly(proxy, outcome, HOST, server, code)
            else:
                self.assertEqual(outcome.status, 200, outcome.answer)
        self.group("lists", rows, one)

    def test_a_new_list_counts_after_a_reload(self):
        pair = self.make.issue(self.root, certificates.names(HOST) + certificates.SERVER)
        before, after = Server(pair), Server(pair)  # two, so that no kept connection answers
        for server in (before, after):
            self.addCleanup(server.close)
        lists = self.folder / "lists.pem"
        lists.write_text(self.list_of(self.root).read_text())
        proxy = self.proxy_to(HOST, [before, after], "--upstream-crl", lists)
        self.assertEqual(through_proxy(proxy, HOST, before.port).status, 200)
        time.sleep(1.1)  # lists of one second are equally new
        lists.write_text(self.list_of(self.root, pair).read_text())
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("rules reloaded")
        outcome = through_proxy(proxy, HOST, after.port)
        self.assertEqual(outcome.code, "upstream-" + REVOKED, outcome.answer)
        self.assertFalse(after.reached)

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
