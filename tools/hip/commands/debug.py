"""Boots an image halted at its first instruction and opens GDB on it; on the host, GDB on the process."""

from __future__ import annotations

import argparse
import shlex
import signal
import subprocess
import sys

from hip import build
from hip.boards import Board
from hip.commands.options import add_target, target
from hip.commands.run import check_run_port
from hip.image import Image
from hip.machine import ADDRESS, Machine, free_port, machine_for
from hip.ui import Ui

EXAMPLE = "./hip debug --app examples/hello --no-gdb"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_target(command)
    command.add_argument("--http", type=int, default=0, metavar="PORT", help="local port (default: a free one)")
    command.add_argument("--no-gdb", action="store_true", help="print GDB's command line instead of starting it")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Builds, boots, halts; ends the device with GDB."""
    board, app = target(args)
    check_run_port(args.http)
    ui.total = build.steps(board) + 1
    image = build.build(board, app, ui)
    if board.is_process:
        return debug_process(board, image, args)
    stub = f"{ADDRESS}:{free_port()}"
    gdb = ["gdb-multiarch", "-q", str(image.elf), "-ex", f"target remote {stub}"]
    with Machine(board, image.elf, http_port=args.http, mirror=sys.stdout,
                 arguments=["-S", "-gdb", f"tcp:{stub}"]) as machine:
        print(f"{image.name} is halted at its first instruction; "
              f"port {machine.http_port} is forwarded to the device's port 80", flush=True)
        return wait_for_debugger(machine, image.elf, stub) if args.no_gdb else run_debugger(gdb)


def debug_process(board: Board, image: Image, args: argparse.Namespace) -> int:
    """GDB on a process that it starts itself; Ctrl-C in it, and `continue`, as with any program."""
    machine = machine_for(board, image, http_port=args.http or free_port())
    command = machine.command_line()
    print(f"`run` starts {image.name}; it serves at {machine.url}", flush=True)
    # The timer's signal, and those that the firmware itself handles, are not the debugger's business.
    quiet = ["-ex", "handle SIG34 nostop noprint pass"]
    gdb = ["gdb", "-q", *quiet, "--args", *command]
    if args.no_gdb:
        print(shlex.join(gdb), flush=True)
        return 0
    return run_debugger(gdb)


def wait_for_debugger(machine: Machine, elf, stub: str) -> int:
    """Leaves debugging to another terminal."""
    print(f"gdb-multiarch -q {elf} -ex 'target remote {stub}'", flush=True)
    try:
        return machine.wait()
    except KeyboardInterrupt:
        return 0


def run_debugger(gdb: list[str]) -> int:
    """GDB in this terminal; Ctrl-C is its own."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.call(gdb, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    finally:
        signal.signal(signal.SIGINT, before)
