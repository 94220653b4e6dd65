"""A certificate authority for tests, by OpenSSL's command line: certificates and keys as files in PEM."""

from __future__ import annotations

import subprocess
from pathlib import Path

KEYS = {"p256": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "rsa": ("-newkey", "rsa:2048"),
        "p384": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384")}
LOCALHOST = "subjectAltName=DNS:localhost,IP:127.0.0.1"
# For `openssl ca`, which alone takes dates of the past.
EXPIRED = """[ca]
default_ca = past
[past]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
[any]
commonName = supplied
[added]
{extension}
"""


class Authority:
    """One authority, whose files lie in a folder: `<name>.pem` and `<name>.key` of each it makes."""

    def __init__(self, folder: Path, name: str = "authority", kind: str = "p256"):
        self.folder = folder
        self.name = name
        self._make(name, kind, f"/O=Tests/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE")

    @property
    def certificate(self) -> Path:
        """Its own, PEM."""
        return self.folder / f"{self.name}.pem"

    def issue_expired(self, name: str, subject: str, extension: str) -> Path:
        """The same, valid in the year 2020 only."""
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        (self.folder / "index.txt").write_text("")
        (self.folder / "serial").write_text("2020")
        extensions.write_text(EXPIRED.format(folder=self.folder, extension=extension))
        path = self.folder / f"{name}.pem"
        self._run("req", "-new", *KEYS["p256"], "-nodes", "-subj", subject, "-keyout", str(path.with_suffix(".key")),
                  "-out", str(request))
        self._run("ca", "-batch", "-notext", "-config", str(extensions), "-in", str(request), "-out", str(path),
                  "-cert", str(self.certificate), "-keyfile", str(self.folder / f"{self.name}.key"),
                  "-startdate", "20200101000000Z", "-enddate", "20201231000000Z", "-extensions", "added")
        return path

    def issue(self, name: str, kind: str = "p256", subject: str = "", *extensions: str) -> Path:
        """A certificate for a key of a kind, the authority's behind it; its path."""
        added = [word for extension in extensions or (LOCALHOST,) for word in ("-addext", extension)]
        signer = ["-CA", str(self.certificate), "-CAkey", str(self.folder / f"{self.name}.key")]
        return self._make(name, kind, subject or f"/CN={name}", *signer, *added)

    def _make(self, name: str, kind: str, subject: str, *words: str) -> Path:
        path = self.folder / f"{name}.pem"
        self._run("req", "-x509", *KEYS[kind], "-nodes", "-sha256", "-days", "30", "-subj", subject, "-utf8",
                  "-keyout", str(path.with_suffix(".key")), "-out", str(path), *words)
        return path

    def _run(self, *words: str) -> None:
        done = subprocess.run(["openssl", *words], capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(f"openssl {' '.join(words)}\n{done.stderr}")
