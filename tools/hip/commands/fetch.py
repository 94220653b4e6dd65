"""Fetches the third-party sources, or records in the lock what Debian has now."""

from __future__ import annotations

import argparse

from hip import sources
from hip.ui import Ui

EXAMPLE = "./hip fetch --update-lock"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.add_argument("--only", metavar="NAME", help="one entry of port/sources.toml, or `packages`")
    command.add_argument("--update-lock", action="store_true", help="write port/sources.lock anew")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Fetches."""
    if args.update_lock:
        sources.update_lock(ui)
    with ui.step("Fetching third-party sources"):
        sources.fetch(ui, args.only)
    return 0
