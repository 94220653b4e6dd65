"""A client that costs little: a request is bytes that were made before, an answer is read by its Content-Length.

It understands what the apps of `hip bench` send and nothing else; tests have a strict one.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

RECEIVE_BYTES = 1 << 18
PATIENCE = 60.0  # seconds: under callgrind everything is fifty times slower
HEAD_END = b"\r\n\r\n"

# Chrome's on Linux, of a page that was called by a link.
BROWSER_HEADERS = (
    ("Connection", "keep-alive"),
    ("Cache-Control", "max-age=0"),
    ("sec-ch-ua", '"Chromium";v="124", "Not-A.Brand";v="99"'),
    ("sec-ch-ua-mobile", "?0"),
    ("sec-ch-ua-platform", '"Linux"'),
    ("Upgrade-Insecure-Requests", "1"),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
    ("Sec-Fetch-Site", "same-origin"),
    ("Sec-Fetch-Mode", "navigate"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Accept-Language", "en-GB,en;q=0.9,de;q=0.8"),
)
Address = tuple[str, int]
Connect = Callable[[Address], socket.socket]


class Unexpected(Exception):
    """An answer that the app would not give."""


def plain(address: Address) -> socket.socket:
    """A TCP connection."""
    connection = socket.create_connection(address, PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class _Remembering(ssl.SSLSocket):
    """Knows the session of the connection that was closed last: its ticket comes after the handshake."""

    last: ssl.SSLSession | None = None

    def close(self) -> None:
        _Remembering.last = self.session
        super().close()


_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_context.check_hostname = False
_context.verify_mode = ssl.CERT_NONE
_context.sslsocket_class = _Remembering


def over_tls(address: Address) -> ssl.SSLSocket:
    """A TLS connection with a handshake of its own; whose certificate it is does not matter here."""
    return _context.wrap_socket(plain(address))


def resumed(address: Address) -> ssl.SSLSocket:
    """One that goes on with the session of the one before (RFC 8446 section 2.2)."""
    return _context.wrap_socket(plain(address), session=_Remembering.last)


def request(method: str, path: str, headers: tuple[tuple[str, str], ...] = (), body: bytes = b"") -> bytes:
    """A request, Host being its first header."""
    lines = [f"{method} {path} HTTP/1.1", "Host: device"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class Client:
    """One connection, made anew when the server has closed it."""

    def __init__(self, address: Address, connect: Connect = plain):
        self.address = address
        self.connect = connect
        self._socket: socket.socket | None = None

    def ask(self, data: bytes) -> int:
        """Sends a request; returns the length of the answer's body."""
        self.send(data)
        return self.read()

    def send(self, data: bytes) -> None:
        """Sends a request."""
        if self._socket is None:
            self._socket = self.connect(self.address)
        self._socket.sendall(data)

    def read(self) -> int:
        """Reads an answer of status 200; returns the length of its body."""
        head = self._read_head()
        if b" 200 " not in head[: head.find(b"\r\n")]:
            self.close()
            raise Unexpected(head.decode("latin-1").strip())
        head, _, rest = head.partition(HEAD_END)
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if b"chunked" in fields.get(b"transfer-encoding", b""):
            return self._read_chunks(rest)
        wanted = int(fields.get(b"content-length", -1))
        length = len(rest)
        while length != wanted and (data := self._socket.recv(RECEIVE_BYTES)):
            length += len(data)
        if wanted < 0 or fields.get(b"connection") == b"close" or head.startswith(b"HTTP/1.0"):
            self.close()
        return length

    def _read_head(self) -> bytes:
        data = b""
        while HEAD_END not in data:
            more = self._socket.recv(RECEIVE_BYTES)
            if not more:
                raise Unexpected("the server closed the connection")
            data += more
        return data

    def _read_chunks(self, data: bytes) -> int:
        """A chunked body, of which a part is here; returns its length with the framing."""
        length = len(data)
        while not data.endswith(b"0\r\n\r\n"):
            more = self._socket.recv(RECEIVE_BYTES)
            if not more:
                raise Unexpected("the server closed the connection")
            length += len(more)
            data = (data + more)[-5:]
        return length

    def close(self) -> None:
        """Closes the connection; the server may have done so before."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_exception) -> None:
        self.close()
