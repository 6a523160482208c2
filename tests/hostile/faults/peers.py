"""Upstreams that fail in every way a server can. Rows of faults_test.py."""
import socket
import ssl
import struct
import threading

from life import HOST, Life

RESET = struct.pack("ii", 1, 0)


class Drip:
    """Stands before a port and hands on every byte alone, both ways."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            other = socket.create_connection(("127.0.0.1", self.target))
            for a, b in ((one, other), (other, one)):
                b.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.carry, args=(a, b), daemon=True).start()

    @staticmethod
    def carry(source, to):
        try:
            while data := source.recv(65536):
                for byte in data:
                    to.sendall(bytes([byte]))
            to.shutdown(socket.SHUT_WR)
        except OSError:
            to.close()


class Peers(Life):
    def test_byte_by_byte_on_both_legs(self):
        """Heads, TLS records and bodies in segments of one byte, as over the smallest MTU."""
        for secured in (False, True):
            with self.subTest(secured=secured):
                upstream = self.upstream(*([HOST] if secured else []))
                near = Drip(upstream.port)
                self.addCleanup(near.listener.close)
                proxy = self.start(near, "--no-store")
                far = Drip(proxy.port)
                self.addCleanup(far.listener.close)
                proxy.port = far.port
                body = '{"n":"' + "x" * 200 + '"}'
                if secured:
                    client = self.client(proxy, HOST, near.port)
                    client.request("POST", "/v1/messages", body=body)
                    self.assertEqual(client.getresponse().read(), b"{}")
                else:
                    self.assertEqual(self.post(proxy, near, body)[:2], (200, b"{}"))
                self.assertEqual(upstream.next_request().body.decode(), body)

    def phase(self, end, secured):
        """What a client sees of an upstream that ends the connection so, at each moment of its answer: (moment, said, proper)."""
        moments = {
            "before the head": b"", "in the head": b"HTTP/1.1 200 OK\r\nContent-Le", "after the head": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
            "in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha", "after a 103": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
            "in a chunk's size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1", "between chunks":
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nha\r\n", "in the trailers":
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n",
        }
        texts = list(moments.values())
        context = None
        if secured:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.authority.leaf(HOST))
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve(connection):
            try:
                stream = context.wrap_socket(connection, server_side=True) if context else connection
                head = stream.recv(65536)
                stream.sendall(texts[int(head.split(b" ")[1].rpartition(b"/")[2])])
                end(stream)
            except OSError:
                pass

        def accept():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(connection,), daemon=True).start()
        threading.Thread(target=accept, daemon=True).start()
        upstream = type("Bare", (), {"port": listener.getsockname()[1]})()
        proxy = self.start(upstream, "--no-store")
        for number, moment in enumerate(moments):
            origin = "" if secured else f"http://{HOST}:{upstream.port}"
            request = f"GET {origin}/{number} HTTP/1.1\r\nHost: {HOST}:{upstream.port}\r\n\r\n".encode()
            client = self.client(proxy, HOST, upstream.port) if secured else None
            if secured:
                client.connect()
                stream = client.sock
            else:
                stream = self.raw(proxy, b"")
            stream.sendall(request)
            said, proper = b"", True
            try:
                while chunk := stream.recv(65536):
                    said += chunk
            except OSError:
                proper = False
            yield moment, said, proper

    def test_an_answer_that_ends_at_any_moment_is_no_whole_one(self):
        def close(stream):
            stream.close()

        def half(stream):  # ends its side and reads on
            plain = stream
            if isinstance(stream, ssl.SSLSocket):
                plain = socket.socket(fileno=stream.detach())
            plain.shutdown(socket.SHUT_WR)
            plain.recv(65536)
            plain.close()

        def reset(stream):
            self.reset(stream)
            stream.close()

        def alert(stream):
            plain = socket.socket(fileno=stream.detach())
            plain.sendall(b"\x15\x03\x03\x00\x02\x02\x50")  # not encrypted, as an attacker or a failing server would
            plain.recv(65536)
            plain.close()

        rows = [(end, secured) for end in (close, half, reset) for secured in (False, True)] + [(alert, True)]
        held = 0
        for end, secured in rows:
            for moment, said, proper in self.phase(end, secured):
                with self.subTest(moment, end=end.__name__, secured=secured):
                    final = said.partition(b"\r\n\r\n")[2] if said.startswith(b"HTTP/1.1 103") else said
                    if not final.startswith(b"HTTP/1.1 502 "):
                        self.assertTrue(final.startswith(b"HTTP/1.1 200 "), said)
                        self.assertTrue(not proper or b"chunked" in final or b"Content-Length: 9" in final)
                        self.assertFalse(final.endswith((b"0\r\n\r\n", b"X: 1\r\n\r\n")), "looks whole")
                        if not secured:
                            self.assertFalse(proper)
                    held += 1
        print(f"answers cut off: {held} of {len(rows) * 8}", flush=True)

    def ask(self, answer, method="POST", *arguments):
        """(bytes of the answer, whether the connection ended properly) for an upstream that does `answer(connection, times)`."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        upstream = type("Bare", (), {"port": listener.getsockname()[1], "times": 0})()

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                upstream.times += 1
                try:
                    connection.recv(65536)
                    answer(connection, upstream.times)
                except OSError:
                    pass
                connection.close()
        threading.Thread(target=serve, daemon=True).start()
        proxy = self.start(upstream, "--no-store", *arguments)
        client = self.raw(proxy, b"%s http://%s:%d/ HTTP/1.1\r\nHost: %s:%d\r\nContent-Length: 2\r\n\r\n{}" %
                          (method.encode(), HOST.encode(), upstream.port, HOST.encode(), upstream.port))
        said, proper = b"", True
        try:
            while chunk := client.recv(65536):
                said += chunk
                if b"\r\n\r\ngood" in said:
                    break
        except OSError:
            proper = False
        return said, proper, upstream.times

    @staticmethod
    def reset(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def cut(self, said, proper):
        """An answer that is not whole must not look whole: the connection is reset, not ended."""
        self.assertFalse(proper, said)

    def test_refuses(self):
        listener = socket.create_server(("127.0.0.1", 0))
        upstream = type("Gone", (), {"port": listener.getsockname()[1]})()
        listener.close()
        proxy = self.start(upstream, "--no-store")
        status, said, _ = self.post(proxy, upstream, "{}")
        self.assertEqual(status, 502)
        self.assertIn(b'"upstream-refused"', said)

    def test_resets_after_the_request(self):
        said, _, times = self.ask(lambda c, n: self.reset(c))
        self.assertTrue(said.startswith(b"HTTP/1.1 502 "), said)
        self.assertEqual(times, 1)

    def test_resets_after_the_head(self):
        def answer(connection, _):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha")
            self.reset(connection)
        said, proper, _ = self.ask(answer)
        if not said.startswith(b"HTTP/1.1 502 "):
            self.cut(said, proper)

    def test_resets_in_a_chunk(self):
        def answer(connection, _):
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nha")
            self.reset(connection)
        said, proper, _ = self.ask(answer)
        if not said.startswith(b"HTTP/1.1 502 "):
            self.cut(said, proper)

    def test_half_closes_and_answers_short(self):
        def answer(connection, _):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha")
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)
        self.cut(*self.ask(answer)[:2])

    def test_sends_byte_by_byte(self):
        def answer(connection, _):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood":
                connection.sendall(bytes([byte]))
        said, _, _ = self.ask(answer)
        self.assertTrue(said.endswith(b"\r\n\r\ngood"), said)

    def test_says_more_than_its_length(self):
        def answer(connection, _):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\n\r\n")
        said, _, _ = self.ask(answer)
        self.assertTrue(said.endswith(b"\r\n\r\ngood"), said)
