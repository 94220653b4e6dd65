"""The server under test: the app `probe`, on the emulated device or wherever it is told to be.

HIPFLASK_TARGET=host:port names a server that runs already and serves
tests/conformance/apps/probe; without it the probe's image is booted in QEMU.
"""

from __future__ import annotations

import os
import unittest

from rawhttp import Client, Response

PROBE = "tests/conformance/apps/probe"

_device = None
_address: tuple[str, int] | None = None


def start() -> None:
    """To be called by setUpModule()."""
    global _device, _address
    if given := os.environ.get("HIPFLASK_TARGET"):
        host, _, port = given.rpartition(":")
        _address = host, int(port)
        return
    from device import Device

    _device = Device(PROBE).start()
    _address = _device.address


def stop() -> None:
    """To be called by tearDownModule()."""
    if _device:
        print(_device.console, flush=True)
        _device.stop()


class TargetTest(unittest.TestCase):
    """A test that speaks to the target."""

    def client(self) -> Client:
        """A connection that is closed when the test ends."""
        client = Client(_address)
        self.addCleanup(client.close)
        return client

    def get(self, target: str, **fields: str) -> Response:
        """A GET over a connection of its own."""
        with Client(_address) as client:
            return client.get(target, **fields)

    def post(self, target: str, body: bytes, kind: str = "application/octet-stream") -> Response:
        """A POST over a connection of its own."""
        with Client(_address) as client:
            return client.post(target, body, kind)

    def environ(self, target: str = "/environ", **fields: str) -> dict:
        """The environ that the app saw."""
        return self.get(target, **fields).json()

    def exchange(self, data: bytes, method: str = "GET") -> Response:
        """Sends bytes over a connection of their own and reads one response."""
        client = self.client()
        client.send(data)
        return client.read_response(method)

    def assert_refused(self, data: bytes, status: int) -> None:
        """Bytes that are no request: answered with status, and the connection is closed."""
        client = self.client()
        client.send(data)
        response = client.read_response()
        self.assertEqual(response.status, status, response.text)
        self.assertEqual((response.header("Connection") or "").lower(), "close")
        self.assertTrue(client.is_closed())

    def assert_serving(self) -> None:
        """The server goes on."""
        self.assertEqual(self.get("/").text, "probe\n")
