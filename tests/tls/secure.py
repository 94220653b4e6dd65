"""A device with HTTPS, for tests, and clients of Python's ssl."""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
import subprocess
from pathlib import Path

from device import Device, DeviceTest
from hip.boards import find_board
from rawhttp import Client

FINGERPRINT = r"certificate SHA-256 ([0-9A-F:]+)"
TOOL_SECONDS = 90
BOARDS = {"host": ("host", "asan"), "mps2-an500": ("mps2-an500", "")}


class SecureClient(Client):
    """tests/rawhttp.py's client over TLS."""

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext, timeout: float = 60.0,
                 session: ssl.SSLSession | None = None, host: str = "localhost"):
        super().__init__(address, timeout)
        try:
            self.socket = context.wrap_socket(self.socket, server_hostname=host, session=session)
        except BaseException:
            self.socket.close()
            raise


def context(version: ssl.TLSVersion | None = None, ciphers: str = "", curve: str = "") -> ssl.SSLContext:
    """A client that trusts anybody, of one version if given."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    if version:
        made.minimum_version = made.maximum_version = version
    if ciphers:
        made.set_ciphers(ciphers)
    if curve:
        made.set_ecdh_curve(curve)
    return made


class SecureTest(DeviceTest):
    """Tests of one app over HTTPS on one board, which a subclass names."""

    app = "tests/conformance/apps/probe"
    board = ""

    @classmethod
    def setUpClass(cls) -> None:
        cls.device = Device(cls.app, board=find_board(*BOARDS[cls.board]), https=True).start()
        cls.addClassCleanup(cls.device.stop)

    @property
    def address(self) -> tuple[str, int]:
        return self.device.https_address

    @property
    def url(self) -> str:
        return f"https://localhost:{self.address[1]}"

    def secure(self, made: ssl.SSLContext | None = None, **options) -> SecureClient:
        """A connection that is closed when the test ends."""
        client = SecureClient(self.address, made or context(), **options)
        self.addCleanup(client.close)
        return client

    def certificate(self) -> bytes:
        """The device's, DER; it is the one that the console names."""
        with socket.create_connection(self.address, 60) as plain, context().wrap_socket(plain) as secured:
            der = secured.getpeercert(binary_form=True)
        told = re.findall(FINGERPRINT, self.device.console)[-1]
        self.assertEqual(told.replace(":", "").lower(), hashlib.sha256(der).hexdigest())
        return der

    def run_tool(self, *command: str, stdin: str = "", check: bool = True) -> str:
        """Runs a program on this machine; returns all that it printed."""
        done = subprocess.run(command, input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TOOL_SECONDS, errors="replace")
        print(f"$ {' '.join(command)}\n{done.stdout[-4000:]}")
        if check:
            self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def write_certificate(self, folder: str) -> str:
        """The certificate as a PEM file, for clients that trust it; its path."""
        path = Path(folder) / "device.pem"
        path.write_text(ssl.DER_cert_to_PEM_cert(self.certificate()))
        return str(path)


class HostileTest(SecureTest):
    """Tests after each of which all is as it was before: sessions, their memory, the network's, and clients are served."""

    board = "host"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        with SecureClient(cls.device.https_address, context()) as client:
            client.get("/")
        readings = [cls.used() for _ in range(5)]  # an acknowledgement may still be on its way in one of them
        cls.at_rest = {name: min(reading[name] for reading in readings) for name in readings[0]}

    @classmethod
    def used(cls) -> dict[str, int]:
        """How full every pool is, but for those where time alone gives back."""
        pools = cls.device.get("/gauge").json()["pools"]
        return {name: pool["used"] for name, pool in pools.items() if name not in ("TCP_PCB", "SYS_TIMEOUT")}

    def tearDown(self) -> None:
        super().tearDown()
        self.doCleanups()
        self.assert_at_rest()

    def assert_at_rest(self) -> None:
        """All is as before."""
        self.await_true(lambda: all(now <= self.at_rest[name] for name, now in self.used().items()),
                        f"the pools are as before: {self.at_rest}, {self.used()}")
        with SecureClient(self.address, context()) as client:
            self.assertEqual(client.get("/").text, "probe\n")
