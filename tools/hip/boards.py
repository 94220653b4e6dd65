"""Boards: the folders of boards/, read for their data.

A board.cmake is `set(NAME value …)` lines only, so that CMake and hip read the
same file.  A board may have variants, other ways to build for it: files of the same
kind in its folder variants/, which are read after it.  Board and variant are a preset.
"""

from __future__ import annotations

import dataclasses
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from hip import paths
from hip.errors import HipError

DEFAULT_BOARD = "mps2-an500"
SET_CALL = re.compile(r"(?ms)^\s*set\s*\(\s*(\w+)\s*(.*?)\)\s*$")


@dataclass(frozen=True)
class Board:
    """One board: its folder and the variables of its board.cmake."""

    name: str
    directory: Path
    variables: dict[str, list[str]]
    variant: str = ""

    @property
    def preset(self) -> str:
        """The name of its CMake preset, and of its build directory."""
        return f"{self.name}-{self.variant}" if self.variant else self.name

    @property
    def variants(self) -> list[str]:
        """The variants there are."""
        return sorted(file.stem for file in self.directory.glob("variants/*.cmake"))

    @property
    def is_process(self) -> bool:
        """Whether its firmware is a process of this machine."""
        return self.value("BOARD_RUN") == "process"

    def with_variant(self, name: str) -> Board:
        """The same board built in another way; a HipError lists the variants."""
        if name not in self.variants:
            raise HipError(f"the board {self.name} has no variant {name}; it has {', '.join(self.variants) or 'none'}")
        text = (self.directory / "variants" / f"{name}.cmake").read_text(encoding="utf-8")
        return dataclasses.replace(self, variant=name, variables={**self.variables, **parse_cmake(text)})

    def values(self, variable: str) -> list[str]:
        """A variable as a list; empty when the board does not set it."""
        return self.variables.get(variable, [])

    def value(self, variable: str, default: str = "") -> str:
        """A variable as one string."""
        return " ".join(self.values(variable)) or default

    @property
    def description(self) -> str:
        """One line for people: BOARD_DESCRIPTION, else the README's first sentence."""
        return self.value("BOARD_DESCRIPTION") or first_sentence(self.directory / "README.md")


def parse_cmake(text: str) -> dict[str, list[str]]:
    """The variables that a file of set() calls defines; `${NAME}` of earlier ones is replaced."""
    text = re.sub(r"(?m)(^|\s)#.*$", "", text)
    variables: dict[str, list[str]] = {}
    for name, body in SET_CALL.findall(text):
        body = re.sub(r"\$\{(\w+)\}", lambda match: " ".join(variables.get(match[1], [])), body)
        variables[name] = shlex.split(body)
    return variables


def first_sentence(readme: Path) -> str:
    """The first sentence of a README's first paragraph."""
    if not readme.exists():
        return ""
    paragraphs = re.split(r"\n\s*\n", readme.read_text(encoding="utf-8"))
    prose = [" ".join(p.split()) for p in paragraphs if p.strip() and not p.lstrip().startswith(("#", "|", "```"))]
    return re.split(r"(?<=[.!?])\s", prose[0])[0] if prose else ""


def all_boards(directory: Path = paths.BOARDS) -> list[Board]:
    """Every folder with a board.cmake, by name."""
    files = sorted(directory.glob("*/board.cmake"))
    return [Board(file.parent.name, file.parent, parse_cmake(file.read_text(encoding="utf-8"))) for file in files]


def find_board(name: str, variant: str = "") -> Board:
    """The board called name, in one of its variants; a HipError lists the ones there are."""
    known = {board.name: board for board in all_boards()}
    if name not in known:
        raise HipError(f"there is no board {name}; there is {', '.join(known) or 'none'}")
    return known[name].with_variant(variant) if variant else known[name]
