"""Where the proxy connects to. It runs in a network namespace whose every route leads to a neighbour that answers at any
address, so that a connection that is made is seen, whatever the client is told; names come from a server of the test's
own. Matrix: this host in all spellings, metadata, private ranges, own listeners, rebinding, loops, ports."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

if __name__ == "__main__" and "TELLTALE_NAMESPACE" not in os.environ:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rnm", "true"], stderr=subprocess.DEVNULL).returncode:
        print("skipped: no network namespace can be made here")
        sys.exit(77)
    os.environ["TELLTALE_NAMESPACE"] = "1"
    os.execvp("unshare", ["unshare", "-rnm", sys.executable, "-B", *sys.argv])

import unittest  # noqa: E402  (nothing of this is needed outside)

import neighbour  # noqa: E402
from egress_network import OWN, Network  # noqa: E402
from rig import HostileHttp, rest_of  # noqa: E402

THIS_HOST = """
    127.0.0.1 127.1.2.3 127.255.255.254 localhost LOCALHOST localhost. 0.0.0.0 0.1.2.3 [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1]
    [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [::ffff:0:7f00:1] [2606:4700::5efe:7f00:1]
    2130706433 0x7f.1 0x7f000001 0x7F.0.0.1 0177.0.0.1 017700000001 127.1 127.0.1 127.0.0.1. %31%32%37.0.0.1 127.0.0.1%00.test
    \u2460\u2461\u2466.0.0.1 \uff11\uff12\uff17.0.0.1 127\u30020\u30020\u30021 [::1%25lo] [::1%lo] [::1 OWN [::ffff:OWN] [2001:db8::1]
    home.test home6.test mapped.test 192.0.2.77 [2606:4700::77]
""".replace("OWN", OWN).split()
METADATA = """
    169.254.169.254 [fd00:ec2::254] 100.100.100.200 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] 168.63.129.16 192.0.0.192 2852039166
    0xa9fea9fe 0251.0376.0251.0376 169.254.43518 169.254.170.2 [64:ff9b::a9fe:a9fe] [2002:a9fe:a9fe::] [::169.254.169.254] meta.test
""".split()
PRIVATE = """
    10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.0.1 192.168.255.254 100.64.0.1 100.127.255.254 169.254.0.1 198.18.0.2
    224.0.0.1 240.0.0.1 255.255.255.255 [fe80::1] [fc00::1] [fdff::1] [fec0::1] [ff02::1] [::ffff:10.0.0.1] [64:ff9b::a00:1]
    [64:ff9b:1:a00:0:100::] [2002:a00:1::1] [2001:0:a00:1::f5ff:fffe] [::10.0.0.1] [100::1] private.test mixed.test several.test
""".split()
PUBLIC = """
    1.1.1.1 172.32.0.1 100.128.0.1 192.167.255.255 [2606:4700::1111] [::ffff:1.1.1.1] public.test PUBLIC.test.
""".split()


class Egress(HostileHttp):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not hasattr(Egress, "network"):
            Egress.network = Network()

    def ask(self, proxy, raw, port=None):
        with socket.create_connection(("127.0.0.1", port or proxy.port), timeout=30) as client:
            client.sendall(raw)
            if raw.startswith(b"CONNECT"):
                return client.recv(65536).decode("latin-1")
            client.shutdown(socket.SHUT_WR)
            return rest_of(client)[0].decode("latin-1")

    @staticmethod
    def both(host, port):
        target = f"{host}:{port}"
        return {
            "CONNECT": f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode(),
            "GET": f"GET http://{target}/ HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n".encode(),
        }

    def refused(self, proxy, host, ports, status="400|403"):
        for port in ports:
            for raw in self.both(host, port).values():
                said = self.ask(proxy, raw)
                self.assertEqual(self.network.connections(), [], "connected")
                self.assertRegex(said, rf"^HTTP/1.1 ({status}) ")

    def test_what_is_not_public_is_not_reached(self):
        proxy = self.proxy("--no-store")
        for name, hosts in (("this host", THIS_HOST), ("metadata", METADATA), ("private", PRIVATE)):
            self.group(f"egress, {name}", dict.fromkeys(hosts), lambda host, _: self.refused(proxy, host, (80, 443, 8080)))

    def test_the_rig_sees_connections(self):
        """Public addresses are reached; so is everything by somebody who just connects."""
        proxy = self.proxy("--no-store")

        def check(host, _):
            for raw in self.both(host, 8080).values():
                self.assertRegex(self.ask(proxy, raw), r"^HTTP/1.1 200 ")
                self.assertTrue(self.network.wait(1))
                self.assertRegex(self.network.connections()[0], "^far ")

        self.group("egress, public is reached", dict.fromkeys(PUBLIC), check)

        def directly(host, _):
            with socket.create_connection((host, 8080), timeout=10):
                self.assertTrue(self.network.wait(1))
            self.network.connections()

        self.group(
            "egress, reached without the proxy",
            dict.fromkeys(
                (
                    "127.0.0.1",
                    "127.1",
                    "0x7f.1",
                    "2130706433",
                    "0.0.0.0",
                    "::1",
                    "::ffff:127.0.0.1",
                    "10.0.0.1",
                    "169.254.169.254",
                    "fd00:ec2::254",
                    "64:ff9b::7f00:1",
                    "home.test",
                    OWN,
                )
            ),
            directly,
        )

    def test_what_is_opened_is_reached_and_nothing_else(self):
        proxy = self.proxy("--no-store", "--allow-upstream", "10.0.0.0/8", "--allow-upstream", "fd00:1::/32")
        for host in ("10.0.0.1", "[::ffff:10.0.0.1]", "[fd00:1::1]", "private.test"):
            with self.subTest(host):
                self.assertRegex(self.ask(proxy, self.both(host, 8080)["GET"]), r"^HTTP/1.1 200 ")
                self.assertTrue(self.network.wait(1))
                self.network.connections()
        self.group(
            "egress, not opened",
            dict.fromkeys(("127.0.0.1", "11.0.0.1.test", "172.16.0.1", "[fd00:2::1]", "169.254.169.254")),
            lambda host, _: self.refused(proxy, host, (8080,), "403|502"),
        )

    def test_ports_of_other_protocols(self):
        proxy = self.proxy("--no-store", "--allow-upstream", "0.0.0.0/0")
        self.group(
            "egress, ports",
            {f"{host}:{port}": (host, port) for host in ("1.1.1.1", "127.0.0.1", "public.test") for port in (22, 25, 6667)},
            lambda _, row: self.refused(proxy, row[0], row[1:], "403"),
        )

    def test_own_listeners_are_not_reached_even_where_all_is_open(self):
        for listen, hosts in (
            (
                "127.0.0.1:0",
                (
                    "127.0.0.1",
                    "localhost",
                    "LOCALHOST.",
                    "[::ffff:127.0.0.1]",
                    "0.0.0.0",
                    "home.test",
                    "mapped.test",
                    "[64:ff9b::7f00:1]",
                    "[::]",
                ),
            ),
            ("0.0.0.0:0", ("127.0.0.1", "127.9.9.9", "0.0.0.0", OWN, f"[::ffff:{OWN}]", "192.0.2.77", "home.test", "[::ffff:127.0.0.1]")),
        ):
            proxy = self.proxy(
                "--no-store",
                "--listen",
                listen,
                "--admin",
                "127.0.0.1:0",
                "--allow-upstream",
                "0.0.0.0/0",
                "--allow-upstream",
                "::/0",
                "--resolve",
                "far.test:443:127.0.0.1",
            )
            admin = int(proxy.wait_for(r"^admin \S+:(\d+)").group(1))

            def check(host, port):
                for raw in self.both(host.split(" ")[0], port).values():
                    self.assertRegex(self.ask(proxy, raw), r'^HTTP/1.1 508 [\s\S]*"upstream-loop"')

            rows = {f"{host} {what}": port for host in hosts for what, port in (("proxy", proxy.port),)}
            self.group(f"egress, own listener on {listen}", rows, check)
            at_admin = ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "home.test", "mapped.test")
            self.group("egress, own admin listener", {f"{host} admin": admin for host in at_admin}, check)

    def test_a_name_that_moves_is_judged_at_every_connection(self):
        proxy = self.proxy("--no-store")

        def moves(name, _):
            self.assertRegex(self.ask(proxy, self.both(name, 8080)["GET"]), r"^HTTP/1.1 200 ")
            self.assertTrue(self.network.wait(1))
            self.assertRegex(self.network.connections()[0], "^far ")
            for raw in self.both(name, 8080).values():
                self.assertRegex(self.ask(proxy, raw), r'^HTTP/1.1 403 [\s\S]*"upstream-address-forbidden"')
            self.assertEqual(self.network.connections(), [])

        self.group("egress, rebinding", dict.fromkeys(("flip.test", "flip-private.test", "flip6.test")), moves)

        rows = dict.fromkeys(("both.test", "first-public.test", "several.test", "mixed.test"))
        self.group("egress, names of several addresses", rows, lambda host, _: self.refused(proxy, host, (8080,), "403"))

    def test_a_retry_is_judged_too(self):
        """The kept connection ends with the second request; the name has moved by then."""
        proxy = self.proxy("--no-store")
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as client:
            request = b"GET http://retry.test:8080/ HTTP/1.1\r\nHost: retry.test\r\n\r\n"
            client.sendall(request)
            said = b""
            while not said.endswith(b"reached"):
                said += client.recv(65536)
            client.sendall(request)
            self.assertRegex(client.recv(65536), rb'^HTTP/1.1 403 [\s\S]*"upstream-address-forbidden"')
        self.assertEqual([line.split()[0] for line in self.network.connections()], ["far"])

    def test_host_does_not_lead_home(self):
        proxy = self.proxy("--no-store")
        said = self.ask(proxy, b"GET http://1.1.1.1:8080/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        self.assertRegex(said, "^HTTP/1.1 200 ")
        self.assertTrue(self.network.wait(1))
        self.assertRegex(self.network.connections()[0], "^far ")
        self.assertRegex(self.ask(proxy, b"CONNECT 1.1.1.1:8080 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"), "^HTTP/1.1 421 ")
        self.assertEqual(self.network.connections(), [])

    def test_circles_are_found_at_once(self):
        seen = []

        def serve(listener):
            while True:
                connection, _ = listener.accept()
                seen.append(connection.recv(65536))
                connection.sendall(neighbour.ANSWER.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"))
                connection.close()

        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        first = self.proxy("--no-store", "--allow-upstream", "127.0.0.0/8", "--resolve", f"spy.test:{listener.getsockname()[1]}:127.0.0.1")
        spy = b"GET http://spy.test:%d/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" % listener.getsockname()[1]
        self.assertRegex(self.ask(first, spy + b"\r\n"), "^HTTP/1.1 200 ")
        via = re.search(rb"\r\n(Via: .*)\r\n", seen.pop())[1]
        name = via.split(b" ")[2]
        rows = {
            "own Via": via,
            "in a list": b"Via: 1.0 a, 1.1 %s, 1.1 b" % name,
            "with a comment": b"Via: 1.1 %s (x, y)" % name,
            "on the second line": b"Via: 1.1 a\r\nVia: HTTP/1.1 %s" % name,
            "in lower case": via.lower(),
        }

        def found(_, line):
            begun = time.monotonic()
            self.assertRegex(self.ask(first, spy + line + b"\r\n\r\n"), r'^HTTP/1.1 508 [\s\S]*"upstream-loop"')
            self.assertLess(time.monotonic() - begun, 1)
            self.assertEqual(seen, [])

        self.group("egress, loops by Via", rows, found)
        self.assertRegex(self.ask(first, spy + b"Via: 1.1 other\r\n\r\n"), "^HTTP/1.1 200 ")

        # A ring: each takes the other for the server of that name.
        port = socket.create_server(("127.0.0.1", 0))
        second_port = port.getsockname()[1]
        port.close()
        ring = self.proxy("--no-store", "--allow-upstream", "127.0.0.0/8", "--resolve", f"ring.test:{second_port}:127.0.0.1")
        self.proxy(
            "--no-store",
            "--listen",
            f"127.0.0.1:{second_port}",
            "--allow-upstream",
            "127.0.0.0/8",
            "--resolve",
            f"ring.test:{second_port}:127.0.0.1",
            "--resolve",
            f"back.test:{ring.port}:127.0.0.1",
        )
        begun = time.monotonic()
        self.assertRegex(
            self.ask(ring, b"GET http://ring.test:%d/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % second_port), "^HTTP/1.1 508 "
        )
        self.assertLess(time.monotonic() - begun, 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
