"""The packer of the ROM file system's images (tools/hip/romfs.py)."""

import contextlib
import io
import random
import struct
import tempfile
import unittest
import zlib
from pathlib import Path

from hip import romfs

ENTRIES = {
    "app/app.py": b"print('hello')\n",
    "app/static/a.css": b"body {}",
    "lib/a": b"",
    "lib/aa": b"body {}",
    "bare/": b"",
}


def unpacked(image: bytes) -> dict[str, bytes | None]:
    return {entry.path: entry.content for entry in romfs.unpack(image)}


class Packing(unittest.TestCase):
    def test_everything_packed_comes_out_again(self):
        image, _ = romfs.build(ENTRIES)
        expected = {path: content for path, content in ENTRIES.items() if not path.endswith("/")}
        directories = {"app": None, "app/static": None, "lib": None, "bare": None}
        self.assertEqual(unpacked(image), expected | directories)

    def test_random_trees_come_out_again(self):
        chance = random.Random(13)
        for _ in range(50):
            entries = {
                "/".join(chance.choice("abc") + str(depth) for depth in range(chance.randint(1, 4)))
                + f"/{chance.randint(0, 50)}": chance.randbytes(chance.randint(0, 40))
                for _ in range(chance.randint(0, 60))
            }
            image, report = romfs.build(entries)
            files = {path: c for path, c in unpacked(image).items() if c is not None}
            self.assertEqual(files, entries)
            self.assertEqual(report.size, len(image))

    def test_what_is_to_be_deflated_is_where_it_gains(self):
        chance = random.Random(7)
        entries = {"a.pyc": b"again and " * 50, "b.pyc": chance.randbytes(500), "c.txt": b"again and " * 50}
        image, report = romfs.build(entries, deflated=lambda path: path.endswith(".pyc"))
        self.assertEqual(unpacked(image), entries)
        self.assertLess(report.files["a.pyc"], 50)
        self.assertEqual((report.files["b.pyc"], report.files["c.txt"]), (500, 500))

    def test_the_order_of_entries_does_not_matter(self):
        backwards = dict(reversed(ENTRIES.items()))
        self.assertEqual(romfs.build(ENTRIES)[0], romfs.build(backwards)[0])

    def test_files_are_read_from_disk(self):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "source")
            source.write_bytes(b"from disk")
            out = Path(folder, "deep", "romfs.img")
            report = romfs.pack({"file": source}, out)
            self.assertEqual(unpacked(out.read_bytes()), {"file": b"from disk"})
            self.assertEqual(report.files, {"file": 9})

    def test_times_are_kept(self):
        image, _ = romfs.build(ENTRIES, mtime=1000, mtimes={"lib/a": 2000, "bare/": 3000})
        times = {entry.path: entry.mtime for entry in romfs.unpack(image)}
        self.assertEqual((times["lib/a"], times["bare"], times["app"]), (2000, 3000, 1000))
        with self.assertRaises(romfs.RomfsError):
            romfs.build(ENTRIES, mtime=-1)

    def test_an_empty_image_has_a_root(self):
        image, report = romfs.build({})
        self.assertEqual(romfs.unpack(image), [])
        self.assertEqual((report.directories, report.size), (1, 56))  # 52 and its padding

    def test_the_report_adds_up(self):
        image, report = romfs.build(ENTRIES)
        self.assertEqual(report.table, 20 * 9)
        self.assertEqual(report.directories, 5)
        self.assertEqual(report.shared, 7)
        self.assertLess(len(image) - 32 - report.table - report.names - report.data, 8)

    def test_names_need_not_be_ascii(self):
        image, _ = romfs.build({"größe/✓": b"1"})
        self.assertEqual(unpacked(image), {"größe": None, "größe/✓": b"1"})


class Format(unittest.TestCase):
    def setUp(self):
        self.image, _ = romfs.build(ENTRIES)
        self.count = struct.unpack_from("<I", self.image, 20)[0]
        self.entries = [
            struct.unpack_from("<IHHIII", self.image, 32 + 20 * i) for i in range(self.count)
        ]

    def test_the_header_is_as_documented(self):
        magic, version, crc, size = struct.unpack_from("<8sIII", self.image)
        self.assertEqual((magic, version, size), (b"hipromfs", 2, len(self.image)))
        self.assertEqual(crc, zlib.crc32(self.image[16:]))

    def test_contents_lie_on_multiples_of_eight(self):
        for _, _, flags, data, _, _ in self.entries:
            if not flags & 1:
                self.assertEqual(data % 8, 0)

    def test_directories_are_sorted_and_come_before_their_entries(self):
        for index, (_, _, flags, first, count, _) in enumerate(self.entries):
            if flags & 1:
                self.assertGreater(first, index)
                children = self.entries[first : first + count]
                names = [self.image[name : name + length] for name, length, *_ in children]
                self.assertEqual(names, sorted(names))


class Refusals(unittest.TestCase):
    def test_impossible_paths(self):
        for path in ["", "/", "/a", "a//b", "a/../b", "./a", "a/.", "a\0b", "x" * 256, "x/" * 300]:
            with self.subTest(path=path), self.assertRaises(romfs.RomfsError):
                romfs.build({path: b""})

    def test_a_file_that_is_a_directory_too(self):
        for entries in ({"a": b"", "a/b": b""}, {"a": b"", "a/": b""}):
            with self.subTest(entries=entries), self.assertRaises(romfs.RomfsError):
                romfs.build(entries)

    def test_damaged_images(self):
        image, _ = romfs.build(ENTRIES)
        for index in range(len(image)):
            damaged = bytearray(image)
            damaged[index] ^= 0x20
            with self.subTest(byte=index), self.assertRaises(romfs.RomfsError):
                romfs.unpack(bytes(damaged))
        for length in range(len(image)):
            with self.subTest(length=length), self.assertRaises(romfs.RomfsError):
                romfs.unpack(image[:length])


class CommandLine(unittest.TestCase):
    def run_main(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = romfs.main(list(arguments))
        return status, out.getvalue(), err.getvalue()

    def test_list_prints_a_line_per_entry(self):
        with tempfile.TemporaryDirectory() as folder:
            image = Path(folder, "image")
            romfs.pack(ENTRIES, image, mtime=1_700_000_000)
            status, out, _ = self.run_main("list", str(image))
        self.assertEqual(status, 0)
        self.assertIn("       15  2023-11-14 22:13  app/app.py\n", out)
        self.assertIn("        -  2023-11-14 22:13  bare/\n", out)
        self.assertEqual(len(out.splitlines()), 8)

    def test_what_is_no_image_gives_one_line(self):
        status, _, err = self.run_main("list", __file__)
        self.assertEqual(status, 1)
        self.assertEqual(err, "hip: this is no image of a ROM file system\n")
        status, _, err = self.run_main("list", "/nowhere")
        self.assertEqual(status, 1)


if __name__ == "__main__":
    unittest.main()
