"""Lists the boards, or writes the CMake presets made from them."""

from __future__ import annotations

import argparse

from hip import paths
from hip.boards import all_boards
from hip.presets import PRESETS, presets_text
from hip.ui import Ui

EXAMPLE = "./hip boards"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.add_argument("--presets", action="store_true", help="write CMakePresets.json from the folders of boards/")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Lists, or writes."""
    boards = all_boards()
    if args.presets:
        PRESETS.write_text(presets_text(boards), encoding="utf-8")
        print(paths.shown(PRESETS))
        return 0
    width = max(len(board.name) for board in boards)
    for board in boards:
        variants = f" (variants: {', '.join(board.variants)})" if board.variants else ""
        print(f"{board.name:{width}}  {board.description}{variants}")
    return 0
