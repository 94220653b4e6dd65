"""Writes the inputs that fuzzing starts from, into corpus/."""

import struct
from pathlib import Path

import tls_seeds

HERE = Path(__file__).parent
HEADS = {
    "get": b"GET /path?query=1 HTTP/1.1\r\nHost: example.org:8080\r\n\r\n",
    "absolute": b"GET http://example.org/a HTTP/1.1\r\nHost: other\r\n\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "old": b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "post": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n",
    "chunked": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    "smuggling": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    "two-lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
    "folded": b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "bare-line-feed": b"GET / HTTP/1.1\nHost: x\n\n",
    "browser": b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: Mozilla/5.0 (X11; Linux)\r\nAccept: text/html,*/*;q=0.8\r\n"
               b"Accept-Language: de\r\nAccept-Encoding: gzip, deflate\r\nCookie: a=b; c=d\r\nConnection: close\r\n\r\n",
    "address": b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
}
BODIES = {
    "two-chunks": b"4\r\nabcd\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n",
    "extensions": b"4;name=value;other=\"a;b\"\r\nabcd\r\n0;last\r\n\r\n",
    "trailers": b"1\r\nx\r\n0\r\nDigest: abc\r\nMore: def\r\n\r\nGET / HTTP/1.1\r\n",
    "zeros": b"0000000a\r\n0123456789\r\n000\r\n\r\n",
    "overflow": b"ffffffffffffffffff\r\n",
    "bare-line-feed": b"1\nx\n0\n\n",
    "too-long": b"1\r\nxy\r\n0\r\n\r\n",
    "negative": b"-1\r\n\r\n",
}
RAW, PACKET, DATA, SEGMENT, TIME, CONNECT, FINISH, RESET = range(8)
SYN, ACK, PSH, FIN = 2, 16, 8, 1
ACKNOWLEDGE = 64
LARGE = 128  # an operand's length has two bytes; time begins with asking for an address; FIN is a full segment


def operation(kind: int, peer: int = 0, operands: bytes = b"", acknowledge: bool = True) -> bytes:
    """One operation of fuzz_frames.c, see README.md."""
    return bytes([kind | peer << 3 | (ACKNOWLEDGE if acknowledge else 0)]) + operands


def counted(data: bytes) -> bytes:
    """An operand with its length in front."""
    return bytes([len(data)]) + data


def large(kind: int, content: bytes) -> bytes:
    """An operation with a long operand."""
    return operation(kind | LARGE, 0, struct.pack(">H", len(content)) + content)


def data(text: bytes, peer: int = 0) -> bytes:
    """Bytes in sequence, in as many segments as they need."""
    pieces = [text[n:n + 255] for n in range(0, len(text), 255)]
    return b"".join(operation(DATA, peer, counted(piece)) for piece in pieces)


def segment(flags: int, seq: int, ack: int, window: int, text: bytes, peer: int = 0) -> bytes:
    """A segment that is not quite right."""
    return operation(SEGMENT, peer, struct.pack("Bbb", flags, seq, ack) + bytes([window]) + counted(text))


def request(target: str, body: bytes = b"", method: str = "GET") -> bytes:
    """A request's bytes."""
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {target} HTTP/1.1\r\nHost: x\r\n{length}\r\n".encode() + body


def upload(target: str, length: int, fields: str = "") -> bytes:
    """The head of a request whose body follows."""
    return f"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{fields}\r\n".encode()


def packet(protocol: int, payload: bytes, source: bytes = b"\x0a\0\2\2", target: bytes = b"\x0a\0\2\x0f") -> bytes:
    """An IPv4 packet; its checksums are the fuzzer's."""
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, source, target) + payload


OPEN = operation(CONNECT)
FULL = operation(FINISH | LARGE)
CLOSE = operation(FINISH)
CHUNKS = b"POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
BROADCAST = b"\xff\xff\xff\xff"
SERVER, OURS, OTHER = b"\x0a\0\2\2", b"\x0a\0\2\x0f", b"\x0a\0\2\x10"


def dhcp(kind: int, address: bytes, lease_seconds: int = 3600) -> bytes:
    """A DHCP server's message; its transaction is what frames_board.c has for entropy."""
    bootp = struct.pack(">BBBB4sHH4s4s4s4s6s202x", 2, 1, 6, 0, b"\7\7\7\7", 0, 0, bytes(4), address, SERVER, bytes(4),
                        b"\2\0\0\0\0\1")
    options = (b"\x63\x82\x53\x63" + bytes([53, 1, kind]) + b"\x36\4" + SERVER + b"\x33\4"
               + struct.pack(">I", lease_seconds) + b"\1\4\xff\xff\xff\0" + b"\3\4" + SERVER + b"\xff")
    datagram = struct.pack(">HHHH", 67, 68, 8 + len(bootp + options), 0) + bootp + options
    return large(PACKET, packet(17, datagram, target=BROADCAST))


def lease(address: bytes, lease_seconds: int = 3600) -> bytes:
    """The device asks for an address, and gets one."""
    return (operation(TIME | LARGE, 0, b"\1") + dhcp(2, address) + operation(TIME, 0, b"\1")
            + dhcp(5, address, lease_seconds) + operation(TIME, 0, b"\1"))


FRAMES = {
    "get": OPEN + data(request("/")) + CLOSE,
    "keep-alive": OPEN + data(request("/")) + data(request("/q?x=1")) + CLOSE,
    "pipelined": OPEN + data(request("/") + request("/s") + request("/n")) + CLOSE,
    "body-in-pieces": OPEN + data(request("/b", b"x" * 600, "POST")) + CLOSE,
    "lines": OPEN + data(request("/l", b"a\nbb\nccc\n", "POST")) + CLOSE,
    "chunked": OPEN + data(CHUNKS) + CLOSE,
    "raises": OPEN + data(request("/r")) + data(request("/g")),
    "writes": OPEN + data(request("/w")) + CLOSE,
    "reset-in-body": OPEN + data(request("/b", b"x" * 300, "POST")[:200]) + operation(RESET),
    "two-at-once": OPEN + operation(CONNECT, 1) + data(request("/s")) + data(request("/"), 1) + CLOSE + operation(FINISH, 1),
    "slow": OPEN + data(b"GET / HT") + operation(TIME, 0, b"\xff") * 5 + data(b"TP/1.1\r\nHost: x\r\n\r\n"),
    "zero-window": OPEN + data(request("/s")) + segment(ACK, 0, 0, 0, b"") + operation(TIME, 0, b"\xff") * 3,
    "out-of-order": OPEN + segment(ACK | PSH, 5, 0, 255, b"HTTP/1.1\r\n\r\n") + data(b"GET /") + data(b"x"),
    "old-acknowledgement": OPEN + data(request("/s")) + segment(ACK, 0, -100, 255, b""),
    "syn-in-the-middle": OPEN + data(b"GET ") + segment(SYN, 0, 0, 255, b""),
    "fin-with-data": OPEN + segment(FIN | ACK | PSH, 0, 0, 255, request("/")),
    "half-open": b"".join(operation(SEGMENT, peer, bytes([SYN, 0, 0, 255, 0])) for peer in range(8)),
    "ping": operation(PACKET, 0, counted(packet(1, b"\x08\0\0\0\0\1\0\1hello"))),
    "udp": operation(PACKET, 0, counted(packet(17, b"\x30\x39\0\x50\0\x0c\0\0data"))),
    "lease": OPEN + lease(OURS) + data(request("/")),
    "another-lease": OPEN + data(request("/s")) + lease(OTHER) + data(request("/")),
    "lease-over": lease(OURS, 60) + operation(TIME, 0, b"\xff") * 26,
    "lease-refused": operation(TIME | LARGE, 0, b"\1") + dhcp(2, OTHER) + dhcp(6, OTHER) + operation(TIME, 0, b"\xff") * 4,
    "full-segments": OPEN + data(upload("/b", 4 * 1460)) + FULL * 4 + CLOSE,
    "large-body": OPEN + data(upload("/b", 10 * 1460)) + FULL * 10 + data(request("/")) + CLOSE,
    "large-lines": OPEN + data(upload("/l", 7 * 1460)) + FULL * 3 + data(b"\n") + FULL * 4,
    "large-body-stalls": OPEN + data(upload("/b", 12 * 1460)) + FULL * 8 + operation(TIME, 0, b"\xff") * 6 + FULL * 4,
    "large-body-reset": OPEN + data(upload("/b", 12 * 1460)) + FULL * 8 + operation(RESET) + OPEN + data(request("/")),
    "large-body-ends": OPEN + data(upload("/b", 12 * 1460)) + FULL * 8 + CLOSE,
    "unread-body": OPEN + data(upload("/", 10 * 1460)) + FULL * 10 + data(request("/")),
    "expectation": OPEN + data(upload("/b", 9, "Expect: 100-continue\r\n")) + data(b"123456789") + CLOSE,
    "second-client-meanwhile": OPEN + operation(CONNECT, 1) + data(upload("/b", 10 * 1460)) + FULL * 8
                               + data(request("/"), 1) + FULL * 2,
    "crowd": OPEN * 40 + data(request("/")) + CLOSE,
    "crowd-leaves": b"".join(operation(CONNECT, peer) + operation(RESET, peer) * (peer % 3 == 0) for peer in range(8)) * 5,
    "file": OPEN + data(request("/f")) + CLOSE,
    "slow-reader": OPEN + data(request("/w") + request("/w") + request("/s")) + segment(ACK, 0, 0, 1, b"")
                   + operation(TIME, 0, b"\x20") * 8,
    "arp": operation(RAW, 0, counted(b"\xff" * 6 + b"\2\0\0\0\0\2" + b"\x08\6\0\1\x08\0\6\4\0\1" + b"\2\0\0\0\0\2\x0a\0\2\2"
                                     + bytes(6) + b"\x0a\0\2\x0f")),
    "options": operation(PACKET, 0, counted(packet(6, struct.pack(">HHIIBBHHH", 2000, 80, 1, 0, 0x80, 2, 8192, 0, 0)
                                                   + b"\2\4\5\xb4\3\3\7\4\2\x08\0\0"))),
}


def main() -> None:
    """Writes them."""
    corpora = {"body": {key: b"\3" + body for key, body in BODIES.items()},
               "parser": {key: b"\0\x07" + head for key, head in HEADS.items()},
               "frames": FRAMES,
               "tls": tls_seeds.PROGRAMS,
               "tls_known": tls_seeds.KNOWN_PROGRAMS}
    for name, inputs in corpora.items():
        directory = HERE / "corpus" / name
        directory.mkdir(parents=True, exist_ok=True)
        for key, content in inputs.items():
            (directory / key).write_bytes(content)


if __name__ == "__main__":
    main()
