"""What the tests of load share: limits in a file, an honest request as the control, and what the proxy uses of the machine."""

import os
import pathlib
import re
import resource
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "http"))
import rig  # noqa: E402  (the path has to be set first)
from rig import HostileHttp, read_answer  # noqa: E402
from request_cases import HOST  # noqa: E402

SANITIZED = bool(os.environ.get("TELLTALE_SANITIZE"))  # its shadow and quarantine are more than the bounds
RELEASE = os.environ.get("TELLTALE_BUILD_TYPE") == "Release"  # without optimisation a coroutine holds twice as much
FULL = os.environ.get("TELLTALE_LOAD") == "full"
MIB = 1024 * 1024


def config(folder, **limits):
    path = pathlib.Path(tempfile.mkdtemp(dir=folder)) / "limits.jsonc"
    path.write_text('{"limits":{' + ",".join(f'"{k}":{v}' for k, v in limits.items()) + "}}")
    return "--config", path


class Until:
    """Waits until something is true, and fails when it takes longer."""

    def __init__(self, seconds=10):
        self.seconds = seconds

    def wait(self, condition):
        start = time.monotonic()
        while not condition():
            if time.monotonic() - start > self.seconds:
                raise AssertionError(f"not within {self.seconds} s")
            time.sleep(0.01)
        return time.monotonic() - start


class LoadRig(HostileHttp):
    def origin(self):
        return b"http://%s:%d" % (HOST.encode(), self.bare.port)

    def head(self, method=b"GET", more=b""):
        return method + b" " + self.origin() + b"/ HTTP/1.1\r\nHost: %s:%d\r\n" % (HOST.encode(), self.bare.port) + more + b"\r\n"

    def honest(self):
        client = self.connect()
        client.sendall(self.head())
        head, body = read_answer(client)
        client.close()
        self.assertTrue(head.startswith(b"HTTP/1.1 200 "), head)
        self.assertEqual(body, b"good")

    def served(self):
        try:
            self.honest()
        except AssertionError:
            return False
        return True

    def status(self, name):
        text = pathlib.Path(f"/proc/{self.running.process.pid}/status").read_text()
        return int(re.search(rf"(?m)^{name}:\s*(\d+)", text).group(1))

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.running.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def bound_descriptors(self, most):
        """The proxy raises its own bound at the start; this comes after it."""
        pid = self.running.process.pid
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, resource.prlimit(pid, resource.RLIMIT_NOFILE)[1]))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.running.process.pid}/fd"))

    def refused(self, client, status, code):
        client.settimeout(20)
        said, _ = rig.rest_of(client)
        self.assertRegex(said.decode("latin-1"), rf"^HTTP/1\.1 {status} [\s\S]*\"code\":\"{code}\"")
        return said
