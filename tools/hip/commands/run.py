"""Builds an app's image, boots it and serves it at a local port.

Shows the device's console; what is typed goes to it.  Ctrl-C ends the device.
"""

from __future__ import annotations

import argparse
import os
import re
import select
import sys
import threading

from hip import build, paths, runs
from hip.boards import Board
from hip.commands.options import add_target, target
from hip.errors import HipError
from hip.image import Image
from hip.machine import Machine, check_port, free_port, machine_for
from hip.ui import Ui

EXAMPLE = "./hip run --app examples/bottle_hello --http 8081 --detach"
DEFAULT_PORT = 8080
HTTPS_DISTANCE = 443 - 80  # a device that redirects to HTTPS supposes it, see wsgi/redirect.h
INPUT_POLL_SECONDS = 0.5
CERTIFICATE = r"hipflask: certificate SHA-256 (\S+)"
LONGEST_INTERFACE = 15  # bytes of a network interface's name, Linux's IFNAMSIZ less one


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    add_target(command)
    command.add_argument("--http", type=int, default=DEFAULT_PORT, metavar="PORT",
                         help="local port to serve at; 0 picks a free one (default: %(default)s)")
    command.add_argument("--https", type=https_port, metavar="PORT", default=None,
                         help="the same for HTTPS, or `off` (default: that of HTTP and 363, as 443 is to 80)")
    command.add_argument("--net", metavar="tap=NAME",
                         help="on the host: a TAP device of this machine instead of forwarded ports")
    command.add_argument("--reload", action=argparse.BooleanOptionalAction, default=True,
                         help="on the host: load the app again when one of its files is saved (default)")
    command.add_argument("--detach", action="store_true",
                         help="return when the device serves and leave it running; `hip stop` ends it")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Builds, boots, serves."""
    board, app = target(args)
    check_net(args.net, board)
    check_run_port(args.http)
    check_https(args.https)
    ui.total = build.steps(board) + 1
    image = build.build(board, app, ui)
    ui.skip()
    ui.line(f"[{ui.total}/{ui.total}] Starting {image.name} on {board.preset}")
    options = {"http_port": args.http, "https_port": choose_https(args, image),
               "arguments": process_arguments(args) if board.is_process else []}
    return detach(board, image, options) if args.detach else serve(board, image, options)


def https_port(word: str) -> int:
    """The argument of --https; -1 for `off`."""
    return -1 if word == "off" else int(word)


def check_https(port: int | None) -> None:
    """Fails when --https is given and is no port."""
    if port is not None and not -1 <= port <= 65535:
        raise HipError(f"--https takes a port from 0 to 65535 or `off`, not {port}")


def choose_https(args: argparse.Namespace, image: Image) -> int | None:
    """The local port of HTTPS, 0 for any that is free, None for none."""
    if image.https == "off" or args.https == -1:
        return None
    if args.https is not None:
        if args.https:
            check_port(args.https, "--https")
        return args.https
    usual = args.http + HTTPS_DISTANCE
    if args.http == 0 or usual > 65535:
        return 0
    try:
        check_port(usual)
    except HipError:
        print(f"hip: port {usual} is in use, so HTTPS is at another; --https PORT chooses", file=sys.stderr)
        return 0
    return usual


def check_net(net: str | None, board: Board) -> None:
    """Fails when --net is given and cannot be meant."""
    if net is None:
        return
    if not board.is_process:
        raise HipError(f"--net is for the host board; {board.name} is in QEMU")
    kind, _, name = net.partition("=")
    if kind != "tap" or not name:
        raise HipError(f"--net takes tap=NAME, not {net}")
    if len(name.encode()) > LONGEST_INTERFACE:
        raise HipError(f"--net tap={name}: no device has so long a name")


def process_arguments(args: argparse.Namespace) -> list[str]:
    """What only the host board is told."""
    return [*(["--reload"] if args.reload else []), *(["--net", args.net] if args.net else [])]


def check_run_port(port: int) -> None:
    """Fails when the port is taken, by name if by a detached run of ours."""
    if not 0 <= port <= 65535:
        raise HipError(f"--http takes a port from 0 to 65535, not {port}")
    holder = next((run for run in runs.running() if run.port == port), None)
    if holder and port:
        raise HipError(f"port {port} is in use by a detached run of {holder.image}; "
                       f"end it with `hip stop`, or choose another with --http PORT")
    if port:
        check_port(port)


def serve(board: Board, image: Image, options: dict) -> int:
    """Runs the device in the foreground until it or the user ends it."""
    with machine_for(board, image, mirror=sys.stdout, **options) as machine:
        try:
            machine.wait_until_serving()
            tell(machine.url, machine)
            threading.Thread(target=forward_input, args=[machine], daemon=True).start()
            code = machine.wait()
        except KeyboardInterrupt:
            print("\nhip: stopped", file=sys.stderr)
            return 0
        raise HipError(f"{machine.program} ended with {code}.\n{machine.tail()}")


def tell(url: str, machine: Machine) -> None:
    """Says where the device serves."""
    print(f"Serving {url}", flush=True)
    found = re.search(CERTIFICATE, machine.console)
    if machine.https_url and found:
        print(f"Serving {machine.https_url} with a certificate of its own, SHA-256\n    {found[1]}", flush=True)


def detach(board: Board, image: Image, options: dict) -> int:
    """Starts the device and leaves it running once it serves."""
    port = options.pop("http_port") or free_port()
    machine = machine_for(board, image, http_port=port, console_log=runs.console_path(port), **options)
    try:
        machine.start()
        run = runs.record(machine.http_port, machine.guest_pid, board.name, image.name)
        machine.wait_until_serving()
    except BaseException:
        machine.stop()
        raise
    tell(run.url, machine)
    print(f"`hip stop` ends it (process {machine.guest_pid}); "
          f"its console is in {paths.shown(machine.console_log)}", flush=True)
    return 0


def forward_input(machine: Machine) -> None:
    """Sends lines typed here to the device, for as long as this process has the terminal."""
    descriptor = sys.stdin.fileno()
    while machine.alive:
        ready, _, _ = select.select([descriptor], [], [], INPUT_POLL_SECONDS)
        if not ready or os.isatty(descriptor) and os.tcgetpgrp(descriptor) != os.getpgrp():
            continue
        data = os.read(descriptor, 4096)
        if not data:
            return
        try:
            machine.send(data.decode("utf-8", "replace"))
        except HipError:
            return
