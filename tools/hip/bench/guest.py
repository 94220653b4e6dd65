"""Instructions of a device in QEMU.

-icount gives an instruction one nanosecond of virtual time, so that the device's own clock
counts them; it leaves out the time that the processor sleeps.  The clock is read on the device's
console, whose own cost is known from reading it twice.
"""

from __future__ import annotations

from collections.abc import Callable

from hip import build, paths
from hip.app import App, load
from hip.bench.cases import Case
from hip.bench.client import Client, Unexpected
from hip.boards import Board
from hip.errors import HipError
from hip.machine import BANNER, HTTPS_BANNER, Machine, machine_for
from hip.ui import Ui

ICOUNT = ["-icount", "shift=0,align=off,sleep=on"]
WARM_UP = 20  # requests, so that caches of interpreter and app are filled
ANSWER_SECONDS = 120
VALUE = r"^=(.*)\n"
STARTED = r"^hipflask: heap .* awake for (\d+) us"
INSTRUCTIONS_PER_SECOND = 1e9


def find(name: str) -> App:
    """An app of the bench by its name."""
    ours = paths.ROOT / "tests" / "bench" / "apps" / name
    return load(ours if ours.exists() else paths.EXAMPLES / name)


class Guest:
    """An app on a board in QEMU, whose instructions are counted."""

    def __init__(self, board: Board, app: str, ui: Ui):
        self.image = build.build(board, find(app), ui)
        self.machine: Machine = machine_for(board, self.image, arguments=ICOUNT, https_port=0)

    def __enter__(self) -> Guest:
        self.machine.start()
        self.machine.wait_for(BANNER, ANSWER_SECONDS)  # without a probe: nobody has called yet
        self.machine.wait_for(HTTPS_BANNER, ANSWER_SECONDS)
        self.machine.send("\r")
        self.machine.wait_for(">>> ", ANSWER_SECONDS)
        return self

    def __exit__(self, *_exception) -> None:
        self.machine.stop()

    @property
    def started(self) -> int:
        """Instructions from the reset until requests could come."""
        return int(self.machine.wait_for(STARTED, 1)[1]) * 1000

    def evaluate(self, expression: str) -> str:
        """What an expression comes to, on the device's console."""
        start = len(self.machine.console)
        self.machine.send(f"print('=%r' % ({expression},))\r")
        return self.machine.wait_for(VALUE, ANSWER_SECONDS, start)[1]

    def awake(self) -> float:
        """Instructions so far."""
        return float(self.evaluate("__import__('hipflask').awake()")) * INSTRUCTIONS_PER_SECOND

    def cost(self, work: Callable[[], None]) -> float:
        """Instructions that the device takes while work() goes on."""
        first = self.awake()
        before = self.awake()
        work()
        return self.awake() - before - (before - first)

    def measure(self, case: Case) -> float:
        """A case's figure."""
        address = self.machine.https_address if case.https else self.machine.address
        with Client(address, case.connect) as client:
            ask(client, case, min(WARM_UP, case.count))
            return self.cost(lambda: ask(client, case, case.count)) / case.count / case.bytes


def ask(client: Client, case: Case, times: int) -> None:
    """Sends a case's request so often."""
    data = case.data
    for _ in range(times):
        try:
            length = client.ask(data)
        except (OSError, Unexpected) as error:
            raise HipError(f"{case.name}: {error}") from None
        if length < case.answer:
            raise HipError(f"{case.name}: {length} bytes came, not {case.answer}")
        if case.fresh:
            client.close()
