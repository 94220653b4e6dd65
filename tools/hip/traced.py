"""Runs inside the native interpreter: imports an app and says what it needed.

Started by ``trace.py`` as a script, isolated, with one argument: a JSON file
that describes the device's paths.  Three rounds:

1. *Import* the app as the device will and note every module that arrives.
2. *Read* each of them for imports inside functions, which run later on the
   device but never here, and import those too, until nothing new turns up.
   What a library imports in a corner that a device never reaches is listed in
   ``port/cpython/unreached.toml``.
3. *Compile* all of it to sourceless bytecode at the app's optimisation level.

Prints one JSON document; an app's own output goes to standard error.
"""

import ast
import importlib
import importlib.util
import json
import marshal
import os
import pkgutil
import re
import sys
import traceback
from encodings.aliases import aliases
from fnmatch import fnmatchcase
from importlib._bootstrap_external import _code_to_hash_pyc

# Modules imported by C code, or by a machinery whose imports are not followed.
IMPORTED_UNSEEN = {
    "importlib.resources": ["importlib.readers"],
    "zipfile": ["encodings.cp437"],
    "encodings.idna": ["encodings.punycode"],
    "_pickle": ["copyreg", "_compat_pickle"],
    "_decimal": ["numbers", "collections"],
    "_elementtree": ["copy", "xml.etree.ElementPath"],
    "_zoneinfo": ["zoneinfo._common", "zoneinfo._tzpath"],
    "_asyncio": ["asyncio.events", "asyncio.base_futures"],
}
# Modules whose strings name modules, as an app's own strings do: a framework's defaults.
SETTINGS = {"django.conf.global_settings", "django.template.engine"}
# Subpackages that a framework finds by their name in every package that is there, once it is loaded itself.
CONVENTIONS = {"django.template.library": "templatetags"}
# Modules that look at the app's source when they run: Pyramid's decorators note the line that they stand on.
SOURCE_READERS = {"pyramid.view"}
# What no device has, and what to do about it.
ABSENT = {
    "_sqlite3": "; there is no SQLite here: Django's settings say DATABASES = {}",
    "_ssl": "; there is no ssl here: the firmware owns the network",
    "_ctypes": "; there is no ctypes here",
}
# What is assigned to such a name is a language: LANGUAGE_CODE, LANGUAGES, BABEL_DEFAULT_LOCALE.
LANGUAGE_NAME = re.compile(r"LANGUAGE|LOCALE", re.IGNORECASE)
LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]+))?")
# Modules with a language's formats, by a package that imports them by a name made at run time.
FORMATS = {"django.utils.formats": "django.conf.locale.{}.formats"}
DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", re.ASCII)
# Modules that C code imports only when a certain method is called: taken when an app's or a
# package's source has that method's name.
IMPORTED_BY_METHOD = {"strptime": "_strptime"}
# What unicodedata does without the names of characters. Whoever uses more of it, or writes what C code looks them up
# for, gets the names too.
NAMELESS = {"normalize", "is_normalized", "category", "combining", "bidirectional", "decimal", "digit", "numeric", "mirrored",
            "east_asian_width", "decomposition", "ucd_3_2_0", "unidata_version"}
NAMING = re.compile(r"\\N\{|^(namereplace|unicode[-_]escape)$", re.IGNORECASE)
# The import system's frozen parts, by the two names that each of them has.
BOOTSTRAP = {
    "_frozen_importlib": "importlib._bootstrap",
    "_frozen_importlib_external": "importlib._bootstrap_external",
}
# Modules of the standard library that run when they are imported, whatever port/cpython/later.py does to the rest:
# they are the import system's, or change what C code does.
AT_ONCE = ["encodings*", "importlib*", "warnings", "copyreg", "__future__"]
# Small codecs that every image has: the start-up's own, and PEP 3333's native strings.
CODECS = ["encodings.ascii", "encodings.latin_1", "encodings.utf_8", "encodings.aliases"]


class AppError(Exception):
    """The app cannot be built; the message says what is wrong and where."""


def is_guarded(node: ast.AST, parents: dict) -> bool:
    """True for an import whose failure the code expects: inside try with an except for ImportError."""
    child = node
    while (parent := parents.get(child)) is not None:
        if isinstance(parent, ast.Try) and child in parent.body:
            for handler in parent.handlers:
                names = ast.unparse(handler.type) if handler.type else "ImportError"
                if re.search(r"ImportError|ModuleNotFoundError|\bException\b|BaseException", names):
                    return True
        child = parent
    return False


def is_unreachable(node: ast.AST, parents: dict) -> bool:
    """True below ``if TYPE_CHECKING`` and ``if __name__ == "__main__"``."""
    child = node
    while (parent := parents.get(child)) is not None:
        if isinstance(parent, ast.If) and child in parent.body:
            test = ast.unparse(parent.test)
            if "TYPE_CHECKING" in test or re.match(r"__name__ == ['\"]__main__", test):
                return True
        child = parent
    return False


def is_deferred(node: ast.AST, parents: dict) -> bool:
    """True inside a function: the import runs when that is called, not at import."""
    while (node := parents.get(node)) is not None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return True
    return False


class Desk:
    """This script's own ``sys.modules``, put in place while it works for itself.

    Much of the standard library imports more of itself on use; without this, what
    the tracer uses would look as if the app had imported it.
    """

    def __init__(self):
        self.other = dict(sys.modules)

    def __enter__(self):
        mine, self.other = self.other, dict(sys.modules)
        sys.modules.clear()
        sys.modules.update(mine)

    __exit__ = lambda self, *exception: self.__enter__()  # noqa: E731 (the same swap, back)


def uses_names(tree: ast.AST) -> bool:
    """Whether a source may need the characters' names at run time: unicodedata.name() and lookup(), \\N{} in its strings."""
    modules, known = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMING.search(node.value):
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "unicodedata":
            if not {alias.name for alias in node.names} <= NAMELESS:
                return True
            modules |= {alias.asname or alias.name for alias in node.names if alias.name == "ucd_3_2_0"}
        if isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names if alias.name == "unicodedata"}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in NAMELESS:
            known.add(node.value)
    return any(isinstance(node, ast.Name) and node.id in modules and node not in known for node in ast.walk(tree))


class Imports:
    """The import statements of one source file, each as (module, names, line, guarded, deferred)."""

    def __init__(self, tree: ast.AST, module: str, is_package: bool):
        self.found: list[tuple[str, tuple[str, ...], int, bool, bool]] = []
        self.strings: set[str] = set()
        self.languages: set[str] = set()
        self.names_characters = uses_names(tree)
        self.attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
        package = module if is_package else module.rpartition(".")[0]
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.strings.add(node.value)
            if isinstance(node, ast.Assign) and LANGUAGE_NAME.search(" ".join(map(ast.unparse, node.targets))):
                self.languages |= {inner.value for inner in ast.walk(node.value) if isinstance(inner, ast.Constant)
                                   and isinstance(inner.value, str) and LANGUAGE.fullmatch(inner.value)}
            for name, names in self._targets(node, package):
                if not is_unreachable(node, parents):
                    guarded, deferred = is_guarded(node, parents), is_deferred(node, parents)
                    self.found.append((name, names, node.lineno, guarded, deferred))

    @staticmethod
    def _targets(node: ast.AST, package: str):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".") if node.level else []
            base = base[: len(base) - node.level + 1] if node.level > 1 else base
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield name, tuple(alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = ast.unparse(node.func)
            if function.rpartition(".")[2] in ("__import__", "import_module", "find_spec") and len(node.args) == 1:
                name = node.args[0].value
                if isinstance(name, str) and re.fullmatch(r"[\w.]+", name) and not name.startswith("."):
                    yield name, ()


class Tracer:
    """Follows an app's imports; knows where each module lies on the device."""

    def __init__(self, job: dict, desk: Desk):
        self.job = job
        self.desk = desk
        self.app_dir: str = job["app_dir"]
        self.unreached: list[list[str]] = job["unreached"]
        self.warnings: list[str] = []
        self.read: set[str] = set()
        self.failed: set[str] = set()
        self.because: dict[str, str] = {}
        self.own: set[str] = set()  # the app's modules: what they import is taken, wherever it says so
        self.own_strings: set[str] = set()
        self.languages: set[str] = set()
        self.names_characters = "unicodedata" in job["modules"]

    # -- round one ---------------------------------------------------------
    def import_app(self) -> None:
        """Imports the entry module; a missing package or a syntax error is an AppError."""
        try:
            importlib.import_module(self.job["entry_module"])
        except ModuleNotFoundError as error:
            hint = ABSENT.get(str(error.name), "")
            raise AppError(f"no module named '{error.name}', imported by {self._importer(error)}{hint}") from None
        except SyntaxError as error:
            raise AppError(f"{error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}") from None
        except BaseException as error:  # an app may do anything, sys.exit() included
            where = self._importer(error)
            self.warnings.append(
                f"{where}: {type(error).__name__}: {error}, while its imports were traced; the device will try again"
            )

    def _importer(self, error: BaseException) -> str:
        """The innermost line of real source in a traceback, as file:line."""
        with self.desk:
            frames = [f for f in traceback.extract_tb(error.__traceback__) if os.path.exists(f.filename)]
        frames = [f for f in frames if f.filename != __file__ and f"{os.sep}importlib{os.sep}" not in f.filename]
        return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else self.job["entry_module"]

    # -- round two ---------------------------------------------------------
    def follow(self) -> None:
        """Reads all that is loaded for further imports until nothing new arrives."""
        for name in self.job["modules"]:
            self._import_named(name)
        for name in CODECS:
            self._try_import(name)
        self._follow_unread()
        self._follow_unimported_app_files()
        self._follow_conventions()
        self._follow_unread()

    def _follow_unread(self) -> None:
        """Reads modules until none has arrived that was not read."""
        while unread := [n for n in sorted(sys.modules) if n not in self.read]:
            for name in unread:
                self.read.add(name)
                self._follow_module(name)

    def _import_named(self, name: str) -> None:
        """A module the manifest names; ``package.*`` takes every submodule."""
        base = name.removesuffix(".*")
        try:
            module = importlib.import_module(base)
        except ImportError as error:
            raise AppError(f"{self.job['manifest']}: modules: '{name}' cannot be imported: {error}") from None
        if base != name:
            for info in list(pkgutil.iter_modules(getattr(module, "__path__", []), base + ".")):
                self._import_named(info.name + (".*" if info.ispkg else ""))

    def _follow_module(self, name: str) -> None:
        for needed in IMPORTED_UNSEEN.get(name, []):
            self._follow_import(name, needed, ())
        source = source_of(sys.modules.get(name))
        if source is None:
            return
        is_package = os.path.basename(source).startswith("__init__.")
        own = is_below(source, self.app_dir) and not any(is_below(source, root) for root in self.job["packages"])
        if own:
            self.own.add(name)
        standard = is_below(source, self.job["lib"])
        imports = self._read(source, name, is_package)
        for target, names, line, guarded, deferred in imports.found:
            if (deferred and not (standard and guarded)) or own:
                missing = self._follow_import(name, target, names)
                if missing and own and not guarded:
                    raise AppError(f"no module named '{missing}', imported by {source}:{line}")
        if own or name in SETTINGS:
            self._follow_names(name, imports.strings)
        if own:
            self._note_choices(imports)
        if not standard:
            self.names_characters |= imports.names_characters
            self._follow_codecs(imports.strings)
            for method in IMPORTED_BY_METHOD.keys() & imports.attributes:
                self._follow_import(name, IMPORTED_BY_METHOD[method], ())

    def _read(self, source: str, name: str, is_package: bool) -> Imports:
        with open(source, "rb") as file:
            text = file.read()
        try:
            with self.desk:
                return Imports(ast.parse(text, source), name, is_package)
        except SyntaxError as error:
            raise AppError(f"{error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}") from None

    def _follow_import(self, importer: str, target: str, names: tuple[str, ...]) -> str | None:
        """Imports a target unless it is unreached; returns the name of what is missing, or None."""
        own = importer in self.own
        if not own and any(fnmatchcase(importer, who) and fnmatchcase(target, what) for who, what in self.unreached):
            return None
        before = set(sys.modules)
        missing = self._try_import(target)
        if missing is None:
            for name in names:
                module = sys.modules.get(target)
                if name != "*" and hasattr(module, "__path__") and not hasattr(module, name):
                    self._try_import(f"{target}.{name}")
        self.because.update(dict.fromkeys(set(sys.modules) - before, importer))
        return missing

    def _try_import(self, name: str) -> str | None:
        if name in sys.modules:
            return None
        if name in self.failed:
            return name
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            self.failed.add(name)
            return error.name or name
        except BaseException:  # a library may refuse this platform in any way it likes
            self.failed.add(name)
        return None

    def _follow_codecs(self, strings: set[str]) -> None:
        """A string that names a codec is taken for the use of that codec."""
        for text in strings:
            if len(text) < 24 and text.isascii():
                name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
                name = aliases.get(name, name)
                if os.path.exists(os.path.join(self.job["lib"], "encodings", f"{name}.py")):
                    self._try_import(f"encodings.{name}")

    def _follow_names(self, importer: str, strings: set[str]) -> None:
        """A string that names a module of a package, or something in one, is taken for its import."""
        for text in sorted(strings):
            if DOTTED.fullmatch(text) and self._is_packaged(text.partition(".")[0]):
                if self._follow_import(importer, text, ()) is not None:
                    self._follow_import(importer, text.rpartition(".")[0], ())

    def _is_packaged(self, top: str) -> bool:
        """Whether a name is that of a third-party package."""
        try:
            spec = importlib.util.find_spec(top)
        except (ImportError, ValueError):
            return False
        if spec is None:
            return False
        places = [spec.origin] if spec.has_location else spec.submodule_search_locations or []
        return any(is_below(place, root) for place in places for root in self.job["packages"])

    def _note_choices(self, imports: Imports) -> None:
        """What an app chooses by a string: languages, time zones."""
        self.own_strings |= imports.strings
        self.languages |= imports.languages

    def locales(self) -> list[str]:
        """The app's languages as gettext names their folders: `de-at` is `de_AT`, and `de` for what it lacks."""
        found = {"en"}
        for language, country in (LANGUAGE.fullmatch(text).groups() for text in self.languages):
            found.add(language)
            if country:
                found.add(f"{language}_{country.upper() if len(country) == 2 else country.title()}")
        return sorted(found)

    def _follow_conventions(self) -> None:
        """Subpackages that are found by their name, and the formats of the app's languages."""
        for package, module in FORMATS.items():
            for locale in self.locales() if package in sys.modules else ():
                self._try_import(module.format(locale))
        for framework, subpackage in CONVENTIONS.items():
            for name in [name for name in sys.modules if framework in sys.modules]:
                found = f"{name}.{subpackage}"
                if hasattr(sys.modules[name], "__path__") and self._try_import(found) is None and found in sys.modules:
                    for info in list(pkgutil.iter_modules(sys.modules[found].__path__, found + ".")):
                        self._try_import(info.name)

    def _follow_unimported_app_files(self) -> None:
        """App modules that nothing imported are shipped, so what they import is shipped as well."""
        loaded = {source_of(m) for m in list(sys.modules.values())}
        for source in self.job["app_sources"]:
            if source in loaded:
                continue
            relative = os.path.relpath(source, self.app_dir)[: -len(".py")]
            module = relative.replace(os.sep, ".").removesuffix(".__init__")
            self.own.add(module)
            imports = self._read(source, module, source.endswith("__init__.py"))
            self._follow_names(module, imports.strings)
            self._note_choices(imports)
            self.names_characters |= imports.names_characters
            for target, names, line, guarded, _deferred in imports.found:
                inside = os.path.exists(os.path.join(self.app_dir, *target.split(".")[:1]))
                if not inside and (missing := self._follow_import(module, target, names)) and not guarded:
                    self.warnings.append(f"{source}:{line}: no module named '{missing}' (nothing imports this file)")
        self._follow_unread()


def source_of(module) -> str | None:
    """The path of a module's source, also of a frozen one; None for C modules."""
    spec = getattr(module, "__spec__", None)
    origin = getattr(spec, "origin", None)
    if origin == "frozen":
        origin = getattr(spec.loader_state, "filename", None) or getattr(module, "__file__", None)
    if origin and origin.endswith(".py") and os.path.exists(origin):
        return os.path.realpath(origin)
    return None


def is_below(path: str, directory: str) -> bool:
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(directory), ""))


def device_path(source: str, roots: list[list[str]]) -> str | None:
    """Where a source lies on the device, by the first root that holds it."""
    for directory, target in roots:
        if is_below(source, directory):
            return f"{target}/{os.path.relpath(source, os.path.realpath(directory))}"
    return None


def cached(device: str) -> str:
    """Where the device's import system looks for a source's bytecode; it runs at optimisation level 2."""
    directory, name = os.path.split(device)
    return f"{directory}/__pycache__/{name[: -len('.py')]}.{sys.implementation.cache_tag}.opt-2.pyc"


def write_bytecode(source: str, device: str, out: str, optimize: int, beside: bool = False) -> int:
    """Compiles one file for the device, where it is found alone or beside its source; returns the size of the .pyc.

    PEP 552's unchecked hash-based form without a source: nothing in it depends on the
    build machine's clock.  Raises AppError for source that does not compile.
    """
    with open(source, "rb") as file:
        text = file.read()
    try:
        code = compile(text, device, "exec", dont_inherit=True, optimize=optimize)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0)
        raise AppError(f"{source}:{line}: {type(error).__name__}: {getattr(error, 'msg', error)}") from None
    data = _code_to_hash_pyc(code, bytes(8), False)
    target = out + (cached(device) if beside else device[: -len(".py")] + ".pyc")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(data)
    return len(data)


def write_frozen(name: str, source: str, out: str, known_as: str) -> int:
    """Marshals one start-up module for the frozen table; tracebacks show it as ``known_as``."""
    with open(source, "rb") as file:
        code = compile(file.read(), f"<frozen {known_as}>", "exec", dont_inherit=True, optimize=2)
    return write_marshalled(name, code, out)


def write_marshalled(name: str, code, out: str) -> int:
    """Writes a code object for the frozen table; returns its size."""
    os.makedirs(out, exist_ok=True)
    data = marshal.dumps(code)
    with open(os.path.join(out, name), "wb") as file:
        file.write(data)
    return len(data)


def waiting(modules: dict, lib: str) -> list[str]:
    """The modules whose code the device runs when they are used."""
    # A package that makes a submodule of another module, as `collections` does, must run before that is looked for.
    makers = {name.rpartition(".")[0] for name, module in sys.modules.items()
              if getattr(module, "__spec__", None) and module.__spec__.name != name}
    return [name for name, entry in modules.items() if "size" in entry and is_below(entry["source"], lib)
            and name not in makers and not any(fnmatchcase(name, pattern) for pattern in AT_ONCE)]


def write_later(source: str, names: list[str], out: str) -> int:
    """Marshals the module that lets them wait, with their names in its MODULES."""
    with open(source, "rb") as file:
        tree = ast.parse(file.read())
    for node in tree.body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "MODULES":
            node.value = ast.copy_location(ast.Constant(f"/{'/'.join(names)}/"), node.value)
    return write_marshalled("_later", compile(tree, "<frozen _later>", "exec", dont_inherit=True, optimize=2), out)


def prepare(job: dict) -> None:
    """Makes this interpreter look like the device's to the code it imports."""
    keep = {*sys.builtin_module_names, *job["at_start"], "__main__", "sys", "builtins"}
    for name in [name for name in sys.modules if name not in keep]:
        del sys.modules[name]  # this script's own imports are not the app's
    for name in [name for name in sys.builtin_module_names if name in sys.modules]:
        if name not in job["core"]:
            del sys.modules[name]
    sys.platform = job["platform"]
    vars(sys.implementation).pop("_multiarch", None)  # part of the name of sysconfig's data
    sys.path[:] = job["path"]
    sys.dont_write_bytecode = True
    sys.argv[:] = [""]
    os.environ.clear()
    os.environ.update(job["environ"])
    os.chdir(job["app_dir"])


def describe(tracer: Tracer, start_up: list[str], out: str) -> dict:
    """Compiles all that was traced and returns the trace as a document."""
    job = tracer.job
    modules = {}
    beside = not SOURCE_READERS.isdisjoint(sys.modules)
    for name, module in sorted(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if name == "__main__" or spec is None or spec.name != name or name in ("hipflask", *BOOTSTRAP, *BOOTSTRAP.values()):
            continue
        source = source_of(module)
        entry = {"package": hasattr(module, "__path__"), "because": tracer.because.get(name, "")}
        if source and (device := device_path(source, job["roots"])):
            entry.update(source=source, device=device)
            if name in start_up:
                entry["frozen"] = write_frozen(name, source, os.path.join(out, "frozen"), name)
            else:
                own = source in job["app_sources"]
                entry["size"] = write_bytecode(source, device, out, job["optimize"], beside and own)
        elif source and is_below(source, job["stand_ins"]):
            entry["builtin"] = True
        elif spec.origin == "built-in" or spec.origin is None:
            entry["builtin"] = spec.origin == "built-in"
        modules[name] = entry
    for source in job["app_sources"]:
        write_bytecode(source, device_path(source, job["roots"]), out, job["optimize"], beside)
    if job["later"] and (names := waiting(modules, job["lib"])):
        modules["_later"] = {"package": False, "frozen": write_later(job["later"], names, os.path.join(out, "frozen"))}
    for frozen, name in BOOTSTRAP.items():
        path = os.path.join(job["lib"], *name.split(".")) + ".py"
        size = write_frozen(frozen, path, os.path.join(out, "frozen"), name)  # CPython knows them by this name
        modules[frozen] = {"package": False, "source": path, "frozen": size}
    return {"modules": modules, "warnings": tracer.warnings, "locales": tracer.locales(),
            "strings": sorted(tracer.own_strings), "character_names": tracer.names_characters, "with_source": beside}


def main() -> int:
    """Runs the job; prints the trace, or ``{"error": …}``."""
    with open(sys.argv[1]) as file:
        job = json.load(file)
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    desk = Desk()
    tracer = Tracer(job, desk)
    prepare(job)
    try:
        tracer.import_app()
        tracer.follow()
        result = describe(tracer, job["start_up"], job["out"])
    except AppError as error:
        result = {"error": str(error)}
    json.dump(result, answer)
    answer.flush()
    os._exit(0)  # threads or atexit handlers of the app must not hold the build


if __name__ == "__main__":
    main()
