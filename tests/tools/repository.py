"""The repository's own text files, for the tests of its rules."""

from __future__ import annotations

from pathlib import Path

from hip import paths

SKIPPED = {"build", ".git", "__pycache__", ".cache"}
TEXT = {".c", ".h", ".S", ".ld", ".py", ".sh", ".md", ".toml", ".cmake", ".txt", ".json", ".html", ".css", ""}


def folders(root: Path = paths.ROOT) -> list[Path]:
    """Every folder below root, relative to it, without generated and hidden ones."""
    found = []
    for path in sorted(root.iterdir()):
        if path.is_dir() and path.name not in SKIPPED and not path.name.startswith("."):
            found += [path.relative_to(paths.ROOT), *folders(path)]
    return found


def files(*suffixes: str, below: str = ".") -> list[Path]:
    """Files of the repository with one of these suffixes, all text files without any."""
    wanted = set(suffixes) or TEXT
    return [path for path in sorted((paths.ROOT / below).rglob("*"))
            if path.is_file() and path.suffix in wanted and not SKIPPED.intersection(path.relative_to(paths.ROOT).parts)]
