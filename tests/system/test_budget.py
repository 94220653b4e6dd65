"""The memory that a request may take, and that nothing of it is lost."""

import unittest

from device import Device, DeviceTest
from rawhttp import Closed

LITTLE, MUCH = 400_000, 2_000_000  # bytes below and beyond the manifest's 1,000,000
HEADS = 100_000
HEADS_AT_ONCE = 500

device = Device("tests/system/apps/frugal")


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()


class BudgetTest(DeviceTest):
    device = device

    def tearDown(self) -> None:
        self.assertEqual(device.get(f"/take?{LITTLE}").text, str(LITTLE))

    def test_more_than_a_request_may_take(self):
        for _ in range(3):
            self.assertEqual(device.get(f"/take?{LITTLE}").text, str(LITTLE))
            response = device.get(f"/take?{MUCH}")
            self.assertEqual((response.status, response.text), (500, "Internal Server Error\n"))
            self.wait_for("MemoryError")

    def test_in_the_middle_of_a_body(self):
        self.assertEqual(device.get(f"/stream?{LITTLE}").text, f"begun{LITTLE}")
        with device.client() as client, self.assertRaises(Closed):
            client.get(f"/stream?{MUCH}")
        self.wait_for("MemoryError")

    def test_a_body_that_is_read_at_once(self):
        self.assertEqual(device.post("/read", b"x" * LITTLE).text, str(LITTLE))
        with device.client() as client:
            client.start("POST", "/read", {"Content-Length": str(MUCH)})
            client.send(b"x" * 20_000)
            self.assertEqual(client.read_response().status, 500)
        self.wait_for("MemoryError")

    def test_what_an_app_keeps(self):
        """Request by request it may take everything but the reserve, which serves the next one still."""
        statuses = [device.get(f"/keep?{LITTLE}").status for _ in range(device.gauge()["heap"]["total"] // LITTLE + 1)]
        self.assertEqual(statuses[0], 200)
        self.assertEqual(statuses[-1], 500)
        self.assertEqual(device.get("/take?0").text, "0")
        device.get("/forget")


class HeadsTest(DeviceTest):
    device = device

    def test_a_hundred_thousand_different_heads(self):
        """No name of a field is remembered for good."""
        def used() -> int:
            return device.gauge()["heap"]["used"]

        def send(first: int) -> None:
            with device.client() as client:
                for at in range(first, first + HEADS_AT_ONCE, 50):
                    client.send(b"".join(head(number) for number in range(at, at + 50)))
                    for _ in range(50):
                        self.assertEqual(client.read_response().status, 200)

        for first in range(0, HEADS // 10, HEADS_AT_ONCE):
            send(first)
        before = used()
        for first in range(HEADS // 10, HEADS, HEADS_AT_ONCE):
            send(first)
        after = used()
        print(f"heap in use: {before}, then {after}")
        self.assertLess(after - before, 4096)


def head(number: int) -> bytes:
    """A request like no other."""
    return (f"GET /take/{number:x}?0 HTTP/1.1\r\nHost: h{number}\r\nX-{number:x}: {number}\r\n"
            f"Accept-{number % 977}: {'v' * (number % 50)}\r\n\r\n").encode()


if __name__ == "__main__":
    unittest.main()
