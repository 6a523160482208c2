"""The files an authority is in: their modes, what is refused, the root's key kept elsewhere, and encrypted keys."""
import os
import stat
import subprocess
import unittest

from rig import BINARY, HOST, HostileTls, clean_environment


class Files(HostileTls):
    """Where the keys are."""

    def ca(self, *words, **more):
        return subprocess.run([BINARY, "ca", *map(str, words)], env=clean_environment(self.folder), capture_output=True,
                              text=True, timeout=60, **more)

    def create(self, directory, *arguments, umask=0, **more):
        before = os.umask(umask)
        try:
            return self.ca("create", "--permit", HOST, "--ca-dir", directory, *arguments, **more)
        finally:
            os.umask(before)

    @staticmethod
    def modes(directory):
        return {p.name: stat.S_IMODE(p.lstat().st_mode) for p in (directory, *directory.iterdir())}

    def run_with(self, directory, *arguments, **more):
        """(whether it accepts, what it said)."""
        home = self.folder / "run-home"
        home.mkdir(exist_ok=True)
        words = [BINARY, "proxy", "--listen", "127.0.0.1:0", "--no-store", "--intercept", HOST, "--ca-dir", str(directory)]
        process = subprocess.Popen([*words, *arguments], env=clean_environment(home), stderr=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, text=True, **more)
        said = ""
        for line in process.stderr:
            said += line
            if line.startswith("ready "):
                break
        ready = "\nready " in "\n" + said
        process.terminate()
        process.wait(timeout=60)
        process.stderr.close()
        return ready, said

    def test_modes(self):
        made, wide, linked = (self.folder / n for n in ("made", "wide", "linked"))
        wide.mkdir(mode=0o777)
        wide.chmod(0o777)
        (self.folder / "behind").mkdir(mode=0o755)
        linked.symlink_to(self.folder / "behind")
        keys = {"ca.key": 0o600, "issuing.key": 0o600}

        def one(_, row):
            self.assertEqual(self.create(row[0], umask=row[1]).returncode, 0)
            modes = self.modes(row[0].resolve())
            self.assertEqual({name: modes[name] for name in keys}, keys)
            self.assertEqual(modes[row[0].resolve().name], 0o700)
        rows = {"umask 000": (made, 0), "umask 077": (self.folder / "strict", 0o77), "a wide folder": (wide, 0),
                "behind a link": (linked, 0)}
        self.group("modes", rows, one)

        def refused(name, change):
            change()
            ready, said = self.run_with(made)
            self.assertFalse(ready, said)
            self.assertRegex(said, r"ca-key-exposed: .*type: chmod [67]00 ")
            for path, mode in ((made, 0o700), (made / "ca.key", 0o600), (made / "issuing.key", 0o600)):
                path.chmod(mode)
        rows = {"root's key for the group": lambda: (made / "ca.key").chmod(0o640),
                "issuing key for all": lambda: (made / "issuing.key").chmod(0o604),
                "folder for all": lambda: made.chmod(0o777), "folder for the group": lambda: made.chmod(0o750)}
        self.group("too wide", rows, refused)
        self.assertTrue(self.run_with(made)[0])

    def test_links_are_not_followed(self):
        def one(name, _):
            directory = self.folder / ("link-" + name)
            directory.mkdir(mode=0o700)
            (directory / name).symlink_to(self.folder / "target")
            self.assertNotEqual(self.create(directory).returncode, 0)
            self.assertFalse((self.folder / "target").exists())
        self.group("links", dict.fromkeys(("ca.key", "ca.pem", "issuing.key", "issuing.pem")), one)

    def test_the_root_key_may_be_elsewhere(self):
        directory = self.folder / "offline"
        self.create(directory)
        (directory / "ca.key").rename(self.folder / "in-a-safe")
        self.assertTrue(self.run_with(directory)[0])
        (directory / "issuing.key").unlink()
        ready, said = self.run_with(directory)
        self.assertFalse(ready, said)
        (self.folder / "in-a-safe").rename(directory / "ca.key")
        self.assertTrue(self.run_with(directory)[0])

    def test_encrypted_keys(self):
        directory, phrase, wrong, wide = (self.folder / n for n in ("locked", "phrase", "wrong", "wide-phrase"))
        texts = ((phrase, "correct horse\n", 0o600), (wrong, "battery staple\n", 0o600), (wide, "correct horse\n", 0o644))
        for path, text, mode in texts:
            path.write_text(text)
            path.chmod(mode)
        self.assertEqual(self.create(directory, "--ca-passphrase", str(phrase)).returncode, 0)
        for key in ("ca.key", "issuing.key"):
            self.assertIn("ENCRYPTED", (directory / key).read_text())

        def by_descriptor(text):
            read, write = os.pipe()
            os.write(write, text)
            os.close(write)
            return read

        def one(_, row):
            words, works = row
            number = by_descriptor(b"correct horse") if words == "fd" else None
            more = {"pass_fds": (number,)} if number else {}
            arguments = [] if not words else ["--ca-passphrase", f"fd:{number}" if number else words]
            ready, said = self.run_with(directory, *arguments, **more)
            if number:
                os.close(number)
            self.assertEqual(ready, works, said)
            self.assertNotIn("correct horse", said)
            self.assertNotIn("battery", said)
            if not works:
                errors = [line for line in said.splitlines() if not line.startswith("running as root")]
                self.assertEqual(len(errors), 1, said)
        rows = {"by file": (str(phrase), True), "by descriptor": ("fd", True), "wrong": (str(wrong), False), "none": ("", False),
                "a file for all": (str(wide), False), "no file": (str(self.folder / "no"), False)}
        self.group("encrypted keys", rows, one)
        self.assertEqual(self.ca("show", "--ca-dir", directory).returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=1)
