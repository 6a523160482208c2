"""`telltale sweep run` with clients made here: what a cell looks like from inside, going on, hanging, failing, being stopped."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from harness import BINARY, SOURCE, clean_environment

STAND_IN = SOURCE / "tests/e2e/claude_stand_in.py"

# Sends what it sees of its machine as a prompt.
LOOKS_ROUND = """
import http.client, json, os, ssl, subprocess, urllib.parse
seen = subprocess.run("date +%Z; hostname; id -un; pwd; . /etc/os-release; echo $PRETTY_NAME; readlink /etc/localtime; ls -A $HOME; ls /sys/class/net",
                      shell=True, capture_output=True, text=True).stdout
open(os.environ["HOME"] + "/trash", "w").close()
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
trust = ssl.create_default_context(cafile=os.environ["NODE_EXTRA_CA_CERTS"])
connection = http.client.HTTPSConnection(proxy.hostname, proxy.port, context=trust, timeout=30)
connection.set_tunnel("api.anthropic.com", 443)
connection.request("POST", "/v1/messages", json.dumps({"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": seen}]}),
                   {"Content-Type": "application/json"})
connection.getresponse().read()
"""


class SweepRun(unittest.TestCase):
    def setUp(self):
        if not BINARY:
            self.skipTest("TELLTALE does not name the binary")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.save = self.folder / "captures"

    def command(self, *arguments):
        return [BINARY, "sweep", "run", *map(str, arguments)]

    def sweep(self, *arguments):
        return subprocess.run(self.command(*arguments), env=clean_environment(self.folder), capture_output=True, timeout=250,
                              text=True)

    def captures(self):
        return sorted(self.save.glob("cell-*.jsonl"))

    def stand_in(self):
        return "--", "python3", "-B", STAND_IN, "-p", "hello there"

    def test_the_stand_ins_marker_is_found_and_the_sweep_goes_on_where_it_was(self):
        vary = ("--vary", "ANTHROPIC_BASE_URL=,https://api.deepseek.com", "--save", self.save, "--format", "json")
        got = self.sweep(*vary, "--repeat", 5, *self.stand_in())
        self.assertEqual(got.returncode, 1, got.stderr)
        found = {(f["where"], f["factor"]) for f in json.loads(got.stdout)["findings"]}
        self.assertIn(("body:/messages/0/content/0/text", "ANTHROPIC_BASE_URL"), found)
        self.assertEqual(len(self.captures()), 10)
        self.assertEqual({p.name for p in self.save.iterdir() if not p.name.startswith("cell-")}, {"plan.json"})
        kept = {path: path.stat().st_mtime_ns for path in self.captures()}
        self.captures()[3].unlink()
        again = self.sweep(*vary, "--repeat", 5, *self.stand_in())
        self.assertEqual(again.returncode, 1, again.stderr)
        changed = [path for path in self.captures() if path.stat().st_mtime_ns != kept[path]]
        self.assertEqual(len(changed), 1)
        other = self.sweep("--vary", "TZ=UTC,Asia/Tehran", "--save", self.save, *self.stand_in())
        self.assertEqual(other.returncode, 2)
        self.assertIn("is of another sweep", other.stderr)

    def test_a_client_sees_the_machine_of_its_cell(self):
        client = self.folder / "looks.py"
        client.write_text(LOOKS_ROUND)
        got = self.sweep("--vary", "TZ=UTC,Asia/Tehran", "--vary", "hostname=alpha-1,beta-2", "--vary", "user=ann,bob",
                         "--vary", "cwd=/srv/one,/home/ann/two", "--vary", "os-release=Ubuntu 24.04,Deepin 23",
                         "--design", "one-at-a-time", "--repeat", 1, "--save", self.save, "--", "python3", "-B", client)
        if "cannot be shut off here" in got.stderr:
            self.skipTest("no namespaces here")
        seen = [json.loads(json.loads(p.read_text())["request"]["body"])["messages"][0]["content"].split("\n")[:-1]
                for p in self.captures()]
        rows = [["UTC", "alpha-1", "ann", "/srv/one", "Ubuntu 24.04", "UTC"],
                ["+0330", "alpha-1", "ann", "/srv/one", "Ubuntu 24.04", "Asia/Tehran"],
                ["UTC", "beta-2", "ann", "/srv/one", "Ubuntu 24.04", "UTC"],
                ["UTC", "alpha-1", "bob", "/srv/one", "Ubuntu 24.04", "UTC"],
                ["UTC", "alpha-1", "ann", "/home/ann/two", "Ubuntu 24.04", "UTC"],
                ["UTC", "alpha-1", "ann", "/srv/one", "Deepin 23", "UTC"]]
        self.assertEqual(len(seen), len(rows), got.stderr)
        for have, row in zip(seen, rows):
            have = [line.removeprefix("/usr/share/zoneinfo/") for line in have]
            self.assertEqual(have[:6], row)
            self.assertEqual(have[-1], "lo")
            self.assertNotIn("trash", have)

    def test_a_client_that_hangs_is_ended(self):
        begin = time.monotonic()
        got = self.sweep("--vary", "TZ=UTC,Asia/Tehran", "--cell-time", 1, "--repeat", 1, "--", "sleep", "987")
        self.assertEqual(got.returncode, 2, got.stderr)
        self.assertIn("took too long", got.stderr)
        self.assertLess(time.monotonic() - begin, 60)

    def test_a_client_that_fails_is_told(self):
        got = self.sweep("--vary", "TZ=UTC,Asia/Tehran", "--repeat", 1, "--", "sh", "-c", "echo no key >&2; exit 7")
        self.assertEqual(got.returncode, 2)
        self.assertIn("ended with 7: no key", got.stderr)

    def test_an_interrupt_leaves_what_is_done_and_nothing_running(self):
        mark = self.folder / "beat"
        client = f"trap '' TERM; while :; do date +%N >{mark}; sleep 0.1; done"
        process = subprocess.Popen(self.command("--vary", "TZ=UTC,Asia/Tehran", "--save", self.save, "--", "sh", "-c", client),
                                   env=clean_environment(self.folder), stderr=subprocess.PIPE, text=True)
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 130, said)
        self.assertEqual([p.name for p in self.save.iterdir()], ["plan.json"])
        last = mark.read_text() if mark.exists() else ""
        time.sleep(1)
        self.assertEqual(mark.read_text() if mark.exists() else "", last)


if __name__ == "__main__":
    unittest.main()
