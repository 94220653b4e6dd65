"""A .wsgi script of mod_wsgi's is an app as it is."""

import unittest

from device import Device
from hip import paths
from hip.boards import find_board

FOLDER = "tests/system/apps/mod_wsgi"


class ScriptTest(unittest.TestCase):
    def test_in_an_image(self):
        with Device(FOLDER) as device:
            self.assertEqual(device.get("/a").text, "the page /a")

    def test_on_the_host(self):
        with Device(f"{FOLDER}/shop-front.wsgi", board=find_board("host")) as device:
            self.assertEqual(device.get("/b").text, "the page /b")
            self.assertNotIn("Traceback", device.console)


if __name__ == "__main__":
    unittest.main()
