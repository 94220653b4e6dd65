"""hip.machine, hip.qemu and hip.runs, with a stand-in for QEMU."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path
from unittest import mock

from hip import paths, process, runs
from hip.errors import HipError
from hip.image import Image
from hip.machine import check_port, free_port
from hip.qemu import Emulator
from support import InDirectory, fake_board

IMAGE = Image("hello", "fake", Path("."))


class MachineTest(unittest.TestCase):
    def machine(self, behaviour: str, **options) -> Emulator:
        machine = Emulator(fake_board(behaviour), IMAGE, **options)
        self.addCleanup(machine.stop)
        return machine.start()

    def test_serves_and_mirrors_its_console(self):
        mirror = io.StringIO()
        machine = self.machine("serve", mirror=mirror)
        machine.wait_until_serving(10)
        self.assertTrue(machine.alive)
        self.assertGreaterEqual(machine.cpu_seconds(), 0)
        self.assertIn("hipflask: starting\nhipflask: serving on", mirror.getvalue())
        machine.stop()
        self.assertFalse(machine.alive)

    def test_free_ports_differ(self):
        first, second = self.machine("serve"), self.machine("serve")
        self.assertNotEqual(first.http_port, second.http_port)

    def test_typed_text_reaches_the_device(self):
        machine = self.machine("echo")
        machine.wait_for("serving", 10)
        machine.send("hello\n")
        self.assertEqual(machine.wait_for(r"typed (\w+)", 10)[1], "hello")

    def test_early_end_shows_the_last_lines(self):
        with self.assertRaisesRegex(HipError, r"(?s)ended early.*no such machine"):
            self.machine("die").wait_until_serving(10)

    def test_time_out_shows_the_last_lines(self):
        with self.assertRaisesRegex(HipError, r"(?s)within 1 s.*hipflask: starting"):
            self.machine("mute").wait_until_serving(1)

    def test_fault_while_starting_is_told(self):
        with self.assertRaisesRegex(HipError, r"(?s)faulted while starting.*pc 0x1234"):
            self.machine("fault").wait_until_serving(10)

    def test_port_in_use_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with self.assertRaisesRegex(HipError, rf"port {port} is in use.*--http"):
                self.machine("serve", http_port=port)

    def test_port_can_be_used_again_at_once(self):
        port = free_port()
        for _ in range(2):
            machine = self.machine("serve", http_port=port)
            machine.wait_until_serving(10)
            machine.stop()
        check_port(port)

    def test_command_line_has_console_first_and_image_last(self):
        argv = Emulator(fake_board(), IMAGE, http_port=8080, arguments=["-S"]).command_line()
        self.assertEqual(argv[argv.index("-serial") + 1], "chardev:console")
        self.assertIn("user,model=none,hostfwd=tcp:127.0.0.1:8080-:80", argv)
        self.assertEqual(argv[-2:], ["-kernel", str(IMAGE.elf)])

    def test_no_process_is_left_when_hip_is_killed(self):
        program = ("import sys, time; sys.path.insert(0, sys.argv[1])\nfrom pathlib import Path\n"
                   "from support import fake_board\nfrom hip.qemu import Emulator\nfrom hip.image import Image\n"
                   "machine = Emulator(fake_board(), Image('x', 'fake', Path('.'))).start()\n"
                   "print(machine.guest_pid, flush=True)\ntime.sleep(60)")
        script = f"import sys; sys.path.insert(0, {str(paths.ROOT / 'tools')!r})\n{program}"
        starter = subprocess.Popen([sys.executable, "-c", script, str(Path(__file__).parent)],
                                   stdout=subprocess.PIPE, text=True)
        with starter:
            guest = int(starter.stdout.readline())
            self.assertTrue(runs.start_time(guest))
            starter.send_signal(signal.SIGKILL)
        self.assertTrue(eventually(lambda: not runs.start_time(guest)))


class DetachedTest(InDirectory):
    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(paths, "RUNS", self.directory)
        patch.start()
        self.addCleanup(patch.stop)

    def start(self) -> runs.Run:
        port = free_port()
        machine = Emulator(fake_board(), IMAGE, http_port=port, console_log=runs.console_path(port)).start()
        self.addCleanup(machine.stop)
        run = runs.record(port, machine.guest_pid, "fake", "hello")
        machine.wait_until_serving(10)
        return run

    def test_two_at_once_and_each_is_stopped(self):
        first, second = self.start(), self.start()
        self.assertEqual({run.port for run in runs.running()}, {first.port, second.port})
        first.stop()
        self.assertEqual(runs.running(), [second])
        second.stop()
        self.assertEqual(runs.running(), [])

    def test_console_is_kept_in_a_file(self):
        run = self.start()
        self.assertIn("hipflask: serving on", runs.console_path(run.port).read_text())

    def test_record_of_another_process_is_forgotten(self):
        runs.record_path(1234).write_text(
            '{"port": 1234, "pid": %d, "started": "1", "board": "b", "image": "i"}' % os.getpid())
        self.assertEqual(runs.running(), [])
        self.assertFalse(runs.record_path(1234).exists())

    def test_broken_record_is_forgotten(self):
        runs.record_path(1234).write_text("{")
        self.assertEqual(runs.running(), [])


class ProcessTest(InDirectory):
    def test_failure_ends_in_the_line_that_matters(self):
        script = "echo one; echo 'x.c:3: error: no'; echo 'ninja: build stopped'; exit 1"
        with self.assertRaisesRegex(HipError, r"building x failed: x\.c:3: error: no \(log: .*x\.log\)"):
            process.run(["sh", "-c", script], self.directory / "x.log", "building x")

    def test_our_own_line_comes_first(self):
        lines = ["a.c:1: error: no\n", "hip: no module yaml, which app.py imports\n", "FAILED\n"]
        self.assertEqual(process.decisive_line(lines), "no module yaml, which app.py imports")

    def test_a_block_of_ours_is_told_by_its_last_line(self):
        lines = ["hip: the trace failed:\n", "Traceback\n", "KeyError: 'x'\n", "ninja: build stopped: failed.\n"]
        self.assertEqual(process.decisive_line(lines), "the trace failed: KeyError: 'x'")

    def test_user_settings_do_not_reach_a_build(self):
        with mock.patch.dict(os.environ, {"PYTHONHOME": "/x", "CFLAGS": "-O9"}):
            environment = process.clean_environment()
        self.assertNotIn("PYTHONHOME", environment)
        self.assertNotIn("CFLAGS", environment)


def eventually(condition, seconds: float = 5.0) -> bool:
    """Whether condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


if __name__ == "__main__":
    unittest.main()
