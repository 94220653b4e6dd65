"""Boards: the folders of boards/, read for their data.

A board.cmake is `set(NAME value …)` lines only, so that CMake and hip read the
same file.
"""

from __future__ import annotations

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


def find_board(name: str) -> Board:
    """The board called name; a HipError lists the ones there are."""
    known = {board.name: board for board in all_boards()}
    if name not in known:
        raise HipError(f"there is no board {name}; there is {', '.join(known) or 'none'}")
    return known[name]
