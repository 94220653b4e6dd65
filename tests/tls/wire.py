"""A TLS client whose records pass through a test's hands: left out, cut, changed, or made by the test itself."""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
import ssl
import struct
import tempfile
from collections.abc import Callable

from chacha20 import KEY_BYTES, NONCE_BYTES, seal
from rawhttp import TIMEOUT
from secure import context

PIECE_BYTES = 65536
CHANGE_CIPHER, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23  # types of records, RFC 8446, section 5.1
LARGEST = 1 << 14  # bytes of content in a record
RANDOM_BYTES = 32
WARNING, FATAL = 1, 2
TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
CIPHER12 = "ECDHE-ECDSA-CHACHA20-POLY1305"


class Ended(Exception):
    """The device has closed, or reset, the connection."""


class Wire:
    """One connection.  The client is OpenSSL; what it wants to send is sent by the test."""

    def __init__(self, address: tuple[str, int], settings: ssl.SSLContext | None = None, *,
                 session: ssl.SSLSession | None = None, host: str = "localhost"):
        self.socket = socket.create_connection(address, TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.sent = self.received = b""  # all bytes of the handshake
        self.alert = ""  # what the device has said of a failure, in OpenSSL's words
        self.tls = (settings or context()).wrap_bio(self._incoming, self._outgoing, server_hostname=host, session=session)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_exception) -> None:
        self.socket.close()

    def reset(self) -> None:
        """Ends the connection with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Sends bytes as they are."""
        try:
            self.socket.sendall(data)
        except ConnectionError:
            raise Ended from None

    def receive(self) -> bytes:
        """What the device sends next; Ended when it has closed."""
        try:
            data = self.socket.recv(PIECE_BYTES)
        except ConnectionError:
            data = b""
        if not data:
            raise Ended
        return data

    def receive_all(self) -> bytes:
        """All that the device sends before it closes."""
        received = b""
        try:
            while True:
                received += self.receive()
        except Ended:
            return received

    def handshake(self, send: Callable[[bytes], None] | None = None) -> None:
        """Goes through the handshake; each flight is handed to send."""
        while True:
            try:
                self.tls.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                done = False
            flight = self._outgoing.read()
            self.sent += flight
            if flight:
                (send or self.send)(flight)
            if done:
                return
            data = self.receive()
            self.received += data
            self._incoming.write(data)

    def sealed(self, data: bytes) -> bytes:
        """The records that carry data."""
        self.tls.write(data)
        return self._outgoing.read()

    def opened(self, data: bytes) -> bytes:
        """The data in records, up to an alert or what is no record."""
        self._incoming.write(data)
        data = b""
        try:
            while piece := self.tls.read(PIECE_BYTES):
                data += piece
        except ssl.SSLError as error:
            self.alert = str(error) if "alert" in str(error) else ""
        return data

    def finish(self) -> bytes:
        """Ends the client's side alone; the data that the device still has to say."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        return self.opened(self.receive_all())


def records(stream: bytes) -> list[tuple[int, bytes]]:
    """The whole records of a stream: (type, content)."""
    found = []
    while len(stream) >= 5 and len(stream) >= 5 + (length := struct.unpack(">H", stream[3:5])[0]):
        found.append((stream[0], stream[5:5 + length]))
        stream = stream[5 + length:]
    return found


def record(kind: int, content: bytes, length: int | None = None, version: int = 0x0303) -> bytes:
    """A record without protection; length: what it pretends."""
    return struct.pack(">BHH", kind, version, len(content) if length is None else length) + content


class Sealer12:
    """Makes a client's records of TLS 1.2 that are authentic, whatever is in them (RFC 7905)."""

    def __init__(self, master: bytes, client_random: bytes, server_random: bytes):
        block = expand(master, b"key expansion" + server_random + client_random, 2 * (KEY_BYTES + NONCE_BYTES))
        self._key, self._iv = block[:KEY_BYTES], int.from_bytes(block[2 * KEY_BYTES:][:NONCE_BYTES], "big")
        self._number = 1  # the first was Finished

    def seal(self, content: bytes, kind: int) -> bytes:
        """One record."""
        head = struct.pack(">QBHH", self._number, kind, 0x0303, len(content))
        sealed = seal(self._key, (self._iv ^ self._number).to_bytes(NONCE_BYTES, "big"), content, head)
        self._number += 1
        return record(kind, sealed)


class Sealer13:
    """The same of TLS 1.3 (RFC 8446, section 5.2)."""

    def __init__(self, secret: bytes):
        self._key = expand_label(secret, b"key", KEY_BYTES)
        self._iv = int.from_bytes(expand_label(secret, b"iv", NONCE_BYTES), "big")
        self._number = 0

    def seal(self, content: bytes, kind: int | None, padding: int = 0) -> bytes:
        """One record; kind None: there is nothing but padding."""
        inner = content + (b"" if kind is None else bytes([kind])) + bytes(padding)
        head = struct.pack(">BHH", DATA, 0x0303, len(inner) + 16)
        sealed = seal(self._key, (self._iv ^ self._number).to_bytes(NONCE_BYTES, "big"), inner, head)
        self._number += 1
        return head + sealed


def expand(secret: bytes, seed: bytes, length: int) -> bytes:
    """P_SHA256 of RFC 5246, section 5."""
    made, link = b"", seed
    while len(made) < length:
        link = hmac.digest(secret, link, hashlib.sha256)
        made += hmac.digest(secret, link + seed, hashlib.sha256)
    return made[:length]


def expand_label(secret: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-Label of RFC 8446, section 7.1, of at most a digest's length."""
    label = b"tls13 " + label
    info = struct.pack(">HB", length, len(label)) + label + b"\0"
    return hmac.digest(secret, info + b"\1", hashlib.sha256)[:length]


def with_sealer(address: tuple[str, int], version: ssl.TLSVersion) -> tuple[Wire, Sealer12 | Sealer13]:
    """A connection after its handshake, and what makes the client's records from then on, from the secrets that OpenSSL
    logs."""
    with tempfile.TemporaryDirectory() as folder:
        settings = context(version, CIPHER12 if version == TLS12 else "")
        settings.keylog_filename = os.path.join(folder, "secrets")
        wire = Wire(address, settings)
        wire.handshake()
        with open(settings.keylog_filename, encoding="ascii") as file:
            secrets = {words[0]: words[1:] for words in (line.split() for line in file)}
    if "CHACHA20" not in wire.tls.cipher()[0]:
        raise AssertionError(f"the cipher is {wire.tls.cipher()[0]}")
    if version == TLS13:
        return wire, Sealer13(bytes.fromhex(secrets["CLIENT_TRAFFIC_SECRET_0"][1]))
    client_random, master = map(bytes.fromhex, secrets["CLIENT_RANDOM"])
    server_random = records(wire.received)[0][1][6:6 + RANDOM_BYTES]  # of ServerHello, behind type, length and version
    return wire, Sealer12(master, client_random, server_random)
