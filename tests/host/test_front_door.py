"""hip run --board host: seconds from a folder to a page, and a clean end."""

import os
import signal
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

from frontdoor import END_SECONDS, HELLO, FrontDoorTest, get, hip
from hip import build, paths
from hip.app import load
from hip.boards import find_board
from hip.machine import free_port
from hip.ui import Ui

SERVE_SECONDS = 10  # aim: 2, on a machine that does nothing else


class HostFrontDoorTest(FrontDoorTest):
    target = ("--board", "host")


class RunTest(HostFrontDoorTest):
    def test_the_examples_are_served(self):
        for app, text in (("hello", b"Hello from WSGI."), ("flask_hello", b"<!doctype html>"), ("bottle_hello", b"<")):
            with self.subTest(app):
                self.detach("--app", app)  # built and its bytecode kept
                began = time.monotonic()
                url, _, _ = self.detach("--app", app)
                self.assertIn(text, get(url))
                seconds = time.monotonic() - began
                print(f"{app}: served {seconds:.2f} s after ./hip run")
                self.assertLess(seconds, SERVE_SECONDS)

    def test_interrupts_end_it_in_order(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                run, _, url, pids = self.foreground()
                self.assertTrue(pids)
                get(url)
                run.send_signal(number)
                code = run.wait(END_SECONDS)
                self.assertEqual(code, 0 if number == signal.SIGINT else 128 + number)
                self.await_gone(pids)

    def test_no_process_is_left_when_hip_is_killed(self):
        run, _, _, pids = self.foreground()
        run.kill()
        run.wait(END_SECONDS)
        self.await_gone(pids)

    def test_stop_ends_a_detached_run(self):
        url, port, pid = self.detach("--app", HELLO)
        get(url)
        self.assertEqual(hip("stop", "--http", port).returncode, 0)
        self.await_gone([pid])

    def test_a_traceback_shows_source_lines(self):
        app = self.write_app(app__py="def app(environ, start_response):\n    raise LookupError('on line two')\n")
        run, _, url, _ = self.foreground("--app", app)
        with self.assertRaises(OSError):
            get(url)
        shown = ""
        for line in run.stdout:
            shown += line
            if "LookupError: on line two" in line:
                break
        self.assertRegex(shown, r'app\.py", line 2, in app\n +raise LookupError\(.on line two.\)')
        run.send_signal(signal.SIGINT)

    def test_variants(self):
        for variant in ("asan", "profile"):
            with self.subTest(variant):
                url, _, _ = self.detach("--app", HELLO, "--variant", variant)
                self.assertEqual(get(url), b"Hello from WSGI.\n")


class SystemPythonTest(HostFrontDoorTest):
    target = ("--board", "host", "--python", "system")

    def test_this_machines_packages_are_served(self):
        app = self.write_app(app__py="import sys\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
                                     "@app.get('/')\ndef home():\n    return f'{sys.version_info[:2]} {sys.platform}'\n")
        url, _, _ = self.detach("--app", app)
        version = subprocess.run(["/usr/bin/python3", "-c", "import sys; print(sys.version_info[:2])"],
                                 capture_output=True, text=True, check=True).stdout.strip()
        self.assertEqual(get(url).decode(), f"{version} linux")

    def test_the_prompt(self):
        """It uses corners of CPython's interface that differ between versions."""
        image = build.build(find_board("host", "system"), load(Path(HELLO)), Ui(quiet=True))
        run = subprocess.Popen([str(image.elf), *image.arguments, "--forward", f"127.0.0.1:{free_port()}"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        shown, _ = run.communicate("\ndef f():\n  return 6 * 7\n\nf()\nimport os; os.kill(os.getpid(), 15)\n",
                                   timeout=END_SECONDS)
        self.assertIn("42", shown)
        self.assertEqual(run.returncode, 0)


class FailureTest(HostFrontDoorTest):
    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = str(server.getsockname()[1])
            self.assert_fails(f"port {port} is in use", "run", *self.target, "--app", HELLO, "--http", port)

    def test_a_network_that_is_not_there(self):
        self.assert_fails("--net takes tap=NAME", "run", *self.target, "--app", HELLO, "--http", "0", "--net", "bridge")
        self.assert_fails("no device has so long a name", "run", *self.target, "--app", HELLO, "--http", "0",
                          "--net", "tap=a-name-that-no-interface-has")
        self.assert_fails("--net is for the host board", "run", "--app", HELLO, "--net", "tap=hip0")

    def test_variants_that_are_not_there(self):
        self.assert_fails("no variant nix; it has asan", "run", *self.target, "--variant", "nix")
        self.assert_fails("mps2-an500 has no variant asan; it has none", "run", "--variant", "asan")
        self.assert_fails("--python system is for the host board", "run", "--python", "system")

    def test_commands_that_need_an_image(self):
        self.assert_fails("the host has no budgets", "size", *self.target, "--app", HELLO)


@unittest.skipUnless(os.geteuid() == 0 and Path("/dev/net/tun").exists(), "making a network needs root and TAP devices")
class TapTest(HostFrontDoorTest):
    """On a TAP device, in a network of its own with nobody but this machine."""

    SCRIPT = """
set -e
ip link set lo up
ip tuntap add hip0 mode tap
ip address add 10.0.2.2/24 dev hip0
ip link set hip0 up
exec "$@"
"""

    def test_the_device_has_an_address_of_its_own(self):
        client = ("import subprocess, sys, urllib.request\n"
                  "run = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)\n"
                  "url = next(line.split()[1] for line in run.stdout if line.startswith('Serving'))\n"
                  "print(url, urllib.request.urlopen(url, timeout=20).read())\n"
                  "run.terminate()\nrun.wait()\n")
        done = subprocess.run(
            ["unshare", "--net", "sh", "-c", self.SCRIPT, "sh", sys.executable, "-c", client,
             str(paths.ROOT / "hip"), "run", *self.target, "--app", HELLO, "--http", "0", "--net", "tap=hip0"],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertIn("http://10.0.2.15/ b'Hello from WSGI.\\n'", done.stdout, done.stderr)


if __name__ == "__main__":
    unittest.main()
