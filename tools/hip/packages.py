"""Further Debian python3-* packages: those that an app's manifest names, and those that its modules import."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from hip import process, sources, unpack
from hip.apt import version_of
from hip.errors import HipError
from hip.ui import Ui


IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w[\w.]*(?:[ \t]*,[ \t]*\w[\w.]*)*)", re.MULTILINE)
SHOWN_EXTENSIONS = 3


def imported(files: list[Path], own: set[str]) -> list[str]:
    """The packages of port/sources.toml's [[on_demand]] that modules import; own are names that are the app's."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in files]
    names = {name.split(".")[0].strip() for text in texts for found in IMPORT.findall(text) for name in found.split(",")}
    return sorted(package for name, package in sources.load_catalogue().on_demand.items() if name in names - own)


def fetch_packages(names: list[str], into: Path, ui: Ui | None = None) -> Path:
    """Unpacks the packages called names, and what they need, into one directory; returns it.

    What build/sources/packages has already is left out.  Compiled extensions
    cannot run on a device: they are left out with a note, since most packages
    then use their Python version; the import trace finds the others.
    """
    ui = ui or Ui()
    key = " ".join(sorted(names))
    stamp = into / sources.STAMP
    with sources.exclusive(into.parent):
        if not stamp.exists() or stamp.read_text().splitlines()[0] != key:
            shutil.rmtree(into, ignore_errors=True)
            into.mkdir(parents=True)
            stamp.write_text("\n".join([key, *_fetch(names, into, ui)]) + "\n")
    return into


def _fetch(names: list[str], into: Path, ui: Ui) -> list[str]:
    """Downloads and unpacks; returns a line for each package."""
    fetcher = sources.Fetcher(ui)
    bundled = {item.package for item in fetcher.catalogue.packages()}
    items = [sources.ThirdParty(name, name, "package", "", "")
             for name in _with_dependencies(fetcher, names) if name not in bundled]
    fetcher.download(items)
    return [_unpack(fetcher, item, into, ui) for item in items]


def _unpack(fetcher: sources.Fetcher, item: sources.ThirdParty, into: Path, ui: Ui) -> str:
    """Unpacks one package; returns its name and version."""
    deb = fetcher.archives(item)[0]
    extensions = unpack.unpack_package(deb, into, fetcher.log, [])
    if extensions:
        more = f" and {len(extensions) - SHOWN_EXTENSIONS} more" if len(extensions) > SHOWN_EXTENSIONS else ""
        shown = ", ".join(name.partition(".")[0] for name in extensions[:SHOWN_EXTENSIONS])
        ui.note(f"{item.package}: compiled extensions are left out: {shown}{more}")
    return f"{item.package} {version_of([deb])}"


def _with_dependencies(fetcher: sources.Fetcher, names: list[str]) -> list[str]:
    """names and the python3-* packages they need."""
    if fetcher.given:
        return _dependencies_of_files(fetcher, names)
    try:
        return fetcher.apt().python_dependencies(names)
    except HipError as error:
        missing = re.search(r"Unable to locate package (\S+)", str(error))
        if missing:
            raise HipError(f"hipflask.toml: packages: Debian {fetcher.catalogue.suite} has no {missing[1]}") from None
        raise


def _dependencies_of_files(fetcher: sources.Fetcher, names: list[str]) -> list[str]:
    """The same from the Depends fields of archives in HIPFLASK_ARCHIVES."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name == "python3-minimal":
            continue
        found.append(name)
        deb = fetcher.archives(sources.ThirdParty(name, name, "package", "", ""))[0]
        depends = process.run(["dpkg-deb", "-f", str(deb), "Depends"], fetcher.log, f"reading {deb.name}", append=True)
        waiting += re.findall(r"(?:^|, )(python3-[a-z0-9.+-]+)", depends)
    return sorted(found)
