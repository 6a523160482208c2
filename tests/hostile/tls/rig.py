"""What the hostile TLS tests share: upstreams that take anything, a client that tells how a CONNECT went, and the count
a group ends with. Sockets on loopback, port 0, an environment of its own for every process."""
import pathlib
import re
import socket
import ssl
import sys
import threading
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from harness import BINARY, EndToEnd, clean_environment, stop_listening  # noqa: E402,F401  (the path has to be set first)

import certificates  # noqa: E402

HOST = "up.example.test"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Accepting:
    """Serves each connection of its listener in a thread of its own, until that closes."""

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def close(self):
        stop_listening(self.listener)


class Server(Accepting):
    """Accepts TLS with whatever it was given, weak or not, answers what it is asked, and keeps what it was sent."""

    def __init__(self, pair, settings=None, answer=ANSWER):
        self.received, self.resumed, self.answer = b"", 0, answer
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.set_ciphers("ALL:@SECLEVEL=0")
        if pair:
            self.context.load_cert_chain(*pair)
        if settings:
            settings(self.context)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def serve(self, connection):
        connection.settimeout(20)
        try:
            with self.context.wrap_socket(connection, server_side=True) as secured:
                self.resumed += secured.session_reused
                while chunk := secured.recv(4096):
                    self.received += chunk
                    if self.received.endswith(b"\r\n\r\n"):
                        secured.sendall(self.answer)
        except OSError:
            connection.close()

    @property
    def reached(self):
        return self.received != b""


def only(version, ciphers="ALL:@SECLEVEL=0"):
    """A context that speaks that version alone, old ones too."""
    def settings(context):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old versions are what is wanted here
            context.minimum_version = context.maximum_version = version
        context.set_ciphers(ciphers)
    return settings


class Outcome:
    """`status` of the CONNECT, else of the request in the tunnel; `code` of a refusal; the whole answer as text."""

    def __init__(self, status, answer=""):
        self.status, self.answer = status, answer
        found = re.search(r'"code":"([a-z0-9-]+)"', answer)
        self.code = found.group(1) if found else ""


def read_answer(stream):
    """A head, and its body as far as Content-Length says."""
    answer = b""
    while b"\r\n\r\n" not in answer and (chunk := stream.recv(65536)):
        answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    while length and len(body) < int(length.group(1)) and (chunk := stream.recv(65536)):
        body += chunk
    return head.decode("latin-1"), body.decode("latin-1")


def status_of(head):
    return int(head.split(" ", 2)[1]) if re.match("HTTP/1.[01] ", head) else 0


def open_tunnel(proxy, target, timeout=30):
    """(socket, outcome) of a CONNECT; the socket is only of use after 200."""
    client = socket.create_connection(("127.0.0.1", proxy.port), timeout=timeout)
    client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    head, body = read_answer(client)
    return client, Outcome(status_of(head), head + body)


def through_proxy(proxy, host, port):
    """One GET in a tunnel, by a client that trusts the proxy's authority."""
    client, outcome = open_tunnel(proxy, f"{host}:{port}")
    with client:
        if outcome.status != 200:
            return outcome
        try:
            with ssl.create_default_context(cafile=proxy.ca).wrap_socket(client, server_hostname=host) as secured:
                secured.sendall(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
                head, body = read_answer(secured)
                return Outcome(status_of(head), head + body)
        except OSError as error:
            return Outcome(0, str(error))


def careless(host, port):
    """The same GET by a client that verifies nothing: what it reaches shows that a server works, and that a refusal is
    the proxy's doing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.minimum_version = ssl.TLSVersion.TLSv1
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname=host) as secured:
                secured.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return Outcome(200 if secured.recv(1) else 0)
    except OSError as error:
        return Outcome(0, str(error))


class HostileTls(EndToEnd):
    """Upstreams under one root that the proxy trusts; `make` issues what is wrong with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make = certificates.Maker(cls.folder / "made")
        cls.root = (str(cls.authority.pem), str(cls.authority.key))

    def proxy_to(self, host, servers, *arguments, trust=None, **keywords):
        """A proxy that intercepts `host` and finds it at each of the servers' ports."""
        resolve = [word for server in servers for word in ("--resolve", f"{host}:{server.port}:127.0.0.1")]
        return self.proxy("--intercept", host, "--allow-upstream", "127.0.0.0/8", "--upstream-ca",
                          trust or self.authority.pem, "--no-store", *resolve, *arguments, **keywords)

    def trust_file(self, *pairs):
        """The usual root and others, as one file for --upstream-ca."""
        path = self.folder / "trusted.pem"
        path.write_text("".join(pathlib.Path(pem).read_text() for pem in (self.root[0], *(p[0] for p in pairs))))
        return path

    def refused_rightly(self, proxy, outcome, host, server, code, status="50[24]"):
        """The whole promise about a bad upstream: status and code, the reason in the log, not a byte of a request."""
        self.assertRegex(str(outcome.status), f"^{status}$", outcome.answer)
        self.assertRegex(outcome.code, f"^(upstream-)?({code})$", outcome.answer)
        self.assertFalse(server.reached)
        proxy.wait_for(rf"REFUSED  \S*{re.escape(host)}\S*  {outcome.code}: ")

    def group(self, name, rows, check):
        """Runs `check(row name, row)` for each, and says how many held."""
        held = 0
        for row, value in rows.items():
            with self.subTest(f"{name}: {row}"):
                check(row, value)
                held += 1
        print(f"{name}: {held} of {len(rows)}", flush=True)
