"""The host board's firmware is a process of this machine."""

from __future__ import annotations

import re
import signal
import subprocess

from hip.errors import HipError
from hip.machine import ADDRESS, Machine

SERVING = r"hipflask: serving on http://([\d.]+):(\d+)/"
END_SECONDS = 10.0  # for the end in order, with a sanitizer's report


class HostProcess(Machine):
    """The firmware as a process, told its app by arguments."""

    program = "the firmware"

    def command_line(self) -> list[str]:
        """The program, the image's arguments, the port, then the further ones."""
        return [str(self.image.elf), *self.image.arguments, "--forward", f"{ADDRESS}:{self.http_port}",
                *(["--https", f"{ADDRESS}:{self.https_port}"] if self.https_port else []),
                *self.arguments]

    @property
    def on_tap(self) -> bool:
        """Whether it has a TAP device of this machine, and so an address of its own."""
        return "--net" in self.arguments

    @property
    def address(self) -> tuple[str, int]:
        """On a TAP device the address that it has told."""
        served = re.search(SERVING, self.console) if self.on_tap else None
        return (served[1], int(served[2])) if served else super().address

    @property
    def url(self) -> str:
        """The same for a browser."""
        return f"http://{self.address[0]}/" if self.on_tap else super().url

    def stop(self) -> None:
        """Ends the process in order.  A HipError when a sanitizer then has something to report."""
        running = self._process
        if running is None or running.poll() is not None:
            super().stop()
            return
        running.send_signal(signal.SIGTERM)
        try:
            code = running.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            code = 0  # a handler that does not end; a device would be switched off
        super().stop()
        if code not in (0, -signal.SIGTERM):
            raise HipError(f"the firmware ended with {code}.\n{self.console[-4000:]}")
