"""User instructions of the host board: our own TCP/IP included, the cable and the client left out."""

from __future__ import annotations

from collections.abc import Iterator
import contextlib

from hip import build
from hip.bench import callgrind
from hip.bench.callgrind import Counted, Profile
from hip.bench.cases import Case
from hip.bench.client import Address, Client
from hip.bench.guest import WARM_UP, ask, find
from hip.boards import find_board
from hip.errors import HipError
from hip.machine import ADDRESS, free_port
from hip.ui import Ui

START_SECONDS = 120
ATTEMPTS = 5  # to set the counters to zero at a good moment
# libslirp is the other end of the cable: what our side calls of it.
CABLE = ("slirp_input", "slirp_pollfds_fill", "slirp_pollfds_poll")


class Host:
    """An app on the host board's variant `profile`, under callgrind."""

    def __init__(self, counted: Counted, address: Address, https_address: Address):
        self.counted = counted
        self.address = address
        self.https_address = https_address

    def profile(self, case: Case) -> Profile:
        """The profile of a case's requests.  HipError: callgrind spoils one after another."""
        with Client(self.https_address if case.https else self.address, case.connect) as client:
            ask(client, case, min(WARM_UP, case.count))
            for _ in range(ATTEMPTS):
                self.counted.zero()
                ask(client, case, case.count)
                profile = self.counted.profile()
                if not profile.is_spoilt:
                    return profile
        raise HipError(f"host.{case.name}: callgrind's counts of calls are negative, {ATTEMPTS} times")


@contextlib.contextmanager
def serving(app: str, ui: Ui) -> Iterator[Host]:
    """An app that serves."""
    board = find_board("host", "profile")
    image = build.build(board, find(app), ui)
    address, https_address = (ADDRESS, free_port()), (ADDRESS, free_port())
    argv = [str(image.elf), *image.arguments, "--forward", f"{address[0]}:{address[1]}",
            "--https", f"{https_address[0]}:{https_address[1]}"]
    with callgrind.counted(argv, f"host-{app}", CABLE) as counted:
        callgrind.await_port(address, lambda: counted.started.poll() is None, f"host-{app}", START_SECONDS)
        yield Host(counted, address, https_address)
