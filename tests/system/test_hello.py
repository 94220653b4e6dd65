"""examples/hello, every route."""

import unittest

from device import Device, DeviceTest

device = Device("examples/hello")


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()


class HelloTest(DeviceTest):
    device = device

    def test_greets(self):
        response = device.get("/")
        self.assertEqual((response.status, response.text), (200, "Hello from WSGI.\n"))
        self.assertEqual(response.header("Content-Type"), "text/plain; charset=utf-8")

    def test_shows_the_environ(self):
        text = device.get("/environ?a=b").text
        self.assertIn("QUERY_STRING: 'a=b'\n", text)
        self.assertIn("wsgi.version: (1, 0)\n", text)

    def test_echoes(self):
        body = bytes(range(256)) * 20
        response = device.post("/echo", body, "image/x-test")
        self.assertEqual(response.body, body)
        self.assertEqual(response.header("Content-Type"), "image/x-test")

    def test_counts(self):
        self.assertEqual(device.post("/count", b"x" * 300_000).text, "300000 bytes\n")
        self.assertEqual(device.post("/count", b"").text, "0 bytes\n")

    def test_what_is_missing_and_what_is_not_allowed(self):
        self.assertEqual(device.get("/nowhere").status, 404)
        response = device.post("/", b"")
        self.assertEqual((response.status, response.header("Allow")), (405, "GET"))

    def test_head(self):
        self.assertEqual(device.request("HEAD", "/").header("Content-Length"), "17")

    def test_the_console_has_a_banner(self):
        self.assertRegex(device.console, r"(?m)^hipflask: hello on mps2-an500, started by .+$")
        self.assertRegex(device.console, r"(?m)^hipflask: serving on http://10\.0\.2\.15:80/$")


if __name__ == "__main__":
    unittest.main()
