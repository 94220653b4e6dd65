"""The clients of the soak.  Each function is one visit; its choices come from a Random, so that a seed repeats them.

The honest ones check what they get and raise when it is wrong.  The hostile ones
may be refused or cut off at any moment; what they insist on is that it does not
take for ever.  Pauses here are the clients' own pace; nothing is awaited by them.
"""

from __future__ import annotations

import hashlib
import threading
import time
from random import Random

from rawhttp import Client, Closed, ProtocolError, request_bytes
from server import Server

PIECE = bytes(range(256)) * 16
END_SECONDS = 30.0  # until a connection that the server has given up is closed; it is patient for 15 at most
CROWD = 6  # connections at a time that are held for nothing; 16 can be held and 16 wait, others are refused
_crowd = threading.Lock()  # one crowd at a time, so that the honest still fit in

# --- honest -------------------------------------------------------------------


def expect(got, wanted) -> None:
    """Fails when they differ."""
    if got != wanted:
        raise AssertionError(f"got {got!r:.200}, expected {wanted!r:.200}")


def keep_alive(server: Server, random: Random) -> None:
    with server.client() as client:
        for _ in range(random.randrange(2, 20)):
            expect(client.get("/").text, "soak\n")
            expect(client.get(f"/nowhere/{random.randrange(100)}").status, 404)


def fresh(server: Server, random: Random) -> None:
    for _ in range(random.randrange(1, 8)):
        expect(server.get("/").text, "soak\n")


def last_request(server: Server, random: Random) -> None:
    with server.client() as client:
        expect(client.get("/", Connection="close").text, "soak\n")
        expect(client.is_closed(), True)


def pipelined(server: Server, random: Random) -> None:
    count = random.randrange(2, 10)
    with server.client() as client:
        client.send(request_bytes("GET", "/") * count)
        expect([client.read_response().text for _ in range(count)], ["soak\n"] * count)


def upload(server: Server, random: Random) -> None:
    body = random.randbytes(random.choice((0, 1, 1000, 8192, 50_000, 300_000)))
    wanted = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    expect(server.post("/digest", body).json(), wanted)


def download(server: Server, random: Random) -> None:
    size = random.choice((1, 1460, 5000, 100_000, 1_000_000))
    body = server.get(f"/download?size={size}").body
    expect((len(body), body[-4096:] == whole(size)[-4096:]), (size, True))


def whole(size: int) -> bytes:
    """What /download sends."""
    return (PIECE * (size // len(PIECE) + 1))[:size]


def stream(server: Server, random: Random) -> None:
    lines = random.randrange(1, 300)
    expect(server.get(f"/stream?lines={lines}").text.count("line"), lines)


def slow_reader(server: Server, random: Random) -> None:
    size = 200_000
    with server.client() as client:
        client.start("GET", f"/download?size={size}")
        client.read_head()
        got = 0
        while got < size:
            time.sleep(0.02)
            piece = min(8192, size - got)
            expect(len(client.read_exactly(piece)), piece)
            got += piece


def slow_sender(server: Server, random: Random) -> None:
    body = random.randbytes(400)
    request = request_bytes("POST", "/digest", {}, body)
    with server.client() as client:
        for start in range(0, len(request), 40):
            client.send(request[start:start + 40])
            time.sleep(0.02)
        expect(client.read_response().json()["sha256"], hashlib.sha256(body).hexdigest())


def exception(server: Server, random: Random) -> None:
    expect(server.get("/fail").status, 500)


def exception_midway(server: Server, random: Random) -> None:
    try:
        server.get("/fail-midway")
    except (Closed, ConnectionResetError):
        return
    raise AssertionError("a body that is not whole looked whole")


# --- hostile ------------------------------------------------------------------


def drain(client: Client) -> None:
    """Reads whatever comes; fails when the server does not end it."""
    client.socket.settimeout(END_SECONDS)
    try:
        client.read_until_closed()
    except TimeoutError:
        raise AssertionError(f"not closed within {END_SECONDS:.0f} s") from None
    except OSError:
        pass  # reset


def silent(server: Server, random: Random) -> None:
    with server.client() as client:
        if random.random() < 0.5:
            client.reset()


def half_a_request(server: Server, random: Random) -> None:
    request = request_bytes("POST", "/digest", {"X-Filler": "x" * 300}, b"body" * 100)
    with server.client() as client:
        client.send(request[:random.randrange(1, len(request) - 1)])
        if random.random() < 0.5:
            client.reset()


def half_a_request_and_wait(server: Server, random: Random) -> None:
    with server.client() as client:
        client.send(request_bytes("POST", "/digest", {"Content-Length": "1000"}, b"not a thousand"))
        drain(client)


def pace(random: Random) -> None:
    """Who waits for no answer would otherwise open connections as fast as the kernel can queue them."""
    time.sleep(0.05 + random.random() * 0.1)


def reset_in_a_body(server: Server, random: Random) -> None:
    with server.client() as client:
        client.send(request_bytes("POST", "/digest", {"Content-Length": "1000000"}, bytes(random.randrange(60_000))))
        client.reset()
    pace(random)


def reset_in_a_download(server: Server, random: Random) -> None:
    with server.client() as client:
        client.start("GET", "/download?size=1000000")
        client.read_exactly(random.randrange(1, 100_000))
        client.reset()


def gone_before_the_answer(server: Server, random: Random) -> None:
    with server.client() as client:
        client.send(request_bytes("GET", "/stream?lines=1000") * random.randrange(1, 5))
    pace(random)


def garbage(server: Server, random: Random) -> None:
    with server.client() as client:
        client.send(random.randbytes(random.randrange(1, 4000)) + b"\r\n\r\n")
        drain(client)


def nearly_http(server: Server, random: Random) -> None:
    request = bytearray(request_bytes("POST", "/digest", {"X-A": "b"}, b"12345"))
    for _ in range(random.randrange(1, 4)):
        request[random.randrange(len(request))] = random.randrange(256)
    with server.client() as client:
        client.send(bytes(request) + b"\r\n\r\n")
        client.socket.shutdown(1)
        drain(client)


def oversized_head(server: Server, random: Random) -> None:
    with server.client() as client:
        client.send(request_bytes("GET", "/" + "x" * random.choice((10, 20_000)), {"X-Long": "y" * 60_000}))
        drain(client)


def crowd(server: Server, random: Random) -> None:
    with _crowd:
        clients = []
        try:
            clients += (server.client() for _ in range(CROWD))
            for client in random.sample(clients, CROWD // 2):
                client.send(b"GET / HTTP/1.1\r\n")
            time.sleep(random.random() * 2)
        finally:
            for client in clients:
                client.close()


# Weights: how often.  A traceback on the console is long, so there are few.
HONEST = {keep_alive: 8, fresh: 8, last_request: 3, pipelined: 4, upload: 5, download: 4, stream: 4, slow_reader: 2,
          slow_sender: 2, exception: 1, exception_midway: 1}
HOSTILE = {silent: 4, half_a_request: 6, half_a_request_and_wait: 1, reset_in_a_body: 4, reset_in_a_download: 3,
           gone_before_the_answer: 3, garbage: 3, nearly_http: 5, oversized_head: 2, crowd: 1}
TOLERATED = (OSError, ProtocolError)  # of what becomes of a hostile client; not an AssertionError as such


def refused(error: BaseException) -> bool:
    """Whether a hostile client was only refused or cut off."""
    return isinstance(error, TOLERATED)
