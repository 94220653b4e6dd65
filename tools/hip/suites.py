"""The Python suites: which modules there are, what they run against, and how long they take."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from hip import build, paths, roster
from hip.boards import DEFAULT_BOARD, Board, find_board
from hip.roster import Target

SUITES = ("tools", "host", "conformance", "differential", "tls", "system", "fuzz", "soak")
BOARDS = {  # (board, variant) whose images a suite starts; others start their target's
    "host": [("host", ""), ("host", "asan")],
    "differential": [("host", "asan")],
    "tls": [(DEFAULT_BOARD, ""), ("host", "asan")],
    "system": [(DEFAULT_BOARD, "")],
    "fuzz": [("host", "fuzz")],
}
SOAK_TARGET = "host-asan"
TARGET_VARIABLE = "HIPFLASK_TARGET"  # what a test's process is told of its target: the name, or host:port
SOAK_VARIABLE = "HIPFLASK_SOAK_SECONDS"
UNKNOWN_SECONDS = 1e6  # a module that never ran comes first


@dataclass(frozen=True)
class Module:
    """A module of tests, to be run in a process of its own."""

    suite: str
    file: Path
    target: Target | None = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What the names of its tests begin with."""
        return f"{self.suite}@{self.target.name}" if self.target else self.suite

    @property
    def name(self) -> str:
        """Its own."""
        return f"{self.label}.{self.file.stem}"


def files(suite: str) -> list[Path]:
    """A suite's modules."""
    return sorted((paths.ROOT / "tests" / suite).glob("test_*.py"))


def against(suite: str, target: Target, **environment: str) -> list[Module]:
    """A suite's modules, to be run against a target."""
    return [Module(suite, file, target, {TARGET_VARIABLE: target.name, **environment}) for file in files(suite)]


def modules(targets: list[str], soak_minutes: float | None) -> list[Module]:
    """What `hip test` runs.

    Without arguments all suites; with targets conformance against those; with soak_minutes
    the soak for so long, against the targets or the usual one.
    """
    if soak_minutes is not None:
        seconds = str(soak_minutes * 60)
        return [module for target in roster.choose(targets or [SOAK_TARGET])
                for module in against("soak", target, **{SOAK_VARIABLE: seconds})]
    conformance = [module for target in roster.choose(targets) for module in against("conformance", target)]
    if targets:
        return conformance
    others = [Module(suite, file) for suite in SUITES if suite not in ("conformance", "soak") for file in files(suite)]
    return others + conformance + against("soak", roster.find(SOAK_TARGET))


def interpreters(wanted: list[Module]) -> list[tuple[Board, str]]:
    """What modules need of build/python: (board, name), each name once."""
    found: dict[str, Board] = {}
    for module in wanted:
        boards = [find_board(*names) for names in BOARDS.get(module.suite, [])]
        if module.target and module.target.board:
            boards.append(module.target.board)
        for board in boards:
            found.update((name, board) for name in build.interpreters(board))
    return [(board, name) for name, board in sorted(found.items())]


# --- how long they take ------------------------------------------------------


def longest_first(wanted: list[Module]) -> list[Module]:
    """In the order in which they are done soonest: a long one that begins last is waited for alone."""
    known = read_seconds()
    return sorted(wanted, key=lambda module: -known.get(module.name, UNKNOWN_SECONDS))


def read_seconds() -> dict[str, float]:
    """What modules took the last time."""
    try:
        return json.loads(_seconds_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_seconds(seconds: dict[str, float]) -> None:
    """Keeps what modules took, for the next time."""
    paths.BUILD.mkdir(parents=True, exist_ok=True)
    _seconds_file().write_text(json.dumps({**read_seconds(), **seconds}, indent=1), encoding="utf-8")


def _seconds_file() -> Path:
    return paths.BUILD / "test-seconds.json"
