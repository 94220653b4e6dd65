"""Removes what was built; downloaded archives stay unless --all is given."""

from __future__ import annotations

import argparse
import shutil

from hip import paths, runs
from hip.errors import HipError
from hip.ui import Ui

EXAMPLE = "./hip clean --all"
DOWNLOADS = {paths.SOURCES / "archives", paths.SOURCES / "apt"}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's options."""
    command.add_argument("--all", action="store_true", help="also remove the downloaded archives")


def execute(args: argparse.Namespace, ui: Ui) -> int:
    """Removes."""
    alive = runs.running()
    if alive:
        raise HipError(f"a detached run of {alive[0].image} is using the build directory; end it with `hip stop`")
    kept = set() if args.all else {path for path in DOWNLOADS if path.exists()}
    for path in [*paths.BUILD.glob("*"), *paths.BUILD.glob(".*"), *paths.SOURCES.glob("*"), *paths.SOURCES.glob(".*")]:
        if path in kept or path == paths.SOURCES and kept:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    print(f"Removed what was built; {'kept the downloads' if kept else 'and the downloads'}")
    return 0
