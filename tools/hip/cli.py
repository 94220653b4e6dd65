"""hip's command line: the parser, and what every command has in common."""

from __future__ import annotations

import argparse
import signal
import sys
import traceback

from hip import paths
from hip.commands import bench, build, boards, clean, debug, fetch, fuzz, run, size, stop, test
from hip.errors import HipError
from hip.ui import Ui

COMMANDS = (run, stop, build, test, bench, fuzz, size, debug, boards, fetch, clean)
SUMMARY = "Builds, runs and tests hipflask's firmware images."
EXAMPLE = """\
examples:
  ./hip run                        serve examples/flask_hello at http://localhost:8080/
  ./hip run --app ~/shop           serve an app of yours
  ./hip run --help                 more about a command
"""


class Interrupted(BaseException):
    """A signal asked hip to end."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("-v", "--verbose", action="store_true", help="show what the tools print")
    common.add_argument("--no-install", action="store_true",
                        help="print the apt-get line instead of installing Debian packages that are missing")
    top = argparse.ArgumentParser(prog="hip", description=SUMMARY, epilog=EXAMPLE,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        name = module.__name__.rpartition(".")[2]
        summary = module.__doc__.splitlines()[0]
        command = commands.add_parser(name, parents=[common], help=summary, description=summary,
                                      epilog=f"example:\n  {module.EXAMPLE}",
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
        module.add_arguments(command)
        command.set_defaults(execute=module.execute)
    return top


def main(argv: list[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    words = sys.argv[1:] if argv is None else argv
    args = parser().parse_args(words or ["--help"])
    ui = Ui(verbose=args.verbose)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job inherits it ignored
    try:
        return args.execute(args, ui)
    except HipError as error:
        print(f"hip: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("hip: interrupted", file=sys.stderr)
        return 130
    except Interrupted as interrupted:
        return 128 + interrupted.number
    except Exception:
        return _crash()


def _interrupt(number: int, _frame) -> None:
    raise Interrupted(number)


def _crash() -> int:
    """An error nobody foresaw: a line for the user, the traceback in a file."""
    log = paths.log_path("hip-crash")
    log.write_text(traceback.format_exc())
    last = traceback.format_exc().strip().splitlines()[-1]
    print(f"hip: unexpected {last} (log: {paths.shown(log)})", file=sys.stderr)
    return 70
