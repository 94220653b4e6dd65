"""Results for people: on a terminal, and as the tables of docs/performance.md."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hip import paths
from hip.bench import curves, drawing
from hip.bench.collect import IN_PROCESS
from hip.bench.record import Record, first
from hip.boards import DEFAULT_BOARD

PAGE = paths.ROOT / "docs" / "performance.md"
DRAWING = PAGE.parent / "performance.svg"
BLOCK = r"(?s)(<!-- hip bench: {name} -->\n).*?(<!-- end -->)"
DEVICE = f"{DEFAULT_BOARD}."
MEMORY = f"{DEVICE}memory."
MILLION = 1e6


@dataclass(frozen=True)
class Aim:
    """A figure that is to be reached."""

    what: str
    figure: str
    most: float
    unit: str = "instructions"


AIMS = [
    Aim("hello, keep-alive, minimal headers", f"{DEVICE}hello", 40_000),
    Aim("the same with a browser's 13 headers", f"{DEVICE}hello, 13 headers", 60_000),
    Aim("hello on a fresh connection", f"{DEVICE}hello, fresh connection", 80_000),
    Aim("host board, hello keep-alive, user instructions", "host.hello", 20_000),
    Aim("Flask JSON: what the server adds to the call in the process", "added to flask JSON", 10, "%"),
    Aim("1 MB static file, a byte", f"{DEVICE}wsgi static file", 12),
    Aim("1 MB upload read in 4 KB pieces, a byte", f"{DEVICE}wsgi upload", 15),
    Aim("TLS 1.3 full handshake, with hello", f"{DEVICE}hello, HTTPS, full handshake", 12 * MILLION),
    Aim("TLS 1.3 resumed, with hello", f"{DEVICE}hello, HTTPS, resumed", 2 * MILLION),
    Aim("reset to first response, hello", f"{MEMORY}hello.reset to first response", 20 * MILLION),
    Aim("hello: flash", f"{MEMORY}hello.flash", 2.0 * MILLION, "bytes"),
    Aim("hello: RAM", f"{MEMORY}hello.RAM", 1.1 * MILLION, "bytes"),
    Aim("Bottle: flash", f"{MEMORY}bottle_hello.flash", 3.5 * MILLION, "bytes"),
    Aim("Bottle: RAM", f"{MEMORY}bottle_hello.RAM", 4.5 * MILLION, "bytes"),
    Aim("Flask: flash", f"{MEMORY}flask_hello.flash", 6.0 * MILLION, "bytes"),
    Aim("Flask: RAM", f"{MEMORY}flask_hello.RAM", 9.5 * MILLION, "bytes"),
]


def shown(value: float | None) -> str:
    """A figure with as many digits as mean something."""
    if value is None:
        return "–"
    return f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"


def with_derived(record: Record) -> dict[str, float]:
    """The figures, and those that follow from them."""
    figures = dict(record.figures)
    asked, called = figures.get(f"{DEVICE}flask JSON"), figures.get(f"{DEVICE}{IN_PROCESS}")
    if asked and called:
        figures["added to flask JSON"] = 100 * (asked - called) / called
    return figures


def plain(record: Record) -> str:
    """All figures, a line each, and components below theirs."""
    lines = []
    for name, value in record.figures.items():
        lines.append(f"{value:>16,.1f}  {name}")
        lines += [f"{part_value:>16,.1f}      {part}" for part, part_value in record.parts.get(name, {}).items()]
    for name, curve in record.curves.items():
        lines.append(f"{name}: {curves.LABELS[name]}")
        lines += [f"{value:>16,.1f}  {x}" for x, value in curve.items()]
    return "\n".join(lines) + "\n"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown, its figures to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def aims(record: Record, before: Record) -> str:
    """What is wanted, what was, and what is."""
    figures, known = with_derived(record), with_derived(before)
    rows = []
    for aim in AIMS:
        value = figures.get(aim.figure)
        verdict = "–" if value is None else "yes" if value <= aim.most else f"{value / aim.most:.2f} times"
        rows.append([f"{aim.what} ({aim.unit})", shown(aim.most), shown(known.get(aim.figure)), shown(value), verdict])
    return table(["what", "aim", "at first", "now", "reached"], rows)


def requests(record: Record) -> str:
    """Every case, the device's above the host's."""
    figures = record.figures
    called = f"The call of Flask's JSON in the process, without a server: {shown(figures.get(DEVICE + IN_PROCESS))}.\n"
    return "\n".join([
        "On `mps2-an500`, in instructions:\n", *request_tables(figures, DEVICE), called,
        "On the host board, in user instructions:\n", *request_tables(figures, "host."),
    ]).rstrip("\n") + "\n"


def request_tables(figures: dict[str, float], target: str) -> list[str]:
    """One target's pages and megabytes: routes, and the ways to ask for them."""
    from hip.bench.cases import BULK_WAYS, CASES, WAYS, joined

    tables = []
    for per_byte, ways in ((False, WAYS), (True, BULK_WAYS)):
        names = [case.name for case in CASES if case.per_byte == per_byte]
        routes = [name for name in names if not any(way.name and name.endswith(f", {way.name}") for way in ways)]
        rows = [[route, *(shown(figures.get(target + joined(route, way))) for way in ways)] for route in routes]
        head = "1 MiB, a byte" if per_byte else "request"
        tables.append(table([head, *(way.name or "HTTP" for way in ways)], rows))
    return tables


def memory(record: Record) -> str:
    """The examples' images."""
    names = [name.removeprefix(MEMORY) for name in record.figures if name.startswith(MEMORY)]
    apps = list(dict.fromkeys(name.partition(".")[0] for name in names))
    what = list(dict.fromkeys(name.partition(".")[2] for name in names))
    rows = [[each, *(shown(record.figures.get(f"{MEMORY}{app}.{each}")) for app in apps)] for each in what]
    return table([f"{DEFAULT_BOARD}; bytes, instructions", *apps], rows)


def profile(record: Record) -> str:
    """Where a request's instructions go."""
    names = ["host.hello", "host.hello, 13 headers", "host.hello, fresh connection", "host.wsgi static file",
             "host.wsgi upload", "host.flask JSON",
             "host.hello, HTTPS"]
    names = [name for name in names if name in record.parts]
    parts = list(dict.fromkeys(part for name in names for part in record.parts[name]))
    rows = [[part, *(shown(record.parts[name].get(part)) for name in names)] for part in parts]
    return table(["component", *(name.removeprefix("host.") for name in names)], rows)


def servers(record: Record) -> str:
    """Other people's, the host board first."""
    prefix = "servers."
    figures = record.figures
    names = list(dict.fromkeys(name.split(".")[1] for name in figures if name.startswith(prefix)))
    rows = [["hipflask, its own TCP/IP included", shown(figures.get(f"{prefix}hipflask.requests per second")),
             shown(figures.get("host.hello")), shown(figures.get("host.hello, 13 headers"))]]
    for name in names:
        if name != "hipflask":
            rows.append([f"{name} {record.notes.get(name, '')}".strip(),
                         *(shown(figures.get(f"{prefix}{name}.{each}"))
                           for each in ("requests per second", "hello", "hello, 13 headers"))])
    return table(["server", "requests a second", "user instructions, hello", "with 13 headers"], rows)


def tables(record: Record) -> dict[str, str]:
    """The generated parts of the page, by name."""
    return {"aims": aims(record, first()), "requests": requests(record), "memory": memory(record), "profile": profile(record),
            "servers": servers(record), "curves": curve_tables(record)}


def curve_tables(record: Record) -> str:
    """Each curve as a row of x and one of y."""
    parts = []
    for name, curve in record.curves.items():
        head = [curves.LABELS[name], *(f"{int(x):,}" for x in curve)]
        parts.append(table(head, [["instructions of a request", *(shown(y) for y in curve.values())]]))
    return "\n".join(parts)


def write(record: Record) -> None:
    """Puts the tables of a record into the page, and draws its curves."""
    text = PAGE.read_text(encoding="utf-8")
    for name, content in tables(record).items():
        pattern = BLOCK.format(name=name)
        if not re.search(pattern, text):
            raise ValueError(f"{PAGE} has no place for {name}")
        text = re.sub(pattern, lambda match, content=content: match[1] + content + match[2], text)
    PAGE.write_text(text, encoding="utf-8")
    if record.curves:
        DRAWING.write_text(drawing.svg(record.curves, curves.LABELS), encoding="utf-8")
