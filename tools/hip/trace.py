"""Traces what an app imports, by importing it in the native interpreter.

The work is done by ``traced.py`` inside that interpreter; this module describes
the device to it and reads its answer.
"""

from __future__ import annotations

import json
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from hip.app import App

ROOT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("traced.py")
PORT = ROOT / "port" / "cpython"
TIMEOUT = 120  # seconds an app's import may take
ROM = "/rom"
# Imported by the interpreter itself before it can import from a file system, or by
# `os`, which everything imports; frozen into the image when they are used.
START_UP = [
    "abc", "codecs", "encodings", "encodings.utf_8", "io",
    "os", "stat", "posixpath", "genericpath", "_collections_abc",
]  # fmt: skip

# What has been imported when the app's import begins: all of it by C code.
AT_START = ["abc", "codecs", "encodings", "encodings.utf_8", "io", "_frozen_importlib",
            "_frozen_importlib_external"]  # fmt: skip
# The C modules that every image has.
CORE = ["_abc", "_codecs", "_imp", "_io", "_signal", "_thread", "_warnings", "_weakref", "builtins", "marshal",
        "posix", "sys", "time", "gc", "_string", "errno", "atexit"]  # fmt: skip


class TraceError(Exception):
    """The app cannot be built; the message names the file and line at fault."""


@dataclass(frozen=True)
class Source:
    """Where the parts of an app's Python lie on this machine."""

    native: Path  # the native interpreter
    lib: Path  # CPython's Lib
    packages: list[Path]  # directories of third-party packages, first wins
    app: Path


@dataclass
class Trace:
    """What an image must carry: modules by name, and what to tell the app's author."""

    modules: dict[str, dict]
    warnings: list[str] = field(default_factory=list)
    locales: list[str] = field(default_factory=list)  # the app's languages, as gettext names their folders
    strings: list[str] = field(default_factory=list)  # all of the app's own modules
    character_names: bool = False  # unicodedata's
    with_source: bool = False  # something looks at the app's source when it runs

    @property
    def builtins(self) -> list[str]:
        """The C modules, for the image's table of built-in modules."""
        return sorted(name for name, entry in self.modules.items() if entry.get("builtin"))

    @property
    def frozen(self) -> dict[str, bool]:
        """The modules to freeze, each with whether it is a package."""
        return {name: e["package"] for name, e in self.modules.items() if "frozen" in e}


def _unreached() -> list[list[str]]:
    rules = tomllib.loads((PORT / "unreached.toml").read_text())["unreached"]
    return [[rule["importer"], pattern] for rule in rules for pattern in rule["imports"]]


def trace(source: Source, app: App, sources: list[Path], out: Path) -> Trace:
    """Imports the app natively and compiles what it needs below ``out``.

    Afterwards ``out/rom`` holds the sourceless bytecode by its path on the device and
    ``out/frozen`` the marshalled start-up modules.  Raises TraceError when a
    module is missing, a source does not compile or the import does not end.
    """
    overlay = PORT / "lib"
    job = {
        "app_dir": str(source.app),
        "manifest": str(source.app / "hipflask.toml"),
        "entry_module": app.entry.partition(":")[0],
        "modules": app.modules,
        "app_sources": [str(path.resolve()) for path in sources],
        "optimize": app.optimize,
        "later": str(PORT / "later.py") if app.lazy else None,
        "out": str(out),
        "lib": str(source.lib),
        "stand_ins": str(PORT / "trace"),
        "platform": "hipflask",
        "start_up": START_UP,
        "at_start": AT_START,
        "core": CORE,
        "unreached": _unreached(),
        "path": [str(source.app), *map(str, source.packages), str(overlay), str(source.lib), str(PORT / "trace")],
        "packages": [str(path) for path in source.packages],
        "roots": [
            *([str(path), f"{ROM}/packages"] for path in source.packages),  # first: one may lie in the app
            [str(source.app), f"{ROM}/app"],
            [str(overlay), f"{ROM}/lib"],
            [str(source.lib), f"{ROM}/lib"],
        ],
        "environ": {"HOME": "/tmp", "FLASK_RUN_FROM_CLI": "true"},
    }
    path = out / "job.json"
    path.write_text(json.dumps(job))
    # Columns in line tables are for tracebacks that show the source, which no device has.
    options = ["-I", "-S", "-X", "utf8", "-X", "no_debug_ranges"]
    answer = _run([str(source.native), *options, str(WORKER), str(path)])
    if "error" in answer:
        raise TraceError(answer["error"])
    (out / "trace.json").write_text(json.dumps(answer, indent=1))
    return Trace(answer["modules"], answer["warnings"], answer["locales"], answer["strings"],
                 answer["character_names"], answer["with_source"])


def _run(argv: list[str]) -> dict:
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        raise TraceError(
            f"importing the app did not end within {TIMEOUT} s; does it start a server when imported?"
        ) from None
    if done.returncode != 0 or not done.stdout:
        raise TraceError(f"the import trace failed with {done.returncode}:\n{done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)
