"""The failing machine of faulty.c, from the test's side."""
import mmap
import os
import pathlib
import struct
import tempfile

LIBRARY = os.environ.get("TELLTALE_FAULTY", "")
FIELDS = ("clock_seconds", "write_error", "write_every", "write_half", "sync_error", "delay_ms", "no_threads", "synced", "writes",
          "open_error", "names_error", "names_ms", "names_many")


class Plan:
    """What fails from now on. `with_plan()` are the variables of a proxy that it is for; `files` is a part of the paths
    whose writing is meant. Under ASan our library comes before its own, which is fine for what ours does."""

    def __init__(self, folder, files="captures"):
        handle, self.path = tempfile.mkstemp(dir=folder)
        os.write(handle, bytes(8 * len(FIELDS)))
        self.memory = mmap.mmap(handle, 8 * len(FIELDS))
        os.close(handle)
        self.files = files

    def with_plan(self):
        assert LIBRARY and pathlib.Path(LIBRARY).exists(), "TELLTALE_FAULTY does not name the library"
        options = os.environ.get("ASAN_OPTIONS", "")
        return {"LD_PRELOAD": LIBRARY, "FAULTY_PLAN": self.path, "FAULTY_FILES": self.files,
                "ASAN_OPTIONS": (options + ":" if options else "") + "verify_asan_link_order=0"}

    def set(self, **fields):
        for name, value in fields.items():
            struct.pack_into("q", self.memory, 8 * FIELDS.index(name), value)

    def get(self, name):
        return struct.unpack_from("q", self.memory, 8 * FIELDS.index(name))[0]
