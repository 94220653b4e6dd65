"""From an app's directory to a firmware image: sources, CPython, CMake."""

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

# Lines in the logs of CPython's builds, for a percentage; they need not be exact.
NATIVE_LOG_LINES = 1070
CROSS_LOG_LINES = 3010
WATCH_SECONDS = 0.5


def jobs() -> int:
    """How many processes a build may use."""
    return len(os.sched_getaffinity(0))


def steps(board: Board) -> int:
    """How many steps build() shows, for callers that number theirs too."""
    return 3 + len(interpreters(board))


def interpreters(board: Board) -> list[str]:
    """Which of build/python a board's images need: the one that packs apps, and their own."""
    if board.is_process:
        return [name for name in board.values("BOARD_PYTHON") if name != "system"]
    return ["native", board.value("BOARD_CPU")]


def build(board: Board, app: App, ui: Ui) -> Image:
    """Builds an app's image for a board; costs about a second when nothing has changed."""
    with building(ui):
        needed = interpreters(board)
        with ui.step("Fetching third-party sources"):
            sources.fetch(ui, None if needed else "lwip")
        for name in needed:
            python(board, name, ui)
        configure(board, app, ui)
        with ui.step(f"Building the image {app.name}") as step:
            compile_image(board, app, ui, step)
        return image(board, app)


def image(board: Board, app: App) -> Image:
    """The image that build() makes, built or not."""
    if board.is_process:
        return Image(app.name, board.preset, paths.BUILD / board.preset, "hipflask", app_arguments(board, app), app.https)
    return Image(app.name, board.preset, paths.BUILD / board.preset / "images" / app.name, https=app.https)


def app_arguments(board: Board, app: App) -> tuple[str, ...]:
    """What a process is told of its app: on other boards it is in the image."""
    if board.value("BOARD_PYTHON") == "system":  # that has the packages of the machine
        folders = app.local_directories(follow=True)
    else:
        folders = app.package_directories(paths.SOURCES / "apps", follow=True)
    return ("--app", str(app.directory), "--name", app.name, "--entry", app.entry,
            "--deadline", str(round(app.deadline * 1000)), "--optimize", str(app.optimize), "--memory", str(app.memory),
            *(["--https-only"] if app.https == "only" else []), *app.credentials.arguments(),
            *(word for folder in folders for word in ("--path", str(folder))))


def python(board: Board, name: str, ui: Ui) -> Path:
    """Builds one of the interpreters."""
    if name == board.value("BOARD_CPU") and not board.is_process:
        return cross_python(board, ui)
    return native_python(ui, name)


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


def native_python(ui: Ui, name: str = "native") -> Path:
    """Builds a CPython for this machine, first of all the one that compiles and traces apps; returns its executable."""
    from hip import interpreter

    title = "Building CPython for this machine" + name.removeprefix("native").replace("-", " under ")
    with ui.step(title) as step, _watched(step, name, NATIVE_LOG_LINES):
        with _build_errors(interpreter.BuildError):
            return interpreter.build_native(paths.SOURCES / "cpython", paths.BUILD / "python" / name, jobs(), name)


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
    directory = paths.BUILD / board.preset
    ninja = directory / "build.ninja"
    if ninja.exists() and f"build {target_name(board, app)}:" in ninja.read_text(encoding="utf-8"):
        ui.skip()
        return
    foreign = [] if app.is_ours or board.is_process else [f"-DHIPFLASK_APP={app.location}"]
    with ui.step(f"Configuring for {board.preset}"):
        process.run(["cmake", "-S", str(paths.ROOT), "-B", str(directory), "-G", "Ninja",
                     f"-DBOARD={board.name}", f"-DBOARD_VARIANT={board.variant}",
                     f"-DHIPFLASK_BUILD_DIR={paths.BUILD}", *foreign],
                    paths.log_path(f"configure-{board.preset}"), f"configuring for {board.preset}")


def target_name(board: Board, app: App) -> str:
    """CMake's target; a process is the same for all apps."""
    return "firmware" if board.is_process else f"image-{app.name}"


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

    process.run(["cmake", "--build", str(paths.BUILD / board.preset), "--target", target_name(board, app),
                 "-j", str(jobs()), *verbose],
                paths.log_path(f"image-{app.name}"), f"building {app.name}", on_line=on_line)
    for note in notes:
        ui.note(note)


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
