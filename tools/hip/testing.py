"""`hip test`: C unit tests by CTest, and the Python suites, two modules at a time."""

from __future__ import annotations

import concurrent.futures
import json
import os
import re
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from hip import build, paths, process, sources, suites
from hip.errors import HipError
from hip.suites import Module
from hip.testresults import FAILED, PASSED, SKIPPED, Result, Results, matches
from hip.ui import Ui

PARALLEL_MODULES = 2
UNIT_SECONDS = 300
OUTPUT_BYTES = 1 << 20  # of a unit test program that are kept
CMOCKA_LINE = re.compile(r"(?m)^\[ +(OK|FAILED|SKIPPED) +\] (\w+)$")
CMOCKA_OUTCOMES = {"OK": PASSED, "FAILED": FAILED, "SKIPPED": SKIPPED}
TAIL_LINES = 40

_workers: set[subprocess.Popen] = set()  # those that run


def run(ui: Ui, patterns: list[str], targets: list[str] = (), soak_minutes: float | None = None) -> bool:
    """Runs every test that patterns ask for; returns whether all is well.

    targets and soak_minutes narrow it down as suites.modules() says; C's unit tests are then left out.
    """
    results = Results(ui)
    everything = not targets and soak_minutes is None
    modules = asked_for(suites.modules(list(targets), soak_minutes), patterns)
    unit = everything and any(matches(f"unit.{name}", patterns) for name in unit_programs())
    prepare(ui, unit, modules)
    if unit:
        run_unit(ui, patterns, results)
    run_modules(modules, patterns, results)
    results.show_failures()
    if not results.all:
        ui.line(f"hip: no test matches {' '.join(patterns)}" if patterns else "hip: there is no test")
    results.show_targets()
    ui.line(f"\n{results.summary()}")
    return results.succeeded()


def prepare(ui: Ui, unit: bool, modules: list[Module]) -> None:
    """Brings what the tests stand on up to date."""
    needed = suites.interpreters(modules)
    native = unit or bool(needed)
    needed = [(board, name) for board, name in needed if name != "native"]
    ui.total = 1 + native + len(needed)
    with build.building(ui):
        with ui.step("Fetching third-party sources"):
            sources.fetch(ui)
        if native:
            build.native_python(ui)
        for board, name in needed:
            build.python(board, name, ui)
    ui.total = 0


# --- C ----------------------------------------------------------------------


def unit_programs() -> list[str]:
    """The names of tests/unit's programs, as its CMake files declare them."""
    files = sorted((paths.ROOT / "tests" / "unit").glob("*/CMakeLists.txt"))
    return [name for file in files for name in re.findall(r"(?m)^\s*unit_test\(\s*(\w+)", file.read_text())]


def run_unit(ui: Ui, patterns: list[str], results: Results) -> None:
    """Builds tests/unit and runs the tests that patterns ask for."""
    directory = paths.BUILD / "unit"
    log = paths.log_path("unit")
    try:
        with ui.step("Building the unit tests") as step:
            process.run(["cmake", "-S", str(paths.ROOT / "tests" / "unit"), "-B", str(directory), "-G", "Ninja",
                         f"-DPYTHON_NATIVE_DIR={paths.NATIVE_PYTHON}",
                         f"-DPYTHON_SOURCE_DIR={paths.SOURCES / 'cpython'}"], log, "configuring the unit tests")
            process.run(["cmake", "--build", str(directory), "-j", str(build.jobs())], log,
                        "building the unit tests", on_line=process.ninja_progress(step), append=True)
    except HipError as error:
        results.add(Result("unit.build", FAILED, 0.0, str(error)))
        return
    shown = subprocess.run(["ctest", "--test-dir", str(directory), "--show-only=json-v1"],
                           capture_output=True, text=True, check=True).stdout
    names = [test["name"] for test in json.loads(shown)["tests"]]
    wanted = [name for name in names if matches(f"unit.{name}", patterns)]
    if wanted:
        run_ctest(directory, wanted, log, results)


def run_ctest(directory: Path, names: list[str], log: Path, results: Results) -> None:
    """Runs CTest's tests by name."""
    report = directory / "results.xml"
    report.unlink(missing_ok=True)
    pattern = "^(" + "|".join(re.escape(name) for name in names) + ")$"
    try:
        process.run(["ctest", "--test-dir", str(directory), "-R", pattern, "--output-on-failure",
                     "--timeout", str(UNIT_SECONDS), "--test-output-size-passed", str(OUTPUT_BYTES),
                     "--test-output-size-failed", str(OUTPUT_BYTES), "-j", str(build.jobs()),
                     "--output-junit", str(report)],
                    log, "ctest", append=True)
    except HipError as error:
        if not report.exists():
            results.add(Result("unit.ctest", FAILED, 0.0, str(error)))
            return
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        for result in unit_results(case.get("name"), case.get("status") == "run", float(case.get("time") or 0),
                                   case.findtext("system-out") or ""):
            results.add(result)


def unit_results(program: str, succeeded: bool, seconds: float, output: str) -> list[Result]:
    """The tests of one program, from what cmocka prints; all of a program that fails otherwise is one failure."""
    marks = {name: mark for mark, name in CMOCKA_LINE.findall(output)}
    found = [Result(f"unit.{program}.{name}", CMOCKA_OUTCOMES[mark], 0.0,
                    cmocka_details(name, output) if mark == "FAILED" else "") for name, mark in marks.items()]
    if not succeeded and not any(result.outcome == FAILED for result in found):
        found.append(Result(f"unit.{program}", FAILED, seconds, output))
    return found or [Result(f"unit.{program}", PASSED, seconds)]


def cmocka_details(name: str, output: str) -> str:
    """What a failed test printed: from its start to its end."""
    match = re.search(rf"\[ RUN      \] {re.escape(name)}\n(.*?)\[  FAILED  \]", output, re.DOTALL)
    return match[1] if match else output


# --- Python -----------------------------------------------------------------


def asked_for(modules: list[Module], patterns: list[str]) -> list[Module]:
    """Those with tests that patterns ask for."""
    with concurrent.futures.ThreadPoolExecutor(PARALLEL_MODULES) as pool:
        wanted = list(pool.map(lambda module: listed(module, patterns), modules))
    return [module for module, is_wanted in zip(modules, wanted) if is_wanted]


def listed(module: Module, patterns: list[str]) -> bool:
    """Whether a module has tests that are asked for; one that cannot be imported has."""
    if not patterns:
        return True
    lines, code, _log = run_worker(module, ["--list", *patterns], lambda line: None)
    return bool(lines) or code != 0


def run_modules(modules: list[Module], patterns: list[str], results: Results) -> None:
    """Runs modules, each in a process of its own."""
    pool = concurrent.futures.ThreadPoolExecutor(PARALLEL_MODULES)
    try:
        for done in [pool.submit(run_module, module, patterns, results) for module in suites.longest_first(modules)]:
            done.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in list(_workers):
            worker.terminate()
        raise
    pool.shutdown()
    if not patterns:  # a part of a module says nothing of the whole
        suites.write_seconds(results.seconds)


def run_module(module: Module, patterns: list[str], results: Results) -> None:
    """Runs one module; a crash of its process is a failed test."""
    began = time.monotonic()
    _lines, code, log = run_worker(module, patterns, lambda line: results.add(Result(**json.loads(line))))
    if code:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        results.add(Result(module.name, FAILED, 0.0, f"its process ended with {code}\n" + "\n".join(tail)))
    results.took(module.name, time.monotonic() - began)


def run_worker(module: Module, arguments: list[str], on_line) -> tuple[list[str], int, Path]:
    """Runs hip.testworker; returns its report's lines, its exit code, and where its output is."""
    log = paths.log_path(f"test-{module.label}-{module.file.stem}")
    reader, writer = os.pipe()
    lines = []
    with open(log, "wb") as output:
        argv = process.python("hip.testworker", module.label, str(module.file), str(writer), *arguments)
        worker = subprocess.Popen(argv, cwd=paths.ROOT, env={**os.environ, **module.environment},
                                  stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                  pass_fds=[writer], preexec_fn=process.dies_with_us())
    os.close(writer)
    _workers.add(worker)
    with os.fdopen(reader, encoding="utf-8") as report:
        for line in report:
            lines.append(line)
            on_line(line)
    code = worker.wait()
    _workers.discard(worker)
    return lines, code, log
