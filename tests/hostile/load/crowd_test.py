"""Many at once: what each idle connection costs, how long one client waits while another floods, and what happens when memory
runs out. Fairness is told by a control: the same request from the flooder's own address, which has to wait behind the flood.
TELLTALE_LOAD=full holds 10,000 intercepted connections, and kills a proxy without a bound on memory to show that the group
would."""

import os
import pathlib
import resource
import select
import signal
import socket
import ssl
import statistics
import threading
import time
import unittest

from load_rig import FULL, MIB, RELEASE, SANITIZED, LoadRig, Until, config
import harness
from request_cases import HOST
from rig import GOOD

FLOODER, OTHER = "127.0.0.1", "127.0.0.2"
EVENT = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ndata:\n\r\n"


def spread(seconds):
    ordered = sorted(seconds)
    return f"p50 {1e3 * statistics.median(ordered):.1f} ms, p99 {1e3 * ordered[(len(ordered) * 99) // 100]:.1f} ms"


class MemoryGroup:
    """A control group with so much memory and no swap, of either version; `wrap` gives a program that starts the binary in it."""

    def __init__(self, limit):
        one, two = pathlib.Path("/sys/fs/cgroup/memory"), pathlib.Path("/sys/fs/cgroup")
        version_one = one.is_dir()
        self.folder = (one if version_one else two) / f"telltale-test-{os.getpid()}"
        self.folder.mkdir()
        (self.folder / ("memory.limit_in_bytes" if version_one else "memory.max")).write_text(str(limit))

    def wrap(self, folder, binary):
        script = pathlib.Path(folder) / "in-group"
        script.write_text(f'#!/bin/sh\necho $$ > {self.folder}/cgroup.procs && exec {binary} "$@"\n')
        script.chmod(0o755)
        return str(script)

    def remove(self):
        """Whoever is still in it is a proxy that never got ready."""
        for left in (self.folder / "cgroup.procs").read_text().split():
            os.kill(int(left), signal.SIGKILL)
        Until().wait(lambda: not (self.folder / "cgroup.procs").read_text())
        self.folder.rmdir()


class Crowd(LoadRig):
    def connect_from(self, address):
        client = socket.create_connection(("127.0.0.1", self.running.port), timeout=30, source_address=(address, 0))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.addCleanup(client.close)
        return client

    def asked(self, address=FLOODER):
        """A connection for which a CONNECT was granted."""
        client = self.connect_from(address)
        client.sendall(f"CONNECT {HOST}:{self.secured.port} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 200 "))
        return client

    def latencies(self, count):
        out = []
        for _ in range(count):
            start = time.monotonic()
            self.honest()
            out.append(time.monotonic() - start)
        return out

    # --- idle ---

    def hold(self, name, count, path, most):
        """So many intercepted connections that have each got the start of an answer, or all of it."""
        def one_more():
            client = self.tunnel()
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Api-Key: made-up\r\nAccept: */*\r\n\r\n".encode())
            self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 200 "))
            return client

        held = [one_more() for _ in range(30)]  # whatever is made once, and is not of a connection
        before, base = self.latencies(20), self.status("VmRSS")
        held += [one_more() for _ in range(count)]
        each = (self.status("VmRSS") - base) / count
        during = self.latencies(20)
        print(f"{name}: {count} held, {each:.1f} KiB each; a new request {spread(before)} before, {spread(during)} with them", flush=True)
        self.assertLess(max(during) - max(before), 0.05 if RELEASE else 1)
        if not SANITIZED:
            self.assertLess(each, most)
        for client in held:
            client.close()

    def answer(self, received, write):
        if b"/stream" not in received.head:
            return write(GOOD)
        write(EVENT)
        self.release.wait(60)
        return "cut"

    def idle(self, name, count, path):
        self.release = threading.Event()
        self.addCleanup(self.release.set)
        self.start(self.answer)
        self.tunnel().close()
        descriptors = self.descriptors()
        self.hold(name, count, path, 40 if RELEASE else 64)
        self.release.set()
        Until(20).wait(lambda: self.descriptors() <= descriptors + 70)  # what the pool may keep
        self.honest()

    def test_idle_connections_kept_alive_are_small(self):
        self.idle("idle, kept alive", 10_000 if FULL else 150, "/")

    def test_idle_streams_are_small(self):
        self.idle("idle streams", 1_000 if FULL else 400 if RELEASE else 150, "/stream")

    # --- floods ---

    def race(self, prepare, crowd, one, after, rounds):
        """`crowd()` makes many ready at once, then one more asks: the times of that one by address, one round each in turn."""
        times = {OTHER: [], FLOODER: []}
        for _ in range(rounds):
            for address, into in times.items():
                client = prepare(address)
                crowd()
                start = time.monotonic()
                one(client)
                into.append(time.monotonic() - start)
                after()
        return times

    def fair(self, name, times):
        """The least of each is compared: whatever else the machine does makes times longer, never shorter."""
        print(f"{name}: another client {spread(times[OTHER])}; one more of the flooder {spread(times[FLOODER])}", flush=True)
        self.assertLess(2 * min(times[OTHER]), min(times[FLOODER]))

    def test_a_flood_of_requests_delays_its_own_client(self):
        """Answered by the proxy itself (Max-Forwards: 0), so that no upstream is in the way."""
        self.start()
        request = self.head(b"OPTIONS", b"Max-Forwards: 0\r\n")
        flood = [self.connect_from(FLOODER) for _ in range(300)]

        def crowd():
            for client in flood:
                client.sendall(request * 4)

        def one(client):
            client.sendall(request)
            self.assertTrue(client.recv(65536).startswith(b"HTTP/1.1 200 "))

        def drain():
            for client in flood:
                said = b""
                while said.count(b"HTTP/1.1 200 ") < 4:
                    said += client.recv(65536)

        self.fair("flood of requests", self.race(self.connect_from, crowd, one, drain, 10 if RELEASE else 4))
        self.honest()

    def test_a_flood_of_handshakes_delays_its_own_client(self):
        """They are never finished. Ended by the proxy after ten seconds."""
        self.start()
        self.asked().close()
        hello = ssl.MemoryBIO()
        try:
            self.trust.wrap_bio(ssl.MemoryBIO(), hello, server_hostname=HOST).do_handshake()
        except ssl.SSLWantReadError:
            hello = hello.read()
        flood = []

        def prepare(address):
            flood.extend(self.asked() for _ in range(150))
            return self.asked(address)

        def crowd():
            for client in flood[-150:]:
                client.sendall(hello)

        def one(client):
            client.sendall(hello)
            self.assertEqual(client.recv(1), b"\x16")

        self.fair("flood of handshakes", self.race(prepare, crowd, one, lambda: None, 3))
        self.honest()
        start = time.monotonic()
        for client in flood:
            client.settimeout(20)
            while client.recv(65536):
                pass
        self.assertLess(time.monotonic() - start, 14)

    # --- memory ---

    def crowd_of_bodies(self, count, size):
        """So many requests whose bodies lack their last byte. What was answered meanwhile, and those that were not."""
        head = self.head(b"POST", b"Content-Length: %d\r\n" % size)
        left, answers = {}, []
        for _ in range(count):
            client = self.connect()
            client.setblocking(False)
            left[client] = memoryview(head + b"a" * (size - 1))
        end = time.monotonic() + 40
        while any(left.values()) and time.monotonic() < end and self.running.process.poll() is None:
            readable, writable, _ = select.select(list(left), [c for c, data in left.items() if data], [], 0.2)
            for client in readable:
                try:
                    answers.append(client.recv(65536))
                except OSError as reset:
                    answers.append(str(reset).encode())
                del left[client]
                client.close()
            for client in writable:
                if client in left:
                    try:
                        left[client] = left[client][client.send(left[client][:262144]):]
                    except OSError:
                        pass  # its answer comes next
        return answers, list(left)

    def group_of(self, limit):
        try:
            group = MemoryGroup(limit)
        except OSError as reason:
            self.skipTest(f"no memory group can be made here: {reason}")
        self.addCleanup(group.remove)
        binary = harness.BINARY
        self.addCleanup(setattr, harness, "BINARY", binary)
        harness.BINARY = group.wrap(self.folder, binary)

    @unittest.skipIf(SANITIZED, "its shadow is more than the group has")
    def test_a_group_of_256_mib_is_enough_for_any_crowd(self):
        self.group_of(256 * MIB)
        self.start()
        self.honest()
        answers, held = self.crowd_of_bodies(500 if FULL else 60, 10 * MIB)
        refused = [a for a in answers if a.startswith(b"HTTP/1.1 503 ") and b"memory-full" in a and b"retry-after" in a.lower()]
        print(f"256 MiB: {len(answers)} of {len(answers) + len(held)} answered, {len(refused)} with 503; "
              f"{self.status('VmHWM') // 1024} MiB at most", flush=True)
        self.assertIsNone(self.running.process.poll())
        self.assertGreaterEqual(len(refused), (len(answers) + len(held)) // 2)
        self.assertTrue(held, "none of those that would have fitted")
        for client in held:
            client.close()
        Until().wait(self.served)

    @unittest.skipUnless(FULL and not SANITIZED, "the control of the row above; TELLTALE_LOAD=full runs it")
    def test_without_a_bound_the_group_would_kill_it(self):
        self.group_of(256 * MIB)
        self.start(None, *config(self.folder, message_memory=4096))
        self.crowd_of_bodies(60, 10 * MIB)
        self.assertIsNotNone(self.running.process.poll())


if __name__ == "__main__":
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < resource.getrlimit(resource.RLIMIT_NOFILE)[1]:
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    unittest.main(verbosity=1)
