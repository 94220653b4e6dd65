"""hip's front door, for tests: runs of `hip run` that end with the test, whatever happens."""

import re
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from hip import paths, runs

HIP = str(paths.ROOT / "hip")
HELLO = str(paths.EXAMPLES / "hello")
BUILD_SECONDS = 600
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


class FrontDoorTest(unittest.TestCase):
    """A test that runs hip; `target` are the words that name its board."""

    target: tuple[str, ...] = ()

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
        """A detached run: URL, port and the device's process.  Ends with the test at the latest."""
        run = hip("run", *self.target, "--detach", "--http", "0", *words)
        self.assertEqual(run.returncode, 0, run.stderr)
        url, port = SERVING.search(run.stdout).groups()
        self.addCleanup(hip, "stop", "--http", port)
        return url, port, next(found.pid for found in runs.running() if found.port == int(port))

    def foreground(self, *words: str, **options) -> tuple[subprocess.Popen, str, str, list[int]]:
        """A run in the foreground that serves: process, what it printed, URL, its children."""
        run = subprocess.Popen([HIP, "run", *self.target, "--http", "0", *(words or ("--app", HELLO))],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               start_new_session=True, **options)
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
