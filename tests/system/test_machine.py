"""The machine and the network without Python: boot, faults, entropy, TCP, ICMP, idling."""

from __future__ import annotations

import random
import socket
import threading
import time
import unittest

from netecho import Guest
from wire import FIN, RST, Peer, Wire

WINDOW = 4 * 1460  # TCP_WND of port/lwip/lwipopts.h
SLOTS = 16
HELLO = b"hello from netecho\n"


def get(path: str = "/", more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: device\r\n{more}\r\n".encode()


def read_all(client: socket.socket) -> bytes:
    """Everything until the device closes."""
    data = bytearray()
    while piece := client.recv(65536):
        data += piece
    return bytes(data)


def pattern(size: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(size)


def in_threads(count: int, work) -> list[BaseException]:
    """Runs work(i) in count threads; returns what they raised."""
    errors: list[BaseException] = []

    def run(i: int) -> None:
        try:
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


class Faults(unittest.TestCase):
    """Each kind of accident is named on the console, and the reset's reason survives it."""

    accidents = [
        ("n", "null pointer access", "fault"),
        ("o", r"stack overflow \(guard hit\)", "fault"),
        ("w", "access to protected memory", "fault"),
        ("d", "jump to memory that is not code", "fault"),
        ("a", "access to no memory", "fault"),
        ("v", "division by zero", "fault"),
        ("u", "call of a null function pointer", "fault"),
        ("h", "watchdog: the main thread did not come back in time", "watchdog"),
        ("i", "watchdog: the main thread did not come back in time", "watchdog"),
        ("s", "watchdog: the main thread did not come back in time", "watchdog"),
        ("p", "netecho was asked to", "panic"),
    ]

    def test_reports_and_reasons(self) -> None:
        with Guest() as guest:
            guest.wait_for("netecho: started by power on")
            for key, reason, cause in self.accidents:
                with self.subTest(reason=reason, key=key):
                    guest.wait_for("serving on")
                    guest.ask(key, f"hipflask: FAULT {reason}")
                    guest.wait_for(f"netecho: started by {cause}")

    def test_the_report_has_registers_and_the_last_request(self) -> None:
        with Guest() as guest:
            guest.wait_for("serving on")
            with guest.connect(80) as client:
                client.sendall(get("/what/it/did"))
                client.recv(4096)
            guest.ask("n", "FAULT null pointer access")
            for line in (r" r0=0x\w{8} .*r5=", " r6=.* r11=", " r12=.* sp=.* lr=.* pc=.* xpsr=",
                         " maybe called from 0x", " cfsr=0x00000082 hfsr=0x00000000 mmfar=0x0000000c",
                         " last request: GET /what/it/did HTTP/1.1", " started by: power on", "hipflask: resetting"):
                guest.wait_for(line)

    def test_a_requested_reset(self) -> None:
        with Guest() as guest:
            guest.wait_for("serving on")
            guest.ask("r", "netecho: started by requested")

    def test_a_reset_from_outside_does_not_repeat_the_last_reason(self) -> None:
        with Guest() as guest:
            guest.wait_for("serving on")
            guest.ask("n", "netecho: started by fault")
            guest.monitor("system_reset")
            guest.wait_for("netecho: started by power on")


class Entropy(unittest.TestCase):
    def test_is_different_on_every_start_and_every_read(self) -> None:
        seen = []
        for _ in range(2):
            with Guest() as guest:
                seen.append(guest.wait_for(r"entropy 0 (\w{64})")[1])
                guest.wait_for("serving on")
                seen += [guest.ask("e", r"entropy 0 (\w{64})")[1] for _ in range(20)]
        self.assertEqual(len(set(seen)), len(seen))

    def test_a_silent_wire_times_out_within_a_second(self) -> None:
        with Guest(entropy=None) as guest:
            guest.wait_for("netecho: started")
            begin = time.monotonic()
            guest.wait_for("entropy -1")
            self.assertLess(time.monotonic() - begin, 1.5)
            guest.wait_for(r"no network \(-1\)")

    def test_a_stuck_source_is_an_error(self) -> None:
        with Guest(entropy="/dev/zero") as guest:
            guest.wait_for("entropy -2")
            guest.wait_for(r"no network \(-2\)")

    def test_is_fast_enough(self) -> None:
        with Guest() as guest:
            guest.wait_for("serving on")
            self.assertGreater(int(guest.ask("b", r"entropy 0: (\d+) bytes/s")[1]), 3000)


class Clock(unittest.TestCase):
    def test_runs_at_the_right_speed_and_ticks(self) -> None:
        with Guest() as guest:
            guest.wait_for("serving on")
            guest.ask("t", "periodic on")
            first, before, second = time.monotonic(), guest.counters(), time.monotonic()
            time.sleep(3)
            third, after, fourth = time.monotonic(), guest.counters(), time.monotonic()
            elapsed = int(after["uptime_ms"]) - int(before["uptime_ms"])
            # Each reading lies somewhere between question and answer, however long that took.
            self.assertGreater(elapsed, 970 * (third - second))
            self.assertLess(elapsed, 1030 * (fourth - first))
            # A machine that has no time for QEMU merges interrupts; it never makes more.
            ticks = int(after["ticks"]) - int(before["ticks"])
            self.assertGreater(ticks, elapsed / 10 * 0.7)
            self.assertLess(ticks, elapsed / 10 + 20)

    def test_idles(self) -> None:
        """Under 5 % of a core when nobody calls, and a handful of wake-ups a second."""
        with Guest() as guest:
            guest.wait_for("serving on")
            time.sleep(2)
            before, cpu = guest.counters(), guest.cpu_seconds()
            time.sleep(10)
            cpu, after = guest.cpu_seconds() - cpu, guest.counters()
            self.assertLess(cpu / 10, 0.05)
            self.assertLess(int(after["wakeups"]) - int(before["wakeups"]), 10 * 20)


class Tcp(unittest.TestCase):
    """Over QEMU's user-mode network, whose TCP is another implementation."""

    def setUp(self) -> None:
        self.guest = self.enterContext(Guest())
        self.guest.wait_for("serving on 10.0.2.15")

    def test_a_thousand_requests_over_one_connection_and_over_fresh_ones(self) -> None:
        with self.guest.connect(80) as client:
            for _ in range(1000):
                client.sendall(get())
                data = b""
                while not data.endswith(HELLO):
                    data += client.recv(4096)
        for _ in range(1000):
            with self.guest.connect(80) as client:
                client.sendall(get(more="Connection: close\r\n"))
                self.assertTrue(read_all(client).endswith(HELLO))
        self.assert_nothing_lost()

    def test_sixteen_echoes_at_once(self) -> None:
        self.echo_at_once(SLOTS)

    def test_more_clients_than_slots_are_all_served(self) -> None:
        self.echo_at_once(SLOTS + 8)

    def echo_at_once(self, count: int) -> None:
        def echo(i: int) -> None:
            data = pattern(100_000, i)
            with self.guest.connect(7) as client:
                sender = threading.Thread(target=lambda: (client.sendall(data), client.shutdown(socket.SHUT_WR)))
                sender.start()
                received = read_all(client)
                sender.join()
            self.assertTrue(received == data, f"client {i}: {len(received)} bytes")

        self.assertEqual(in_threads(count, echo), [])
        self.assert_nothing_lost()

    def assert_nothing_lost(self) -> None:
        counters = self.guest.counters()
        for name in ("rx_errors", "rx_dropped", "tx_errors", "tx_dropped", "heap_err"):
            self.assertEqual(counters[name], "0", name)

    def test_a_client_beyond_the_slots_waits_for_one(self) -> None:
        idle = [self.guest.connect(80) for _ in range(SLOTS)]
        for client in idle:  # each has been given its slot
            client.sendall(get())
            self.assertTrue(client.recv(4096).endswith(HELLO))
        with self.guest.connect(80) as late:
            late.sendall(get())
            late.settimeout(1)
            with self.assertRaises(TimeoutError):
                late.recv(1)
            idle.pop().close()
            late.settimeout(5)
            self.assertTrue(late.recv(4096).endswith(HELLO))
        for client in idle:
            client.close()

    def test_sixteen_full_windows_leave_the_network_alive(self) -> None:
        self.guest.ask("z", "dozing 1")
        stalled = [self.guest.connect(9) for _ in range(SLOTS)]
        for client in stalled:
            client.setblocking(False)
            try:
                while True:
                    client.send(b"x" * 65536)
            except BlockingIOError:
                pass
        time.sleep(1)
        self.assertEqual(self.guest.counters()["frames"], "0")  # all in the slots' rings
        self.guest.ask("z", "dozing 0")
        for client in stalled:
            client.close()
        with self.guest.connect(80) as client:
            client.sendall(get())
            self.assertTrue(client.recv(4096).endswith(HELLO))

    def test_a_large_answer_to_slow_readers(self) -> None:
        def read_slowly(i: int) -> None:
            with self.guest.connect(80) as client:
                client.sendall(get("/big", "Connection: close\r\n"))
                time.sleep(i % 4 / 2)
                head, _, body = read_all(client).partition(b"\r\n\r\n")
                self.assertTrue(len(body) == 1 << 20 and set(body) == {ord("x")}, f"client {i}: {len(body)}")

        self.assertEqual(in_threads(SLOTS, read_slowly), [])

    def test_an_answer_survives_a_client_that_goes_on_sending(self) -> None:
        for _ in range(5):
            with self.guest.connect(80) as client:
                client.sendall(get(more="Connection: close\r\n") + b"y" * 200_000)
                self.assertTrue(read_all(client).endswith(HELLO))

    def test_the_link_goes_and_comes(self) -> None:
        self.guest.monitor("set_link net off")
        time.sleep(0.5)
        self.guest.monitor("set_link net on")
        deadline = time.monotonic() + 20
        while True:
            try:
                with self.guest.connect(80, 3) as client:
                    client.sendall(get())
                    self.assertTrue(client.recv(4096).endswith(HELLO))
                    return
            except (TimeoutError, ConnectionError):
                self.assertLess(time.monotonic(), deadline)


class OnTheWire(unittest.TestCase):
    """Frames by hand: what no ordinary peer sends."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.wire = Wire()
        cls.addClassCleanup(cls.wire.close)
        start = time.monotonic()
        cls.guest = cls.enterClassContext(Guest(network=cls.wire.network))
        cls.guest.wait_for("serving on 10.0.2.15", timeout=15)
        cls.until_address = time.monotonic() - start
        if cls.wire.resolve() is None:
            raise AssertionError("no answer to ARP")

    def test_without_dhcp_the_static_address_comes_after_five_seconds(self) -> None:
        self.assertTrue(4.5 < self.until_address < 8, self.until_address)
        self.assertEqual(self.wire.device_mac.hex(), "525400123456")  # QEMU's, from the EEPROM

    def test_ping_of_every_length_class(self) -> None:
        for size in [*range(0, 40), 100, 511, 512, 513, 1000, 1470, 1471, 1472]:
            with self.subTest(size=size):
                self.assertTrue(self.wire.ping(size, size))

    def test_rubbish_harms_nobody(self) -> None:
        dice = random.Random(2)
        for i in range(3000):
            frame = bytearray(dice.randbytes(dice.randrange(14, 1515)))
            if i % 3:
                frame[0:6] = self.wire.device_mac
                frame[12:14] = b"\x08\x00" if i % 3 == 1 else b"\x08\x06"
                frame[14:15] = b"\x45"
            self.wire.send(bytes(frame))
            if i % 50 == 0:
                time.sleep(0.005)
        time.sleep(0.5)
        self.assertTrue(self.wire.ping(100))
        self.assertEqual(self.guest.counters()["heap_err"], "0")

    def test_initial_sequence_numbers_differ(self) -> None:
        peers = [Peer(self.wire, port, 80) for port in range(2000, 2008)]
        for peer in peers:
            peer.reset()
        gaps = {(b.first_of_device - a.first_of_device) >> 24 for a, b in zip(peers, peers[1:])}
        self.assertGreater(len(gaps), 3)

    def test_tiny_segments_of_stalled_connections_take_no_frames(self) -> None:
        self.guest.ask("z", "dozing 1")
        peers = [Peer(self.wire, port, 9) for port in range(3000, 3004)]
        for peer in peers:
            self.assertTrue(peer.deliver(b"z" * (WINDOW // 4), 1))
        self.assertEqual(self.guest.counters()["frames"], "0")
        self.guest.ask("z", "dozing 0")
        for peer in peers:
            peer.reset()

    def test_gaps_on_every_connection_do_not_stop_reception(self) -> None:
        peers = [Peer(self.wire, port, 7) for port in range(4000, 4000 + SLOTS)]
        for peer in peers:
            for piece in range(1, 6):
                peer.send(bytes([piece]) * 700, ahead=700 * piece)
        self.assertTrue(self.wire.ping(100))
        for peer in peers:  # fill the gap: what lwIP kept or not, all gets through
            received = b""
            for piece in range(6):
                peer.send(bytes([piece]) * 700)
            received = peer.settle()[1]
            self.assertEqual(received, b"".join(bytes([piece]) * 700 for piece in range(6)))
            peer.reset()

    def test_an_answer_comes_in_one_segment_with_its_fin_after_it(self) -> None:
        peer = Peer(self.wire, 5000, 80)
        peer.send(get(more="Connection: close\r\n"))
        segment = self.wire.receive_tcp(5000)
        while segment is not None and not segment.payload:
            segment = self.wire.receive_tcp(5000)
        self.assertTrue(segment.payload.startswith(b"HTTP/1.1 200") and segment.payload.endswith(HELLO))
        peer.acknowledged += len(segment.payload)
        peer.send(b"", 16)
        self.assertTrue(peer.settle()[2] & FIN)
        peer.reset()

    def test_lingering_reads_and_drops_then_resets(self) -> None:
        peer = Peer(self.wire, 5001, 80)
        peer.send(get(more="Connection: close\r\n"))
        _, received, flags = peer.settle()
        self.assertTrue(received.endswith(HELLO) and flags & FIN)
        peer.acknowledged += 1
        peer.send(b"more")
        acknowledged, _, flags = peer.settle()
        self.assertEqual((acknowledged, flags & RST), (peer.sequence, 0))
        time.sleep(7)
        peer.send(b"and more")
        self.assertTrue(peer.settle()[2] & RST)


if __name__ == "__main__":
    unittest.main()
