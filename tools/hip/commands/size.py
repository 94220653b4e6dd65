"""Shows what an image takes, by component and Python package, and against the board's budget."""

from __future__ import annotations

import argparse
import json

from hip import build
from hip.commands.options import add_target, target
from hip.errors import HipError
from hip.ui import Ui

EXAMPLE = "./hip size --app examples/hello --json"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_target(command)
    command.add_argument("--json", action="store_true", help="print JSON for other programs")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Builds and measures; the heap after start is measured in QEMU."""
    from hip import size

    board, app = target(args)
    if board.is_process:
        raise HipError(f"the {board.name} has no budgets; size is for boards, as --board mps2-an500")
    ui.total = build.steps(board) + 1
    image = build.build(board, app, ui)
    with ui.step(f"Measuring {image.name} in QEMU"):
        report = size.measure(board, image)
    print(json.dumps(report, indent=2) if args.json else size.table(report))
    return 0
