"""Clients that cut, spoil and invent records: each is turned away, and nothing is lost by it."""

import os
import ssl
import unittest
from random import Random, SystemRandom

from rawhttp import request_bytes
from secure import HostileTest, context
from wire import (ALERT, CHANGE_CIPHER, DATA, FATAL, HANDSHAKE, LARGEST, TLS12, TLS13, WARNING, Ended, Wire, record, records,
                  with_sealer)

SPOILT = int(os.environ.get("HIPFLASK_SPOILT") or 60)  # handshakes, and requests, with a bit that is not the client's
SEED = int(os.environ.get("HIPFLASK_TLS_SEED") or SystemRandom().randrange(10**6))
VERSIONS = (TLS12, TLS13)
REQUEST = request_bytes("GET", "/", {"Host": "a", "Connection": "close"})
ANSWER = b"probe\n"
CLOSE_NOTIFY, UNEXPECTED, HANDSHAKE_FAILED, USER_CANCELED = 0, 10, 40, 90  # alerts, RFC 8446, section 6


class WireTest(HostileTest):
    """Tests with connections whose records pass through their hands."""

    def setUp(self) -> None:
        super().setUp()
        print(f"HIPFLASK_TLS_SEED={SEED}")
        self.random = Random(SEED)

    def wire(self, *arguments, **options) -> Wire:
        """A connection that ends with the test."""
        wire = Wire(self.address, *arguments, **options)
        self.addCleanup(wire.socket.close)
        return wire

    def ready(self, version: ssl.TLSVersion) -> Wire:
        """A connection after its handshake."""
        wire = self.wire(context(version))
        wire.handshake()
        return wire

    def refusal(self, data: bytes) -> list[tuple[int, bytes]]:
        """What the device says to bytes that are no handshake, before it closes."""
        with self.wire() as wire:
            try:
                wire.send(data)
                wire.socket.shutdown(1)
            except (Ended, OSError):
                pass
            return records(wire.receive_all())

    def assert_alert(self, data: bytes) -> None:
        """The device says why it does not go on."""
        answer = self.refusal(data)
        self.assertEqual(len(answer), 1, answer)
        self.assertEqual((answer[0][0], answer[0][1][:1]), (ALERT, bytes([FATAL])), answer)


class SpoiltTest(WireTest):
    def spoil(self, data: bytes) -> bytes:
        """One bit is another."""
        place = self.random.randrange(len(data) * 8)
        return data[:place // 8] + bytes([data[place // 8] ^ 1 << place % 8]) + data[place // 8 + 1:]

    def test_the_end_of_a_handshake(self):
        """Not finished, not served; the record header's version alone is not protected before TLS 1.3 has its keys."""
        for number in range(SPOILT):
            version = VERSIONS[number % 2]
            with self.subTest(version=version, number=number), Wire(self.address, context(version)) as wire:
                flights = []

                def send(flight: bytes) -> None:
                    flights.append(flight if len(flights) == 0 else self.spoil(flight))
                    wire.send(flights[-1])
                    if flights[-1] != flight:
                        self.harmless = is_harmless(flight, flights[-1])
                        if version == TLS12:
                            wire.socket.shutdown(1)

                try:
                    wire.handshake(send)
                    wire.send(wire.sealed(REQUEST))
                    answer = wire.finish()
                except (Ended, ssl.SSLError):
                    answer = b""
                if not self.harmless:
                    self.assertNotIn(ANSWER, answer)

    def test_requests(self):
        for number in range(SPOILT):
            version = VERSIONS[number % 2]
            with self.subTest(version=version, number=number), self.ready(version) as wire:
                wire.send(self.spoil(wire.sealed(REQUEST)))
                self.assertEqual(wire.finish(), b"")

    def test_the_client_is_told(self):
        for version in VERSIONS:
            with self.subTest(version=version), self.ready(version) as wire:
                sealed = wire.sealed(REQUEST)
                wire.send(sealed[:-1] + bytes([sealed[-1] ^ 1]))
                self.assertEqual(wire.opened(wire.receive_all()), b"")
                self.assertIn("alert bad record mac", wire.alert)

    def test_records_again_or_in_another_order(self):
        for version in VERSIONS:
            with self.subTest(version=version, kind="again"), self.ready(version) as wire:
                sealed = wire.sealed(request_bytes("GET", "/", {"Host": "a"}))
                wire.send(sealed + sealed)
                self.assertLessEqual(wire.finish().count(ANSWER), 1)
            with self.subTest(version=version, kind="order"), self.ready(version) as wire:
                first, second = wire.sealed(REQUEST), wire.sealed(REQUEST)
                wire.send(second + first)
                self.assertEqual(wire.finish(), b"")


def is_harmless(flight: bytes, spoilt: bytes) -> bool:
    """Whether the change is in a place that RFC 8446, section 5.1, has ignored: a record's version, without protection."""
    place = 0
    for kind, content in records(flight):
        if kind != DATA and flight[place] == spoilt[place] and flight[place + 1:place + 3] != spoilt[place + 1:place + 3]:
            return True
        place += 5 + len(content)
    return False


class TruncatedTest(WireTest):
    def first_flight(self, version: ssl.TLSVersion) -> bytes:
        """A client's hello."""
        hello = b""

        def keep(flight: bytes) -> None:
            nonlocal hello
            hello = flight
            raise Ended

        with self.wire(context(version)) as wire, self.assertRaises(Ended):
            wire.handshake(keep)
        return hello

    def test_hellos_at_each_byte(self):
        """Nothing is to be said to what is no hello yet."""
        for version in VERSIONS:
            hello = self.first_flight(version)
            for length in range(len(hello)):
                self.assertEqual(self.refusal(hello[:length]), [], length)

    def test_the_end_of_a_handshake_at_each_byte(self):
        for version in VERSIONS:
            length = done = 0
            while not done:
                with Wire(self.address, context(version)) as wire:
                    flights = []

                    def send(flight: bytes) -> None:
                        flights.append(flight)
                        wire.send(flight if len(flights) == 1 else flight[:length])
                        if len(flights) > 1:
                            raise Ended

                    with self.assertRaises(Ended):
                        wire.handshake(send)
                    wire.socket.shutdown(1)
                    rest = wire.receive_all()
                    done = length == len(flights[1]) - 1
                    length += 1
                    self.assertTrue(all(kind == ALERT for kind, _content in records(rest)) or version == TLS13, records(rest))

    def test_requests_at_each_byte(self):
        for version in VERSIONS:
            length, whole = 0, 1
            while length < whole:
                with Wire(self.address, context(version)) as wire:
                    wire.handshake()
                    sealed = wire.sealed(REQUEST)
                    wire.send(sealed[:length])
                    self.assertEqual(wire.finish(), b"", length)
                    length, whole = length + 1, len(sealed)


class RecordTest(WireTest):
    def test_larger_than_a_record_may_be(self):
        """The length is enough to refuse; nobody waits for the rest."""
        for length in (LARGEST + 2048 + 1, 0xFFFF):
            with self.subTest(length, when="first"), self.wire() as wire:
                wire.send(record(HANDSHAKE, b"\1\0", length))
                self.assertEqual(records(wire.receive_all())[-1][0], ALERT)
            for version in VERSIONS:
                with self.subTest(length, when="later", version=version), self.ready(version) as wire:
                    wire.send(record(DATA, bytes(32), length))
                    self.assertEqual(wire.opened(wire.receive_all()), b"")
                    self.assertIn("alert", wire.alert)

    def test_without_content(self):
        """RFC 8446, section 5.1: not in a handshake."""
        for kind in (HANDSHAKE, ALERT, DATA):
            with self.subTest(kind):
                self.assert_alert(record(kind, b"") * 100)

    def test_what_is_no_record(self):
        for data in (b"\0" * 100, b"\xff" * 100, b"SSH-2.0-x\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", bytes(range(256)) * 80,
                     b"\x80\x2e\1\0\2" + bytes(60), record(99, b"abc"), record(24, b"\1\0\1x"), record(DATA, bytes(100)),
                     record(CHANGE_CIPHER, b"\1"), record(CHANGE_CIPHER, b"\2") * 100, self.random.randbytes(500)):
            with self.subTest(data[:10]):
                self.assertTrue(all(kind == ALERT for kind, _content in self.refusal(data)))

    def test_alerts_instead_of_a_hello(self):
        for level, what in ((FATAL, HANDSHAKE_FAILED), (WARNING, CLOSE_NOTIFY), (WARNING, USER_CANCELED), (7, 7)):
            with self.subTest(level=level, what=what):
                answer = self.refusal(record(ALERT, bytes([level, what])) * 200)
                self.assertTrue(all(kind == ALERT for kind, _content in answer), answer)

    def test_a_hello_in_pieces(self):
        """A handshake's messages know no records (RFC 8446, section 5.1), and nobody knows segments."""
        for version in VERSIONS:
            with self.subTest("a byte at a time", version=version), self.wire(context(version)) as wire:
                wire.handshake(lambda flight: [wire.send(flight[n:n + 1]) for n in range(len(flight))])
                wire.send(wire.sealed(REQUEST))
                self.assertIn(ANSWER, wire.finish())
        for size in (4, 7, 100):
            with self.subTest("in records", size=size), self.wire(context(TLS13)) as wire:
                wire.handshake(lambda flight: wire.send(b"".join(
                    record(kind, content[n:n + size]) if kind == HANDSHAKE else record(kind, content)
                    for kind, content in records(flight) for n in range(0, len(content) if kind == HANDSHAKE else 1, size))))
                wire.send(wire.sealed(REQUEST))
                self.assertIn(ANSWER, wire.finish())

    def test_a_hello_whose_head_is_cut(self):
        """mbedTLS wants a message's type and length, four bytes, in one record, and says so."""
        with self.wire() as wire:
            wire.send(b"".join(record(HANDSHAKE, bytes([byte])) for byte in b"\1\0\0\x2b"))
            self.assertEqual(records(wire.receive_all())[-1][0], ALERT)

    def test_more_of_a_compatibility_record(self):
        """The change of ciphers that is for old boxes on the way (RFC 8446, appendix D.4): in 1.3 it changes nothing, whenever
        and however often it comes; in 1.2 it has its place."""
        ciphers = record(CHANGE_CIPHER, b"\1") * 100
        with self.subTest("between the hellos"), self.wire(context(TLS13)) as wire:
            wire.handshake(lambda flight: wire.send(flight + ciphers if len(wire.sent) == len(flight) else flight))
            wire.send(wire.sealed(REQUEST))
            self.assertIn(ANSWER, wire.finish())
        with self.subTest("later"), self.ready(TLS13) as wire:
            wire.send(ciphers + wire.sealed(REQUEST))
            self.assertIn(ANSWER, wire.finish())
        with self.subTest("between the hellos of 1.2"), self.wire(context(TLS12)) as wire:
            with self.assertRaises(ssl.SSLError):
                wire.handshake(lambda flight: wire.send(flight + ciphers))
        with self.subTest("later in 1.2"), self.ready(TLS12) as wire:
            wire.send(ciphers + wire.sealed(REQUEST))
            self.assertEqual(wire.finish(), b"")


class AuthenticTest(WireTest):
    """Records that are the client's own, and wrong all the same."""

    def talk(self, version: ssl.TLSVersion, *sealed: tuple[bytes, int], padding: int = 0) -> bytes:
        """Sends records, then a request; what the device has to say."""
        wire, sealer = with_sealer(self.address, version)
        extra = {"padding": padding} if padding else {}
        with wire:
            try:
                for content, kind in sealed:
                    wire.send(sealer.seal(content, kind, **extra))
                wire.send(sealer.seal(REQUEST, DATA))
            except Ended:
                pass
            data = wire.finish()
            self.alert = wire.alert
            return data

    def assert_served(self, version: ssl.TLSVersion, *sealed: tuple[bytes, int], padding: int = 0) -> None:
        """Records that do no harm."""
        self.assertIn(ANSWER, self.talk(version, *sealed, padding=padding))

    def assert_refused(self, *sealed: tuple[bytes, int | None], versions: tuple[ssl.TLSVersion, ...] = VERSIONS) -> None:
        """Records after which nobody is served."""
        for version in versions:
            with self.subTest(str(sealed)[:50], version=version):
                self.assertNotIn(b"HTTP/1.1", self.talk(version, *sealed))

    def test_good_ones(self):
        for version in VERSIONS:
            self.assert_served(version)

    def test_padding(self):
        """RFC 8446, section 5.4."""
        self.assert_served(TLS13, (b"", DATA), padding=1000)

    def test_empty_data(self):
        """Is allowed, and does nothing; but a client that sends nothing else is not listened to for ever."""
        for version in VERSIONS:
            for count in (1, 2, 3):
                with self.subTest(version=version, count=count):
                    self.assert_served(version, *[(b"", DATA)] * count)
        self.assert_refused(*[(b"", DATA)] * 1000)

    def test_nothing_but_padding(self):
        self.assert_refused((bytes(100), None), versions=(TLS13,))

    def test_as_large_as_it_may_be(self):
        filler = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: " + b"x" * LARGEST
        for version in VERSIONS:
            self.assertIn(b"HTTP/1.1 431", self.talk(version, (filler[:LARGEST], DATA)))

    def test_larger(self):
        """Than a record's content may be, yet not larger than the record."""
        self.assert_refused((bytes(LARGEST + 1), DATA))
        self.assert_refused((bytes(LARGEST + 239), DATA), versions=(TLS13,))

    def test_empty_where_nothing_may_be(self):
        """RFC 8446, section 5.1."""
        self.assert_refused(*[(b"", HANDSHAKE)] * 3)
        self.assert_refused(*[(b"", ALERT)] * 3)

    def test_renegotiation(self):
        """A second hello (RFC 8446, section 4.1.2; RFC 9325, section 3.5), and other messages that have no place there."""
        with self.wire(context(TLS12)) as wire:
            wire.handshake()
            hello = records(wire.sent)[0][1]
        self.assert_refused((hello, HANDSHAKE))
        self.assertIn("alert", self.alert)
        self.assert_refused(*[(hello, HANDSHAKE)] * 50)
        for kind in (0, 1, 2, 4, 5, 8, 11, 13, 15, 16, 20, 254):
            self.assert_refused((bytes([kind, 0, 0, 4, 0, 0, 0, 0]), HANDSHAKE))

    def test_keys_that_change(self):
        """mbedTLS does not know KeyUpdate (RFC 8446, section 4.6.3): the client is told, and comes again."""
        for count in (1, 500):
            self.assert_refused(*[(b"\x18\0\0\1\1", HANDSHAKE)] * count, versions=(TLS13,))
            self.assertIn("alert unexpected message", self.alert)

    def test_a_message_without_end(self):
        """16 MB are announced; what is kept of them is bounded."""
        self.assert_refused((b"\1\xff\xff\xff", HANDSHAKE), *[(bytes(4096), HANDSHAKE)] * 8)

    def test_unknown_kinds(self):
        for kind in (1, 19, 24, 255):
            self.assert_refused((b"\1", kind))

    def test_alerts(self):
        self.assert_refused((bytes([FATAL, HANDSHAKE_FAILED]), ALERT))
        self.assert_refused((bytes([WARNING, CLOSE_NOTIFY]), ALERT))
        self.assert_refused((b"\1", ALERT))
        for version in VERSIONS:  # a warning changes nothing, and a thousand are no more than that
            self.talk(version, *[(bytes([WARNING, USER_CANCELED]), ALERT)] * 1000)


if __name__ == "__main__":
    unittest.main()
