"""An app on the emulated device, for tests: built by hip, booted in QEMU, asked over sockets.

    device = Device("examples/hello")

    def setUpModule(): device.start()
    def tearDownModule(): device.stop()

    class HelloTest(DeviceTest):
        device = device

        def test_greets(self):
            self.assertEqual(self.device.get("/").status, 200)

One device a test module: modules run side by side, tests of one module share it.
"""

from __future__ import annotations

import dataclasses
import re
import time
import unittest
from collections.abc import Callable
from pathlib import Path

from hip import build, paths
from hip.app import load
from hip.boards import DEFAULT_BOARD, Board, find_board
from hip.machine import Machine, machine_for
from hip.ui import Ui
from rawhttp import Client, Response

PATIENCE = 60.0  # seconds for what takes milliseconds on an idle machine
FAULT = "hipflask: FAULT"


class Device:
    """One app on one board in QEMU.

    board: a board other than the default, say one with a wire cut; arguments are
    QEMU's.  The image is built when the device starts.
    """

    def __init__(self, app: str | Path, *, board: Board | None = None, arguments: list[str] | None = None):
        self.app = paths.ROOT / app
        self.board = board or find_board(DEFAULT_BOARD)
        self.arguments = arguments or []
        self.machine: Machine | None = None

    def start(self, wait: bool = True) -> Device:
        """Builds and boots; returns when requests are answered, at once without wait."""
        image = build.build(self.board, load(self.app), Ui(quiet=True))
        self.machine = machine_for(self.board, image, arguments=self.arguments).start()
        if wait:
            try:
                self.machine.wait_until_serving()
            except BaseException:
                self.stop()
                raise
        return self

    def stop(self) -> None:
        """Ends it; fails when a sanitizer has something to report."""
        if self.machine:
            self.machine.stop()

    __enter__ = start

    def __exit__(self, *_exception) -> None:
        self.stop()

    # --- network ------------------------------------------------------------

    @property
    def address(self) -> tuple[str, int]:
        """Where the device's port 80 is on this machine."""
        return self.machine.address

    def client(self, **options) -> Client:
        """A connection of its own."""
        return Client(self.address, **options)

    def request(self, method: str, target: str, fields: dict[str, str] | None = None,
                body: bytes | None = None) -> Response:
        """One request over a connection of its own."""
        with self.client() as client:
            return client.request(method, target, fields, body)

    def get(self, target: str, **fields: str) -> Response:
        """One GET over a connection of its own; keyword arguments are header fields."""
        with self.client() as client:
            return client.get(target, **fields)

    def post(self, target: str, body: bytes, kind: str = "application/octet-stream") -> Response:
        """One POST over a connection of its own."""
        with self.client() as client:
            return client.post(target, body, kind)

    def gauge(self) -> dict:
        """What the test app's route /gauge reads from the device: heap, stack, network, uptime."""
        return self.get("/gauge").json()

    # --- console ------------------------------------------------------------

    @property
    def console(self) -> str:
        """Everything the device has printed so far."""
        return self.machine.console

    def wait_for(self, pattern: str, start: int = 0, timeout: float = PATIENCE) -> re.Match:
        """Waits for the console, from position start, to match."""
        return self.machine.wait_for(pattern, timeout, start)


class DeviceTest(unittest.TestCase):
    """A test of a running device: its part of the console goes to the test's log, and a
    fault in it is a failure."""

    device: Device
    may_fault = False

    def setUp(self) -> None:
        self.start = len(self.device.console)
        self.addCleanup(self._check_console)

    def printed(self) -> str:
        """What the device has printed since the test began."""
        return self.device.console[self.start:]

    def wait_for(self, pattern: str, timeout: float = PATIENCE) -> re.Match:
        """Waits for something on the console that is printed in this test."""
        return self.device.wait_for(pattern, self.start, timeout)

    def await_true(self, condition: Callable[[], object], what: str, timeout: float = PATIENCE) -> None:
        """Waits until condition() holds."""
        deadline = time.monotonic() + timeout
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"{what}: not within {timeout:.0f} s")
            time.sleep(0.02)

    def _check_console(self) -> None:
        print(f"--- {self.id()}\n{self.printed()}", flush=True)
        if not self.may_fault:
            self.assertNotIn(FAULT, self.printed())


def without(board: Board, variable: str) -> Board:
    """A board that lacks one of its variables."""
    return dataclasses.replace(board, variables={k: v for k, v in board.variables.items() if k != variable})


def changed(board: Board, **variables: list[str]) -> Board:
    """A board with other values for some of its variables."""
    return dataclasses.replace(board, variables={**board.variables, **variables})
