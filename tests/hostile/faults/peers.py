"""Upstreams that fail in every way a server can. Rows of faults_test.py."""
import socket
import struct
import threading

from life import HOST, Life

RESET = struct.pack("ii", 1, 0)


class Peers(Life):
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
