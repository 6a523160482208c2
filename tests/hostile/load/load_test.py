"""Clients and upstreams that are too many, too slow, or gone. Each row says what has to hold afterwards; an honest request
before and after each is the control. Scaled to end within a minute; TELLTALE_LOAD=full holds 10,000 connections."""

import os
import resource
import select
import socket
import struct
import threading
import time
import unittest

from load_rig import FULL, MIB, SANITIZED, LoadRig, Until, config
from rig import GOOD, read_answer


def drip(client, count):
    """A byte every tenth of a second, until the other side has something to say."""
    for _ in range(count):
        try:
            client.sendall(b"x")
        except OSError:
            return
        if select.select([client], [], [], 0.1)[0]:
            return


class Load(LoadRig):
    # --- too many ---

    def test_connections_past_the_limit_are_told_and_counted(self):
        self.start(None, *config(self.folder, connections=20, client_connections=20))
        held = [self.connect() for _ in range(20)]
        said = self.refused(self.connect(), 503, "connections-full")
        self.assertRegex(said, rb"(?i)\r\nretry-after: \d+\r\n")
        self.running.wait_for("connections-full")
        for client in held:
            client.close()
        Until().wait(self.served)

    def test_one_client_cannot_take_all_connections(self):
        self.start(None, *config(self.folder, connections=20, client_connections=10))
        held = [self.connect() for _ in range(10)]
        said = self.refused(self.connect(), 429, "client-connections-full")
        self.assertRegex(said, rb"(?i)\r\nretry-after: \d+\r\n")
        other = socket.create_connection(("127.0.0.1", self.running.port), timeout=20, source_address=("127.0.0.2", 0))
        self.addCleanup(other.close)
        other.sendall(self.head())
        self.assertTrue(read_answer(other)[0].startswith(b"HTTP/1.1 200 "))
        held[0].close()
        Until().wait(self.served)

    def test_one_client_has_so_many_requests_under_way(self):
        release = threading.Event()

        def answer(received, write):
            if b"wait" in received.head:
                release.wait(20)
            write(GOOD)

        self.start(answer, *config(self.folder, client_requests=3))
        waiting = [self.connect() for _ in range(3)]
        for client in waiting:
            client.sendall(self.head(more=b"X-Do: wait\r\n"))
        Until().wait(lambda: len(self.bare.requests) == 3)
        one_more = self.connect()
        one_more.sendall(self.head())
        self.refused(one_more, 429, "client-requests-full")
        release.set()
        for client in waiting:
            self.assertTrue(read_answer(client)[0].startswith(b"HTTP/1.1 200 "))
        self.honest()

    def test_no_descriptor_is_left(self):
        self.start()
        self.bound_descriptors(64)
        self.honest()
        held = [socket.create_connection(("127.0.0.1", self.running.port), timeout=20) for _ in range(300)]
        cpu = self.cpu_seconds()
        time.sleep(2)
        self.assertLess(self.cpu_seconds() - cpu, 0.1, "it spins")
        for client in held:
            client.close()
        start = time.monotonic()
        self.honest()
        self.assertLess(time.monotonic() - start, 5)

    def test_no_descriptor_is_left_for_the_upstream(self):
        self.start()
        client = self.connect()
        client.sendall(self.head(more=b"Connection: close\r\n"))
        read_answer(client)
        client = self.connect()
        time.sleep(0.3)
        used = {int(name) for name in os.listdir(f"/proc/{self.running.process.pid}/fd")}
        free = next(n for n in range(1000) if n not in used)
        self.bound_descriptors(free)
        client.sendall(self.head())
        head, body = read_answer(client)
        self.bound_descriptors(1024)
        # An idle pooled connection may have made room.
        if not head.startswith(b"HTTP/1.1 200 "):
            self.assertRegex(head, rb"^HTTP/1\.1 503 ")
            self.assertIn(b'"code":"descriptors-full"', body)
            self.assertRegex(head, rb"(?i)\r\nretry-after: \d+")
        self.honest()

    def test_bodies_are_bounded_in_memory(self):
        self.start(None, *config(self.folder, message_memory=16))
        self.honest()
        base = self.status("VmRSS")
        clients = [self.connect() for _ in range(40)]
        head = self.head(b"POST", b"Content-Length: %d\r\n" % (4 * MIB))
        for client in clients:
            client.setblocking(False)
        left = {c.fileno(): (c, memoryview(head + b"a" * (4 * MIB - 1))) for c in clients}  # the last byte never comes
        end, answered = time.monotonic() + 20, 0
        peak = 0
        while left and time.monotonic() < end:
            readable, writable, _ = select.select([c for c, _ in left.values()], [c for c, data in left.values() if data], [], 0.2)
            for client in readable:
                left.pop(client.fileno(), None)
                answered += 1
            for client in writable:
                if client.fileno() in left:
                    c, data = left[client.fileno()]
                    try:
                        left[client.fileno()] = c, data[c.send(data[:65536]):]
                    except OSError:
                        left.pop(client.fileno())
            peak = max(peak, self.status("VmRSS"))
            if not any(data for _, data in left.values()):
                break
        self.assertGreaterEqual(answered, 30, "refusals")
        self.assertLess(peak - base, 64 * 1024)
        self.running.wait_for("memory-full")
        for client in clients:
            client.close()
        time.sleep(0.3)
        self.honest()

    # --- too slow ---

    def test_a_head_that_drips_has_ten_seconds(self):
        self.start()
        client = self.connect()
        start = time.monotonic()
        client.sendall(b"GET ")
        drip(client, 150)
        self.refused(client, 408, "request-timeout")
        self.assertLess(time.monotonic() - start, 14)

    def test_a_body_that_drips_is_too_slow(self):
        self.start()
        client = self.connect()
        client.sendall(self.head(b"POST", b"Content-Length: 100000\r\n"))
        start = time.monotonic()
        drip(client, 250)
        self.refused(client, 408, "body-too-slow")
        self.assertLess(time.monotonic() - start, 16)

    def test_an_upstream_that_answers_while_it_reads(self):
        """It reads no further until what it says is taken: 8 MiB in, 8 MiB out."""
        size = 8 * MIB

        def serve(connection):
            seen = b""
            while b"\r\n\r\n" not in seen:
                seen += connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
            echoed = seen.partition(b"\r\n\r\n")[2]
            count = 0
            while count < size:
                connection.sendall(echoed)
                count += len(echoed)
                if count < size:
                    echoed = connection.recv(65536)
            connection.close()

        self.start()
        self.bare.serve = serve
        client = self.connect()
        client.settimeout(30)
        sender = threading.Thread(target=client.sendall, daemon=True,
                                  args=(self.head(b"POST", b"Content-Length: %d\r\n" % size) + b"e" * size,))
        sender.start()
        head, body = read_answer(client)
        self.assertTrue(head.startswith(b"HTTP/1.1 200 "))
        self.assertEqual(len(body), size)

    def test_an_upstream_that_refuses_early_is_heard(self):
        """It answers 413 after the head, keeps the connection open, and reads no more."""
        done = threading.Event()

        def serve(connection):
            connection.recv(1024)
            connection.sendall(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nmuch")
            done.wait(20)
            connection.close()

        self.start()
        self.bare.serve = serve
        client = self.connect()
        start = time.monotonic()
        client.sendall(self.head(b"POST", b"Content-Length: %d\r\n" % (16 * MIB)) + b"e" * (16 * MIB))
        head, body = read_answer(client)
        done.set()
        self.assertTrue(head.startswith(b"HTTP/1.1 413 "), head)
        self.assertEqual(body, b"much")
        self.assertLess(time.monotonic() - start, 10)

    # --- gone ---

    def vanish(self, ways, stream):
        """The time from the client's end to the upstream's seeing it."""
        for name, leave in ways.items():
            with self.subTest(name):
                gone = threading.Event()

                def serve(connection):
                    connection.recv(65536)
                    if stream:
                        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
                    connection.settimeout(20)
                    try:
                        while connection.recv(65536):
                            pass
                    except OSError:
                        pass
                    gone.set()

                self.bare.serve = serve
                client = self.connect()
                client.sendall(self.head())
                if stream:
                    self.assertIn(b"HTTP/1.1 200", client.recv(4096))
                time.sleep(0.2)
                start = time.monotonic()
                leave(client)
                self.assertTrue(gone.wait(10))
                self.assertLess(time.monotonic() - start, 2)  # 0.6 s on an idle machine

    @staticmethod
    def reset(client):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

    def test_a_client_that_goes_cancels_its_upstream(self):
        self.start()
        ways = {"closed": lambda client: client.close(), "reset": self.reset}
        self.vanish(ways, stream=False)
        self.vanish(ways, stream=True)

    def test_what_was_sent_ahead_is_not_lost(self):
        def answer(received, write):
            if b"/slow" in received.head:
                time.sleep(1)
            write(GOOD)

        self.start(answer)
        client = self.connect()
        client.sendall(self.head().replace(b"/ HTTP", b"/slow HTTP", 1))
        time.sleep(0.3)
        client.sendall(self.head())
        said = b""
        while said.count(b"good") < 2 and (chunk := client.recv(65536)):
            said += chunk
        self.assertEqual(said.count(b"HTTP/1.1 200 "), 2, said)

    def test_a_stuck_reader_stops_its_upstream(self):
        sent = [0]

        def serve(connection):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (1024 * MIB))
            block = b"s" * 65536
            try:
                while sent[0] < 1024 * MIB:
                    sent[0] += connection.send(block)
            except OSError:
                pass

        self.start()
        self.bare.serve = serve
        base = self.status("VmRSS")
        client = self.connect()
        client.sendall(self.head())
        time.sleep(2)
        before = sent[0]
        time.sleep(0.5)
        self.assertEqual(sent[0], before, "the upstream is not paused")
        self.assertLess(before, 64 * MIB)  # what the sockets of both legs hold
        if not SANITIZED:
            self.assertLess(self.status("VmRSS") - base, 8 * 1024)  # of it, the capture keeps 4 MiB

    def test_idle_and_short_connections_leave_nothing(self):
        count = 10_000 if FULL else 1_000
        if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < count + 200:
            self.skipTest("not enough descriptors here")
        self.start()
        self.honest()
        descriptors, base = self.descriptors(), self.status("VmRSS")
        held = [socket.create_connection(("127.0.0.1", self.running.port), timeout=20) for _ in range(count)]
        self.honest()
        each = (self.status("VmRSS") - base) / count
        for client in held:
            client.close()
        Until(20).wait(lambda: self.descriptors() <= descriptors + 2)
        print(f"idle: {count} held, {each:.1f} KiB each", flush=True)
        if not SANITIZED:
            self.assertLess(each, 40)
        rounds = []
        for _ in range(3):
            for _ in range(500):
                socket.create_connection(("127.0.0.1", self.running.port), timeout=20).close()
            self.honest()
            rounds.append(self.status("VmRSS"))
        if not SANITIZED:
            self.assertLess(rounds[-1] - rounds[0], 2048)
        Until(20).wait(lambda: self.descriptors() <= descriptors + 2)


if __name__ == "__main__":
    unittest.main(verbosity=1)
