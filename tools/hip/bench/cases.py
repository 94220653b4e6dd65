"""What is asked: one row a figure.

A row is measured on the device and on this machine alike.  Its figure is the instructions of one
request, or, with `per_byte`, those of a byte of the body.
"""

from __future__ import annotations

from dataclasses import dataclass

from hip.bench.client import BROWSER_HEADERS, Connect, over_tls, plain, request, resumed

MEGABYTE = 1 << 20
CLOSE = (("Connection", "close"),)
BROWSER_CLOSE = (*CLOSE, *BROWSER_HEADERS[1:])


@dataclass(frozen=True)
class Case:
    """One kind of request to one app."""

    name: str
    app: str  # of examples/ or tests/bench/apps
    path: str = "/"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: int = 0  # bytes sent
    answer: int = 0  # bytes of the answer's body at least
    per_byte: bool = False
    fresh: bool = False  # a connection of its own for each request
    count: int = 200  # requests that are counted
    connect: Connect = plain

    @property
    def https(self) -> bool:
        """Whether it goes to port 443."""
        return self.connect is not plain

    @property
    def data(self) -> bytes:
        """The request."""
        return request(self.method, self.path, self.headers, bytes(self.body))

    @property
    def bytes(self) -> int:
        """What a figure is divided by: the body's bytes, or 1."""
        return max(self.body, self.answer) if self.per_byte else 1


@dataclass(frozen=True)
class Way:
    """How a request comes."""

    name: str  # added to the route's; empty for the plain one
    headers: tuple[tuple[str, str], ...] = ()
    fresh: bool = False
    connect: Connect = plain
    most: int = 200  # requests that are counted, at most


WAYS = [
    Way(""),
    Way("13 headers", BROWSER_HEADERS),
    Way("fresh connection", CLOSE, True),
    Way("fresh connection, 13 headers", BROWSER_CLOSE, True),
    Way("HTTPS", connect=over_tls),
    Way("HTTPS, 13 headers", BROWSER_HEADERS, connect=over_tls),
    Way("HTTPS, resumed", CLOSE, True, resumed, 20),
    Way("HTTPS, resumed, 13 headers", BROWSER_CLOSE, True, resumed, 20),
    Way("HTTPS, full handshake", CLOSE, True, over_tls, 10),
]
BULK_WAYS = [way for way in WAYS if way.name in ("", "HTTPS")]


def page(route: str, app: str, path: str, count: int) -> list[Case]:
    """A small answer, asked for in every way."""
    return [Case(joined(route, way), app, path, headers=way.headers, fresh=way.fresh, count=min(count, way.most),
                 connect=way.connect) for way in WAYS]


def megabytes(framework: str, static: str) -> list[Case]:
    """1 MiB from flash, from the app, and to it."""
    app, cases = f"bench_{framework}", []
    for way in BULK_WAYS:
        common = {"per_byte": True, "count": 2 if way.connect is over_tls else 4, "connect": way.connect}
        cases += [
            Case(joined(f"{framework} static file", way), app, static, answer=MEGABYTE, **common),
            Case(joined(f"{framework} download", way), app, "/download", answer=MEGABYTE, **common),
            Case(joined(f"{framework} upload", way), app, "/upload", "POST", body=MEGABYTE, **common),
        ]
    return cases


def joined(route: str, way: Way) -> str:
    """A case's name."""
    return f"{route}, {way.name}" if way.name else route


CASES = [
    *page("hello", "hello", "/", 200),
    *megabytes("wsgi", "/megabyte"),
    *page("bottle JSON", "bench_bottle", "/json", 100),
    *page("bottle template", "bench_bottle", "/template", 100),
    *megabytes("bottle", "/static"),
    *page("flask JSON", "bench_flask", "/json", 100),
    *page("flask template", "bench_flask", "/template", 100),
    *megabytes("flask", "/static/megabyte.txt"),
]
APPS = list(dict.fromkeys(case.app for case in CASES))
