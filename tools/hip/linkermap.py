"""GNU ld's map of an image: which file brought how many bytes of which output section.

Strings and constants that are alike are merged.  ld 2.40 mostly says what is left of each file's own; ld 2.44 says that all of
them are the first file's, and of every other one its size before, at the address of whatever follows.  Here each gets its share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

INPUT_SECTION = re.compile(r"^ (\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: (\S.*)?)?$")
OUTPUT_SECTION = re.compile(r"^(\.[\w.]+)(?:\s+0x([0-9a-f]+)\s+0x([0-9a-f]+).*)?$")
SIZE_BEFORE = re.compile(r"^\s+0x([0-9a-f]+) \(size before relaxing\)$")
LONG_NAME = re.compile(r" ?[\w.*$-]+")


@dataclass
class Piece:
    """An input section: where it lies, its bytes, those before merging, and its file, "" for what ld fills in."""

    address: int
    size: int
    before: int
    file: str


@dataclass
class Section:
    """An output section: where it lies, its bytes in all, and its pieces by address."""

    address: int
    size: int
    pieces: list[Piece]


def read(text: str) -> dict[str, Section]:
    """The output sections by name."""
    lines = text.partition("Linker script and memory map")[2].splitlines()
    sections: dict[str, Section] = {}
    pieces: list[Piece] = []
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if LONG_NAME.fullmatch(line) and re.match(r"\s+0x", following):
            line = f"{line} {following.strip()}"  # ld breaks after a long name
        if match := OUTPUT_SECTION.match(line):
            pieces = []
            sections[match[1]] = Section(int(match[2] or "0", 16), int(match[3] or "0", 16), pieces)
        elif match := INPUT_SECTION.match(line):
            size = int(match[3], 16)
            pieces.append(Piece(int(match[2], 16), size, size, match[4] or ""))
        elif pieces and (match := SIZE_BEFORE.match(line)):
            pieces[-1].before = int(match[1], 16)
    for section in sections.values():
        share(section)
    return sections


def share(section: Section) -> None:
    """Takes pieces for no larger than the room that they have, and gives what was merged into one of them back to all."""
    merged: list[tuple[Piece, int]] = []  # and what each lacks
    ends = [piece.address for piece in section.pieces[1:]] + [section.address + section.size]
    for piece, end in zip(section.pieces, ends):
        lacks = piece.size - max(end - piece.address, 0)
        if lacks > 0:
            piece.size -= lacks
            merged.append((piece, lacks))
    holders = [piece for piece in section.pieces if piece.size > piece.before]
    lacking = sum(lacks for _piece, lacks in merged)
    if not holders or not lacking:
        return
    left = sum(piece.size - piece.before for piece in holders)
    for piece in holders:
        piece.size = piece.before
    for piece, lacks in merged:
        piece.size += left * lacks // lacking
    holders[0].size += left - sum(left * lacks // lacking for _piece, lacks in merged)
