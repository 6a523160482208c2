"""`telltale doctor`: each fault set up for real, named by its row, and told by the exit code; a healthy set-up has none."""
import json
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

from harness import BINARY, EndToEnd, clean_environment

HOST = "api.anthropic.com"  # never asked: --resolve leads to a server here
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"

CLIENT = """
import os, ssl, sys, urllib.request
context = ssl.create_default_context(cafile=sys.argv[1] or None)
try:
    print(urllib.request.urlopen("https://api.example.test/v1/models", timeout=20, context=context).status)
except OSError as error:
    sys.exit(f"{error}")
"""


class Holding:
    """A proxy of plain requests that hands an answer on when it has all of it."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client:
            request = client.recv(65536).decode()
            if not request.startswith("GET http://"):
                client.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: holding\r\nContent-Length: 0\r\n\r\n")
                return
            host, _, port = request.split("/")[2].partition(":")
            with socket.create_connection((host, int(port))) as server:
                server.sendall(request.encode())
                answer = b""
                while chunk := server.recv(65536):
                    answer += chunk
            client.sendall(answer)


class Doctor(EndToEnd):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with socket.create_server(("127.0.0.1", 0)) as free:
            cls.nowhere = f"127.0.0.1:{free.getsockname()[1]}"  # nothing listens there

    def doctor(self, home, *arguments, client=(), **environment):
        """(exit code, rows by id, all output)."""
        environment.setdefault("TELLTALE_LISTEN", self.nowhere)
        behind = ["--", *client] if client else []
        done = subprocess.run([BINARY, "doctor", "--format", "json", *map(str, arguments), *behind], capture_output=True,
                              text=True, env=clean_environment(home, **environment), timeout=120, stdin=subprocess.DEVNULL)
        rows = {}
        for line in done.stdout.splitlines():
            row = json.loads(line)
            if "id" in row:
                rows.setdefault(row["id"], []).append(row)
        return done.returncode, rows, done.stdout + done.stderr

    def fresh(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.folder))

    def with_authority(self):
        """A home in which a proxy ran once."""
        home = self.fresh()
        self.proxy(home=home).stop()
        return home, home / "data/telltale/ca"

    def says(self, outcome, row, state, code=1):
        status, rows, said = outcome
        self.assertIn(state, [one["state"] for one in rows.get(row, [])], said)
        if state in ("wrong", "warn"):
            self.assertTrue(all(one["todo"] for one in rows[row] if one["state"] == state), said)
        self.assertEqual(status, code, said)

    def running(self, *arguments):
        proxy = self.proxy("--admin", "127.0.0.1:0", "--allow-upstream", "127.0.0.0/8", *arguments)
        return proxy, f"127.0.0.1:{proxy.port}"

    def test_a_healthy_set_up_has_nothing_to_mend(self):
        proxy, address = self.running()
        bundle = proxy.home / "bundle.pem"
        bundle.write_text((pathlib.Path(BUNDLE).read_text() if pathlib.Path(BUNDLE).exists() else
                           self.authority.pem.read_text()) + pathlib.Path(proxy.ca).read_text())
        status, rows, said = self.doctor(proxy.home, "--proxy", address, HTTPS_PROXY=f"http://{address}",
                                         NODE_EXTRA_CA_CERTS=proxy.ca, SSL_CERT_FILE=str(bundle))
        self.assertEqual(status, 0, said)
        self.assertEqual(rows["doctor.proxy"][0]["state"], "ok")
        self.assertEqual(rows["doctor.admin"][0]["state"], "ok", said)
        self.assertEqual(rows["doctor.stream-held"][0]["state"], "ok", said)
        self.assertIn("not looked", said)  # what cannot be looked at is said

    def test_variables(self):
        home, ca = self.with_authority()
        here, other = f"http://{self.nowhere}", "http://127.0.0.1:9"
        (home / "nothing.pem").write_text("nothing\n")
        rows = {
            "they disagree": ({"HTTPS_PROXY": here, "https_proxy": other}, "doctor.proxy-variable", "wrong"),
            "another proxy": ({"HTTPS_PROXY": other}, "doctor.proxy-variable", "wrong"),
            "ALL_PROXY alone": ({"ALL_PROXY": here}, "doctor.proxy-variable", "wrong"),
            "HTTP_PROXY elsewhere": ({"HTTP_PROXY": other}, "doctor.http-proxy-variable", "wrong"),
            "NO_PROXY for all": ({"NO_PROXY": "localhost,*"}, "doctor.no-proxy", "wrong"),
            "NO_PROXY for a domain": ({"no_proxy": ".anthropic.com"}, "doctor.no-proxy", "wrong"),
            "a file that is not there": ({"NODE_EXTRA_CA_CERTS": str(home / "gone.pem")}, "doctor.trust-file", "wrong"),
            "a file of nothing": ({"NODE_EXTRA_CA_CERTS": str(home / "nothing.pem")}, "doctor.trust-file", "wrong"),
            "another root": ({"NODE_EXTRA_CA_CERTS": str(self.authority.pem)}, "doctor.trust-file", "wrong"),
            "a bundle without it": ({"SSL_CERT_FILE": str(self.authority.pem)}, "doctor.trust-bundle", "wrong"),
            "a bundle of it alone": ({"SSL_CERT_FILE": str(ca / "ca.pem")}, "doctor.trust-bundle", "warn"),
            "no verification": ({"NODE_TLS_REJECT_UNAUTHORIZED": "0"}, "doctor.verification-off", "warn"),
        }
        for name, (variables, row, state) in rows.items():
            with self.subTest(name):
                self.says(self.doctor(home, **variables), row, state)
        self.assertEqual(self.doctor(home, NO_PROXY="localhost,127.0.0.1,example.test")[0], 0)

    def test_files(self):
        home, ca = self.with_authority()
        broken, odd = home / "broken.jsonc", home / "odd.jsonc"
        broken.write_text("{ nothing")
        odd.write_text('{"moed": "flag"}')
        bad_value = home / "value.jsonc"
        bad_value.write_text('{"listen": {"port": 70000}}')
        pack = home / "pack.jsonc"
        pack.write_text("{}")
        rows = {
            "configuration that is not there": (["--config", home / "gone"], "doctor.config", "wrong"),
            "no JSON": (["--config", broken], "doctor.config", "wrong"),
            "an unknown key": (["--config", odd], "doctor.config", "wrong"),
            "a value that cannot be": (["--config", bad_value], "doctor.config", "wrong"),
            "a pack that fails": (["--rules", pack], "doctor.rules", "wrong"),
            "danger": (["--danger-admin-anywhere"], "doctor.danger", "warn"),
            "danger, for a rule": (["--danger-strip-signed", "marker.date-line"], "doctor.danger", "warn"),
            "hosts the authority may not sign for": (["--intercept", "api.elsewhere.test"], "doctor.ca-hosts", "wrong"),
        }
        for name, (arguments, row, state) in rows.items():
            with self.subTest(name):
                self.says(self.doctor(home, *arguments), row, state)
        self.says(self.doctor(home), "doctor.ca-root-key", "note", 0)
        with self.subTest("a danger option as a variable"):
            self.says(self.doctor(home, TELLTALE_DANGER_ADMIN_ANYWHERE="1"), "doctor.danger", "warn")

    def test_what_others_can_read(self):
        for name, row in (("ca.key", "doctor.ca-permissions"), ("issuing.key", "doctor.ca-permissions"), ("", "doctor.ca-permissions")):
            with self.subTest(name or "the folder"):
                home, ca = self.with_authority()
                (ca / name).chmod(0o755 if not name else 0o644)
                self.says(self.doctor(home), row, "wrong")
        with self.subTest("captures"):
            home, _ = self.with_authority()
            captures = home / "captures.jsonl"
            captures.touch(0o644)
            captures.chmod(0o644)
            self.says(self.doctor(home, "--capture", captures), "doctor.captures", "wrong")

    def authority_of(self, begin, end):
        home = self.fresh()
        ca = home / "data/telltale/ca"
        ca.mkdir(parents=True, mode=0o700)
        sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "hostile" / "tls"))
        import certificates  # noqa: PLC0415  (the path has to be set first)
        make = certificates.Maker(home / "made")
        pem, key = make.authority(start=certificates.moment(**begin), end=certificates.moment(**end), subject="/CN=own")
        shutil.copy(pem, ca / "ca.pem")
        shutil.copy(key, ca / "ca.key")
        (ca / "ca.key").chmod(0o600)
        return home

    def test_dates_of_the_authority(self):
        rows = {"ends soon": (dict(days=-1), dict(days=10), "doctor.ca-expiring", "warn"),
                "has ended": (dict(days=-9), dict(days=-1), "doctor.ca-expiring", "wrong"),
                "not begun: the clock": (dict(days=5), dict(days=500), "doctor.clock-certificate", "wrong")}
        for name, (begin, end, row, state) in rows.items():
            with self.subTest(name):
                self.says(self.doctor(self.authority_of(begin, end)), row, state)

    def test_few_descriptors(self):
        home, _ = self.with_authority()
        done = subprocess.run(["sh", "-c", f"ulimit -n 128; exec {BINARY} doctor"], capture_output=True, text=True,
                              env=clean_environment(home), timeout=60)
        self.assertRegex(done.stdout, r"warn +doctor\.descriptors")
        self.assertEqual(done.returncode, 1)

    def test_addresses(self):
        home, _ = self.with_authority()
        other = self.upstream()
        with self.subTest("something else listens"):
            self.says(self.doctor(home, "--proxy", f"127.0.0.1:{other.port}"), "doctor.port-in-use", "wrong")
        with self.subTest("nothing listens"):
            self.says(self.doctor(home, "--proxy", self.nowhere), "doctor.proxy", "wrong")
        with self.subTest("an admin listener that is not there"):
            outcome = self.doctor(home, "--admin", self.nowhere)
            self.says(outcome, "doctor.admin", "not looked", 3)
        self.assertEqual(self.doctor(home, "--no-such-option")[0], 2)

    def test_what_clients_do(self):
        server = self.upstream(HOST)
        proxy, address = self.running("--intercept", HOST, "--resolve", f"{HOST}:{server.port}:127.0.0.1", "--upstream-ca",
                                      self.authority.pem)
        with self.subTest("a client that trusts"):
            connection = self.client(proxy, HOST, server.port)
            connection.request("GET", "/")
            self.assertEqual(connection.getresponse().status, 200)
            self.assertEqual(self.doctor(proxy.home, "--proxy", address)[0], 0)
        for name, agent, todo in (("alert", "curl/7.88.1", "--cacert"), ("alert of Codex", "codex", "CODEX_CA_CERTIFICATE")):
            with self.subTest(name):
                client = socket.create_connection(("127.0.0.1", proxy.port))
                client.sendall(f"CONNECT {HOST}:{server.port} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: {agent}\r\n\r\n".encode())
                client.recv(4096)
                with self.assertRaises(ssl.SSLError):
                    ssl.create_default_context(cafile=self.authority.pem).wrap_socket(client, server_hostname=HOST)
                proxy.wait_for("does not trust")
                outcome = self.doctor(proxy.home, "--proxy", address)
                self.says(outcome, "doctor.client-trust", "wrong")
                self.assertIn(todo, outcome[2])
                self.assertIn("unknown_ca", outcome[2])

    def test_an_api_that_is_tunnelled(self):
        server = self.upstream()
        proxy, address = self.running("--intercept", "else.example.test", "--resolve", f"{HOST}:{server.port}:127.0.0.1")
        with socket.create_connection(("127.0.0.1", proxy.port)) as client:
            client.sendall(f"CONNECT {HOST}:{server.port} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            self.assertIn(b" 200 ", client.recv(4096))
        proxy.wait_for("NOT INSPECTED")
        self.says(self.doctor(proxy.home, "--proxy", address, "--intercept", "else.example.test"), "doctor.host-tunnelled", "wrong")

    def test_another_proxy_in_the_way(self):
        server = self.upstream(HOST)  # by a root that the proxy does not know
        proxy, address = self.running("--intercept", HOST, "--resolve", f"{HOST}:{server.port}:127.0.0.1")
        with socket.create_connection(("127.0.0.1", proxy.port)) as client:
            client.sendall(f"CONNECT {HOST}:{server.port} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            self.assertIn(b" 502 ", client.recv(4096))
        outcome = self.doctor(proxy.home, "--proxy", address)
        self.says(outcome, "doctor.parent-proxy", "wrong")
        self.assertIn("--upstream-ca", outcome[2])

    def test_a_stream_that_is_held_back(self):
        home, _ = self.with_authority()
        self.says(self.doctor(home, "--proxy", Holding().address), "doctor.stream-held", "wrong")

    def test_another_authority_than_that_of_the_proxy(self):
        proxy, address = self.running()
        home, ca = self.with_authority()
        admin = proxy.wait_for(r"^admin (\S+) token=(\S+)")
        self.says(self.doctor(home, "--proxy", address, "--admin", admin.group(1), "--admin-token", admin.group(2)),
                  "doctor.proxy-root", "wrong")

    def test_a_client(self):
        home, _ = self.with_authority()
        python = [sys.executable, "-c", CLIENT]
        rows = {"trusts": ([*python, ""], "doctor.client-came", "ok", 0),
                "does not trust": ([*python, str(self.authority.pem)], "doctor.client-trust", "wrong", 1),
                "never comes": (["true"], "doctor.client-came", "wrong", 1),
                "is not there": (["telltale-no-such-client"], "doctor.client", "not looked", 3)}
        for name, (client, row, state, code) in rows.items():
            with self.subTest(name):
                self.says(self.doctor(home, client=client), row, state, code)


if __name__ == "__main__":
    unittest.main(verbosity=1)
