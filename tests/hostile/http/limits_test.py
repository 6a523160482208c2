"""Every limit of core/limits.hpp that bounds what comes from outside has a test at its value and one past it: a row of
tests/unit/limits, a test elsewhere that is named here, or a row on the wire, with the values that ship."""

import os
import pathlib
import re
import unittest

from request_cases import HOST
from rig import OK, HostileHttp, read_answer

SOURCE = pathlib.Path(os.environ["TELLTALE_SOURCE_DIR"])
# Kept by what has sockets, files or clocks: limit -> the file and the test.
ELSEWHERE = {
    "opened_bytes": ("unit/inspect/opened_test.cpp", "opening is bounded in depth and in bytes"),
    "coding_ratio": ("unit/http/coding_test.cpp", "coding_ratio"),
    "captured_response_bytes": ("unit/net/relay_test.cpp", "only so much of a response is kept"),
    "typed_texts": ("unit/app/typed_texts_test.cpp", "the newest typed texts are kept, in the order of their last coming"),
    "typed_bytes": ("unit/app/typed_texts_test.cpp", "the newest typed texts are kept, in the order of their last coming"),
    "transcript_bytes": ("unit/app/transcripts_test.cpp", "what is read of transcripts has a limit"),
    "transcripts_bytes": ("unit/app/transcripts_test.cpp", "what is read of transcripts has a limit"),
    "transcripts": ("unit/app/transcripts_test.cpp", "what is read of transcripts has a limit"),
    "admin_connections": ("unit/net/admin_test.cpp", "more than so many admin connections are busy"),
    "admin_streams": ("unit/net/admin_test.cpp", "admin_streams"),
    "admin_head_bytes": ("unit/net/admin_test.cpp", "admin_head_bytes"),
    "admin_body_bytes": ("unit/net/admin_test.cpp", "admin_body_bytes"),
    "admin_stream_bytes": ("unit/net/admin_test.cpp", "followers get every event, and hear of what was left out"),
    "admin_wrong_tokens": ("unit/net/admin_test.cpp", "admin_wrong_tokens"),
    "connections": ("unit/net/shares_test.cpp", "connections are bounded in all and for each client"),
    "turned_away": ("hostile/load/load_test.py", "test_connections_past_the_limit_are_told_and_counted"),
    "client_connections": ("unit/net/shares_test.cpp", "connections are bounded in all and for each client"),
    "client_requests": ("unit/net/shares_test.cpp", "requests of one client are counted over its connections"),
    "held_bytes": ("unit/net/shares_test.cpp", "the budget gives out 95 percent and takes it back"),
    "client_body_rate": ("unit/net/shares_test.cpp", "a body may pause, but not for ever drip"),
    "status_bytes": ("hostile/tls/revocation_fetch_test.py", '"huge by its length"'),
    "status_list_bytes": ("hostile/tls/revocation_fetch_test.py", '"huge": (bytes(5_000_000)'),
    "status_cache": ("unit/net/status_cache_test.cpp", "so many certificates are kept, and asked about at once"),
    "status_fetches": ("unit/net/status_cache_test.cpp", "so many certificates are kept, and asked about at once"),
    "leaf_cache": ("unit/certs/leaf_cache_test.cpp", "TEST_CASE"),
}
# What they bound is ours: a folder of the user's, our own connections, our own queue.
OURS = {"resolver_threads", "resolver_queue", "transcript_folder_entries", "upstream_pool_per_host", "upstream_pool_total", "record_queue", "record_queue_bytes"}


def names():
    text = (SOURCE / "proxy/core/limits.hpp").read_text()
    return set(re.findall(r"^  std::uint\d+_t (\w+)\b", text, re.M))


def request(*lines, target=b"/"):
    return b"\r\n".join([b"GET %s HTTP/1.1" % target, b"Host: " + HOST.encode(), *lines, b"", b""])


def head_of(size):
    frame = request(b"X: ")
    return request(b"X: " + b"a" * (size - len(frame)))


def chunks(*parts):
    return request(b"Transfer-Encoding: chunked").replace(b"GET", b"POST", 1) + b"".join(parts)


LAST = b"0\r\n\r\n"
# limit -> (its value, the request at so many, status one past it)
WIRE = {
    "head_bytes": (64 << 10, head_of, b"431"),
    "head_fields": (256, lambda n: request(*[b"X: 1"] * (n - 1)), b"431"),
    "target_bytes": (16 << 10, lambda n: request(target=b"/" + b"a" * (n - 1)), b"414"),
    "trailer_bytes": (8 << 10, lambda n: chunks(b"1\r\nx\r\n0\r\nX: ", b"a" * (n - 7), b"\r\n\r\n"), b"431"),
    "chunk_line_bytes": (4 << 10, lambda n: chunks(b"1;", b"a" * (n - 3), b"\r\nx\r\n", LAST), b"400"),
    "body_bytes": (64 << 20, lambda n: request(b"Content-Length: %d" % n).replace(b"GET", b"POST", 1) + bytes(n if n <= 64 << 20 else 0), b"413"),
}


class Limits(HostileHttp):
    def test_every_limit_has_a_row(self):
        rows = set(re.findall(r'\{"(\w+)",', (SOURCE / "tests/unit/limits/limits_test.cpp").read_text()))
        self.assertGreater(len(names()), 30)
        self.assertEqual(rows - names(), set(), "rows of limits that are not there")
        self.assertEqual(names() - rows - ELSEWHERE.keys() - OURS, set(), "limits without a test")
        for limit, (file, test) in ELSEWHERE.items():
            self.assertIn(test, (SOURCE / "tests" / file).read_text(), limit)
        print(f"limits: {len(rows)} in the table, {len(ELSEWHERE)} elsewhere, {len(OURS)} of our own")

    def test_limits_on_the_wire(self):
        self.start()

        def check(name, row):
            most, make, status = row
            for _, _, _, connect in self.ways()[:1]:
                client = connect()
                client.sendall(make(most))
                self.assertTrue(read_answer(client)[0].startswith(OK.strip()))
                client = connect()
                client.sendall(make(most + 1))
                self.assertRegex(read_answer(client)[0], rb"^HTTP/1.1 " + status)

        self.group("limits, on the wire", WIRE, check)


if __name__ == "__main__":
    unittest.main(verbosity=2)
