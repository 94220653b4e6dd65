"""Images of boards without an operating system run in QEMU."""

from __future__ import annotations

from hip.errors import HipError
from hip.machine import ADDRESS, Machine


class Emulator(Machine):
    """A board in QEMU: its console on stdio, its entropy from this machine."""

    program = "QEMU"

    def command_line(self) -> list[str]:
        """QEMU's, with the further arguments before the image."""
        board = self.board
        machine = board.values("BOARD_QEMU")
        if not machine:
            raise HipError(f"{board.name} has no machine in QEMU (BOARD_QEMU in its board.cmake)")
        ports = [(self.http_port, 80), *([(self.https_port, 443)] if self.https_port else [])]
        network = ",".join([board.value("BOARD_QEMU_NETWORK"), *(f"hostfwd=tcp:{ADDRESS}:{ours}-:{its}" for ours, its in ports)])
        return [*machine, "-display", "none", "-monitor", "none",
                "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
                *board.values("BOARD_QEMU_ENTROPY"), "-nic", network, *self.arguments, "-kernel", str(self.image.elf)]
