"""The REPL on the serial console, beside a server that goes on serving; and the fault report."""

import unittest

from device import Device, DeviceTest

device = Device("examples/hello")


def setUpModule():
    device.start()
    device.machine.send("\r")
    device.wait_for(r">>> $")


def tearDownModule():
    device.stop()


class ReplTest(DeviceTest):
    """What a person types, and what comes back."""

    device = device

    def typed(self, text: str, pattern: str) -> str:
        """Types text and waits for a line that matches, then for the prompt; returns the line."""
        start = len(self.device.console)
        self.device.machine.send(text)
        found = self.device.wait_for(pattern, start)
        self.device.wait_for(r"^>>> $", found.end())
        return found[0]

    def test_an_expression_shows_its_value(self):
        self.typed("6 * 7\r", r"^42\r?$")

    def test_a_block_is_read_until_its_empty_line(self):
        self.typed("for n in range(3):\r    m = n * 2\r    print('twice is', m)\r\r", r"^twice is 4")

    def test_what_is_typed_ahead_is_not_lost(self):
        self.typed("def f():\r    for n in range(300000): pass\r    return n\r\rf() + 1\r'ahead' * 2\r", r"^'aheadahead'")

    def test_names_stay(self):
        self.typed("kept = 'a name'\r", r"kept")
        self.typed("kept\r", r"^'a name'")

    def test_backspace_takes_a_character_back(self):
        self.typed("12\x7f3\r", r"^13\r?$")

    def test_an_error_shows_its_traceback_and_the_server_goes_on(self):
        self.typed("1 / 0\r", r"^ZeroDivisionError: division by zero")
        self.assertEqual(self.device.get("/").status, 200)

    def test_a_syntax_error_is_shown(self):
        self.typed("def f(:\r", r"^SyntaxError")

    def test_system_exit_does_not_end_the_server(self):
        self.typed("raise SystemExit\r", r"the server goes on")
        self.assertEqual(self.device.get("/").status, 200)

    def test_ctrl_c_ends_a_loop(self):
        start = len(self.device.console)
        self.device.machine.send("while True: pass\r\r")
        self.device.wait_for("pass", start)
        self.typed("\x03", r"^KeyboardInterrupt")

    def test_ctrl_c_ends_a_sleep(self):
        """Not in the import before it, whose callbacks would swallow the exception."""
        start = len(self.device.console)
        self.device.machine.send("import time; print('fast', 'asleep'); time.sleep(600)\r")
        self.device.wait_for("^fast asleep", start)
        self.typed("\x03", r"^KeyboardInterrupt")

    def test_the_heap_can_be_asked_for(self):
        self.typed("import hipflask; hipflask.heap()\r", r"^\{'used': \d+, 'total': \d+, 'high_water': \d+\}")


class RestartTest(unittest.TestCase):
    """What ends a run: the report, the reason, and the device serves again."""

    def test_a_fault_is_reported_with_the_last_request_and_the_device_restarts(self):
        with Device("examples/hello") as own:
            self.assertEqual(own.get("/before/the/fault").status // 100, 4)
            own.machine.send("\rimport hipflask; hipflask.fault()\r")
            report = own.wait_for(r"(?s)hipflask: FAULT null pointer access.*resetting")[0]
            self.assertRegex(report, r"pc=0x[0-9a-f]{8}")
            self.assertIn("last request: GET /before/the/fault HTTP/1.1", report)
            own.wait_for(r"started by fault")
            own.wait_for(r"serving on", own.console.index("started by fault"))
            own.machine.wait_until_serving()
            self.assertEqual(own.get("/").status, 200)

    def test_a_requested_reset_says_so(self):
        with Device("examples/hello") as own:
            own.machine.send("\rimport hipflask; hipflask.reset()\r")
            own.wait_for(r"started by (?!power)\w+")


if __name__ == "__main__":
    unittest.main()
