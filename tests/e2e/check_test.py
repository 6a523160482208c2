"""scripts/check finds what it is there to find. Each row is a small tree with one fault, and what must be said of it."""

import os
import subprocess
import tempfile
import unittest

ROOT = os.environ.get("TELLTALE_SOURCE_DIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNFINISHED = "TO" + "DO"
MACHINE = "/wo" + "rk/main"

BAD = [
    ("includes", "proxy/core/a.cpp", '#include "http/head.hpp"\n', "core may not include http"),
    ("includes", "proxy/http/a.cpp", '\n#include "codec/registry.hpp"\n', "a.cpp:2: http may not include codec"),
    ("includes", "proxy/inspect/a.cpp", '#include "record/capture.hpp"\n', "inspect may not include record"),
    ("includes", "proxy/net/a.cpp", '#include "record/capture.hpp"\n', "net may not include record"),
    ("includes", "proxy/net/a.cpp", '#include "app/options.hpp"\n', "net may not include app"),
    ("includes", "certs/a.cpp", '#include "net/stream.hpp"\n', "certs may not include net"),
    ("includes", "certs/a.cpp", "#include <boost/asio/io_context.hpp>\n", "certs knows no sockets"),
    ("includes", "proxy/core/a.cpp", '#include "result.hpp"\n', "not named from its room"),
    ("includes", "proxy/codec/a.cpp", "#include <boost/asio/buffer.hpp>\n", "codec is pure"),
    ("includes", "proxy/http/other.cpp", "#include <boost/beast/http/basic_parser.hpp>\n", "http is pure"),
    ("includes", "proxy/record/a.cpp", "#include <openssl/sha.h>\n", "record is pure"),
    ("includes", "proxy/inspect/a.cpp", "#include <filesystem>\n", "inspect is pure"),
    ("includes", "proxy/inspect/a.cpp", "#include <fstream>\n", "inspect is pure"),
    ("includes", "proxy/inspect/a.cpp", "#include <thread>\n", "inspect is pure"),
    ("includes", "proxy/inspect/a.cpp", "#include <mutex>\n", "inspect is pure"),
    ("includes", "proxy/inspect/a.cpp", "auto t = std::chrono::system_clock::now();\n", "uses a clock"),
    ("includes", "proxy/inspect/a.cpp", 'auto t = std::getenv("TZ");\n', "reads the environment"),
    ("includes", "proxy/codec/a.hpp", "#include <nlohmann/json.hpp>\n", "belongs in a .cpp"),
    ("includes", "proxy/core/CMakeLists.txt", "telltale_room(core PUBLIC telltale_net)\n", "core may not link net"),
    ("includes", "proxy/attic/a.cpp", "int a;\n", "attic is no room"),
    ("coroutines", "a.cpp", "void f() { if (co_await g()) h(); }\n", "as the condition"),
    ("coroutines", "a.cpp", "void f() {\n  while (\n      !co_await g()) h();\n}\n", "a.cpp:2: co_await as the condition"),
    ("coroutines", "a.cpp", "auto x = c ? co_await f() : co_await g();\n", "inside ?:"),
    ("coroutines", "a.cpp", "co_await [n]() -> awaitable<void> { co_return; }();\n", "called in place"),
    ("coroutines", "a.cpp", 'co_await f({"a", "b"});\n', "a braced list"),
    ("coroutines", "a.cpp", 'co_await f(x, ns::Pair{"a", "b"});\n', "an aggregate temporary"),
    ("coroutines", "a.cpp", "co_await f(x, [n](int) { return n; });\n", "a capturing lambda"),
    ("coroutines", "a.cpp", "co_spawn(ex, [n]() -> awaitable<void> { co_return; }, detached);\n", "its captures die"),
    ("words", "a.cpp", f"int a;  // {UNFINISHED}: later\n", "a.cpp:1: unfinished work"),
    ("words", "a.md", f"see {MACHINE} for it\n", "an absolute path of one machine"),
    ("words", "a.md", "<<<<<<< HEAD\n", "a merge conflict"),
    ("words", "a.cpp", "// Covered by\n// tests/unit/a_test.cpp.\n#include <a>\n", "a.cpp:2: there is no tests/unit/a_test.cpp"),
    ("words", "a.cpp", "int a;", "the last line has no end"),
    ("words", "a.cpp", "int a;\n" * 601, "no file has more than 600"),
    ("scripts", "scripts/a", "#!/usr/bin/env bash\nset -euo pipefail\nexport LC_ALL=C\nif\n", "bash cannot parse"),
    ("scripts", "scripts/a", "#!/usr/bin/env bash\nset -e\nexport LC_ALL=C\n", "lacks the line: set -euo pipefail"),
    ("scripts", "tests/e2e/a.py", "def\n", "python cannot parse"),
    ("format", "a.cpp", "int   a ;\n", "a.cpp:1"),
]

# What looks like a fault and is none: each check must stay quiet on all of these.
GOOD = {
    "proxy/core/a.hpp": '#pragma once\n#include <chrono>\n\n#include "core/b.hpp"\n',
    "proxy/core/assert.cpp": 'void f() { std::fprintf(stderr, "x"); }\n',
    "proxy/http/body_reader.cpp": "#include <boost/beast/http/basic_parser.hpp>\n",
    "proxy/codec/a.cpp": '// #include <thread>\nconst char* s = "system_clock getenv(";\n#include <nlohmann/json.hpp>\n',
    "proxy/net/a.cpp": "void f() {\n  const auto ok = co_await g(a, b);\n  if (ok) co_await h();  // if (co_await g())\n}\n",
    "proxy/app/a.cpp": '#include <filesystem>\n\n#include "record/capture.hpp"\n',
    "docs/a.md": "a sample cwd: /home/ada/code, and /home/ada/work/x\n",
    "scripts/a": "#!/usr/bin/env bash\nset -euo pipefail\nexport LC_ALL=C\n",
}


def run(which, folder):
    done = subprocess.run([os.path.join(ROOT, "scripts/check"), which, folder], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def write(folder, path, text):
    full = os.path.join(folder, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)
    if text.startswith("#!"):
        os.chmod(full, 0o755)


class Check(unittest.TestCase):
    def test_finds_each_fault(self):
        for which, path, text, said in BAD:
            with self.subTest(check=which, text=text[:60]), tempfile.TemporaryDirectory() as folder:
                write(folder, path, text)
                status, output = run(which, folder)
                if status == 77:
                    print(f"skipped: {which}: {output.strip()}")
                    continue
                self.assertEqual(status, 1, output)
                self.assertIn(said, output)

    def test_stays_quiet_on_what_only_looks_like_one(self):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in GOOD.items():
                write(folder, path, text)
            for which in ("includes", "coroutines", "words", "scripts"):
                with self.subTest(check=which):
                    status, output = run(which, folder)
                    self.assertEqual(status, 0, output)

    def test_looking_at_nothing_is_a_failure(self):
        with tempfile.TemporaryDirectory() as folder:
            for which in ("includes", "coroutines", "words", "scripts"):
                with self.subTest(check=which):
                    self.assertEqual(run(which, folder)[0], 1)

    def test_a_script_that_is_not_executable_is_a_fault(self):
        with tempfile.TemporaryDirectory() as folder:
            write(folder, "scripts/a", "#!/usr/bin/env bash\nset -euo pipefail\nexport LC_ALL=C\n")
            os.chmod(os.path.join(folder, "scripts/a"), 0o644)
            status, output = run("scripts", folder)
            self.assertEqual(status, 1)
            self.assertIn("is not executable", output)

    def test_an_unknown_check_is_a_usage_error(self):
        self.assertEqual(run("nothing", ROOT)[0], 2)


if __name__ == "__main__":
    unittest.main()
