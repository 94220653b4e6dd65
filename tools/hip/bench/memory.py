"""What an image takes, and what a connection adds; what a device does when nobody calls."""

from __future__ import annotations

import time
from collections.abc import Callable

from hip import size
from hip.bench.client import Client, over_tls, request
from hip.bench.guest import WARM_UP, Guest
from hip.boards import Board

OPEN = 12  # connections that an address may keep
IDLE_SECONDS = 4.0
HEAP = "__import__('hipflask').heap()['used']"
STACK = "__import__('hipflask').stack()['high_water']"
TLS_SESSION = "__import__('hipflask').pools()['TLS_SESSION_BYTES']['most']"
SLEEPS = "__import__('hipflask').sleeps()"
UPTIME = "__import__('hipflask').uptime()"


def image(board: Board, guest: Guest) -> dict[str, float]:
    """Bytes: of flash and static RAM, and of the heap once the app is imported."""
    report = size.static_report(board, guest.image.dir)
    heap, _total, _stack, _size = guest.machine.wait_for(size.STARTED, 1).groups()
    memories = {memory: used["total"] for memory, used in report["memories"].items()}
    return {
        "flash": memories["flash"] + memories["xrom"],
        "static RAM": memories["ram"] + memories["psram"],
        "heap after start": int(heap),
        "RAM": memories["ram"] + memories["psram"] + int(heap),
    }


def parts(board: Board, guest: Guest) -> dict[str, dict[str, int]]:
    """Bytes of flash and static RAM by component."""
    memories = size.static_report(board, guest.image.dir)["memories"]
    return {"flash": memories["flash"]["components"], "static RAM": memories["ram"]["components"]}


def heap_per_connection(guest: Guest) -> float:
    """Bytes of the heap for a connection that has been answered and is kept; its buffers are static."""
    data = request("GET", "/")
    with Client(guest.machine.address) as client:
        for _ in range(WARM_UP):
            client.ask(data)
    before = int(guest.evaluate(HEAP))
    clients = [Client(guest.machine.address) for _ in range(OPEN)]
    for client in clients:
        client.ask(data)
    used = int(guest.evaluate(HEAP)) - before
    for client in clients:
        client.close()
    return used / OPEN


def wakes_per_second(guest: Guest) -> float:
    """Of a device that nobody has called; for two minutes after that TCP keeps some state and wakes it more often."""
    first, began = int(guest.evaluate(SLEEPS)), float(guest.evaluate(UPTIME))
    time.sleep(IDLE_SECONDS)  # what is measured
    return (int(guest.evaluate(SLEEPS)) - first) / (float(guest.evaluate(UPTIME)) - began)


def tls_session(guest: Guest) -> float:
    """Bytes that mbedTLS takes for a session at most, of those that are reserved for it: a handshake and a request."""
    with Client(guest.machine.https_address, over_tls) as client:
        client.ask(request("GET", "/"))
    return int(guest.evaluate(TLS_SESSION))


def running(guest: Guest) -> dict[str, float]:
    """What can only be asked of a running device, in this order."""
    asked: dict[str, Callable[[Guest], float]] = {
        "wake-ups per second": wakes_per_second,
        "heap per connection": heap_per_connection,
        "TLS session, of its reserved bytes": tls_session,
        "stack, deepest": lambda guest: int(guest.evaluate(STACK)),
    }
    return {name: measure(guest) for name, measure in asked.items()}
