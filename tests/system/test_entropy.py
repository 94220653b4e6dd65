"""A device without randomness does not pretend: it does not start."""

import socket
import unittest

from device import PATIENCE, Device, changed, without
from hip.boards import DEFAULT_BOARD, find_board
from hip.errors import HipError

APP = "examples/hello"
SETTLE = 3.0  # seconds after which a device that is going to serve would have


class EntropyTest(unittest.TestCase):
    def assert_refuses(self, board, reason: str) -> None:
        """The device says why, and serves nobody."""
        device = Device(APP, board=board)
        device.start(wait=False)
        self.addCleanup(device.stop)
        halted = device.wait_for(r"hipflask: HALT: .*\n", timeout=PATIENCE)
        self.assertRegex(halted[0], reason)
        with self.assertRaises(HipError):
            device.wait_for("serving on", timeout=SETTLE)
        with socket.create_connection(device.address, SETTLE) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            client.settimeout(SETTLE)
            try:
                self.assertEqual(client.recv(1), b"")
            except (TimeoutError, ConnectionResetError):
                pass

    def test_without_a_source(self):
        self.assert_refuses(without(find_board(DEFAULT_BOARD), "BOARD_QEMU_ENTROPY"), "no source of entropy")

    def test_with_a_source_that_repeats_itself(self):
        stuck = "-chardev pipe,id=entropy,path=/dev/zero -serial chardev:entropy".split()
        self.assert_refuses(changed(find_board(DEFAULT_BOARD), BOARD_QEMU_ENTROPY=stuck), "entropy.*health")


if __name__ == "__main__":
    unittest.main()
