"""Running commands: output to a log, progress to the user, a failure in one line."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Callable

from hip import paths
from hip.errors import HipError

ERROR_LINE = re.compile(r"(^hip: |\berror: |\bError: |^E: |\*\*\* |undefined reference|CMake Error)")
PR_SET_PDEATHSIG = 1
NINJA_LINE = re.compile(r"^\[(\d+)/(\d+)\] ")

_libc = ctypes.CDLL(None)


def dies_with_us() -> Callable[[], None]:
    """A preexec_fn: the child is killed when the thread that starts it is gone, however it ends."""
    parent = os.getpid()

    def prepare() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
    return prepare


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours in an interpreter isolated from the user's settings."""
    start = (f"import sys, runpy; sys.path.insert(0, {str(paths.ROOT / 'tools')!r}); "
             f"sys.argv[0] = {module!r}; runpy.run_module({module!r}, run_name='__main__', alter_sys=True)")
    return [sys.executable, "-I", "-X", "utf8", "-X", f"pycache_prefix={paths.BUILD / 'pycache'}", "-c", start,
            *arguments]


def clean_environment(**extra: str) -> dict[str, str]:
    """The user's environment without what would change a build, in the C.UTF-8 locale."""
    keep = {k: v for k, v in os.environ.items()
            if not k.startswith("PYTHON") and k not in ("MAKEFLAGS", "CONFIG_SITE", "LANGUAGE", "CFLAGS",
                                                        "CPPFLAGS", "LDFLAGS", "CC", "CXX", "PKG_CONFIG_PATH")}
    return {**keep, "LC_ALL": "C.UTF-8", **extra}


def run(argv: list[str], log: Path, what: str, *, cwd: Path | None = None,
        env: dict[str, str] | None = None, on_line: Callable[[str], None] | None = None,
        append: bool = False) -> str:
    """Runs argv with its output in log and returns that output.

    Fails with a HipError `what failed: <the line that matters>`.  on_line sees
    every line as it comes.
    """
    lines: list[str] = []
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a" if append else "w", encoding="utf-8", errors="replace") as out:
        out.write("$ " + " ".join(argv) + "\n")
        try:
            child = subprocess.Popen(argv, cwd=cwd or paths.ROOT, env=env or clean_environment(),
                                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace")
        except FileNotFoundError as error:
            raise HipError(f"{what} failed: there is no {error.filename}") from None
        with child:
            try:
                for line in child.stdout:
                    out.write(line)
                    out.flush()
                    lines.append(line)
                    if on_line:
                        on_line(line)
            except BaseException:
                child.terminate()
                raise
    if child.returncode:
        raise HipError(f"{what} failed: {decisive_line(lines)}", log)
    return "".join(lines)


def decisive_line(lines: list[str]) -> str:
    """The line of a failed command's output that says what went wrong.

    A line of ours that ends in a colon introduces a block; the block's last line is
    added, which of a traceback is the error.
    """
    texts = [line.strip() for line in lines if line.strip() and not line.startswith("ninja: build stopped")]
    ours = [number for number, text in enumerate(texts) if text.startswith("hip: ")]
    if ours:
        text = texts[ours[-1]].removeprefix("hip: ")
        return f"{text} {texts[-1]}" if text.endswith(":") and ours[-1] + 1 < len(texts) else text
    errors = [text for text in texts if ERROR_LINE.search(text)]
    return errors[0].removeprefix("E: ") if errors else (texts[-1] if texts else "no output")


def ninja_progress(step) -> Callable[[str], None]:
    """An on_line for run() that reads ninja's `[done/total]`."""
    def read(line: str) -> None:
        match = NINJA_LINE.match(line)
        if match:
            step.progress(int(match[1]), int(match[2]))
    return read
