"""The process as a machine: resets, faults, the watchdog, the prompt, and a busy interpreter."""

import threading
import time
import unittest

from device import PATIENCE, Device, DeviceTest
from hip import paths
from hip.boards import find_board

TROUBLE = "tests/system/apps/trouble"
SLOW = "tests/system/apps/slow"
device = Device(TROUBLE, board=find_board("host"))  # without sanitizers, which keep faults for themselves


def setUpModule() -> None:
    device.start()


def tearDownModule() -> None:
    device.stop()


class ProcessTest(DeviceTest):
    device = device
    may_fault = True

    def type(self, text: str) -> None:
        """Types a line; the first Enter after a start only brings the prompt."""
        self.device.machine.send(f"\n{text}\n")

    def test_an_exception_is_a_500_with_its_traceback(self):
        self.assertEqual(device.get("/fail").status, 500)
        self.wait_for(r"in inner\n +raise ArithmeticError")

    def test_reset_keeps_the_process_and_says_why(self):
        pid = device.machine.guest_pid
        self.type("import hipflask; hipflask.reset()")
        self.wait_for("started by requested")
        self.wait_for("serving on")
        self.assertEqual(device.machine.guest_pid, pid)
        self.assertEqual(device.get("/home").status, 200)

    def test_a_fault_is_reported_and_reset(self):
        device.get("/home")
        self.type("import hipflask; hipflask.fault()")
        self.wait_for(r"hipflask: FAULT null pointer access\n last request: GET /home HTTP/1.1\n")
        self.wait_for("started by fault")
        self.wait_for("serving on")
        self.assertEqual(device.get("/home").status, 200)

    def test_the_prompt(self):
        self.type("6 * 7")
        self.wait_for("^42$")

    def test_descriptors_do_not_pile_up_over_resets(self):
        before = device.machine.descriptors()
        for _ in range(3):
            start = len(device.console)
            self.type("import hipflask; hipflask.reset()")
            device.wait_for("serving on", start)
        device.get("/home")
        self.await_true(lambda: device.machine.descriptors() <= before, f"no more than {before} descriptors")


class BusyTest(DeviceTest):
    """The network lives while Python runs."""

    def setUp(self) -> None:
        self.device = Device(SLOW, board=find_board("host")).start()
        self.addCleanup(self.device.stop)
        super().setUp()

    def test_others_are_accepted_during_a_sleep(self):
        answered = []
        sleeper = threading.Thread(target=lambda: answered.append(self.device.get("/slow?kind=sleep&seconds=2").status))
        sleeper.start()
        self.wait_for("slow: sleep begins")
        began = time.monotonic()
        with self.device.client() as client:
            client.send(b"GET / HTTP/1.1\r\nHost: x\r\n")  # taken and acknowledged, though nobody reads it yet
            self.assertLess(time.monotonic() - began, 1.5)
            client.send(b"\r\n")
            self.assertEqual(client.read_response().status, 200)
        sleeper.join(PATIENCE)
        self.assertEqual(answered, [200])


class EntropyTest(unittest.TestCase):
    def test_without_a_source_it_does_not_start(self):
        device = Device(paths.EXAMPLES / "hello", board=find_board("host"), arguments=["--faults", "entropy=1"])
        device.start(wait=False)
        self.addCleanup(device.stop)
        device.wait_for("hipflask: HALT: no source of entropy.*\n")


if __name__ == "__main__":
    unittest.main()
