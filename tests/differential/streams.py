"""Byte streams that are nearly HTTP: good requests, changed by someone who knows the grammar.

Each ends with a request of its own, so that two readings of where the one before ends become two readings of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

LAST = b"GET /last HTTP/1.1\r\nHost: last\r\n\r\n"
HEADS = [
    b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET /a/b%20c?d=e&f HTTP/1.1\r\nHost: a.test:8080\r\nAccept: */*\r\nCookie: a=b; c=d\r\nUser-Agent: x (y; z)\r\n\r\n",
    b"HEAD /x HTTP/1.1\r\nhost: 10.0.0.1\r\nAccept-Encoding: gzip, deflate\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET http://b.test/c?d HTTP/1.1\r\nHost: b.test\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
    b"GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
    b"DELETE /r/1 HTTP/1.1\r\nHost: [::1]\r\nX-Empty:\r\nX-Long: %s\r\n\r\n" % (b"y" * 200),
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
]
LENGTHS = [
    b"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"PUT /p HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 33\r\n\r\n"
    b"GET /inner HTTP/1.1\r\nHost: b\r\n\r\n..",
    b"POST /p HTTP/1.1\r\nContent-Length: 0\r\nHost: a\r\n\r\n",
    b"POST /p HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc",
]
CHUNKED = [
    b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nA;x=y\r\n0123456789\r\n1\r\nz\r\n0\r\nT: u\r\n\r\n",
    b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
    b"1f\r\nGET /inner HTTP/1.1\r\nHost: b\r\n\r\n\r\n000\r\n\r\n",
    b"POST /c HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\nTrailer: X\r\n\r\n"
    b"3 ; a=\"b;c\"\r\nabc\r\n0;last\r\nX: y\r\nZ: w\r\n\r\n",
]
SEEDS = HEADS + LENGTHS + CHUNKED

SPACES = [b" ", b"  ", b"\t", b" \t ", b"\x0b", b"\x0c", b"\r", b"\xa0", b"", b"\x00", b"\x85"]
LINE_ENDS = [b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n ", b"\r\n\t", b"\r\n\r\n", b"\x00\r\n", b"\r \n", b"\x85", b"\n\n"]
BYTES = [b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\r", b"\n", b"\t", b" ", b":", b";", b",", b"\"", b"(", b"/", b"?",
         b"#", b"@", b"[", b"%", b"%00", b"\\", b"{", b"\xc3\xa9", b"\xe2\x80\xa8", b"0", b"+", b"-", b"_"]
VERSIONS = [b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.10", b"HTTP/01.1", b"http/1.1",
            b"HTTP/1,1", b"HTTP/ 1.1", b"HTTP/1.", b"HTTP/11", b"HTTPS/1.1", b"ICE/1.0", b"RTSP/1.0", b"", b"HTTP/1.1 ",
            b"HTTP/1.1\t"]
METHODS = [b"GET", b"get", b"POST", b"CONNECT", b"PATCH", b"PRI", b"M-SEARCH", b"TRACE", b"G(T", b"", b"X" * 40, b"SOURCE",
           b"Get", b"QUERY"]
TARGETS = [b"/", b"*", b"a.test:80", b"http://a.test", b"http://a.test/", b"https://u@a.test/", b"HTTP://A.TEST/", b"//a",
           b"/a#b", b"/%", b"/%zz", b"/\xff", b"", b"a", b"/a b", b"?a", b"/..//", b"http:///x", b"http://a.test:99999/",
           b"/a\tb", b"/\"<>{}|^`"]
HOSTS = [b"a", b"", b"a:80", b"a:", b"a:b", b"[::1]", b"[::1", b"a b", b"a,b", b"a/b", b"u@a", b"a\x00b", b"\xff", b"a%20b",
         b"a_b", b"*", b"a:80:80"]
NUMBERS = [b"5", b"05", b"+5", b"-5", b"5 ", b" 5", b"5,5", b"5, 5", b"5,6", b"0x5", b"5.0", b"5e0", b"", b"5;a", b"five",
           b"\x005", b"5\x00", b"18446744073709551616", b"18446744073709551621", b"9223372036854775813", b"4294967301",
           b"99999999999999999999999999", b"0", b"6", b"4", b"5_0", b"\xb2", b"\xd9\xa5", b"5\t", b"\t5", b"5\x0b", b"(5)",
           b"\"5\"", b"5\r", b"1 5"]
SIZES = [b"5", b"05", b"0005", b"0x5", b"+5", b"-5", b" 5", b"5 ", b"5\t", b"5;", b"5 ;a", b"5;a=b", b"5;a=\"\r\n\"",
         b"5;\x00", b"5;a\nb", b"5\x0b", b"G", b"5g", b"", b"00000000000000000005", b"10000000000000005",
         b"FFFFFFFFFFFFFFFF", b"100000005", b"5_", b"5,5", b"5\r", b"5;a\rb", b"\xd9\xa5", b"5;" + b"x" * 300, b"0", b"00",
         b"-0", b"5;;", b"5; a = b", b"5\n"]
CODINGS = [b"chunked", b"Chunked", b"CHUNKED", b"chunked,", b",chunked", b"gzip, chunked", b"chunked, gzip",
           b"chunked, chunked", b"identity", b"x", b"", b"chunked;q=1", b"\"chunked\"", b"chunked\x00", b"\x0bchunked",
           b"chunked\x0b", b"chun ked", b"xchunked", b"chunked\t", b" chunked ", b"identity, chunked", b"chunke",
           b"chunkedx", b"chunk\xe8d", b"\xa0chunked", b"trailers, chunked", b"chunked\r", b"cHuNkEd"]
FIELDS = [b"Content-Length: %s", b"Transfer-Encoding: %s", b"Content-Length : %s", b"Transfer-Encoding : %s",
          b" Content-Length: %s", b"Content_Length: %s", b"Transfer_Encoding: %s", b"Content-Length\t: %s",
          b"Transfer-Encoding\x00: %s", b"X: y\nTransfer-Encoding: %s", b"X: y\rContent-Length: %s",
          b"X: y\r\n Content-Length: %s", b"Transfer-Encoding:%s", b"content-length:%s", b"Transfer-\xcbncoding: %s",
          b"TE: %s", b"Content-Length:\r\n %s", b"Transfer-Encoding:\r\n\t%s", b"Content-Length\xa0: %s",
          b"Content-Length%s", b": %s", b"Connection: Content-Length\r\nContent-Length: %s", b"Connection: %s",
          b"Proxy-Connection: %s", b"Keep-Alive: %s"]
OTHERS = [b"Connection: close", b"Connection: keep-alive", b"Connection: close, keep-alive", b"Connection: x, Close",
          b"Connection: keep-alive, close\t", b"Expect: 100-continue", b"Host: second", b"Host:", b"X: \xe9", b"X: a\x7fb",
          b"X: a\tb", b"X\xe9: a", b"X Y: a", b"X(: a", b"Cookie: a", b"X:", b"X", b"\x00: a", b"X: a\x00b", b"X: a\x1bb",
          b"X-Many: 1\r\nX-Many: 2"]


def edit(stream: bytes, at: int, cut: int, text: bytes) -> bytes:
    """The stream with cut bytes at a place replaced by text."""
    return stream[:at] + text + stream[at + cut:]


def place_of(stream: bytes, random: Random, what: bytes) -> int:
    """Where one of the occurrences of what begins, -1 without any."""
    places = [at for at in range(len(stream)) if stream.startswith(what, at)]
    return random.choice(places) if places else -1


def replace(what: bytes, by: list[bytes]) -> Callable[[bytes, Random], bytes]:
    """A change: one of the occurrences of what becomes one of by."""
    def change(stream: bytes, random: Random) -> bytes:
        at = place_of(stream, random, what)
        return stream if at < 0 else edit(stream, at, len(what), random.choice(by))
    return change


def word(number: int, by: list[bytes]) -> Callable[[bytes, Random], bytes]:
    """A change of the request line's first, second or third word."""
    def change(stream: bytes, random: Random) -> bytes:
        line, end, rest = stream.partition(b"\r\n")
        words = line.split(b" ")
        if number < len(words):
            words[number] = random.choice(by)
        return b" ".join(words) + end + rest
    return change


def value(name: bytes, by: list[bytes]) -> Callable[[bytes, Random], bytes]:
    """A change of a field's value, whatever the case of its name."""
    def change(stream: bytes, random: Random) -> bytes:
        at = stream.lower().find(name.lower() + b":")
        end = stream.find(b"\r\n", at)
        if at < 0 or end < 0:
            return stream
        space = random.choice([b" ", b"", b"\t"])
        return edit(stream, at + len(name) + 1, end - at - len(name) - 1, space + random.choice(by))
    return change


def insert_field(stream: bytes, random: Random) -> bytes:
    """One more line in the head, framing or not."""
    lines = stream.split(b"\r\n")
    end = lines.index(b"") if b"" in lines else len(lines)
    field = random.choice(FIELDS)
    if random.random() < 0.4:
        line = random.choice(OTHERS)
    else:
        line = field.replace(b"%s", random.choice(CODINGS if b"ransfer" in field else NUMBERS))
    lines.insert(random.randrange(1, end + 1) if end else 0, line)
    return b"\r\n".join(lines)


def chunk_size(stream: bytes, random: Random) -> bytes:
    """Another way to say how long a chunk is."""
    start = stream.find(b"\r\n\r\n") + 4
    lines = [at for at in range(start, len(stream)) if stream.startswith(b"\r\n", at - 2)]
    if b"hunked" not in stream or not lines:
        return stream
    at = random.choice(lines)
    end = stream.find(b"\r\n", at)
    return edit(stream, at, max(end, at) - at, random.choice(SIZES))


def trailer(stream: bytes, random: Random) -> bytes:
    """One more trailer."""
    at = stream.rfind(b"\r\n\r\n")
    line = random.choice(OTHERS + [b"Content-Length: 5", b"Transfer-Encoding: chunked", b"Host: t", b" folded", b"no colon"])
    return edit(stream, at + 2, 0, line + b"\r\n") if at >= 0 else stream


def any_byte(stream: bytes, random: Random) -> bytes:
    """A byte more, another one, or one less, anywhere."""
    at = random.randrange(len(stream) + 1)
    return edit(stream, at, random.randrange(2), random.choice([*BYTES, b"", bytes([random.randrange(256)])]))


def repeat(stream: bytes, random: Random) -> bytes:
    """A stretch twice."""
    at, n = random.randrange(len(stream)), random.randrange(1, 60)
    return edit(stream, at, 0, stream[at:at + n])


def cut(stream: bytes, random: Random) -> bytes:
    """A stretch less."""
    return edit(stream, random.randrange(len(stream)), random.randrange(1, 30), b"")


def blank_lines(stream: bytes, random: Random) -> bytes:
    """Something before the request."""
    return random.choice([b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\r", b"\x00", b"\xef\xbb\xbf", b"\r\n "]) + stream


CHANGES: list[tuple[Callable[[bytes, Random], bytes], int]] = [
    (replace(b" ", SPACES), 6), (replace(b"\r\n", LINE_ENDS), 8), (replace(b":", [b" :", b"\t:", b"::", b"", b":\x00",
    b": \x0b", b"=", b"\x0b:"]), 4),
    (word(0, METHODS), 3), (word(1, TARGETS), 4), (word(2, VERSIONS), 4), (value(b"Host", HOSTS), 4),
    (value(b"Content-Length", NUMBERS), 8), (value(b"Transfer-Encoding", CODINGS), 8), (value(b"Connection", [b"close",
    b"keep-alive", b"", b",", b"close,x", b"upgrade"]), 2),
    (insert_field, 14), (chunk_size, 10), (trailer, 4), (any_byte, 14), (repeat, 3), (cut, 3), (blank_lines, 2),
]


def streams(seed: int, count: int) -> Iterator[bytes]:
    """The same count streams for the same seed: the good ones first, then one to four changes of one or two of them."""
    random = Random(seed)
    changes, weights = zip(*CHANGES)
    for stream in SEEDS[:count]:
        yield stream + LAST
    for _ in range(max(0, count - len(SEEDS))):
        stream = random.choice(SEEDS)
        for change in random.choices(changes, weights, k=random.choice((1, 1, 1, 2, 2, 3, 4))):
            stream = change(stream, random) or b"\r\n"
        before = random.choice(SEEDS) if random.random() < 0.2 else b""
        yield before + stream + LAST
