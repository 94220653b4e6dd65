"""Runs the tests: C units, hip's own, conformance on every target, images in QEMU, fuzzing, a short soak."""

from __future__ import annotations

import argparse
import math
import sys

from hip import testing
from hip.errors import HipError
from hip.ui import Ui

EXAMPLE = "./hip test -k system.test_hello"
SOAK_MINUTES = 10.0


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.add_argument("-k", dest="patterns", action="append", default=[], metavar="PATTERN",
                         help="only tests whose name contains this; may be given more than once")
    command.add_argument("--target", dest="targets", action="append", default=[], metavar="NAME",
                         help="only conformance (or the soak), against this target of tests/roster.toml or "
                              "host:port; may be given more than once")
    command.add_argument("--soak", nargs="?", type=float, const=SOAK_MINUTES, metavar="MINUTES",
                         help=f"only the soak, for so long ({SOAK_MINUTES:.0f} minutes): clients of all kinds, then "
                              "everything as before")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Runs them; the last line is `N passed, N failed`."""
    if args.soak is not None and not 0 < args.soak < math.inf:
        raise HipError(f"--soak takes minutes, not {args.soak:g}")
    succeeded = testing.run(Ui(verbose=ui.verbose, stream=sys.stdout), args.patterns, args.targets, args.soak)
    return 0 if succeeded else 1
