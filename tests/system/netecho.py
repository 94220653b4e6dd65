"""The firmware `netecho` (tests/firmware/netecho) in QEMU: built, run, asked.

    with Guest() as guest:
        guest.wait_for("serving on")
        guest.ask("c", "wakeups=")
"""

from __future__ import annotations

import functools
import os
import re
import select
import socket
import subprocess
import time
from pathlib import Path

from hip import paths, process, sources
from hip.boards import DEFAULT_BOARD, find_board
from hip.ui import Ui

ADDRESS = "127.0.0.1"
ENTROPY = "/dev/urandom"


@functools.cache
def build(name: str = "netecho", board: str = DEFAULT_BOARD) -> Path:
    """Builds a firmware of tests/firmware; returns it.  NETECHO_ELF names one that is built already."""
    if f"{name.upper()}_ELF" in os.environ:
        return Path(os.environ[f"{name.upper()}_ELF"])
    sources.fetch(Ui())
    directory, log = paths.BUILD / board / name, paths.log_path(f"{name}-{board}")
    process.run(["cmake", "-S", str(paths.ROOT / "tests" / "firmware" / name), "-B", str(directory), "-G", "Ninja",
                 f"-DLWIP_DIR={paths.SOURCES / 'lwip'}", f"-DBOARD={board}"], log, f"configuring {name}")
    process.run(["cmake", "--build", str(directory), "-j", "2"], log, f"building {name}", append=True)
    return directory / f"{name}.elf"


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port nobody uses just now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]


class Guest:
    """One QEMU.  `entropy` is the file behind the second UART, None a wire with nothing
    at its end; `network` replaces the user-mode network, whose forwarded ports
    are in `ports`."""

    def __init__(self, entropy: str | None = ENTROPY, network: str | None = None, firmware: str = "netecho"):
        self.ports = {guest: free_port() for guest in (7, 9, 80)}
        self.control = free_port()
        forwards = ",".join(f"hostfwd=tcp:{ADDRESS}:{host}-:{guest}" for guest, host in self.ports.items())
        wire = ["-serial", "null"]
        if entropy is not None:
            wire = ["-chardev", f"pipe,id=entropy,path={entropy}", "-serial", "chardev:entropy"]
        self.arguments = [
            *find_board(DEFAULT_BOARD).values("BOARD_QEMU"), "-display", "none",
            "-monitor", f"tcp:{ADDRESS}:{self.control},server,nowait", "-serial", "stdio", *wire,
            "-nic", network or f"user,id=net,model=lan9118,{forwards}", "-kernel", str(build(firmware))]
        self.console = ""
        self._read = 0  # how much of the console wait_for() has passed

    def __enter__(self) -> Guest:
        self.process = subprocess.Popen(self.arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, bufsize=0)
        return self

    def __exit__(self, *_exception: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def wait_for(self, pattern: str, timeout: float = 10) -> re.Match[str]:
        """Waits for a line of the console, after those that were waited for before."""
        end = time.monotonic() + timeout
        while True:
            match = re.compile(pattern + r".*\n").search(self.console, self._read)
            if match:
                self._read = match.end()
                return match
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise AssertionError(f"no {pattern!r} within {timeout} s:\n{self.console[-2000:]}")
            data = self.process.stdout.read(65536)
            if not data:
                raise AssertionError(f"QEMU ended:\n{self.console[-2000:]}")
            self.console += data.decode("latin-1").replace("\r", "")

    def ask(self, key: str, pattern: str, timeout: float = 10) -> re.Match[str]:
        """Types a character and waits for the answer."""
        self.type(key)
        return self.wait_for(pattern, timeout)

    def type(self, text: str) -> None:
        """Types it; what the console has no room for waits."""
        self.process.stdin.write(text.encode())

    def counters(self) -> dict[str, str]:
        """What command `c` prints: name=value."""
        text = self.ask("c", "rx_frames=")[0] + self.wait_for("wakeups=")[0] + self.wait_for("heap_used=")[0]
        return dict(re.findall(r"(\w+)=(\S+)", text))

    def connect(self, port: int, timeout: float = 20) -> socket.socket:
        """A connection to a forwarded port."""
        return socket.create_connection((ADDRESS, self.ports[port]), timeout)

    def monitor(self, command: str) -> None:
        """Runs a command of QEMU's monitor."""
        with socket.create_connection((ADDRESS, self.control), 5) as monitor:
            monitor.sendall(command.encode() + b"\n")
            time.sleep(0.2)

    def cpu_seconds(self) -> float:
        """The processor time that QEMU has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
