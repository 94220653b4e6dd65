"""Packs, lists and unpacks images of the ROM file system (the format: docs/romfs.md).

    python3 -m hip.romfs list IMAGE
"""

import argparse
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hip.errors import HipError

MAGIC = b"hipromfs"
VERSION = 2
ALIGNMENT = 8  # bytes; of every file's start
NAME_BYTES = 255  # of one name, in UTF-8
PATH_BYTES = 500  # of a whole path, in UTF-8; the device's limit is 512 with the mount point
CRC_START = 16  # the CRC covers all from here on

_HEADER = struct.Struct("<8sIIIIII")  # magic, version, crc, size, count, two reserved words
_ENTRY = struct.Struct("<IHHIII")  # name, name length, flags, data, size, mtime
_LENGTH = struct.Struct("<I")  # before a deflated stream
_DIRECTORY, _DEFLATED = 1, 2
DEFLATED_SHARE = 0.9  # of a file that a stream may take and is still worth inflating


class RomfsError(HipError):
    """Something that cannot be packed, or an image that cannot be read."""


@dataclass
class Report:
    """What an image consists of, in bytes."""

    size: int
    table: int
    names: int
    data: int
    shared: int  # what identical files would take if each had its own copy
    directories: int
    files: dict[str, int] = field(default_factory=dict)  # path -> what is stored of it


@dataclass
class Entry:
    """A file or directory of an image, as unpack() finds it."""

    path: str
    content: bytes | None  # None: a directory
    mtime: int


@dataclass
class _Node:
    """A file (content) or directory (children) before it has its place in the image."""

    name: bytes
    path: str
    content: bytes | None = None  # a file's
    stored: bytes = b""  # what of it is in the image: the same, or a deflated stream
    children: dict[bytes, "_Node"] = field(default_factory=dict)
    first: int = 0  # a directory: the index of its first entry

    @property
    def flags(self) -> int:
        """As in the image."""
        if self.content is None:
            return _DIRECTORY
        return 0 if self.stored is self.content else _DEFLATED

    def sorted_children(self) -> list["_Node"]:
        return [self.children[name] for name in sorted(self.children)]


# --- packing ---


def pack(
    entries: Mapping[str, bytes | Path],
    out: Path,
    *,
    mtime: int = 0,
    mtimes: Mapping[str, int] | None = None,
    deflated: Callable[[str], bool] = lambda path: False,
) -> Report:
    """Writes an image of entries: path in the image -> content, or the file that has it.

    A path is relative ("lib/a.pyc"); one that ends in a slash makes an empty directory.
    Directories on the way are made.  mtime (seconds since 1970) is every entry's but
    those named in mtimes.  Files whose path `deflated` says yes to are stored so where that
    makes them smaller; others can be sent from where they lie.  The same input gives the same bytes, in any order.
    """
    image, report = build(entries, mtime=mtime, mtimes=mtimes, deflated=deflated)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(image)
    return report


def build(
    entries: Mapping[str, bytes | Path],
    *,
    mtime: int = 0,
    mtimes: Mapping[str, int] | None = None,
    deflated: Callable[[str], bool] = lambda path: False,
) -> tuple[bytes, Report]:
    """As pack(), but returns the image."""
    nodes = _breadth_first(_tree(entries))
    for node in nodes:
        if node.content is not None:
            node.stored = _deflate(node.content) if deflated(node.path) else node.content
    stamps = {"/".join(_parts(path)): stamp for path, stamp in (mtimes or {}).items()}
    names, name_at = _pool_names(nodes, _HEADER.size + len(nodes) * _ENTRY.size)
    data_start = _aligned(_HEADER.size + len(nodes) * _ENTRY.size + len(names))
    data, data_at, shared = _pool_data(nodes, data_start)
    table = bytearray()
    for node in nodes:
        is_file = node.content is not None
        table += _ENTRY.pack(
            name_at[node.name],
            len(node.name),
            node.flags,
            data_at[node.stored] if is_file else node.first,
            len(node.content) if is_file else len(node.children),
            _checked_mtime(stamps.get(node.path, mtime)),
        )
    body = bytes(table) + names
    body += bytes(data_start - _HEADER.size - len(body)) + data
    image = _with_header(body, len(nodes))
    files = {node.path: len(node.stored) for node in nodes if node.content is not None}
    report = Report(
        size=len(image),
        table=len(table),
        names=len(names),
        data=len(data),
        shared=shared,
        directories=len(nodes) - len(files),
        files=files,
    )
    return image, report


def _deflate(content: bytes) -> bytes:
    """A raw stream with its length before it; the content itself when that is no gain."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    stream = compressor.compress(content) + compressor.flush()
    stored = _LENGTH.pack(len(stream)) + stream
    return stored if len(stored) <= DEFLATED_SHARE * len(content) else content


def _with_header(body: bytes, count: int) -> bytes:
    """The header with its CRC, and the body."""
    size = _HEADER.size + len(body)
    if size > 0x7FFFFFFF:
        raise RomfsError(f"the ROM file system has {size} bytes; 2 GiB is its limit")
    draft = _HEADER.pack(MAGIC, VERSION, 0, size, count, 0, 0) + body
    return draft[:12] + struct.pack("<I", zlib.crc32(draft[CRC_START:])) + draft[CRC_START:]


def _aligned(offset: int) -> int:
    return (offset + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT


def _checked_mtime(mtime: int) -> int:
    if not 0 <= mtime <= 0xFFFFFFFF:
        raise RomfsError(f"a file's time is {mtime}; it must lie between 1970 and 2106")
    return int(mtime)


def _parts(path: str) -> list[str]:
    """The names of a path, none of which is empty, "." or ".."."""
    parts = path.removesuffix("/").split("/")
    for part in parts:
        if part in ("", ".", "..") or "\0" in part:
            raise RomfsError(f"{path!r} is no path for the ROM file system")
        if len(_encoded(part)) > NAME_BYTES:
            raise RomfsError(f"{path!r} has a name longer than {NAME_BYTES} bytes")
    if len(_encoded(path)) > PATH_BYTES:
        raise RomfsError(f"{path!r} is longer than {PATH_BYTES} bytes")
    return parts


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _tree(entries: Mapping[str, bytes | Path]) -> _Node:
    """The entries as a tree of nodes."""
    root = _Node(b"", "")
    for path in sorted(entries):
        source = entries[path]
        *parents, last = _parts(path)
        node = root
        for part in parents:
            node = _directory(node, part)
        if path.endswith("/"):
            _directory(node, last)
        elif _encoded(last) in node.children:
            raise RomfsError(f"{path!r} is in the ROM file system twice")
        else:
            content = source.read_bytes() if isinstance(source, Path) else bytes(source)
            node.children[_encoded(last)] = _Node(_encoded(last), path, content)
    return root


def _directory(parent: _Node, name: str) -> _Node:
    """The directory of that name in parent, made if need be."""
    path = f"{parent.path}/{name}" if parent.path else name
    node = parent.children.setdefault(_encoded(name), _Node(_encoded(name), path))
    if node.content is not None:
        raise RomfsError(f"{path!r} is a file and a directory in the ROM file system")
    return node


def _breadth_first(root: _Node) -> list[_Node]:
    """All nodes in the table's order, each directory's children side by side."""
    nodes = [root]
    for node in nodes:  # grows on the way
        if node.content is None:
            node.first = len(nodes)
            nodes += node.sorted_children()
    return nodes


def _pool_names(nodes: list[_Node], start: int) -> tuple[bytes, dict[bytes, int]]:
    """All names, each once, and where each lies in the image."""
    pool = bytearray()
    places: dict[bytes, int] = {}
    for node in nodes:
        if node.name not in places:
            places[node.name] = start + len(pool)
            pool += node.name
    return bytes(pool), places


def _pool_data(nodes: list[_Node], start: int) -> tuple[bytes, dict[bytes, int], int]:
    """All contents, each once, where each lies in the image, and the bytes so saved."""
    pool = bytearray()
    places: dict[bytes, int] = {}
    shared = 0
    for node in nodes:
        if node.content is None:
            continue
        if node.stored in places:
            shared += len(node.stored)
            continue
        pool += bytes(_aligned(len(pool)) - len(pool))
        places[node.stored] = start + len(pool)
        pool += node.stored
    return bytes(pool), places, shared


# --- reading ---


def unpack(image: bytes) -> list[Entry]:
    """All entries of an image but the root, parents first; checks it on the way."""
    count = _check(image)
    table = [_ENTRY.unpack_from(image, _HEADER.size + i * _ENTRY.size) for i in range(count)]
    paths = {0: ""}
    found = []
    for index, (name, name_len, flags, data, size, mtime) in enumerate(table):
        if index not in paths:
            raise RomfsError(f"entry {index} of the image is in no directory")
        if index > 0:
            paths[index] += _slice(image, name, name_len).decode("utf-8", "surrogateescape")
            content = None if flags & _DIRECTORY else _content(image, flags, data, size)
            found.append(Entry(paths[index], content, mtime))
        if flags & _DIRECTORY:
            if not index < data <= count or size > count - data:
                raise RomfsError(f"directory {index} of the image is damaged")
            prefix = f"{paths[index]}/" if index else ""
            paths |= {child: prefix for child in range(data, data + size)}
    return found


def _check(image: bytes) -> int:
    """Checks header and CRC; returns the number of entries."""
    if len(image) < _HEADER.size or not image.startswith(MAGIC):
        raise RomfsError("this is no image of a ROM file system")
    _, version, crc, size, count, *_ = _HEADER.unpack_from(image)
    if version != VERSION:
        raise RomfsError(f"the image has version {version} of the format, not {VERSION}")
    if size > len(image) or _HEADER.size + count * _ENTRY.size > size:
        raise RomfsError("the image is cut off")
    if zlib.crc32(image[CRC_START:size]) != crc:
        raise RomfsError("the image is damaged: its checksum is wrong")
    return count


def _content(image: bytes, flags: int, data: int, size: int) -> bytes:
    """A file's, inflated if need be."""
    if not flags & _DEFLATED:
        return _slice(image, data, size)
    (length,) = _LENGTH.unpack(_slice(image, data, _LENGTH.size))
    try:
        content = zlib.decompress(_slice(image, data + _LENGTH.size, length), -zlib.MAX_WBITS)
    except zlib.error:
        raise RomfsError("the image is damaged: a file cannot be inflated") from None
    if len(content) != size:
        raise RomfsError("the image is damaged: a file has another size than it should")
    return content


def _slice(image: bytes, offset: int, length: int) -> bytes:
    if offset + length > len(image):
        raise RomfsError("the image is damaged: something lies beyond its end")
    return image[offset : offset + length]


def listing(image: bytes) -> Iterator[str]:
    """A line per entry: size, time and path."""
    for entry in unpack(image):
        stamp = time.strftime("%Y-%m-%d %H:%M", time.gmtime(entry.mtime))
        if entry.content is None:
            yield f"{'-':>9}  {stamp}  {entry.path}/"
        else:
            yield f"{len(entry.content):>9}  {stamp}  {entry.path}"


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python3 -m hip.romfs",
        description="Looks into images of the ROM file system.",
        epilog="example: python3 -m hip.romfs list build/mps2-an500/images/hello/romfs.img",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("list", help="print size, time and path of every entry")
    command.add_argument("image", type=Path)
    options = parser.parse_args(arguments)
    try:
        for line in listing(options.image.read_bytes()):
            print(line)
    except (RomfsError, OSError) as error:
        print(f"hip: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
