"""The server under test: the app `probe` on one of the targets of tests/roster.toml.

`hip test` runs every module once for each target and says which in HIPFLASK_TARGET;
without it, as with `python3 -m unittest`, it is the board in QEMU.
"""

from __future__ import annotations

import unittest

from device import Device, of_target, target_of_run
from rawhttp import Client, Response
from server import Server

PROBE = "tests/conformance/apps/probe"
USUAL = "mps2-an500"

# Decorates a test that sends a megabyte or more.
bulk = unittest.skipUnless(target_of_run(USUAL).bulk, "sending a megabyte would take minutes")

_server: Server | None = None


def start() -> None:
    """To be called by setUpModule()."""
    global _server
    _server = of_target(PROBE, USUAL)
    _server.start()


def stop() -> None:
    """To be called by tearDownModule(): fails when the target crashed, or leaked as far as it can tell."""
    if isinstance(_server, Device):
        print(f"--- started with {_server.arguments}\n{_server.console}", flush=True)
    _server.stop()


def address() -> tuple[str, int]:
    """Where it is."""
    return _server.address


class TargetTest(unittest.TestCase):
    """A test that speaks to the target."""

    def client(self) -> Client:
        """A connection that is closed when the test ends."""
        client = Client(_server.address)
        self.addCleanup(client.close)
        return client

    def get(self, target: str, **fields: str) -> Response:
        """A GET over a connection of its own."""
        with Client(_server.address) as client:
            return client.get(target, **fields)

    def post(self, target: str, body: bytes, kind: str = "application/octet-stream") -> Response:
        """A POST over a connection of its own."""
        with Client(_server.address) as client:
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
