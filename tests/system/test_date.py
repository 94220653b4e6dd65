"""The field Date: none before somebody has set the clock, and then the right one (RFC 9110 section 6.6.1)."""

import email.utils
import unittest

from device import Device, DeviceTest

NOW = 2_000_000_000  # 2033
device = Device("examples/hello")


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()


class DateTest(DeviceTest):
    device = device

    def test_a_clock_that_was_set(self):
        self.assertIsNone(device.get("/").header("Date"))
        device.machine.send("\r")
        self.wait_for(">>> ")
        device.machine.send(f"import time; time.clock_settime(time.CLOCK_REALTIME, {NOW}); print('it', 'is', 'set')\r")
        self.wait_for("it is set")
        date = email.utils.parsedate_to_datetime(device.get("/").header("Date"))
        self.assertLess(abs(date.timestamp() - NOW), 60)
        self.assertEqual(device.request("GET", "*").status, 400)
        self.assertIsNotNone(device.request("OPTIONS", "*").header("Date"))


if __name__ == "__main__":
    unittest.main()
