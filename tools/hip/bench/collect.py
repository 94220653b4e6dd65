"""The run: what is measured, in which order, and what the figures are called.

A figure's name is its target, a dot, and what was measured: `mps2-an500.hello`, `host.flask JSON`,
`mps2-an500.memory.hello.flash`, `servers.uWSGI.hello`.  `-k` chooses by parts of these names.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch

from hip.bench import components, curves, host, memory, servers
from hip.bench.cases import APPS, CASES, Case
from hip.bench.guest import Guest
from hip.bench.record import Record
from hip.boards import Board
from hip.ui import Ui

IN_PROCESS = "flask JSON, in the process"
IN_PROCESS_CALLS = 100
MEMORY_APPS = ("hello", "bottle_hello", "flask_hello")


class Bench:
    """One run of the bench."""

    def __init__(self, board: Board, patterns: list[str], ui: Ui):
        self.board = board
        self.patterns = patterns
        self.ui = ui
        self.record = Record()

    def wants(self, name: str) -> bool:
        """Whether -k asks for a figure, or for all."""
        return not self.patterns or any(fnmatch(name, f"*{pattern}*") for pattern in self.patterns)

    def run(self) -> Record:
        """Everything that was asked for."""
        for app in APPS:
            self.guest(app)
        for app in MEMORY_APPS:
            self.memory(app)
        for app in APPS:
            self.host(app)
        if self.wants("curves"):
            self.curves()
        self.servers()
        return self.record

    def cases(self, target: str, app: str) -> list[Case]:
        """Those of an app that are asked for."""
        return [case for case in CASES if case.app == app and self.wants(f"{target}.{case.name}")]

    def guest(self, app: str) -> None:
        """An app's cases on the board."""
        cases, target = self.cases(self.board.name, app), self.board.name
        if not cases:
            return
        with Guest(self.board, app, self.ui) as guest, self.ui.step(f"Asking {app} on {target}") as step:
            for at, case in enumerate(cases):
                step.progress(at, len(cases))
                self.record.figures[f"{target}.{case.name}"] = guest.measure(case)
            if any(case.name == "flask JSON" for case in cases):
                seconds = guest.evaluate(f"__import__('app').call_in_process({IN_PROCESS_CALLS})")
                self.record.figures[f"{target}.{IN_PROCESS}"] = float(seconds) * 1e9

    def memory(self, app: str) -> None:
        """What an example takes, and what it takes to start."""
        prefix = f"{self.board.name}.memory.{app}"
        if not self.wants(prefix):
            return
        with Guest(self.board, app, self.ui) as guest, self.ui.step(f"Looking at the memory of {app}"):
            found = memory.image(self.board, guest) | {"reset to first response": guest.started} | memory.running(guest)
            self.record.figures.update({f"{prefix}.{name}": value for name, value in found.items()})
            parts = memory.parts(self.board, guest)
            self.record.parts.update({f"{prefix}.{name}": values for name, values in parts.items()})

    def host(self, app: str) -> None:
        """An app's cases on the host board, by component."""
        cases = self.cases("host", app)
        if not cases:
            return
        with host.serving(app, self.ui) as served, self.ui.step(f"Asking {app} on the host, under callgrind") as step:
            for at, case in enumerate(cases):
                step.progress(at, len(cases))
                profile, name = served.profile(case), f"host.{case.name}"
                divisor = case.count * case.bytes
                self.record.figures[name] = profile.total / divisor
                self.record.parts[name] = scaled(components.by_component(profile).items(), divisor)

    def curves(self) -> None:
        """How costs grow."""
        with self.ui.step("Drawing curves"):
            for name, curve in curves.measure(self.board, Ui(quiet=True)).items():
                self.record.curves[name] = {str(x): y for x, y in curve.items()}

    def servers(self) -> None:
        """Other people's, and the rate of the host board next to them."""
        for server in servers.SERVERS:
            name = f"servers.{server.name}"
            if self.wants(name):
                with self.ui.step(f"Asking {server.name}"):
                    self.record.figures[f"{name}.requests per second"] = servers.rate(server)
                    for case, value in servers.instructions(server).items():
                        self.record.figures[f"{name}.{case}"] = value
                    self.record.notes[server.name] = servers.version(server.package)
        if self.wants("servers.hipflask"):
            self.record.figures["servers.hipflask.requests per second"] = servers.own_rate(self.ui)


def scaled(items: Iterable[tuple[str, float]], divisor: float) -> dict[str, float]:
    """Each divided."""
    return {name: value / divisor for name, value in items}
