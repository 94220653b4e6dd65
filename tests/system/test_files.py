"""Files as Python on the device sees them: the ROM file system, /tmp, /dev."""

import unittest

from device import Device, DeviceTest

device = Device("tests/system/apps/files")


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()


class FilesTest(DeviceTest):
    device = device

    def ask(self, name: str):
        """What the app's function of that name returns."""
        response = device.get(f"/{name}")
        self.assertEqual(response.status, 200, self.printed())
        return response.json()


class RomTest(FilesTest):
    def test_where_modules_lie(self):
        where = self.ask("where")
        self.assertRegex(where["file"], r"^/rom/app/app\.pyc?$")
        self.assertRegex(where["package"], r"^/rom/app/content/__init__\.pyc?$")
        self.assertEqual((where["cwd"], where["name"], where["path"]), ("/rom/app", "app", ["/rom/app/content"]))
        self.assertRegex(where["os"], r"^/rom/lib/os\.pyc?$")

    def test_reading(self):
        self.assertEqual(self.ask("read"), {
            "text": "Gr\xfc\xdfe aus dem ROM\n", "lines": ["Gr\xfc\xdfe aus dem ROM\n"], "start": "00010203",
            "end": "fdfeff", "position": 16384, "middle": "e8e9eaebecedeeef", "empty": ""})

    def test_listing(self):
        listing = self.ask("listing")
        self.assertEqual([name for name in listing["app"] if not name.startswith(("app.py", "hipflask."))],
                         ["content", "data", "templates"])
        self.assertEqual(listing["data"], ["bytes.bin", "deep", "empty", "text.txt"])
        self.assertEqual(listing["entries"], {"bytes.bin": False, "deep": True, "empty": False, "text.txt": False})
        self.assertEqual(listing["walked"], [["data", ["deep"], ["bytes.bin", "empty", "text.txt"]],
                                             ["data/deep", [], ["file.txt"]]])
        self.assertEqual(listing["globbed"], ["content/resource.txt", "data/deep/file.txt", "data/text.txt",
                                              "templates/letter.txt"])

    def test_the_top(self):
        roots = self.ask("roots")
        self.assertLessEqual({"dev", "rom", "tmp"}, set(roots["root"]))
        self.assertLessEqual({"app", "lib"}, set(roots["rom"]))

    def test_stat(self):
        self.assertEqual(self.ask("statistics"), {
            "size": 16384, "is_file": True, "is_dir": True, "exists": False, "secret": False, "mtime_is_sane": True,
            "readable": True, "writable": False})

    def test_refusals(self):
        refusals = self.ask("refusals")
        self.assertEqual({name: refusals.pop(name) for name in ("missing", "missing_folder", "list_missing")},
                         dict.fromkeys(("missing", "missing_folder", "list_missing"), "ENOENT"))
        self.assertEqual(refusals.pop("folder"), "EISDIR")
        self.assertEqual(refusals.pop("through_a_file"), "ENOTDIR")
        self.assertEqual(refusals.pop("list_a_file"), "ENOTDIR")
        for name, error in refusals.items():
            with self.subTest(name):
                self.assertIn(error, ("EROFS", "EACCES", "EPERM"))

    def test_resources(self):
        self.assertEqual(self.ask("resources"), {"text": "resource\n", "names": ["resource.txt"], "data": "resource\n"})

    def test_a_template(self):
        self.assertEqual(self.ask("template"), "Hello ROM\n")

    def test_many_open_files(self):
        result = self.ask("many_open")
        self.assertGreaterEqual(result["count"], 8)
        self.assertIn(result["error"], ("EMFILE", "ENFILE"))
        self.assertEqual(self.ask("many_open"), result)


class TmpTest(FilesTest):
    def test_files_come_and_go(self):
        self.assertEqual(self.ask("scratch"), {"text": "first\nSECOND\n", "names": ["sub", "two"], "size": 13,
                                               "gone": False, "not_empty": "ENOTEMPTY", "removed": True})

    def test_tempfile(self):
        self.assertEqual(self.ask("temporary"), {"unnamed": 10, "named": "named", "gone": True, "spooled": 1000,
                                                 "folder": "/tmp"})

    def test_a_file_lives_while_it_is_open(self):
        self.assertEqual(self.ask("unlink_while_open"), {"text": "still here", "exists": False})

    def test_full_is_an_error_and_the_room_comes_back(self):
        first, second = self.ask("fill")
        self.assertEqual((first["error"], second["error"]), ("ENOSPC", "ENOSPC"))
        self.assertGreater(first["written"], 500_000)
        self.assertEqual(first, second)


class DevTest(FilesTest):
    def test_random_and_null(self):
        result = self.ask("devices")
        self.assertTrue(result["differs"])
        self.assertEqual(result["null"], "")


if __name__ == "__main__":
    unittest.main()
