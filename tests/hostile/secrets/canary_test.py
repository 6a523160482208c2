"""Canaries: a secret in each carrier, then a search of every place that Telltale writes, answers or shows, for the secret
itself and for its base64, hex and percent forms. A place counts only if it was shown to hold what was sent there."""
import base64
import gzip
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from harness import BINARY, EndToEnd, clean_environment  # noqa: E402

import carriers as canaries  # noqa: E402

HOST = "api.example.test"
SENDER = pathlib.Path(__file__).resolve().parent / "carriers.py"


def opened(blob):
    """The blob, and what base64 strings in it hold, unpacked: a coded body is no hiding place."""
    out = [blob]
    for text in re.findall(rb"[A-Za-z0-9+/]{40,}={0,2}", blob):
        try:
            data = base64.b64decode(text, validate=True)
            out += [data, gzip.decompress(data) if data.startswith(b"\x1f\x8b") else b""]
        except (ValueError, OSError, EOFError):
            pass
    return b"\n".join(out)


def echo(received, write):
    """Repeats the whole request in the body, sets a cookie, and sends the client on, as careless servers do."""
    path = received.head.split(b" ")[1]
    secret = canaries.secret_of("set-cookie").encode()
    cookie = b"Set-Cookie: sid=" + secret + b"; Path=/\r\n" if b"set-cookie" in path else b""
    body = b"you sent: " + received.head + received.body
    write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + cookie + b"Location: /again?" + path.partition(b"?")[2] +
          b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


class Canaries(EndToEnd):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carriers = canaries.carriers()
        cls.places = {}  # name: (bytes, what shows that it is the right place)
        cls.home = pathlib.Path(tempfile.mkdtemp(dir=cls.folder))

    def place(self, name, blob, sign):
        self.places[name] = (opened(blob), sign)

    def process_places(self, name, proxy):
        files = pathlib.Path("/proc") / str(proxy.process.pid)
        self.place(name + " arguments", (files / "cmdline").read_bytes(), b"proxy")
        self.place(name + " variables", (files / "environ").read_bytes(), b"HOME=")
        limits = (files / "limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 ")

    def admin(self, proxy, path, data=None):
        host, token = proxy.admin.group(1), pathlib.Path(proxy.admin.group(2)).read_text().strip()
        connection = canaries.http.client.HTTPConnection(host, timeout=20)
        headers = {"Authorization": "Bearer " + token, "Content-Type": "text/plain"}
        connection.request("POST" if data else "GET", path, body=data, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return str(answer.headers).encode() + text

    def follow(self, proxy):
        """What the findings stream said, from now on."""
        host, token = proxy.admin.group(1), pathlib.Path(proxy.admin.group(2)).read_text().strip()
        name, port = host.rsplit(":", 1)
        stream = socket.create_connection((name, int(port)), timeout=20)
        stream.sendall(f"GET /v1/findings HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        heard = [stream.recv(65536)]

        def listen():
            try:
                while chunk := stream.recv(65536):
                    heard.append(chunk)
            except OSError:
                pass
        threading.Thread(target=listen, daemon=True).start()
        self.addCleanup(stream.close)
        return heard

    def refusals(self, proxy, port):
        """Answers to what is refused: two lengths, user information, a host that is not there, a foreign Host."""
        out = []
        for carrier in self.carriers.values():
            head = "".join(f"{k}: {v}\r\n" for k, v in carrier.headers)
            for line in (f"GET http://user:{carrier.secret}@{HOST}/ HTTP/1.1\r\nHost: {HOST}",
                         f"CONNECT user:{carrier.secret}@{HOST}:443 HTTP/1.1\r\nHost: {HOST}:443",
                         f"POST http://{HOST}:{port}{carrier.path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1\r\nContent-Length: 2",
                         f"GET http://nowhere.invalid{carrier.path} HTTP/1.1\r\nHost: nowhere.invalid",
                         f"GET /{carrier.path} HTTP/1.1\r\nHost: {carrier.secret}@x"):
                with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as client:
                    client.sendall((line + "\r\n" + head + "\r\n").encode())
                    while chunk := client.recv(65536):
                        out.append(chunk)
        return b"".join(out)

    def fill_live(self):
        upstream = self.upstream(HOST, answer=echo)
        texts = {"text": self.proxy_for(HOST, upstream, "--admin", "127.0.0.1:0", home=self.home),
                 "json": self.proxy_for(HOST, upstream, "--format", "json", "--capture", self.folder / "capture.jsonl")}
        watched = texts["text"]
        watched.admin = watched.wait_for(r"^admin (\S+) token=(.*)$")
        heard = self.follow(watched)
        typed = b"".join(self.admin(watched, "/v1/typed", f"use Bearer {c.secret} now".encode()) for c in self.carriers.values())
        for carrier in self.carriers.values():
            for name, proxy in texts.items():
                for coded in (False, True):
                    status, _ = canaries.send(proxy.port, HOST, upstream.port, proxy.ca, carrier, coded)
                    self.assertEqual(status, 200, name)
        self.place("error pages", self.refusals(watched, upstream.port), b'"code":"')
        self.place("answer to a prompt", typed, b"cache-control")
        self.place("metrics", self.admin(watched, "/metrics"), b"telltale_exchanges_total")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.admin(watched, "/v1/exchanges").count(b"\n{") < 2 * len(self.carriers) - 1:
            time.sleep(0.1)
        self.place("list of exchanges", self.admin(watched, "/v1/exchanges"), b"/v1/messages")
        for name, proxy in texts.items():
            self.process_places(name + " proxy's", proxy)
        for name, proxy in texts.items():
            self.assertEqual(proxy.stop(), 0)
            self.place(name + " lines of the proxy", proxy.said().encode(), b"exchanges inspected")
        self.place("findings stream", b"".join(heard), b'data: {"exchange"')
        self.place("named capture", (self.folder / "capture.jsonl").read_bytes(), b"tag-multipart")

    def run_with(self, name, *options):
        done = subprocess.run([BINARY, "run", "--mock", *map(str, options), "--", sys.executable, str(SENDER), HOST],
                              env=clean_environment(self.home), capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout + done.stderr

    def fill_run(self):
        save, received, report = (self.home / n for n in ("run.jsonl", "received.jsonl", "report.json"))
        said = self.run_with("run", "--save", save, "--mock-received", received)
        self.place("report of run", said, b"findings")
        self.run_with("run", "--format", "json", "--output", report)
        self.place("report of run as JSON", report.read_bytes(), b"findings")
        self.place("capture of run", save.read_bytes(), b"tag-multipart")
        self.place("what the mock received", received.read_bytes(), b"tag-multipart")

    def fill_replay(self):
        """A capture as another tool might have written it: nothing in it is masked."""
        raw = self.folder / "raw.jsonl"
        with raw.open("w") as out:
            for number, carrier in enumerate(self.carriers.values()):
                line = {"telltale": 1, "id": f"01RAW{number}", "time": "2026-01-01T00:00:00.000Z", "flow": {},
                        "request": {"method": "POST", "url": f"https://{HOST}{carrier.path}", "http": "1.1",
                                    "headers": [["Host", HOST], *map(list, carrier.headers)], "body": carrier.body.decode(),
                                    "coding": None, "trailers": []},
                        "response": {"status": 200, "headers": [["Set-Cookie", "sid=" + carrier.secret]],
                                     "body": "sent " + carrier.secret, "coding": None, "time_ms": {}},
                        "typed": [], "environment": {}}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
        rows = {"replay": ["replay"], "replay as JSON": ["replay", "--format", "json", "--segments"],
                "replay that strips": ["replay", "--strip-to", self.home / "stripped.jsonl"],
                "sweep": ["sweep", "analyse"], "sweep as JSON": ["sweep", "analyse", "--format", "json"]}
        for name, (verb, *options) in rows.items():
            words = [BINARY, verb, *map(str, options), str(raw)]
            done = subprocess.run(words, env=clean_environment(self.home), capture_output=True, timeout=120)
            self.place(name, done.stdout + done.stderr, b"01RAW" if verb == "replay" else b"")
        self.place("stripped capture", (self.home / "stripped.jsonl").read_bytes(), b"tag-json")
        self.raw = raw.read_bytes()

    def fill_files(self):
        """Whatever else lies under the home folder: the store, baselines, keys, temporary files."""
        for path in sorted(p for p in self.home.rglob("*") if p.is_file()):
            name = str(path.relative_to(self.home))
            sign = b"tag-json" if "captures" in name else b"telltale_baselines" if name.endswith("baselines.jsonl") else b""
            name = re.sub(r"telltale-\w+-\d+", "telltale", name)
            self.place("file " + name, path.read_bytes(), sign)
        self.assertEqual([p for p in self.home.rglob("core*")], [])

    def test_no_secret_anywhere(self):
        self.fill_live()
        self.fill_run()
        self.fill_replay()
        self.fill_files()
        for carrier in self.carriers.values():  # the search finds what is there, in each form
            self.assertTrue(canaries.found_in(self.raw, carrier.secret), carrier.name)
            for form, text in canaries.forms(carrier.secret).items():
                self.assertIn(form, canaries.found_in(b"before" + text + b"behind", carrier.secret))
        for data in (b"", b"x", b"xy"):
            coded = base64.b64encode(data + self.carriers["json"].secret.encode() + b"tail")
            self.assertTrue(canaries.found_in(coded, self.carriers["json"].secret))
        clean = cells = 0
        for place, (blob, sign) in self.places.items():
            with self.subTest(place):
                self.assertIn(sign, blob, "nothing was sent there")
            for carrier in self.carriers.values():
                cells += 1
                with self.subTest(place=place, carrier=carrier.name):
                    self.assertEqual(canaries.found_in(blob, carrier.secret), [], self.near(blob, carrier.secret))
                    clean += 1
        print(f"carriers {len(self.carriers)}, places {len(self.places)}: {clean} of {cells} without the secret", flush=True)

    @staticmethod
    def near(blob, secret):
        at = blob.find(secret.encode())
        return blob[max(0, at - 150):at + 60] if at >= 0 else b"in a coded form"


if __name__ == "__main__":
    unittest.main(verbosity=1)
