"""Unpacks Debian's archives: source packages with patches, and the Python files of binary packages."""

from __future__ import annotations

import fnmatch
import shutil
from pathlib import Path

from hip import process
from hip.errors import HipError

DIST_PACKAGES = "usr/lib/python3/dist-packages"


def unpack_source(archives: list[Path], into: Path, log: Path) -> None:
    """Unpacks a source package's upstream and Debian archives; Debian's part lies in into/debian."""
    upstream = [path for path in archives if ".orig.tar." in path.name]
    debian = [path for path in archives if ".debian.tar." in path.name]
    if len(upstream) != 1 or len(debian) != 1:
        raise HipError(f"expected one .orig.tar and one .debian.tar among {', '.join(p.name for p in archives)}")
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    tar = ["tar", "--no-same-owner", "-C", str(into)]
    process.run([*tar, "--strip-components=1", "-xf", str(upstream[0])], log, f"unpacking {upstream[0].name}",
                append=True)
    process.run([*tar, "-xf", str(debian[0])], log, f"unpacking {debian[0].name}", append=True)


def debian_patches(tree: Path, patterns: list[str]) -> list[Path]:
    """Debian's patches whose names match one of patterns, in the order of its series file."""
    directory = tree / "debian" / "patches"
    series = directory / "series"
    lines = series.read_text().splitlines() if series.exists() else []
    names = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    return [directory / name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


def apply_patches(tree: Path, patches: list[Path], log: Path) -> None:
    """Applies patches in order; one that does not apply is an error that names it."""
    for patch in patches:
        argv = ["patch", "-p1", "--force", "--no-backup-if-mismatch", "-d", str(tree), "-i", str(patch)]
        process.run(argv, log, f"patch {patch.name}", append=True)


def unpack_package(deb: Path, into: Path, log: Path, drop: list[str]) -> list[str]:
    """Merges a python3-* package's modules into a directory.

    Files matching drop are left out.  Returns the compiled extensions that were
    not: paths relative to into of files this machine could import and a device
    cannot; they are left out as well.
    """
    staging = into.parent / f".{deb.name}.unpacked"
    shutil.rmtree(staging, ignore_errors=True)
    process.run(["dpkg-deb", "-x", str(deb), str(staging)], log, f"unpacking {deb.name}", append=True)
    modules = staging / DIST_PACKAGES
    extensions = []
    for path in sorted(modules.rglob("*")):
        name = str(path.relative_to(modules))
        dropped = any(fnmatch.fnmatch(path.name, pattern) for pattern in drop)
        if path.suffix == ".so" and not dropped:
            extensions.append(name)
        if path.suffix == ".so" or dropped:
            path.unlink()
    if modules.is_dir():
        # A link that leads nowhere leads into a package of JavaScript, say, that was not asked for.
        shutil.copytree(modules, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"),
                        ignore_dangling_symlinks=True)
    shutil.rmtree(staging)
    return extensions
