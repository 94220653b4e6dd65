"""Which files of an app's directory are shipped."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hip.app import App

SKIPPED_FILES = {"hipflask.toml"}
SKIPPED_SUFFIXES = {".py", ".pyc", ".pyo", ".pyi", ".so", ".wsgi", ".po", ".pot"}
# What no device runs.  One that the app imports is there all the same.
LEFT_AT_HOME = ("manage.py", "asgi.py", "setup.py", "conftest.py", "tests.py", "test_*.py", "*_test.py")
READ_AS_TEXT = "instance/"  # Flask's: `from_pyfile()` compiles what is in it itself
SKIPPED_DIRECTORIES = {"__pycache__", "node_modules", "venv", "env"}


def app_files(app: App) -> tuple[list[Path], list[Path]]:
    """The app's files as (Python sources, data), without what its manifest excludes and what no app ships."""
    sources, data = [], []
    secret = app.credentials.files  # nobody is to download the key
    for directory, names, files in os.walk(app.directory, followlinks=True):
        here = Path(directory)
        names[:] = sorted(n for n in names if _is_shipped_directory(here / n, app))
        for name in sorted(files):
            path = here / name
            relative = path.relative_to(app.directory).as_posix()
            if name.startswith(".") or name in SKIPPED_FILES or app.excludes(relative) or path.resolve() in secret:
                continue
            if path.suffix == ".py" and not relative.startswith(READ_AS_TEXT):
                sources += [] if any(fnmatch(name, pattern) for pattern in LEFT_AT_HOME) else [path]
            elif path.suffix not in SKIPPED_SUFFIXES or path.suffix == ".py":
                data.append(path)
    return sources, data


def _is_shipped_directory(path: Path, app: App) -> bool:
    relative = path.relative_to(app.directory).as_posix()
    if path.name.startswith(".") or path.name in SKIPPED_DIRECTORIES or (path / "pyvenv.cfg").exists():
        return False
    if path.resolve() in [directory.resolve() for directory in app.own_directories]:
        return False  # its packages are shipped as packages, as far as they are used
    return not app.excludes(relative)
