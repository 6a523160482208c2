"""`telltale proxy` end to end: real curl and Python clients, a real TLS upstream, the built binary."""
import base64
import gzip
import json
import os
import queue
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import threading
import unittest

from harness import BINARY, SOURCE, EndToEnd, clean_environment

HOST = "gateway.example.test"
MARKED = "Today\u02bcs date is 2026/06/30."
CLEAN = "Today's date is 2026-06-30."


def claude_body(date_line, prompt="Say hello zebra42"):
    reminder = f"<system-reminder>\nAs you answer, use this context:\n# currentDate\n{date_line}\n</system-reminder>\n"
    return json.dumps({"model": "claude-sonnet-4-5", "max_tokens": 1024, "stream": False,
                       "system": [{"type": "text", "text": "You are a coding assistant."}],
                       "messages": [{"role": "user", "content": [{"type": "text", "text": reminder},
                                                                 {"type": "text", "text": prompt}]}]},
                      ensure_ascii=False).encode()


def headers(body, **more):
    return {"Content-Type": "application/json", "User-Agent": "claude-cli/2.1.196 (external, sdk-cli)",
            "x-api-key": "sk-ant-test-canary-0123456789abcdef", "anthropic-version": "2023-06-01",
            "Content-Length": str(len(body)), **more}


def captures(path):
    files = [path] if path.is_file() else sorted(path.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


class Intercept(EndToEnd):
    def post(self, connection, body, path="/v1/messages?beta=true", **more):
        connection.request("POST", path, body=body, headers=headers(body, **more))
        response = connection.getresponse()
        return response, response.read()

    def test_a_clean_request_reaches_the_upstream_byte_for_byte(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        raw = (b"POST /v1/messages HTTP/1.1\r\nhOsT: %s:%d\r\nX-Two: b\r\nx-one:   a  \r\nX-Two: c\r\n"
               b"Content-Length: %d\r\n\r\n" % (HOST.encode(), upstream.port, len(claude_body(CLEAN))))
        connection = self.client(proxy, HOST, upstream.port)
        connection.connect()
        connection.sock.sendall(raw + claude_body(CLEAN))
        received = upstream.next_request()
        self.assertEqual(received.head, raw)
        self.assertEqual(received.body, claude_body(CLEAN))

    def test_the_marker_is_found_said_recorded_and_explained(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        response, _ = self.post(self.client(proxy, HOST, upstream.port), claude_body(MARKED))
        self.assertEqual(response.status, 200)
        self.assertRegex(response.getheader("telltale-verdict"), r"^flag; findings=\d+; exchange=")
        self.assertEqual(upstream.next_request().body, claude_body(MARKED), "flag mode must not change a byte")
        proxy.wait_for(r"marker\.date-line.*U\+02BC.*U\+0027")
        self.assertEqual(proxy.stop(), 0)
        [exchange] = captures(proxy.home / "state/telltale/captures")
        found = [f for f in exchange["inspection"]["findings"] if f["rule"] == "marker.date-line"]
        self.assertEqual(found[0]["code_points"], ["U+02BC"])
        self.assertEqual(found[0]["where"], "body:/messages/0/content/0/text")
        self.assertEqual(found[0]["carries"], {"api_host_class": "known lab keyword"})
        self.assertIn("Asia/Shanghai", found[1]["carries"]["timezone"])

    def test_strip_mode_changes_the_marker_and_nothing_else(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream, "--mode", "strip")
        body = claude_body(MARKED)
        for coding, encode in (("identity", bytes), ("gzip", gzip.compress)):
            with self.subTest(coding=coding):
                sent = encode(body)
                more = {} if coding == "identity" else {"Content-Encoding": coding}
                response, _ = self.post(self.client(proxy, HOST, upstream.port), sent, **more)
                self.assertIn("strip", response.getheader("telltale-verdict"))
                received = upstream.next_request()
                decoded = gzip.decompress(received.body) if coding == "gzip" else received.body
                self.assertEqual(decoded, claude_body(CLEAN))
                self.assertIn(b"Content-Length: %d\r\n" % len(received.body), received.head)

    def test_no_credential_reaches_disk_or_terminal(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        self.post(self.client(proxy, HOST, upstream.port), claude_body(MARKED),
                  Authorization="Bearer canary-0123456789abcdef", Cookie="session=canary-0123456789abcdef",
                  **{"Sec-WebSocket-Protocol": "realtime, key.canary-0123456789abcdef"})
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as client:
            client.sendall(b"CONNECT user:canary@host:443 HTTP/1.1\r\nHost: host\r\n\r\n")
            self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 400 "))
        proxy.stop()
        folder = proxy.home / "state/telltale/captures"
        [file] = folder.glob("*.jsonl")
        self.assertNotIn("canary", file.read_text() + proxy.said())
        self.assertIn("[masked sha256:", file.read_text())
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)

    def test_the_saved_capture_gives_the_same_findings_offline(self):
        upstream = self.upstream(HOST)
        capture = self.folder / "same.jsonl"
        proxy = self.proxy_for(HOST, upstream, "--capture", capture)
        self.post(self.client(proxy, HOST, upstream.port), claude_body(MARKED))
        proxy.stop()
        [live] = captures(capture)
        replay = subprocess.run([BINARY, "replay", "--format", "json", str(capture)], capture_output=True, text=True,
                                env=clean_environment(self.folder), timeout=60)
        self.assertEqual(replay.returncode, 1, replay.stderr)
        self.assertEqual(json.loads(replay.stdout)["findings"], live["inspection"]["findings"])

    def test_upstream_connections_are_reused(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        for _ in range(3):
            connection = self.client(proxy, HOST, upstream.port)
            for _ in range(3):
                response, body = self.post(connection, claude_body(CLEAN))
                self.assertEqual((response.status, body), (200, b"{}"))
            connection.close()
        self.assertLessEqual(upstream.connections, 3)

    def test_an_event_reaches_the_client_before_the_next_is_sent(self):
        seen = queue.Queue()

        def answer(received, write):
            write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            for number in range(200):
                event = b"data: %d\n\n" % number
                write(b"%x\r\n%s\r\n" % (len(event), event))
                if seen.get(timeout=20) != number:
                    raise ValueError("out of order")
            write(b"0\r\n\r\n")

        upstream = self.upstream(HOST, answer=answer)
        proxy = self.proxy_for(HOST, upstream)
        connection = self.client(proxy, HOST, upstream.port)
        body = claude_body(CLEAN)
        connection.request("POST", "/v1/messages", body=body, headers=headers(body))
        response = connection.getresponse()
        for number in range(200):
            self.assertEqual(response.readline(), b"data: %d\n" % number)
            self.assertEqual(response.readline(), b"\n")
            seen.put(number)
        self.assertEqual(response.read(), b"")

    def test_real_curl_with_every_coding_and_chunked_bodies(self):
        curl = shutil.which("curl")
        if not curl:
            self.skipTest("curl is not installed")
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        url = f"https://{HOST}:{upstream.port}/v1/messages"
        common = [curl, "-sS", "--proxy", f"http://127.0.0.1:{proxy.port}", "--cacert", proxy.ca, "--data-binary", "@-",
                  "-H", "content-type: application/json", "-o", os.devnull, "-w", "%{http_code}"]
        for name, arguments in (("TLS 1.2", ["--tlsv1.2", "--tls-max", "1.2"]), ("TLS 1.3", ["--tlsv1.3"]),
                                ("chunked", ["-H", "transfer-encoding: chunked"]),
                                ("expect", ["-H", "expect: 100-continue"])):
            with self.subTest(name):
                done = subprocess.run([*common, *arguments, url], input=claude_body(MARKED), capture_output=True,
                                      env=clean_environment(self.folder), timeout=60)
                self.assertEqual((done.stdout, done.stderr), (b"200", b""))
                body = upstream.next_request().body
                self.assertIn(claude_body(MARKED), body)

    def test_reload_keeps_the_old_rules_when_the_new_ones_fail(self):
        upstream = self.upstream(HOST)
        pack = self.folder / "pack.jsonc"
        pack.write_text("{ not a pack")
        done = subprocess.run([BINARY, "proxy", "--listen", "127.0.0.1:0", "--rules", str(pack)], capture_output=True,
                              text=True, env=clean_environment(self.folder), timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn("pack.jsonc", done.stderr)
        for name in os.listdir(SOURCE / "rules"):
            if name.endswith(".jsonc"):
                shutil.copy(SOURCE / "rules" / name, self.folder / "in-use.jsonc")
                break
        proxy = self.proxy_for(HOST, upstream, "--rules", self.folder / "in-use.jsonc")
        (self.folder / "in-use.jsonc").write_text("{ not a pack")
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for(r"^reload refused, the rules in use stay: .*in-use\.jsonc")
        shutil.copy(SOURCE / "rules" / name, self.folder / "in-use.jsonc")
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for(r"^rules reloaded$")

    def test_sigterm_lets_a_stream_finish(self):
        go_on = threading.Event()

        def answer(received, write):
            write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234")
            go_on.wait(timeout=20)
            write(b"56789")

        upstream = self.upstream(HOST, answer=answer)
        proxy = self.proxy_for(HOST, upstream)
        connection = self.client(proxy, HOST, upstream.port)
        body = claude_body(CLEAN)
        connection.request("POST", "/v1/messages", body=body, headers=headers(body))
        response = connection.getresponse()
        self.assertEqual(response.read(5), b"01234")
        proxy.process.send_signal(signal.SIGTERM)
        proxy.wait_for(r"finishing what is in flight")
        go_on.set()
        self.assertEqual(response.read(), b"56789")
        connection.close()
        self.assertEqual(proxy.process.wait(timeout=30), 0)


    def test_a_second_sigterm_ends_it_at_once(self):
        over = threading.Event()
        self.addCleanup(over.set)

        def answer(received, write):
            write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234")
            over.wait(timeout=60)

        upstream = self.upstream(HOST, answer=answer)
        proxy = self.proxy_for(HOST, upstream)
        connection = self.client(proxy, HOST, upstream.port)
        connection.request("GET", "/")
        self.assertEqual(connection.getresponse().read(5), b"01234")
        proxy.process.send_signal(signal.SIGTERM)
        proxy.wait_for(r"finishing what is in flight")
        proxy.process.send_signal(signal.SIGTERM)
        self.assertEqual(proxy.process.wait(timeout=15), 0)


class NotIntercepted(EndToEnd):
    def test_other_hosts_are_tunnelled_untouched_and_said(self):
        upstream = self.upstream("plain.example.test")
        proxy = self.proxy_for(HOST, upstream, "--resolve", f"plain.example.test:{upstream.port}:127.0.0.1")
        connection = self.client(proxy, "plain.example.test", upstream.port, trust=self.authority.pem)
        connection.request("GET", "/")
        self.assertEqual(connection.getresponse().read(), b"{}")
        connection.close()
        proxy.wait_for(r"NOT INSPECTED .*plain\.example\.test.*not_intercepted")
        proxy.stop()
        [line] = captures(proxy.home / "state/telltale/captures")
        self.assertEqual(line["request"]["method"], "CONNECT")
        self.assertEqual(line["request"]["url"], f"plain.example.test:{upstream.port}")
        self.assertIsNone(line["response"])
        self.assertEqual(line["inspection"]["coverage"]["causes"], ["not_intercepted"])

    def test_websocket_upgrades_are_refused_with_426_where_we_inspect(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        connection = self.client(proxy, HOST, upstream.port)
        connection.request("GET", "/v1/responses", headers={
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(b"0123456789abcdef").decode()})
        self.assertEqual(connection.getresponse().status, 426)
        self.assertTrue(upstream.requests.empty())


class Faults(EndToEnd):
    def connect(self, proxy, target):
        """The answer to a CONNECT, read to its end."""
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as client:
            client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
            answer = b""
            while chunk := client.recv(65536):
                answer += chunk
            return answer

    def test_an_upstream_we_cannot_vouch_for_is_answered_without_a_certificate(self):
        other = self.folder / "other"
        other.mkdir(exist_ok=True)
        rows = {"wrong host": (self.authority.leaf("elsewhere.example.test"), "upstream-certificate-wrong-host"),
                "untrusted": (type(self.authority)(other).leaf(HOST), "upstream-certificate-untrusted")}
        for name, (certificate, code) in rows.items():
            with self.subTest(name):
                upstream = self.upstream(certificate=certificate)
                proxy = self.proxy_for(HOST, upstream)
                answer = self.connect(proxy, f"{HOST}:{upstream.port}")
                self.assertTrue(answer.startswith(b"HTTP/1.1 502 "), answer)
                self.assertIn(b"application/problem+json", answer)
                self.assertIn(code.encode(), answer)
                self.assertTrue(upstream.requests.empty())
                proxy.wait_for(f"REFUSED .*{code}")

    def test_an_upstream_that_is_down_is_502(self):
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.close()
        proxy = self.proxy("--intercept", HOST, "--resolve", f"{HOST}:{port}:127.0.0.1", "--allow-upstream",
                           "127.0.0.0/8", "--upstream-ca", self.authority.pem)
        self.assertRegex(self.connect(proxy, f"{HOST}:{port}"), rb"^HTTP/1.1 502 [\s\S]*upstream-refused")

    def test_loopback_is_refused_unless_allowed(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy("--intercept", HOST, "--resolve", f"{HOST}:{upstream.port}:127.0.0.1", "--upstream-ca",
                           self.authority.pem)
        self.assertRegex(self.connect(proxy, f"{HOST}:{upstream.port}"),
                         rb"^HTTP/1.1 403 [\s\S]*upstream-address-forbidden")
        self.assertEqual(upstream.connections, 0)

    def test_nonsense_is_refused_and_nothing_hangs(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        for target in ("nonsense", "user@host:443", "host:99999", "127.1:443", "/", "http://x/"):
            with self.subTest(target):
                self.assertRegex(self.connect(proxy, target), rb"^HTTP/1.1 400 [\s\S]*application/problem\+json")

    def test_bytes_that_are_no_tls_end_the_connection_and_are_said(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as client:
            client.sendall(f"CONNECT {HOST}:{upstream.port} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            self.assertIn(b" 200 ", client.recv(4096))
            client.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
            while client.recv(4096):
                pass
        proxy.wait_for(r"REFUSED .*client-tls-failed")

    def test_a_client_that_does_not_trust_the_ca_is_named(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        with self.assertRaises(ssl.SSLError):
            self.client(proxy, HOST, upstream.port, trust=self.authority.pem).connect()
        proxy.wait_for(r"REFUSED .*client-tls-failed.*trust")

    def test_a_body_that_is_not_json_passes_and_is_said(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        connection = self.client(proxy, HOST, upstream.port)
        connection.request("POST", "/v1/messages", body=b'{"model": "x", "messages": [', headers={
            "Content-Type": "application/json"})
        self.assertEqual(connection.getresponse().status, 200)
        self.assertEqual(upstream.next_request().body, b'{"model": "x", "messages": [')
        proxy.wait_for(r"(PARTLY|NOT) INSPECTED .*json-malformed")

    def test_a_second_proxy_on_the_same_port_fails_to_start(self):
        proxy = self.proxy("--intercept", HOST)
        done = subprocess.run([BINARY, "proxy", "--listen", f"127.0.0.1:{proxy.port}", "--no-store"],
                              capture_output=True, text=True, env=clean_environment(self.folder), timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn("listen-failed", done.stderr)

    def test_an_ipv6_listener_is_named_as_a_url_needs_it(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("no IPv6 loopback here")
        proxy = self.proxy("--no-store", "--listen", "[::1]:0")
        self.assertRegex(proxy.said(), r"(?m)^ready \[::1\]:\d+ ca=")
        self.assertRegex(proxy.said(), r"HTTPS_PROXY=http://\[::1\]:\d+ ")

    def test_a_ca_that_does_not_permit_the_hosts_is_said_at_start(self):
        first = self.proxy("--intercept", HOST)
        first.stop()
        done = subprocess.run([BINARY, "proxy", "--listen", "127.0.0.1:0", "--no-store", "--intercept-all"],
                              capture_output=True, text=True, env=clean_environment(first.home), timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"ca-malformed.*")


if __name__ == "__main__":
    unittest.main(verbosity=2)
