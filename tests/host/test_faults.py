"""Faults on purpose, under AddressSanitizer: no crash, no leak, no stuck connection, and service returns."""

import json
import unittest

from device import Device, DeviceTest
from hip.boards import find_board
from rawhttp import ProtocolError, request_bytes

POOL_SWEEP = 120  # allocations of lwIP's that fail one after another; a request with a body makes fewer
BODY = b"x" * 20000
PATIENCE = 20  # seconds until a client gives up; a lost segment is sent again after seconds
CABLE_ATTEMPTS = 3  # of a client on a cable that loses some of its frames
ATTEMPTS = 20  # more than allocations fail in a row
DAY_MS = 86400 * 1000
device = Device("tests/host/apps/faults", board=find_board("host", "asan"))
at_rest: dict[str, int]  # how full the pools are when nothing happens


def setUpModule() -> None:
    global at_rest
    device.start()
    readings = [used() for _ in range(5)]  # an acknowledgement may still be on its way in one of them
    at_rest = {name: min(reading[name] for reading in readings) for name in readings[0]}


def tearDownModule() -> None:
    device.stop()


def ask(what: str, **arguments: int) -> None:
    """Asks for a fault, again if an earlier one cuts the question off."""
    query = "&".join(f"{name}={value}" for name, value in arguments.items())
    for _ in range(ATTEMPTS):
        try:
            response = device.get(f"/ask?what={what}&{query}")
        except (ProtocolError, OSError):
            continue
        if response.status == 200:
            return
    raise AssertionError(f"{what} cannot be asked for")


def used() -> dict[str, int]:
    """How full every pool is, but for those where time alone gives back: TIME_WAIT, and DHCP's timers."""
    pools = device.get("/gauge").json()["pools"]
    return {name: pool["used"] for name, pool in pools.items() if name not in ("TCP_PCB", "SYS_TIMEOUT")}


class FaultTest(DeviceTest):
    device = device

    def assert_at_rest(self) -> None:
        """Every pool gets back what it gave."""
        self.await_true(lambda: used() == at_rest, f"the pools are as before: {at_rest}, {used()}")

    def work(self) -> int:
        """A request with a body: its status, or 0 when the client was cut off."""
        with device.client(timeout=PATIENCE) as client:
            try:
                client.send(request_bytes("POST", "/work?a=1&b=2", {"Host": "x"}, BODY))
                return client.read_response().status
            except (ProtocolError, OSError):
                return 0


class PoolTest(FaultTest):
    def test_each_allocation_of_the_network_fails_once(self):
        outcomes = []
        for nth in range(1, POOL_SWEEP):
            ask("fail_pools", nth=nth)
            outcomes.append(self.work())
            self.assertIn(outcomes[-1], (0, 200, 408), f"the {nth}th allocation")
        print(f"{outcomes.count(200)} of {len(outcomes)} requests were served all the same")
        self.assertGreater(outcomes.count(200), len(outcomes) // 2)
        ask("fail_pools", nth=0, count=0)
        self.assertEqual(self.work(), 200)
        self.assert_at_rest()

    def test_many_fail_in_a_row(self):
        for nth in range(1, 40, 3):
            ask("fail_pools", nth=nth, count=10)
            self.work()
        ask("fail_pools", nth=0, count=0)
        self.assertEqual(self.work(), 200)
        self.assert_at_rest()


class FrameTest(FaultTest):
    def passes(self, kind: dict[str, int]) -> bool:
        """An upload and a download: whether both came through.

        Only where frames are lost may one fail, when TCP sends a segment again so late that the
        server's limit of time is over; even then nothing wrong arrives.
        """
        with device.client(timeout=60) as client:
            try:
                client.send(request_bytes("POST", "/work?a=1", {"Host": "x"}, BODY))
                upload = client.read_response()
                if upload.status == 200:
                    self.assertEqual(upload.json()["length"], len(BODY))
                    self.assertEqual(client.get("/stream").text.count("piece"), 200)
                    return True
                self.assertEqual(upload.status, 408)
            except (ProtocolError, OSError) as error:
                print(f"{kind}: {error!r}")
        self.assertTrue("drop" in kind or "cut" in kind, f"{kind} loses nothing")
        return False

    def test_a_bad_cable(self):
        """Every kind of fault on its own and all together: what arrives is right, though late."""
        kinds = ({"drop": 3}, {"duplicate": 20}, {"reorder": 20}, {"delay": 20}, {"cut": 3},
                 {"drop": 1, "duplicate": 5, "reorder": 5, "delay": 5, "cut": 1})
        for seed, kind in enumerate(kinds, 1):
            with self.subTest(kind, seed=seed):
                ask("frames", seed=seed, **kind)
                for _ in range(5):
                    self.assertIn(True, (self.passes(kind) for _ in range(CABLE_ATTEMPTS)))
        ask("frames")
        self.assert_at_rest()

    def test_frames_that_come_late_and_twice_lose_nothing(self):
        """The other end's libslirp would lose what a client sent, were a SYN|ACK to reach it again amidst it."""
        ask("frames", seed=1, duplicate=40, delay=40)
        self.assertEqual({self.work() for _ in range(100)}, {200})
        ask("frames")
        self.assert_at_rest()


class EntropyTest(FaultTest):
    def test_an_app_is_told_and_serving_goes_on(self):
        ask("fail_entropy", flag=1)
        self.assertEqual(device.get("/random").status, 500)
        self.assertEqual(self.work(), 200)
        ask("fail_entropy", flag=0)
        self.assertEqual(device.get("/random").status, 200)


class ClockTest(FaultTest):
    def clocks(self) -> dict[str, float]:
        return json.loads(device.get("/clocks").text)

    def test_the_real_time_jumps_both_ways(self):
        first = self.clocks()
        ask("jump", real_ms=10 * DAY_MS)
        self.assertAlmostEqual(self.clocks()["real"] - first["real"], 10 * 86400, delta=60)
        self.assertEqual(self.work(), 200)
        ask("jump", real_ms=-20 * DAY_MS)
        self.assertLess(self.clocks()["real"], first["real"])
        self.assertEqual(self.work(), 200)
        ask("jump", real_ms=10 * DAY_MS)

    def test_hours_pass_at_once(self):
        """As after a sleep of the machine: who was idle may be closed, who comes is served."""
        with device.client() as idle:
            self.assertEqual(idle.get("/").status, 404)
            ask("jump", monotonic_ms=5 * 3600 * 1000)
            self.assertEqual(self.work(), 200)
            self.assertTrue(idle.is_closed())
        self.assert_at_rest()

    def test_beyond_where_lwips_clock_wraps(self):
        """Its milliseconds are 32 bits: they wrap after 49.7 days."""
        for _ in range(3):
            ask("jump", monotonic_ms=20 * DAY_MS)
            self.assertEqual(self.work(), 200)
            ask("frames", seed=5, drop=3)  # retransmission timers go on
            self.assertEqual(self.work(), 200)
            ask("frames")


if __name__ == "__main__":
    unittest.main()
