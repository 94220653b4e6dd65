"""Ends detached runs."""

from __future__ import annotations

import argparse

from hip import runs
from hip.errors import HipError
from hip.ui import Ui

EXAMPLE = "./hip stop --http 8081"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.add_argument("--http", type=int, metavar="PORT", help="only the run at this port (default: all)")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Ends the runs, and says which."""
    wanted = [run for run in runs.running() if args.http in (None, run.port)]
    if not wanted:
        raise HipError("no detached run" + (f" at port {args.http}" if args.http else ""))
    for run in wanted:
        run.stop()
        print(f"Stopped {run.image} on {run.board} at {run.url}")
    return 0
