"""What surrounds the process: no core file, memory of its own, how the binary was built, and the unit of systemd."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from harness import BINARY, SOURCE, EndToEnd  # noqa: E402


class Process(EndToEnd):
    def test_a_crash_leaves_no_core_and_no_other_user_reads_the_process(self):
        proxy = self.proxy("--no-store")
        files = pathlib.Path("/proc") / str(proxy.process.pid)
        if not os.environ.get("TELLTALE_SANITIZE"):
            # What cannot be dumped belongs to root, so that its owner's other processes cannot read it either.
            self.assertEqual((files / "environ").stat().st_uid, 0)
        self.assertRegex((files / "limits").read_text(), r"Max core file size +0 ")
        self.assertEqual(proxy.stop(signal.SIGABRT), -signal.SIGABRT)
        self.assertEqual([*pathlib.Path.cwd().glob("core*")], [])

    def test_the_binary_is_hardened(self):
        if not shutil.which("readelf"):
            self.skipTest("no readelf here")
        read = lambda *words: subprocess.run(["readelf", "-W", *words, BINARY], capture_output=True, text=True,  # noqa: E731
                                             check=True).stdout
        head, segments, dynamic, symbols = read("-h"), read("-l"), read("-d"), read("--dyn-syms")
        rows = {"position independent": re.search(r"Type:\s+DYN", head),
                "read-only after relocation": "GNU_RELRO" in segments,
                "bound at start": re.search(r"BIND_NOW|FLAGS_1.*NOW", dynamic),
                "stack not executable": re.search(r"GNU_STACK.*RW\s", segments),
                "stack protector": "__stack_chk_fail" in symbols}
        if os.environ.get("TELLTALE_BUILD_TYPE") == "Release" and not os.environ.get("TELLTALE_SANITIZE"):
            rows["fortified"] = re.search(r"__\w+_chk\b(?<!__stack_chk)", symbols)
        held = 0
        for name, holds in rows.items():
            with self.subTest(name):
                self.assertTrue(holds)
                held += 1
        print(f"hardening: {held} of {len(rows)}", flush=True)

    def test_the_unit_is_a_tight_sandbox(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("no systemd-analyze here")
        unit = SOURCE / "scripts" / "telltale.service"
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)], capture_output=True,
                              text=True, timeout=60)
        score = re.search(r"exposure level for telltale.service: ([0-9.]+)", done.stdout)
        if not score:
            self.skipTest("systemd-analyze cannot judge a file here: " + done.stderr.strip()[:200])
        self.assertLessEqual(float(score.group(1)), 2.0)
        print(f"exposure: {score.group(1)} of 2.0", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=1)
