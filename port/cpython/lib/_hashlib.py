"""Stands in for OpenSSL's half of ``hashlib``: the functions that make keys of passwords.

``hashlib`` and ``hmac`` ask OpenSSL first and take CPython's own digests where it has none; of digests this module
has none.  ``scrypt()`` mixes in C, in as much memory as there is (``port/cpython/scrypt.c``).
"""

import _scrypt
from _operator import _compare_digest as compare_digest

DEFAULT_MEMORY = 32 << 20  # bytes; OpenSSL's
LARGEST_KEY = 0x7FFFFFFF  # bytes

openssl_md_meth_names = frozenset()


class UnsupportedDigestmodError(ValueError):
    """Raised for every digest."""


class _NoDigest:
    """The type of a constructor: ``hmac`` compares with it what it is given."""

    def __call__(self, *arguments, **options):
        raise UnsupportedDigestmodError("no digest of OpenSSL's")


new = hmac_new = hmac_digest = openssl_sha256 = _NoDigest()


def pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
    """Makes a key of dklen bytes, by default the digest's size, of a password: PBKDF2, RFC 8018 section 5.2.

    ValueError for an unknown hash, or iterations or a length that are not above 0.
    """
    size, prf = _keyed(hash_name, password)
    length = _checked_length(size if dklen is None else dklen)
    if iterations < 1:
        raise ValueError("iteration value must be greater than 0.")
    salt = memoryview(salt).tobytes()
    key = b""
    while len(key) < length:
        last = prf(salt + (len(key) // size + 1).to_bytes(4, "big"))
        mixed = int.from_bytes(last, "big")
        for _ in range(iterations - 1):
            last = prf(last)
            mixed ^= int.from_bytes(last, "big")
        key += mixed.to_bytes(size, "big")
    return key[:length]


def _keyed(hash_name, password):
    """The size of a digest, and HMAC (RFC 2104) with the password as its key: the key's share is computed once."""
    import hashlib

    inner, outer = hashlib.new(hash_name), hashlib.new(hash_name)
    key = memoryview(password).tobytes()
    if len(key) > inner.block_size:
        key = hashlib.new(hash_name, key).digest()
    key = key.ljust(inner.block_size, b"\0")
    inner.update(bytes(byte ^ 0x36 for byte in key))
    outer.update(bytes(byte ^ 0x5C for byte in key))

    def prf(message, inner_copy=inner.copy, outer_copy=outer.copy):
        first = inner_copy()
        first.update(message)
        second = outer_copy()
        second.update(first.digest())
        return second.digest()

    return inner.digest_size, prf


def _checked_length(length):
    if not 1 <= length <= LARGEST_KEY:
        raise ValueError(f"dklen must be greater than 0 and smaller than {LARGEST_KEY}")
    return length


def scrypt(password, *, salt, n, r, p, maxmem=0, dklen=64):
    """Makes a key of dklen bytes of a password: scrypt, RFC 7914 section 6.

    n is a power of 2; what is usual for it takes 128 * n * r bytes.  maxmem, by default 32 MiB, is the most that n and r may
    ask for; where there is less memory than that, it takes more time instead.  ValueError for parameters out of their
    bounds, MemoryError where there is hardly any.
    """
    if n < 2 or n & (n - 1):
        raise ValueError("n must be a power of 2.")
    if r < 1 or p < 1 or r * p >= 1 << 30:
        raise ValueError("Invalid parameter combination for n, r, p, maxmem.")
    if 128 * r * (n + p + 2) > (maxmem or DEFAULT_MEMORY):
        raise ValueError("Invalid parameter combination for n, r, p, maxmem: memory limit exceeded")
    _checked_length(dklen)
    size = 128 * r
    blocks = pbkdf2_hmac("sha256", password, salt, 1, p * size)
    mixed = b"".join(_scrypt.mix(blocks[at:at + size], n) for at in range(0, p * size, size))
    return pbkdf2_hmac("sha256", password, mixed, 1, dklen)
