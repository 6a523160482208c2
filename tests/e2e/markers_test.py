"""scripts/score-markers on a small set, with the real binary and with a stand-in; the generator of sets; a generated set."""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARKERS = ROOT / "tests/markers"
FIXTURE = MARKERS / "fixture"

# In place of a set's score.py: keeps what it was given.
SCORE = """import json, pathlib, shutil, sys
here = pathlib.Path(__file__).parent
shutil.copy(sys.argv[2], here / "findings.jsonl")
(here / "arguments").write_text(json.dumps(sys.argv[3:]))
sys.exit(7 if "--fail" in sys.argv else 0)
"""

# In place of telltale: notes its arguments, keeps the captures and answers what the test put beside it.
STAND_IN = """#!{python}
import pathlib, shutil, sys
here, words = pathlib.Path(__file__).parent, sys.argv[1:]
if "--help" in words:
    print("--baseline CAPTURE, analyse")
    sys.exit(0)
with open(here / "calls", "a") as calls:
    print(*words, file=calls)
shutil.copy(words[-1], here / pathlib.Path(words[-1]).name)
if words[0] == "sweep":
    print((here / "sweep.json").read_text())
    sys.exit(1)
if "--baseline" in words:
    shutil.copy(words[words.index("--baseline") + 1], here / "baselines.jsonl")
shutil.copy(here / "answer.jsonl", words[words.index("--output") + 1])
shutil.copy(here / "answer-stripped.jsonl", words[words.index("--strip-to") + 1])
"""

# What a generated set must reach at least. To be raised as the engine learns; never to be lowered without a reason.
LEAST = {
    "clean cases quiet": 1.0,
    "clean cases unchanged": 1.0,
    "null groups quiet": 1.0,
    "characters with the right source": 0.99,
    "markers located": 0.6,
    "markers located, needs typed": 0.9,
    "environment located": 0.35,
    "stripped to the twin, canonical": 0.55,
    "stripped to the twin, by reference": 0.55,
}


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Scratch(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "score.py").write_text(SCORE)
        (self.folder / "tmp").mkdir()

    def score(self, folder, *arguments, telltale=os.environ.get("TELLTALE", "")):
        """The script, run from elsewhere, with temporary files where the test can see them."""
        return subprocess.run([ROOT / "scripts/score-markers", folder, *map(str, arguments)], cwd=self.folder / "tmp", text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=280, check=False,
                              env={**os.environ, "TELLTALE": str(telltale), "TMPDIR": str(self.folder / "tmp")})

    def findings(self):
        return {line["id"]: line for line in read_lines(self.folder / "findings.jsonl")}


class Fixture(Scratch):
    """Cases made by hand, judged by the binary under test."""

    def setUp(self):
        super().setUp()
        self.done = self.score(FIXTURE, "--score-py", self.folder / "score.py", "--colour", "blue")
        self.assertEqual(self.done.returncode, 0, self.done.stderr)
        self.found = self.findings()

    def case(self, name):
        return json.loads((FIXTURE / f"{name}.json").read_bytes())

    def test_every_case_has_a_line_and_the_rest_goes_to_score(self):
        self.assertEqual(set(self.found), {"hidden", "quiet", "telling", "two-places"})
        self.assertEqual(json.loads((self.folder / "arguments").read_text()), ["--colour", "blue"])
        self.assertRegex(self.done.stdout.splitlines()[-1], r"^replay [0-9.]+ s for 3 requests, 0\.00 MB; sweep analyse")
        self.assertEqual(list((self.folder / "tmp").iterdir()), [], "temporary files are left behind")

    def test_a_marker_is_found_where_its_label_is_and_stripped_to_the_twin(self):
        label, found = self.case("hidden")["labels"][0], self.found["hidden"]
        self.assertIn((label["where"], label["span"]), [(f["where"], f["span"]) for f in found["findings"]])
        self.assertEqual(hashlib.sha256(found["stripped_body"].encode()).hexdigest(), self.case("hidden")["twin"]["sha256"])

    def test_an_honest_request_is_left_alone_to_its_credentials(self):
        request, found = self.case("quiet")["request"], self.found["quiet"]
        self.assertEqual(found["findings"], [])
        self.assertEqual(found["stripped_body"], request["body"])
        self.assertEqual(found["stripped_headers"], request["headers"])

    def test_a_fact_of_the_machine_is_found(self):
        label = self.case("telling")["labels"][0]
        self.assertIn((label["where"], label["span"]), [(f["where"], f.get("span")) for f in self.found["telling"]["findings"]])


class Converter(Scratch):
    """What goes into telltale and what is made of its answer, with a telltale that says what the test wants."""

    def setUp(self):
        super().setUp()
        stand_in = self.folder / "telltale"
        stand_in.write_text(STAND_IN.replace("{python}", sys.executable))
        stand_in.chmod(0o755)
        self.answer([], [])
        self.sweep({"findings": []})

    def answer(self, findings, segments, **request):
        """The result for the first case; the others get none."""
        line = {"exchange": "request-000000", "findings": findings, "segments": segments}
        (self.folder / "answer.jsonl").write_text(json.dumps(line) + "\n")
        stripped = {"id": "request-000000", "request": {"headers": [], "body": "{}", **request}}
        (self.folder / "answer-stripped.jsonl").write_text(json.dumps(stripped) + "\n")

    def sweep(self, report):
        (self.folder / "sweep.json").write_text(json.dumps(report))

    def run_it(self, *arguments):
        done = self.score(FIXTURE, "--score-py", self.folder / "score.py", *arguments, telltale=self.folder / "telltale")
        self.assertIn("no result for", done.stderr)
        return done

    @staticmethod
    def finding(where, **more):
        return {"rule": "marker.plum", "severity": "high", "confidence": 0.8, "where": where, "span": [3, 4],
                "raw_span": [40, 41], **more}

    def test_nothing_that_tells_the_answer_goes_in(self):
        self.run_it()
        for name in ("captures.jsonl", "baselines.jsonl", "request-000003.jsonl"):
            text = (self.folder / name).read_text()
            for word in ("label", "twin", "truth", "carries", "class", "double_space", "hidden", "telling", "two-places", '"hm"'):
                self.assertNotIn(word, text, name)
        first = read_lines(self.folder / "captures.jsonl")[0]
        self.assertEqual(set(first), {"telltale", "id", "time", "flow", "request", "response", "typed", "environment"})

    def test_references_are_given_or_all_left_out(self):
        self.run_it()
        self.assertEqual(len(read_lines(self.folder / "baselines.jsonl")), 3)
        self.assertIn("--baseline", (self.folder / "calls").read_text())
        (self.folder / "calls").unlink()
        self.run_it("--no-references")
        self.assertNotIn("--baseline", (self.folder / "calls").read_text())
        for line in read_lines(self.folder / "captures.jsonl"):
            self.assertFalse({"typed", "environment"} & set(line))

    def test_groups_go_to_sweep_with_the_name_of_their_environment_alone(self):
        self.sweep({"findings": [{"aspect": "spaces", "severity": "high", "where": "body:/system", "span": [97, 98]},
                                 {"aspect": "order", "severity": "low", "where": "headers", "span": None},
                                 {"aspect": "clock", "severity": "info", "where": "header:date", "span": None}]})
        self.run_it()
        self.assertEqual([line["environment"] for line in read_lines(self.folder / "request-000003.jsonl")],
                         [{"arm": [arm]} for arm in "AAAABBBB"])
        self.assertEqual([(f["where"], f.get("span"), f["technique"]) for f in self.findings()["two-places"]["findings"]],
                         [("body:/system", [97, 98], "spaces"), ("headers", None, "order")])

    def test_findings_keep_their_place_and_info_is_no_finding(self):
        rows = (
            (self.finding("body:/a"), {"where": "body:/a", "span": [3, 4]}),
            (self.finding("body:/a", span=None), {"where": "body:/a"}),
            (self.finding("headers", span=None), {"where": "headers"}),
            (self.finding("header:x-a"), {"where": "header:x-a", "span": [3, 4]}),
            (self.finding("body:/user#json/device"), {"where": "raw", "span": [40, 41]}),
            (self.finding("header:x-a#json/b"), {"where": "header:x-a", "span": [3, 4]}),
            (self.finding("raw", span=[9, 10]), {"where": "raw", "span": [9, 10]}),
        )
        self.answer([finding for finding, _ in rows] + [self.finding("body:/b", severity="info")], [])
        self.run_it()
        self.assertEqual(self.findings()["hidden"]["findings"],
                         [{**wanted, "technique": "marker.plum", "score": 0.8} for _, wanted in rows])

    def test_sources_get_the_names_of_the_set(self):
        rows = (("typed", "user", "typed"), ("carried", "assistant", "assistant"), ("file", "user", "attachment"),
                ("tool_result", "tool", "tool_result"), ("tool_definition", "none", "tooldesc"), ("template", "system", "system"),
                ("template", "user", "reminder"), ("environment", "system", "system"), ("environment", "user", "reminder"),
                ("unexplained", "user", "reminder"), ("unexplained", "system", "unexplained"), ("metadata", "none", "metadata"))
        self.answer([], [{"where": "/a", "span": [0, 1], "raw_span": [5, 6], "source": s, "role": r} for s, r, _ in rows])
        self.run_it()
        self.assertEqual([s["source"] for s in self.findings()["hidden"]["segments"]], [wanted for _, _, wanted in rows])

    def test_masks_give_way_to_what_they_stand_for(self):
        digest = hashlib.sha256(b"key-of-nobody-17").hexdigest()[:8]
        self.answer([], [], headers=[["x-api-key", f"[masked sha256:{digest}]"], ["x-b", "[masked sha256:00000000]"]])
        self.run_it()
        self.assertEqual(self.findings()["hidden"]["stripped_headers"],
                         [["x-api-key", "key-of-nobody-17"], ["x-b", "[masked sha256:00000000]"]])

    def test_the_status_is_that_of_score(self):
        self.assertEqual(self.run_it("--fail").returncode, 7)

    def test_one_case_alone_and_kept_files(self):
        done = self.score(FIXTURE, "--score-py", self.folder / "score.py", "--only", "hidden", "--keep", "kept",
                          telltale=self.folder / "telltale")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(set(self.findings()), {"hidden"})
        kept = self.folder / "tmp/kept"
        self.assertTrue({"captures.jsonl", "report.jsonl", "stripped.jsonl", "findings.jsonl"} <= {p.name for p in kept.iterdir()})


class Generated(Scratch):
    """Sets of generate.py."""

    def generate(self, name, *arguments):
        subprocess.run([sys.executable, "-B", MARKERS / "generate.py", self.folder / name, *arguments], check=True,
                       stdout=subprocess.DEVNULL)
        return self.folder / name

    def test_the_same_seed_gives_the_same_bytes(self):
        one, two, other = (self.generate(name, "--every", "9", "--seed", seed) for name, seed in (("a", "4"), ("b", "4"), ("c", "5")))
        contents = [{p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.json")} for folder in (one, two, other)]
        self.assertEqual(contents[0], contents[1])
        self.assertNotEqual(contents[0], contents[2])

    def test_labels_lead_to_what_they_say(self):
        for path in sorted(self.generate("set", "--seed", "3").glob("*.json")):
            case = json.loads(path.read_bytes())
            if "request" not in case:
                continue
            with self.subTest(path.stem):
                self.check_case(case)

    def check_case(self, case):
        body = case["request"]["body"].encode()
        document = json.loads(body)
        for label in case["labels"]:
            if label["where"].startswith("body:") and label["span"]:
                begin, end = label["span"]
                raw = body[slice(*label["raw_span"])].decode()
                self.assertEqual(json.loads(f'"{raw}"'), at(document, label["where"][5:])[begin:end])
        for part in case["truth"]:
            text = at(document, part["where"])[slice(*part["span"])]
            self.assertEqual(len(text), part["span"][1] - part["span"][0])
            if part["source"] == "typed" and case["class"] == "env":
                self.assertIn(text, case["typed"])
        if case["class"] == "marked":
            clean = body
            for begin, end, text in sorted(case["twin"]["edits"], reverse=True):
                clean = clean[:begin] + text.encode() + clean[end:]
            self.assertEqual(hashlib.sha256(clean).hexdigest(), case["twin"]["sha256"])
            self.assertTrue(clean != body or case["twin"]["headers"])

    def test_a_generated_set_is_judged_as_well_as_before(self):
        done = self.score(self.generate("set", "--every", "4"), "--missed", "--json", self.folder / "figures.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = json.loads((self.folder / "figures.json").read_bytes())
        for name, least in LEAST.items():
            hits, cases = figures[name]
            self.assertGreaterEqual(hits, least * cases, f"{name}: {hits} of {cases}\n{done.stdout}")


class Measure(unittest.TestCase):
    """What counts as located."""

    def test_a_finding_stands_where_its_label_stands(self):
        sys.path.insert(0, str(MARKERS))
        import measure
        text = {"where": "body:/a/b", "span": [10, 12], "raw_span": [40, 44], "technique": "plum"}
        member = {**text, "span": None}
        order = {"where": "header:accept", "span": None, "raw_span": None, "technique": "header_order"}
        value = {**order, "span": [4, 9], "technique": "plum"}
        rows = (
            ("the same place", {"where": "body:/a/b", "span": [10, 12]}, text, True),
            ("two characters beside", {"where": "body:/a/b", "span": [13, 14]}, text, True),
            ("three characters beside", {"where": "body:/a/b", "span": [14, 15]}, text, False),
            ("the whole string", {"where": "body:/a/b", "span": [0, 400]}, text, False),
            ("no span for a text", {"where": "body:/a/b"}, text, False),
            ("another string", {"where": "body:/a/c", "span": [10, 12]}, text, False),
            ("its bytes", {"where": "raw", "span": [41, 42]}, text, True),
            ("other bytes", {"where": "raw", "span": [10, 12]}, text, False),
            ("a member by its object", {"where": "body:/a"}, member, True),
            ("a member by its root", {"where": "body:"}, member, False),
            ("the order of fields", {"where": "headers"}, order, True),
            ("the order of fields for a value", {"where": "headers"}, value, False),
            ("a field in another case", {"where": "header:Accept", "span": [4, 5]}, value, True),
            ("another field", {"where": "header:via", "span": [4, 5]}, value, False),
        )
        for name, finding, label, wanted in rows:
            with self.subTest(name):
                self.assertEqual(bool(measure.locates(finding, label)), wanted)


def at(document, pointer):
    for name in pointer.split("/")[1:]:
        name = name.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


if __name__ == "__main__":
    unittest.main()
