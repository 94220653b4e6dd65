"""An app on a device, for tests: built by hip, started in QEMU or as a process, asked over sockets.

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
import os
import re
import time
import unittest
from collections.abc import Callable
from pathlib import Path

from hip import build, paths, roster
from hip.app import load
from hip.boards import DEFAULT_BOARD, Board, find_board
from hip.machine import Machine, machine_for
from hip.suites import TARGET_VARIABLE
from hip.ui import Ui
from server import Elsewhere, Server

PATIENCE = 60.0  # seconds for what takes milliseconds on an idle machine
FAULT = "hipflask: FAULT"


class Device(Server):
    """One app on one board, in QEMU or as a process of this machine.

    board: a board other than the default, say one with a wire cut; arguments are
    those of QEMU or the process.  https forwards port 443 as well.  The image is built when the device starts.
    """

    def __init__(self, app: str | Path, *, board: Board | None = None, arguments: list[str] | None = None,
                 https: bool = False):
        self.app = paths.ROOT / app
        self.board = board or find_board(DEFAULT_BOARD)
        self.arguments = arguments or []
        self.https = https
        self.machine: Machine | None = None
        self._served = False

    def start(self, wait: bool = True) -> Device:
        """Builds and boots; returns when requests are answered, at once without wait."""
        image = build.build(self.board, load(self.app), Ui(quiet=True))
        self.machine = machine_for(self.board, image, arguments=self.arguments,
                                   https_port=0 if self.https else None).start()
        if wait:
            try:
                self.machine.wait_until_serving()
            except BaseException:
                self.stop()
                raise
            self._served = True
        return self

    def stop(self) -> None:
        """Ends it; fails when a sanitizer has something to report, or when it had ended by itself."""
        if self.machine:
            survived = self.machine.alive or not self._served
            self._served = False
            self.machine.stop()
            if not survived:  # after the last request that a test made, nobody else would notice
                raise AssertionError(f"the device ended in the midst of the tests\n{self.machine.tail()}")

    @property
    def address(self) -> tuple[str, int]:
        """Where the device's port 80 is on this machine."""
        return self.machine.address

    @property
    def https_address(self) -> tuple[str, int]:
        """Where its port 443 is; for a Device(..., https=True)."""
        return self.machine.https_address

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


def of_target(app: str | Path, usual: str) -> Server:
    """An app on the target that this run of the tests is for, or on the roster's usual one."""
    target = target_of_run(usual)
    if target.address:
        return Elsewhere(target.address)
    return Device(app, board=target.board, arguments=target.arguments)


def target_of_run(usual: str) -> roster.Target:
    """Whom this run of the tests is for, or the roster's usual one."""
    return roster.find(os.environ.get(TARGET_VARIABLE) or usual)


def without(board: Board, variable: str) -> Board:
    """A board that lacks one of its variables."""
    return dataclasses.replace(board, variables={k: v for k, v in board.variables.items() if k != variable})


def changed(board: Board, **variables: list[str]) -> Board:
    """A board with other values for some of its variables."""
    return dataclasses.replace(board, variables={**board.variables, **variables})
