"""Makes the parts of an image that depend on the app.

From an app's directory to what the linker needs: its imports are traced, its
Python is compiled, everything it needs is packed into a ROM file system, and
the tables of built-in and frozen modules are generated, so that an image links
what its app uses and no more.  CMake runs this; the files it names in the
dependency file make the next build do it again only when one changed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from hip import credentials, romfs
from hip.app import App, load
from hip.appfiles import SKIPPED_SUFFIXES, app_files
from hip.errors import HipError
from hip.trace import CORE, Source, Trace, TraceError, trace

# Names of init functions that differ from PyInit_<module>; None needs no function.
INIT_FUNCTIONS: dict[str, str | None] = {
    "marshal": "PyMarshal_Init",
    "_warnings": "_PyWarnings_Init",
    "builtins": None,
    "sys": None,
}
ESCAPED_NAME = b"\\N{"  # of a character, in a template say
ZONES = Path("/usr/share/zoneinfo")  # of Debian's package tzdata
ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)*")


@dataclass(frozen=True)
class Paths:
    """Where the build's parts lie."""

    native: Path
    lib: Path
    packages: Path
    out: Path


def package_data(traced: Trace, roots: list[Path]) -> dict[str, Path]:
    """Data files of the third-party packages in the trace, by their path on the device."""
    loaded = {Path(entry["source"]).parent for entry in traced.modules.values() if entry["package"] and "source" in entry}
    found: dict[str, Path] = {}
    for root in roots:
        for directory in sorted(d for d in loaded if d.is_relative_to(root)):
            for path in _data_below(directory, loaded, traced.locales):
                found[f"/rom/packages/{path.relative_to(root).as_posix()}"] = path
        if "importlib.metadata" in traced.modules:
            for path in sorted(root.glob("*.dist-info/*")):
                found[f"/rom/packages/{path.relative_to(root).as_posix()}"] = path
    return found


def zones(traced: Trace) -> dict[str, Path]:
    """The time zones that an app with zoneinfo names, by their path on the device."""
    if "zoneinfo" not in traced.modules:
        return {}
    if not (ZONES / "UTC").is_file():
        raise HipError(f"the app uses zoneinfo, and {ZONES} has no time zones: install Debian's package tzdata")
    names = {"UTC", *(text for text in traced.strings if ZONE.fullmatch(text))}
    return {f"/rom/zoneinfo/{name}": ZONES / name for name in sorted(names) if (ZONES / name).is_file()}


def _data_below(directory: Path, loaded: set[Path], locales: list[str]) -> list[Path]:
    """Files of a package that are not code: no subpackages that are not loaded, no languages but the app's."""
    found = []
    for path in sorted(directory.iterdir()):
        if path.is_dir():
            is_package = (path / "__init__.py").exists()
            foreign = path.name == "LC_MESSAGES" and directory.name not in locales
            if path.name != "__pycache__" and not is_package and not foreign and path not in loaded:
                found += _data_below(path, loaded, locales)
        elif path.suffix not in SKIPPED_SUFFIXES and path.name != "py.typed":
            found.append(path)
    return found


def write_inittab(builtins: list[str], with_character_names: bool, out: Path) -> None:
    """The table of C modules, CPython's ``Modules/config.c`` for one app, and what they leave to an image to choose."""
    names = sorted({*builtins, *CORE})
    functions = {name: INIT_FUNCTIONS.get(name, f"PyInit_{name}") for name in names}
    declared = "\n".join(f"extern PyObject *{f}(void);" for f in functions.values() if f)
    rows = "\n".join(f'    {{"{name}", {f or "NULL"}}},' for name, f in functions.items())
    out.write_text(
        "/* Generated from an app's import trace: the C modules its image links. */\n"
        f"#include <Python.h>\n\n{declared}\n\n"
        f"struct _inittab _PyImport_Inittab[] = {{\n{rows}\n    {{NULL, NULL}},\n}};\n\n"
        "extern const struct hipflask_character_names hipflask_character_names;\n"
        "const struct hipflask_character_names *const hipflask_image_character_names = "
        f"{'&hipflask_character_names' if with_character_names else 'NULL'};\n"
    )


def write_frozen(frozen: dict[str, bool], blobs: Path, c_file: Path, asm_file: Path) -> None:
    """The tables of frozen modules and the assembler file that brings in their code."""
    boot = {n: p for n, p in frozen.items() if n.startswith("_frozen_importlib")}
    rest = {n: p for n, p in frozen.items() if n not in boot}
    symbols = {name: "frozen_" + name.replace(".", "_dot_") for name in frozen}
    sizes = {name: (blobs / name).stat().st_size for name in frozen}

    def table(title: str, names: dict[str, bool]) -> str:
        rows = "".join(f'    {{"{n}", {symbols[n]}, {sizes[n]}, {int(p)}}},\n' for n, p in names.items())
        return f"static const struct _frozen {title}[] = {{\n{rows}    {{0}},\n}};\n"

    declared = "".join(f"extern const unsigned char {s}[];\n" for s in symbols.values())
    c_file.write_text(
        "/* Generated from an app's import trace: the modules frozen into its image. */\n"
        "#define Py_BUILD_CORE 1 /* for struct _module_alias */\n"
        f"#include <Python.h>\n#include <internal/pycore_import.h>\n\n{declared}\n"
        + table("bootstrap", boot)
        + table("start_up", rest)
        + "static const struct _frozen none[] = {{0}};\n"
        "static const struct _module_alias aliases[] = {{0}};\n\n"
        "const struct _frozen *_PyImport_FrozenBootstrap = bootstrap;\n"
        "const struct _frozen *_PyImport_FrozenStdlib = start_up;\n"
        "const struct _frozen *_PyImport_FrozenTest = none;\n"
        "const struct _module_alias *_PyImport_FrozenAliases = aliases;\n"
        "const struct _frozen *PyImport_FrozenModules = NULL;\n"
    )
    lines = ["    .section .rodata.frozen, \"a\""]
    for name, symbol in symbols.items():
        lines += ["    .balign 4", f"    .global {symbol}", f"{symbol}:", f'    .incbin "{blobs / name}"']
    asm_file.write_text("\n".join(lines) + "\n")


def c_string(path: Path | None) -> str:
    """A file in PEM as a C expression."""
    if path is None:
        return "NULL"
    return "\n".join(f"        {json.dumps(line)}" for line in credentials.text(path).splitlines(keepends=True)).lstrip()


def credentials_source(given: credentials.Credentials) -> str:
    """The credentials of an image, as C; nothing when there are none."""
    if not given:
        return ""
    return (
        "static const struct tls_credentials credentials = {\n"
        f"    .certificate = {c_string(given.certificate)},\n"
        f"    .key = {c_string(given.key)},\n"
        f"    .client_ca = {c_string(given.client_ca)},\n"
        f"    .client_required = {'true' if given.client_required else 'false'},\n"
        "};\n\n"
    )


def write_application(app: App, built_at: int, out: Path) -> None:
    """What the firmware has to know about the app."""
    out.write_text(
        "/* Generated from the app's manifest. */\n"
        '#include "application.h"\n'
        '#include "tls.h"\n\n'
        f"{credentials_source(app.credentials)}"
        "static const struct application built = {\n"
        f"    .name = {json.dumps(app.name)},\n"
        f"    .entry = {json.dumps(app.entry)},\n"
        f"    .deadline_ms = {round(app.deadline * 1000)},\n"
        f"    .memory_bytes = {app.memory},\n"
        f"    .time_server = {'NULL' if app.time_server is None else json.dumps(app.time_server)},\n"
        f"    .https_only = {'true' if app.https == 'only' else 'false'},\n"
        f"    .tls = {'NULL' if app.https == 'off' else '&tls'},\n"
        f"    .credentials = {'&credentials' if app.credentials else 'NULL'},\n"
        f"    .built_at = {built_at},\n"
        "};\n\n"
        "const struct application *application(void)\n{\n    return &built;\n}\n"
    )


def write_romfs_assembler(image: Path, out: Path) -> None:
    out.write_text(
        '    .section .romfs, "a"\n    .balign 8\n    .global __romfs_start\n'
        f'__romfs_start:\n    .incbin "{image}"\n    .global __romfs_end\n__romfs_end:\n'
    )


def component_sizes(stored: dict[str, int], frozen: dict[str, int]) -> dict[str, int]:
    """Bytes in flash by Python package: ``app``, ``python`` (the standard library), or a package's name."""
    sizes: dict[str, int] = {"python (frozen)": sum(frozen.values())}
    for path, size in stored.items():
        part, *rest = path.split("/")
        known = {"app": "app", "lib": f"python: {rest[0].removesuffix('.pyc')}", "zoneinfo": "time zones"}
        name = known.get(part, rest[0].removesuffix(".pyc"))
        sizes[name] = sizes.get(name, 0) + size
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def check_budget(report: dict, budget: int | None) -> None:
    """Raises HipError when the ROM file system is larger than the board's memory for it."""
    if budget is not None and report["romfs"] > budget:
        largest = ", ".join(f"{name} {size:,}" for name, size in list(report["python"].items())[:3])
        raise HipError(
            f"the ROM file system of {report['app']} takes {report['romfs']:,} bytes, {report['romfs'] - budget:,} more "
            f"than the board's budget; largest: {largest}"
        )


def pack(app: App, paths: Paths, extra_packages: list[Path]) -> dict:
    """Does it all below ``paths.out``; returns the report that ``hip size`` reads."""
    out = paths.out
    for name in ("rom", "frozen"):
        shutil.rmtree(out / name, ignore_errors=True)
    sources, data = app_files(app)
    roots = [*extra_packages, paths.packages]
    source = Source(paths.native, paths.lib, roots, app.directory)
    traced = trace(source, app, sources, out)
    shipped = data + (sources if traced.with_source else [])
    contents = {f"/rom/app/{p.relative_to(app.directory).as_posix()}": p for p in shipped}
    contents |= package_data(traced, roots) | zones(traced)
    contents |= {f"/{p.relative_to(out).as_posix()}": p for p in sorted((out / "rom").rglob("*.pyc"))}
    newest = max((p.stat().st_mtime for p in [*sources, *data]), default=0)
    built_at = int(os.environ.get("SOURCE_DATE_EPOCH", newest))
    entries = {device.removeprefix("/rom/"): path for device, path in contents.items()}
    # Bytecode is read once, when it is imported; data may be sent from where it lies.
    stored = romfs.pack(entries, out / "romfs.img", mtime=built_at, deflated=lambda path: path.endswith(".pyc"))
    named = traced.character_names or any(ESCAPED_NAME in path.read_bytes() for path in data)
    write_inittab(traced.builtins, named, out / "inittab.c")
    write_frozen(traced.frozen, out / "frozen", out / "frozen.c", out / "frozen.S")
    write_application(app, built_at, out / "application.c")
    write_romfs_assembler(out / "romfs.img", out / "romfs.S")
    frozen = {name: (out / "frozen" / name).stat().st_size for name in traced.frozen}
    report = {
        "app": app.name,
        "entry": app.entry,
        "modules": len(traced.modules),
        "builtins": traced.builtins,
        "python": component_sizes(stored.files, frozen),
        "romfs": (out / "romfs.img").stat().st_size,
        "warnings": traced.warnings,
    }
    (out / "pack.json").write_text(json.dumps(report, indent=1))
    return report


def write_depfile(app: App, depfile: Path, target: Path) -> None:
    """Names everything whose change makes the parts stale: the app's files and folders, and this tool."""
    sources, data = app_files(app)
    folders = {path.parent for path in [*sources, *data]} | {app.directory}
    tool = sorted(Path(__file__).parent.glob("*.py"))
    port = Path(__file__).resolve().parents[2] / "port" / "cpython"
    tool += [port / "unreached.toml", port / "later.py", *sorted((port / "lib").glob("*.py"))]
    manifest = app.directory / "hipflask.toml"
    single = [path for path in (app.script, manifest, *app.credentials.files) if path and path.exists()]
    names = [*sources, *data, *sorted(folders), *tool, *single]
    escaped = [str(name).replace(" ", "\\ ") for name in names]
    depfile.write_text(f"{target}: \\\n  " + " \\\n  ".join(escaped) + "\n")


def main(argv: list[str] | None = None) -> int:
    """Command line, for CMake."""
    parser = argparse.ArgumentParser(prog="python3 -m hip.pack", description=__doc__.splitlines()[0])
    parser.add_argument("--app", type=Path, required=True, help="the app's directory, or a .wsgi script")
    parser.add_argument("--native", type=Path, required=True, help="the native interpreter")
    parser.add_argument("--lib", type=Path, required=True, help="CPython's Lib directory")
    parser.add_argument("--packages", type=Path, required=True, help="directory of third-party packages")
    parser.add_argument("--fetched", type=Path, required=True, help="where packages that a manifest names are unpacked")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rom-budget", type=int, help="bytes the ROM file system may take")
    args = parser.parse_args(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        app = load(args.app)
        extra = app.package_directories(args.fetched)
        paths = Paths(*(path.resolve() for path in (args.native, args.lib, args.packages, args.out)))
        report = pack(app, paths, extra)
        check_budget(report, args.rom_budget)
        write_depfile(app, args.out / "pack.d", args.out / "pack.json")
    except (HipError, TraceError, OSError) as error:
        print(f"hip: {error}", file=sys.stderr)
        return 1
    for warning in report["warnings"]:
        print(f"hip: warning: {warning}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
