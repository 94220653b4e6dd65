"""From an app's directory to a firmware image: sources, CPython twice, CMake."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from pathlib import Path

from hip import paths, process, sources
from hip.app import App
from hip.boards import Board
from hip.errors import HipError
from hip.image import Image
from hip.ui import Step, Ui

STEPS = 5  # of build(), for callers that number theirs too
# Lines in the logs of CPython's builds, for a percentage; they need not be exact.
NATIVE_LOG_LINES = 1070
CROSS_LOG_LINES = 3010
WATCH_SECONDS = 0.5


def jobs() -> int:
    """How many processes a build may use."""
    return len(os.sched_getaffinity(0))


def build(board: Board, app: App, ui: Ui) -> Image:
    """Builds an app's image for a board; costs about a second when nothing has changed."""
    with building(ui):
        with ui.step("Fetching third-party sources"):
            sources.fetch(ui)
        native_python(ui)
        cross_python(board, ui)
        configure(board, app, ui)
        with ui.step(f"Building the image {app.name}") as step:
            compile_image(board, app, ui, step)
    return Image(app.name, board.name, image_directory(board, app))


@contextlib.contextmanager
def building(ui: Ui):
    """One build at a time in a build directory; another one waits."""
    for path in (paths.ROOT, paths.BUILD):
        if " " in str(path):
            raise HipError(f"CPython's own build cannot take a space in a path; move {path}")
    paths.BUILD.mkdir(parents=True, exist_ok=True)
    with open(paths.BUILD / ".lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            ui.note("waiting for another build to end")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def native_python(ui: Ui) -> Path:
    """Builds the CPython that compiles and traces apps; returns its executable."""
    from hip import interpreter

    with ui.step("Building CPython for this machine") as step, _watched(step, "native", NATIVE_LOG_LINES):
        with _build_errors(interpreter.BuildError):
            return interpreter.build_native(paths.SOURCES / "cpython", paths.NATIVE_PYTHON, jobs())


def cross_python(board: Board, ui: Ui) -> Path:
    """Builds CPython as a library for the board's processor; returns the library."""
    from hip import interpreter

    cpu = board.value("BOARD_CPU")
    processor = interpreter.Processor(cpu, tuple(board.values("BOARD_CPU_FLAGS")))
    with ui.step(f"Building CPython for {cpu}") as step, _watched(step, cpu, CROSS_LOG_LINES):
        with _build_errors(interpreter.BuildError):
            return interpreter.build_cross(paths.SOURCES / "cpython", paths.SOURCES / "zlib",
                                           paths.NATIVE_PYTHON / "python", paths.BUILD / "python" / cpu,
                                           processor, jobs())


def configure(board: Board, app: App, ui: Ui) -> None:
    """Runs CMake, unless its build files know the app's image already (ninja looks after the rest)."""
    directory = paths.BUILD / board.name
    ninja = directory / "build.ninja"
    if ninja.exists() and f"build image-{app.name}:" in ninja.read_text(encoding="utf-8"):
        ui.skip()
        return
    foreign = [] if app.is_ours else [f"-DHIPFLASK_APP={app.directory}"]
    with ui.step(f"Configuring for {board.name}"):
        process.run(["cmake", "-S", str(paths.ROOT), "-B", str(directory), "-G", "Ninja",
                     f"-DBOARD={board.name}", f"-DHIPFLASK_BUILD_DIR={paths.BUILD}", *foreign],
                    paths.log_path(f"configure-{board.name}"), f"configuring for {board.name}")


def compile_image(board: Board, app: App, ui: Ui, step: Step) -> None:
    """Compiles, traces, packs and links."""
    verbose = ["--verbose"] if ui.verbose else []
    read = process.ninja_progress(step)
    notes = []

    def on_line(line: str) -> None:
        read(line)
        ui.detail(line.rstrip())
        if line.startswith("hip: "):
            notes.append(line.strip().removeprefix("hip: "))

    process.run(["cmake", "--build", str(paths.BUILD / board.name), "--target", f"image-{app.name}",
                 "-j", str(jobs()), *verbose],
                paths.log_path(f"image-{app.name}"), f"building {app.name}", on_line=on_line)
    for note in notes:
        ui.note(note)


def image_directory(board: Board, app: App) -> Path:
    """Where an image's files lie."""
    return paths.BUILD / board.name / "images" / app.name


@contextlib.contextmanager
def _build_errors(kind: type[Exception]):
    """The interpreter's own error as one of hip's."""
    try:
        yield
    except kind as error:
        raise HipError(str(error)) from None


@contextlib.contextmanager
def _watched(step: Step, name: str, expected_lines: int):
    """Estimates a step's progress from the growth of a build's log."""
    log = paths.BUILD / "python" / name / "build.log"
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(WATCH_SECONDS):
            with contextlib.suppress(OSError), open(log, "rb") as file:
                step.progress(sum(1 for _ in file), expected_lines)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
