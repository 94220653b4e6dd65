"""The repository's own text files, for the tests of its rules."""

from __future__ import annotations

import functools
import os
from pathlib import Path

from hip import paths

SKIPPED = {"build", ".git", "__pycache__", ".cache", "corpus", "crashes"}  # the last two: inputs of fuzzers
TEXT = {".c", ".h", ".S", ".ld", ".py", ".sh", ".md", ".toml", ".cmake", ".txt", ".json", ".html", ".css", ""}


def folders() -> list[Path]:
    """Every folder of the repository, relative to it, without generated and hidden ones."""
    return [folder for folder, _names in _walk() if folder != Path(".")]


def files(*suffixes: str, below: str = ".") -> list[Path]:
    """Files of the repository with one of these suffixes, all text files without any."""
    wanted = set(suffixes) or TEXT
    return [paths.ROOT / folder / name for folder, names in _walk() if folder.is_relative_to(below)
            for name in names if Path(name).suffix in wanted]


@functools.cache
def _walk() -> list[tuple[Path, list[str]]]:
    """(folder, names of its files), relative to the root."""
    found = []
    for directory, folders_below, names in os.walk(paths.ROOT):
        folders_below[:] = sorted(name for name in folders_below if name not in SKIPPED and not name.startswith("."))
        found.append((Path(directory).relative_to(paths.ROOT), sorted(names)))
    return found
