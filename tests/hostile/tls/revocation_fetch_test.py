"""--revocation: responders and revocation lists that a certificate names are asked, believed only when they may say what
they say, asked once for many connections, and never waited for by others. RFC 6960, RFC 5280 section 6.3."""
import concurrent.futures
import http.client
import pathlib
import socket
import time
import unittest

import certificates
import statuses
from rig import HOST, HostileTls, Server, through_proxy
from statuses import GOOD, REVOKED, UNKNOWN, Responder, StaplingServer, StatusServer, as_der, by, with_head

OUT, LOST, PASS = "certificate-revoked", "certificate-status-unknown", ""
AT_ONCE = 8


def another_serial(one):
    return one[:-1] + bytes([one[-1] ^ 1])


def another_issuer(one):
    place = one.index(b"\x04\x14") + 5  # in the hash of the issuer's name
    return one[:place] + bytes([one[place] ^ 1]) + one[place + 1:]


class Fetched(HostileTls):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make, root = cls.make, cls.root
        cls.helper = make.issue(root, "extendedKeyUsage=OCSPSigning\nnoCheck=ignored\n", label="helper", subject="/CN=helper")
        cls.late = make.issue(root, "extendedKeyUsage=OCSPSigning\n", label="late", subject="/CN=late", end="20240101000000Z")
        cls.impostor = make.issue(root, certificates.SERVER, label="impostor", subject="/CN=impostor")
        cls.stranger = make.authority(subject="/CN=test upstream root")
        cls.foreign = make.issue(cls.stranger, "extendedKeyUsage=OCSPSigning\n", label="foreign", subject="/CN=foreign")

    def setUp(self):
        self.status = StatusServer()
        self.addCleanup(self.status.close)

    def certificate(self, *places, issuer=None, names=(HOST,), extensions=certificates.SERVER):
        """Names `places`: "OCSP" or "LIST", and a URL."""
        access = [f"OCSP;URI:{url}" for kind, url in places if kind == "OCSP"]
        points = [f"URI:{url}" for kind, url in places if kind == "LIST"]
        more = f"authorityInfoAccess={','.join(access)}\n" if access else ""
        more += f"crlDistributionPoints={','.join(points)}\n" if points else ""
        return self.make.issue(issuer or self.root, certificates.names(*names) + extensions + more)

    def serve(self, pair):
        server = Server(pair)
        self.addCleanup(server.close)
        return server

    def check(self, group, rows, mode="require"):
        """rows: name -> (certificate, what the code must be; "" for a pass). Asked at once, for some take their time."""
        servers = {name: self.serve(pair) for name, (pair, _) in rows.items()}
        proxy = self.proxy_to(HOST, servers.values(), "--revocation", mode)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = dict(zip(rows, pool.map(lambda name: through_proxy(proxy, HOST, servers[name].port), rows)))

        def one(name, row):
            if row[1]:
                self.refused_rightly(proxy, outcomes[name], HOST, servers[name], row[1])
            else:
                self.assertEqual(outcomes[name].status, 200, outcomes[name].answer)
        self.group(f"{group} ({mode})", rows, one)
        return proxy, servers, outcomes

    def ocsp_answers(self):
        root = self.root
        fresh = Responder(root)
        return {
            "good": (by(fresh), PASS), "good, no end given": (by(Responder(root, until=None)), PASS),
            "good by a delegate": (by(Responder(self.helper, delegate=True)), PASS),
            "revoked": (by(Responder(root, REVOKED)), OUT),
            "revoked by a delegate": (by(Responder(self.helper, REVOKED, delegate=True)), OUT),
            "unknown": (by(Responder(root, UNKNOWN)), LOST),
            "ended": (by(Responder(root, since=-48, until=-24)), LOST),
            "of tomorrow": (by(Responder(root, since=24, until=48)), LOST),
            "old, no end given": (by(Responder(root, since=-48, until=None)), LOST),
            "another serial": (by(Responder(root, about=another_serial)), LOST),
            "another serial revoked": (by(Responder(root, REVOKED, about=another_serial)), LOST),
            "another issuer": (by(Responder(root, about=another_issuer)), LOST),
            "by a delegate without the usage": (by(Responder(self.impostor, delegate=True)), LOST),
            "by a delegate that has expired": (by(Responder(self.late, delegate=True)), LOST),
            "by a delegate of a stranger": (by(Responder(self.foreign, delegate=True)), LOST),
            "by a stranger of the issuer's name": (by(Responder(self.stranger, delegate=True)), LOST),
            "revoked by a stranger": (by(Responder(self.stranger, REVOKED, delegate=True)), LOST),
            "broken signature": (lambda request, _: with_head(fresh(request)[:-1] + b"\0"), LOST),
            "try later": (with_head(bytes.fromhex("30030a0103")), LOST), "unauthorised": (with_head(bytes.fromhex("30030a0106")), LOST),
            "empty": (with_head(b""), LOST), "noise": (with_head(bytes(range(256))), LOST), "a page": (with_head(b"<html></html>"), LOST),
            "500": (b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", LOST),
            "a coding": (by(fresh, "Content-Encoding: gzip\r\n"), LOST),
            "two lengths": (by(fresh, "Content-Length: 1\r\n"), LOST),
            "cut": (lambda request, _: with_head(fresh(request))[:-20], LOST),
            "no HTTP": (b"\x16\x03\x01\0\0", LOST), "closed at once": (b"", LOST),
            "huge by its length": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", LOST),
            "endless": (statuses.endless, LOST), "a head without end": (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 40000, LOST),
            "slow": (statuses.drip, LOST), "silent": (statuses.silence, LOST),
        }

    def test_responders(self):
        rows = {name: (self.certificate(("OCSP", self.status.say(answer))), code)
                for name, (answer, code) in self.ocsp_answers().items()}
        proxy, servers, _ = self.check("responders", rows)
        before, started = len(self.status.asked), time.monotonic()
        for name in ("good", "revoked", "slow", "500") * 3:
            self.assertEqual(through_proxy(proxy, HOST, servers[name].port).code, rows[name][1] and "upstream-" + rows[name][1])
        self.assertEqual(len(self.status.asked), before, "what was answered, or was not, is not asked again at once")
        self.assertLess(time.monotonic() - started, 10)

    def test_what_is_not_known_goes_on_and_is_said(self):
        names = ("good", "revoked", "unknown", "by a delegate without the usage", "500")
        answers = self.ocsp_answers()
        rows = {name: (self.certificate(("OCSP", self.status.say(answers[name][0]))), answers[name][1].replace(LOST, PASS))
                for name in names}
        rows["names no place"] = (self.certificate(), PASS)
        proxy, _, _ = self.check("responders", rows, "fetch")
        said = [line for line in proxy.said().splitlines() if line.startswith(f"UNVERIFIED  {HOST}  upstream-{LOST}: ")]
        self.assertEqual(len(said), 4, proxy.said())

    def test_places(self):
        say, good = self.status.say, Responder(self.root)
        there = say(by(good))
        moved = say(f"HTTP/1.1 302 Found\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n".encode())

        def nobody():  # one for each row: a place that gave no answer is left alone for a while
            dead = socket.socket()  # bound, and nobody listens
            self.addCleanup(dead.close)
            dead.bind(("127.0.0.1", 0))
            return f"http://127.0.0.1:{dead.getsockname()[1]}/"
        listed = say(with_head(as_der(statuses.revocation_list(self.make, self.root))))
        rows = {
            "none": (self.certificate(), LOST), "a redirect": (self.certificate(("OCSP", moved)), LOST),
            "over TLS alone": (self.certificate(("OCSP", there.replace("http:", "https:"))), LOST),
            "by LDAP": (self.certificate(("LIST", "ldap://127.0.0.1/cn=x")), LOST),
            "a private address": (self.certificate(("OCSP", "http://10.1.2.3/")), LOST),
            "metadata": (self.certificate(("OCSP", "http://169.254.169.254/latest")), LOST),
            "an address in disguise": (self.certificate(("OCSP", f"http://2130706433:{self.status.port}/0")), LOST),
            "a port that is not for HTTP": (self.certificate(("OCSP", "http://127.0.0.1:25/")), LOST),
            "somebody with a password": (self.certificate(("OCSP", there.replace("//", "//a:b@"))), LOST),
            "dead": (self.certificate(("OCSP", nobody())), LOST),
            "dead, then one that answers": (self.certificate(("OCSP", nobody()), ("OCSP", there)), PASS),
            "silent, then a list": (self.certificate(("OCSP", say(statuses.silence)), ("LIST", listed)), PASS),
            "TLS first, then plain": (self.certificate(("OCSP", there.replace("http:", "https:")), ("OCSP", there)), PASS),
        }
        _, _, outcomes = self.check("places", rows)
        said = {"a private address": "10.1.2.3 is a private address", "a port that is not for HTTP": "port 25 is not for HTTP",
                "a redirect": "answered with status 302", "dead": "connection refused", "none": "names no place"}
        for name, why in said.items():
            self.assertIn(why, outcomes[name].answer)

    def test_lists(self):
        make, root = self.make, self.root
        plain = as_der(statuses.revocation_list(make, root))
        part = "issuingDistributionPoint=critical,@part\n[part]\nfullname=URI:http://part.test/other\n"
        answers = {
            "not listed": (plain, PASS), "ended": (as_der(statuses.revocation_list(make, root, ended=True)), LOST),
            "a stranger's": (as_der(statuses.revocation_list(make, self.stranger)), LOST),
            "a delta alone": (as_der(statuses.revocation_list(make, root, extensions="2.5.29.27=critical,DER:02:01:01\n")), LOST),
            "for another part": (as_der(statuses.revocation_list(make, root, extensions=part)), LOST),
            "for authorities alone": (as_der(statuses.revocation_list(
                make, root, extensions="issuingDistributionPoint=critical,@part\n[part]\nonlyCA=TRUE\n")), LOST),
            "for some reasons": (as_der(statuses.revocation_list(
                make, root, extensions="issuingDistributionPoint=critical,@part\n[part]\nonlysomereasons=keyCompromise\n")), LOST),
            "something critical": (as_der(statuses.revocation_list(make, root, extensions=certificates.UNKNOWN_CRITICAL)), LOST),
            "broken signature": (plain[:-1] + bytes([plain[-1] ^ 1]), LOST), "bytes behind it": (plain + b"\0", LOST),
            "a response for a list": (bytes.fromhex("30030a0103"), LOST), "huge": (bytes(5_000_000), LOST),
            "long": (as_der(statuses.revocation_list(make, root, many=20000)), PASS),
        }
        rows = {name: (self.certificate(("LIST", self.status.say(with_head(body)))), code)
                for name, (body, code) in answers.items()}
        listed = StatusServer()
        self.addCleanup(listed.close)
        for name, many in (("listed", 0), ("listed in a long one", 20000)):
            url = listed.say(None)
            pair = self.certificate(("LIST", url))
            listed.answers[url[url.index("/", 8):]] = with_head(as_der(statuses.revocation_list(make, root, pair, many=many)))
            rows[name] = (pair, OUT)
        self.check("lists fetched", rows)

    def test_every_certificate_of_a_chain(self):
        say = self.status.say
        good, bad = say(by(Responder(self.root))), say(by(Responder(self.root, REVOKED)))

        def chain(url, label):
            middle = self.make.authority(self.root, certificates.CA + f"authorityInfoAccess=OCSP;URI:{url}\n" if url else
                                         certificates.CA, subject=f"/CN={label}")
            leaf = self.certificate(("OCSP", say(by(Responder(middle)))), issuer=middle)
            return self.make.chain(leaf, middle)
        rows = {"both good": (chain(good, "well"), PASS), "the intermediate revoked": (chain(bad, "bad"), OUT),
                "the intermediate names no place": (chain("", "mute"), LOST)}
        self.check("chains", rows)

    def test_a_staple_is_taken_first(self):
        url = self.status.say(by(Responder(self.root, REVOKED)))
        pair = self.certificate(("OCSP", url))
        server = StaplingServer(pair, statuses.staple(self.make, self.root, pair, "good"), answers=True)
        proxy = self.proxy_to(HOST, [server], "--revocation", "require")
        self.addCleanup(server.close)
        outcome = through_proxy(proxy, HOST, server.port)
        self.assertEqual((outcome.status, self.status.asked), (200, []), outcome.answer)

    def test_nobody_is_asked_by_default(self):
        server = self.serve(self.certificate(("OCSP", self.status.say(by(Responder(self.root, REVOKED))))))
        proxy = self.proxy_to(HOST, [server])
        self.assertEqual(through_proxy(proxy, HOST, server.port).status, 200)
        self.assertEqual(self.status.asked, [])

    def test_one_question_for_many_connections(self):
        slow_good = Responder(self.root)

        def answer(request, connection):
            time.sleep(1)
            return with_head(slow_good(request))
        urls = {"good": self.status.say(answer), "silent": self.status.say(statuses.silence)}
        servers = {name: self.serve(self.certificate(("OCSP", url))) for name, url in urls.items()}
        proxy = self.proxy_to(HOST, servers.values(), "--revocation", "require", "--threads", "2")

        def one(name, row):
            with concurrent.futures.ThreadPoolExecutor(20) as pool:
                outcomes = list(pool.map(lambda _: through_proxy(proxy, HOST, servers[name].port), range(20)))
            self.assertEqual({outcome.code for outcome in outcomes}, {row})
            self.assertEqual(self.status.hits(urls[name]), 1)
            self.assertEqual(through_proxy(proxy, HOST, servers[name].port).code, row)
            self.assertEqual(self.status.hits(urls[name]), 1)
        self.group("asked once", {"good": "", "silent": "upstream-" + LOST}, one)

    def test_nobody_else_waits(self):
        waits = self.serve(self.certificate(("OCSP", self.status.say(statuses.silence))))
        other = self.serve(self.certificate(("OCSP", self.status.say(by(Responder(self.root))))))
        proxy = self.proxy_to(HOST, [waits, other], "--revocation", "require")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(through_proxy, proxy, HOST, waits.port)
            while not self.status.asked:
                time.sleep(0.01)
            self.assertEqual(through_proxy(proxy, HOST, other.port).status, 200)
            self.assertFalse(waiting.done(), "the other one was to be served while this one waits")
            self.assertEqual(waiting.result().code, "upstream-" + LOST)

    def test_it_is_counted(self):
        server = self.serve(self.certificate(("OCSP", self.status.say(with_head(b"")))))
        proxy = self.proxy_to(HOST, [server], "--revocation", "fetch", "--admin", "127.0.0.1:0")
        self.assertEqual(through_proxy(proxy, HOST, server.port).status, 200)
        address, token = proxy.wait_for(r"^admin (\S+) token=(.*)$").groups()
        admin = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=30)
        self.addCleanup(admin.close)
        admin.request("GET", "/metrics", headers={"Authorization": "Bearer " + pathlib.Path(token).read_text().strip()})
        metrics = admin.getresponse().read().decode().splitlines()
        self.assertIn("telltale_status_asked_total 1", metrics)
        self.assertIn("telltale_status_unknown_total 1", metrics)


if __name__ == "__main__":
    unittest.main(verbosity=1)
