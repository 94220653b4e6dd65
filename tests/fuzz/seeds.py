"""Writes the inputs that fuzzing starts from, into corpus/."""

import struct
from pathlib import Path

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


def operation(kind: int, peer: int = 0, operands: bytes = b"", acknowledge: bool = True) -> bytes:
    """One operation of fuzz_frames.c, see README.md."""
    return bytes([kind | peer << 3 | (ACKNOWLEDGE if acknowledge else 0)]) + operands


def counted(data: bytes) -> bytes:
    """An operand with its length in front."""
    return bytes([len(data)]) + data


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


def packet(protocol: int, payload: bytes, source: bytes = b"\x0a\0\2\2", target: bytes = b"\x0a\0\2\x0f") -> bytes:
    """An IPv4 packet; its checksums are the fuzzer's."""
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, source, target) + payload


OPEN = operation(CONNECT)
CLOSE = operation(FINISH)
CHUNKS = b"POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
OFFER = (struct.pack(">BBBB4sHH4s4s4s4s", 2, 1, 6, 0, b"\7\7\7\7", 0, 0, bytes(4), b"\x0a\0\2\x10", bytes(4), bytes(4))
         + b"\2\0\0\0\0\1" + bytes(202) + b"\x63\x82\x53\x63\x35\1\2\x36\4\x0a\0\2\2\x33\4\0\0\x0e\x10\xff")
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
    "dhcp": operation(PACKET, 0, counted(packet(17, (b"\0\x43\0\x44\1\0\0\0" + OFFER)[:230]))),
    "arp": operation(RAW, 0, counted(b"\xff" * 6 + b"\2\0\0\0\0\2" + b"\x08\6\0\1\x08\0\6\4\0\1" + b"\2\0\0\0\0\2\x0a\0\2\2"
                                     + bytes(6) + b"\x0a\0\2\x0f")),
    "options": operation(PACKET, 0, counted(packet(6, struct.pack(">HHIIBBHHH", 2000, 80, 1, 0, 0x80, 2, 8192, 0, 0)
                                                   + b"\2\4\5\xb4\3\3\7\4\2\x08\0\0"))),
}


def main() -> None:
    """Writes them."""
    corpora = {"body": {key: b"\3" + body for key, body in BODIES.items()},
               "parser": {key: b"\0\x07" + head for key, head in HEADS.items()},
               "frames": FRAMES}
    for name, inputs in corpora.items():
        directory = HERE / "corpus" / name
        directory.mkdir(parents=True, exist_ok=True)
        for key, content in inputs.items():
            (directory / key).write_bytes(content)


if __name__ == "__main__":
    main()
