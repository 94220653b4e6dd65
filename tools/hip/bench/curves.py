"""How the cost of a request grows: with open connections, the size of its body, the number of its headers."""

from __future__ import annotations

from hip.bench.cases import Case
from hip.bench.client import Client
from hip.bench.guest import WARM_UP, Guest, ask
from hip.boards import Board
from hip.ui import Ui

CONNECTIONS = (1, 2, 4, 8, 12, 16)
BODY_BYTES = (0, 1024, 4096, 16384, 65536, 262144, 1048576)
HEADERS = (0, 5, 10, 20, 30, 40, 50, 60)
ROUNDS = 96  # requests; of as many connections as there are, one after the other
HEAVY_BYTES = 1 << 20  # of bodies that are asked for
LABELS = {
    "connections": "open connections; one request each, in turn",
    "body": "bytes of the answer",
    "headers": "header fields besides Host, 30 bytes each",
}
Curve = dict[int, float]  # instructions of a request


def by_connections(guest: Guest) -> Curve:
    """All of them stay open; each sends a request in turn."""
    case, found = Case("", "hello"), {}
    for number in CONNECTIONS:
        clients = [Client(guest.machine.address) for _ in range(number)]
        rounds = ROUNDS // number

        def turn(times: int) -> None:
            for _ in range(times):
                for client in clients:
                    ask(client, case, 1)

        turn(2)
        found[number] = guest.cost(lambda: turn(rounds)) / (rounds * number)
        for client in clients:
            client.close()
    return found


def by_headers(guest: Guest) -> Curve:
    """Fields that no server knows."""
    found = {}
    for number in HEADERS:
        fields = tuple((f"X-Header-Number-{at:02}", f"value {at:02}") for at in range(number))
        found[number] = guest.measure(Case("", "hello", headers=fields, count=ROUNDS))
    return found


def by_body(guest: Guest) -> Curve:
    """Answers in one piece."""
    found = {}
    for size in BODY_BYTES:
        count = max(WARM_UP // 4, min(ROUNDS, HEAVY_BYTES // max(size, 1)))
        found[size] = guest.measure(Case("", "bench_wsgi", f"/bytes?{size}", answer=size, count=count))
    return found


def measure(board: Board, ui: Ui) -> dict[str, Curve]:
    """All of them."""
    with Guest(board, "hello", ui) as guest:
        found = {"connections": by_connections(guest), "headers": by_headers(guest)}
    with Guest(board, "bench_wsgi", ui) as guest:
        return found | {"body": by_body(guest)}
