"""Builds an app's firmware image."""

from __future__ import annotations

import argparse

from hip import build, paths
from hip.commands.options import add_target, target
from hip.ui import Ui

EXAMPLE = "./hip build --app examples/hello"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_target(command)


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Builds, and says where the image lies."""
    board, app = target(args)
    ui.total = build.steps(board)
    image = build.build(board, app, ui)
    print(paths.shown(image.elf))
    return 0
