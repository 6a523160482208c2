"""What the hostile HTTP tests share: an upstream that keeps every byte it is sent, ways to it through the proxy, and the
count a group ends with. Sockets on loopback, port 0, an environment of its own for every process."""

import pathlib
import re
import socket
import ssl
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from harness import EndToEnd, read_request, stop_listening  # noqa: E402  (the path has to be set first)

from request_cases import HOST  # noqa: E402

OK = b"HTTP/1.1 200 OK\r\n"
GOOD = OK + b"Content-Length: 4\r\n\r\ngood"


class Keeping:
    """Passes on what a reader reads and keeps it, whether or not it turns out to be a request."""

    def __init__(self, reader, kept):
        self.reader, self.kept = reader, kept

    def readline(self):
        line = self.reader.readline(1 << 20)
        self.kept(line)
        return line

    def read(self, count):
        data = self.reader.read(count)
        self.kept(data)
        return data


class Upstream:
    """Plain or TLS. `answer(received, write)` is called for every request; "end" ends the connection properly (close_notify), "cut"
    without it."""

    def __init__(self, certificate=None, answer=None):
        self.answer = answer or (lambda received, write: write(GOOD))
        self.bytes, self.requests, self.connections = b"", [], 0
        self.changed = threading.Condition()
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def keep(self, data):
        with self.changed:
            self.bytes += data

    def serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            reader = Keeping(connection.makefile("rb"), self.keep)
            while (received := read_request(reader)) is not None:
                with self.changed:
                    self.requests.append(received)
                    self.changed.notify_all()
                then = self.answer(received, connection.sendall)
                if then == "end" and self.context:
                    end_writing(connection)
                if then in ("end", "cut"):
                    return
        except (OSError, ValueError, OverflowError):
            pass
        finally:
            connection.close()

    def take_request(self):
        with self.changed:
            assert self.changed.wait_for(lambda: self.requests, timeout=20), "no request came"
            return self.requests.pop(0)

    def take_bytes(self):
        with self.changed:
            taken, self.bytes = self.bytes, b""
            self.requests.clear()
            return taken

    def close(self):
        stop_listening(self.listener)


def rest_of(client):
    """All that comes until the end, and whether the end was a proper one (close_notify, FIN)."""
    said = b""
    try:
        while chunk := client.recv(65536):
            said += chunk
    except OSError:
        return said, False
    return said, True


def read_answer(client):
    """One final answer: its head and its body by length."""
    said = b""
    while True:
        while b"\r\n\r\n" not in said:
            chunk = client.recv(65536)
            if not chunk:
                return said, b""
            said += chunk
        head, _, body = said.partition(b"\r\n\r\n")
        if not re.match(rb"HTTP/1\.1 1\d\d ", head):
            break
        said = body
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while length and len(body) < int(length.group(1)) and (chunk := client.recv(65536)):
        body += chunk
    return head, body


def end_writing(client):
    """The end of our bytes, without waiting for the other's, which SSLSocket.unwrap would do."""
    if not isinstance(client, ssl.SSLSocket):
        client.shutdown(socket.SHUT_WR)
        return
    client.setblocking(False)
    try:
        client.unwrap()
    except OSError:
        pass
    client.setblocking(True)


def send_and_end(client, raw):
    """Both in one segment where they fit. unwrap() reads as well as writes: corked, nothing can have come for it yet."""
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    try:
        client.sendall(raw)
    except OSError:  # refused and reset before all was read
        return
    end_writing(client)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)


def fault_of_refusal(said, upstream_bytes, status):
    """What is wrong with the refusal of an ambiguous request; nothing if it is one."""
    if upstream_bytes:
        return f"went upstream: {upstream_bytes[:200]!r}"
    if status == "":
        return f"answered: {said[:200]!r}" if said else ""
    if not re.match(rf"HTTP/1\.1 ({status}) [\s\S]*\"code\":\"[a-z-]+\"", said.decode("latin-1")):
        return f"no {status}: {said[:200]!r}"
    return "" if len(re.findall(rb"HTTP/1\.1 \d", said)) == 1 else f"more than one answer: {said[:400]!r}"


class HostileHttp(EndToEnd):
    """One proxy with an upstream that speaks TLS (intercepted) and one that does not (absolute form)."""

    def start(self, answer=None, *arguments, store=("--no-store",)):
        self.secured = Upstream(self.authority.leaf(HOST), answer)
        self.bare = Upstream(None, answer)
        for upstream in (self.secured, self.bare):
            self.addCleanup(upstream.close)
        resolve = [word for u in (self.secured, self.bare) for word in ("--resolve", f"{HOST}:{u.port}:127.0.0.1")]
        self.running = self.proxy(
            "--intercept", HOST, "--allow-upstream", "127.0.0.0/8", "--upstream-ca", self.authority.pem, *store, *resolve, *arguments
        )
        self.trust = ssl.create_default_context(cafile=self.running.ca)
        # Some builds of Python take any end for a proper one unless told not to; telling them apart is what we test.
        self.trust.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)

    def ways(self):
        """(name, upstream, origin of whole URLs, how to connect) for each way a request takes."""
        return (
            ("tunnel", self.secured, b"", self.tunnel),
            ("plain", self.bare, b"http://%s:%d" % (HOST.encode(), self.bare.port), self.connect),
        )

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.running.port), timeout=30)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.addCleanup(client.close)
        return client

    def tunnel(self):
        plain = self.connect()
        plain.sendall(f"CONNECT {HOST}:{self.secured.port} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        self.assertTrue(plain.recv(4096).startswith(b"HTTP/1.1 200 "))
        secured = self.trust.wrap_socket(plain, server_hostname=HOST, suppress_ragged_eofs=False)
        self.addCleanup(secured.close)
        return secured

    def group(self, name, rows, check):
        """Runs `check(row, value)` for each, and says how many held."""
        held = 0
        for row, value in rows.items():
            with self.subTest(f"{name}: {row}"):
                check(row, value)
                held += 1
        print(f"{name}: {held} of {len(rows)}", flush=True)
