"""The three readers, each a program of its own."""

from __future__ import annotations

import json
import re
import struct
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from hip import paths, process

HERE = Path(__file__).resolve().parent
WSGI = paths.ROOT / "wsgi"
LIMIT = re.compile(r"(?m)^wsgi_limit\((\w+) (\d+)\)")
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def limits() -> list[str]:
    """The server's limits as compiler options: their defaults."""
    return [f"-DWSGI_{name}={value}" for name, value in LIMIT.findall((WSGI / "limits.cmake").read_text())]


def build_ours() -> Path:
    """Compiles this server's reader, with sanitizers; returns the program."""
    directory = paths.BUILD / "differential"
    directory.mkdir(parents=True, exist_ok=True)
    program = directory / "reader"
    sources = [HERE / "reader.c", WSGI / "parser.c", WSGI / "body.c"]
    process.run(["gcc", "-g", "-O1", "-Wall", "-Wextra", "-Werror", *SANITIZERS, f"-I{WSGI}", *limits(),
                 *map(str, sources), "-o", str(program)], paths.log_path("differential"), "compiling reader.c")
    return program


READERS: dict[str, Callable[[], list[str]]] = {
    "ours": lambda: [str(build_ours())],
    "llhttp": lambda: ["node", "--no-deprecation", str(HERE / "llhttp_reader.js")],
    "h11": lambda: ["/usr/bin/python3", str(HERE / "h11_reader.py")],
}


def write(streams: Iterable[bytes], path: Path) -> None:
    """The file that readers take."""
    path.write_bytes(b"".join(struct.pack("<I", len(stream)) + stream for stream in streams))


def read(name: str, path: Path) -> list[dict]:
    """One reader's readings of a file of streams."""
    done = subprocess.run([*READERS[name](), str(path)], check=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]
