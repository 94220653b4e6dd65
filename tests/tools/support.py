"""What several of these tests need."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from hip import paths
from hip.boards import Board

FAKE_QEMU = Path(__file__).with_name("fake_qemu.py")


class InDirectory(unittest.TestCase):
    """A test with an empty directory of its own."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory(prefix="hip test ")
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name).resolve()

    def write(self, name: str, text: str = "") -> Path:
        """A file with text."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def fake_board(behaviour: str = "serve") -> Board:
    """A board whose QEMU is fake_qemu.py."""
    return Board("fake", paths.BOARDS, {
        "BOARD_QEMU": [sys.executable, "-u", str(FAKE_QEMU), behaviour],
        "BOARD_QEMU_NETWORK": ["user,model=none"],
    })


def hip(*words: str, script: Path = paths.ROOT / "hip", cwd: Path = paths.ROOT,
        **environment: str) -> subprocess.CompletedProcess:
    """Runs the real hip."""
    return subprocess.run([str(script), *words], cwd=cwd, env={**os.environ, **environment}, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
