"""The standard library's checker of WSGI, wsgiref.validate, around every example, on the device."""

import shutil
import unittest
from pathlib import Path

from device import Device, DeviceTest
from hip import paths

WRAPPER = '''"""An example within the standard library's checker."""

from wsgiref.validate import validator

from app import app as example

app = validator(example)
'''
MANIFEST = '[app]\nentry = "validated:app"\noptimize = 0\n'  # the checker consists of asserts
FORM = "application/x-www-form-urlencoded"


def validated(name: str) -> Path:
    """A copy of an example that starts from WRAPPER."""
    directory = paths.BUILD / "validated" / name
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(paths.EXAMPLES / name, directory)
    (directory / "validated.py").write_text(WRAPPER)
    (directory / "hipflask.toml").write_text(MANIFEST)
    return directory


class Checks:
    """The tests of one example; `requests` are (method, target, body, type, status)."""

    example = ""
    requests: list[tuple[str, str, bytes | None, str, int]] = []

    @classmethod
    def setUpClass(cls) -> None:
        cls.device = Device(validated(cls.example)).start()
        cls.addClassCleanup(cls.device.stop)

    def test_the_checker_finds_nothing(self) -> None:
        with self.device.client() as client:
            for method, target, body, kind, status in self.requests:
                with self.subTest(f"{method} {target}"):
                    response = client.request(method, target, {"Content-Type": kind} if body else {}, body)
                    self.assertEqual(response.status, status, response.body[:500])
        self.assertNotIn("AssertionError", self.printed())
        self.assertNotIn("wsgiref/validate", self.printed().replace("\\", "/"))


class HelloTest(Checks, DeviceTest):
    example = "hello"
    requests = [("GET", "/", None, "", 200), ("HEAD", "/", None, "", 200), ("POST", "/", b"x" * 20_000, "text/plain", 405)]


class BottleTest(Checks, DeviceTest):
    example = "bottle_hello"
    requests = [
        ("GET", "/", None, "", 200), ("HEAD", "/", None, "", 200), ("POST", "/wish", b"wish=rain", FORM, 303),
        ("GET", "/api/square/7", None, "", 200), ("POST", "/api/sorted", b"[3, 1, 2]", "application/json", 200),
        ("GET", "/static/style.css", None, "", 200), ("GET", "/nowhere", None, "", 404),
    ]


class FlaskTest(Checks, DeviceTest):
    example = "flask_hello"
    requests = [
        ("GET", "/", None, "", 200), ("HEAD", "/", None, "", 200), ("GET", "/api/status", None, "", 200),
        ("POST", "/api/stats", b'{"numbers": [1, 2]}', "application/json", 200),
        ("POST", "/guestbook", b"name=a&message=b", FORM, 302), ("GET", "/guestbook", None, "", 200),
        ("GET", "/visits", None, "", 200), ("GET", "/stream", None, "", 200), ("GET", "/download", None, "", 200),
        ("GET", "/static/style.css", None, "", 200), ("GET", "/nowhere", None, "", 404),
    ]


if __name__ == "__main__":
    unittest.main()
