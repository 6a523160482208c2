"""Answers, sound and mutated, from an upstream: what the proxy hands on of them is read by Node's llhttp and by Python's
http.client, and must be one answer to both, with the status, fields and body that it handed on. What it hands on and one of them
refuses or reads otherwise is a hole."""

import base64
import http.client
import io
import json
import os
import pathlib
import random
import shutil
import subprocess
import unittest

from oracle_test import mutate
from request_cases import get
from responses_test import REFUSED, SOUND, final_part
from rig import HostileHttp, rest_of

SCRIPT = pathlib.Path(__file__).with_name("llhttp.js")
MUTANTS = int(os.environ.get("TELLTALE_MUTANTS", "300"))


def corpus():
    chance = random.Random(9110)
    sound = [raw for raw, _ in SOUND.values() if len(raw) < 4000]
    refused = [raw for raw in REFUSED.values() if 0 < len(raw) < 4000]
    return sound + refused + [mutate(chance.choice(sound * 4 + refused), chance) for _ in range(MUTANTS)]


def by_proxy(captures):
    """number of the row -> (status, body) as the proxy read it."""
    read = {}
    for line in captures.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if (answer := record["response"]) is not None:
            coded = answer.get("body_base64")
            body = base64.b64decode(coded) if coded is not None else (answer.get("body") or "").encode()
            read[int(record["request"]["url"].rpartition("/")[2])] = (answer["status"], body)
    return read


class Wire:
    """What http.client wants of a socket."""

    def __init__(self, raw):
        self.raw = raw

    def makefile(self, *_):
        return io.BytesIO(self.raw)


def by_python(raw):
    """(status, body), or why it could not be read."""
    answer = http.client.HTTPResponse(Wire(raw), method="GET")
    try:
        answer.begin()
        return answer.status, answer.read()
    except (http.client.HTTPException, ValueError, OSError) as error:
        return type(error).__name__


def by_llhttp(answers):
    lines = "\n".join(base64.b64encode(raw).decode() for raw in answers)
    done = subprocess.run(["node", "--max-http-header-size=1000000", SCRIPT, "answers"], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class ResponseOracle(HostileHttp):
    def test_what_is_handed_on_reads_the_same_to_all(self):
        if not shutil.which("node"):
            self.skipTest("skipped: node is not here, so llhttp cannot be asked")
        rows = corpus()

        def answer(received, write):
            write(rows[int(received.head.split(b"/")[1].split()[0])])
            return "end"
        captures = self.folder / "answers.jsonl"
        self.start(answer, store=("--capture", captures))
        _, _, origin, connect = self.ways()[1]
        handed = {}
        for number in range(len(rows)):
            client = connect()
            client.sendall(get(b"Connection: close", target=b"/%d" % number).raw(origin))
            said, properly = rest_of(client)
            client.close()
            final = final_part(said)
            if properly and b'"code":"upstream-' not in final:
                handed[number] = final
        self.running.stop()
        own = by_proxy(captures)
        self.assertGreater(len(handed), len(SOUND) // 2)
        for (number, final), read in zip(handed.items(), by_llhttp(handed.values())):
            with self.subTest(rows[number][:200]):
                self.assertEqual(by_python(final), own[number])
                self.assertIsNone(read["error"])
                self.assertEqual([(r["status"], base64.b64decode(r["body"])) for r in read["requests"]], [own[number]])
        print(f"oracle of answers: {len(handed)} of {len(rows)} handed on, read alike by three")


if __name__ == "__main__":
    unittest.main(verbosity=2)
