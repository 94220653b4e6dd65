"""What an image takes: flash and RAM by component, Python by package, and the board's budgets.

The linker's map says where each byte of an image lies, ``pack.json`` what the ROM
file system holds; what the heap takes once the app is imported is measured by
booting the image.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from hip import linkermap
from hip.boards import Board, find_board
from hip.errors import HipError
from hip.image import Image

# The first pattern that a linked file's path matches names its component.
COMPONENTS = [
    ("TLS", r"sources/mbedtls/|port/mbedtls/|port/(armv7m/)?field"),
    ("lwIP", r"sources/lwip/|/src/(core|netif)/"),
    ("zlib", r"/libz\.a"),
    ("CPython", r"libpython3|libHacl|libmpdec|libexpat"),
    ("frozen modules", r"frozen\.[cS]\.obj|inittab\.c"),
    ("ROM file system", r"romfs\.S\.obj"),
    ("dispatcher (wsgi/)", r"wsgi/CMakeFiles"),
    ("firmware", r"firmware/CMakeFiles|images/[^/]*/application\.c"),
    ("ports and drivers", r"port/|boards/"),
    ("C library", r"lib(c|g|m|gcc|nosys)\.a|crt"),
]
# Output sections by the memory they take; .data has its initial values in flash.
MEMORIES = {
    "flash": (".vectors", ".text", ".rodata", ".ARM.exidx", ".ARM.extab", ".data"),
    "xrom": (".romfs",),
    "ram": (".stacks", ".data", ".bss"),
    "psram": (".psram",),
}
TITLES = {"flash": "flash", "xrom": "ROM file system", "ram": "static RAM", "psram": "static PSRAM"}
STARTED = r"^hipflask: heap (\d+) of (\d+) bytes, stack (\d+) of (\d+) bytes"
BOOT_SECONDS = 120


def component_of(path: str) -> str:
    """The component that a linked file belongs to."""
    return next((name for name, pattern in COMPONENTS if re.search(pattern, path)), "other")


def read_map(text: str) -> dict[str, dict[str, int]]:
    """Bytes by output section and component, from GNU ld's map."""
    sizes: dict[str, dict[str, int]] = {}
    for name, section in linkermap.read(text).items():
        parts: dict[str, int] = {}
        for piece in section.pieces:
            if piece.file:
                component = component_of(piece.file)
                parts[component] = parts.get(component, 0) + piece.size
        rest = section.size - sum(parts.values())
        if rest > 0:
            parts["stacks" if name == ".stacks" else "alignment"] = rest
        if section.size:
            sizes[name] = parts
    return sizes


def by_memory(sections: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Bytes by memory and component."""
    memories: dict[str, dict[str, int]] = {}
    for memory, names in MEMORIES.items():
        parts = memories.setdefault(memory, {})
        for name in names:
            for component, size in sections.get(name, {}).items():
                parts[component] = parts.get(component, 0) + size
        memories[memory] = dict(sorted(parts.items(), key=lambda item: -item[1]))
    return memories


def budgets(board: Board) -> dict[str, int]:
    """The board's budgets in bytes, by memory."""
    names = {memory: f"BOARD_{memory.upper()}_BUDGET" for memory in MEMORIES}
    return {memory: int(board.value(name)) for memory, name in names.items() if board.value(name)}


def static_report(board: Board, directory: Path) -> dict:
    """What can be said of an image without booting it."""
    memories = by_memory(read_map((directory / "firmware.map").read_text(encoding="utf-8", errors="replace")))
    packed = json.loads((directory / "pack.json").read_text(encoding="utf-8"))
    return {
        "app": packed["app"],
        "board": board.name,
        "memories": {name: {"total": sum(parts.values()), "components": parts} for name, parts in memories.items()},
        "budgets": budgets(board),
        "python": packed["python"],
        "builtin_modules": packed["builtins"],
    }


def check(report: dict) -> None:
    """Raises HipError when an image is past its board's budget."""
    for memory, budget in report["budgets"].items():
        used = report["memories"][memory]
        if used["total"] > budget:
            largest = ", ".join(f"{name} {size:,}" for name, size in list(used["components"].items())[:3])
            raise HipError(
                f"{report['app']} takes {used['total']:,} bytes of {TITLES[memory]}, {used['total'] - budget:,} more than "
                f"the budget of {report['board']}; largest: {largest}"
            )


def measure(board: Board, image: Image) -> dict:
    """The whole report; boots the image in QEMU until it serves."""
    from hip.machine import machine_for

    report = static_report(board, image.dir)
    with machine_for(board, image) as machine:
        found = machine.wait_for(STARTED, BOOT_SECONDS)
    heap, heap_total, stack, stack_size = (int(number) for number in found.groups())
    report["heap"] = {"used": heap, "total": heap_total}
    report["stack"] = {"high_water": stack, "size": stack_size}
    return report


def table(report: dict) -> str:
    """The report for people."""
    lines = [f"{report['app']} on {report['board']}, bytes"]
    for memory, used in report["memories"].items():
        if not used["total"]:
            continue
        budget = report["budgets"].get(memory)
        limit = f" of {budget:,} ({100 * used['total'] / budget:.0f} %)" if budget else ""
        lines.append(f"\n{TITLES[memory]}: {used['total']:,}{limit}")
        if memory != "xrom":
            lines += [f"  {size:>12,}  {name}" for name, size in used["components"].items()]
            continue
        lines += [f"  {size:>12,}  {name}" for name, size in _shortened(report["python"]).items()]
    if "heap" in report:
        lines.append(f"\nheap once the app is imported: {report['heap']['used']:,} of {report['heap']['total']:,}")
        lines.append(f"stack, deepest until then: {report['stack']['high_water']:,} of {report['stack']['size']:,}")
    return "\n".join(lines)


def _shortened(python: dict[str, int], most: int = 24) -> dict[str, int]:
    """The largest packages and one line for the rest; frozen modules lie in flash and are listed there."""
    python = {name: size for name, size in python.items() if "(frozen)" not in name}
    shown = dict(list(python.items())[:most])
    rest = sum(python.values()) - sum(shown.values())
    return shown | ({f"{len(python) - len(shown)} smaller ones": rest} if rest else {})


def main(argv: list[str] | None = None) -> int:
    """Checks a linked image against its board's budgets, for CMake."""
    parser = argparse.ArgumentParser(prog="python3 -m hip.size", description=main.__doc__)
    parser.add_argument("--board", required=True)
    parser.add_argument("--image", type=Path, required=True, help="the image's directory")
    args = parser.parse_args(argv)
    try:
        check(static_report(find_board(args.board), args.image))
    except HipError as error:
        print(f"hip: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
