"""Three parsers and the same bytes: nobody may see another request than the others do."""

import os
import socket
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import disagreement
import readers
from device import Device
from hip.boards import find_board
from rawhttp import ProtocolError
from streams import SEEDS, streams

COUNT = int(os.environ.get("HIPFLASK_STREAMS") or 50_000)
SEED = int(os.environ.get("HIPFLASK_STREAM_SEED") or 1)
OVER_A_SOCKET = 400  # of them
SHOWN = 5
PATIENCE = 30.0
OTHERS = ("llhttp", "h11")
corpus: list[bytes]
readings: dict[str, list[dict]]


def setUpModule() -> None:
    global corpus, readings
    corpus = list(streams(SEED, COUNT))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "streams"
        readers.write(corpus, path)
        readings = {name: readers.read(name, path) for name in readers.READERS}


class DifferentialTest(unittest.TestCase):
    def found(self) -> dict[disagreement.Disagreement, list[bytes]]:
        """Every kind of disagreement with the streams that show it."""
        kinds: dict[disagreement.Disagreement, list[bytes]] = {}
        for who in OTHERS:
            for stream, here, there in zip(corpus, readings["ours"], readings[who], strict=True):
                kind = disagreement.compare(who, here, there)
                if kind:
                    kinds.setdefault(kind, []).append(stream)
        return kinds

    def show(self, kinds: dict[disagreement.Disagreement, list[bytes]]) -> str:
        """A few of them, each with its shortest stream."""
        lines = [f"seed {SEED}, {COUNT} streams"]
        for kind, shown in list(kinds.items())[:SHOWN]:
            lines.append(f"{len(shown)} times {kind}: {min(shown, key=len)!r}")
        return "\n".join(lines)

    def test_all_read_the_good_ones(self):
        """The readers work: what is right is taken by all, but for what the table says."""
        for who in OTHERS:
            same = [disagreement.compare(who, here, there) is None
                    for here, there in zip(readings["ours"][:len(SEEDS)], readings[who], strict=False)]
            self.assertGreater(sum(same), len(SEEDS) - 4, who)
        self.assertGreater(sum(bool(reading["requests"]) for reading in readings["ours"]), COUNT // 4)

    def test_nobody_can_be_smuggled_past(self):
        """Two readers that take a request take the same one."""
        kinds = {kind: shown for kind, shown in self.found().items() if kind.smuggles}
        self.assertEqual(kinds, {}, self.show(kinds))

    def test_every_other_disagreement_is_in_the_table(self):
        rows = disagreement.table()
        self.assertGreater(len(rows), 10)
        kinds = self.found()
        counts = Counter()
        for kind, shown in kinds.items():
            counts.update({f"{row.who}: here {row.here}, there {row.there}": len(shown) for row in rows if row.covers(kind)})
        print(f"{COUNT} streams; disagreements:", *(f"{count:6} {kind}" for kind, count in counts.most_common()), sep="\n")
        new = {kind: shown for kind, shown in kinds.items() if not any(row.covers(kind) for row in rows)}
        self.assertEqual(new, {}, self.show(new))

    def test_every_row_names_what_decides_it(self):
        for row in disagreement.table():
            self.assertRegex(row.section, r"^RFC 9\d\d\d section [\d.]+|^PEP 3333")


class SocketTest(unittest.TestCase):
    """What the server answers is what its reader says of the bytes."""

    def test_the_same_streams(self):
        device = Device("tests/conformance/apps/probe", board=find_board("host", "asan"))
        device.start()
        try:
            step = max(1, COUNT // OVER_A_SOCKET)
            for stream, reading in list(zip(corpus, readings["ours"], strict=True))[::step]:
                if b"xpect" not in stream and b"HEAD" not in stream:  # their answers are read differently
                    with self.subTest(stream):
                        self.assertEqual(self.answers(device, stream, reading), self.expected(reading))
        finally:
            device.stop()

    def expected(self, reading: dict) -> tuple[int, bool]:
        """How many requests are answered, and whether a refusal follows."""
        return len(reading["requests"]), reading["state"] == "refuses"

    def answers(self, device: Device, stream: bytes, reading: dict) -> tuple[int, bool]:
        """How many answers came, without the last one if that refuses."""
        methods = [bytes.fromhex(request["method"]).decode("latin-1") for request in reading["requests"]]
        count, refused = 0, False
        with device.client(timeout=PATIENCE) as client:
            client.send(stream)
            client.socket.shutdown(socket.SHUT_WR)
            while not refused:
                try:
                    response = client.read_response(methods[count] if count < len(methods) else "GET")
                except (ProtocolError, OSError):
                    break
                refused = count == len(methods)
                count += not refused
        return count, refused


if __name__ == "__main__":
    unittest.main()
