"""Downloads from Debian's archive with apt's own verification, and without touching the system's apt.

The sources are the machine's own (mirror, proxy and all) with the suite's name
replaced; state, cache and configuration are private to a directory of the
build tree, so no root is needed and nothing on the system changes.
"""

from __future__ import annotations

import re
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

from hip import process
from hip.errors import HipError

SYSTEM_APT = Path("/etc/apt")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ROLLING_SUITES = {"oldoldstable", "oldstable", "stable", "testing"}
KEPT_OPTIONS = {"trusted", "allow-insecure", "check-valid-until", "check-date", "by-hash", "inrelease-path"}
HELPER = "/usr/lib/apt/apt-helper"
LISTS_FRESH_SECONDS = 6 * 3600

# Hooks of the system's apt (docker-clean, PackageKit, ...) would write outside our directory.
CONFIGURATION = """\
#clear APT::Update;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
Dir::State "{directory}/state";
Dir::State::status "{directory}/status";
Dir::Cache "{directory}/cache";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{directory}/sources.list.d";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
APT::Get::Assume-Yes "true";
APT::Default-Release "";
"""


@dataclass
class Entry:
    """One repository of the machine's apt sources, of either format."""

    types: list[str]
    uris: list[str]
    suites: list[str]
    components: list[str]
    options: dict[str, str] = field(default_factory=dict)

    def signed_by_another(self) -> bool:
        """Whether the entry names a key that is not Debian's."""
        signer = self.options.get("signed-by", "")
        return bool(signer) and "debian-archive" not in signer

    def archive_uris(self) -> list[str]:
        """The URIs that may be Debian's archive itself."""
        fetchable = ("http:", "https:", "file:", "copy:", "mirror", "tor+")
        return [uri for uri in self.uris if uri.startswith(fetchable) and "security" not in uri]


def parse_deb822(text: str) -> list[Entry]:
    """Entries of a `.sources` file; disabled stanzas are left out."""
    entries = []
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for stanza in re.split(r"\n\s*\n", "\n".join(lines)):
        fields = {}
        for match in re.finditer(r"(?m)^([A-Za-z0-9-]+):((?:.*(?:\n[ \t].*)*))", stanza):
            fields[match[1].lower()] = " ".join(match[2].split())
        if "uris" not in fields or fields.get("enabled", "yes").lower() in ("no", "false", "0"):
            continue
        known = [fields.pop(name, "").split() for name in ("types", "uris", "suites", "components")]
        entries.append(Entry(*known, options=fields))
    return entries


def parse_one_line(text: str) -> list[Entry]:
    """Entries of a `.list` file: `deb [option=value …] uri suite component…`."""
    entries = []
    for line in text.splitlines():
        line = line.split("#", 1)[0].strip()
        match = re.match(r"(deb|deb-src)\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$", line)
        if match:
            options = dict(part.split("=", 1) for part in (match[2] or "").split() if "=" in part)
            entries.append(Entry([match[1]], [match[3]], [match[4]], match[5].split(), options))
    return entries


def system_entries(apt: Path = SYSTEM_APT) -> list[Entry]:
    """Every entry of the machine's apt sources."""
    files = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]
    entries: list[Entry] = []
    for path in files:
        if path.suffix not in (".list", ".sources") or not path.is_file():
            continue
        parse = parse_deb822 if path.suffix == ".sources" else parse_one_line
        entries += parse(path.read_text(encoding="utf-8", errors="replace"))
    return entries


def system_codename(os_release: Path = Path("/etc/os-release")) -> str:
    """The suite the machine runs, e.g. `bookworm`; empty when unknown."""
    match = re.search(r'(?m)^VERSION_CODENAME="?([\w-]+)', os_release.read_text()) if os_release.exists() else None
    return match[1] if match else ""


def debian_archives(entries: list[Entry], codename: str) -> list[tuple[str, dict[str, str]]]:
    """(URI, options) of the entries that are Debian's archive, best first.

    Debian's own is told from other people's repositories by its component
    `main`, a suite of the release's plain name, and its key; a path that ends in
    `/debian` decides where there are several.
    """
    found: dict[str, dict[str, str]] = {}
    for entry in entries:
        plain_suites = {codename, *ROLLING_SUITES}.intersection(entry.suites)
        if plain_suites and "main" in entry.components and not entry.signed_by_another():
            options = {name: value for name, value in entry.options.items() if name in KEPT_OPTIONS}
            for uri in entry.archive_uris():
                found.setdefault(uri.rstrip("/"), options)
    named = {uri: options for uri, options in found.items() if uri.endswith("/debian")}
    if not found:
        raise HipError("the machine's apt sources name no Debian archive to fetch third-party sources from; "
                       "set HIPFLASK_ARCHIVES to a directory of downloaded archives")
    return list((named or found).items())


def derive_sources(entries: list[Entry], codename: str, suite: str, keyring: Path = KEYRING) -> str:
    """The text of a `.sources` file for suite, from the machine's entries."""
    stanzas = []
    for uri, options in debian_archives(entries, codename):
        lines = ["Types: deb deb-src", f"URIs: {uri}", f"Suites: {suite}", "Components: main",
                 "Targets: Packages Sources", *(f"{name}: {value}" for name, value in options.items())]
        if keyring.exists():
            lines.append(f"Signed-By: {keyring}")
        stanzas.append("\n".join(lines) + "\n")
    return "\n".join(stanzas)


class Apt:
    """apt-get and apt-cache on a private directory."""

    def __init__(self, directory: Path, suite: str, log: Path):
        self.directory = directory.resolve()
        self.suite = suite
        self.log = log
        self.configuration = self.directory / "apt.conf"
        self.updated = self.directory / "updated"  # its time is that of the lists
        self._just_updated = False

    def configure(self) -> None:
        """Writes the configuration, which is all that fetch() needs."""
        for name in ("state/lists/partial", "cache/archives/partial", "sources.list.d"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        (self.directory / "status").touch()
        self.configuration.write_text(CONFIGURATION.format(directory=self.directory))

    def prepare(self) -> None:
        """Writes configuration and sources, and gets the package lists unless they are fresh."""
        self.configure()
        sources = derive_sources(system_entries(), system_codename(), self.suite)
        listed = self.directory / "sources.list.d" / "debian.sources"
        unchanged = listed.exists() and listed.read_text() == sources
        if unchanged and self.updated.exists() and time.time() - self.updated.stat().st_mtime < LISTS_FRESH_SECONDS:
            return
        listed.write_text(sources)
        self.update()

    def update(self) -> None:
        """Gets the package lists."""
        self.updated.unlink(missing_ok=True)
        self._run("apt-get", ["update", "--error-on=any"], "getting Debian's package lists")
        self.updated.touch()
        self._just_updated = True

    def fetch(self, directory: str, files: dict[str, str], into: Path) -> None:
        """Downloads files of the archive's directory (`pool/main/z/zlib`) by their SHA-256, without package lists.

        An error when one of them is there no longer: a point release takes old versions away.
        """
        into.mkdir(parents=True, exist_ok=True)
        self.configure()
        archive = debian_archives(system_entries(), system_codename())[0][0]
        arguments = ["download-file"]
        for name, digest in files.items():
            arguments += [f"{archive}/{directory}/{name}", str(into / name), f"SHA256:{digest}"]
        self._run(HELPER, arguments, f"downloading {' '.join(files)}")

    def directory_of(self, package: str, is_source: bool) -> str:
        """The directory of the archive that a package's files lie in."""
        if is_source:
            text = self._run("apt-cache", ["showsrc", "--only-source", package], f"looking {package} up")
            return re.findall(r"(?m)^Directory: (\S+)", text)[-1]
        text = self._run("apt-cache", ["show", "--no-all-versions", package], f"looking {package} up")
        return re.search(r"(?m)^Filename: (\S+)/", text)[1]

    def download_source(self, package: str, into: Path) -> None:
        """Downloads a source package's archives and checks them against the signed lists."""
        into.mkdir(parents=True, exist_ok=True)
        self._download(["source", "--download-only", "--only-source", package],
                       f"downloading the source of {package}", into)

    def download_packages(self, packages: list[str], into: Path) -> None:
        """Downloads binary packages, without their dependencies."""
        into.mkdir(parents=True, exist_ok=True)
        self._download(["download", *packages], f"downloading {' '.join(packages)}", into)

    def python_dependencies(self, packages: list[str]) -> list[str]:
        """packages and every python3-* package they need, as apt would install them together."""
        text = self._run("apt-get", ["install", "--no-install-recommends", "--print-uris", *packages],
                         f"resolving {' '.join(packages)}")
        names = re.findall(r"(?m)^'[^']*' ([a-z0-9][a-z0-9+.-]*)_", text)
        return sorted({name for name in names if name.startswith("python3-")} - {"python3-minimal"})

    def _download(self, arguments: list[str], what: str, into: Path) -> None:
        """Downloads; lists that have aged name files the archive no longer has, so they are renewed once."""
        try:
            self._run("apt-get", arguments, what, cwd=into)
        except HipError:
            if self._just_updated:
                raise
            self.update()
            self._run("apt-get", arguments, what, cwd=into)

    def _run(self, program: str, arguments: list[str], what: str, cwd: Path | None = None) -> str:
        argv = [program, "-q", "-c", str(self.configuration), *arguments]
        return process.run(argv, self.log, what, cwd=cwd, append=True)


def version_of(archives: list[Path]) -> str:
    """The version in the name of the .dsc or .deb among archives: `python3-click_8.1.8-1_all.deb` -> `8.1.8-1`."""
    names = [path.name for path in archives if path.suffix in (".dsc", ".deb")]
    return urllib.parse.unquote(names[0].removesuffix(".dsc").split("_")[1])
