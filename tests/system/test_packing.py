"""What an image's ROM file system is given: modules, languages, time zones and sources that no import statement names."""

import tempfile
import unittest
from pathlib import Path

from hip import paths
from hip.app import load
from hip.pack import Paths, pack
from hip.romfs import unpack
from hip.trace import TraceError

PACKAGE = {  # a third-party package
    "framework/__init__.py": "",
    "framework/plugins/__init__.py": "",
    "framework/plugins/mail.py": "class Mail: pass",
    "framework/plugins/fax.py": "",
    "framework/deferred.py": "def later():\n    from framework import latest\n",
    "framework/latest.py": "",
    "framework/locale/de/LC_MESSAGES/a.mo": "de",
    "framework/locale/de/LC_MESSAGES/a.po": "de",
    "framework/locale/de_AT/LC_MESSAGES/a.mo": "at",
    "framework/locale/en/LC_MESSAGES/a.mo": "en",
    "framework/locale/fr/LC_MESSAGES/a.mo": "fr",
}
APP = {
    "hipflask.toml": '[app]\npackages = ["vendor"]\n',
    "app.py": "import framework, framework.deferred, settings, zoneinfo\nfrom asyncio import get_running_loop\n",
    "settings.py": 'PLUGINS = ["framework.plugins.mail.Mail", "test.html"]\nLANGUAGE_CODE = "de-at"\nWORD = "fr"\n'
                   'TIME_ZONE = "Europe/Berlin"\n',
    "test_settings.py": "import nothing_that_there_is",
    **{f"vendor/{name}": text for name, text in PACKAGE.items()},
}


class PackingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = Path(cls.enterClassContext(tempfile.TemporaryDirectory())).resolve()

    def pack(self, name: str, files: dict[str, str]) -> set[str]:
        """Packs an app; returns the paths below /rom."""
        home, out = self.directory / name, self.directory / f"{name}-out"
        for file, text in files.items():
            path = home / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        out.mkdir()
        app = load(home)
        parts = Paths(paths.NATIVE_PYTHON / "python", (paths.SOURCES / "cpython/Lib").resolve(), paths.SOURCES / "packages", out)
        pack(app, parts, app.package_directories(paths.SOURCES / "apps"))
        return {entry.path for entry in unpack((out / "romfs.img").read_bytes())}

    def test_what_strings_name(self):
        rom = self.pack("strings", APP)
        for present in ("packages/framework/plugins/mail.pyc", "packages/framework/latest.pyc", "zoneinfo/UTC",
                        "zoneinfo/Europe/Berlin", "lib/asyncio/__init__.pyc", "lib/zoneinfo/__init__.pyc"):
            self.assertIn(present, rom)
        for absent in ("packages/framework/plugins/fax.pyc", "app/test_settings.pyc", "app/settings.py",
                       "zoneinfo/Europe/Paris", "lib/test/__init__.pyc", "lib/asyncio/base_events.pyc",
                       "app/vendor/framework/__init__.pyc"):
            self.assertNotIn(absent, rom)

    def test_what_no_device_has_is_said_with_a_way_out(self):
        with self.assertRaisesRegex(TraceError, r"no module named '_sqlite3'.*DATABASES = \{\}"):
            self.pack("absent", {"app.py": "import sqlite3\n"})

    def test_who_waits_can_be_chosen(self):
        app = {"app.py": "import calendar, textwrap, encodings.idna, helpers\n", "helpers.py": ""}
        self.pack("lazy", app)
        code = (self.directory / "lazy-out/frozen/_later").read_bytes()
        for name, waits in (("calendar", True), ("textwrap", True), ("encodings.idna", False), ("helpers", False)):
            self.assertEqual(f"/{name}/".encode() in code, waits, name)
        self.pack("eager", {**app, "hipflask.toml": "[app]\nlazy = false\n"})
        self.assertFalse((self.directory / "eager-out/frozen/_later").exists())

    def test_names_of_characters(self):
        for number, (needed, files) in enumerate((
            (False, {"app.py": "import unicodedata as u, re\nu.normalize\nNAME = '\\N{BULLET}'\n"}),
            (False, {"app.py": "from unicodedata import normalize, ucd_3_2_0 as old\nold.category\n"}),
            (True, {"app.py": "import unicodedata as u\nu.lookup\n"}),
            (True, {"app.py": "from unicodedata import name\n"}),
            (True, {"app.py": "import unicodedata\nprint(getattr(unicodedata, 'na' + 'me'))\n"}),
            (True, {"app.py": "'a'.encode('ascii', 'namereplace')\n"}),
            (True, {"app.py": "import re\nre.compile(r'\\N{BULLET}')\n"}),
            (True, {"app.py": "", "unread.py": "import unicodedata\nunicodedata.name\n"}),
            (True, {"app.py": "", "views/page.tpl": "{{'\\N{BULLET}'}}"}),
            (True, {"app.py": "", "hipflask.toml": "[app]\nmodules = ['unicodedata']\n"}),
        )):
            with self.subTest(files=files):
                self.pack(f"names{number}", files)
                code = (self.directory / f"names{number}-out/inittab.c").read_text()
                self.assertEqual("&hipflask_character_names" in code, needed)

    def test_languages(self):
        rom = self.pack("languages", APP)
        found = {path.split("/")[3] for path in rom if path.startswith("packages/framework/locale/")}
        self.assertEqual(found, {"de", "de_AT", "en"})
        self.assertFalse([path for path in rom if path.endswith(".po")])


if __name__ == "__main__":
    unittest.main()
