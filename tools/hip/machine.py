"""A running image, whatever runs it: console, forwarded HTTP port, and no process left behind.

    with machine_for(board, image) as machine:
        machine.wait_until_serving()
        machine.wait_for(r"hipflask: .*", timeout=5)
"""

from __future__ import annotations

import codecs
import os
import re
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import TextIO

from hip import process
from hip.boards import Board
from hip.errors import HipError
from hip.image import Image

BANNER = r"hipflask: serving on http:"
HTTPS_BANNER = r"hipflask: serving on https:|hipflask: no HTTPS"
FAULT = r"hipflask: FAULT"
ADDRESS = "127.0.0.1"
BOOT_SECONDS = 120
FAULT_LINES_SECONDS = 1.0  # how long a fault's block may take to print
TAIL_LINES = 12
PORT_ATTEMPTS = 5
PROBE = b"GET / HTTP/1.1\r\n\r\n"  # without Host: answered 400 by the server, not by the app


def free_port() -> int:
    """A TCP port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]


def check_port(port: int, option: str = "--http") -> None:
    """Fails with a clear line when port cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
            probe.listen()
        except PermissionError:
            raise HipError(f"port {port} needs root; choose another with {option} PORT") from None
        except OSError:
            raise HipError(f"port {port} is in use; choose another with {option} PORT, "
                           "or end a detached run with `hip stop`") from None


def http_answers(address: tuple[str, int], timeout: float = 2.0) -> bool:
    """Whether a request to an address would be answered; the app is not called."""
    try:
        with socket.create_connection(address, timeout) as client:
            client.settimeout(timeout)
            client.sendall(PROBE)
            return client.recv(5) == b"HTTP/"
    except OSError:
        return False


class Machine:
    """One device that runs.  start() it, or use it as a context manager.

    http_port 0 picks a free port, and so does https_port; None: HTTPS is not forwarded.  Everything the device prints is kept in
    `console` and, if given, copied to mirror.  With console_log the guest is
    detached: it outlives this process and prints to that file.  Start a guest
    from a thread that lives on: an attached one dies with its starter.

    A kind of machine supplies its command line and its name for messages.
    """

    program = "the device's process"

    def __init__(self, board: Board, image: Image, *, http_port: int = 0, https_port: int | None = None,
                 arguments: list[str] | None = None,
                 mirror: TextIO | None = None, console_log: Path | None = None):
        self.board = board
        self.image = image
        self.http_port = http_port
        self.https_port = https_port if image.https != "off" else None
        self.arguments = list(arguments or [])
        self.mirror = mirror
        self.console_log = console_log
        self.console = ""
        self._any_port = http_port == 0
        self._any_https_port = self.https_port == 0
        self._process: subprocess.Popen | None = None
        self._changed = threading.Condition()
        self._ended = False
        self._pump: threading.Thread | None = None

    def command_line(self) -> list[str]:
        """What to start, for the present http_port."""
        raise NotImplementedError

    @property
    def address(self) -> tuple[str, int]:
        """Where its port 80 is for clients on this machine."""
        return ADDRESS, self.http_port

    @property
    def url(self) -> str:
        """The same for a browser."""
        return f"http://localhost:{self.http_port}/"

    @property
    def https_address(self) -> tuple[str, int]:
        """Where its port 443 is; a HipError when it is not forwarded."""
        if not self.https_port:
            raise HipError(f"{self.image.name} has no HTTPS here")
        return ADDRESS, self.https_port

    @property
    def https_url(self) -> str:
        """The same for a browser; empty when there is none."""
        return f"https://localhost:{self.https_port}/" if self.https_port else ""

    # --- life ---------------------------------------------------------------

    def start(self) -> Machine:
        """Starts the guest and returns at once."""
        for attempt in range(PORT_ATTEMPTS):
            if self._any_port:
                self.http_port = free_port()
            else:
                check_port(self.http_port)
            if self._any_https_port:
                self.https_port = free_port()
            elif self.https_port:
                check_port(self.https_port, "--https")
            self._launch()
            if not ((self._any_port or self._any_https_port) and self._lost_its_port()):
                return self
        raise HipError(f"no free port was found in {PORT_ATTEMPTS} attempts")

    def stop(self) -> None:
        """Ends the guest; may be called more than once."""
        running = self._process
        if running is None:
            return
        self.mirror = None  # the program's own last word is of no interest
        if running.poll() is None:
            running.terminate()
            try:
                running.wait(3)
            except subprocess.TimeoutExpired:
                running.kill()
        running.wait()
        if self._pump and self._pump is not threading.current_thread():
            self._pump.join(5)
        for stream in (running.stdin, running.stdout):
            if stream:
                stream.close()

    def __enter__(self) -> Machine:
        return self if self._process else self.start()

    def __exit__(self, *_exception) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def guest_pid(self) -> int:
        """The process that runs it."""
        return self._process.pid

    def cpu_seconds(self) -> float:
        """Processor time it has used so far."""
        fields = Path(f"/proc/{self.guest_pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self) -> int:
        """How many files and sockets its process has open."""
        return len(os.listdir(f"/proc/{self.guest_pid}/fd"))

    # --- console ------------------------------------------------------------

    def send(self, text: str) -> None:
        """Types text on the device's console."""
        try:
            self._process.stdin.write(text.encode())
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError, AttributeError):
            raise HipError("the device's console is closed") from None

    def wait_for(self, pattern: str, timeout: float, start: int = 0) -> re.Match:
        """Waits until the console, from position start, matches pattern.

        A HipError shows the console's last lines when the device ends or time is up.
        """
        compiled = re.compile(pattern, re.MULTILINE)
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                match = compiled.search(self.console, start)
                if match:
                    return match
                if self._ended:
                    raise HipError(f"{self.program} ended early.\n{self.tail()}")
                left = deadline - time.monotonic()
                if left <= 0:
                    raise HipError(f"the device did not print {pattern!r} within {timeout:.0f} s.\n{self.tail()}")
                self._changed.wait(left)

    def wait_until_serving(self, timeout: float = BOOT_SECONDS) -> None:
        """Waits until a request to the forwarded port would be answered."""
        deadline = time.monotonic() + timeout
        found = self.wait_for(f"{BANNER}|{FAULT}", timeout)
        if re.match(FAULT, found[0]):
            time.sleep(FAULT_LINES_SECONDS)
            raise HipError(f"the device faulted while starting.\n{self.tail()}")
        while not http_answers(self.address):
            if not self.alive:
                raise HipError(f"{self.program} ended early.\n{self.tail()}")
            if time.monotonic() > deadline:
                raise HipError(f"the device does not answer at {self.url}.\n{self.tail()}")
            time.sleep(0.05)
        if self.https_port:
            self.wait_for(HTTPS_BANNER, max(1.0, deadline - time.monotonic()))

    def wait(self) -> int:
        """Waits until it ends; returns the exit code."""
        return self._process.wait()

    def tail(self) -> str:
        """The console's last lines, indented, for an error message."""
        lines = self.console.splitlines()[-TAIL_LINES:]
        return "\n".join(f"    {line}" for line in lines) or "    (the console is empty)"

    # --- inside -------------------------------------------------------------

    def _launch(self) -> None:
        argv = self.command_line()
        detached = self.console_log is not None
        output = open(self.console_log, "wb") if detached else subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL if detached else subprocess.PIPE, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
                preexec_fn=None if detached else process.dies_with_us())
        except FileNotFoundError:
            raise HipError(f"there is no {argv[0]} on this machine") from None
        finally:
            if detached:
                output.close()
        self.console = ""
        self._ended = False
        self._pump = threading.Thread(target=self._tail_log if detached else self._read_pipe, daemon=True)
        self._pump.start()

    def _lost_its_port(self) -> bool:
        """Whether somebody took the free port before the program could, which then has ended."""
        try:
            self._process.wait(0.15)
        except subprocess.TimeoutExpired:
            return False
        self._pump.join(5)
        return "forwarding rule" in self.console

    def _read_pipe(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        descriptor = self._process.stdout.fileno()
        while True:
            try:
                data = os.read(descriptor, 65536)
            except OSError:
                data = b""
            self._take(decoder.decode(data, not data), not data)
            if not data:
                return

    def _tail_log(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with open(self.console_log, "rb") as log:
            while True:
                ended = self._process.poll() is not None
                data = log.read()
                self._take(decoder.decode(data), ended and not data)
                if ended and not data:
                    return
                time.sleep(0.05)

    def _take(self, text: str, ended: bool) -> None:
        text = text.replace("\r", "")
        with self._changed:
            self.console += text
            self._ended = ended
            self._changed.notify_all()
        if self.mirror and text:
            self.mirror.write(text)
            self.mirror.flush()


def machine_for(board: Board, image: Image, **options) -> Machine:
    """The kind of machine that runs the board's images; options are Machine's."""
    from hip import hostprocess, qemu

    kind = hostprocess.HostProcess if board.is_process else qemu.Emulator
    return kind(board, image, **options)
