"""Packs the image that test_romfs.c reads."""

import sys
from pathlib import Path

from hip import romfs

ENTRIES = {
    "app/app.py": b"print('hello')\n",
    "app/static/a.css": bytes(range(256)) * 2,
    "app/static/empty": b"",
    "app/static/zwölf.txt": b"12",
    "bare/": b"",
    "lib/a": b"1",
    "lib/aa": b"2",
    "lib/aaa": b"3",
    "lib/ab": b"4",
    "lib/b": b"1",
    "packed/numbers": " ".join(map(str, range(300))).encode(),
    "packed/short": b"x",
}

romfs.pack(ENTRIES, Path(sys.argv[1]), mtime=1_700_000_000, mtimes={"lib/a": 7},
           deflated=lambda path: path.startswith("packed/"))
