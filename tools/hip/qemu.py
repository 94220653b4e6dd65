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
        network = f"{board.value('BOARD_QEMU_NETWORK')},hostfwd=tcp:{ADDRESS}:{self.http_port}-:80,hostfwd=tcp:{ADDRESS}:8443-:443"
        return [*machine, "-display", "none", "-monitor", "none",
                "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
                *board.values("BOARD_QEMU_ENTROPY"), "-nic", network, *self.arguments, "-kernel", str(self.image.elf)]
