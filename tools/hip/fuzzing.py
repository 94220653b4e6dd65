"""The fuzzers of tests/fuzz: built as the host board's variant `fuzz`, run, and what they find kept."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hip import build, paths, process
from hip.boards import Board, find_board
from hip.errors import HipError
from hip.ui import Ui

FUZZ = paths.ROOT / "tests" / "fuzz"
# Longest input in bytes, by fuzzer: a head with its limits overstepped; chunks; a program of frames.
FUZZERS = {"parser": 9000, "body": 4000, "frames": 3000, "tls": 3000, "tls_known": 3000}
INPUT_SECONDS = 10  # an input that takes longer is a finding
MEMORY_MB = 2048


@dataclass(frozen=True)
class Outcome:
    """How a run ended: its output, and the input that crashed, if one did."""

    output: str
    crash: Path | None


def board() -> Board:
    """What the fuzzers are built for."""
    return find_board("host", "fuzz")


def make(ui: Ui) -> None:
    """Brings the fuzzers up to date."""
    from hip import sources

    target = board()
    directory = paths.BUILD / target.preset
    with build.building(ui):
        sources.fetch(ui)
        for name in build.interpreters(target):
            build.python(target, name, ui)
        log = paths.log_path("fuzz")
        with ui.step("Building the fuzzers") as step:
            process.run(["cmake", "-S", str(paths.ROOT), "-B", str(directory), "-G", "Ninja", f"-DBOARD={target.name}",
                         f"-DBOARD_VARIANT={target.variant}", f"-DHIPFLASK_BUILD_DIR={paths.BUILD}"],
                        log, "configuring the fuzzers")
            process.run(["cmake", "--build", str(directory), "-j", str(build.jobs()), "--target",
                         *(f"fuzz_{name}" for name in FUZZERS)], log, "building the fuzzers",
                        on_line=process.ninja_progress(step), append=True)


def program(name: str) -> Path:
    """A fuzzer's executable."""
    return paths.BUILD / board().preset / "tests" / "fuzz" / f"fuzz_{name}"


def kept(name: str) -> list[Path]:
    """The inputs in the repository: seeds, findings, and what once crashed."""
    return sorted(path for kind in ("corpus", "crashes") for path in (FUZZ / kind / name).glob("*"))


def replay(name: str, inputs: list[Path]) -> Outcome:
    """Runs inputs once each."""
    return _run(name, [str(path) for path in inputs], paths.BUILD / "fuzz" / name / "replay")


def fuzz(name: str, seconds: int, seed: int = 0) -> Outcome:
    """Fuzzes; new inputs are kept in build/fuzz for the next run.  seed 0 is a new one each time."""
    grown = paths.BUILD / "fuzz" / name / "corpus"
    grown.mkdir(parents=True, exist_ok=True)
    return _run(name, [f"-max_total_time={seconds}", f"-max_len={FUZZERS[name]}", f"-seed={seed}", str(grown),
                       str(FUZZ / "corpus" / name)], paths.BUILD / "fuzz" / name / "found")


def merge(name: str) -> int:
    """Takes from build/fuzz what reaches code that the corpus does not; returns how many inputs."""
    corpus = FUZZ / "corpus" / name
    before = len(list(corpus.iterdir()))
    grown = paths.BUILD / "fuzz" / name / "corpus"
    # Lines only, not how often they ran: the corpus stays small enough to be replayed in a second.
    outcome = _run(name, ["-merge=1", "-use_counters=0", str(corpus), str(grown)], paths.BUILD / "fuzz" / name / "merge")
    if outcome.crash:
        raise HipError(f"an input crashed: {outcome.crash}")
    return len(list(corpus.iterdir())) - before


def _run(name: str, arguments: list[str], artifacts: Path) -> Outcome:
    shutil.rmtree(artifacts, ignore_errors=True)
    artifacts.mkdir(parents=True)
    done = subprocess.run([str(program(name)), f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={MEMORY_MB}",
                           f"-artifact_prefix={artifacts}/", *arguments],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", preexec_fn=process.dies_with_us())
    if done.returncode == 0:
        return Outcome(done.stdout, None)
    found = sorted(artifacts.iterdir())
    return Outcome(done.stdout, found[0] if found else program(name))
