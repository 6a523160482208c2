"""The network that egress_test.py runs in: this host, a link to the neighbour who is the rest of the internet, and a name
server. Needs the namespaces that egress_test.py has made."""

import os
import socket
import subprocess
import sys
import tempfile
import threading

import neighbour

OWN = "198.18.0.1"

# name -> the answers of each look-up in turn; the last one stays.
NAMES = {
    "home.test": [["127.0.0.1"]],
    "home6.test": [["::1"]],
    "mapped.test": [["::ffff:127.0.0.1"]],
    "meta.test": [["169.254.169.254"]],
    "private.test": [["10.0.0.9"]],
    "mixed.test": [["10.0.0.9", "2606:4700::9"]],
    "several.test": [["1.1.1.9", "1.0.0.9", "127.0.0.1"]],
    "public.test": [["1.1.1.7"]],
    "flip.test": [["1.1.1.5"], ["127.0.0.1"]],
    "flip-private.test": [["1.1.1.5"], ["10.0.0.5"]],
    "flip6.test": [["2606:4700::5"], ["::1"]],
    "retry.test": [["1.1.1.6"], ["127.0.0.1"]],
    "both.test": [["127.0.0.1", "1.1.1.8"]],
    "first-public.test": [["1.1.1.8", "127.0.0.1"]],
}


class NameServer:
    """Just enough of RFC 1035: one question, A or AAAA, from NAMES; anything else does not exist."""

    def __init__(self):
        self.asked = {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def answers(self, name, kind):
        rows = NAMES.get(name.rstrip(".").lower())
        if rows is None:
            return None
        # A and AAAA of one look-up get answers of one round.
        turn = self.asked.setdefault((name, kind), 0)
        self.asked[name, kind] += 1
        row = rows[min(turn, len(rows) - 1)]
        return [a for a in row if (":" in a) == (kind == 28)]

    def serve(self):
        while True:
            question, client = self.socket.recvfrom(4096)
            labels, at = [], 12
            while question[at]:
                labels.append(question[at + 1 : at + 1 + question[at]].decode("latin-1"))
                at += question[at] + 1
            kind = int.from_bytes(question[at + 1 : at + 3], "big")
            found = self.answers(".".join(labels), kind)
            records = b""
            for address in found or []:
                family = socket.AF_INET6 if ":" in address else socket.AF_INET
                raw = socket.inet_pton(family, address)
                records += b"\xc0\x0c" + kind.to_bytes(2, "big") + b"\0\1" + b"\0\0\0\0" + len(raw).to_bytes(2, "big") + raw
            flags = b"\x81\x80" if found is not None else b"\x81\x83"
            self.socket.sendto(
                question[:2] + flags + b"\0\1" + len(found or []).to_bytes(2, "big") + b"\0\0\0\0" + question[12 : at + 5] + records, client
            )


class Network:
    """Set up once a process: loopback, the link to the neighbour, the name server, listeners on this host."""

    def __init__(self):
        self.made, self.changed = [], threading.Condition()
        self.folder = tempfile.mkdtemp(prefix="telltale-egress-")
        for name, text in (
            ("resolv.conf", "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n"),
            ("hosts", "127.0.0.1 localhost\n::1 localhost\n"),
            ("nsswitch.conf", "hosts: files dns\n"),
        ):
            path = os.path.join(self.folder, name)
            with open(path, "w", encoding="ascii") as out:
                out.write(text)
            if os.path.exists(f"/etc/{name}"):
                subprocess.run(["mount", "--bind", path, os.path.realpath(f"/etc/{name}")], check=True)
        self.link_up()
        NameServer()
        for port in neighbour.PORTS:
            listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
            threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def link_up(self):
        ip = neighbour.ip
        self.far = subprocess.Popen(
            ["unshare", "-n", sys.executable, "-B", neighbour.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.far.stdout.readline() == "waiting\n"
        ip("link", "set", "lo", "up")
        ip("link", "add", "near", "type", "veth", "peer", "name", "far")
        ip("link", "set", "far", "netns", str(self.far.pid))
        for words in (
            ["addr", "add", OWN + "/30", "dev", "near"],
            ["addr", "add", "2001:db8::1/64", "dev", "near", "nodad"],
            ["link", "set", "near", "up"],
        ):
            ip(*words)
        # Public by their number, and ours all the same.
        ip("addr", "add", "192.0.2.77/32", "dev", "near")
        ip("addr", "add", "2606:4700::77/128", "dev", "near", "nodad", "preferred_lft", "0")  # no source of our own
        self.far.stdin.write("go\n")
        self.far.stdin.flush()
        assert self.far.stdout.readline() == "up\n"
        ip("route", "add", "default", "via", "198.18.0.2")
        ip("-6", "route", "add", "default", "via", "2001:db8::2")
        threading.Thread(target=self.read_far, daemon=True).start()

    def note(self, line):
        with self.changed:
            self.made.append(line)
            self.changed.notify_all()

    def read_far(self):
        for line in self.far.stdout:
            self.note("far " + line.strip())

    def accept(self, listener):
        while True:
            connection, _ = listener.accept()
            self.note("here %s %d" % connection.getsockname()[:2])
            threading.Thread(target=neighbour.serve, args=(connection,), daemon=True).start()

    def connections(self):
        with self.changed:
            made, self.made = self.made, []
            return made

    def wait(self, count):
        with self.changed:
            return self.changed.wait_for(lambda: len(self.made) >= count, timeout=10)
