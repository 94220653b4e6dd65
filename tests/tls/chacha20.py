"""ChaCha20-Poly1305 (RFC 8439), which Python's library lacks: for records that no TLS library would make."""

import struct

KEY_BYTES, NONCE_BYTES, BLOCK_BYTES = 32, 12, 64
MASK = 0xFFFFFFFF
CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")
COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
PRIME = (1 << 130) - 5
CLAMP = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF


def block(key: bytes, nonce: bytes, counter: int) -> bytes:
    """One block of the key stream (section 2.3)."""
    start = [*CONSTANTS, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce)]
    state = start.copy()
    for _ in range(10):
        for a, b, c, d in COLUMNS + DIAGONALS:
            for left, right, into, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                state[left] = (state[left] + state[right]) & MASK
                mixed = state[into] ^ state[left]
                state[into] = (mixed << turn | mixed >> 32 - turn) & MASK
    return struct.pack("<16I", *((old + new) & MASK for old, new in zip(start, state)))


def padded(data: bytes) -> bytes:
    """Filled up with zeros to a multiple of 16 bytes."""
    return data + bytes(-len(data) % 16)


def tag(key: bytes, message: bytes) -> bytes:
    """Poly1305 (section 2.5) of a message of whole pieces."""
    r, s = int.from_bytes(key[:16], "little") & CLAMP, int.from_bytes(key[16:], "little")
    total = 0
    for n in range(0, len(message), 16):
        total = (total + int.from_bytes(message[n:n + 16] + b"\1", "little")) * r % PRIME
    return (total + s & (1 << 128) - 1).to_bytes(16, "little")


def seal(key: bytes, nonce: bytes, text: bytes, known: bytes) -> bytes:
    """The text encrypted, with its tag; `known` is authenticated besides (section 2.8)."""
    stream = b"".join(block(key, nonce, 1 + n) for n in range(-(-len(text) // BLOCK_BYTES)))
    sealed = bytes(a ^ b for a, b in zip(text, stream))
    lengths = struct.pack("<QQ", len(known), len(sealed))
    return sealed + tag(block(key, nonce, 0)[:32], padded(known) + padded(sealed) + lengths)
