"""Builds CPython from one source: natively, and for a board's processor.

The *native* interpreter freezes modules during the cross build, compiles the
``.pyc`` files of every image and runs the import trace, so its bytecode and
its set of modules are exactly the device's.  The *cross* build yields a
library of objects; the linker and the tables generated per app decide what an
image takes from it.  The host board links the native one's library, or that of
its twin under AddressSanitizer.

Each is built once and keyed by everything that goes into it; a second call with
nothing changed returns at once.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORT = ROOT / "port" / "cpython"
COMMON_OPTIONS = [
    "--disable-test-modules",
    "--disable-ipv6",
    "--without-ensurepip",
    "--without-doc-strings",
    "--without-mimalloc",
    "--without-pymalloc",
    "--without-readline",
    "--without-system-libmpdec",
]
BUNDLED_LIBRARIES = [
    "Modules/_hacl/libHacl_Hash_SHA2.a",
    "Modules/_decimal/libmpdec/libmpdec.a",
    "Modules/expat/libexpat.a",
]
ZLIB_SOURCES = ["adler32", "crc32", "deflate", "inffast", "inflate", "inftrees", "trees", "zutil"]
# Of the device's interpreter a few files are compiled for speed: 41 KB more, 6 % fewer instructions of a
# Flask request, 8 % of a start.  Further ones cost as much and gain little.
HOT = [f"{name}.o" for name in ("Objects/dictobject", "Objects/object", "Objects/typeobject", "Python/ceval",
                                "Python/gc", "Python/marshal")]
HOT_FLAGS, COLD_FLAGS = "-O2 -g1 -DNDEBUG", "-Os -g1 -DNDEBUG"
# The interpreters for this machine: options of configure, and the compiler's optimisation.
NATIVE = {
    "native": ([], "-O2 -g0 -DNDEBUG"),
    "native-asan": (["--with-address-sanitizer"], "-O1 -g1 -DNDEBUG"),
}


class BuildError(Exception):
    """A build step failed; the message names the step and its log."""


@dataclass(frozen=True)
class Processor:
    """What the cross build needs to know of a board: a name for the directory and GCC's flags."""

    name: str
    flags: tuple[str, ...]


def _run(argv: list[str], cwd: Path, log: Path, env: dict[str, str]) -> None:
    """Runs one command with its output appended to the log; raises BuildError."""
    with log.open("ab") as out:
        out.write(f"$ {shlex.join(argv)}\n".encode())
        out.flush()
        code = subprocess.run(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out).returncode
    if code != 0:
        raise BuildError(f"`{shlex.join(argv[:3])} …` failed with {code}; its output is in {log}")


def _environment(config_site: str, **extra: str) -> dict[str, str]:
    """The environment of configure and make: the user's, less what would leak into a build."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CFLAGS", "LDFLAGS", "CPPFLAGS"))}
    env.update(CONFIG_SITE=str(PORT / config_site), HIPFLASK_CPYTHON_PORT=str(PORT), MODULE_BUILDTYPE="static")
    env.update(LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1", **extra)
    return env


def _key(source: Path, *parts: object) -> str:
    """Identifies a build by its source, this file, the port's answers and its options."""
    digest = hashlib.sha256(repr(parts).encode())
    stamp = source / ".hipflask-stamp"
    digest.update(stamp.read_bytes() if stamp.exists() else str(source).encode())
    for path in [Path(__file__), *sorted(PORT.glob("*.site")), PORT / "baremetal.h"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_built(directory: Path, key: str) -> bool:
    stamp = directory / "built"
    return stamp.exists() and stamp.read_text() == key


@contextlib.contextmanager
def _alone(directory: Path):
    """One build at a time in a directory: a second one waits, and then finds it built."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(directory.with_suffix(".lock"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start_over(directory: Path) -> Path:
    """Empties a build directory and returns its log's path."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory / "build.log"


def build_native(source: Path, directory: Path, jobs: int, name: str = "native") -> Path:
    """Builds one of the interpreters that run on this machine; returns its path."""
    options, optimisation = NATIVE[name]
    key = _key(source, name, COMMON_OPTIONS, options)
    python = directory / "python"
    with _alone(directory):
        if _is_built(directory, key):
            return python
        log = _start_over(directory)
        env = _environment("modules.site", OPT=optimisation, ASAN_OPTIONS="detect_leaks=0")
        _run([str(source / "configure"), *COMMON_OPTIONS, *options], directory, log, env)
        _run(["make", f"-j{jobs}", "python", "pybuilddir.txt"], directory, log, env)
        (directory / "built").write_text(key)
    return python


def _build_zlib(source: Path, directory: Path, processor: Processor, log: Path, env: dict[str, str]) -> Path:
    """Compiles the part of zlib that CPython's module uses; returns the directory of libz.a."""
    out = directory / "zlib"
    out.mkdir()
    flags = [*processor.flags, "-Os", "-g1", "-ffunction-sections", "-fdata-sections"]
    for name in ZLIB_SOURCES:
        _run(["arm-none-eabi-gcc", *flags, "-c", str(source / f"{name}.c"), "-o", f"{name}.o"], out, log, env)
    _run(["arm-none-eabi-ar", "rcs", "libz.a", *(f"{name}.o" for name in ZLIB_SOURCES)], out, log, env)
    for header in ("zlib.h", "zconf.h"):
        shutil.copy(source / header, out)
    return out


def _cross_environment(directory: Path, zlib: Path, processor: Processor) -> dict[str, str]:
    """Compilers, flags and library locations of the cross build."""
    flags = [
        *processor.flags,
        "-ffunction-sections",
        "-fdata-sections",
        "-isystem",
        str(ROOT / "port" / "newlib" / "include"),
        "-include",
        str(PORT / "baremetal.h"),
        # newlib's uint32_t is a long, CPython's version tags are ints; GCC 14 takes that for an error.
        "-Wno-error=incompatible-pointer-types",
    ]
    return _environment(
        "config.site",
        CC="arm-none-eabi-gcc",
        CXX="arm-none-eabi-g++",
        CPP="arm-none-eabi-gcc -E",
        AR="arm-none-eabi-ar",
        RANLIB="arm-none-eabi-ranlib",
        READELF="arm-none-eabi-readelf",
        CFLAGS=shlex.join(flags),
        CPPFLAGS=shlex.join(flags[len(processor.flags) + 2 :]),
        OPT=COLD_FLAGS,
        LDFLAGS=shlex.join([*processor.flags, "--specs=nosys.specs"]),
        ZLIB_CFLAGS=f"-I{zlib}",
        ZLIB_LIBS=f"-L{zlib} -lz",
        PKG_CONFIG="/bin/false",
    )


def build_cross(
    source: Path, zlib_source: Path, native: Path, directory: Path, processor: Processor, jobs: int
) -> Path:
    """Builds the library of objects for a processor; returns the path of libpython3.13.a."""
    key = _key(source, "cross", COMMON_OPTIONS, processor)
    library = directory / "libpython3.13.a"
    with _alone(directory):
        if _is_built(directory, key):
            return library
        log = _start_over(directory)
        zlib = _build_zlib(zlib_source, directory, processor, log, _environment("config.site"))
        env = _cross_environment(directory, zlib, processor)
        _run([str(source / "configure"), *_cross_options(source, native)], directory, log, env)
        _run(["make", f"-j{jobs}", f"OPT={HOT_FLAGS}", *HOT], directory, log, env)
        _run(["make", f"-j{jobs}", library.name, *BUNDLED_LIBRARIES], directory, log, env)
        (directory / "built").write_text(key)
    return library


def _cross_options(source: Path, native: Path) -> list[str]:
    guess = subprocess.run([str(source / "config.guess")], check=True, capture_output=True, text=True)
    hosts = ["--host=arm-none-eabi", f"--build={guess.stdout.strip()}"]
    return [*hosts, f"--with-build-python={native}", *COMMON_OPTIONS]


def main(argv: list[str] | None = None) -> int:
    """Command line: build one of them, for CMake and for engineers without ``hip``."""
    parser = argparse.ArgumentParser(prog="python3 -m hip.interpreter", description=__doc__.splitlines()[0])
    parser.add_argument("which", choices=[*NATIVE, "cross"])
    parser.add_argument("--source", type=Path, required=True, help="CPython's source directory")
    parser.add_argument("--out", type=Path, required=True, help="build directory")
    parser.add_argument("--zlib", type=Path, help="zlib's source directory (cross)")
    parser.add_argument("--native", type=Path, help="the native interpreter (cross)")
    parser.add_argument("--processor", help="name of the processor (cross)")
    parser.add_argument("--flags", default="", help="GCC's flags for it (cross)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args(argv)
    try:
        if args.which in NATIVE:
            print(build_native(args.source.resolve(), args.out.resolve(), args.jobs, args.which))
        else:
            processor = Processor(args.processor, tuple(shlex.split(args.flags)))
            native, zlib = args.native.resolve(), args.zlib.resolve()
            print(build_cross(args.source.resolve(), zlib, native, args.out.resolve(), processor, args.jobs))
    except BuildError as error:
        print(f"hip: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
