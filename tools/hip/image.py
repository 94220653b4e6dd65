"""What a build yields."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Image:
    """One built firmware image and where its pieces lie."""

    name: str
    board: str  # the preset: the board's name, with its variant
    dir: Path
    program: str = "firmware.elf"
    arguments: tuple[str, ...] = ()  # of a process, which is told its app
    https: str = "on"  # as in the app's manifest

    @property
    def elf(self) -> Path:
        """The linked image with its symbols."""
        return self.dir / self.program

    @property
    def map(self) -> Path:
        """The linker's map."""
        return self.dir / "firmware.map"
