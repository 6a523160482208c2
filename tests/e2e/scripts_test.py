"""scripts/setup and scripts/run on machines that are only pretended: dpkg, apt, sudo and cmake are stand-ins in PATH."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Says a package is there if its name is in $HERE/installed; apt-get install puts it there.
STAND_INS = {
    "dpkg-query": '''for name; do :; done
format=$3
grep -qx "$name" "$HERE/installed" || exit 1
case $format in *Version*) printf 'installed 1.83.0' ;; *Depends*) printf 'clang-14 (>= 14)' ;; *) printf installed ;; esac''',
    "apt-get": 'echo "$DEBIAN_FRONTEND $*" >>"$HERE/apt.log"\ncase " $* " in *" install "*) printf "%s\\n" "$@" >>"$HERE/installed" ;; esac',
    "apt-cache": '''for name; do :; done
case $1 in
  show) grep -qx "$name" "$HERE/known" && echo "Package: $name" ;;
  depends) echo "  Depends: clang-14" ;;
esac''',
    "sudo": '[ -e "$HERE/may-sudo" ] || exit 1\n[ "$1" = -n ] && shift\nexec "$@"',
    "cmake": 'echo "$*" >>"$HERE/cmake.log"\ntouch "$HERE/build/release/build.ninja"',
}


class Machine:
    """A checkout with only the scripts in it, and the stand-ins."""

    def __init__(self, folder, known=("libboost1.81-dev",)):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)
        for name in ("scripts", "bin", "proxy", "certs", "cmake"):
            (self.folder / name).mkdir()
        for name in ("setup", "run", "common.sh"):
            shutil.copy(ROOT / "scripts" / name, self.folder / "scripts" / name)
        for name, text in STAND_INS.items():
            (self.folder / "bin" / name).write_text("#!/bin/sh\n" + text + "\n")
            (self.folder / "bin" / name).chmod(0o755)
        (self.folder / "installed").write_text("")
        (self.folder / "known").write_text("\n".join(known) + "\n")

    def run(self, *command, user=None, **environment):
        return subprocess.run([str(self.folder / command[0]), *command[1:]], cwd="/", stdin=subprocess.DEVNULL, user=user,
                              capture_output=True, text=True, timeout=60,
                              env={"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HERE": str(self.folder), **environment})

    def read(self, name):
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    def build(self):
        """As if scripts/run had built before."""
        binary = self.folder / "build/release/proxy/app/telltale"
        binary.parent.mkdir(parents=True)
        binary.write_text('#!/bin/sh\necho "$PWD: $*"\n')
        binary.chmod(0o755)
        (self.folder / "build/release/.built").touch()


class Setup(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.machine = Machine(scratch.name)
        # Without root, installing goes through sudo; with root, "no root" needs another user.
        self.as_root = os.geteuid() == 0
        if not self.as_root:
            (self.machine.folder / "may-sudo").touch()

    def test_installs_what_is_missing_and_then_is_silent(self):
        first = self.machine.run("scripts/setup", "build", "test")
        self.assertEqual(first.returncode, 0, first.stderr)
        log = self.machine.read("apt.log")
        self.assertIn("noninteractive", log)
        self.assertIn("--no-install-recommends", log)
        self.assertIn("DPkg::Lock::Timeout=300", log)
        for name in ("g++", "libboost1.81-dev", "catch2", "libssl-dev"):
            self.assertIn(f" {name}", log)
        again = self.machine.run("scripts/setup", "build", "test")
        self.assertEqual((again.returncode, again.stdout, again.stderr), (0, "", ""))
        self.assertEqual(self.machine.read("apt.log"), log)

    def test_only_bench_asks_for_what_starts_a_service(self):
        self.machine.run("scripts/setup", "build", "test", "lint", "fuzz")
        self.assertNotIn("nginx", self.machine.read("apt.log"))
        done = self.machine.run("scripts/setup", "bench")
        self.assertIn("nginx-light", self.machine.read("apt.log"))
        self.assertIn("starts it as a service", done.stderr)

    def test_takes_the_newer_boost_where_1_81_is_not_packaged(self):
        (self.machine.folder / "known").write_text("libboost-dev\n")
        done = self.machine.run("scripts/setup", "build")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(" libboost-dev", self.machine.read("apt.log"))
        self.assertNotIn("libboost1.81-dev", self.machine.read("apt.log"))

    def test_without_root_or_sudo_names_the_packages_and_the_command(self):
        (self.machine.folder / "may-sudo").unlink(missing_ok=True)
        done = self.machine.run("scripts/setup", "build", user=65534 if self.as_root else None)
        self.assertEqual(done.returncode, 2)
        self.assertIn("root or sudo", done.stderr)
        self.assertIn("apt-get install --no-install-recommends", done.stderr)
        self.assertIn("nlohmann-json3-dev", done.stderr)
        self.assertEqual(self.machine.read("apt.log"), "")

    def test_an_install_that_fails_is_said(self):
        (self.machine.folder / "bin/apt-get").write_text("#!/bin/sh\necho no such mirror\nexit 100\n")
        done = self.machine.run("scripts/setup", "build")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no such mirror", done.stderr)

    def test_an_unknown_group_is_a_usage_error(self):
        self.assertEqual(self.machine.run("scripts/setup", "kitchen").returncode, 2)
        self.assertEqual(self.machine.run("scripts/setup").returncode, 2)


class Run(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.machine = Machine(scratch.name)
        (self.machine.folder / "scripts/setup").write_text("#!/bin/sh\n")
        self.machine.build()

    def test_starts_at_once_when_nothing_changed_and_passes_its_arguments(self):
        start = time.monotonic()
        done = self.machine.run("scripts/run", "--mode", "strip")
        self.assertLess(time.monotonic() - start, 1)
        self.assertEqual(done.stdout, "/: proxy --mode strip\n", done.stderr)
        self.assertEqual(self.machine.read("cmake.log"), "")

    def test_builds_again_when_a_source_is_newer(self):
        later = time.time() + 5
        (self.machine.folder / "proxy/a.cpp").touch()
        os.utime(self.machine.folder / "proxy/a.cpp", (later, later))
        self.machine.run("scripts/run")
        self.assertIn("--target telltale", self.machine.read("cmake.log"))

    def test_builds_again_when_a_source_is_gone(self):
        later = time.time() + 5
        os.utime(self.machine.folder / "certs", (later, later))
        self.machine.run("scripts/run")
        self.assertIn("--target telltale", self.machine.read("cmake.log"))

    def test_a_build_that_fails_ends_it(self):
        (self.machine.folder / "build/release/.built").unlink()
        (self.machine.folder / "bin/cmake").write_text("#!/bin/sh\necho broken source\nexit 1\n")
        done = self.machine.run("scripts/run")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("broken source", done.stderr)
        self.assertEqual(done.stdout, "")
        again = self.machine.run("scripts/run")
        self.assertNotEqual(again.returncode, 0, "a build that failed was taken for one that is done")


if __name__ == "__main__":
    unittest.main()
