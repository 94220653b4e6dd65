"""Fuzzes the HTTP parsers and the network with the app behind it, or replays an input."""

from __future__ import annotations

import argparse
from pathlib import Path

from hip import fuzzing, paths
from hip.errors import HipError
from hip.ui import Ui

EXAMPLE = "./hip fuzz frames --seconds 3600"
DEFAULT_SECONDS = 600
TAIL_LINES = 30


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.add_argument("which", nargs="*", metavar="FUZZER", help=f"{' or '.join(fuzzing.FUZZERS)} (default: all)")
    command.add_argument("--seconds", type=int, default=DEFAULT_SECONDS, metavar="N",
                         help="how long each of them runs (default: %(default)s)")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="of the mutations (default: a new one)")
    command.add_argument("--replay", type=Path, metavar="FILE", help="run one input again instead")
    command.add_argument("--merge", action="store_true",
                         help="take what earlier runs found, and the corpus lacks, into tests/fuzz/corpus")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Builds and fuzzes; a finding ends it with 1."""
    names = args.which or list(fuzzing.FUZZERS)
    for name in names:
        if name not in fuzzing.FUZZERS:
            raise HipError(f"there is no fuzzer {name}; there are {', '.join(fuzzing.FUZZERS)}")
    if args.replay and (len(names) != 1 or not args.replay.is_file()):
        raise HipError("--replay takes one fuzzer and a file, as `./hip fuzz frames --replay FILE`")
    fuzzing.make(ui)
    for name in names:
        run(name, args)
    return 0


def run(name: str, args: argparse.Namespace) -> None:
    """One fuzzer; a HipError tells how to see its finding again."""
    if args.merge:
        print(f"{name}: {fuzzing.merge(name)} inputs taken")
        return
    outcome = fuzzing.replay(name, [args.replay]) if args.replay else fuzzing.fuzz(name, args.seconds, args.seed)
    print("\n".join(outcome.output.splitlines()[-TAIL_LINES:]))
    if outcome.crash:
        raise HipError(f"{name} crashed; see it again with: ./hip fuzz {name} --replay {paths.shown(outcome.crash)}")
