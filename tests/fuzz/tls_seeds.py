"""The programs that fuzzing of TLS starts from; README.md has the format."""

import struct

(BEGIN, GO, STEP, SPOIL, RAW, RECORD, OWN, DATA, CLOSE, FINISH, RESET, TIME, FAIL, ROOM, APP, PIECES) = range(16)
CHANGE, CUT, INSERT, AGAIN = range(4)
REFUSES, PAUSES, READS, STREAMS, WAITS, CLOSES, ABORTS = range(7)
OLD, P256, AES, RESUMES, ALPN, SMALL, NAME, KNOWN = (1 << bit for bit in range(8))
CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION = 20, 21, 22, 23
LARGE, OTHER = 128, 64
HELLO = b"\1\0\0\x2b\3\3" + bytes(32) + b"\0\0\2\x13\1\1\0\0\0"
KEY_UPDATE = b"\x18\0\0\1\1"


def operation(kind: int, operands: bytes = b"", line: int = 0, flags: int = 0) -> bytes:
    """One operation of fuzz_tls.c."""
    return bytes([kind | line << 4 | flags]) + operands


def counted(data: bytes) -> bytes:
    """An operand with its length in front."""
    return bytes([len(data)]) + data


def client(wants: int = 0, line: int = 0) -> bytes:
    """A handshake that goes well."""
    return operation(BEGIN, bytes([wants]), line) + operation(GO, b"", line)


def talk(length: int = 100, line: int = 0) -> bytes:
    """Data, and its echo."""
    return operation(DATA, struct.pack(">H", length), line) + operation(GO, b"", line)


def spoilt(kind: int, place: int, value: int = 0, inserted: bytes = b"") -> bytes:
    """A step whose bytes arrive changed."""
    return operation(SPOIL, struct.pack(">BHB", kind, place, value) + (counted(inserted) if kind == INSERT else b""))


def record(kind: int, content: bytes, pretended: int | None = None) -> bytes:
    """A record without protection."""
    head = struct.pack(">BBH", kind, 3, pretended or 0)
    return operation(RECORD, head + counted(content), 0, 0 if pretended is None else OTHER)


def zeros(kind: int, length: int) -> bytes:
    """A long record of zeros."""
    return operation(RECORD, struct.pack(">BBHH", kind, 3, 0, length), 0, LARGE)


def own(kind: int, content: bytes, count: int = 1) -> bytes:
    """Authentic records of any kind."""
    return operation(OWN, bytes([kind, count]) + counted(content), 0, LARGE)


def app(does: int, operands: bytes) -> bytes:
    """What the app is made to do."""
    return operation(APP, bytes([does]) + operands)


def time(units: int, flags: int = 0) -> bytes:
    """Time passes: 50 ms each, or an hour."""
    return operation(TIME, bytes([units]), 0, flags)


def failing(nth: int, flags: int = 0) -> bytes:
    """The nth allocation, or random number, is not to be had."""
    return operation(FAIL, bytes([nth]), 0, flags)


CLOSED = operation(CLOSE) + operation(GO)
BEGUN = operation(BEGIN, b"\0")
BEGUN_OLD = operation(BEGIN, bytes([OLD]))
PROGRAMS = {
    "tls13": client() + talk() + CLOSED,
    "tls12": client(OLD) + talk() + CLOSED,
    "p256-aes": client(P256 | AES | ALPN | NAME) + talk(5000) + CLOSED,
    "p256-aes-tls12": client(OLD | P256 | AES | ALPN | NAME) + talk(5000) + CLOSED,
    "small-records": client(SMALL) + talk(3000) + client(SMALL | OLD, 1) + talk(3000, 1),
    "resumed": client() + talk() + CLOSED + client(RESUMES) + talk() + CLOSED,
    "resumed-tls12": client(OLD) + talk() + CLOSED + client(OLD | RESUMES) + talk() + CLOSED,
    "old-tickets": client() + talk() + time(13, LARGE) + client(RESUMES) + talk() + time(30, LARGE) + client(RESUMES) + talk(),
    "old-tickets-tls12": client(OLD) + time(13, LARGE) + client(OLD | RESUMES) + talk() + time(30, LARGE) + client(OLD | RESUMES),
    "three-clients": client() + client(OLD, 1) + client(P256, 2) + talk(900, 1) + CLOSED + operation(GO, b"", 2) + talk(900, 2),
    "step-by-step": BEGUN + operation(BEGIN, b"\1", 1) + (operation(STEP) + operation(STEP, b"", 1)) * 6 + talk() + talk(9, 1),
    "byte-by-byte": (BEGUN + operation(PIECES, b"\0") * 4 + talk()) + (BEGUN_OLD + operation(PIECES, b"\0") * 5 + talk()),
    "hello-changed": BEGUN + spoilt(CHANGE, 60, 1) + operation(GO),
    "hello-cut": BEGUN_OLD + spoilt(CUT, 50) + operation(FINISH),
    "hello-again": BEGUN + spoilt(AGAIN, 0) + operation(GO),
    "hello-longer": BEGUN + spoilt(INSERT, 44, 0, bytes(40)) + operation(GO),
    "finished-changed": BEGUN + operation(STEP) + spoilt(CHANGE, 30, 4) + operation(GO),
    "finished-changed-tls12": BEGUN_OLD + operation(STEP) + spoilt(CHANGE, 100, 4) + operation(GO),
    "data-changed": client() + operation(DATA, b"\0\x40") + record(APPLICATION, bytes(64)) + operation(GO),
    "garbage": BEGUN + operation(RAW, counted(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")) + operation(GO),
    "sslv2": BEGUN + operation(RAW, counted(b"\x80\x2e\1\0\2" + bytes(60))),
    "too-large": BEGUN + record(HANDSHAKE, b"\1", 0x4900) + client(OLD, 1) + operation(RECORD, b"\x17\3\x50\0\0", 1, OTHER),
    "large": client() + zeros(APPLICATION, 16383) + client(OLD) + zeros(APPLICATION, 16383),
    "empty": BEGUN + record(HANDSHAKE, b"") * 5 + client(OLD) + record(APPLICATION, b"") * 5,
    "change-cipher": BEGUN + record(CHANGE_CIPHER, b"\1") * 3 + operation(GO),
    "change-cipher-later": client() + record(CHANGE_CIPHER, b"\1") * 3 + talk(),
    "alerts": BEGUN + record(ALERT, b"\1\x5a") * 6 + operation(GO) + client(OLD) + own(ALERT, b"\1\x5a", 200) + talk(),
    "fatal-alert": client() + own(ALERT, b"\2\x28") + BEGUN + record(ALERT, b"\2\x28"),
    "unknown-type": BEGUN + record(99, b"abc") + client() + own(99, b"abc"),
    "renegotiation": client(OLD) + own(HANDSHAKE, HELLO) + talk() + client() + own(HANDSHAKE, HELLO) + talk(),
    "key-update": client() + own(HANDSHAKE, KEY_UPDATE, 50) + talk(),
    "own-empty": client() + own(APPLICATION, b"", 100) + talk() + client(OLD) + own(APPLICATION, b"", 100) + talk(),
    "own-handshake-empty": client() + own(HANDSHAKE, b"", 9) + client(OLD) + own(HANDSHAKE, b"", 9),
    "hello-in-fragments": BEGUN + record(HANDSHAKE, HELLO[:9]) + record(HANDSHAKE, HELLO[9:20]) + record(HANDSHAKE, HELLO[20:]),
    "huge-hello": BEGUN + record(HANDSHAKE, b"\1\xff\xff\xff") + zeros(HANDSHAKE, 16000) * 3,
    "reset": client() + talk() + operation(RESET),
    "half-closed": client() + operation(DATA, b"\1\0") + operation(FINISH) + operation(GO),
    "truncated": client() + operation(FINISH),
    "silent": BEGUN + time(100) + time(110) + operation(GO),
    "silent-while-others-wait": BEGUN + operation(BEGIN, b"\0", 1) + client(0, 2) + time(61) + operation(GO, b"", 2),
    "no-room": operation(BEGIN, b"\0") + operation(ROOM, b"\0\x20") + operation(STEP) * 30 + talk(2000),
    "no-room-later": client(OLD) + operation(ROOM, b"\0\x07") + talk(6000) + operation(GO) * 9 + operation(CLOSE),
    "app-is-slow": client() + app(PAUSES, b"\1") + talk(9000) + app(READS, b"\0\1") + app(PAUSES, b"\0") + talk(50),
    "app-is-full": app(REFUSES, b"\1") + client() + operation(DATA, b"\0\x64") + app(REFUSES, b"\0") + operation(GO),
    "app-is-full-for-long": app(REFUSES, b"\1") + client() + time(201) + app(REFUSES, b"\0"),
    "stream": client() + app(STREAMS, b"\x40\0") + operation(GO) + app(WAITS, b"\2") + talk(),
    "stream-unread": client(OLD) + operation(ROOM, b"\x10\0") + app(STREAMS, b"\x40\0") + app(CLOSES, b"") + time(210),
    "app-closes": client() + talk() + app(CLOSES, b"") + operation(GO) + operation(CLOSE) + operation(FINISH),
    "app-aborts": client() + talk() + app(ABORTS, b"") + operation(GO),
    "no-memory": failing(1) + client() + failing(9) + client(OLD) + failing(30) + client(P256) + failing(60) + client(OLD),
    "no-memory-later": client() + failing(1) + talk() + client(OLD) + failing(2) + talk(),
    "no-random-numbers": failing(1, LARGE) + client() + failing(2, LARGE) + client(OLD) + failing(4, LARGE) + client(P256 | AES),
    "no-new-key": time(13, LARGE) + failing(5, LARGE) + client(OLD) + time(13, LARGE) + failing(6, LARGE) + client(),
}


def each_failing(first: int, wants: int, flags: int = 0) -> bytes:
    """One handshake after another, in each of which another allocation fails, as many as an input may have."""
    return b"".join(failing(nth, flags) + client(wants) for nth in range(first, first + 33))


for _first in range(1, 133, 33):
    PROGRAMS[f"no-memory-from-{_first}"] = each_failing(_first, 0)
    PROGRAMS[f"no-memory-from-{_first}-tls12"] = each_failing(_first, OLD)
PROGRAMS["no-random-numbers-each"] = each_failing(1, 0, LARGE)
PROGRAMS["no-random-numbers-each-tls12"] = each_failing(1, OLD, LARGE)

BEGUN_KNOWN = operation(BEGIN, bytes([KNOWN]))
BEGUN_KNOWN_OLD = operation(BEGIN, bytes([KNOWN | OLD]))
NO_CERTIFICATE = b"\x0b\0\0\4\0\0\0\0"
A_CERTIFICATE = b"\x0b\0\0\x10\0\0\0\x0c\0\0\7\x30\x05\x30\3\2\1\2\0\0"
KNOWN_PROGRAMS = {
    "known": client(KNOWN) + talk() + CLOSED,
    "known-tls12": client(KNOWN | OLD) + talk() + CLOSED,
    "known-p256-aes": client(KNOWN | P256 | AES | ALPN | NAME) + talk(5000) + CLOSED,
    "known-small": client(KNOWN | SMALL) + talk(3000) + client(KNOWN | SMALL | OLD, 1) + talk(3000, 1),
    "unknown": client() + talk() + CLOSED + client(OLD) + talk() + CLOSED,
    "unknown-p256-aes": client(P256 | AES) + talk() + client(OLD | P256 | AES, 1) + talk(100, 1),
    "not-resumed": client(KNOWN) + talk() + CLOSED + client(KNOWN | RESUMES) + talk() + client(KNOWN | OLD | RESUMES, 1) + CLOSED,
    "both": client(KNOWN) + client(OLD, 1) + talk() + talk(100, 1) + client(KNOWN | OLD, 2) + operation(GO, b"", 2),
    "known-byte-by-byte": BEGUN_KNOWN + operation(PIECES, b"\0") * 4 + BEGUN_KNOWN_OLD + operation(PIECES, b"\0") * 5 + talk(),
    "known-silent": BEGUN_KNOWN + operation(STEP) * 2 + time(220) + BEGUN_KNOWN_OLD + operation(STEP) + time(220),
    "known-finished-changed": BEGUN_KNOWN + operation(STEP) + spoilt(CHANGE, 900, 4) + operation(GO),
    "empty-certificate": BEGUN_KNOWN + operation(STEP) + own(HANDSHAKE, NO_CERTIFICATE) + operation(GO),
    "other-certificate": BEGUN_KNOWN + operation(STEP) + own(HANDSHAKE, A_CERTIFICATE) + operation(GO),
    "other-certificate-tls12": BEGUN_KNOWN_OLD + operation(STEP) + record(HANDSHAKE, A_CERTIFICATE) + operation(GO),
}
for _place in range(0, 1100, 50):  # where the client's certificate, key exchange and signature lie, which TLS 1.2 does not hide
    KNOWN_PROGRAMS[f"known-changed-{_place}"] = BEGUN_KNOWN_OLD + operation(STEP) + spoilt(CHANGE, _place, 1) + operation(GO)
    KNOWN_PROGRAMS[f"known-cut-{_place}"] = BEGUN_KNOWN_OLD + operation(STEP) + spoilt(CUT, _place) + operation(GO)
for _first in range(1, 200, 33):
    KNOWN_PROGRAMS[f"no-memory-from-{_first}"] = each_failing(_first, KNOWN)
    KNOWN_PROGRAMS[f"no-memory-from-{_first}-tls12"] = each_failing(_first, KNOWN | OLD)
KNOWN_PROGRAMS["no-random-numbers-each"] = each_failing(1, KNOWN, LARGE)
KNOWN_PROGRAMS["no-random-numbers-each-tls12"] = each_failing(1, KNOWN | OLD, LARGE)
