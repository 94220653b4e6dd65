"""Boards as data, and the presets made from them."""

import unittest

from hip import boards, paths
from hip.errors import HipError
from hip.presets import PRESETS, presets_text
from support import InDirectory

# What a board sets and has, by the kind of its images.
NEEDED = {
    "rom": ("BOARD_ARCHITECTURE", "BOARD_CPU", "BOARD_CPU_FLAGS", "BOARD_DRIVERS", "BOARD_RUN", "BOARD_FLASH_BUDGET",
            "BOARD_RAM_BUDGET"),
    "process": ("BOARD_ARCHITECTURE", "BOARD_CPU_FLAGS", "BOARD_RUN", "BOARD_PYTHON"),
}
FILES = {"rom": ("board.c", "memory.ld", "README.md"), "process": ("board.c", "README.md")}


class BoardFilesTest(unittest.TestCase):
    def test_every_board_has_its_files_and_data(self):
        for board in boards.all_boards():
            kind = board.value("BOARD_IMAGE")
            for file in FILES[kind]:
                self.assertTrue((board.directory / file).is_file(), f"{board.name}/{file}")
            for variable in NEEDED[kind]:
                self.assertTrue(board.values(variable), f"{board.name}: {variable}")
            self.assertTrue(board.description, board.name)

    def test_drivers_exist(self):
        for board in boards.all_boards():
            for driver in board.values("BOARD_DRIVERS"):
                self.assertTrue((paths.ROOT / "port" / "drivers" / f"{driver}.c").is_file(), driver)

    def test_presets_are_up_to_date(self):
        self.assertEqual(PRESETS.read_text(encoding="utf-8"), presets_text(boards.all_boards()),
                         "run `./hip boards --presets`")


class VariantTest(unittest.TestCase):
    def test_a_variant_changes_what_it_sets(self):
        plain, asan = boards.find_board("host"), boards.find_board("host", "asan")
        self.assertEqual((plain.preset, asan.preset), ("host", "host-asan"))
        self.assertIn("-fsanitize=address,undefined", asan.values("BOARD_CPU_FLAGS"))
        self.assertEqual(plain.value("BOARD_HOSTNAME"), asan.value("BOARD_HOSTNAME"))

    def test_unknown_variant(self):
        with self.assertRaisesRegex(HipError, "host has no variant nix; it has asan, fuzz, profile, system"):
            boards.find_board("host", "nix")


class ParseTest(InDirectory):
    def test_lists_strings_comments_and_variables(self):
        found = boards.parse_cmake('# set(NO 1)\nset(A one "two three") # set(B 2)\nset(C\n    -x=${A}\n    y)\n')
        self.assertEqual(found, {"A": ["one", "two three"], "C": ["-x=one", "two", "three", "y"]})

    def test_a_new_folder_is_a_new_board(self):
        self.write("mine/board.cmake", "set(BOARD_CPU cortex-m33)\n")
        self.write("mine/README.md", "# mine\n\nA board of mine. It is small.\n")
        (board,) = boards.all_boards(self.directory)
        self.assertEqual((board.name, board.description), ("mine", "A board of mine."))
        self.assertIn('"name": "mine"', presets_text([board]))

    def test_unknown_board(self):
        with self.assertRaisesRegex(HipError, "no board nix; there is host, mps2-an500"):
            boards.find_board("nix")


if __name__ == "__main__":
    unittest.main()
