"""Middleware that others wrote works on a device as on a desk."""

import unittest

from device import Device, DeviceTest

device = Device("tests/system/apps/middleware")


def setUpModule() -> None:
    device.start()


def tearDownModule() -> None:
    device.stop()


class WerkzeugTest(DeviceTest):
    device = device

    def test_proxy_fix(self):
        fields = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.org"}
        self.assertEqual(device.request("GET", "/", {"Host": "x", **fields}).text, "192.0.2.7 https://example.org/")

    def test_dispatcher(self):
        self.assertEqual(device.get("/shop/item/7").text, "/shop/item/7 7")
        self.assertEqual(device.get("/shop/nothing").status, 404)

    def test_shared_data(self):
        response = device.get("/static/a.txt")
        self.assertEqual(response.text, "hi\n")
        again = device.get("/static/a.txt", If_None_Match=response.header("ETag"))
        self.assertEqual(again.status, 304)


if __name__ == "__main__":
    unittest.main()
