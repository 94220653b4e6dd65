"""TCP segments on the emulated wire, read while QEMU's filter-dump writes them.

    capture = Capture(path)          # path was given to capture_arguments()
    capture.segments()               # all so far
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from device import changed
from hip.boards import Board

FILE_HEADER_BYTES = 24
RECORD_HEADER = struct.Struct("<IIII")
ETHERNET_BYTES = 14
IPV4, TCP = 0x0800, 6
SYN, ACK = 2, 16


@dataclass(frozen=True)
class Segment:
    """One TCP segment."""

    source: int  # port
    destination: int
    sequence: int
    acknowledged: int
    flags: int
    length: int  # bytes of payload


def with_capture(board: Board, path: Path) -> tuple[Board, list[str]]:
    """A board whose network has a name, and QEMU's arguments to capture it."""
    network = board.value("BOARD_QEMU_NETWORK") + ",id=net0"
    return changed(board, BOARD_QEMU_NETWORK=[network]), ["-object", f"filter-dump,id=tap,netdev=net0,file={path}"]


class Capture:
    """A capture file that may still grow."""

    def __init__(self, path: Path):
        self.path = path

    def segments(self) -> list[Segment]:
        """The segments so far, in order."""
        return [segment for frame in self._frames() if (segment := parse(frame))]

    def _frames(self) -> Iterator[bytes]:
        data = self.path.read_bytes()
        at = FILE_HEADER_BYTES
        while at + RECORD_HEADER.size <= len(data):
            length = RECORD_HEADER.unpack_from(data, at)[2]
            at += RECORD_HEADER.size
            if at + length <= len(data):
                yield data[at:at + length]
            at += length


def parse(frame: bytes) -> Segment | None:
    """The TCP segment in an Ethernet frame, if there is one."""
    packet = frame[ETHERNET_BYTES:]
    if len(packet) < 20 or struct.unpack_from("!H", frame, 12)[0] != IPV4 or packet[9] != TCP:
        return None
    total = struct.unpack_from("!H", packet, 2)[0]
    segment = packet[(packet[0] & 15) * 4:total]
    source, destination, sequence, acknowledged, offset, flags = struct.unpack_from("!HHIIBB", segment)
    return Segment(source, destination, sequence, acknowledged, flags, len(segment) - (offset >> 4) * 4)
