"""What `telltale proxy` learns of its clients: a change is shown live, also after a restart; what is kept, and what not."""
import json
import signal
import stat
import subprocess
import sys
import unittest

from harness import BINARY, EndToEnd, clean_environment

HOST = "gateway.example.test"
KEY = "sk-ant-api03-canary0123456789abcdefghijklmnopqrstuvwxyz0123456789"
RULES = ("You are a careful assistant that edits programs.\n"
         "Read a file before you change it, and run its tests behind you.\n"
         "Never delete what you did not make without asking first.\n")
CHANGED = RULES.replace("Never delete", "You should never delete")

# One request through the proxy that `telltale run` sets; the prompt is an argument, and thus known to be typed.
CLIENT = """import json, os, ssl, sys, http.client, urllib.parse
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
connection = http.client.HTTPSConnection(proxy.hostname, proxy.port, context=context, timeout=30)
connection.set_tunnel("api.anthropic.com", 443)
body = json.dumps({"model": "m", "max_tokens": 9, "system": open(sys.argv[1]).read(),
                   "messages": [{"role": "user", "content": sys.argv[3]}]})
connection.request("POST", "/v1/messages", body, {"Content-Type": "application/json", "User-Agent": "stand-in/1.0"})
print(connection.getresponse().status)
"""


def request_body(system, prompt="please rename the variable zebra42"):
    return json.dumps({"model": "m", "max_tokens": 64, "system": system,
                       "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}]}).encode()


def departures(findings):
    return [f for f in findings if f["reference"] == "baseline" and f["severity"] != "info"]


class Learning(EndToEnd):
    def post(self, proxy, upstream, system, status=200):
        connection = self.client(proxy, HOST, upstream.port)
        body = request_body(system)
        connection.request("POST", "/v1/messages", body, {"Content-Type": "application/json", "User-Agent": "stand-in/1.0",
                                                          "x-api-key": KEY, "Authorization": f"Bearer {KEY}"})
        response = connection.getresponse()
        response.read()
        connection.close()
        self.assertEqual(response.status, status)

    @staticmethod
    def inspections(folder):
        lines = [line for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines(keepends=True)]
        return [json.loads(line)["inspection"] for line in lines if line.endswith("\n")]

    def learned(self, proxy, upstream, *systems):
        """Sends one request after the other, each once the one before is recorded, and thus learned."""
        for system in systems:
            before = len(self.inspections(proxy.home / "state/telltale/captures"))
            self.post(proxy, upstream, system)
            while len(self.inspections(proxy.home / "state/telltale/captures")) <= before:
                self.assertIsNone(proxy.process.poll())
        return self.inspections(proxy.home / "state/telltale/captures")[-1]["findings"]

    def test_a_changed_sentence_is_shown_live_and_after_a_restart(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        for _ in range(3):
            self.assertEqual(departures(self.learned(proxy, upstream, RULES)), [])
        for _ in range(2):  # seen again: it is not learned
            found = departures(self.learned(proxy, upstream, CHANGED))
            self.assertTrue(found)
            self.assertTrue(all(f["where"] == "body:/system" for f in found), found)
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("^rules reloaded")
        self.assertTrue(departures(self.learned(proxy, upstream, CHANGED)), "a reload keeps what is known")
        self.assertEqual(proxy.stop(), 0)

        store = proxy.home / "state/telltale/baselines.jsonl"
        self.assertEqual(stat.S_IMODE(store.stat().st_mode), 0o600)
        text = store.read_text()
        self.assertIn("You are a careful assistant", text)
        self.assertNotIn("You should never", text)
        self.assertNotIn("canary", text)
        self.assertNotIn("zebra42", text)
        self.assertEqual([p.name for p in store.parent.iterdir() if "baselines" in p.name], ["baselines.jsonl"])

        again = self.proxy_for(HOST, upstream, home=proxy.home)
        self.assertTrue(departures(self.learned(again, upstream, CHANGED)))
        self.assertEqual(departures(self.learned(again, upstream, RULES)), [])

    def test_a_credential_in_the_clients_own_text_is_masked_and_is_no_change_later(self):
        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream)
        with_key = RULES + f"The key for the build server is {KEY} and stays in this house.\n"
        for _ in range(3):
            self.assertEqual(departures(self.learned(proxy, upstream, with_key)), [])
        self.assertEqual(proxy.stop(), 0)
        text = (proxy.home / "state/telltale/baselines.jsonl").read_text()
        self.assertNotIn("canary", text)
        self.assertIn("[masked sha256:", text)
        again = self.proxy_for(HOST, upstream, home=proxy.home)
        self.assertEqual(departures(self.learned(again, upstream, with_key)), [])

    def test_a_refused_request_teaches_nothing(self):
        def refuse(_received, write):
            write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        upstream = self.upstream(HOST, answer=refuse)
        proxy = self.proxy_for(HOST, upstream)
        self.post(proxy, upstream, RULES, status=401)
        self.assertEqual(proxy.stop(), 0)
        self.assertFalse((proxy.home / "state/telltale/baselines.jsonl").exists())

    def test_where_baselines_are_kept(self):
        upstream = self.upstream(HOST)
        for arguments, named, beside in (([], False, True), (["--no-store"], False, False), (["--no-baselines"], False, False),
                                         (["--no-store", "--baselines", "FILE"], True, False),
                                         (["--baselines", "FILE"], True, False)):
            with self.subTest(arguments=arguments):
                file = self.folder / f"kept-{len(arguments)}-{named}" / "clients.jsonl"
                proxy = self.proxy_for(HOST, upstream, *[file if a == "FILE" else a for a in arguments])
                self.post(proxy, upstream, RULES)
                self.assertEqual(proxy.stop(), 0)
                self.assertEqual(file.exists(), named)
                self.assertEqual((proxy.home / "state/telltale/baselines.jsonl").exists(), beside)

    def test_a_damaged_store_is_set_aside(self):
        upstream = self.upstream(HOST)
        file = self.folder / "damaged.jsonl"
        file.write_text("not a store\n")
        proxy = self.proxy_for(HOST, upstream, "--baselines", file)
        proxy.wait_for(r"^baselines cannot be read: .*damaged\.jsonl: line 1: .*moved to .*damaged\.jsonl\.damaged")
        self.post(proxy, upstream, RULES)
        self.assertEqual(proxy.stop(), 0)
        self.assertEqual((self.folder / "damaged.jsonl.damaged").read_text(), "not a store\n")
        self.assertIn("You are a careful assistant", file.read_text())

    def test_captures_as_baselines_for_proxy_and_run(self):
        home = self.folder / "run-home"
        home.mkdir()
        client = self.folder / "client.py"
        client.write_text(CLIENT)

        def run(system, *options):
            (self.folder / "system").write_text(system)  # an argument would count as typed
            done = subprocess.run([BINARY, "run", "--mock", "--format", "json", *map(str, options), "--", sys.executable, client,
                                   self.folder / "system", "-p", "a thought of my own"], env=clean_environment(home), text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
            self.assertEqual(done.stdout, "200\n", done.stderr)
        before, plain, compared = (self.folder / name for name in ("before.jsonl", "plain.jsonl", "compared.jsonl"))
        run(RULES, "--save", before)
        run(CHANGED, "--save", plain)
        run(CHANGED, "--save", compared, "--baseline", before)
        found = {path: departures(json.loads(path.read_text())["inspection"]["findings"]) for path in (plain, compared)}
        self.assertEqual(found[plain], [])
        self.assertTrue(found[compared])

        upstream = self.upstream(HOST)
        proxy = self.proxy_for(HOST, upstream, "--no-baselines", "--baseline", before)
        self.assertTrue(departures(self.learned(proxy, upstream, CHANGED)))


if __name__ == "__main__":
    unittest.main()
