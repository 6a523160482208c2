"""Every command of README.md is run here, or says why not.

The line before a console block is a comment. `<!-- test: exit N; says "TEXT"; ... -->`: the block is run as one bash
script in a scratch folder, must end with N, and every TEXT must be in what it prints. `<!-- not run by the test: why -->`:
it is not. A block with neither is a failure, and so is a relative link that leads nowhere.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from harness import BINARY, clean_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?:<!-- (?P<mark>[^\n]*) -->\n)?```console\n(?P<text>.*?)```", re.S)


def blocks(text):
    for match in BLOCK.finditer(text):
        yield match.group("mark") or "", match.group("text")


def commands(block):
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


class Readme(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = (ROOT / "README.md").read_text()

    def run_block(self, block, folder):
        tools = pathlib.Path(folder, "bin")
        tools.mkdir()
        (tools / "telltale").symlink_to(BINARY)
        stand_in = tools / "claude"
        stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" -B "{ROOT}/tests/e2e/claude_stand_in.py" "$@"\n')
        stand_in.chmod(0o755)
        shutil.copytree(ROOT / "docs" / "examples", pathlib.Path(folder, "docs", "examples"))
        environment = clean_environment(pathlib.Path(folder, "home"), PATH=f"{tools}:{os.environ['PATH']}")
        script = "set -e\n" + "\n".join(commands(block))
        return subprocess.run(["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")

    def test_every_block_is_run_or_says_why_not(self):
        seen = 0
        for mark, block in blocks(self.text):
            with self.subTest(block=block.strip()):
                seen += 1
                self.assertTrue(commands(block), "a console block without a `$ ` line")
                if mark.startswith("not run by the test: "):
                    continue
                self.assertRegex(mark, r"^test: exit \d", "the block says neither how it is tested nor why it is not")
                with tempfile.TemporaryDirectory() as folder:
                    os.mkdir(os.path.join(folder, "home"))
                    done = self.run_block(block, folder)
                self.assertEqual(done.returncode, int(re.match(r"test: exit (\d+)", mark).group(1)), done.stdout)
                for said in re.findall(r'says "([^"]*)"', mark):
                    self.assertIn(said, done.stdout)
        self.assertGreaterEqual(seen, 6)

    def test_links_lead_somewhere(self):
        for page in [ROOT / "README.md", *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
            for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
                if "://" not in target:
                    with self.subTest(page=page.name, link=target):
                        self.assertTrue((page.parent / target).exists())

    def test_options_that_are_named_exist(self):
        """An option in a table row of README.md is one that `telltale proxy --help` knows."""
        told = subprocess.run([BINARY, "proxy", "--help"], capture_output=True, text=True, timeout=60).stdout
        table = self.text.split("| option of `telltale proxy`")[1].split("\n\n")[0]
        for option in sorted(set(re.findall(r"--[a-z][a-z-]+", table))):
            with self.subTest(option=option):
                self.assertIn(option, told)


if __name__ == "__main__":
    unittest.main()
