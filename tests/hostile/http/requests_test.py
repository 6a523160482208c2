"""What two parsers could read differently is refused before a byte goes upstream and the connection ends; sound requests
of the same shapes pass, byte for byte."""

import re
import socket
import threading
import time
import unittest

from request_cases import CONTROL, HALF, HOST, REQUEST, TUNNEL, get
from rig import GOOD, OK, HostileHttp, Upstream, end_writing, fault_of_refusal, read_answer, rest_of, send_and_end


def send(client, raw):
    """A proxy may refuse and reset before it has read all."""
    try:
        client.sendall(raw)
    except OSError:
        pass


class Refused(HostileHttp):
    def check_refusal(self, way, request, status, half=False):
        _, upstream, origin, connect = way
        client = connect()
        (send_and_end if half else send)(client, request.raw(origin))
        said, _ = rest_of(client)
        self.assertEqual(fault_of_refusal(said, upstream.take_bytes(), status), "")
        client.close()

    def test_ambiguous_requests_are_refused_and_never_seen_upstream(self):
        self.start()
        for way in self.ways():
            self.group(f"request, {way[0]}", REQUEST, lambda _, row, way=way: self.check_refusal(way, *row))
            self.group(f"request cut off, {way[0]}", HALF, lambda _, row, way=way: self.check_refusal(way, *row, half=True))
        self.group("request, tunnel only", TUNNEL, lambda _, row: self.check_refusal(self.ways()[0], *row))
        for _, upstream, origin, connect in self.ways():
            client = connect()
            client.sendall(get().raw(origin))
            self.assertEqual(read_answer(client)[1], b"good")
            self.assertEqual(len(upstream.requests), 1)

    def test_nothing_behind_an_ambiguous_request_is_answered(self):
        """A sound request in the same segment, in front or behind: the one in front is served, the one behind is not."""
        self.start()
        hidden = get(target=b"/hidden")
        for way, upstream, origin, connect in self.ways():

            def check(name, row):
                client = connect()
                send(client, get(target=b"/front").raw(origin) + row[0].raw(origin) + hidden.raw(origin))
                said, _ = rest_of(client)
                self.assertEqual(said.count(b"good"), 1)
                self.assertEqual(len(re.findall(rb"HTTP/1\.1 \d", said)), 2, said)
                self.assertNotIn(b"hidden", upstream.take_bytes())
                client.close()

            # Rows that swallow what follows (a body still to come) have nothing behind them.
            rows = {n: r for n, r in REQUEST.items() if not re.search("noise|TLS|without end|64 MiB|h2|MiB|KiB|fields", n)}
            self.group(f"pipelined, {way}", rows, check)

    def test_the_rig_tells_a_proxy_that_passes_everything(self):
        """Against one that relays bytes every row must fail, or the row tests nothing."""
        upstream = Upstream()
        self.addCleanup(upstream.close)
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def relay(source, sink):
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        def carry(client):
            with client, socket.create_connection(("127.0.0.1", upstream.port)) as other:
                back = threading.Thread(target=relay, args=(other, client), daemon=True)
                back.start()
                relay(client, other)
                back.join(timeout=20)

        def serve():
            while True:
                try:
                    threading.Thread(target=carry, args=(listener.accept()[0],), daemon=True).start()
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()

        def check(name, row):
            with socket.create_connection(listener.getsockname(), timeout=20) as client:
                send(client, row[0].raw(b"http://x"))
                end_writing(client)
                said, _ = rest_of(client)
            self.assertNotEqual(fault_of_refusal(said, upstream.take_bytes(), row[1]), "")

        self.group("request, by a proxy that relays bytes: told", REQUEST, check)


class Sound(HostileHttp):
    def test_sound_requests_pass_byte_for_byte(self):
        self.start()
        way, upstream, origin, connect = self.ways()[0]
        client = connect()

        def check(name, request):
            client.sendall(request.raw())
            head, _ = self.answer_to(client, name)
            self.assertTrue(head.startswith(OK.strip()), head)
            received = upstream.take_request()
            self.assertEqual(received.head + received.body, request.raw())

        self.group("control, tunnel", CONTROL, check)

    @staticmethod
    def answer_to(client, name):
        if name != "HEAD":
            return read_answer(client)
        said = b""
        while not said.endswith(b"\r\n\r\n"):
            said += client.recv(4096)
        return said, b""

    def test_sound_requests_pass_in_absolute_form(self):
        """There the target becomes a path and Via is added; all else is as it was."""
        self.start()
        way, upstream, origin, connect = self.ways()[1]
        client = connect()

        def check(name, request):
            client.sendall(request.raw(origin))
            head, _ = self.answer_to(client, name)
            self.assertTrue(head.startswith(OK.strip()), head)
            received = upstream.take_request()
            as_sent = re.sub(rb"Via: 1\.1 \w+\r\n\r\n$", b"\r\n", received.head)
            as_sent = as_sent.replace(b"%s:%d" % (HOST.encode(), upstream.port), HOST.encode(), 1)
            self.assertEqual((as_sent + received.body).lower(), request.raw().lower())

        self.group("control, plain", CONTROL, check)

    def start(self, answer=None, *arguments):
        def answer_by_method(received, write):
            write(OK + b"Content-Length: 4\r\n\r\n" if received.head.startswith(b"HEAD") else GOOD)

        super().start(answer or answer_by_method, *arguments)

    def test_requests_in_one_segment_are_answered_in_order(self):
        self.start(lambda received, write: write(OK + b"Content-Length: 3\r\n\r\n" + received.head[5:8]))
        for way, _, origin, connect in self.ways():
            with self.subTest(way):
                client = connect()
                client.sendall(b"".join(get(target=b"/%03d" % n).raw(origin) for n in range(20)))
                said = b""
                while said.count(OK) < 20 or not said.endswith(b"019"):
                    said += client.recv(65536)
                self.assertEqual(re.findall(rb"\r\n\r\n(\d{3})", said), [b"%03d" % n for n in range(20)])

    def test_an_expectation_is_met_before_the_body_comes(self):
        self.start()
        for way, upstream, origin, connect in self.ways():
            with self.subTest(way):
                client = connect()
                head, body = CONTROL["expect"].raw(origin)[:-5], b"hello"
                client.sendall(head)
                self.assertEqual(client.recv(4096), b"HTTP/1.1 100 Continue\r\n\r\n")
                client.sendall(body)
                self.assertEqual(read_answer(client)[1], b"good")
                self.assertEqual(upstream.take_request().body, b"hello")

    def test_a_client_that_has_ended_gets_its_answer_and_an_end(self):
        """Its end (close_notify, FIN) comes with the request; the connection does not wait for another one."""
        self.start()
        for way, upstream, origin, connect in self.ways():
            with self.subTest(way):
                client = connect()
                send_and_end(client, get().raw(origin))
                begun = time.monotonic()
                said, _ = rest_of(client)
                self.assertTrue(said.endswith(b"good"), said)
                self.assertLess(time.monotonic() - begun, 5)

    def test_a_request_in_single_bytes(self):
        self.start()
        for way, upstream, origin, connect in self.ways():
            with self.subTest(way):
                client = connect()
                raw = CONTROL["trailer"].raw(origin)
                for at in range(len(raw)):
                    client.sendall(raw[at : at + 1])
                self.assertEqual(read_answer(client)[1], b"good")
                self.assertEqual(upstream.take_request().body, CONTROL["trailer"].raw().split(b"\r\n\r\n", 1)[1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
