"""The arithmetic of TLS's curves against Python's integers and published vectors, on the device and on this machine."""

import random
import subprocess
import unittest

from netecho import Guest, build

SEED = 20260101
RANDOM_ROUNDS = 200
P25519, P256 = 2**255 - 19, 2**256 - 2**224 + 2**192 + 2**96 - 1
A, B = P256 - 3, 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
RADIX = 1 << 256
# RFC 7748, section 5.2: number, u, result; little-endian.
X25519_VECTORS = [
    ("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
     "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
     "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"),
    ("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
     "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
     "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"),
]
ITERATED = {1: "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
            1000: "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"}
# RFC 7748, section 6.1: points of small order, which tell nothing of the number.
SMALL_ORDER = [0, 1, P25519 - 1, P25519, P25519 + 1,
               325606250916557431795983626356110631294008115727848805560023387167927233504,
               39382357235489614581723060781553021112529911719440698176882885853963445705823]
# RFC 5903, section 8.1: both sides' numbers, public points and the common x.
DH_NUMBERS = (0xC88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433,
              0xC6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53)
DH_COMMON = 0xD6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE


def add(p, q):
    """The sum of two points of P-256 as one learns it; None is infinity."""
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P256 == 0:
        return None
    slope = (3 * p[0] ** 2 + A) * pow(2 * p[1], -1, P256) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, P256)
    x = (slope**2 - p[0] - q[0]) % P256
    return x, (slope * (p[0] - x) - p[1]) % P256


def multiply(number, point):
    """number times a point of P-256."""
    result = None
    for bit in f"{number:b}":
        result = add(result, result)
        result = add(result, point) if bit == "1" else result
    return result


def x25519(number: bytes, u: bytes) -> bytes:
    """Section 5 of RFC 7748, with fractions as they come."""
    k = int.from_bytes(number, "little") & ~7 & (1 << 255) - 1 | 1 << 254
    x1 = int.from_bytes(u, "little") & (1 << 255) - 1
    x2, z2, x3, z3 = 1, 0, x1, 1
    for i in range(254, -1, -1):
        if k >> i & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        x3, z3 = (d * a + c * b) ** 2 % P25519, x1 * (d * a - c * b) ** 2 % P25519
        e = a * a - b * b
        x2, z2 = a * a * b * b % P25519, e * (a * a + 121665 * e) % P25519
        if k >> i & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, P25519 - 2, P25519) % P25519).to_bytes(32, "little")


class CurveTests:
    """What holds on every machine; a subclass asks it."""

    def ask(self, line: str) -> str:
        """The answer to one line."""
        raise NotImplementedError

    def calculate(self, name: str, a: int, b: int) -> int:
        return int(self.ask(f"{name} {a:064x} {b:064x}"), 16)

    def x25519(self, number: bytes, u: bytes) -> str:
        return self.ask(f"x25519 {number.hex()} {u.hex()}")

    def p256(self, number: int, point: tuple[int, int]) -> tuple[int, int] | None:
        answer = self.ask(f"p256 {number:064x} {point[0]:064x}{point[1]:064x}")
        return None if answer == "none" else (int(answer[:64], 16), int(answer[64:], 16))

    def test_numbers_modulo_25519(self):
        numbers = random.Random(SEED)
        edges = [0, 1, 18, 19, 37, 38, P25519 - 1, P25519, P25519 + 1, 2 * P25519 - 1, 2 * P25519, RADIX - 39, RADIX - 38,
                 RADIX - 1, 2**255, 0xFFFFFFFF, 2**224 - 1]
        pairs = [(a, b) for a in edges for b in edges]
        pairs += [(numbers.getrandbits(256), numbers.getrandbits(256)) for _ in range(RANDOM_ROUNDS)]
        for a, b in pairs:
            with self.subTest(a=hex(a), b=hex(b)):
                self.assertEqual(self.calculate("add25", a, b) % P25519, (a + b) % P25519)
                self.assertEqual(self.calculate("sub25", a, b) % P25519, (a - b) % P25519)
                self.assertEqual(self.calculate("mul25", a, b) % P25519, a * b % P25519)
                self.assertEqual(self.calculate("small25", a, b) % P25519, a * (b % 2**32) % P25519)

    def test_numbers_modulo_p256(self):
        numbers = random.Random(SEED)
        edges = [0, 1, 2, P256 - 1, P256 - 2, P256 // 2, 2**255, 2**224, 2**224 - 1, 2**192, 2**96, 2**96 - 1, RADIX % P256]
        pairs = [(a, b) for a in edges for b in edges]
        pairs += [(numbers.randrange(P256), numbers.randrange(P256)) for _ in range(RANDOM_ROUNDS)]
        back = pow(RADIX, -1, P256)
        for a, b in pairs:
            with self.subTest(a=hex(a), b=hex(b)):
                self.assertEqual(self.calculate("add256", a, b), (a + b) % P256)
                self.assertEqual(self.calculate("sub256", a, b), (a - b) % P256)
                self.assertEqual(self.calculate("mul256", a, b), a * b * back % P256)

    def test_vectors_of_rfc_7748(self):
        for number, u, result in X25519_VECTORS:
            self.assertEqual(self.x25519(bytes.fromhex(number), bytes.fromhex(u)), result)
        number = u = (9).to_bytes(32, "little")
        for round in range(1, 1001):
            number, u = bytes.fromhex(self.x25519(number, u)), number
            self.assertEqual(number.hex(), ITERATED.get(round, number.hex()))

    def test_x25519_anywhere(self):
        numbers = random.Random(SEED)
        for _ in range(50):
            number, u = numbers.randbytes(32), numbers.randbytes(32)
            self.assertEqual(self.x25519(number, u), x25519(number, u).hex())

    def test_points_of_small_order(self):
        for u in SMALL_ORDER:
            for high in (0, 1 << 255):
                self.assertEqual(self.x25519(random.Random(u).randbytes(32), (u | high).to_bytes(32, "little")), "none")

    def test_vectors_of_rfc_5903(self):
        publics = [self.p256(number, G) for number in DH_NUMBERS]
        self.assertEqual(self.p256(DH_NUMBERS[0], publics[1])[0], DH_COMMON)
        self.assertEqual(self.p256(DH_NUMBERS[1], publics[0])[0], DH_COMMON)

    def test_p256_at_the_edges(self):
        for number in (1, 2, 3, 15, 16, 17, 2**255, ORDER - 1, ORDER - 2, ORDER + 1, RADIX - 1, 0xF << 252, (ORDER - 1) // 2):
            with self.subTest(number=hex(number)):
                self.assertEqual(self.p256(number, G), multiply(number, G))
        for number in (0, ORDER):
            self.assertIsNone(self.p256(number, G))

    def test_p256_anywhere(self):
        numbers = random.Random(SEED)
        point = G
        for _ in range(30):
            number = numbers.randrange(1, ORDER)
            expected = multiply(number, point)
            self.assertEqual(self.p256(number, point), expected)
            point = expected


class DeviceTest(CurveTests, unittest.TestCase):
    """Assembly."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.guest = cls.enterClassContext(Guest(firmware="curves"))
        cls.guest.wait_for("curves: ready")

    def ask(self, line: str) -> str:
        return self.guest.ask(line + "\n", r"(?m)^([0-9a-f]{64,}|none)")[1]


class HostTest(CurveTests, unittest.TestCase):
    """C, under sanitizers."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.process = subprocess.Popen([build("curves", "host")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.process.communicate)

    def ask(self, line: str) -> str:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


if __name__ == "__main__":
    unittest.main()
