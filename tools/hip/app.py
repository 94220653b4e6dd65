"""An app on disk: a directory with app.py (or a package), or a mod_wsgi script, and perhaps a manifest hipflask.toml.

    [app]
    entry = "app:app"                 # module, or module:callable
    packages = ["python3-markdown"]   # Debian packages, or directories relative to the app
    modules = ["plugins.mail"]        # imported dynamically; "jinja2.*" takes a whole package
    exclude = ["tests/*"]             # files that are not shipped
    optimize = 2                      # 0, 1 or 2, as of compile()
    lazy = true                       # modules of the standard library run when they are first used
    [limits]
    deadline = 30                     # seconds a request may take in the app
    memory = 0                        # bytes a request may take of the heap at a time; 0: all but the reserve
    [server]
    https = "on"                      # beside HTTP; "off": left out of the image; "only": HTTP answers 308
    [tls]                             # see hip.credentials
    client_ca = "clients.pem"
    [network]
    time_server = "ntp.example.org"   # asked for the time; "host:port", or "" for the one that DHCP names
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import shutil
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

from hip import paths
from hip.appfiles import app_files
from hip.credentials import CLIENT_CHOICES, KEYS, Credentials
from hip.errors import HipError
from hip.packages import fetch_packages, imported
from hip.sources import load_catalogue

MANIFEST = "hipflask.toml"
ENTRY_FILES = ("app.py", "wsgi.py")
MAX_DEADLINE_SECONDS = 86400
MAX_MEMORY_BYTES = 1 << 31

IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]*"
MODULE = re.compile(rf"{IDENTIFIER}(\.{IDENTIFIER})*")
ENTRY = re.compile(rf"{MODULE.pattern}(:{IDENTIFIER}(\.{IDENTIFIER})*(\(\))?)?")
MODULE_PATTERN = re.compile(rf"{MODULE.pattern}(\.\*)?")
SCRIPT_SUFFIX = ".wsgi"
HTTPS_CHOICES = ("on", "off", "only")
TIME_SERVER = re.compile(r"([A-Za-z0-9.-]{1,127}(:[1-9][0-9]{0,4})?)?")
DEBIAN_PACKAGE = re.compile(r"python3-[a-z0-9][a-z0-9+.-]*")


class AppError(HipError):
    """An app that cannot be built as it is; the message names file and key."""


@dataclass(frozen=True)
class App:
    """One app: where it is, and what its manifest says."""

    directory: Path
    entry: str
    packages: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    optimize: int = 2
    lazy: bool = True
    deadline: float = 30.0
    memory: int = 0
    script: Path | None = None  # of mod_wsgi, which is the app then
    https: str = "on"  # or "off", or "only"
    time_server: str | None = None  # None: the board's
    credentials: Credentials = Credentials()
    implied: list[str] = field(default_factory=list)  # Debian's packages that the app's modules import

    @property
    def name(self) -> str:
        """The image's name: the directory's, made unique for directories outside this repository."""
        plain = re.sub(rb"[^A-Za-z0-9_.-]", b"_", os.fsencode(self.location.name)).decode()
        if self.is_ours:
            return plain
        return f"{plain}-{hashlib.sha1(os.fsencode(self.location)).hexdigest()[:6]}"

    @property
    def location(self) -> Path:
        """What --app names: the directory, or the script that was given instead."""
        return self.script if self.script and self.script != only_script(self.directory) else self.directory

    @property
    def is_ours(self) -> bool:
        """Whether the app lies in this repository, where CMake finds it by itself."""
        home = self.directory.parent
        return home == paths.EXAMPLES or home.name == "apps" and home.parent.parent == paths.ROOT / "tests"

    @property
    def debian_packages(self) -> list[str]:
        """The entries of `packages` that Debian has, and what the app imports without naming it there."""
        named = [name for name in self.packages if DEBIAN_PACKAGE.fullmatch(name)]
        return named + [name for name in self.implied if name not in named]

    @property
    def own_directories(self) -> list[Path]:
        """The entries of `packages` that are directories of the user's."""
        return [self.directory / name for name in self.packages if not DEBIAN_PACKAGE.fullmatch(name)]

    def package_directories(self, fetched: Path, follow: bool = False) -> list[Path]:
        """What `packages` puts on the path.  Debian's are unpacked below fetched, one folder for each set of them."""
        if not self.debian_packages:
            return self.local_directories(follow)
        names = sorted(self.debian_packages)
        folder = fetched / "+".join(name.removeprefix("python3-") for name in names)
        return [*self.local_directories(follow), fetch_packages(names, folder)]

    def local_directories(self, follow: bool = False) -> list[Path]:
        """The same without Debian's, with one for a mod_wsgi script: there it has a module's name.

        It is a copy, or with follow a link, for who reads it later than now.
        """
        if self.script is None:
            return self.own_directories
        staged = paths.BUILD / "scripts" / ("linked" if follow else "copied") / self.name
        staged.mkdir(parents=True, exist_ok=True)
        module = staged / f"{self.entry.partition(':')[0]}.py"
        module.unlink(missing_ok=True)
        if follow:
            module.symlink_to(self.script)
        else:
            shutil.copy2(self.script, module)
        return [*self.own_directories, staged]

    def excludes(self, relative: str) -> bool:
        """Whether the manifest keeps a file or directory (a path relative to the app) out of the image."""
        return any(fnmatch.fnmatch(relative, pattern.rstrip("/")) for pattern in self.exclude)


def find_app(given: str) -> App:
    """The app that `--app` names: a directory, or the name of an example."""
    directory = Path(given).expanduser()
    example = paths.EXAMPLES / given
    if not directory.exists() and re.fullmatch(r"[\w-]+", given) and example.is_dir():
        directory = example
    if not directory.exists():
        names = sorted(path.name for path in paths.EXAMPLES.glob("*") if path.is_dir())
        raise AppError(f"there is no app directory {given}, nor an example of that name ({', '.join(names)})")
    if directory.suffix == SCRIPT_SUFFIX and directory.is_file():
        return load(directory)
    if not directory.is_dir():
        raise AppError(f"an app is a directory, and {given} is a file; try --app {directory.parent}")
    return load(directory)


def load(location: Path) -> App:
    """Reads and checks an app's manifest; without one everything is as by default.

    location is the app's directory, or a mod_wsgi script in it.
    """
    location = location.resolve()
    script = location if location.suffix == SCRIPT_SUFFIX and location.is_file() else None
    directory = location.parent if script else location
    manifest = directory / MANIFEST
    text = manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AppError(f"{paths.shown(manifest)}: {error}") from None
    reader = _Reader(manifest, text, data)
    entry = script_entry(script) if script else reader.entry()
    if not entry and (script := only_script(directory)):
        entry = script_entry(script)
    app = App(directory, entry or default_entry(directory), reader.strings("packages", None),
              reader.strings("modules", MODULE_PATTERN), reader.strings("exclude", None),
              reader.number("app", "optimize", 2, (0, 1, 2)), reader.flag("app", "lazy", True), reader.deadline(),
              reader.memory(), script, reader.https(), reader.time_server(), reader.credentials(directory))
    reader.finish()
    reader.check_packages(app)
    reader.check_entry(app)
    return replace(app, implied=imported(_sources(app), _own_names(app)))


def _sources(app: App) -> list[Path]:
    """Every Python file of an app's own."""
    return app_files(app)[0] + ([app.script] if app.script else [])


def _own_names(app: App) -> set[str]:
    """The top-level modules and packages that an app brings itself."""
    return {path.stem for home in [app.directory, *app.own_directories] for path in home.iterdir()
            if path.suffix == ".py" or path.is_dir()}


def only_script(directory: Path) -> Path | None:
    """The one mod_wsgi script of a directory that has no app.py, wsgi.py or entry in its manifest."""
    scripts = sorted(directory.glob(f"*{SCRIPT_SUFFIX}"))
    if len(scripts) != 1 or any((directory / name).is_file() for name in ENTRY_FILES):
        return None
    return scripts[0]


def script_entry(script: Path) -> str:
    """A script as an entry: it becomes a module, and its callable is called `application`."""
    return re.sub(r"\W", "_", f"script_{script.stem}", flags=re.ASCII) + ":application"


def default_entry(directory: Path) -> str:
    """The module an app without `entry` starts from."""
    for name in ENTRY_FILES:
        if (directory / name).is_file():
            return name.removesuffix(".py")
    projects = sorted(path.parent.name for path in directory.glob("*/wsgi.py"))  # of Django's startproject
    if (directory / "manage.py").is_file() and len(projects) == 1:
        return f"{projects[0]}.wsgi"
    packages = sorted(path.parent.name for path in directory.glob("*/__init__.py") if path.parent.name != "tests")
    if len(packages) == 1:
        return packages[0]
    if (directory / "manage.py").is_file():
        found = f"several of them ({', '.join(projects)})" if projects else "none"
        raise AppError(f"{paths.shown(directory)} has Django's manage.py, whose project has a wsgi.py in its package, "
                       f"and {found}; name the module in {MANIFEST}: [app] entry = \"package.wsgi\"")
    scripts = sorted(path.name for path in directory.glob(f"*{SCRIPT_SUFFIX}"))
    if len(scripts) > 1:
        raise AppError(f"{paths.shown(directory)} has several scripts ({', '.join(scripts)}); name one with --app")
    found = f"several packages ({', '.join(packages)})" if packages else "no package"
    raise AppError(f"{paths.shown(directory)} has no app.py and {found}; "
                   f"name the module in {MANIFEST}: [app] entry = \"module:callable\"")


class _Reader:
    """Takes checked values out of a manifest; what nobody took is an unknown key."""

    SECTIONS = {"app": ("entry", "packages", "modules", "exclude", "optimize", "lazy"), "limits": ("deadline", "memory"),
                "server": ("https",), "tls": KEYS, "network": ("time_server",)}

    def __init__(self, path: Path, text: str, data: dict):
        self.path = path
        self.text = text
        self.data = data

    def entry(self) -> str:
        value = self._value("app", "entry", "")
        if not isinstance(value, str) or value and not ENTRY.fullmatch(value):
            self.fail("app", "entry", f'must be "module" or "module:callable", not {value!r}')
        return value

    def strings(self, key: str, pattern: re.Pattern | None) -> list[str]:
        value = self._value("app", key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fail("app", key, "must be a list of strings")
        for item in value:
            if pattern and not pattern.fullmatch(item):
                self.fail("app", key, f"{item!r} is no module name")
        return value

    def number(self, section: str, key: str, default: int, allowed: tuple[int, ...]) -> int:
        value = self._value(section, key, default)
        if type(value) is not int or value not in allowed:
            self.fail(section, key, f"must be one of {', '.join(map(str, allowed))}, not {value!r}")
        return value

    def flag(self, section: str, key: str, default: bool) -> bool:
        value = self._value(section, key, default)
        if not isinstance(value, bool):
            self.fail(section, key, f"must be true or false, not {value!r}")
        return value

    def deadline(self) -> float:
        value = self._value("limits", "deadline", 30)
        if type(value) not in (int, float) or not 0 < value <= MAX_DEADLINE_SECONDS:
            self.fail("limits", "deadline", f"must be seconds, above 0 and at most {MAX_DEADLINE_SECONDS}")
        return float(value)

    def memory(self) -> int:
        value = self._value("limits", "memory", 0)
        if type(value) is not int or not 0 <= value <= MAX_MEMORY_BYTES:
            self.fail("limits", "memory", f"must be bytes, at most {MAX_MEMORY_BYTES}, or 0 for all but the reserve")
        return value

    def https(self) -> str:
        value = self._value("server", "https", "on")
        if value not in HTTPS_CHOICES:
            self.fail("server", "https", f'must be "on", "off" or "only", not {value!r}')
        return value

    def credentials(self, directory: Path) -> Credentials:
        given = {key: self._value("tls", key, None) for key in KEYS}
        for key, value in given.items():
            if value is not None and (not isinstance(value, str) or not value):
                self.fail("tls", key, f"must be a string, not {value!r}")
        client = given.pop("client")
        if client is not None and (client not in CLIENT_CHOICES or not given["client_ca"]):
            self.fail("tls", "client", 'must be "required" or "wanted", and needs client_ca')
        files = {key: (directory / name).resolve() for key, name in given.items() if name}
        credentials = Credentials(**files, client_required=client != "wanted")
        if credentials and self.https() == "off":
            self.fail("server", "https", 'is "off", and [tls] needs it')
        if problem := credentials.problem():
            self.fail("tls", *problem)
        return credentials

    def time_server(self) -> str | None:
        value = self._value("network", "time_server", None)
        if value is not None and (not isinstance(value, str) or not TIME_SERVER.fullmatch(value)):
            self.fail("network", "time_server", f'must be "host" or "host:port", not {value!r}')
        return value

    def finish(self) -> None:
        """Fails for a section or key that does not exist."""
        for section, keys in self.data.items():
            if section not in self.SECTIONS or not isinstance(keys, dict):
                self.fail("", section, f"is unknown; there are the sections {', '.join(self.SECTIONS)}")
            for key in keys:
                if key not in self.SECTIONS[section]:
                    self.fail(section, key, f"is unknown; [{section}] has {', '.join(self.SECTIONS[section])}")

    def check_packages(self, app: App) -> None:
        for directory in app.own_directories:
            if not directory.is_dir():
                self.fail("app", "packages", f"{paths.shown(directory)} is no directory; "
                                             "Debian's packages are called python3-…")

    def check_entry(self, app: App) -> None:
        """Fails when the entry's module is nowhere in the app or its own package directories."""
        top = app.entry.partition(":")[0].split(".")[0]
        homes = [app.directory, *app.own_directories]
        if app.script or app.debian_packages or top in {item.name for item in load_catalogue().packages()}:
            return
        if any((home / f"{top}.py").is_file() or (home / top).is_dir() for home in homes):
            return
        self.fail("app", "entry", f"there is no module {top} in {paths.shown(app.directory)}")

    def fail(self, section: str, key: str, text: str) -> None:
        """One line that names the file, the line and the key."""
        number = self._line(section, key)
        place = f"{paths.shown(self.path)}:{number}" if number else paths.shown(self.path)
        raise AppError(f"{place}: {f'[{section}] ' if section else ''}{key}: {text}")

    def _value(self, section: str, key: str, default):
        table = self.data.get(section, {})
        return table.get(key, default) if isinstance(table, dict) else default

    def _line(self, section: str, key: str) -> int:
        """The line a key stands on, 0 when it cannot be told."""
        current = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[\s*([\w.-]+)\s*\]", line)
            current = header[1] if header else current
            if not section and header and current == key:
                return number
            if current == section and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
                return number
        return 0
