"""Apps that misbehave: the client is told, the console says what happened, and serving goes on."""

import time
import unittest

from device import Device, DeviceTest
from rawhttp import Closed, Response

DEADLINE = 4  # seconds, as in the app's manifest
TOLERANCE = 8  # seconds, for a machine that is busy with other things
CRASH_SECONDS = 60

device = Device("tests/system/apps/trouble")


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()


class TroubleTest(DeviceTest):
    device = device

    def tearDown(self) -> None:
        self.assertEqual(device.get("/home").json(), "well")

    def timed(self, target: str) -> tuple[Response, float]:
        """A response and the seconds it took."""
        began = time.monotonic()
        return device.get(target), time.monotonic() - began


class ExceptionTest(TroubleTest):
    def test_one_that_nobody_catches(self):
        with device.client() as client:
            response = client.get("/fail")
            self.assertEqual(response.status, 500)
            self.assertNotIn("asked to fail", response.text)
            self.wait_for(r"Traceback \(most recent call last\):\n(.*\n)*?  File \"/rom/app/app\.py\", line \d+, in inner\n"
                          r"(.*\n)*?ArithmeticError: asked to fail, g\xfcltig")
            self.assertEqual(client.get("/home").json(), "well")

    def test_an_app_that_wants_to_exit(self):
        self.assertEqual(device.get("/leave").status, 500)
        self.wait_for("SystemExit: asked to leave")


class DeadlineTest(TroubleTest):
    def assert_cut_off(self, target: str) -> None:
        """A request is answered with 500 soon after its deadline."""
        response, seconds = self.timed(target)
        self.assertEqual(response.status, 500)
        self.assertGreater(seconds, DEADLINE * 0.8)
        self.assertLess(seconds, DEADLINE + TOLERANCE)
        self.wait_for("DeadlineExceeded")

    def test_a_loop(self):
        self.assert_cut_off("/spin")

    def test_a_loop_that_catches_every_exception(self):
        self.assert_cut_off("/spin-stubbornly")
        self.assertNotIn("caught an Exception", device.gauge()["cut_off"])

    def test_a_loop_with_a_finally(self):
        self.assert_cut_off("/spin-and-clean-up")
        self.assertIn("finally", device.gauge()["cut_off"])

    def test_a_sleep(self):
        self.assert_cut_off("/sleep")

    def test_a_regular_expression(self):
        self.assert_cut_off("/match")

    def test_arithmetic(self):
        self.assert_cut_off("/multiply")

    def test_many_sleeps(self):
        self.assert_cut_off("/sleep-in-parts")

    def test_a_generator_in_the_middle_of_its_body(self):
        with device.client() as client, self.assertRaises(Closed):
            client.get("/spin-in-generator")
        self.wait_for("DeadlineExceeded")

    def test_a_long_stream_of_short_steps_is_not_cut_off(self):
        self.assertEqual(device.get("/patient-generator").text, "......")

    def test_others_are_served_afterwards(self):
        with device.client() as client, device.client() as other:
            client.start("GET", "/spin")
            other.start("GET", "/home")
            self.assertEqual(other.read_response().json(), "well")
            self.assertEqual(client.read_response().status, 500)


class DepthTest(TroubleTest):
    """What goes too deep ends in an exception that can be caught, never in a fault."""

    def assert_too_deep(self, name: str, *expected: str) -> None:
        response = device.get(f"/caught/{name}")
        self.assertEqual(response.status, 200, self.printed())
        self.assertIn(response.json(), expected or ("RecursionError",))
        self.assertEqual(device.get(f"/{name}").status, 500)

    def test_python_functions(self):
        self.assert_too_deep("recurse")

    def test_repr(self):
        self.assert_too_deep("recurse-in-repr")

    def test_the_parser(self):
        self.assert_too_deep("recurse-in-parser", "SyntaxError", "MemoryError", "RecursionError")

    def test_the_compiler(self):
        self.assert_too_deep("recurse-in-expression", "SyntaxError", "MemoryError", "RecursionError")

    def test_json_loads(self):
        self.assert_too_deep("recurse-in-json-loads")

    def test_json_dumps(self):
        self.assert_too_deep("recurse-in-json-dumps")

    def test_comparison(self):
        self.assert_too_deep("recurse-in-comparison")

    def test_getattr(self):
        self.assert_too_deep("recurse-in-getattr")

    def test_regular_expressions(self):
        self.assert_too_deep("recurse-in-regex", "RecursionError", "PatternError", "error", "OverflowError")

    def test_the_stack_had_room(self):
        stack = device.gauge()["stack"]
        print(f"stack: {stack}")
        self.assertLess(stack["high_water"], stack["size"] * 0.9)


class MemoryTest(TroubleTest):
    def test_a_block_larger_than_the_machine(self):
        self.assertEqual(device.get("/caught/take-memory").json(), "MemoryError")
        self.assertEqual(device.get("/take-memory").status, 500)
        self.wait_for("MemoryError")

    def test_a_response_larger_than_the_machine(self):
        for _ in range(3):
            self.assertEqual(device.get("/long-answer").status, 500)
        self.wait_for("MemoryError")

    def test_nothing_is_lost(self):
        """After the failures before, as much is free as at first, again and again."""
        used = []
        for _ in range(4):
            for target in ("/take-memory-bit-by-bit", "/long-answer", "/recurse", "/fail"):
                self.assertIn(device.get(target).status, (500, 503))
            used.append(device.gauge()["heap"]["used"])
        print(f"heap in use: {used}")
        self.assertLess(abs(used[-1] - used[1]), 4096)

    def test_all_of_it_in_small_blocks(self):
        for _ in range(3):
            self.assertIn(device.get("/take-memory-bit-by-bit").status, (500, 503))
            self.assertEqual(device.get("/home").json(), "well")


class RestartTest(TroubleTest):
    may_fault = True

    def await_restart(self) -> None:
        self.wait_for("hipflask: serving on ", CRASH_SECONDS)
        self.await_true(lambda: answers(device), "an answer after the restart")

    def test_a_fault_is_explained_and_the_device_starts_again(self):
        with device.client() as client:
            client.start("GET", "/fault")
            block = self.wait_for(r"hipflask: FAULT(.*\n){2,40}?(?=hipflask: trouble on )", CRASH_SECONDS)[0]
        self.assertIn("GET /fault HTTP/1.1", block)
        self.assertRegex(block, r"(?i)\bpc\b\W*(0x)?[0-9a-f]{8}")
        self.assertRegex(block, r"(?i)\blr\b\W*(0x)?[0-9a-f]{8}")
        self.await_restart()
        self.assertIn("fault", device.gauge()["reset_reason"])

    def test_a_loop_that_nothing_ends_is_ended_by_the_watchdog(self):
        with device.client() as client:
            client.start("GET", "/spin-whatever-happens")
            self.wait_for(r"started by .*watchdog", 2 * CRASH_SECONDS)
        self.await_restart()
        self.assertIn("watchdog", device.gauge()["reset_reason"])

    def test_a_restart_on_request(self):
        with device.client() as client:
            client.start("GET", "/reset")
            self.await_restart()
        self.assertNotIn("fault", device.gauge()["reset_reason"])


def answers(device: Device) -> bool:
    """Whether a request is answered."""
    try:
        return device.get("/home").status == 200
    except (OSError, AssertionError):
        return False


class BrokenAppTest(DeviceTest):
    """An app that cannot be imported."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.device = Device("tests/system/apps/broken").start()
        cls.addClassCleanup(cls.device.stop)

    def test_every_request_is_told(self):
        with self.device.client() as client:
            for target in ("/", "/anything"):
                response = client.get(target)
                self.assertEqual(response.status, 500)
                self.assertIn("could not be imported", response.text)
                self.assertIn("KeyError", response.text)

    def test_the_console_has_the_traceback(self):
        self.assertRegex(self.device.console, r"Traceback \(most recent call last\):\n(.*\n)*?"
                         r"  File \"/rom/app/app\.py\", line \d+, in configure\n(.*\n)*?KeyError: 'no such setting'")


if __name__ == "__main__":
    unittest.main()
