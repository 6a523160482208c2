"""Disks that are full, broken, slow, read-only or shared, and power that goes. Rows of faults_test.py."""
import errno
import http.client
import json
import os
import pathlib
import resource
import signal
import tempfile
import threading
import time

from faulty import Plan
from life import HOST, LONG, Life


class Disk(Life):
    def place(self):
        """A home with its file of captures, and the plan of what fails for them."""
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        return home, home / "captures.jsonl", Plan(home)

    @staticmethod
    def kept(captures):
        """(bodies of the records, lines that are none)."""
        bodies, cut = [], 0
        for line in captures.read_bytes().split(b"\n")[:-1]:
            try:
                bodies.append(json.loads(line)["request"]["body"])
            except (ValueError, KeyError):
                cut += 1
        return bodies, cut

    # --- power ---

    def lose_power(self, sync):
        """Lives that end with what was not synced gone: (answers that ended, those of them whose record is lost). What takes a
        tenth of a second to write is not waited for, and said so; a life in which that happened is not counted."""
        upstream = self.upstream()
        home, captures, plan = self.place()
        judged, total, lost = 0, 0, 0
        for life in range(100 if LONG else 8):
            ended, slowest = [], [0.001]
            proxy = self.start(upstream, "--capture", captures, "--capture-sync", sync, home=home, **plan.with_plan())
            threads = [threading.Thread(target=self.load, args=(proxy, upstream, f"{life}-{i}", ended, slowest)) for i in range(4)]
            for thread in threads:
                thread.start()
            end = time.monotonic() + 5
            while len(ended) < 20 and time.monotonic() < end:
                time.sleep(0.01)
            proxy.stop(signal.SIGKILL)
            for thread in threads:
                thread.join(60)
            self.assertLessEqual(plan.get("synced"), captures.stat().st_size)
            os.truncate(captures, plan.get("synced"))
            bodies, cut = self.kept(captures)
            self.assertLessEqual(cut, life)  # the end of each life can cut one line
            if slowest[0] < 0.1:
                judged, total, lost = judged + 1, total + len(ended), lost + len(set(ended) - set(bodies))
            if judged == (50 if LONG else 3):
                break
        print(f"power cut, {sync}: {total} answers ended in {judged} lives, {lost} lost", flush=True)
        return judged, lost

    def test_a_power_cut_loses_no_record_with_full_sync(self):
        self.assertEqual(self.lose_power("full")[1], 0)

    def test_a_power_cut_is_seen_by_this_test(self):
        """The control: what is only flushed is lost."""
        judged, lost = self.lose_power("flush")
        self.assertTrue(lost > 0 or judged == 0)

    # --- writes that fail ---

    def test_every_third_write_fails(self):
        for error in (errno.ENOSPC, errno.EIO):
            for half in (0, 1):
                with self.subTest(errno.errorcode[error], half=half):
                    upstream = self.upstream()
                    home, captures, plan = self.place()
                    proxy = self.start(upstream, "--capture", captures, home=home, **plan.with_plan())
                    plan.set(write_error=error, write_every=3)
                    sent, marked = [], 0
                    for number in range(100):
                        plan.set(write_half=half)
                        sent.append('{"n":%d}' % number)
                        status, _, verdict = self.post(proxy, upstream, sent[-1])
                        self.assertEqual(status, 200)
                        marked += "causes=not-recorded" in verdict
                    proxy.wait_for("captures are being lost")
                    proxy.wait_for("captures are being written again")
                    plan.set(write_error=0)
                    self.assertEqual(proxy.stop(), 0)
                    bodies, cut = self.kept(captures)
                    lost = int(proxy.wait_for(r"(\d+) records lost").group(1))
                    self.assertGreater(lost, 10)
                    self.assertEqual(len(bodies), 100 - lost)
                    self.assertEqual(bodies, [body for body in sent if body in set(bodies)])
                    self.assertLessEqual(cut, lost)
                    self.assertGreater(marked, 10)  # each request behind a loss says so

    def test_what_cannot_be_synced_is_lost_and_said(self):
        upstream = self.upstream()
        home, captures, plan = self.place()
        proxy = self.start(upstream, "--capture", captures, "--capture-sync", "full", home=home, **plan.with_plan())
        self.assertEqual(self.post(proxy, upstream, "{}")[2], "")
        plan.set(sync_error=errno.EIO)
        self.assertEqual(self.post(proxy, upstream, "{}")[0], 200)
        proxy.wait_for("captures are being lost: .*cannot sync")
        self.assertIn("causes=not-recorded", self.post(proxy, upstream, "{}")[2])
        plan.set(sync_error=0)
        self.post(proxy, upstream, "{}")
        proxy.wait_for("captures are being written again")
        self.assertEqual(self.post(proxy, upstream, "{}")[2], "")

    def test_a_file_at_its_bound_does_not_end_the_proxy(self):
        """setrlimit(2): RLIMIT_FSIZE kills who does not say otherwise; a quota is as sudden."""
        upstream = self.upstream()
        home, captures, _ = self.place()
        proxy = self.start(upstream, "--capture", captures, home=home)
        self.post(proxy, upstream, "{}")
        most = resource.prlimit(proxy.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(proxy.process.pid, resource.RLIMIT_FSIZE, (captures.stat().st_size + 10, most))
        self.assertEqual(self.post(proxy, upstream, "{}")[0], 200)
        proxy.wait_for("captures are being lost: .*File too large")
        resource.prlimit(proxy.process.pid, resource.RLIMIT_FSIZE, (most, most))
        self.assertEqual(self.post(proxy, upstream, '{"n":3}')[0], 200)
        proxy.wait_for("captures are being written again")
        self.assertEqual(proxy.stop(), 0)
        self.assertEqual(self.kept(captures), (["{}", '{"n":3}'], 1))

    # --- read-only ---

    def test_a_disk_that_becomes_read_only(self):
        """Of all that the proxy writes: captures, baselines, the authority's folder; leaves need no disk."""
        upstream = self.upstream(HOST)
        home = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        plan = Plan(self.folder, files=str(home))
        proxy = self.proxy_for(HOST, upstream, home=home, **plan.with_plan())
        connection = self.client(proxy, HOST, upstream.port)
        connection.request("POST", "/v1/messages", body="{}")
        self.assertEqual(connection.getresponse().read(), b"{}")
        plan.set(open_error=errno.EROFS, write_error=errno.EROFS)
        for number in range(3):
            other = self.client(proxy, HOST, upstream.port)
            other.request("POST", "/v1/messages", body='{"n":%d}' % number)
            self.assertEqual(other.getresponse().read(), b"{}")
        proxy.wait_for("captures are being lost: .*Read-only")
        self.assertEqual(proxy.stop(), 0)

    def test_a_disk_that_is_read_only_at_the_start(self):
        upstream = self.upstream()
        home, captures, plan = self.place()
        plan.set(open_error=errno.EROFS)
        with self.assertRaisesRegex(AssertionError, "captures.jsonl: cannot open for writing: Read-only file system"):
            self.start(upstream, "--capture", captures, home=home, **plan.with_plan())
        self.start(upstream, "--no-store", home=home, **plan.with_plan())

    # --- slow ---

    def test_a_disk_that_stalls_does_not_stall_traffic(self):
        upstream = self.upstream()
        home, captures, plan = self.place()
        proxy = self.start(upstream, "--capture", captures, "--capture-sync", "full", home=home, **plan.with_plan())
        connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
        self.post(proxy, upstream, '{"n":"first"}', connection)
        plan.set(delay_ms=1000)
        began = time.monotonic()
        for number in range(30):
            self.assertEqual(self.post(proxy, upstream, '{"n":%d}' % number, connection)[0], 200)
        took = time.monotonic() - began
        plan.set(delay_ms=0)
        self.assertLess(took, 10)  # 30 that wait would be 30 s
        self.assertEqual(proxy.stop(), 0)
        self.assertEqual(len(self.kept(captures)[0]), 31)  # late, and none lost

    # --- shared ---

    def test_two_instances_on_one_file(self):
        upstream = self.upstream()
        captures = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "captures.jsonl"
        proxies = [self.start(upstream, "--capture", captures) for _ in range(2)]
        sent = [[] for _ in range(4)]

        def load(number):
            connection = http.client.HTTPConnection("127.0.0.1", proxies[number % 2].port, timeout=60)
            for count in range(100):
                text = json.dumps({"n": f"{number}-{count}", "pad": "x" * (count * 90)})
                self.post(proxies[number % 2], upstream, text, connection)
                sent[number].append(text)
        threads = [threading.Thread(target=load, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        bodies, cut = self.kept(captures)
        self.assertEqual(cut, 0)
        self.assertEqual(sorted(bodies), sorted(text for part in sent for text in part))
