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


def megabytes(app: str, static: str) -> list[Case]:
    """1 MiB from flash, from the app, and to it."""
    short = app.removeprefix("bench_")
    return [
        Case(f"{short} static file", app, static, answer=MEGABYTE, per_byte=True, count=4),
        Case(f"{short} download", app, "/download", answer=MEGABYTE, per_byte=True, count=4),
        Case(f"{short} upload", app, "/upload", "POST", body=MEGABYTE, per_byte=True, count=4),
    ]


def pages(app: str) -> list[Case]:
    """What frameworks are used for."""
    short = app.removeprefix("bench_")
    return [
        Case(f"{short} JSON", app, "/json", count=100),
        Case(f"{short} JSON, 13 headers", app, "/json", headers=BROWSER_HEADERS, count=100),
        Case(f"{short} JSON, fresh connection", app, "/json", headers=CLOSE, fresh=True, count=100),
        Case(f"{short} template", app, "/template", count=100),
    ]


CASES = [
    Case("hello", "hello"),
    Case("hello, 13 headers", "hello", headers=BROWSER_HEADERS),
    Case("hello, fresh connection", "hello", headers=CLOSE, fresh=True),
    Case("hello, fresh connection, 13 headers", "hello", headers=BROWSER_CLOSE, fresh=True),
    Case("hello, HTTPS", "hello", connect=over_tls),
    Case("hello, HTTPS, full handshake", "hello", headers=CLOSE, fresh=True, count=10, connect=over_tls),
    Case("hello, HTTPS, resumed", "hello", headers=CLOSE, fresh=True, count=20, connect=resumed),
    *megabytes("bench_wsgi", "/megabyte"),
    Case("wsgi static file, HTTPS", "bench_wsgi", "/megabyte", answer=MEGABYTE, per_byte=True, count=2, connect=over_tls),
    *pages("bench_bottle"),
    *megabytes("bench_bottle", "/static"),
    *pages("bench_flask"),
    *megabytes("bench_flask", "/static/megabyte.txt"),
]
APPS = list(dict.fromkeys(case.app for case in CASES))
