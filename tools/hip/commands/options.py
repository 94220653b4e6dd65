"""Options that several commands share."""

from __future__ import annotations

import argparse

from hip.app import App, find_app
from hip.boards import DEFAULT_BOARD, Board, find_board
from hip.errors import HipError

DEFAULT_APP = "flask_hello"


def add_target(command: argparse.ArgumentParser) -> None:
    """--board and --app: what to build."""
    command.add_argument("--board", default=DEFAULT_BOARD, metavar="B",
                         help="a folder of boards/ (default: %(default)s)")
    command.add_argument("--variant", default="", metavar="V",
                         help="another way to build for it: host has asan, fuzz, profile and system")
    command.add_argument("--python", choices=("trimmed", "system"), default="trimmed",
                         help="on the host: the device's CPython, or this machine's with its packages")
    command.add_argument("--app", default=DEFAULT_APP, metavar="DIR",
                         help="the app's directory, or the name of an example (default: %(default)s)")


def target(args: argparse.Namespace) -> tuple[Board, App]:
    """The board and the app that the options name."""
    board = find_board(args.board)
    if args.python == "system" and not board.is_process:
        raise HipError("--python system is for the host board; others have the CPython that is built for them")
    variant = args.variant or ("system" if args.python == "system" else "")
    return find_board(args.board, variant), find_app(args.app)
