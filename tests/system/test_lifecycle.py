"""hip's front door with a real device: run, stop, Ctrl-C, and what goes wrong."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from hip import paths, runs
from hip.machine import free_port

HIP = str(paths.ROOT / "hip")
HELLO = str(paths.EXAMPLES / "hello")
BUILD_SECONDS = 600
SECOND_RUN_SECONDS = 30  # "within seconds", on a machine that is busy with other tests
END_SECONDS = 20
SERVING = re.compile(r"Serving (http://localhost:(\d+)/)")


def hip(*words: str, cwd: str | None = None) -> subprocess.CompletedProcess:
    """Runs hip to its end."""
    return subprocess.run([HIP, *words], cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=BUILD_SECONDS)


def get(url: str) -> bytes:
    """A page."""
    with urllib.request.urlopen(url.replace("localhost", "127.0.0.1"), timeout=END_SECONDS) as response:
        return response.read()


def parent_of(pid: str) -> int:
    """The parent of a process, 0 when it is gone."""
    try:
        return int(Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def children(parent: int) -> list[int]:
    """The processes a process has started."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if parent_of(path.name) == parent]


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class LifecycleTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory(prefix="hip test ")
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def write_app(self, **files: str) -> str:
        """An app outside of the repository; `name__py` stands for name.py."""
        app = self.directory / "my app"
        app.mkdir()
        for name, text in files.items():
            (app / name.replace("__", ".")).write_text(text, encoding="utf-8")
        return str(app)

    def await_gone(self, pids: list[int]) -> None:
        """Waits until no process is left."""
        deadline = time.monotonic() + END_SECONDS
        while alive := [pid for pid in pids if is_alive(pid)]:
            self.assertLess(time.monotonic(), deadline, f"left behind: {alive}")
            time.sleep(0.05)

    def detach(self, *words: str) -> tuple[str, str, int]:
        """A detached run: URL, port and QEMU's process.  Ends with the test at the latest."""
        run = hip("run", "--detach", "--http", "0", *words)
        self.assertEqual(run.returncode, 0, run.stderr)
        url, port = SERVING.search(run.stdout).groups()
        self.addCleanup(hip, "stop", "--http", port)
        return url, port, next(found.pid for found in runs.running() if found.port == int(port))

    def foreground(self, **options) -> tuple[subprocess.Popen, str, str, list[int]]:
        """A run in the foreground that serves: process, what it printed, URL, its children."""
        run = subprocess.Popen([HIP, "run", "--app", HELLO, "--http", "0"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
                               **options)
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.wait, END_SECONDS)
        self.addCleanup(lambda: run.poll() is None and run.kill())
        shown = ""
        for line in run.stdout:
            shown += line
            if serving := SERVING.search(line):
                return run, shown, serving[1], children(run.pid)
        self.fail(f"hip run ended:\n{shown}")

    def assert_fails(self, pattern: str, *words: str) -> str:
        """hip fails, with one line that says why; returns its standard error."""
        run = hip(*words)
        self.assertNotEqual(run.returncode, 0)
        last = run.stderr.strip().splitlines()[-1]
        self.assertTrue(last.startswith("hip: "), run.stderr)
        self.assertRegex(last, pattern)
        self.assertNotIn("Traceback", run.stderr)
        return run.stderr


class DetachedTest(LifecycleTest):
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


class ForegroundTest(LifecycleTest):
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


class AppTest(LifecycleTest):
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


class FailureTest(LifecycleTest):
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
