"""hip.apt: sources of third-party software from the machine's own."""

import hashlib
import unittest
from pathlib import Path
from unittest import mock

from hip.apt import Apt, Entry, debian_archives, derive_sources, parse_deb822, parse_one_line, system_codename, version_of
from hip.errors import HipError
from support import InDirectory

DEB822 = """\
# the release
Types: deb
# a comment inside
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: https://packages.example/tool
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/tool.gpg
"""
ONE_LINE = """\
# deb http://commented.example/debian bookworm main
deb [arch=amd64 trusted=yes] http://mirror.example/debian/ bookworm main contrib # here
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/debian bookworm-backports main
deb https://tool.example/linux/debian bookworm stable
deb cdrom:[Debian]/ bookworm main
"""


class DeriveTest(unittest.TestCase):
    def test_deb822(self):
        entries = parse_deb822(DEB822)
        self.assertEqual(len(entries), 3)
        self.assertEqual(entries[0].components, ["main", "contrib"])
        self.assertEqual([uri for uri, _ in debian_archives(entries, "bookworm")], ["http://mirror.example/debian"])

    def test_one_line(self):
        archives = debian_archives(parse_one_line(ONE_LINE), "bookworm")
        self.assertEqual(archives, [("http://mirror.example/debian", {"trusted": "yes"})])

    def test_rolling_suite_names_are_known(self):
        archives = debian_archives(parse_one_line("deb http://m.example/debian stable main"), "bookworm")
        self.assertEqual(len(archives), 1)

    def test_mirror_of_another_path_is_used_when_there_is_no_other(self):
        archives = debian_archives(parse_one_line("deb http://cache.example/remote bookworm main"), "bookworm")
        self.assertEqual(archives[0][0], "http://cache.example/remote")

    def test_suite_is_replaced_and_signature_required(self):
        text = derive_sources(parse_deb822(DEB822), "bookworm", "trixie", Path("/etc/os-release"))
        self.assertEqual(text.count("URIs:"), 1)
        for line in ("Types: deb deb-src", "Suites: trixie", "Components: main", "Signed-By: /etc/os-release"):
            self.assertIn(line, text.splitlines())
        self.assertNotIn("bookworm", text)

    def test_no_archive_is_one_clear_line(self):
        with self.assertRaisesRegex(HipError, "HIPFLASK_ARCHIVES"):
            derive_sources(parse_one_line("deb https://tool.example/apt bookworm stable"), "bookworm", "trixie")


class FetchTest(InDirectory):
    """Files of an archive on disk, by name and SHA-256."""

    def setUp(self) -> None:
        super().setUp()
        pool = self.directory / "debian" / "pool" / "main" / "t"
        pool.mkdir(parents=True)
        (pool / "tea_1.0+really0.9-1.dsc").write_bytes(b"green")
        entry = Entry(["deb"], [f"file:{self.directory}/debian"], ["bookworm"], ["main"])
        for name, value in (("system_entries", [entry]), ("system_codename", "bookworm")):
            patcher = mock.patch(f"hip.apt.{name}", return_value=value)
            patcher.start()
            self.addCleanup(patcher.stop)
        self.apt = Apt(self.directory / "apt", "trixie", self.directory / "log")

    def fetch(self, name: str, content: bytes) -> bytes:
        into = self.directory / "into"
        self.apt.fetch("pool/main/t", {name: hashlib.sha256(content).hexdigest()}, into)
        return (into / name).read_bytes()

    def test_needs_no_package_lists(self):
        self.assertEqual(self.fetch("tea_1.0+really0.9-1.dsc", b"green"), b"green")

    def test_other_bytes_are_an_error(self):
        with self.assertRaises(HipError):
            self.fetch("tea_1.0+really0.9-1.dsc", b"black")

    def test_a_file_that_has_gone_is_an_error(self):
        with self.assertRaises(HipError):
            self.fetch("tea_0.9-1.dsc", b"green")


class NamesTest(InDirectory):
    def test_codename(self):
        self.assertEqual(system_codename(self.write("os", 'ID=debian\nVERSION_CODENAME="bookworm"\n')), "bookworm")
        self.assertEqual(system_codename(self.directory / "none"), "")

    def test_versions(self):
        self.assertEqual(version_of([Path("python3-click_8.1.8-1_all.deb")]), "8.1.8-1")
        self.assertEqual(version_of([Path("a_1.orig.tar.xz"), Path("a_1-2.dsc")]), "1-2")
        self.assertEqual(version_of([Path("b_1%3a2-1_amd64.deb")]), "1:2-1")


if __name__ == "__main__":
    unittest.main()
