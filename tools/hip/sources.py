"""Third-party software: fetched, checked against the lock, unpacked and patched below build/sources.

port/sources.toml says what; port/sources.lock says which bytes.  Everything is
stamped, so that a second call with nothing changed costs a few file reads.

    python3 -m hip.sources fetch [--only cpython] [--update-lock]
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import sys
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path

from hip import paths, unpack
from hip.apt import Apt, version_of
from hip.errors import HipError
from hip.ui import Ui

CATALOGUE = paths.ROOT / "port" / "sources.toml"
LOCK = paths.ROOT / "port" / "sources.lock"
STAMP = ".hipflask-stamp"
PACKAGES = "packages"  # the name of all Python packages together


@dataclass(frozen=True)
class ThirdParty:
    """One entry of port/sources.toml."""

    name: str
    package: str
    kind: str
    licence: str
    why: str
    debian_patches: list[str] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)

    def our_patches(self) -> list[Path]:
        """The patches this repository adds."""
        return sorted((paths.ROOT / "port" / self.name / "patches").glob("*.patch"))

    def override(self) -> Path | None:
        """The user's own source tree, from HIPFLASK_<NAME>_DIR."""
        value = os.environ.get(f"HIPFLASK_{self.name.upper()}_DIR")
        if value and not Path(value).is_dir():
            raise HipError(f"HIPFLASK_{self.name.upper()}_DIR names no directory: {value}")
        return Path(value).resolve() if value else None


@dataclass
class Catalogue:
    """port/sources.toml: the pinned suite and what is taken from it."""

    suite: str
    items: list[ThirdParty]
    on_demand: dict[str, str] = field(default_factory=dict)  # Debian's package by the name that an app imports

    def sources(self) -> list[ThirdParty]:
        """What is unpacked as source."""
        return [item for item in self.items if item.kind == "source"]

    def packages(self) -> list[ThirdParty]:
        """What is taken as Python files."""
        return [item for item in self.items if item.kind == "package"]


def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Reads port/sources.toml."""
    with open(path, "rb") as file:
        data = tomllib.load(file)
    on_demand = {entry["name"]: entry["package"] for entry in data["on_demand"]}
    return Catalogue(data["suite"], [ThirdParty(**entry) for entry in data["third_party"]], on_demand)


def sha256(path: Path) -> str:
    """A file's SHA-256 in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Lock:
    """port/sources.lock: per Debian package its version, directory in the archive, and the SHA-256 of each file."""

    def __init__(self, path: Path = LOCK):
        self.path = path
        self.entries: dict[str, dict] = json.loads(path.read_text()) if path.exists() else {}

    def entry(self, package: str) -> dict:
        """{"version": …, "directory": …, "files": {name: hash}}, or {} for a package that is not locked."""
        return self.entries.get(package, {})

    def check(self, item: ThirdParty, archives: list[Path]) -> str:
        """Checks archives; returns a line for the user when they are not what the lock says.

        Another version is only reported; other bytes under the same version are an error.
        """
        locked, version = self.entry(item.package), version_of(archives)
        if not locked:
            return f"{item.package} {version} is not in {self.path.name}"
        if locked["version"] != version:
            return f"{item.package} is {version}, the lock says {locked['version']}; building with {version}"
        for archive in archives:
            expected = locked["files"].get(archive.name)
            if expected is None:
                return f"{archive.name} is not in {self.path.name}, which was written on another architecture"
            if expected != sha256(archive):
                raise HipError(f"{archive} is not the file that {self.path.name} describes: its SHA-256 differs")
        return ""

    def record(self, item: ThirdParty, archives: list[Path], directory: str) -> None:
        """Takes archives, which lie in the archive's directory, as the truth; write() saves it."""
        files = {path.name: sha256(path) for path in sorted(archives)}
        self.entries[item.package] = {"version": version_of(archives), "directory": directory, "files": files}

    def write(self) -> None:
        """Saves the lock in a stable order."""
        self.path.write_text(json.dumps(self.entries, indent=2, sort_keys=True) + "\n")


def is_archive(path: Path) -> bool:
    """Whether a downloaded file is one that is locked: a .dsc, .deb or tar archive."""
    return path.suffix in (".dsc", ".deb") or ".tar." in path.name and path.suffix != ".asc"


def dsc_files(dsc: Path) -> dict[str, str]:
    """The file names and SHA-256 hashes a .dsc lists."""
    match = re.search(r"(?m)^Checksums-Sha256:\s*\n((?: .*\n)+)", dsc.read_text(encoding="utf-8"))
    rows = [line.split() for line in match[1].splitlines()] if match else []
    return {name: digest for digest, _size, name in rows if not name.endswith(".asc")}


class Fetcher:
    """One fetch: where archives come from, and where their contents go."""

    def __init__(self, ui: Ui, root: Path = paths.SOURCES, lock: Lock | None = None):
        self.ui = ui
        self.root = root
        self.catalogue = load_catalogue()
        self.lock = lock or Lock()
        self.given = os.environ.get("HIPFLASK_ARCHIVES")
        self.log = paths.log_path("sources")
        self._apt = Apt(self.root / "apt", self.catalogue.suite, self.log)
        self._listed = False

    def apt(self) -> Apt:
        """apt with private state, its package lists at hand."""
        if not self._listed:
            self._apt.prepare()
            self._listed = True
        return self._apt

    # --- archives -----------------------------------------------------------

    def archives(self, item: ThirdParty) -> list[Path]:
        """An entry's archives, which download() has brought, or the user has."""
        if self.given:
            return self._given_archives(item)
        return sorted(path for path in (self.root / "archives" / item.package).glob("*") if is_archive(path))

    def _given_archives(self, item: ThirdParty) -> list[Path]:
        """An entry's archives in HIPFLASK_ARCHIVES: the locked ones, else the newest."""
        directory = Path(self.given)
        locked = [directory / name for name in self.lock.entry(item.package).get("files", {})]
        if locked and all(path.is_file() for path in locked):
            return locked
        suffix = "deb" if item.kind == "package" else "dsc"
        found = sorted(directory.glob(f"{item.package}_*.{suffix}"), key=lambda path: path.stat().st_mtime)
        if not found:
            raise HipError(f"HIPFLASK_ARCHIVES ({directory}) has no {item.package}_*.{suffix}")
        if suffix == "deb":
            return found[-1:]
        listed = dsc_files(found[-1])
        for name, digest in listed.items():
            if not (directory / name).is_file() or sha256(directory / name) != digest:
                raise HipError(f"{name}, which {found[-1].name} lists, is missing in {directory} or differs")
        return [found[-1], *(directory / name for name in listed)]

    def download(self, items: list[ThirdParty], locked: bool = True) -> None:
        """Downloads the archives of items that are not there yet: what is locked, else what Debian has now."""
        wanted = [item for item in items if not self.given and not self.archives(item)]
        packages = []
        for item in sorted(wanted, key=lambda item: item.kind == "package"):
            if locked and self._download_locked(item):
                continue
            if item.kind == "package":
                packages.append(item.package)
                continue
            with self._arriving([item.package]) as into:
                self.apt().download_source(item.package, into)
        if packages:
            with self._arriving(packages) as into:
                self.apt().download_packages(packages, into)

    def _download_locked(self, item: ThirdParty) -> bool:
        entry = self.lock.entry(item.package)
        if not entry:
            return False
        try:
            with self._arriving([item.package]) as into:
                self._apt.fetch(entry["directory"], entry["files"], into)
        except HipError:
            self.ui.detail(f"Debian has {item.package} {entry['version']} no longer, or cannot be reached")
            return False
        return True

    @contextlib.contextmanager
    def _arriving(self, packages: list[str]):
        """A directory to download into; only complete downloads move to archives/<package>."""
        arriving = self.root / "archives" / ".arriving"
        shutil.rmtree(arriving, ignore_errors=True)
        yield arriving
        for package in packages:
            into = self.root / "archives" / package
            shutil.rmtree(into, ignore_errors=True)
            into.mkdir(parents=True)
            for path in sorted(arriving.iterdir()):
                if len(packages) == 1 or path.name.startswith(f"{package}_"):
                    path.rename(into / path.name)

    # --- trees --------------------------------------------------------------

    def key(self, items: list[ThirdParty]) -> str:
        """Identifies what a tree was made from."""
        digest = hashlib.sha256()
        for item in items:
            described = {**asdict(item), "why": "", "licence": "", "lock": self.lock.entry(item.package)}
            digest.update(json.dumps(described, sort_keys=True).encode())
            for patch in item.our_patches():
                digest.update(patch.name.encode() + b"\0" + patch.read_bytes())
        return digest.hexdigest()

    def is_current(self, name: str, items: list[ThirdParty]) -> bool:
        """Whether the tree called name is there and made from what is described now."""
        override = items[0].override() if name != PACKAGES else None
        tree = self.root / name
        if override:
            return tree.is_symlink() and tree.resolve() == override
        stamp = tree / STAMP
        return not tree.is_symlink() and stamp.exists() and stamp.read_text().startswith(self.key(items))

    def make_tree(self, name: str, items: list[ThirdParty]) -> None:
        """Makes build/sources/<name> anew."""
        tree, new = self.root / name, self.root / f".{name}.new"
        override = items[0].override() if name != PACKAGES else None
        if override:
            remove(tree)
            tree.symlink_to(override)
            self.ui.note(f"{name} is taken from {override}, as it is")
            return
        remove(new)
        new.mkdir(parents=True)
        stamp = [self.key(items)]
        for item in items:
            archives = self.archives(item)
            self._report(self.lock.check(item, archives))
            self._unpack(item, archives, new)
            stamp += [f"{path.name} {sha256(path)}" for path in archives]
        (new / STAMP).write_text("\n".join(stamp) + "\n")
        remove(tree)
        new.rename(tree)

    def _unpack(self, item: ThirdParty, archives: list[Path], into: Path) -> None:
        if item.kind == "source":
            unpack.unpack_source(archives, into, self.log)
            patches = unpack.debian_patches(into, item.debian_patches) + item.our_patches()
            unpack.apply_patches(into, patches, self.log)
            return
        extensions = unpack.unpack_package(archives[0], into, self.log, item.drop)
        if extensions:
            raise HipError(f"{item.package} has a compiled extension, {extensions[0]}: "
                           "name it under `drop` in port/sources.toml if the package works without")

    def _report(self, line: str) -> None:
        if line:
            self.ui.note(line)


def remove(path: Path) -> None:
    """Removes a tree, or the link that stands for one."""
    if path.is_symlink():
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def exclusive(directory: Path):
    """Keeps other processes of ours out of a directory of the build tree."""
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / ".lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def groups(catalogue: Catalogue, only: str | None) -> dict[str, list[ThirdParty]]:
    """Trees to make: one a source, and one for all packages."""
    trees = {item.name: [item] for item in catalogue.sources()}
    trees[PACKAGES] = catalogue.packages()
    if only is None:
        return trees
    names = [name for name, items in trees.items() if only == name or only in [item.name for item in items]]
    if not names:
        raise HipError(f"port/sources.toml has no {only}; it has {', '.join(i.name for i in catalogue.items)}")
    return {name: trees[name] for name in names}


def stale(only: str | None = None) -> list[str]:
    """The trees that fetch() would make."""
    fetcher = Fetcher(Ui(quiet=True))
    return [name for name, items in groups(fetcher.catalogue, only).items() if not fetcher.is_current(name, items)]


def fetch(ui: Ui, only: str | None = None) -> None:
    """Brings build/sources up to date."""
    with exclusive(paths.SOURCES):
        fetcher = Fetcher(ui)
        wanted = {name: items for name, items in groups(fetcher.catalogue, only).items()
                  if not fetcher.is_current(name, items)}
        if wanted:
            fetcher.log.write_text("")
        fetcher.download([item for items in wanted.values() for item in items if not item.override()])
        for name, items in wanted.items():
            ui.detail(f"unpacking {name}")
            fetcher.make_tree(name, items)


def update_lock(ui: Ui) -> None:
    """Downloads what Debian has now and records it in port/sources.lock."""
    with exclusive(paths.SOURCES):
        fetcher = Fetcher(ui)
        if not fetcher.given:
            shutil.rmtree(fetcher.root / "archives", ignore_errors=True)
        fetcher.download(fetcher.catalogue.items, locked=False)
        fetcher.lock.entries = {}
        for item in fetcher.catalogue.items:
            directory = fetcher.apt().directory_of(item.package, item.kind != "package")
            fetcher.lock.record(item, fetcher.archives(item), directory)
        fetcher.lock.write()
    ui.note(f"{paths.shown(LOCK)} written")


def main(argv: list[str] | None = None) -> int:
    """Command line, for CMake and for engineers without `hip`."""
    parser = argparse.ArgumentParser(prog="python3 -m hip.sources", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["fetch"])
    parser.add_argument("--only", metavar="NAME", help="one entry of port/sources.toml, or `packages`")
    parser.add_argument("--update-lock", action="store_true", help="record what Debian has now")
    args = parser.parse_args(argv)
    ui = Ui()
    try:
        if args.update_lock:
            update_lock(ui)
        fetch(ui, args.only)
    except HipError as error:
        print(f"hip: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
