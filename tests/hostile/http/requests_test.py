"""Raw bytes from both sides: what two parsers could read differently is refused before a byte goes upstream, and half
an answer never looks like a whole one. Sound messages of the same shapes pass."""
import re
import socket
import ssl
import threading
import unittest

from harness import EndToEnd

HOST = "gateway.example.test"


def post(*lines, body=b"", target=b"/v1/x", method=b"POST", version=b"HTTP/1.1", host=True):
    """A request of raw lines; Host first, unless the row is about it."""
    own = [b"Host: %s" % HOST.encode()] if host else []
    return b"\r\n".join([b" ".join((method, target, version)), *own, *lines, b"", b""]) + body


CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"
TE, CL = b"Transfer-Encoding: chunked", b"Content-Length: 5"


def with_chunks(body):
    return post(TE, body=body)


SOUND = {
    "GET": post(method=b"GET"), "length": post(CL, body=b"hello"), "chunked": with_chunks(CHUNKS),
    "length 0": post(b"Content-Length: 0"), "chunk extension": with_chunks(b"5;a=b\r\nhello\r\n0\r\n\r\n"),
    "trailer": with_chunks(b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"), "upper-case size": with_chunks(b"A\r\n0123456789\r\n0\r\n\r\n"),
    "20 KiB header": post(b"X-Big: " + b"a" * 20480, CL, body=b"hello"), "empty value": post(b"X-Empty:", CL, body=b"hello"),
    "name of odd tokens": post(b"x!#$%&'*+-.^_`|~: 1", CL, body=b"hello"), "OPTIONS *": post(method=b"OPTIONS", target=b"*"),
}

LENGTHS = [b"Content-Length: " + v for v in (b"+5", b"-5", b"5 ,5", b"5, 5", b"5,6", b"0x5", b"005", b"5.0", b"5e0", b"5 5", b"",
                                            b"99999999999999999999", b"18446744073709551621", b"\xb25", b"5;x")]
CODINGS = [b"Transfer-Encoding: " + v for v in (
    b"gzip", b"identity", b"chunked, identity", b"gzip, chunked", b"chunked, chunked", b",chunked", b"chunked,", b"xchunked",
    b"chunked;q=1", b'"chunked"', b"\xa0chunked", b"chunked\x0b", b"chun\0ked", b"", b"chunked gzip")]
FIELDS = [b"Content-Length : 5", b" Content-Length: 5", b"\tX: y", b"X: a\r\n folded", b": no name", b"no colon", b"X\0: 1",
          b"X: \0", b"X: a\rb", b"X: a\nContent-Length: 5", b"X\xe9: 1", b"X(: 1", b"X: a\x7f", b"X: \x01", b"Con tent: 1"]
CHUNKED = [b"5\nhello\r\n0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"5\r\nhelloX\r\n0\r\n\r\n", b"5 \r\nhello\r\n0\r\n\r\n",
           b" 5\r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"+5\r\nhello\r\n0\r\n\r\n", b"-1\r\nhello\r\n0\r\n\r\n",
           b"\r\nhello\r\n0\r\n\r\n", b";a\r\nhello\r\n0\r\n\r\n", b"g\r\nhello\r\n0\r\n\r\n", b"5;a\nb\r\nhello\r\n0\r\n\r\n",
           b"5;\x00\r\nhello\r\n0\r\n\r\n", b"10000000000000005\r\nhello\r\n0\r\n\r\n", b"5\rhello\r\n0\r\n\r\n",
           b"5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n", b"5\r\nhello\r\n0\r\nX : 1\r\n\r\n", b"5\r\nhello\r\n0\r\nX: 1\n\r\n"]

REFUSED = {f"{line!r}": (post(line, body=b"hello"), "400") for line in LENGTHS + FIELDS}
REFUSED |= {f"{line!r}": (post(line, body=CHUNKS), "400") for line in CODINGS}
REFUSED |= {f"{line!r} and a length": (post(line, CL, body=CHUNKS), "400") for line in CODINGS}
REFUSED |= {f"chunks {body!r}": (with_chunks(body), "400") for body in CHUNKED}
REFUSED |= {
    "CL.TE": (post(CL, TE, body=CHUNKS), "400"), "TE.CL": (post(TE, CL, body=CHUNKS), "400"),
    "TE twice": (post(TE, TE, body=CHUNKS), "400"), "CL twice, equal": (post(CL, CL, body=b"hello"), "400"),
    "CL twice": (post(CL, b"Content-Length: 6", body=b"hello!"), "400"),
    "TE folded": (post(b"Transfer-Encoding:\r\n chunked", body=CHUNKS), "400"),
    "TE in 1.0": (post(TE, body=CHUNKS, version=b"HTTP/1.0"), "400"),
    "Connection names CL": (post(b"Connection: close, Content-Length", CL, body=b"hello"), "400"),
    "Connection names TE": (post(b"Connection: transfer-encoding", TE, body=CHUNKS), "400"),
    "Connection names Host": (post(b"Connection: host"), "400"),
    "no Host": (post(host=False), "400"), "two Hosts": (post(b"Host: " + HOST.encode()), "400"),
    "another Host": (post(b"Host: other.example.test", host=False), "421"),
    "Host of two words": (post(b"Host: a b", host=False), "400"), "Host with user": (post(b"Host: a@b", host=False), "400"),
    "empty Host": (post(b"Host:", host=False), "400"), "Host with path": (post(b"Host: a/b", host=False), "400"),
    "bare LF": (post(CL, body=b"hello").replace(b"\r\n", b"\n"), "400"),
    "LF at the end only": (b"GET / HTTP/1.1\r\nHost: x\n\n", "400"), "line before": (b"\r\n" + post(method=b"GET"), "400"),
    "two spaces": (post(target=b" /"), "400"), "tab": (post().replace(b" /", b"\t/"), "400"), "no version": (b"GET /\r\n\r\n", "400"),
    "0.9": (post(version=b"HTTP/0.9"), "505"), "1.2": (post(version=b"HTTP/1.2"), "505"), "2.0": (post(version=b"HTTP/2.0"), "505"),
    "lower-case version": (post(version=b"http/1.1"), "400"), "1.10": (post(version=b"HTTP/1.10"), "400"),
    "h2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400|505"), "method with odd bytes": (post(method=b"GE(T"), "400"),
    "fragment": (post(target=b"/a#b"), "400"), "8 bit target": (post(target=b"/\xff"), "400"), "NUL in the target": (post(target=b"/\0"), "400"),
    "relative target": (post(target=b"x"), "400"), "GET *": (post(target=b"*"), "400"), "whole URL in the tunnel": (post(target=b"http://other.test/"), "400"),
    "CONNECT in the tunnel": (post(method=b"CONNECT", target=b"a.test:443"), "400|501"), "Expect": (post(b"Expect: more", CL, body=b"hello"), "417"),
    "17 KiB target": (post(target=b"/" + b"a" * 17000), "414"), "257 fields": (post(*[b"X: 1"] * 257), "431"), "70 KiB head": (post(b"X: " + b"a" * 70000), "431"),
    "a head without end": (b"GET / HTTP/1.1\r\nX: " + b"a" * 200000, "431"), "9 KiB trailers": (with_chunks(b"0\r\nX: " + b"a" * 9000 + b"\r\n\r\n"), "431"),
    "over 64 MiB": (post(b"Content-Length: 67108865"), "413"), "a chunk over 64 MiB": (with_chunks(b"4000001\r\n"), "413"),
    "chunk line without end": (with_chunks(b"5;" + b"a" * 5000), "400"),
    "half a body": (post(b"Content-Length: 9", body=b"hello"), "400"), "half a chunk": (with_chunks(b"5\r\nhel"), "400"),
    "noise": (bytes(range(256)) + b"\r\n\r\n", "400"), "TLS in TLS": (bytes.fromhex("160301") + b"\n\n", "400"),
}

OK = b"HTTP/1.1 200 OK\r\n"
# What the upstream says -> the body a client gets, None for a 502, ... for an answer that visibly breaks off.
ANSWERS = {
    "length": (OK + b"Content-Length: 2\r\n\r\nhi", b"hi"), "chunked": (OK + TE + b"\r\n\r\n2\r\nhi\r\n0\r\n\r\n", b"hi"),
    "103 first": (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nhi", b"hi"),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", b""), "no reason": (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
    "CL and TE": (OK + TE + b"\r\n" + CL + b"\r\n\r\n" + CHUNKS, None), "two lengths": (OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", None),
    "list of lengths": (OK + b"Content-Length: 2, 2\r\n\r\nhi", None), "negative": (OK + b"Content-Length: -2\r\n\r\nhi", None),
    "TE gzip": (OK + b"Transfer-Encoding: gzip\r\n\r\nhi", None), "TE in 1.0": (b"HTTP/1.0 200 OK\r\n" + TE + b"\r\n\r\n" + CHUNKS, None),
    "fold": (OK + b"X: a\r\n b\r\nContent-Length: 2\r\n\r\nhi", None), "NUL": (OK + b"X: \0\r\nContent-Length: 2\r\n\r\nhi", None),
    "bare CR": (OK + b"X: a\rb\r\nContent-Length: 2\r\n\r\nhi", None), "bare LF": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", None),
    "no colon": (OK + b"nonsense\r\n\r\n", None), "space before colon": (OK + b"Content-Length : 2\r\n\r\nhi", None),
    "status of letters": (b"HTTP/1.1 abc OK\r\n\r\n", None), "status 20": (b"HTTP/1.1 20 OK\r\n\r\n", None), "not HTTP": (b"hello\r\n\r\n", None),
    "h2": (b"\0\0\x12\x04\0\0\0\0\0\r\n\r\n", None), "101": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", None),
    "endless 103": (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20000, None), "4 MiB head": (OK + b"X: " + b"a" * (4 << 20), None),
    "nothing": (b"", None), "half a head": (OK + b"Content-Le", None), "only a 100": (b"HTTP/1.1 100 Continue\r\n\r\n", None),
    "cut by length": (OK + b"Content-Length: 9\r\n\r\nhi", ...), "cut in a chunk": (OK + TE + b"\r\n\r\n9\r\nhi", ...),
    "no last chunk": (OK + TE + b"\r\n\r\n2\r\nhi\r\n", ...), "cut in trailers": (OK + TE + b"\r\n\r\n0\r\nX: 1\r\n", ...),
    "bad chunk size": (OK + TE + b"\r\n\r\nzz\r\nhi\r\n0\r\n\r\n", None), "chunk too long": (OK + TE + b"\r\n\r\n2\r\nhi!\r\n0\r\n\r\n", None),
}


class Hostile(EndToEnd):
    """One proxy and one upstream for a table; the upstream says what the row of the request's path says."""

    def start(self, answer=None):
        self.seen = self.upstream(HOST, answer=answer)
        self.running = self.proxy_for(HOST, self.seen, "--no-store")
        self.trust = ssl.create_default_context(cafile=self.running.ca)
        # Some builds of Python take any end for a proper one unless told not to; telling them apart is what we test.
        self.trust.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)

    def tunnel(self):
        plain = socket.create_connection(("127.0.0.1", self.running.port), timeout=30)
        self.addCleanup(plain.close)
        plain.sendall(f"CONNECT {HOST}:{self.seen.port} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        self.assertTrue(plain.recv(4096).startswith(b"HTTP/1.1 200 "))
        secured = self.trust.wrap_socket(plain, server_hostname=HOST, suppress_ragged_eofs=False)
        self.addCleanup(secured.close)
        return secured

    @staticmethod
    def rest_of(client):
        """All that comes until the end, and whether TLS ended it properly."""
        said = b""
        try:
            while chunk := client.recv(65536):
                said += chunk
        except OSError:
            return said, False
        return said, True


def end_writing(client):
    """close_notify and no wait for the other's, which SSLSocket.unwrap would do."""
    client.setblocking(False)
    try:
        client.unwrap()
    except OSError:
        pass
    client.setblocking(True)


class Requests(Hostile):
    def test_ambiguous_requests_are_refused_and_never_seen_upstream(self):
        self.start()
        for name, (raw, status) in REFUSED.items():
            with self.subTest(name):
                client = self.tunnel()
                client.sendall(raw)
                if name.startswith("half"):
                    end_writing(client)
                said, _ = self.rest_of(client)
                self.assertRegex(said.decode("latin-1"), rf"^HTTP/1.1 ({status}) [\s\S]*\"code\":\"[a-z-]+\"")
                self.assertEqual(len(re.findall(rb"HTTP/1\.1 \d", said)), 1, said)
                self.assertTrue(self.seen.requests.empty(), "seen upstream")
                client.close()

    def test_sound_requests_pass_byte_for_byte(self):
        self.start()
        client = self.tunnel()
        for name, raw in SOUND.items():
            with self.subTest(name):
                client.sendall(raw)
                self.assertTrue(client.recv(4096).startswith(OK))
                received = self.seen.next_request()
                self.assertEqual(received.head + received.body, raw)

    def test_requests_in_one_segment_are_answered_in_order(self):
        self.start(lambda received, write: write(OK + b"Content-Length: 3\r\n\r\n" + received.head[5:8]))
        client = self.tunnel()
        client.sendall(b"".join(post(method=b"GET", target=b"/%03d" % n) for n in range(20)))
        said = b""
        while said.count(OK) < 20 or not said.endswith(b"019"):
            said += client.recv(65536)
        self.assertEqual(re.findall(rb"\r\n\r\n(\d{3})", said), [b"%03d" % n for n in range(20)])


class Answers(Hostile):
    def test_answers_are_whole_or_visibly_not(self):
        rows = list(ANSWERS.items())

        def answer(received, write):
            write(rows[int(received.head.split(b"/")[1].split()[0])][1][0])
            return "close"

        self.start(answer)
        for number, (name, (_, wanted)) in enumerate(rows):
            with self.subTest(name):
                client = self.tunnel()
                client.sendall(post(b"Connection: close", method=b"GET", target=b"/%d" % number))
                said, properly = self.rest_of(client)
                final = re.sub(rb"^(HTTP/1\.1 1\d\d [^\r]*\r\n([^\r]+\r\n)*\r\n)+", b"", said)
                if wanted is None:
                    self.assertRegex(final.decode("latin-1"), r"^HTTP/1.1 502 [\s\S]*\"code\":\"upstream-")
                elif wanted is ...:
                    self.assertTrue(final.startswith(OK), final)
                    self.assertFalse(properly, "looks complete")
                else:
                    self.assertRegex(final.decode(), r"^HTTP/1.1 2\d\d")
                    self.assertEqual(b"hi" in final.split(b"\r\n\r\n", 1)[1], wanted == b"hi")
                client.close()

    def test_bytes_nobody_asked_for_are_no_answer_to_the_next_request(self):
        poison = OK + b"Content-Length: 6\r\n\r\npoison"
        for name, at_once in (("in the same write", True), ("later", False)):
            with self.subTest(name):
                sent = threading.Event()

                def answer(received, write, at_once=at_once, sent=sent):
                    good = OK + b"Content-Length: 4\r\n\r\ngood"
                    write(good + poison if at_once else good)
                    if not at_once:
                        write(poison)
                    sent.set()

                self.start(answer)
                client = self.tunnel()
                for _ in range(4):
                    client.sendall(post(method=b"GET"))
                    said = client.recv(4096)
                    self.assertTrue(sent.wait(20))
                    self.assertTrue(said.endswith(b"good"), said)
                    sent.clear()

    def test_a_cut_answer_over_plain_http_is_reset(self):
        """Where the end of the connection is the end of the body, only a reset tells half from whole."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            connection, _ = listener.accept()
            connection.recv(4096)
            connection.sendall(OK + b"\r\nhalf of it")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            gone.wait(20)
            connection.close()

        gone = threading.Event()
        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        proxy = self.proxy("--intercept", HOST, "--no-store", "--allow-upstream", "127.0.0.0/8")
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as client:
            client.sendall(b"GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (port, port))
            said = b""
            while b"half of it" not in said:
                said += client.recv(4096)
            gone.set()
            with self.assertRaises(ConnectionResetError):
                client.recv(4096)


class Egress(EndToEnd):
    """This machine and its neighbours, however they are spelled, are not reached; nor is the proxy itself."""

    HOSTS = ("127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "localhost.", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]",
             "[::127.0.0.1]", "[0:0:0:0:0:0:0:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "2130706433", "0x7f.1", "0x7f000001",
             "0177.0.0.1", "127.1", "127.0.1", "%31%32%37.0.0.1", "127.0.0.1.", "\u2460", "[::1%25lo]", "[::1", "169.254.169.254",
             "[fd00:ec2::254]", "100.100.100.200", "[::ffff:169.254.169.254]", "10.0.0.1", "172.16.0.1", "192.168.0.1",
             "[fe80::1]", "[fec0::1]", "[64:ff9b:1::a00:1]", "224.0.0.1", "255.255.255.255")

    def ask(self, proxy, request):
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as client:
            client.sendall(request)
            said = b""
            while chunk := client.recv(65536):
                said += chunk
            return said.decode("latin-1")

    def test_no_spelling_of_a_private_address_is_reached(self):
        inside = self.upstream()
        proxy = self.proxy("--no-store", "--resolve", f"public.example.test:{inside.port}:127.0.0.1")
        for host in (*self.HOSTS, "public.example.test"):
            target = f"{host}:{inside.port}"
            for raw in (f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n",
                        f"GET http://{target}/ HTTP/1.1\r\nHost: {target}\r\n\r\n"):
                with self.subTest(raw):
                    self.assertRegex(self.ask(proxy, raw.encode()), r"^HTTP/1.1 (400|403|502) ")
        self.assertEqual(inside.connections, 0)

    def test_the_proxy_does_not_reach_itself_even_where_loopback_is_open(self):
        proxy = self.proxy("--no-store", "--allow-upstream", "0.0.0.0/0", "--allow-upstream", "::/0")
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"):
            target = f"{host}:{proxy.port}"
            with self.subTest(host):
                self.assertRegex(self.ask(proxy, f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()),
                                 r'^HTTP/1.1 508 [\s\S]*"upstream-loop"')

    def test_ports_of_other_protocols_and_nonsense(self):
        proxy = self.proxy("--no-store", "--allow-upstream", "127.0.0.0/8")
        for target, status in {"127.0.0.1:22": 403, "127.0.0.1:25": 403, "": 400, "x": 400, "x:": 400, "x:0": 400, "x:99999": 400,
                               "x:-1": 400, "x:+443": 400, "x:443/": 400, "http://x:443": 400, "u@x:443": 400, "x:0x1bb": 400,
                               "x%00:443": 400, "/": 400, ":443": 400, "[::1:443": 400, "x y:443": 400, "x:443:443": 400}.items():
            with self.subTest(target):
                self.assertRegex(self.ask(proxy, f"CONNECT {target} HTTP/1.0\r\n\r\n".encode()), f"^HTTP/1.1 {status} ")

    def test_schemes_and_users_in_whole_urls(self):
        proxy = self.proxy("--no-store")
        for url in ("https://x/", "ftp://x/", "file:///etc/passwd", "gopher://x/", "http://u:p@x/", "http:///", "http://", "/", "x", "*"):
            with self.subTest(url):
                self.assertRegex(self.ask(proxy, f"GET {url} HTTP/1.1\r\nHost: x\r\n\r\n".encode()), r"^HTTP/1.1 400 ")


if __name__ == "__main__":
    unittest.main(verbosity=2)
