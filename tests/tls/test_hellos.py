"""First messages that are strange, made byte by byte: what the device says to each, and that the next client is served."""

import os
import struct
import unittest

from secure import HostileTest
from wire import ALERT, DATA, FATAL, HANDSHAKE, LARGEST, TLS12, TLS13, Ended, Wire, record, records

HELLO, SERVER_HELLO = 1, 2  # messages, RFC 8446, section 4
SERVER_NAME, GROUPS, ALGORITHMS, PROTOCOLS, TICKET, SHARED_KEY, VERSIONS, KEY_SHARES = 0, 10, 13, 16, 35, 41, 43, 51
X25519, P256, ECDSA_P256 = 0x001D, 0x0017, 0x0403
KEY = b"\x09" + bytes(31)  # X25519's base point
DECODE_ERROR, ILLEGAL, NO_PROTOCOL, BAD_VERSION, HANDSHAKE_FAILED = 50, 47, 120, 70, 40


def vector(data: bytes, length_bytes: int = 2) -> bytes:
    """Bytes with their length in front."""
    return len(data).to_bytes(length_bytes, "big") + data


def extension(kind: int, data: bytes) -> bytes:
    """One extension."""
    return struct.pack(">H", kind) + vector(data)


def usual(version: object) -> dict[int, bytes]:
    """The extensions of a hello that is answered."""
    made = {GROUPS: vector(struct.pack(">HH", X25519, P256)), ALGORITHMS: vector(struct.pack(">H", ECDSA_P256))}
    if version == TLS13:
        made |= {VERSIONS: vector(b"\3\4", 1), KEY_SHARES: vector(struct.pack(">H", X25519) + vector(KEY))}
    return made


def hello(version: object, changed: dict[int, bytes] | None = None, *, ciphers: bytes = b"\x13\3\xcc\xa9",
          session: bytes = bytes(32), compression: bytes = b"\0", more: bytes = b"") -> bytes:
    """A hello of one version with other extensions than usual; more: bytes behind them."""
    extensions = b"".join(extension(kind, data) for kind, data in (usual(version) | (changed or {})).items())
    body = b"\3\3" + os.urandom(32) + vector(session, 1) + vector(ciphers) + vector(compression, 1) + vector(extensions + more)
    return bytes([HELLO]) + vector(body, 3)


class HelloTest(HostileTest):
    def answer(self, message: bytes, *, size: int = LARGEST) -> tuple[int, bytes]:
        """The first record that comes back for a message that is sent in records of a size."""
        with Wire(self.address) as wire:
            try:
                wire.send(b"".join(record(HANDSHAKE, message[n:n + size]) for n in range(0, len(message), size)))
                wire.socket.shutdown(1)
            except (Ended, OSError):
                pass
            found = records(wire.receive_all())
            self.assertGreater(len(found), 0, "neither an answer nor an alert")
            return found[0]

    def assert_answered(self, message: bytes, **options) -> None:
        """It is a hello like any other."""
        kind, content = self.answer(message, **options)
        self.assertEqual((kind, content[0]), (HANDSHAKE, SERVER_HELLO), content[:8])

    def assert_refused(self, message: bytes, *reasons: int, **options) -> None:
        """It is not, and the client is told why."""
        kind, content = self.answer(message, **options)
        self.assertEqual((kind, content[:1]), (ALERT, bytes([FATAL])), content[:8])
        if reasons:
            self.assertIn(content[1], reasons)

    def test_a_usual_one(self):
        for version in (TLS12, TLS13):
            self.assert_answered(hello(version))
            self.assert_answered(hello(version, {0xFAFA: b"", 0x1234: os.urandom(100)}))  # what nobody knows (RFC 8701)

    def test_names(self):
        """RFC 6066, section 3.  The device has one certificate: a name that it has not changes nothing."""
        host = b"\0" + vector(b"device.test")
        for version in (TLS12, TLS13):
            for name in (host, b"\0" + vector(b"a\0b"), b"\0" + vector(os.urandom(200)), b"\0" + vector(b"x" * 255)):
                with self.subTest(name[:20], version=version):
                    self.assert_answered(hello(version, {SERVER_NAME: vector(name)}))
            for data in (b"", b"\0", vector(host)[:-1], b"\xff\xff" + host, vector(b"\0\xff\xff"),
                         vector(b"\0")):
                with self.subTest(data[:20], version=version):
                    self.assert_refused(hello(version, {SERVER_NAME: data}))

    def test_protocols(self):
        """RFC 7301."""
        good = vector(b"h2", 1) + vector(b"http/1.1", 1)
        for version in (TLS12, TLS13):
            self.assert_answered(hello(version, {PROTOCOLS: vector(good)}))
            for data in (vector(vector(b"h2", 1)), vector(vector(b"x" * 255, 1) * 60), vector(vector(b"http/1.1\0", 1))):
                with self.subTest(data[:20], version=version):
                    self.assert_refused(hello(version, {PROTOCOLS: data}), NO_PROTOCOL)
            for data in (b"", b"\0", b"\0\0", vector(good)[:-1], vector(b"\0"), vector(b"\xffabc"),
                         b"\xff\xff" + good, vector(good + b"\0")):
                with self.subTest(data[:20], version=version):
                    self.assert_refused(hello(version, {PROTOCOLS: data}))

    def test_lengths_that_do_not_fit(self):
        for version in (TLS12, TLS13):
            message = hello(version)
            for kind in usual(version):
                good = usual(version)[kind]
                for data in (b"", b"\0", b"\0\0", b"\xff\xff", b"\xff" * 40, good[:-1], good + b"\0"):
                    with self.subTest(kind=kind, data=data[:8], version=version):
                        self.assertIn(self.answer(hello(version, {kind: data}))[0], (ALERT, HANDSHAKE))
            with self.subTest("more behind the extensions", version=version):
                self.assert_refused(hello(version, more=b"\0\1"))
                self.assert_refused(hello(version, more=struct.pack(">HH", 0x1234, 5) + b"abcd"))
            with self.subTest("shorter than it says", version=version):
                self.assert_refused(message[:1] + vector(message[4:-9], 3))
            with self.subTest("longer than its parts", version=version):  # what is behind the last part may be looked at or not
                self.assertIn(self.answer(message[:1] + vector(message[4:] + bytes(9), 3))[0], (ALERT, HANDSHAKE))

    def test_nothing_in_common(self):
        for version in (TLS12, TLS13):
            with self.subTest(version=version):
                self.assert_refused(hello(version, ciphers=b"\x13\2\xc0\x2c\0\x2f"), HANDSHAKE_FAILED)
                self.assert_refused(hello(version, ciphers=b""))
                self.assert_refused(hello(version, ciphers=b"\x13\3\xcc"))
                shares = {KEY_SHARES: vector(b"")} if version == TLS13 else {}
                self.assert_refused(hello(version, {GROUPS: vector(b"\0\x18")} | shares), HANDSHAKE_FAILED)
                self.assert_refused(hello(version, session=bytes(33)))
        self.assert_refused(hello(TLS13, compression=b"\1"))
        self.assert_refused(hello(TLS13, {VERSIONS: vector(b"\3\2\3\1", 1)}), BAD_VERSION, HANDSHAKE_FAILED)

    def assert_no_keys(self, group: int, share: bytes) -> None:
        """Whatever the device answers, it is not encrypted, and ends with an alert."""
        message = hello(TLS13, {KEY_SHARES: vector(struct.pack(">H", group) + vector(share))})
        with self.subTest(share[:2], group=group), Wire(self.address) as wire:
            wire.send(record(HANDSHAKE, message))
            kinds = [kind for kind, _content in records(wire.receive_all())]
            self.assertEqual(kinds[-1], ALERT, kinds)
            self.assertNotIn(DATA, kinds)

    def test_shares_that_are_no_keys(self):
        """RFC 7748, section 6.1: a point of small order gives a secret that everybody knows."""
        for share in (bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xed" + b"\xff" * 30 + b"\x7f", bytes(31),
                      bytes(33), b""):
            self.assert_no_keys(X25519, share)
        for share in (b"\4" + bytes(64), b"\4" + b"\xff" * 64, b"\4" + os.urandom(64), b"\2" + os.urandom(32), b"\0", b""):
            self.assert_no_keys(P256, share)

    def test_tickets_that_are_none(self):
        """They are forgotten, and a full handshake follows."""
        for size in (0, 1, 4, 16, 40, 200, 2000):
            with self.subTest(size):
                self.assert_answered(hello(TLS12, {TICKET: os.urandom(size)}))
                identity = vector(os.urandom(size) or b"x") + bytes(4)
                shared = vector(identity) + vector(vector(bytes(32), 1))
                self.assert_answered(hello(TLS13, {45: b"\1\1", SHARED_KEY: shared}))

    def test_large_ones(self):
        """A record's worth of extensions is read; more is not kept."""
        for version in (TLS12, TLS13):
            with self.subTest(version=version):
                padding = LARGEST - len(hello(version)) - 4
                self.assert_answered(hello(version, {21: bytes(padding)} if version == TLS12 else
                                           {0x1234: bytes(padding)}))
                self.assert_answered(hello(version, {n: b"" for n in range(1000, 3000)}))
                for size in (1000, LARGEST):
                    self.assert_refused(hello(version, {0x1234: bytes(40000)}), size=size)
        self.assert_refused(b"\1\xff\xff\xff" + bytes(60000))

    def test_another_hello_behind_the_first(self):
        for version in (TLS12, TLS13):
            message = hello(version)
            with Wire(self.address) as wire:
                wire.send(record(HANDSHAKE, message) * 20)
                kinds = [kind for kind, _content in records(wire.receive_all())]
                self.assertEqual(kinds[-1], ALERT if version == TLS12 else DATA, kinds)  # 1.3 hides what it is


if __name__ == "__main__":
    unittest.main()
