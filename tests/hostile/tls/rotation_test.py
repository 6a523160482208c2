"""One authority after another, under load: not one handshake of a client that trusts ca.pem as it was offered fails."""
import os
import pathlib
import signal
import ssl
import subprocess
import unittest

import certificates
from rig import BINARY, HOST, HostileTls, Server, clean_environment, open_tunnel


class Rotation(HostileTls):
    def ca(self, proxy, *words):
        done = subprocess.run([BINARY, "ca", "rotate", "--ca-dir", os.path.dirname(proxy.ca), *words], capture_output=True,
                              env=clean_environment(self.folder), text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_thousand_connections(self):
        server = Server(self.make.issue(self.root, certificates.names(HOST) + certificates.SERVER))
        self.addCleanup(server.close)
        proxy = self.proxy_to(HOST, [server])
        seen = {}
        context = None
        for turn in range(1000):
            if turn == 300:
                self.ca(proxy)
            if turn == 400:  # clients have read the two roots by now
                context = ssl.create_default_context(cafile=proxy.ca)
            if turn == 600:
                self.ca(proxy, "--finish")
            if turn == 650:
                proxy.process.send_signal(signal.SIGHUP)
                proxy.wait_for("reload: another CA signs from now on")
            context = context or ssl.create_default_context(cafile=proxy.ca)
            client, outcome = open_tunnel(proxy, f"{HOST}:{server.port}")
            self.assertEqual(outcome.status, 200, (turn, outcome.answer))
            with client, context.wrap_socket(client, server_hostname=HOST) as secured:
                issuer = dict(pair[0] for pair in secured.getpeercert()["issuer"])["commonName"]
                seen.setdefault(issuer, turn)
        self.assertEqual(sorted(seen.values()), [0, 650])
        print("rotation: 1000 of 1000")

    def test_what_is_on_the_disk(self):
        proxy = self.proxy("--intercept", HOST, "--no-store")
        folder = pathlib.Path(proxy.ca).parent
        before = (folder / "ca.pem").read_text()
        self.ca(proxy)
        self.assertTrue((folder / "ca.pem").read_text().startswith(before))
        following = (folder / "next" / "ca.pem").read_text()
        again = subprocess.run([BINARY, "ca", "rotate", "--ca-dir", str(folder)], env=clean_environment(self.folder), capture_output=True)
        self.assertEqual(again.returncode, 2)
        self.ca(proxy, "--finish")
        self.assertEqual((folder / "ca.pem").read_text(), following + before)
        self.assertEqual({p.name for p in folder.iterdir()}, {"ca.pem", "ca.key", "issuing.pem", "issuing.key", "old"})
        for path in (folder, folder / "old", folder / "ca.key", folder / "issuing.key", folder / "old" / "ca.key"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)
        nothing = subprocess.run([BINARY, "ca", "rotate", "--finish", "--ca-dir", str(folder)], env=clean_environment(self.folder), capture_output=True)
        self.assertEqual(nothing.returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=1)
