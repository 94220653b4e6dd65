"""What an app's manifest gives a device to prove itself with, and to know its clients by.

    [tls]
    certificate = "device.pem"    # its chain behind it; ECDSA with P-256, or RSA
    key = "device.key"            # of the certificate, not encrypted
    client_ca = "clients.pem"     # who may sign certificates of clients
    client = "required"           # or "wanted": who has none is served all the same
"""

from __future__ import annotations

import base64
import re
import ssl
from dataclasses import dataclass
from pathlib import Path

from hip.errors import HipError

KEYS = ("certificate", "key", "client_ca", "client")
CLIENT_CHOICES = ("required", "wanted")
BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s*([A-Za-z0-9+/=\s]*?)-----END \1-----")
# Objects of the keys that the device can use, as they stand in a certificate (RFC 5480, RFC 3279).
P256 = bytes.fromhex("06082a8648ce3d030107")
RSA = bytes.fromhex("06092a864886f70d010101")


@dataclass(frozen=True)
class Credentials:
    """Files in PEM; None where the manifest names none."""

    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    client_required: bool = True

    @property
    def files(self) -> list[Path]:
        """All that are named.  None of them is shipped as a file of the app's."""
        return [path for path in (self.certificate, self.key, self.client_ca) if path]

    def __bool__(self) -> bool:
        return bool(self.files)

    def arguments(self) -> tuple[str, ...]:
        """What the host board is told of them."""
        named = {"--certificate": self.certificate, "--key": self.key, "--client-ca": self.client_ca}
        words = [word for option, path in named.items() if path for word in (option, str(path))]
        return (*words, *(["--client-wanted"] if self.client_ca and not self.client_required else []))

    def problem(self) -> tuple[str, str] | None:
        """The key of the manifest that is wrong, and why; None when the device can use them."""
        for name, path in (("certificate", self.certificate), ("key", self.key), ("client_ca", self.client_ca)):
            if path and not path.is_file():
                return name, f"there is no file {path}"
        if bool(self.certificate) != bool(self.key):
            return ("key", "is missing") if self.certificate else ("certificate", "is missing")
        return self._certificate_problem() or self._authority_problem()

    def _certificate_problem(self) -> tuple[str, str] | None:
        if not self.certificate:
            return None
        if unusable := _unusable(self.certificate):
            return "certificate", unusable
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key, password=_ask_nobody)
        except HipError:
            return "key", f"{self.key.name} is encrypted, and the device has nobody to ask"
        except ssl.SSLError as error:
            reason = "" if error.reason is None else f": {error.reason.lower().replace('_', ' ')}"
            return "key", f"{self.key.name} is no key of {self.certificate.name}{reason}"
        return None

    def _authority_problem(self) -> tuple[str, str] | None:
        if not self.client_ca:
            return None
        unusable = _unusable(self.client_ca)
        return ("client_ca", unusable) if unusable else None


def _ask_nobody() -> str:
    raise HipError("a password is wanted")


def _unusable(path: Path) -> str:
    """Why a device cannot use a file of certificates; empty when it can."""
    certificates = [base64.b64decode(text) for kind, text in blocks(path) if kind == "CERTIFICATE"]
    if not certificates:
        return f"{path.name} has no certificate in PEM"
    for number, der in enumerate(certificates, 1):
        if P256 not in der and RSA not in der:
            return f"{path.name}: the key of certificate {number} is neither P-256 nor RSA"
    return ""


def blocks(path: Path) -> list[tuple[str, str]]:
    """The blocks of a file in PEM (RFC 7468), as (label, base64)."""
    return BLOCK.findall(path.read_text(encoding="ascii", errors="replace"))


def text(path: Path) -> str:
    """A file in PEM without what stands between its blocks."""
    return "".join(f"-----BEGIN {kind}-----\n{data.strip()}\n-----END {kind}-----\n" for kind, data in blocks(path))
