"""Runs the tests: C units, hip's own, conformance, and images in QEMU."""

from __future__ import annotations

import argparse
import sys

from hip import testing
from hip.ui import Ui

EXAMPLE = "./hip test -k system.test_hello"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.add_argument("-k", dest="patterns", action="append", default=[], metavar="PATTERN",
                         help="only tests whose name contains this; may be given more than once")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Runs them; the last line is `N passed, N failed`."""
    return 0 if testing.run(Ui(verbose=ui.verbose, stream=sys.stdout), args.patterns) else 1
