"""Python's memory ends at each allocation of a request, under AddressSanitizer: nothing is corrupted, nothing is kept.

It ends for one allocation, and for all that follow in the request.
"""

import unittest

from device import Device, DeviceTest
from hip.boards import find_board
from rawhttp import Client, ProtocolError, Response

WORK = ("functions", "classes", "sources", "iterators", "leftovers", "late", "pieces")
NEVER = 1_000_000_000  # as in the app
SENDING = 60  # allocations of a request at most besides those of its work: for environ, sending, tracebacks
ROUNDS = 3  # a leak grows in each; caches, as of the source lines in tracebacks, in some
STEP = 3  # between the allocations that fail where not each is tried; tracebacks under ASan take time
SLACK_BYTES = 32 * 1024  # what CPython's caches may grow by in a sweep
PATIENCE = 20  # seconds; a request takes milliseconds, and one that loops for want of memory for ever
device = Device("tests/host/apps/memory", board=find_board("host", "asan"))


def setUpModule() -> None:
    device.start()


def tearDownModule() -> None:
    device.stop()


class MemoryTest(DeviceTest):
    device = device

    def setUp(self) -> None:
        super().setUp()
        self.client: Client | None = None
        self.addCleanup(self.hang_up)

    def hang_up(self) -> None:
        if self.client:
            self.client.close()
        self.client = None

    def get(self, target: str) -> Response:
        """A request over the connection there is: the network of the host keeps buffers of each one for a while."""
        self.client = self.client or device.client(timeout=PATIENCE)
        return self.client.get(target)

    def ask(self, target: str) -> int:
        """A request's status; 0 when the response was cut off."""
        try:
            response = self.get(target)
        except (ProtocolError, ConnectionError):
            self.hang_up()
            return 0
        if response.header("connection") == "close":
            self.hang_up()
        return response.status

    def arm(self, nth: int, count: int) -> None:
        """Lets allocations of the next request fail; asked again when the connection had been closed."""
        self.assertIn(200, (self.ask(f"/arm?nth={nth}&count={count}") for _ in range(2)), f"armed for {nth}")

    def allocations(self, work: str) -> int:
        """How many the work makes when it is warm."""
        self.assertEqual(self.ask(f"/{work}"), 200)
        self.arm(NEVER, 1)
        return int(self.get(f"/{work}?count").text) + SENDING

    def sweep(self, work: str, step: int, count: int) -> None:
        """Fails from each allocation on; the request after is served."""
        for nth in range(1, self.allocations(work), step):
            self.arm(nth, count)
            self.assertIn(self.ask(f"/{work}"), (0, 200, 500, 503), f"the {nth}th allocation")
        self.assertEqual(self.ask(f"/{work}"), 200)

    def used(self) -> dict:
        """The app's gauge."""
        return self.get("/used").json()

    def test_one_allocation_fails(self):
        for work in WORK:
            with self.subTest(work):
                self.sweep(work, 1, 1)

    def test_all_from_one_on_fail(self):
        for work in WORK:
            with self.subTest(work):
                self.sweep(work, STEP, NEVER)

    def test_nothing_is_kept(self):
        """Neither objects nor values of context variables, of which Flask's request is one."""
        for work in ("functions", "leftovers"):
            with self.subTest(work):
                sizes = []
                for _ in range(ROUNDS):
                    self.sweep(work, STEP, 1)
                    sizes.append(self.used()["used"])
                growths = [after - before for before, after in zip(sizes, sizes[1:])]
                print("GROWTH", work, growths)
                self.assertLess(min(growths), SLACK_BYTES, growths)
                self.assertEqual(self.used()["left_over"], "nothing")


if __name__ == "__main__":
    unittest.main()
