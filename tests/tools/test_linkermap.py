"""The linker's map: what each file brought, also of what was merged."""

import unittest

from hip import linkermap

HEAD = "Linker script and memory map\n\n"
PLAIN = HEAD + """\
.text           0x00000400      0x100
 *(.text*)
 .text          0x00000400       0x80 a.obj
                0x00000400                first
 .text.with_a_rather_long_name
                0x00000480       0x7c b.obj
 *fill*         0x000004fc        0x4

.bss            0x20000000       0x10
 .bss           0x20000000       0x10 b.obj
"""
OWN = HEAD + """\
.rodata         0x00001000       0x70
 .rodata.str1.1
                0x00001000       0x30 a.obj
                                 0x40 (size before relaxing)
 .rodata.str1.1
                0x00001030       0x20 b.obj
 .rodata        0x00001050       0x20 b.obj
"""
FIRSTS = HEAD + """\
.rodata         0x00001000       0x70
 .rodata.str1.1
                0x00001000       0x50 a.obj
                                 0x20 (size before relaxing)
 .rodata.str1.1
                0x00001050       0x30 b.obj
 .rodata        0x00001050       0x20 b.obj
 .rodata.str1.1
                0x00001070       0x10 c.obj
"""


def sizes(section: linkermap.Section) -> dict[str, int]:
    """Bytes by file."""
    found: dict[str, int] = {}
    for piece in section.pieces:
        found[piece.file] = found.get(piece.file, 0) + piece.size
    return found


class MapTest(unittest.TestCase):
    def test_sections_and_their_files(self):
        sections = linkermap.read(PLAIN)
        self.assertEqual(sizes(sections[".text"]), {"a.obj": 0x80, "b.obj": 0x7c, "": 4})
        self.assertEqual((sections[".bss"].address, sections[".bss"].size), (0x20000000, 0x10))

    def test_what_is_merged_where_each_file_has_its_own(self):
        self.assertEqual(sizes(linkermap.read(OWN)[".rodata"]), {"a.obj": 0x30, "b.obj": 0x40})

    def test_what_is_merged_where_the_first_file_has_all(self):
        self.assertEqual(sizes(linkermap.read(FIRSTS)[".rodata"]), {"a.obj": 0x20, "b.obj": 0x44, "c.obj": 0xc})

    def test_nothing_is_counted_twice(self):
        for text in (PLAIN, OWN, FIRSTS):
            for name, section in linkermap.read(text).items():
                with self.subTest(name):
                    self.assertEqual(sum(piece.size for piece in section.pieces), section.size)


if __name__ == "__main__":
    unittest.main()
