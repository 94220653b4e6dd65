"""Clients of all kinds for a while, and then everything is as it was: heap, pools, connections, file handles.

`./hip test` does it for a few seconds, `./hip test --soak [MINUTES]` for longer.
A first part fills caches; what is compared is measured after it and at the end.
"""

import os
import threading
import time
import unittest
from collections import Counter
from random import Random, SystemRandom

import clients
from device import FAULT, Device, of_target
from hip.suites import SOAK_TARGET, SOAK_VARIABLE
from rawhttp import Client

SEED_VARIABLE = "HIPFLASK_SOAK_SEED"
SHORT_SECONDS = 15.0
WARM_UP = 0.3  # of the time, for the caches
KINDS = ((clients.HONEST, 6), (clients.HOSTILE, 4))  # and how many of each at a time
FINISH_SECONDS = 120.0  # for the visits under way when time is up
SETTLE_SECONDS = 100.0  # for connections that nobody closed to be given up, and QEMU or libslirp to forget theirs
TIME_WAIT_SECONDS = 180.0  # for lwIP to forget closed connections, twice the longest life of a segment and some
POLL_SECONDS = 0.5
HEAP_BYTES = 16384  # that caches of fixed size may vary by
CLOSED_CONNECTIONS = "TCP_PCB"  # the pool that remembers them

seconds = float(os.environ.get(SOAK_VARIABLE) or SHORT_SECONDS)
is_short = SOAK_VARIABLE not in os.environ
seed = int(os.environ.get(SEED_VARIABLE) or SystemRandom().randrange(10**6))
server = of_target("tests/soak/apps/soak", SOAK_TARGET)
visits: Counter = Counter()
refusals: Counter = Counter()
mistakes: list[str] = []
before: dict
after: dict


def setUpModule() -> None:
    global before, after
    print(f"{SEED_VARIABLE}={seed}, {seconds:.0f} s", flush=True)
    server.start()
    try:
        with server.client() as client:
            rest = measure(client)
        crowd_in("warm-up", seconds * WARM_UP)
        before = {**settled(rest), "pools": rest["pools"], "descriptors": rest["descriptors"]}
        crowd_in("run", seconds * (1 - WARM_UP))
        after = settled(rest)
    except BaseException:
        server.stop()
        raise
    print(f"visits: {dict(visits)}\nrefused or cut off: {dict(refusals)}\nbefore: {before}\nafter: {after}", flush=True)


def tearDownModule() -> None:
    server.stop()  # fails when a sanitizer has something to say


def crowd_in(part: str, how_long: float) -> None:
    """All clients at once, until time is up and they have gone."""
    end = time.monotonic() + how_long
    threads = [threading.Thread(target=visit, args=(kind, Random(f"{seed} {part} {number} {len(kind)}"), end), daemon=True)
               for kind, count in KINDS for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end + FINISH_SECONDS - time.monotonic()))
    if any(thread.is_alive() for thread in threads):
        raise AssertionError(f"seed {seed}: a client is not done {FINISH_SECONDS:.0f} s after the end")


def visit(kind: dict, random: Random, end: float) -> None:
    """One client after another, as long as there is time."""
    while time.monotonic() < end:
        (client,) = random.choices(list(kind), list(kind.values()))
        visits[client.__name__] += 1
        try:
            client(server, random)
        except Exception as error:
            if kind is clients.HOSTILE and clients.refused(error):
                refusals[client.__name__] += 1
            else:
                mistakes.append(f"{client.__name__}: {type(error).__name__}: {error}")


def measure(client: Client) -> dict:
    """Everything that is compared, asked over a connection that stays: each one leaves a trace for some seconds."""
    gauge = client.get("/gauge").json()
    pools = {name: pool["used"] for name, pool in gauge["pools"].items() if name != CLOSED_CONNECTIONS or not is_short}
    descriptors = server.machine.descriptors() if isinstance(server, Device) else 0
    return {"heap": gauge["heap"]["used"], "pools": pools, "descriptors": descriptors, "uptime": gauge["uptime"]}


def fuller(now: dict, rest: dict) -> dict[str, int]:
    """The pools that hold more than at rest; lwIP's timers may be one fewer once DHCP is done."""
    return {name: used for name, used in now["pools"].items() if used > rest["pools"][name]}


def settled(rest: dict) -> dict:
    """What is measured once pools and handles are as at rest; if that does not come, what is measured at last."""
    deadline = time.monotonic() + (SETTLE_SECONDS if is_short else TIME_WAIT_SECONDS)
    with server.client() as client:
        while True:
            now = measure(client)
            if not fuller(now, rest) and now["descriptors"] <= rest["descriptors"] or time.monotonic() > deadline:
                return now
            time.sleep(POLL_SECONDS)


class SoakTest(unittest.TestCase):
    def setUp(self) -> None:
        self.again = f"again with {SEED_VARIABLE}={seed}"

    def test_every_honest_client_was_served(self):
        self.assertEqual(mistakes[:20], [], self.again)
        self.assertGreater(min(visits[client.__name__] for client in clients.HONEST), 0)

    def test_the_device_did_not_restart(self):
        self.assertGreater(after["uptime"], before["uptime"], self.again)
        if isinstance(server, Device):
            self.assertNotIn(FAULT, server.console)

    def test_every_pool_got_back_what_it_gave(self):
        self.assertEqual(fuller(after, before), {}, self.again)

    def test_no_file_handle_is_left(self):
        self.assertLessEqual(after["descriptors"], before["descriptors"], self.again)

    def test_the_heap_is_no_fuller(self):
        grown = after["heap"] - before["heap"]
        self.assertLessEqual(grown, HEAP_BYTES, f"{sum(visits.values())} visits; {self.again}")

    def test_it_serves_as_before(self):
        self.assertEqual(server.get("/").text, "soak\n")


if __name__ == "__main__":
    unittest.main()
