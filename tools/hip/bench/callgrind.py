"""User instructions of a process of this machine, counted by Valgrind's callgrind.

Its counters are set to zero when the process has warmed up, and written when the counted
requests are answered.  What is left out (``without``) are functions with all that they call.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hip import paths, process
from hip.errors import HipError

VALGRIND = ["valgrind", "--tool=callgrind", "--dump-line=no", "--collect-atstart=yes"]
END_SECONDS = 30
POLL_SECONDS = 0.05
COST_STARTS = tuple("0123456789+-*")  # a position, or one relative to the last
WRAPPED = 1 << 63  # a cost of so much is a negative one
COMPRESSED = re.compile(r"\((\d+)\)(?: (.*))?")


@dataclass(frozen=True)
class Function:
    """Where instructions are spent: object file, source file (`???` without symbols), function."""

    object: str
    file: str
    name: str


@dataclass
class Profile:
    """Instructions: by function, and of calls from one function to another with all that they lead to."""

    own: Counter[Function] = field(default_factory=Counter)
    calls: Counter[tuple[Function, Function]] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.own.values())

    @property
    def is_spoilt(self) -> bool:
        """Whether a call has a negative cost: of one that is under way when the counters are set to zero, callgrind at times
        subtracts what it had cost before.  The total is right all the same."""
        return any(cost >= WRAPPED for cost in self.calls.values())


def read_profile(text: str) -> Profile:
    """What callgrind has written (its manual: "Callgrind Format Specification")."""
    reader = _Reader()
    for line in text.splitlines():
        reader.take(line)
    return reader.profile


class _Reader:
    """Where in the file we are: positions hold until they are given anew."""

    def __init__(self) -> None:
        self.profile = Profile()
        self.names: dict[tuple[str, str], str] = {}
        self.at = {"ob": "", "fl": "", "fn": ""}
        self.called = {"ob": "", "fl": "", "fn": ""}
        self.is_call = False

    def take(self, line: str) -> None:
        """One line."""
        key, equals, value = line.partition("=")
        if not equals:
            if line.startswith(COST_STARTS):
                self._cost(int(line.split()[-1]))
        elif key in ("ob", "fl", "fn"):
            self.at[key] = self._name(key, value)
            if key == "fn":
                self.called = dict(self.at)
        elif key in ("fi", "fe"):  # code inlined from elsewhere counts for the function it is in
            self._name("fl", value)
        elif key in ("cob", "cfi", "cfl", "cfn"):
            kind = {"cob": "ob", "cfn": "fn"}.get(key, "fl")
            self.called[kind] = self._name(kind, value)
        elif key == "calls":
            self.is_call = True

    def _cost(self, instructions: int) -> None:
        here = Function(**_as_function(self.at))
        if self.is_call:
            self.profile.calls[here, Function(**_as_function(self.called))] += instructions
            self.is_call = False
            self.called = dict(self.at)  # they hold for one call
        else:
            self.profile.own[here] += instructions

    def _name(self, kind: str, value: str) -> str:
        number, text = COMPRESSED.fullmatch(value).groups() if COMPRESSED.fullmatch(value) else (None, value)
        if number is None:
            return text
        if text is not None:
            self.names[kind, number] = text
        return self.names[kind, number]


def _as_function(position: dict[str, str]) -> dict[str, str]:
    return {"object": position["ob"], "file": position["fl"], "name": position["fn"]}


class Counted:
    """A process under callgrind, and where it writes."""

    def __init__(self, started: subprocess.Popen, outputs: Path):
        self.started = started
        self.outputs = outputs

    def zero(self) -> None:
        """Forgets what was counted."""
        self._tell("zero")

    def profile(self) -> Profile:
        """What was counted since then."""
        before = set(self.outputs.glob("*"))
        self._tell("dump")
        return self.read(before)

    def read(self, but: set[Path] = frozenset()) -> Profile:
        """All that callgrind has written, in this run or at the processes' ends, but for some files."""
        profile = Profile()
        for file in set(self.outputs.glob("*")) - but:
            part = read_profile(file.read_text(encoding="utf-8", errors="replace"))
            profile.own.update(part.own)
            profile.calls.update(part.calls)
        return profile

    def _tell(self, command: str) -> None:
        subprocess.run(["vgdb", f"--pid={self.started.pid}", command], check=True, capture_output=True,
                       timeout=END_SECONDS)


@contextlib.contextmanager
def counted(argv: list[str], name: str, without: tuple[str, ...] = (), cwd: Path | None = None,
            user: str | None = None) -> Iterator[Counted]:
    """A command under callgrind, ended afterwards.  Its output goes to a log of the given name."""
    outputs = paths.BUILD / "bench" / name
    shutil.rmtree(outputs, ignore_errors=True)
    outputs.mkdir(parents=True)
    outputs.chmod(0o777)
    options = [f"--callgrind-out-file={outputs}/callgrind.%p", *(f"--toggle-collect={each}" for each in without)]
    with open(paths.log_path(f"bench-{name}"), "wb") as log:
        started = subprocess.Popen([*VALGRIND[:2], *options, *VALGRIND[2:], *argv], cwd=cwd, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, env=environment(), user=other(user),
                                   preexec_fn=process.dies_with_us())
    try:
        yield Counted(started, outputs)
    finally:
        end(started)


def end(started: subprocess.Popen) -> None:
    """Ends a process that was started, whether it likes to or not."""
    started.terminate()
    try:
        started.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()


def other(user: str | None) -> str | None:
    """Whom root starts a process as."""
    return user if os.geteuid() == 0 else None


def environment() -> dict[str, str]:
    """In which Python's dicts collide alike each time."""
    return process.clean_environment(PYTHONHASHSEED="0")


def await_port(address: tuple[str, int], alive, name: str, seconds: float) -> None:
    """Waits until somebody listens."""
    from hip.machine import http_answers

    deadline = time.monotonic() + seconds
    while not http_answers(address):
        if not alive() or time.monotonic() > deadline:
            raise HipError(f"{name} does not serve", paths.log_path(f"bench-{name}"))
        time.sleep(POLL_SECONDS)
