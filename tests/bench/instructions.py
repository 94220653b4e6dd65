"""Guest instructions from reset to the first response, and per request.

    PYTHONPATH=tools /usr/bin/python3 tests/bench/instructions.py APP PATH [PATH …]

QEMU's -icount gives an instruction one nanosecond of virtual time, so that the
device's own clock counts instructions; the time it sleeps is left out.  The
counts are read on the console, after the same number of requests each.
"""

from __future__ import annotations

import http.client
import sys

from hip import build
from hip.app import find_app
from hip.boards import find_board
from hip.machine import Machine, machine_for
from hip.ui import Ui

WARM_UP = 20  # requests, so that caches of interpreter and app are filled
COUNTED = 200
MEMORY = r"^memory: (.*)\r?\n"
ICOUNT = ["-icount", "shift=0,align=off,sleep=on"]


def awake(machine: Machine) -> float:
    """Thousands of instructions so far, asked on the device's REPL."""
    start = len(machine.console)
    machine.send("__import__('hipflask').awake() * 1e6\r")
    return float(machine.wait_for(r"^([\d.]+)\r?\n", 30, start)[1])


def per_request(machine: Machine, connection: http.client.HTTPConnection, path: str) -> float:
    """Thousands of instructions a request to path takes over one connection."""
    def ask(times: int) -> None:
        for _ in range(times):
            connection.request("GET", path)
            connection.getresponse().read()

    ask(WARM_UP)
    nothing = awake(machine)
    before = awake(machine)
    ask(COUNTED)
    return (awake(machine) - before - (before - nothing)) / COUNTED


def main() -> int:
    """Prints one line per figure."""
    app, paths = find_app(sys.argv[1]), sys.argv[2:]
    board = find_board("mps2-an500")
    image = build.build(board, app, Ui())
    with machine_for(board, image, arguments=ICOUNT) as machine:
        machine.wait_until_serving()
        machine.send("\r")
        machine.wait_for(">>> ", 30)
        print(f"{app.name}: reset to first response {awake(machine) / 1e3:.1f} M instructions")
        connection = http.client.HTTPConnection("127.0.0.1", machine.http_port)
        for path in paths:
            print(f"{app.name}: {path} {per_request(machine, connection, path):.1f} k instructions a request")
        start = len(machine.console)
        machine.send("print('memory:', __import__('hipflask').stack(), __import__('hipflask').heap())\r")
        print(f"{app.name}: {machine.wait_for(MEMORY, 30, start)[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
