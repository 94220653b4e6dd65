"""The targets of the tests that speak over sockets: tests/roster.toml, read and checked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from hip import build, paths
from hip.boards import Board, find_board
from hip.errors import HipError

ROSTER = paths.ROOT / "tests" / "roster.toml"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
ADDRESS = re.compile(r"([^:\s\[\]]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
STRINGS = ("name", "board", "variant", "address")
HIGHEST_PORT = 65535


class RosterError(HipError):
    """A roster that cannot be used as it is; the message names file, target and key."""


@dataclass(frozen=True)
class Target:
    """A server to test: a board that is started for it, or an address; bulk: tests may send it megabytes."""

    name: str
    board: Board | None = None
    arguments: list[str] = field(default_factory=list)
    address: tuple[str, int] | None = None
    bulk: bool = True

    @property
    def interpreters(self) -> list[tuple[Board, str]]:
        """What has to be built before it can start: (board, name of an interpreter)."""
        return [(self.board, name) for name in build.interpreters(self.board)] if self.board else []


def load(path: Path = ROSTER) -> list[Target]:
    """All targets, in the file's order."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RosterError(f"{path}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise RosterError(f"{path}: {error}") from None
    entries = content.pop("target", [])
    if content or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RosterError(f"{path}: there is nothing but [[target]] in a roster")
    targets = [read_target(f"{path}: target {number}", entry) for number, entry in enumerate(entries, 1)]
    names = [target.name for target in targets]
    for name in names:
        if names.count(name) > 1:
            raise RosterError(f"{path}: two targets are called {name}")
    return targets


def read_target(where: str, entry: dict) -> Target:
    """One entry; where is what an error begins with."""
    for key, value in entry.items():
        if key not in (*STRINGS, "arguments", "bulk"):
            raise RosterError(f"{where}: there is no key {key}")
        if key in STRINGS and not isinstance(value, str):
            raise RosterError(f"{where}: {key} is a string")
    bulk = entry.get("bulk", True)
    if not isinstance(bulk, bool):
        raise RosterError(f"{where}: bulk is true or false")
    name = entry.get("name", "")
    if not NAME.fullmatch(name):
        raise RosterError(f"{where}: name is letters, digits, - and _")
    where = f"{where} ({name})"
    if ("board" in entry) == ("address" in entry):
        raise RosterError(f"{where}: give it a board or an address")
    if "address" in entry:
        if extra := sorted(entry.keys() - {"name", "address", "bulk"}):
            raise RosterError(f"{where}: {extra[0]} is for boards that are started here")
        return Target(name, address=read_address(entry["address"], f"{where}: address"), bulk=bulk)
    arguments = entry.get("arguments", [])
    if not isinstance(arguments, list) or not all(isinstance(word, str) for word in arguments):
        raise RosterError(f"{where}: arguments is a list of strings")
    try:
        return Target(name, find_board(entry["board"], entry.get("variant", "")), arguments, bulk=bulk)
    except HipError as error:
        raise RosterError(f"{where}: {error}") from None


def read_address(text: str, where: str) -> tuple[str, int]:
    """host:port, in brackets if the host is an IPv6 address."""
    match = ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match[2]) <= HIGHEST_PORT:
        raise RosterError(f"{where} is \"host:port\", not {text!r}")
    return match[1].strip("[]"), int(match[2])


def find(word: str, path: Path = ROSTER) -> Target:
    """The target of that name, or at that address."""
    targets = {target.name: target for target in load(path)}
    if word in targets:
        return targets[word]
    if ":" in word:
        return Target(word, address=read_address(word, "a target's address"))
    raise RosterError(f"there is no target {word}; {path} has {', '.join(targets) or 'none'}, and host:port is one too")


def choose(words: list[str], path: Path = ROSTER) -> list[Target]:
    """The targets that words name; without words all of the roster's."""
    return [find(word, path) for word in words] or load(path)
