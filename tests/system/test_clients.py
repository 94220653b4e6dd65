"""Many clients, slow clients, and clients of a slow handler: nobody stops the others."""

import concurrent.futures
import hashlib
import tempfile
import time
import unittest
from pathlib import Path

from capture import ACK, SYN, Capture, with_capture
from device import Device, DeviceTest
from hip.boards import DEFAULT_BOARD, find_board
from rawhttp import Client, request_bytes

CLIENTS = 16
HTTP_PORT = 80
SLOW_SECONDS = 20
BODY_PATIENCE = 4  # seconds the server waits for a byte of a body that the app is reading, while others wait
IDLE_SHARE = 0.05  # of a core
BUFFER_BYTES = 8192  # a body up to this size is complete before the app is called

directory = tempfile.TemporaryDirectory()
capture = Capture(Path(directory.name, "wire.pcap"))
board, arguments = with_capture(find_board(DEFAULT_BOARD), capture.path)
device = Device("tests/system/apps/slow", board=board, arguments=arguments)


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()
    directory.cleanup()


class ClientsTest(DeviceTest):
    device = device

    def client(self) -> Client:
        """A connection that ends with the test."""
        client = device.client()
        self.addCleanup(client.close)
        return client


class ManyTest(ClientsTest):
    def test_sixteen_at_once(self):
        clients = [self.client() for _ in range(CLIENTS)]
        bodies = [bytes([number]) * 3000 for number in range(CLIENTS)]
        for _ in range(3):
            for client, body in zip(clients, bodies):
                client.start("POST", "/digest", {}, body)
            for client, body in zip(reversed(clients), reversed(bodies)):
                self.assertEqual(client.read_response().json()["sha256"], hashlib.sha256(body).hexdigest())

    def test_sixteen_at_once_again_and_again(self):
        def visit(number: int) -> int:
            good = 0
            for _ in range(10):
                with device.client() as client:
                    good += all(client.get("/").json() == "well" for _ in range(3))
            return good

        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            self.assertEqual(list(pool.map(visit, range(CLIENTS))), [10] * CLIENTS)

    def test_a_seventeenth_is_served_when_one_leaves(self):
        clients = [self.client() for _ in range(CLIENTS)]
        for client in clients:
            self.assertEqual(client.get("/").status, 200)
        clients[0].close()

        def served() -> bool:
            try:
                return device.get("/").status == 200
            except (OSError, AssertionError):
                return False

        self.await_true(served, "a seventeenth client")
        self.assertEqual(clients[1].get("/").status, 200)


    def test_an_idle_connection_makes_room(self):
        """Who only keeps a connection is no reason for others to wait."""
        idle = [self.client() for _ in range(CLIENTS)]
        for client in idle:
            self.assertEqual(client.get("/").status, 200)
        for _ in range(3):
            with device.client() as client:
                self.assertEqual(client.get("/").status, 200)
        self.assertTrue(idle[0].is_closed())

    def test_a_connection_serves_a_thousand_requests(self):
        client = self.client()
        for _ in range(10):
            client.send(request_bytes("GET", "/") * 100)
            fields = [client.read_response().header("Connection") for _ in range(100)]
        self.assertEqual(fields, [None] * 99 + ["close"])
        self.assertTrue(client.is_closed())


class StallTest(ClientsTest):
    def assert_others_are_served(self) -> None:
        """A new connection and one that is kept, several times."""
        with device.client() as kept:
            for _ in range(10):
                self.assertEqual(kept.get("/").status, 200)
                self.assertEqual(device.get("/").status, 200)

    def assert_stalled(self, client: Client, sent: bytes, rest: bytes) -> None:
        """A client that has sent only a part does not matter to others, and may still go on."""
        client.send(sent)
        self.assert_others_are_served()
        client.send(rest)
        self.assertEqual(client.read_response().status, 200)

    def test_without_a_byte(self):
        self.assert_stalled(self.client(), b"", request_bytes("GET", "/"))

    def test_in_the_middle_of_a_head(self):
        self.assert_stalled(self.client(), b"GET / HTTP/1.1\r\nHo", b"st: x\r\n\r\n")

    def test_in_the_middle_of_a_small_body(self):
        data = request_bytes("POST", "/digest", {}, bytes(BUFFER_BYTES // 2))
        self.assert_stalled(self.client(), data[:-100], data[-100:])

    def test_all_slots_but_one(self):
        for _ in range(CLIENTS - 1 - 2):  # the others need two
            self.client().send(b"GET / HTTP/1.1\r\nHo")
        self.assert_others_are_served()

    def test_in_the_middle_of_a_large_body(self):
        """The app reads it as it comes; when no byte comes, others wait for no longer than the server's patience."""
        client = self.client()
        client.start("POST", "/digest", {"Content-Length": "100000"})
        client.send(bytes(30_000))
        began = time.monotonic()
        self.assert_others_are_served()
        self.assertLess(time.monotonic() - began, 3 * BODY_PATIENCE)

    def test_one_that_does_not_go_on_is_told_and_dropped(self):
        client = self.client()
        client.send(b"GET / HTTP/1.1\r\nHo")
        self.assertEqual(client.read_response().status, 408)
        self.assertTrue(client.is_closed())


class SlowHandlerTest(ClientsTest):
    def test_sleep(self):
        self.check("sleep")

    def test_busy(self):
        self.check("busy")

    def check(self, kind: str) -> None:
        """While a handler takes its time, a connection is accepted and an upload acknowledged, seen on the wire."""
        slow = self.client()
        slow.start("GET", f"/slow?kind={kind}&seconds={SLOW_SECONDS}")
        self.wait_for(f"slow: {kind} begins")
        before = len(capture.segments())
        other = self.client()
        body = bytes(range(256)) * 12
        request = request_bytes("POST", "/digest", {}, body)
        other.send(request)
        self.await_true(lambda: acknowledged(capture.segments()[before:]) >= len(request), "the upload's acknowledgement",
                        SLOW_SECONDS)
        self.assertNotIn(f"slow: {kind} ends", self.printed())
        facts = slow.read_response().json()
        self.assertGreater(facts["received"], 0)
        self.assertGreater(facts["sent"], 0)
        self.assertEqual(other.read_response().json(), {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()})


def acknowledged(segments) -> int:
    """Bytes of the newest connection's stream that the device has acknowledged; -1 before its SYN is."""
    opening = [s for s in segments if s.destination == HTTP_PORT and s.flags & (SYN | ACK) == SYN]
    if not opening:
        return -1
    port, first = opening[-1].source, opening[-1].sequence + 1
    answers = [s for s in segments if s.destination == port and s.source == HTTP_PORT and s.flags & ACK]
    return max(((s.acknowledged - first) & 0xFFFFFFFF for s in answers), default=-1)


class IdleTest(ClientsTest):
    def assert_idle(self) -> None:
        """QEMU's process takes less than a twentieth of a core."""
        began, used = time.monotonic(), device.machine.cpu_seconds()
        time.sleep(4)
        share = (device.machine.cpu_seconds() - used) / (time.monotonic() - began)
        print(f"idle: {share:.1%} of a core")
        self.assertLess(share, IDLE_SHARE)

    def test_without_a_client(self):
        self.assertEqual(device.get("/").status, 200)
        self.assert_idle()

    def test_with_clients_that_say_nothing(self):
        clients = [self.client() for _ in range(4)]
        self.assertEqual(clients[0].get("/").status, 200)
        clients[1].send(b"GET / HT")
        self.assert_idle()


if __name__ == "__main__":
    unittest.main()
