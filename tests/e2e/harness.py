"""What the end-to-end tests share: a scratch folder, a private CA, a TLS upstream that keeps what it got, the proxy.

Only the standard library and the openssl command. Every process gets an environment of its own, every port is 0.
"""
import http.client
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

BINARY = os.environ.get("TELLTALE", "")
SOURCE = pathlib.Path(__file__).resolve().parents[2]


def clean_environment(home, **more):
    """No inherited proxy, certificate, locale or zone."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TZ": "UTC", "LC_ALL": "C.UTF-8",
                   "XDG_STATE_HOME": str(pathlib.Path(home) / "state"), "XDG_DATA_HOME": str(pathlib.Path(home) / "data")}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    environment.update(more)
    return environment


def openssl(*arguments, **keywords):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   **keywords)


def stop_listening(listener):
    """Closes it and wakes whoever waits in accept(). One left there would wait on the number of a closed descriptor, and
    could take the connections of the next listener that is given that number."""
    try:
        listener.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    listener.close()


class UpstreamCa:
    """A root of the test's own, and leaves for any names."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.pem = self.folder / "upstream-ca.pem"
        self.key = self.folder / "upstream-ca.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=test upstream root", "-keyout", self.key, "-out", self.pem)

    def leaf(self, *names, days="2"):
        stem = self.folder / f"leaf-{names[0]}-{days}"
        alt = ",".join(("IP:" if re.fullmatch(r"[0-9.]+", n) else "DNS:") + n for n in names)
        (self.folder / "ext").write_text(f"subjectAltName={alt}\nextendedKeyUsage=serverAuth\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=leaf", "-keyout",
                f"{stem}.key", "-out", f"{stem}.csr")
        openssl("x509", "-req", "-in", f"{stem}.csr", "-CA", self.pem, "-CAkey", self.key, "-CAcreateserial", "-days",
                days, "-extfile", self.folder / "ext", "-out", f"{stem}.pem")
        return f"{stem}.pem", f"{stem}.key"


class Received:
    def __init__(self, head, body):
        self.head, self.body = head, body


def read_request(reader):
    """One request as bytes: head with its empty line, and the body as framed by Content-Length or chunks."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = reader.readline()
        if not line:
            return None
        head += line
    length = re.search(rb"(?im)^content-length:[ \t]*(\d+)[ \t]*\r$", head)
    if length:
        return Received(head, reader.read(int(length.group(1))))
    if re.search(rb"(?im)^transfer-encoding:[ \t]*chunked[ \t]*\r$", head):
        body = b""
        while True:
            size = reader.readline()
            body += size
            if int(size.split(b";")[0], 16) == 0:
                break
            body += reader.read(int(size.split(b";")[0], 16) + 2)
        while (line := reader.readline()) != b"\r\n":
            if not line:
                return None
            body += line
        return Received(head, body + line)
    return Received(head, b"")


class Upstream:
    """A TLS (or plain) server. `answer(received, write)` is called for every request; the default says 200 {}."""

    def __init__(self, certificate=None, answer=None):
        self.requests = queue.Queue()
        self.connections = 0
        self.answer = answer or self.answer_ok
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    @staticmethod
    def answer_ok(received, write):
        write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            self.connections += 1
            reader = connection.makefile("rb")
            while (received := read_request(reader)) is not None:
                self.requests.put(received)
                if self.answer(received, connection.sendall) == "close":
                    return
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def next_request(self):
        return self.requests.get(timeout=20)

    def close(self):
        stop_listening(self.listener)


class Proxy:
    """`telltale proxy` on a port of its own; `lines` is what it said on stderr so far."""

    def __init__(self, home, *arguments, before=(), **environment):
        self.lines, self.stopped = [], False
        self.changed = threading.Condition()
        listen = [] if "--listen" in arguments else ["--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen([*before, BINARY, "proxy", *listen, *map(str, arguments)],
                                        env=clean_environment(home, **environment), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        ready = self.wait_for(r"^ready (\S+):(\d+) ca=(.*)$")
        self.port, self.ca = int(ready.group(2)), ready.group(3)

    def read(self):
        for line in self.process.stderr:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.lines.append(None)
            self.changed.notify_all()

    def wait_for(self, pattern, times=1):
        """The match of the line that fits, as soon as it has been said; fails when the proxy ends without it."""
        def matches():
            return [m for m in (re.search(pattern, l) for l in self.lines if l is not None) if m]
        with self.changed:
            done = self.changed.wait_for(lambda: len(matches()) >= times or None in self.lines, timeout=30)
            found = matches()
            if len(found) < times or not done:
                raise AssertionError(f"no line fits {pattern!r}; said: {self.lines}")
            return found[times - 1]

    def said(self):
        with self.changed:
            return "\n".join(l for l in self.lines if l is not None)

    def stop(self, number=signal.SIGTERM):
        self.stopped = True
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self.reader.join(timeout=10)
        self.process.stderr.close()
        return code

    def end(self):
        """Stops it if that has not been done, and fails if it crashed: its clients then only see refused connections."""
        if self.process.poll() is None:
            self.stop()
            crashed = self.process.returncode < 0
        else:
            crashed = not self.stopped and self.process.returncode != 0
        if crashed or re.search("ERROR: [A-Z][a-z]+Sanitizer|runtime error:", self.said()):
            raise AssertionError(f"the proxy ended with {self.process.returncode}: {self.said()[-6000:]}")


class EndToEnd(unittest.TestCase):
    """A scratch folder and a CA for each class; proxies and upstreams end with their test."""

    @classmethod
    def setUpClass(cls):
        if not BINARY:
            raise unittest.SkipTest("TELLTALE does not name the binary")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="telltale-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.authority = UpstreamCa(cls.folder)

    def upstream(self, *names, answer=None, certificate=None):
        upstream = Upstream(certificate or (self.authority.leaf(*names) if names else None), answer)
        self.addCleanup(upstream.close)
        return upstream

    def proxy(self, *arguments, home=None, **environment):
        home = home or tempfile.mkdtemp(dir=self.folder)
        proxy = Proxy(home, *arguments, **environment)
        proxy.home = pathlib.Path(home)
        self.addCleanup(proxy.end)
        return proxy

    def proxy_for(self, host, upstream, *arguments, **keywords):
        """A proxy that intercepts `host` and sends it to that upstream."""
        return self.proxy("--intercept", host, "--resolve", f"{host}:{upstream.port}:127.0.0.1",
                          "--allow-upstream", "127.0.0.0/8",
                          "--upstream-ca", self.authority.pem, *arguments, **keywords)

    def client(self, proxy, host, port, trust=None):
        """An HTTPS connection through the proxy, trusting its CA."""
        context = ssl.create_default_context(cafile=trust or proxy.ca)
        connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, context=context, timeout=30)
        connection.set_tunnel(host, port)
        self.addCleanup(connection.close)
        return connection
