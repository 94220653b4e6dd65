"""Detached runs: which there are, and how to end them.  One JSON file a port below build/run."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from hip import paths

GRACE_SECONDS = 3.0


@dataclass(frozen=True)
class Run:
    """A detached QEMU."""

    port: int
    pid: int
    started: str  # the kernel's start time of pid, so that a reused number is told apart
    board: str
    image: str

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://localhost:{self.port}/"

    def is_running(self) -> bool:
        """Whether the process is still the one that was started."""
        return start_time(self.pid) == self.started

    def forget(self) -> None:
        """Removes the record."""
        record_path(self.port).unlink(missing_ok=True)

    def stop(self) -> None:
        """Ends the process and waits until it is gone."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.is_running():
                os.kill(self.pid, number)
            deadline = time.monotonic() + GRACE_SECONDS
            while self.is_running() and time.monotonic() < deadline:
                time.sleep(0.02)
        self.forget()


def record_path(port: int) -> Path:
    """The record of the run on a port."""
    return paths.RUNS / f"{port}.json"


def console_path(port: int) -> Path:
    """The console's log of the run on a port."""
    paths.RUNS.mkdir(parents=True, exist_ok=True)
    return paths.RUNS / f"{port}.log"


def start_time(pid: int) -> str:
    """The kernel's start time of a live process, empty for one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def record(port: int, pid: int, board: str, image: str) -> Run:
    """Notes a detached run that has just been started."""
    run = Run(port, pid, start_time(pid), board, image)
    record_path(port).write_text(json.dumps(asdict(run)) + "\n")
    return run


def running() -> list[Run]:
    """The detached runs that live, by port; records of others are removed."""
    alive = []
    for path in sorted(paths.RUNS.glob("*.json")):
        try:
            run = Run(**json.loads(path.read_text()))
        except (ValueError, TypeError):
            path.unlink(missing_ok=True)
            continue
        if run.is_running():
            alive.append(run)
        else:
            run.forget()
    return alive
