"""A saved file is what the next request sees, and no client is turned away for it."""

import shutil
import tempfile
import time
import unittest
from pathlib import Path

from device import Device, DeviceTest
from hip.boards import find_board

FIRST = "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'first']\n"
TEMPLATED = """from flask import Flask, render_template

from helper import NUMBER

app = Flask(__name__)


@app.get("/")
def home():
    return render_template("home.html", number=NUMBER)
"""

device: Device
home: Path


def setUpModule() -> None:
    global device, home
    home = Path(tempfile.mkdtemp(prefix="hip-reload-")) / "my app"
    home.mkdir()
    (home / "app.py").write_text(FIRST)
    device = Device(home, board=find_board("host", "asan"), arguments=["--reload"]).start()


def tearDownModule() -> None:
    device.stop()
    shutil.rmtree(home.parent)


class ReloadTest(DeviceTest):
    def setUp(self) -> None:
        self.device = device
        super().setUp()
        for path in [p for p in home.iterdir() if p.name != "app.py"]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.save(FIRST)
        self.assertEqual(device.get("/").text, "first")

    def save(self, text: str, name: str = "app.py") -> None:
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(text)

    def test_every_one_of_many_quick_saves(self):
        """Texts of one length, several in a second: nothing but the content tells them apart."""
        slowest = 0.0
        for n in range(20):
            self.save(FIRST.replace("first", f"no {n:02}"))
            began = time.monotonic()
            self.assertEqual(device.get("/").text, f"no {n:02}")
            slowest = max(slowest, time.monotonic() - began)
        print(f"from save to page: {slowest * 1000:.0f} ms at most, under AddressSanitizer")

    def test_over_a_connection_that_is_open(self):
        with device.client() as client:
            self.assertEqual(client.get("/").text, "first")
            for n in range(5):
                self.save(FIRST.replace("first", f"again {n}"))
                self.assertEqual(client.get("/").text, f"again {n}")

    def test_as_editors_save(self):
        """A new file renamed over the old one, with a scratch file beside it."""
        self.save(FIRST.replace("first", "renamed"), "app.py.new")
        self.save("", ".app.py.swp")
        (home / "app.py.new").rename(home / "app.py")
        self.assertEqual(device.get("/").text, "renamed")

    def test_modules_templates_and_new_folders(self):
        self.save("NUMBER = 1\n", "helper.py")
        self.save("number {{ number }}", "templates/home.html")
        self.save(TEMPLATED)
        self.assertEqual(device.get("/").text, "number 1")
        self.save("NUMBER = 2\n", "helper.py")
        self.assertEqual(device.get("/").text, "number 2")
        self.save("the number is {{ number }}", "templates/home.html")
        self.assertEqual(device.get("/").text, "the number is 2")

    def test_a_mistake_is_shown_and_mended(self):
        self.save("def app(:\n")
        response = device.get("/")
        self.assertEqual(response.status, 500)
        self.assertIn("SyntaxError", response.text)
        self.wait_for(r'app\.py", line 1\n +def app\(:')
        self.save(FIRST.replace("first", "mended"))
        self.assertEqual(device.get("/").text, "mended")

    def test_what_the_app_writes_elsewhere_changes_nothing(self):
        shown = len(device.console)
        with tempfile.TemporaryDirectory() as other:
            (Path(other) / "x.py").write_text("")
            device.get("/")
        self.assertNotIn("has changed", device.console[shown:])

    def test_a_response_under_way_is_cut_and_the_next_is_new(self):
        self.save("import time\n\n\ndef app(environ, start_response):\n    start_response('200 OK', [])\n"
                  "    while True:\n        time.sleep(0.05)\n        yield b'tick '\n")
        with device.client() as client:
            client.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(client.read_head()[1], 200)
            self.save(FIRST.replace("first", "after the ticks"))
            self.assertEqual(device.get("/").text, "after the ticks")


if __name__ == "__main__":
    unittest.main()
