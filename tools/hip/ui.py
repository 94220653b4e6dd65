"""What a user sees: one line a step, live on a terminal and plain elsewhere.

    ui = Ui(total=6)
    with ui.step("Building CPython for Cortex-M7") as step:
        step.progress(done, of)
    ui.note("cpython 3.13.5-3 is newer than the lock (3.13.5-2)")
"""

from __future__ import annotations

import sys
import threading
import time

REDRAW_SECONDS = 0.5
QUIET_SECONDS = 0.5  # a step that takes less is not worth a line


class Step:
    """One running step; made by Ui.step(), used as a context manager.

    It stays unseen if it ends well within QUIET_SECONDS: most steps of a second
    run only find that there is nothing to do.
    """

    def __init__(self, ui: Ui, title: str, prefix: str):
        self.ui = ui
        self.title = prefix + title
        self._share = ""
        self._shown = False
        self._start = time.monotonic()
        self._stop = threading.Event()
        self._painter = threading.Thread(target=self._paint, daemon=True)

    def progress(self, done: int, total: int) -> None:
        """Says how far the step is; cheap, the terminal is redrawn at its own pace."""
        self._share = f" {min(99, 100 * done // total):2d} %" if total else ""

    def __enter__(self) -> Step:
        self._painter.start()
        return self

    def __exit__(self, kind, _error, _traceback) -> None:
        self._stop.set()
        self._painter.join()
        self.ui.erase()
        if self._shown or kind:
            self.ui.line(f"{self.title} … {'failed after ' if kind else ''}{self._elapsed()}")

    def _elapsed(self) -> str:
        seconds = time.monotonic() - self._start
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"

    def _paint(self) -> None:
        if self._stop.wait(QUIET_SECONDS):
            return
        self._shown = True
        if not self.ui.live:
            self.ui.line(f"{self.title} ...")
            return
        while True:
            self.ui.repaint(f"{self.title} …{self._share} {self._elapsed()}")
            if self._stop.wait(REDRAW_SECONDS):
                return


class Ui:
    """Progress and notes on standard error, so that standard output stays the device's."""

    def __init__(self, total: int = 0, verbose: bool = False, stream=None, quiet: bool = False):
        self.total = total
        self.number = 0
        self.verbose = verbose
        self.quiet = quiet
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty() and not (verbose or quiet)
        self._lock = threading.Lock()
        self._painted = False

    def step(self, title: str) -> Step:
        """The next step; `[2/6] ` goes before its title when the number of steps is known."""
        self.number += 1
        return Step(self, title, f"[{self.number}/{max(self.total, self.number)}] " if self.total else "")

    def skip(self) -> None:
        """Counts a step that has nothing to do."""
        self.number += 1

    def note(self, text: str) -> None:
        """A line the user should read."""
        self.erase()
        self.line(f"hip: {text}")

    def detail(self, text: str) -> None:
        """A line shown only with --verbose."""
        if self.verbose:
            self.line(text)

    def line(self, text: str) -> None:
        """Writes one whole line."""
        if self.quiet:
            return
        with self._lock:
            print(text, file=self.stream, flush=True)

    def repaint(self, text: str) -> None:
        """Replaces the live line of a terminal."""
        with self._lock:
            self._painted = True
            self.stream.write(f"\r\x1b[K{text}")
            self.stream.flush()

    def erase(self) -> None:
        """Removes the live line of a terminal."""
        with self._lock:
            if self._painted:
                self._painted = False
                self.stream.write("\r\x1b[K")
                self.stream.flush()
