"""The time from the network: asked of the server that the manifest names, believed only when it can be (RFC 4330)."""

import contextlib
import email.utils
import socket
import struct
import tempfile
import threading
import time
import unittest
from pathlib import Path

from device import Device, DeviceTest

EPOCH = 2_208_988_800  # seconds from 1900, where NTP counts from, to 1970
NOW, LIE, PAST = 2_000_000_000, 2_100_000_000, 1_000_000_000  # Unix times
APP = """def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"it is time\\n"]
"""


def answer(question: bytes, unix: int, nonce: bytes | None = None) -> bytes:
    """An answer of a server of stratum 2: leap 0, version 4, mode 4."""
    stamp = struct.pack(">II", (unix + EPOCH) % 2**32, 0)
    return struct.pack(">BBBb12x", 0x24, 2, 6, -20) + stamp + (nonce or question[40:48]) + stamp + stamp


class TimeServer(threading.Thread):
    """Answers each question three times: what somebody else could send, what is long over, and what is right."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.questions: list[bytes] = []

    @property
    def port(self) -> int:
        return self.socket.getsockname()[1]

    def run(self) -> None:
        with contextlib.suppress(OSError):  # until the socket is closed
            while True:
                question, device = self.socket.recvfrom(1024)
                self.questions.append(question)
                for reply in (answer(question, LIE, bytes(8)), answer(question, PAST), answer(question, NOW)):
                    self.socket.sendto(reply, device)


server = TimeServer()
folder = tempfile.TemporaryDirectory()
device: Device


def setUpModule():
    global device
    app = Path(folder.name) / "on_time"
    app.mkdir()
    (app / "app.py").write_text(APP)
    (app / "hipflask.toml").write_text(f'[network]\ntime_server = "10.0.2.2:{server.port}"\n')
    server.start()
    device = Device(app)
    device.start()


def tearDownModule():
    device.stop()
    server.socket.close()
    folder.cleanup()


class TimeServerTest(DeviceTest):
    def setUp(self):
        self.device = device
        super().setUp()

    def test_the_clock_is_set(self):
        device.wait_for("the clock is set: 2033-05-18")
        self.assertIn("is behind the time of the build, and not believed", device.console)
        date = email.utils.parsedate_to_datetime(device.get("/").header("Date"))
        self.assertLess(abs(date.timestamp() - NOW), 60)

    def test_the_question_tells_nothing(self):
        """Its time stamp is a number that nobody can guess, and not the device's time."""
        self.await_true(lambda: server.questions, "a question")
        question = server.questions[0]
        self.assertEqual((len(question), question[0] & 7), (48, 3))
        self.assertEqual(question[1:40], bytes(39))
        self.assertNotEqual(question[40:48], bytes(8))
        self.assertGreater(abs(int.from_bytes(question[40:44], "big") - EPOCH - time.time()), 60)


if __name__ == "__main__":
    unittest.main()
