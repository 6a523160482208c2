"""What an upstream says is handed on whole, or visibly not: two readings of one answer, bytes nobody asked for, endless
heads and half bodies never reach a client as if all were well."""

import re
import socket
import threading
import unittest

from request_cases import CHUNKS, TE, Request, get
from rig import OK, HostileHttp, read_answer, rest_of

TWO = b"Content-Length: 2\r\n\r\nhi"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"

# What the upstream says -> the body a client gets.
SOUND = {
    "length": (OK + TWO, b"hi"),
    "chunked": (OK + TE + b"\r\n\r\n2\r\nhi\r\n0\r\n\r\n", b"hi"),
    "trailers": (OK + TE + b"\r\n\r\n2\r\nhi\r\n0\r\nX: 1\r\n\r\n", b"hi"),
    "until the end": (OK + b"\r\nhi", b"hi"),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\n\r\nhi", b"hi"),
    "100 first": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + TWO, b"hi"),
    "103 first": (HINTS + OK + TWO, b"hi"),
    "five 103": (HINTS * 5 + OK + TWO, b"hi"),
    "102 first": (b"HTTP/1.1 102 Processing\r\n\r\n" + OK + TWO, b"hi"),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    "204 with length 0": (b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", b""),
    "304 with a length": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", b""),
    "no reason": (b"HTTP/1.1 200\r\n" + TWO, b"hi"),
    "empty reason": (b"HTTP/1.1 200 \r\n" + TWO, b"hi"),
    "8-bit reason": (b"HTTP/1.1 200 d\xe9j\xe0\r\n" + TWO, b"hi"),
    "60 KiB of head": (OK + b"X: " + b"a" * 60000 + b"\r\n" + TWO, b"hi"),
    "chunk extension": (OK + TE + b"\r\n\r\n2;a=b\r\nhi\r\n0\r\n\r\n", b"hi"),
    "1 MiB": (OK + b"Content-Length: 1048576\r\n\r\n" + b"x" * 1048576, b"x" * 1048576),
    "500": (b"HTTP/1.1 500 No\r\n" + TWO, b"hi"),
    "HTTP/1.0 with a length": (b"HTTP/1.0 200 OK\r\n" + TWO, b"hi"),
}


def head(*lines):
    return OK + b"\r\n".join(lines) + b"\r\n" + TWO


# Refused with 502: not a byte of it reaches the client but interim answers.
REFUSED = {
    "CL and TE": OK + TE + b"\r\nContent-Length: 5\r\n\r\n" + CHUNKS,
    "TE and CL": OK + b"Content-Length: 5\r\n" + TE + b"\r\n\r\n" + CHUNKS,
    "two lengths": head(b"Content-Length: 3"),
    "two equal lengths": head(b"Content-Length: 2"),
    "list of lengths": OK + b"Content-Length: 2, 2\r\n\r\nhi",
    "negative length": OK + b"Content-Length: -2\r\n\r\nhi",
    "signed length": OK + b"Content-Length: +2\r\n\r\nhi",
    "length in hexadecimal": OK + b"Content-Length: 0x2\r\n\r\nhi",
    "empty length": OK + b"Content-Length:\r\n\r\nhi",
    "length of 2^64+2": OK + b"Content-Length: 18446744073709551618\r\n\r\nhi",
    "length with a letter": OK + b"Content-Length: 2x\r\n\r\nhi",
    "TE gzip": OK + b"Transfer-Encoding: gzip\r\n\r\nhi",
    "TE identity": OK + b"Transfer-Encoding: identity\r\n\r\nhi",
    "TE gzip, chunked": OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS,
    "TE twice": OK + TE + b"\r\n" + TE + b"\r\n\r\n" + CHUNKS,
    "TE in 1.0": b"HTTP/1.0 200 OK\r\n" + TE + b"\r\n\r\n" + CHUNKS,
    "TE with a vertical tab": OK + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + CHUNKS,
    "fold": head(b"X: a", b" b"),
    "fold of the coding": OK + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS,
    "NUL": head(b"X: \0"),
    "bare CR": head(b"X: a\rb"),
    "bare LF": OK.replace(b"\r", b"") + b"Content-Length: 2\n\nhi",
    "no colon": OK + b"nonsense\r\n\r\n",
    "space before colon": OK + b"Content-Length : 2\r\n\r\nhi",
    "control byte": head(b"X: \x01"),
    "8-bit name": head(b"X\xe9: 1"),
    "no name": head(b": 1"),
    "status of letters": b"HTTP/1.1 abc OK\r\n\r\n",
    "status 20": b"HTTP/1.1 20 OK\r\n\r\n",
    "status 2000": b"HTTP/1.1 2000 OK\r\n" + TWO,
    "status 099": b"HTTP/1.1 099 OK\r\n" + TWO,
    "status +20": b"HTTP/1.1 +20 OK\r\n" + TWO,
    "two blanks before the status": b"HTTP/1.1  200 OK\r\n" + TWO,
    "HTTP/2.0": b"HTTP/2.0 200 OK\r\n" + TWO,
    "HTTP/1.2": b"HTTP/1.2 200 OK\r\n" + TWO,
    "ICY": b"ICY 200 OK\r\n" + TWO,
    "not HTTP": b"hello\r\n\r\n",
    "a blank line first": b"\r\n" + OK + TWO,
    "h2": b"\0\0\x12\x04\0\0\0\0\0\r\n\r\n",
    "h2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a request": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "unasked 101": SWITCH,
    "101 after a 103": HINTS + SWITCH,
    "101 to WebSocket": SWITCH.replace(b": x", b": websocket"),
    "endless 103": HINTS * 20000,
    "endless 100": b"HTTP/1.1 100 Continue\r\n\r\n" * 20000,
    "4 MiB head": OK + b"X: " + b"a" * (4 << 20),
    "5,000 fields": OK + b"X: 1\r\n" * 5000 + TWO,
    "body on a 204": b"HTTP/1.1 204 No Content\r\n" + TWO,
    "chunks on a 204": b"HTTP/1.1 204 No Content\r\n" + TE + b"\r\n\r\n" + CHUNKS,
    "body on a 103": b"HTTP/1.1 103 Early Hints\r\n" + TWO + OK + TWO,
    "nothing": b"",
    "half a head": OK + b"Content-Le",
    "only a 100": b"HTTP/1.1 100 Continue\r\n\r\n",
    "bad chunk size": OK + TE + b"\r\n\r\nzz\r\nhi\r\n0\r\n\r\n",
    "negative chunk size": OK + TE + b"\r\n\r\n-2\r\nhi\r\n0\r\n\r\n",
    "chunk too long": OK + TE + b"\r\n\r\n2\r\nhi!\r\n0\r\n\r\n",
    "chunk size of 2^64+2": OK + TE + b"\r\n\r\n10000000000000002\r\nhi\r\n0\r\n\r\n",
    "LF after a chunk size": OK + TE + b"\r\n\r\n2\nhi\r\n0\r\n\r\n",
    "a length among the trailers": OK + TE + b"\r\n\r\n2\r\nhi\r\n0\r\nContent-Length: 2\r\n\r\n",
}
# The head was sound, so it was sent; that the rest never came must show.
BROKEN = {
    "cut by length": OK + b"Content-Length: 9\r\n\r\nhi",
    "cut in a chunk": OK + TE + b"\r\n\r\n9\r\nhi",
    "no last chunk": OK + TE + b"\r\n\r\n2\r\nhi\r\n",
    "cut in trailers": OK + TE + b"\r\n\r\n0\r\nX: 1\r\n",
    "cut before the last line end": OK + TE + b"\r\n\r\n2\r\nhi\r\n0\r\n",
    "cut right after the head": OK + b"Content-Length: 9\r\n\r\n",
}


def final_part(said):
    return re.sub(rb"^(HTTP/1\.1 1\d\d [^\r]*\r\n([^\r]+\r\n)*\r\n)+", b"", said)


def body_of(final):
    found, _, body = final.partition(b"\r\n\r\n")
    if b"chunked" not in found:
        return body
    out = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        if int(size.split(b";")[0], 16) == 0:
            return out
        out, body = out + body[: int(size.split(b";")[0], 16)], body[int(size.split(b";")[0], 16) + 2 :]


class Answers(HostileHttp):
    def start_saying(self, rows, then):
        rows = list(rows.values())

        def answer(received, write):
            row = rows[int(received.head.split(b"/")[1].split()[0])]
            write(row[0] if isinstance(row, tuple) else row)
            return then

        self.start(answer)

    def ask(self, origin, connect, number):
        client = connect()
        client.sendall(get(b"Connection: close", target=b"/%d" % number).raw(origin))
        said, properly = rest_of(client)
        client.close()
        return said, properly

    def each(self, group, rows, check, then="end"):
        self.start_saying(rows, then)
        for way, _, origin, connect in self.ways():
            numbers = {name: number for number, name in enumerate(rows)}
            self.group(f"{group}, {way}", numbers, lambda name, number: check(rows[name], *self.ask(origin, connect, number), way))

    def test_sound_answers_arrive(self):
        def check(row, said, properly, way):
            final = final_part(said)
            self.assertRegex(final, rb"^HTTP/1.[01] [2345]\d\d")
            self.assertEqual(body_of(final), row[1])
            self.assertTrue(properly)
            interim = re.findall(rb"HTTP/1.1 (1\d\d)", row[0])
            self.assertEqual(re.findall(rb"HTTP/1.1 (1\d\d)", said), interim)

        self.each("response, sound", SOUND, check)

    def test_answers_of_two_readings_are_refused(self):
        def check(row, said, properly, way):
            final = final_part(said)
            self.assertRegex(final.decode("latin-1"), r"^HTTP/1.1 502 [\s\S]*\"code\":\"upstream-")
            self.assertLessEqual(said.count(b"HTTP/1.1 1"), 32)

        self.each("response", REFUSED, check)

    def test_a_broken_answer_shows(self):
        def check(row, said, properly, way):
            self.assertTrue(said.startswith(OK), said)
            self.assertFalse(properly, "looks complete")

        self.each("response ended early", BROKEN, check)
        self.each("response cut off", BROKEN, check, "cut")


class Unasked(HostileHttp):
    POISON = OK + b"Content-Length: 6\r\n\r\npoison"

    def test_bytes_nobody_asked_for_are_no_answer_to_the_next_request(self):
        good = OK + b"Content-Length: 4\r\n\r\ngood"
        rows = {
            "a second answer in the same write": (good + self.POISON, b""),
            "a second answer later": (good, self.POISON),
            "one byte later": (good, b"H"),
            "a 100 later": (good, b"HTTP/1.1 100 Continue\r\n\r\n"),
            "bytes behind the last chunk": (OK + TE + b"\r\n\r\n4\r\ngood\r\n0\r\n\r\n" + self.POISON, b""),
            "an answer behind a 204": (b"HTTP/1.1 204 No Content\r\n\r\n" + self.POISON, b""),
            "bytes behind the length": (good + b"x", b""),
            "a body to a HEAD": (OK + b"Content-Length: %d\r\n\r\n" % len(self.POISON) + self.POISON, b""),
            "a body on a 304": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: %d\r\n\r\n" % len(self.POISON) + self.POISON, b""),
        }

        def check(name, row):
            sent = threading.Event()

            def answer(received, write):
                write(row[0])
                if row[1]:
                    write(row[1])
                sent.set()

            self.start(answer)
            method = b"HEAD" if "HEAD" in name else b"GET"
            for way, upstream, origin, connect in self.ways():
                client = connect()
                for _ in range(3):
                    client.sendall(Request(method=method).raw(origin))
                    said = client.recv(1 << 16)
                    self.assertTrue(said.startswith(b"HTTP/1.1 "), said)
                    self.assertTrue(sent.wait(20))
                    while b"chunked" in said and not said.endswith(b"0\r\n\r\n"):
                        said += client.recv(1 << 16)
                    self.assertNotIn(b"poison", said)
                    self.assertEqual(said.count(b"HTTP/1.1"), 1, said)
                    sent.clear()
                self.assertEqual(upstream.connections, 3, "a connection with bytes on it was used again")
                client.close()

        self.group("response, unasked bytes", rows, check)

    def test_a_clean_connection_is_used_again(self):
        """The control to the above."""
        self.start()
        for way, upstream, origin, connect in self.ways():
            with self.subTest(way):
                client = connect()
                for _ in range(3):
                    client.sendall(get().raw(origin))
                    self.assertEqual(read_answer(client)[1], b"good")
                self.assertEqual(upstream.connections, 1)

    def test_an_answer_before_the_body_is_whole_goes_to_its_own_request(self):
        self.start(lambda received, write: write(OK + b"Content-Length: 2\r\n\r\n" + received.head.split(b" ")[1][1:3]))
        for way, _, origin, connect in self.ways():
            clients = [connect() for _ in range(8)]
            for number, client in enumerate(clients):
                client.sendall(get(target=b"/%02d" % number).raw(origin))
            for number, client in enumerate(clients):
                self.assertEqual(read_answer(client)[1], b"%02d" % number)

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
        self.start()
        with self.connect() as client:
            client.sendall(b"GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (port, port))
            said = b""
            while b"half of it" not in said:
                said += client.recv(4096)
            gone.set()
            with self.assertRaises(ConnectionResetError):
                client.recv(4096)


if __name__ == "__main__":
    unittest.main(verbosity=2)
