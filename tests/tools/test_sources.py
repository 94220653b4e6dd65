"""hip.sources: the catalogue, the lock, and what may differ from it."""

import io
import json
import os
import subprocess
import unittest
from unittest import mock

from hip import paths, sources
from hip.errors import HipError
from hip.sources import Fetcher, Lock, ThirdParty, sha256
from hip.ui import Ui
from support import InDirectory

DEMO = ThirdParty("demo", "demo", "source", "MIT", "a test", ["fix-*"])
PATCH = """\
--- a/file.txt
+++ b/file.txt
@@ -1 +1 @@
-one
+two
"""


class CatalogueTest(unittest.TestCase):
    def test_every_entry_is_locked_with_hashes(self):
        lock = Lock()
        for item in sources.load_catalogue().items:
            entry = lock.entry(item.package)
            self.assertTrue(entry, item.package)
            for digest in entry["files"].values():
                self.assertRegex(digest, r"^[0-9a-f]{64}$")

    def test_nothing_else_is_locked(self):
        self.assertEqual(set(Lock().entries), {item.package for item in sources.load_catalogue().items})

    def test_every_entry_says_licence_and_why(self):
        for item in sources.load_catalogue().items:
            self.assertTrue(item.licence and item.why, item.name)
            self.assertIn(item.kind, ("source", "package"))

    def test_every_patch_gives_a_reason(self):
        for patch in (paths.ROOT / "port").glob("*/patches/*.patch"):
            head = patch.read_text().partition("\n--- ")[0]
            self.assertGreater(len(head.split()), 5, patch.name)

    def test_unknown_name_lists_the_known_ones(self):
        with self.assertRaisesRegex(HipError, "has no nix; it has cpython, lwip"):
            sources.groups(sources.load_catalogue(), "nix")


class ArchivesTest(InDirectory):
    """A fetch from a directory of archives, made here."""

    def setUp(self) -> None:
        super().setUp()
        self.archives = self.directory / "archives"
        self.archives.mkdir()
        self.make_source("1.0-1", "one\n")
        self.lock = Lock(self.directory / "sources.lock")
        self.said = io.StringIO()
        patch = mock.patch.dict(os.environ, {"HIPFLASK_ARCHIVES": str(self.archives)})
        patch.start()
        self.addCleanup(patch.stop)

    def make_source(self, version: str, content: str) -> None:
        upstream = version.partition("-")[0]
        self.write(f"{version}/demo-{upstream}/file.txt", content)
        self.write(f"{version}/debian/patches/series", "fix-it.patch\nother.patch\n")
        self.write(f"{version}/debian/patches/fix-it.patch", PATCH)
        names = [f"demo_{upstream}.orig.tar.xz", f"demo_{version}.debian.tar.xz"]
        for name, part in zip(names, (f"demo-{upstream}", "debian")):
            subprocess.run(["tar", "-C", str(self.directory / version), "-cJf", str(self.archives / name), part],
                           check=True)
        rows = "".join(f" {sha256(self.archives / name)} 1 {name}\n" for name in names)
        (self.archives / f"demo_{version}.dsc").write_text(f"Version: {version}\nChecksums-Sha256:\n{rows}Files:\n")

    def fetcher(self) -> Fetcher:
        return Fetcher(Ui(stream=self.said), self.directory / "out", self.lock)

    def record(self) -> None:
        self.lock.record(DEMO, self.fetcher().archives(DEMO), "pool/main/d/demo")
        self.lock.write()

    def test_unpacks_patches_and_stamps(self):
        self.record()
        fetcher = self.fetcher()
        self.assertFalse(fetcher.is_current("demo", [DEMO]))
        fetcher.make_tree("demo", [DEMO])
        self.assertEqual((self.directory / "out/demo/file.txt").read_text(), "two\n")
        self.assertTrue(self.fetcher().is_current("demo", [DEMO]))
        self.assertEqual(self.said.getvalue(), "")

    def test_same_version_with_other_bytes_is_an_error(self):
        self.record()
        with open(self.archives / "demo_1.0.orig.tar.xz", "ab") as file:
            file.write(b"x")
        with self.assertRaisesRegex(HipError, "demo_1.0.orig.tar.xz is not the file"):
            self.fetcher().make_tree("demo", [DEMO])

    def test_other_version_is_told_and_builds(self):
        self.record()
        for path in self.archives.iterdir():
            path.unlink()
        self.make_source("1.1-1", "one\n")
        self.fetcher().make_tree("demo", [DEMO])
        self.assertIn("demo is 1.1-1, the lock says 1.0-1", self.said.getvalue())
        self.assertTrue((self.directory / "out/demo/file.txt").exists())

    def test_damaged_archive_of_a_changed_version_is_an_error(self):
        (self.archives / "demo_1.0.orig.tar.xz").write_bytes(b"x")
        with self.assertRaisesRegex(HipError, "differs"):
            self.fetcher().archives(DEMO)

    def test_lock_is_stable(self):
        self.record()
        before = self.lock.path.read_text()
        self.record()
        self.assertEqual(self.lock.path.read_text(), before)
        self.assertEqual(json.loads(before)["demo"]["version"], "1.0-1")

    def test_own_source_tree_is_used_as_it_is(self):
        self.write("mine/file.txt", "mine\n")
        with mock.patch.dict(os.environ, {"HIPFLASK_DEMO_DIR": str(self.directory / "mine")}):
            fetcher = self.fetcher()
            fetcher.root.mkdir()
            fetcher.make_tree("demo", [DEMO])
            self.assertTrue(fetcher.is_current("demo", [DEMO]))
            self.assertEqual((self.directory / "out/demo/file.txt").read_text(), "mine\n")
        self.assertFalse(self.fetcher().is_current("demo", [DEMO]))

    def test_missing_archive_is_named(self):
        with self.assertRaisesRegex(HipError, r"has no other_\*\.deb"):
            self.fetcher().archives(ThirdParty("other", "other", "package", "MIT", "a test"))


if __name__ == "__main__":
    unittest.main()
