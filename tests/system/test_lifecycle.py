"""hip's front door with a real device: run, stop, Ctrl-C, and what goes wrong."""

import os
import signal
import socket
import time
import unittest
from pathlib import Path

from frontdoor import END_SECONDS, HELLO, SERVING, FrontDoorTest, get, hip
from hip.machine import free_port

SECOND_RUN_SECONDS = 30  # "within seconds", on a machine that is busy with other tests


class DetachedTest(FrontDoorTest):
    def test_run_and_stop(self):
        url, port, pid = self.detach("--app", HELLO)
        self.assertEqual(get(url), b"Hello from WSGI.\n")  # at once: the URL means that it answers
        stop = hip("stop", "--http", port)
        self.assertEqual(stop.returncode, 0, stop.stderr)
        self.await_gone([pid])
        with self.assertRaises(OSError):
            get(url)
        self.assert_fails("no detached run", "stop", "--http", port)

    def test_a_second_run_takes_seconds_and_two_run_side_by_side(self):
        first, _, _ = self.detach("--app", HELLO)
        began = time.monotonic()
        second, _, _ = self.detach("--app", HELLO)
        seconds = time.monotonic() - began
        print(f"second run: {seconds:.1f} s")
        self.assertLess(seconds, SECOND_RUN_SECONDS)
        self.assertEqual(get(first), get(second))

    def test_a_port_that_a_detached_run_has(self):
        _, port, _ = self.detach("--app", HELLO)
        self.assert_fails(f"port {port} is in use by a detached run of hello", "run", "--app", HELLO, "--http", port)


class ForegroundTest(FrontDoorTest):
    def test_ctrl_c_ends_everything(self):
        run, shown, url, pids = self.foreground()
        self.assertIn("hipflask: serving on http://10.0.2.15:80/", shown)
        self.assertEqual(get(url), b"Hello from WSGI.\n")
        self.assertTrue(pids)
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(END_SECONDS), 0)
        self.await_gone(pids)

    def test_an_interrupt_ends_it_in_the_background_of_a_script_as_well(self):
        run, _, _, pids = self.foreground(preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(END_SECONDS), 0)
        self.await_gone(pids)

    def test_no_process_outlives_hip_however_it_ends(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(number):
                run, _, _, pids = self.foreground()
                self.assertTrue(pids)
                run.send_signal(number)
                self.assertNotEqual(run.wait(END_SECONDS), 0)
                self.await_gone(pids)


class AppTest(FrontDoorTest):
    def test_an_app_from_anywhere(self):
        app = self.write_app(app__py="import greeting\n\ndef create_app():\n    return greeting.app\n",
                             greeting__py="def app(environ, start_response):\n    start_response('200 OK', [])\n"
                                          "    return [open('text.txt', 'rb').read()]\n",
                             text__txt="from my app")
        url, _, _ = self.detach("--app", app)
        self.assertEqual(get(url), b"from my app")
        (Path(app) / "text.txt").write_text("changed")
        url, _, _ = self.detach("--app", app)
        self.assertEqual(get(url), b"changed")

    def test_from_another_directory_by_a_relative_path(self):
        app = self.write_app(app__py="def app(environ, start_response):\n    start_response('200 OK', [])\n"
                                     "    return [b'relative']\n")
        run = hip("run", "--detach", "--http", "0", "--app", os.path.basename(app), cwd=str(self.directory))
        self.assertEqual(run.returncode, 0, run.stderr)
        url, port = SERVING.search(run.stdout).groups()
        self.addCleanup(hip, "stop", "--http", port)
        self.assertEqual(get(url), b"relative")


class FailureTest(FrontDoorTest):
    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as holder:
            port = str(holder.getsockname()[1])
            self.assert_fails(f"port {port} is in use", "run", "--app", HELLO, "--http", port)

    def test_a_missing_app(self):
        self.assert_fails("no app directory /nonexistent/app", "run", "--app", "/nonexistent/app",
                          "--http", str(free_port()))

    def test_a_directory_without_an_app(self):
        self.assert_fails(r"has no app\.py", "run", "--app", self.write_app(readme__txt="nothing"), "--http", "0")

    def test_a_missing_package_names_the_module_and_its_importer(self):
        app = self.write_app(app__py="from helper import app\n", helper__py="import os\nimport nosuchpackage\napp = None\n")
        self.assert_fails(r"nosuchpackage.*helper\.py:2", "build", "--app", app)

    def test_a_missing_package_in_a_handler(self):
        app = self.write_app(app__py="def app(environ, start_response):\n    import nosuchpackage\n")
        self.assert_fails(r"nosuchpackage.*app\.py:2", "build", "--app", app)

    def test_a_syntax_error_names_file_and_line(self):
        app = self.write_app(app__py="def app(environ, start_response):\n    return [\n\n\nx = = 1\n")
        self.assert_fails(r"app\.py:\d+: SyntaxError", "build", "--app", app)

    def test_a_manifest_with_a_mistake(self):
        app = self.write_app(app__py="app = print\n", hipflask__toml="[app]\noptimise = 2\n")
        self.assert_fails(r"hipflask\.toml:2: \[app\] optimise: is unknown", "build", "--app", app)


if __name__ == "__main__":
    unittest.main()
