"""What the process may do once it runs: the filter of system calls, the user it becomes, the sockets it is handed, and what
it refuses to start with. A part that needs root or a kernel's leave says that it was skipped."""
import http.client
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from harness import BINARY, EndToEnd, Proxy, clean_environment  # noqa: E402

ROOT = os.geteuid() == 0
SANITIZED = bool(os.environ.get("TELLTALE_SANITIZE"))
NOBODY = pwd.getpwnam("nobody")
HOST = "api.rights.test"


def states(pid, *names):
    """Of every thread: these lines of its status, as texts."""
    out = []
    for task in (pathlib.Path("/proc") / str(pid) / "task").iterdir():
        text = (task / "status").read_text()
        out.append(tuple(re.search(rf"(?m)^{name}:\s*(.*)$", text).group(1).strip() for name in names))
    return set(out)


class Rights(EndToEnd):
    def refused(self, *arguments, home=None, prefix=(), **keywords):
        """A start that must fail with exit code 2; what it says."""
        home = home or tempfile.mkdtemp(dir=self.folder)
        done = subprocess.run([*prefix, BINARY, "proxy", "--listen", "127.0.0.1:0", *map(str, arguments)],
                              env=clean_environment(home), capture_output=True, text=True, timeout=60, **keywords)
        self.assertEqual(done.returncode, 2, done.stderr)
        return done.stderr

    def get(self, proxy, upstream):
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
        connection.request("GET", f"http://{HOST}:{upstream.port}/")
        answer = connection.getresponse()
        return answer.status, answer.read()

    def folder_for_nobody(self):
        home = pathlib.Path(tempfile.mkdtemp(prefix="telltale-nobody-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
        roots = home / "upstream.pem"
        shutil.copy(self.authority.pem, roots)
        os.chown(roots, NOBODY.pw_uid, NOBODY.pw_gid)
        return home, roots

    # --- the filter ---

    def test_every_thread_is_under_the_filter_and_the_proxy_works(self):
        upstream = self.upstream()
        on = self.proxy_for(HOST, upstream, "--threads", "2", "--admin", "127.0.0.1:0")
        if "no filter of system calls" in on.said():
            self.skipTest("skipped: " + re.search("no filter.*", on.said()).group(0))
        self.assertEqual(states(on.process.pid, "Seccomp", "NoNewPrivs"), {("2", "1")})
        self.assertEqual(self.get(on, upstream), (200, b"{}"))
        on.process.send_signal(signal.SIGHUP)
        on.wait_for("rules reloaded")
        self.assertEqual(self.get(on, upstream), (200, b"{}"))
        self.assertEqual(on.stop(), 0)
        off = self.proxy_for(HOST, upstream, "--sandbox", "off")
        self.assertEqual({seccomp for seccomp, in states(off.process.pid, "Seccomp")},
                         {seccomp for seccomp, in states(os.getpid(), "Seccomp")})

    def test_a_filter_that_cannot_be_set_is_said_and_with_sandbox_on_refused(self):
        if not SANITIZED:
            self.skipTest("skipped: the filter can be set here")
        self.assertIn("no filter of system calls: a build with sanitizers", self.proxy("--no-store").said())
        self.assertIn("sandbox-unavailable", self.refused("--no-store", "--sandbox", "on"))

    # --- the user ---

    def test_root_says_so_and_works(self):
        if not ROOT:
            self.skipTest("skipped: not root")
        upstream = self.upstream()
        proxy = self.proxy_for(HOST, upstream)
        self.assertIn("running as root: give --user NAME", proxy.said())
        self.assertEqual(self.get(proxy, upstream)[0], 200)

    def test_root_binds_a_low_port_and_becomes_the_user_for_good(self):
        if not ROOT:
            self.skipTest("skipped: not root")
        home, roots = self.folder_for_nobody()
        upstream = self.upstream()
        for port in range(1023, 900, -1):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) != 0:
                    break
        proxy = self.proxy("--listen", f"127.0.0.1:{port}", "--user", "nobody", "--threads", "2", "--intercept", HOST,
                           "--resolve", f"{HOST}:{upstream.port}:127.0.0.1", "--allow-upstream", "127.0.0.0/8",
                           "--upstream-ca", roots, home=home)
        self.assertEqual(proxy.port, port)
        self.assertNotIn("running as root", proxy.said())
        who = "\t".join([str(NOBODY.pw_uid)] * 4)
        none = "0" * 16
        self.assertEqual(states(proxy.process.pid, "Uid", "CapPrm", "CapEff", "CapInh", "CapAmb", "CapBnd", "NoNewPrivs"),
                         {(who, none, none, none, none, none, "1")})
        self.assertNotIn("0", next(iter(states(proxy.process.pid, "Groups")))[0].split())
        self.assertEqual(self.get(proxy, upstream), (200, b"{}"))
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("rules reloaded")
        self.assertEqual(proxy.stop(), 0)
        made = [*home.rglob("*.jsonl"), *home.rglob("*.key")]
        self.assertTrue(made)
        self.assertEqual({file.stat().st_uid for file in made}, {NOBODY.pw_uid})

    def test_what_the_user_cannot_read_or_be_is_said_before_anything_runs(self):
        if not ROOT:
            self.skipTest("skipped: not root")
        home, roots = self.folder_for_nobody()
        locked = pathlib.Path(tempfile.mkdtemp(dir=home))  # root's, 0700
        (locked / "root.pem").write_text("x")
        rows = [(("--user", "no-such-user-here"), "there is no such user"), (("--user", "root"), "that is root"),
                (("--user", "nobody", "--upstream-ca", locked / "root.pem"), "user nobody cannot read it"),
                (("--user", "nobody", "--ca-dir", locked), "user nobody cannot read it")]
        for arguments, wanted in rows:
            with self.subTest(wanted):
                said = self.refused("--no-store", *arguments, home=home)
                self.assertIn(wanted, said)
                self.assertIn("user-unusable", said)

    def test_a_configuration_that_the_user_cannot_read_is_named_with_the_user(self):
        if not ROOT:
            self.skipTest("skipped: not root")
        home, _ = self.folder_for_nobody()
        config = home / "telltale.jsonc"
        config.write_text("{}")
        config.chmod(0o600)  # root's
        said = self.refused("--no-store", "--user", "nobody", "--config", config, home=home)
        self.assertRegex(said, f"user-unusable: user nobody has to read the configuration.*{config}: Permission denied")

    def test_who_is_not_root_cannot_become_another(self):
        prefix = ("setpriv", "--reuid", "nobody", "--clear-groups") if ROOT else ()
        if ROOT and not shutil.which("setpriv"):
            self.skipTest("skipped: no setpriv here")
        home, _ = self.folder_for_nobody() if ROOT else (tempfile.mkdtemp(dir=self.folder), None)
        said = self.refused("--no-store", "--user", "daemon", home=home, prefix=prefix)
        self.assertIn("only root can become another user", said)

    # --- the sockets ---

    def test_a_listening_socket_is_taken_over(self):
        upstream = self.upstream()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            early = socket.create_connection(("127.0.0.1", port), timeout=30)  # before there is anybody to serve it
            self.addCleanup(early.close)
            proxy = self.activated(upstream, listener)
        self.assertEqual(proxy.port, port)
        early.sendall(f"GET http://{HOST}:{upstream.port}/ HTTP/1.1\r\nHost: {HOST}:{upstream.port}\r\n\r\n".encode())
        self.assertTrue(early.recv(4096).startswith(b"HTTP/1.1 200"))
        self.assertEqual(self.get(proxy, upstream), (200, b"{}"))
        proxy.process.send_signal(signal.SIGHUP)
        proxy.wait_for("rules reloaded")
        self.assertNotIn("/listen", proxy.said())
        self.assertEqual(proxy.stop(), 0)
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=5).recv(1)

    def activated(self, upstream, listener, *arguments):
        """As systemd does it: descriptor 3, and the variables with the process's own number."""
        home = tempfile.mkdtemp(dir=self.folder)
        starter = pathlib.Path(home) / "start"
        starter.write_text(f'#!/bin/sh\nexec 3<&{listener.fileno()}\nLISTEN_PID=$$ LISTEN_FDS=1 exec "{BINARY}" "$@"\n')
        starter.chmod(0o700)
        listener.set_inheritable(True)
        import harness
        usual, harness.BINARY = harness.BINARY, str(starter)
        popen = subprocess.Popen
        try:
            subprocess.Popen = lambda *a, **k: popen(*a, **k, pass_fds=(listener.fileno(),))
            return self.proxy_for(HOST, upstream, "--no-store", "--threads", "2", *arguments, home=home)
        finally:
            harness.BINARY, subprocess.Popen = usual, popen

    def test_what_is_no_listening_socket_is_refused(self):
        for open_it, what in ((lambda: socket.socket(), "no TCP socket that listens"),
                              (lambda: socket.socket(socket.AF_UNIX), "no TCP socket that listens")):
            with open_it() as wrong, self.subTest(wrong.family):
                script = f'exec 3<&{wrong.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
                said = self.refused("--no-store", prefix=("sh", "-c", script, "sh"), pass_fds=(wrong.fileno(),))
                self.assertIn(what, said)
        # Meant for another process: not taken.
        proxy = self.proxy("--no-store", LISTEN_FDS="1", LISTEN_PID="1")
        self.assertGreater(proxy.port, 0)

    # --- the store ---

    def test_a_store_that_others_may_change_is_refused(self):
        def folder(mode):
            path = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
            path.chmod(mode)
            return path

        def file(mode):
            path = folder(0o700) / "captures.jsonl"
            path.touch()
            path.chmod(mode)
            return path
        for place in (folder(0o777), folder(0o1777), folder(0o770), file(0o666), file(0o620)):
            with self.subTest(oct(place.stat().st_mode)):
                named = f"{place}/" if place.is_dir() else place
                said = self.refused("--capture", named)
                self.assertRegex(said, r"store-exposed: .*others than its owner may change .*; type: chmod [67]00 ")
                place.chmod(0o700 if place.is_dir() else 0o600)  # as it says
                self.assertEqual(self.proxy("--capture", named).stop(), 0)
        home = folder(0o700)
        store = home / "state" / "telltale" / "captures"
        store.mkdir(parents=True)
        store.chmod(0o755)
        self.assertIn("may look into it", self.refused(home=home))


if __name__ == "__main__":
    unittest.main(verbosity=1)
