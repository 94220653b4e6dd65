"""`hip size` and the board's budgets, on a real image."""

import dataclasses
import json
import subprocess
import unittest

from hip import build, paths, size
from hip.app import load
from hip.boards import find_board
from hip.errors import HipError
from hip.ui import Ui


class SizeTest(unittest.TestCase):
    """The report of the smallest example."""

    @classmethod
    def setUpClass(cls):
        hip = [str(paths.ROOT / "hip"), "size", "--app", "hello", "--json"]
        cls.report = json.loads(subprocess.run(hip, check=True, capture_output=True, text=True).stdout)

    def test_flash_and_ram_are_given_by_component(self):
        memories = self.report["memories"]
        for memory in ("flash", "ram"):
            self.assertEqual(memories[memory]["total"], sum(memories[memory]["components"].values()))
            self.assertLessEqual({"CPython", "lwIP", "dispatcher (wsgi/)"}, set(memories[memory]["components"]))
        self.assertNotIn("other", memories["flash"]["components"])

    def test_python_is_given_by_package(self):
        self.assertIn("app", self.report["python"])

    def test_the_heap_after_the_start_is_measured(self):
        self.assertTrue(0 < self.report["heap"]["used"] < self.report["heap"]["total"])
        self.assertTrue(0 < self.report["stack"]["high_water"] < self.report["stack"]["size"])

    def test_an_image_links_what_its_app_uses(self):
        self.assertNotIn("unicodedata", self.report["builtin_modules"])
        self.assertNotIn("_decimal", self.report["builtin_modules"])

    def test_past_a_budget_the_check_fails_and_names_the_largest(self):
        board = find_board("mps2-an500")
        image = build.build(board, load(paths.EXAMPLES / "hello"), Ui(quiet=True))
        small = dataclasses.replace(board, variables=board.variables | {"BOARD_FLASH_BUDGET": ["1000000"]})
        with self.assertRaisesRegex(HipError, r"hello takes [\d,]+ bytes of flash, [\d,]+ more than.*largest: CPython"):
            size.check(size.static_report(small, image.dir))
        size.check(size.static_report(board, image.dir))


if __name__ == "__main__":
    unittest.main()
