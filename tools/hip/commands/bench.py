"""Measures what requests cost, in instructions: on a device in QEMU, on this machine, and in other servers."""

from __future__ import annotations

import argparse

from hip.boards import DEFAULT_BOARD, find_board
from hip.ui import Ui

EXAMPLE = "./hip bench -k mps2-an500.hello"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.add_argument("-k", dest="patterns", action="append", default=[], metavar="PATTERN",
                         help="only figures whose name contains this, as in `servers` or `host.flask`; may be given more "
                              "than once")
    command.add_argument("--json", action="store_true", help="print JSON for other programs")
    command.add_argument("--record", action="store_true",
                         help="keep the results in tests/bench/results, and write the tables of docs/performance.md")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Builds what is asked, measures and prints."""
    from hip.bench import record, report
    from hip.bench.collect import Bench

    found = Bench(find_board(DEFAULT_BOARD), args.patterns, ui).run()
    print(found.text() if args.json else report.plain(found), end="")
    if args.record:
        record.save(found)
        report.write(record.last())
    return 0
