"""What `examples/hello` may take on a board: measured in seconds, compared with the board's budgets and the last record."""

from __future__ import annotations

from dataclasses import dataclass

from hip.bench import components, host, memory, record
from hip.bench.cases import CASES
from hip.bench.collect import scaled
from hip.bench.guest import Guest
from hip.boards import Board
from hip.ui import Ui

APP = "hello"
BUDGETS = {  # by what is measured: the variable of board.cmake, and whose components explain a change
    "flash": ("BOARD_HELLO_FLASH_BUDGET", "flash"),
    "static RAM": ("BOARD_HELLO_RAM_BUDGET", "static RAM"),
    "heap after start": ("BOARD_HELLO_HEAP_BUDGET", ""),
    "instructions a request": ("BOARD_HELLO_INSTRUCTIONS_BUDGET", "host.hello"),
}


@dataclass
class Quick:
    """What was measured: figures, and the components of those that have some."""

    figures: dict[str, float]
    parts: dict[str, dict[str, float]]


def measure(board: Board, ui: Ui) -> Quick:
    """The figures that have budgets.

    A device's instructions have no components, those of the same request on the host board do.
    """
    case = next(case for case in CASES if case.app == APP)
    with Guest(board, APP, ui) as guest:
        found = Quick(memory.image(board, guest), memory.parts(board, guest))
        found.figures["instructions a request"] = guest.measure(case)
    with host.serving(APP, ui) as served:
        profile = components.by_component(served.profile(case))
    found.parts["host.hello"] = scaled(profile.items(), case.count)
    return found


def excesses(board: Board, found: Quick) -> list[str]:
    """A line for each budget that is exceeded."""
    lines = []
    for what, (variable, _parts) in BUDGETS.items():
        budget, value = float(board.value(variable)), found.figures[what]
        if value > budget:
            lines.append(f"{APP} on {board.name}: {what} {value:,.0f}, {value - budget:,.0f} more than {variable}")
    return lines


def changes(board: Board, found: Quick, before: record.Record) -> list[str]:
    """What is different from a record, by component."""
    prefix = f"{board.name}.memory.{APP}."
    lines = []
    for what, (_variable, parts) in BUDGETS.items():
        name = f"{board.name}.{APP}" if what == "instructions a request" else prefix + what
        known = before.figures.get(name)
        lines.append(f"{what}: {found.figures[what]:,.0f}" + (f", {known:,.0f} at {before.commit}" if known else ""))
        old = before.parts.get(parts if parts.startswith("host.") else prefix + parts, {})
        lines += [f"    {line}" for line in record.difference(old, found.parts.get(parts, {}))]
    return lines
