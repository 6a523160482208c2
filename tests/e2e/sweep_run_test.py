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


# Sends the day and the names of the variables that led it to the proxy.
LOOKS_AT_CLOCK_AND_PROXY = """
import datetime, http.client, json, os, ssl, urllib.parse
names = sorted(name for name in os.environ if name.lower() in ("https_proxy", "http_proxy", "all_proxy"))
proxy = urllib.parse.urlsplit(os.environ[names[0]])
trust = ssl.create_default_context(cafile=os.environ["NODE_EXTRA_CA_CERTS"])
connection = http.client.HTTPSConnection(proxy.hostname, proxy.port, context=trust, timeout=30)
connection.set_tunnel("api.anthropic.com", 443)
connection.request("POST", "/v1/messages", json.dumps({"model": "m", "max_tokens": 1, "messages": [
    {"role": "user", "content": f"{datetime.date.today()} {'+'.join(names)}"}]}), {"Content-Type": "application/json"})
connection.getresponse().read()
"""

# Looks at nothing, and is never twice the same: ids, times, counts, the order of its tools and fields.
NOISY = """
import datetime, http.client, json, os, random, ssl, urllib.parse, uuid
tools = [{"name": name, "description": f"{name} a file", "input_schema": {"type": "object"}} for name in ("read", "write", "list", "find")]
random.shuffle(tools)
now = datetime.datetime.now()
body = {"model": "m", "max_tokens": 1, "tools": tools, "metadata": {"user_id": uuid.uuid4().hex}, "temperature": random.choice([1, 1.0]),
        "system": f"Session {uuid.uuid4()}. It is {now}, load {random.random():.2f}, {random.randint(0, 99)} files" + random.choice(".!"),
        "messages": [{"role": "user", "content": "hello" + random.choice(["", " ", "\u2019"])}]}
fields = [("Content-Type", "application/json"), ("X-Request-Id", str(uuid.uuid4())), ("X-Try", str(random.randint(0, 3)))]
random.shuffle(fields)
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
trust = ssl.create_default_context(cafile=os.environ["NODE_EXTRA_CA_CERTS"])
connection = http.client.HTTPSConnection(proxy.hostname, proxy.port, context=trust, timeout=30)
connection.set_tunnel("api.anthropic.com", 443)
connection.request("POST", "/v1/messages", json.dumps(body), dict(fields))
connection.getresponse().read()
"""

# Becomes nobody, in a user namespace that may have no others in it: what an ordinary user without namespaces is. Root only.
NOBODY = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
to_child, from_child = os.pipe(), os.pipe()
child = os.fork()
if child != 0:
    os.read(from_child[0], 1)
    for name in ("uid_map", "gid_map"):
        with open(f"/proc/{child}/{name}", "w") as file:
            file.write("0 0 65536")
    os.write(to_child[1], b"+")
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
if libc.unshare(0x10000000) != 0:
    sys.exit("no user namespaces")
os.write(from_child[1], b"+")
os.read(to_child[0], 1)
if sys.argv[1] == "none":
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
os.execv(sys.argv[2], sys.argv[2:])
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

    def test_what_is_found_becomes_a_page_and_a_rule_that_finds_it_in_the_captures(self):
        rule, page = self.folder / "rule.jsonc", self.folder / "page.html"
        got = self.sweep("--vary", "TZ=UTC,Asia/Shanghai", "--vary", "ANTHROPIC_BASE_URL=,https://api.deepseek.com,https://gw.example.cn",
                         "--repeat", 4, "--jobs", 2, "--save", self.save, "--rule", rule, "--html", page, *self.stand_in())
        self.assertEqual(got.returncode, 1, got.stderr)
        self.assertIn("2 states: room for 1 bit", got.stdout)
        self.assertIn("TZ Asia/Shanghai; ANTHROPIC_BASE_URL https://api.deepseek.com, https://gw.example.cn", " ".join(got.stdout.split()))
        self.assertIn("<mark>", page.read_text())
        tested = subprocess.run([BINARY, "rules", "test", rule], capture_output=True, text=True)
        self.assertEqual(tested.returncode, 0, tested.stderr)
        for path in self.captures():
            replayed = subprocess.run([BINARY, "replay", "--rules", rule, "--fail-on", "high", path], capture_output=True, text=True)
            host = json.loads(path.read_text())["environment"]["ANTHROPIC_BASE_URL"]
            self.assertEqual(replayed.returncode, 0 if host == ["(unset)"] else 1, (host, replayed.stdout, replayed.stderr))

    def test_a_fact_without_effect_gives_no_finding(self):
        """One sweep; TELLTALE_SWEEPS=20 for as many as docs/sweep.md tells of."""
        client = self.folder / "noisy.py"
        client.write_text(NOISY)
        for number in range(int(os.environ.get("TELLTALE_SWEEPS", "1"))):
            with self.subTest(number=number):
                got = self.sweep("--vary", "NOTHING=one,two", "--jobs", 2, "--seed", number + 1, "--", "python3", "-B", client)
                self.assertEqual(got.returncode, 0, got.stdout + got.stderr)
                self.assertIn("nothing depends on the environment", got.stdout)

    def prompts(self):
        """What each cell sent, by its facts."""
        out = {}
        for path in self.captures():
            exchange = json.loads(path.read_text())
            facts = {name: values[0] for name, values in exchange["environment"].items()}
            out[facts.get("clock"), facts.get("proxy")] = json.loads(exchange["request"]["body"])["messages"][0]["content"]
        return out

    def test_the_clock_and_the_variables_of_the_proxy_are_factors(self):
        # A sanitizer's library must come first, and so must the one that changes the clock.
        if "san.so" in subprocess.run(["ldd", BINARY], capture_output=True, text=True).stdout:
            self.skipTest("not with sanitizers")
        client = self.folder / "looks.py"
        client.write_text(LOOKS_AT_CLOCK_AND_PROXY)
        got = self.sweep("--vary", "proxy=HTTPS_PROXY,all_proxy", "--vary", "clock=2031-05-06,2032-07-08 10:00:00",
                         "--repeat", 1, "--jobs", 2, "--save", self.save, "--", "python3", "-B", client)
        if "libfaketime is not installed" in got.stderr:
            self.assertIn("clock cannot be varied here and is left out", got.stderr)
            self.assertEqual([said.split()[1] for said in self.prompts().values()], ["HTTPS_PROXY", "all_proxy"])
            return
        want = {(day, name): f"{day[:10]} {name}" for day in ("2031-05-06", "2032-07-08 10:00:00") for name in ("HTTPS_PROXY", "all_proxy")}
        self.assertEqual(self.prompts(), want, got.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "takes root to become nobody")
    def test_nobody_varies_what_it_can(self):
        client = self.folder / "looks.py"
        client.write_text(LOOKS_AT_CLOCK_AND_PROXY)
        self.folder.chmod(0o755)
        self.save.mkdir()
        os.chown(self.save, 65534, 65534)
        for namespaces in ("some", "none"):
            with self.subTest(namespaces=namespaces):
                for path in self.save.iterdir():
                    path.unlink()
                words = self.command("--vary", "proxy=HTTPS_PROXY,all_proxy", "--vary", "hostname=alpha,beta", "--repeat", 1,
                                     "--save", self.save, "--", "python3", "-B", client)
                got = subprocess.run(["python3", "-c", NOBODY, namespaces, *words], env=clean_environment(self.folder),
                                     capture_output=True, timeout=250, text=True)
                if "no user namespaces" in got.stderr:
                    self.skipTest("no user namespaces here")
                alone = "cells cannot be shut off here" not in got.stderr
                if namespaces == "none":
                    self.assertFalse(alone)
                self.assertEqual("hostname cannot be varied here and is left out" in got.stderr, not alone, got.stderr)
                self.assertEqual(len(self.captures()), 4 if alone else 2, got.stderr)

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
        # What a client writes elsewhere vanishes with its cell; the folder of the captures is the one that both sides see.
        mark = self.save / "beat"
        client = f"trap '' TERM INT HUP; while :; do date +%N >{mark}.new; mv {mark}.new {mark}; sleep 0.1; done"
        process = subprocess.Popen(self.command("--vary", "TZ=UTC,Asia/Tehran", "--jobs", 2, "--save", self.save, "--", "sh", "-c", client),
                                   env=clean_environment(self.folder), stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)

        def beats(seconds):
            seen, until = set(), time.monotonic() + seconds
            while time.monotonic() < until and len(seen) < 3:
                seen.add(mark.read_text() if mark.exists() else "")
                time.sleep(0.05)
            return len(seen) == 3

        self.assertTrue(beats(60), "the client of the first cell never ran")
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 130, said)
        self.assertFalse(beats(1), "a client outlived its cell")
        self.assertEqual({p.name for p in self.save.iterdir()} - {"beat", "beat.new"}, {"plan.json"})


if __name__ == "__main__":
    unittest.main()
