"""A machine that lies about the time, gives no threads, renames itself, or does not read its logs. Rows of faults_test.py."""
import datetime
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time

from faulty import Plan
from life import BINARY, HOST, Life, clean_environment

HOUR, YEAR = 3600, 365 * 24 * 3600


class Machine(Life):
    def secured(self, proxy, upstream, body="{}"):
        """The answer's body, or the name of what is wrong."""
        connection = self.client(proxy, HOST, upstream.port)
        try:
            connection.request("POST", "/v1/messages", body=body)
            return connection.getresponse().read().decode()
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
        except OSError as error:  # the CONNECT was refused
            return str(error)

    # --- time ---

    def test_the_clock_jumps_while_running(self):
        upstream = self.upstream(HOST)
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        plan, captures = Plan(home), home / "captures.jsonl"
        proxy = self.proxy_for(HOST, upstream, "--no-baselines", "--capture", captures, home=home, **plan.with_plan())
        kept_alive = self.client(proxy, HOST, upstream.port)
        seen = []
        for hours in (0, 1, -1, 12, -12, 0):
            plan.set(clock_seconds=hours * HOUR)
            with self.subTest(hours=hours):
                self.assertEqual(self.secured(proxy, upstream), "{}")  # another connection, another look at certificates
                kept_alive.request("POST", "/v1/messages", body="{}")  # and one that no deadline has ended
                self.assertEqual(kept_alive.getresponse().read(), b"{}")
                seen.append((time.time() + hours * HOUR, proxy))
        self.assertEqual(proxy.stop(), 0)
        records = [json.loads(line) for line in captures.read_text().splitlines()]
        self.assertEqual(len({record["id"] for record in records}), 12)
        for number, record in enumerate(records):
            told = datetime.datetime.fromisoformat(record["time"].replace("Z", "+00:00")).timestamp()
            self.assertLess(abs(told - seen[number // 2][0]), 60)
            self.assertLess(record["response"]["time_ms"]["total"], 60_000)
            self.assertGreaterEqual(record["response"]["time_ms"]["total"], record["response"]["time_ms"]["first_byte"])

    def test_a_clock_that_is_wrong_by_years_is_named_and_leaves_nothing_behind(self):
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        plan = Plan(home)
        for years, code in ((1, "upstream-certificate-expired"), (-1, "upstream-certificate-not-yet-valid")):
            with self.subTest(years=years):
                upstream = self.upstream(HOST)
                proxy = self.proxy_for(HOST, upstream, "--no-store", home=home, **plan.with_plan())
                plan.set(clock_seconds=years * YEAR)
                self.assertIn("502", self.secured(proxy, upstream))
                proxy.wait_for(code)
                plan.set(clock_seconds=0)
                self.assertEqual(self.secured(proxy, upstream), "{}")
        plan.set(clock_seconds=30 * HOUR)  # a leaf made now would not be valid yet for its clients
        upstream_long = self.upstream(certificate=self.authority.leaf(HOST, days="9"))
        other = self.proxy_for(HOST, upstream_long, "--no-store", home=home, **plan.with_plan())
        self.assertIn("not yet valid", self.secured(other, upstream_long))
        plan.set(clock_seconds=0)
        self.assertEqual(self.secured(other, upstream_long), "{}")

    def test_deadlines_do_not_hear_of_the_clock(self):
        """A request head has ten seconds, draining one: an hour ahead does not end the first, an hour back not lengthen the second."""
        release = threading.Event()
        self.addCleanup(release.set)
        upstream = self.slow(release)
        plan = Plan(self.folder)
        proxy = self.start(upstream, "--no-store", "--drain-time", "1", **plan.with_plan())
        request = b"GET http://%s:%d/ HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (HOST.encode(), upstream.port, HOST.encode(), upstream.port)
        for hours in (1, -1):
            client = self.raw(proxy, request[:20])
            plan.set(clock_seconds=hours * HOUR)
            time.sleep(0.3)
            client.sendall(request[20:])
            self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 200 "))
        began = time.monotonic()
        proxy.process.send_signal(signal.SIGTERM)
        proxy.wait_for("finishing what is in flight")
        plan.set(clock_seconds=-1000 * HOUR)
        self.assertEqual(proxy.process.wait(30), 0)
        self.assertGreater(time.monotonic() - began, 0.9)

    def test_zones_and_their_changes_are_nothing_to_records(self):
        """Europe's summer time ends at 2026-10-25T01:00Z and begins at 2027-03-28T01:00Z; the offsets of the others are odd."""
        upstream = self.upstream()
        changes = ("2026-10-25T00:59:59+00:00", "2027-03-28T00:59:59+00:00", "2016-12-31T23:59:59+00:00")
        for zone, change in zip(("Europe/Berlin", "America/St_Johns", ":/nowhere"), changes):
            with self.subTest(zone):
                home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
                plan, captures = Plan(home), home / "captures.jsonl"
                at = datetime.datetime.fromisoformat(change).timestamp()
                plan.set(clock_seconds=int(at - time.time()))
                began = time.time()
                proxy = self.start(upstream, "--capture", captures, home=home, TZ=zone, **plan.with_plan())
                self.post(proxy, upstream, "{}")
                self.assertEqual(proxy.stop(), 0)
                record = json.loads(captures.read_text())
                self.assertTrue(record["time"].endswith("Z"))
                told = datetime.datetime.fromisoformat(record["time"].replace("Z", "+00:00")).timestamp()
                self.assertLess(abs(told - at - (time.time() - began) / 2), 30, (zone, change))

    # --- names ---

    def test_the_host_is_renamed(self):
        if subprocess.run(["unshare", "-ru", "true"], stderr=subprocess.DEVNULL).returncode:
            self.skipTest("skipped: no namespace can be made here")
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        captures = home / "captures.jsonl"
        proxy = self.start(upstream, "--capture", captures, home=home, before=["unshare", "-ru"])
        self.post(proxy, upstream, "{}")
        name = "renamed-" + "x" * 40
        subprocess.run(["nsenter", "-t", str(proxy.process.pid), "-U", "-u", "--preserve-credentials", "hostname", name], check=True)
        self.assertEqual(self.post(proxy, upstream, "{}")[0], 200)
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("rules reloaded")
        self.assertEqual(self.post(proxy, upstream, "{}")[0], 200)
        self.assertEqual(proxy.stop(), 0)
        self.assertEqual(len(captures.read_text().splitlines()), 3)
        self.assertNotIn("renamed", captures.read_text() + proxy.said())

    def test_no_thread_for_a_name(self):
        upstream = self.upstream()
        plan = Plan(self.folder)
        proxy = self.start(upstream, "--no-store", **plan.with_plan())
        plan.set(no_threads=1)
        ask = b"GET http://nowhere.invalid:%d/ HTTP/1.1\r\nHost: nowhere.invalid:%d\r\n\r\n" % (upstream.port, upstream.port)
        began = time.monotonic()
        said = self.raw(proxy, ask).recv(65536)
        self.assertLess(time.monotonic() - began, 5)
        self.assertRegex(said.decode(), r'^HTTP/1.1 503 [\s\S]*"resolver-busy"')
        self.assertEqual(self.post(proxy, upstream, "{}")[0], 200)  # what needs no thread goes on
        plan.set(no_threads=0)
        self.assertRegex(self.raw(proxy, ask).recv(65536).decode(), r'^HTTP/1.1 50\d [\s\S]*"upstream-(unresolvable|connect-timeout)"')
        plan.set(no_threads=1)
        self.assertEqual(proxy.stop(), 0)  # draining has no thread either

    def test_names_that_nobody_knows_or_late(self):
        """A name server that is down, denies, fails, is slow, or lists 512 addresses: others go on meanwhile, and afterwards all is well."""
        upstream = self.upstream()
        plan = Plan(self.folder)
        proxy = self.start(upstream, "--no-store", "--allow-upstream", "::1/128", **plan.with_plan())

        def ask():
            name = b"somebody.test:%d" % upstream.port
            return self.raw(proxy, b"GET http://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n" % (name, name)).recv(65536).decode()
        for error, said in ((socket.EAI_NONAME, "not known"), (socket.EAI_AGAIN, "[Tt]emporary"), (socket.EAI_FAIL, "[Nn]on-recoverable")):
            plan.set(names_error=error)
            self.assertRegex(ask(), rf'^HTTP/1.1 502 [\s\S]*"upstream-unresolvable".*{said}')
        plan.set(names_error=0, names_many=512)
        self.assertTrue(ask().startswith("HTTP/1.1 200 "))  # nobody is at ::1
        plan.set(names_ms=3000)
        waiting = threading.Thread(target=ask)
        waiting.start()
        time.sleep(0.1)
        began = time.monotonic()
        self.assertEqual(self.post(proxy, upstream, "{}")[0], 200)
        self.assertLess(time.monotonic() - began, 2.5)
        waiting.join(30)
        plan.set(names_ms=0)
        self.assertTrue(ask().startswith("HTTP/1.1 200 "))

    def test_a_parent_proxy_is_asked_nothing(self):
        """There is no option for one, so one that is down can do no harm: variables for clients are not for us."""
        upstream = self.upstream()
        dead = "http://127.0.0.1:9"
        proxy = self.start(upstream, "--no-store", **{name: dead for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")})
        self.assertEqual(self.post(proxy, upstream, "{}")[:2], (200, b"{}"))

    # --- processes ---

    def test_the_client_of_run_is_killed(self):
        """As the kernel does when memory is out. Its status is told as a shell tells it, and what was seen is still shown."""
        home = tempfile.mkdtemp(dir=self.folder)
        ran = subprocess.run([BINARY, "run", "--mock", "--save", home + "/run.jsonl", "--", "sh", "-c", "kill -9 $$"], env=clean_environment(home),
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertEqual(ran.returncode, 128 + signal.SIGKILL, ran.stderr)

    def test_logs_that_nobody_reads(self):
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        captures = home / "captures.jsonl"
        ours, theirs = os.pipe()
        process = subprocess.Popen(
            [BINARY, "proxy", "--listen", "127.0.0.1:0", "--intercept", HOST, "--resolve", f"{HOST}:{upstream.port}:127.0.0.1",
             "--allow-upstream", "127.0.0.0/8", "--no-baselines", "--capture", str(captures)],
            env=clean_environment(home), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
        self.addCleanup(process.kill)
        os.close(theirs)
        said = b""
        while b"\nready " not in said:
            said += os.read(ours, 65536)
        port = int(re.search(rb"\nready \S+:(\d+) ", said).group(1))
        proxy = type("Deaf", (), {"port": port})()
        for number in range(600):  # some 100 bytes of log each; a pipe holds 64 KiB
            client = self.raw(proxy, b"CONNECT 10.0.%d.%d:443 HTTP/1.1\r\nHost: 10.0.%d.%d:443\r\n\r\n" % (divmod(number, 250) * 2))
            self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 403 "))
            client.close()
        began = time.monotonic()
        for number in range(50):
            self.assertEqual(self.post(proxy, upstream, '{"n":%d}' % number)[0], 200)
        self.assertLess(time.monotonic() - began, 10)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 0)
        self.assertEqual(len(captures.read_text().splitlines()), 50)
        os.close(ours)

    # --- rules ---

    def test_a_huge_rule_file_and_a_costly_pattern(self):
        upstream = self.upstream()
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        rule = ('{{"id":"own.r{0}","summary":"s","why":"w","source":"own","severity":"low","action":"flag","where":{{"kind":["user_text"],'
                '"client_places":false}},"match":{{"pattern":"(?P<value>{1})","needs":["{3}"]}},"hits":[{{"kind":"user_text","text":"{2}"}}],'
                '"misses":[{{"kind":"user_text","text":"b"}}]}}')
        pack = home / "own.jsonc"

        def write(rules):
            pack.write_text('{"pack":"own","rules":[' + ",".join(rules) + "]}")
        write(rule.format(n, f"literal{n}", f"literal{n}", f"literal{n}") for n in range(100_000))
        began = time.monotonic()
        with self.assertRaisesRegex(AssertionError, r"own\.jsonc"):  # said, by the file's name, and no start
            self.start(upstream, "--no-store", "--rules", pack, home=home)
        self.assertLess(time.monotonic() - began, 25)
        costly = ("(?:a+)+aaaaaaa$", "(?:a|aa)+aaaaaaab?$", "aaaaaaa(?:.*.*)+!!")
        write(rule.format(n, pattern, "a" * 9 + "!!" * (n == 2), "aaaaaaa") for n, pattern in enumerate(costly))
        proxy = self.start(upstream, "--no-store", "--rules", pack, home=home)
        began = time.monotonic()
        text = json.dumps({"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "a" * 200_000 + "!"}]})
        self.assertEqual(self.post(proxy, upstream, text)[0], 200)
        self.assertLess(time.monotonic() - began, 10)

    # --- clients that break off ---

    def test_a_storm_of_resets(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream, "--no-store", "--no-baselines")
        hello = b"\x16\x03\x01\x02\x00\x01"
        connect = b"CONNECT %s:%d HTTP/1.1\r\nHost: %s\r\n\r\n" % (HOST.encode(), upstream.port, HOST.encode())
        self.assertEqual(self.secured(proxy, upstream), "{}")
        before = len(os.listdir(f"/proc/{proxy.process.pid}/fd"))
        for number in range(300):
            client = socket.create_connection(("127.0.0.1", proxy.port), timeout=30)
            client.sendall((b"", connect[:9], connect, connect + hello)[number % 4])
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        self.assertEqual(self.secured(proxy, upstream), "{}")
        end = time.monotonic() + 20
        while (now := len(os.listdir(f"/proc/{proxy.process.pid}/fd"))) > before + 4 and time.monotonic() < end:
            time.sleep(0.05)
        self.assertLessEqual(now, before + 4)
        self.assertEqual(proxy.stop(), 0)
