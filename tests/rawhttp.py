"""A strict HTTP/1.1 client over a plain socket: what is sent is what the test wrote, and
what comes back is taken apart byte by byte.

    with Client(("localhost", 8080)) as client:
        client.get("/").text
        client.send(b"GET / HTTP/1.1\\r\\n")
        client.send(b"Host: x\\r\\n\\r\\n")
        client.read_response().status
"""

from __future__ import annotations

import json
import re
import socket
from dataclasses import dataclass

TIMEOUT = 60.0  # seconds a test waits for a byte before it fails
STATUS_LINE = re.compile(rb"(HTTP/1\.[01]) ([1-5][0-9]{2}) ([\t\x20-\x7e\x80-\xff]*)")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
PIECE_BYTES = 65536


class ProtocolError(AssertionError):
    """The server sent something that is not HTTP/1.1."""


class Closed(ProtocolError):
    """The connection ended before the response did."""


@dataclass(frozen=True)
class Response:
    """One response; names of header fields are in lower case."""

    version: str
    status: int
    reason: str
    fields: list[tuple[str, str]]
    body: bytes
    chunks: list[bytes] | None = None  # of a chunked body

    def all(self, name: str) -> list[str]:
        """The values of every field of that name."""
        return [value for key, value in self.fields if key == name.lower()]

    def header(self, name: str) -> str | None:
        """The value of a field, or None; a field that came twice is an error."""
        values = self.all(name)
        if len(values) > 1:
            raise ProtocolError(f"{name} came {len(values)} times")
        return values[0] if values else None

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()

    def json(self):
        """The body as JSON."""
        return json.loads(self.body)


class Client:
    """One connection."""

    def __init__(self, address: tuple[str, int], timeout: float = TIMEOUT):
        self.address = address
        self.socket = socket.create_connection(address, timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_exception) -> None:
        self.close()

    def close(self) -> None:
        """Closes both directions."""
        self.socket.close()

    def reset(self) -> None:
        """Closes with a TCP reset instead of a FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    # --- sending ------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self.socket.sendall(data)

    def start(self, method: str, target: str, fields: dict[str, str] | None = None, body: bytes | None = None) -> None:
        """Sends a request without waiting for its answer."""
        self.send(request_bytes(method, target, fields, body))

    def request(self, method: str, target: str, fields: dict[str, str] | None = None,
                body: bytes | None = None) -> Response:
        """Sends a request and reads its answer."""
        self.start(method, target, fields, body)
        return self.read_response(method)

    def get(self, target: str, **fields: str) -> Response:
        """A GET; keyword arguments are header fields, `_` standing for `-`."""
        return self.request("GET", target, {name.replace("_", "-"): value for name, value in fields.items()})

    def post(self, target: str, body: bytes, kind: str = "application/octet-stream") -> Response:
        """A POST of body with its length and type."""
        return self.request("POST", target, {"Content-Type": kind}, body)

    # --- receiving ----------------------------------------------------------

    def read_response(self, method: str = "GET") -> Response:
        """Reads the answer to a request of that method, and not a byte more."""
        version, status, reason, fields = self.read_head()
        values = dict(fields)
        chunks = None
        body = b""
        if method == "HEAD" or status in (204, 304) or status < 200:
            pass
        elif "transfer-encoding" in values:
            if values["transfer-encoding"] != "chunked" or "content-length" in values:
                raise ProtocolError(f"a body that cannot be framed: {fields}")
            chunks = list(self.read_chunks())
            body = b"".join(chunks)
        elif "content-length" in values:
            body = self.read_exactly(int(values["content-length"]))
        else:
            body = self.read_until_closed()
        return Response(version, status, reason, fields, body, chunks)

    def read_head(self) -> tuple[str, int, str, list[tuple[str, str]]]:
        """Reads status line and header fields."""
        match = STATUS_LINE.fullmatch(self.read_line())
        if match is None:
            raise ProtocolError("no status line")
        fields = []
        while line := self.read_line():
            field = FIELD.fullmatch(line)
            if field is None:
                raise ProtocolError(f"no header field: {line!r}")
            fields.append((field[1].decode().lower(), field[2].decode("latin-1")))
        return match[1].decode(), int(match[2]), match[3].decode("latin-1"), fields

    def read_chunks(self):
        """Yields the chunks of a chunked body as they arrive."""
        while True:
            line = self.read_line()
            if not re.fullmatch(rb"[0-9A-Fa-f]+", line):
                raise ProtocolError(f"no chunk size: {line!r}")
            size = int(line, 16)
            if size:
                yield self.read_exactly(size)
            if self.read_line():
                raise ProtocolError("a chunk is longer than it says")
            if not size:
                return

    def read_line(self) -> bytes:
        """Reads up to CR LF, which is not part of the result."""
        while b"\r\n" not in self._received:
            self._receive()
        line, _, self._received = self._received.partition(b"\r\n")
        return line

    def read_exactly(self, size: int) -> bytes:
        """Reads size bytes."""
        pieces = [self._received]
        have = len(self._received)
        while have < size:
            data = self.socket.recv(PIECE_BYTES)
            if not data:
                raise Closed(f"the connection ended {size - have} bytes early")
            pieces.append(data)
            have += len(data)
        data = b"".join(pieces)
        self._received = data[size:]
        return data[:size]

    def read_until_closed(self) -> bytes:
        """Reads until the server closes."""
        pieces = [self._received]
        self._received = b""
        while data := self.socket.recv(PIECE_BYTES):
            pieces.append(data)
        return b"".join(pieces)

    def is_closed(self) -> bool:
        """Waits for the server to close; True when it does without another byte."""
        try:
            return not self._received and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def _receive(self) -> None:
        data = self.socket.recv(PIECE_BYTES)
        if not data:
            raise Closed(f"the connection ended; so far: {self._received!r}")
        self._received += data


def request_bytes(method: str, target: str, fields: dict[str, str] | None = None, body: bytes | None = None) -> bytes:
    """A request as bytes: with Host, and Content-Length when there is a body, unless fields say otherwise."""
    fields = dict(fields or {})
    names = {name.lower() for name in fields}
    if "host" not in names:
        fields = {"Host": "device.test", **fields}
    if body is not None and not names & {"content-length", "transfer-encoding"}:
        fields["Content-Length"] = str(len(body))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1") + (body or b"")
