"""Certificates that an image is given: its own, and those by which it knows its clients."""

import hashlib
import ssl
import tempfile
import unittest
from pathlib import Path

from authority import Authority
from device import Device
from hip import paths
from hip.boards import find_board
from secure import BOARDS, SecureClient, SecureTest, context

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
PROBE = paths.ROOT / "tests" / "conformance" / "apps" / "probe" / "app.py"
NOBODY_KNOWS = (ssl.SSLError, ConnectionError)


class CredentialsTest(SecureTest):
    """A device whose manifest has a section [tls]; a subclass writes it."""

    manifest = ""
    authority_kind = device_kind = "p256"

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.authority = Authority(cls.folder, kind=cls.authority_kind)
        cls.stranger = Authority(cls.folder, "stranger")
        app = cls.folder / f"credentials_{cls.device_kind}"
        app.mkdir()
        (app / "app.py").write_text(PROBE.read_text())
        for path in (cls.authority.certificate, *cls._device_files()):
            (app / path.name).write_text(path.read_text())
        (app / "hipflask.toml").write_text(f"[tls]\n{cls.manifest}")
        cls.device = Device(app, board=find_board(*BOARDS[cls.board]), https=True).start()
        cls.addClassCleanup(cls.device.stop)

    @classmethod
    def _device_files(cls) -> tuple[Path, Path]:
        certificate = cls.authority.issue("device", cls.device_kind)
        return certificate, certificate.with_suffix(".key")

    def client_context(self, version: ssl.TLSVersion | None = None, certificate: Path | None = None) -> ssl.SSLContext:
        """A client that trusts the authority only, and shows a certificate if it has one."""
        made = context(version)
        made.load_verify_locations(self.authority.certificate)
        made.check_hostname, made.verify_mode = True, ssl.CERT_REQUIRED
        if certificate:
            made.load_cert_chain(certificate, certificate.with_suffix(".key"))
        return made

    def environ(self, made: ssl.SSLContext) -> dict:
        return self.secure(made).get("/environ").json()

    def assert_refused(self, made: ssl.SSLContext) -> None:
        """In 1.3 a client learns of it when it reads."""
        with self.assertRaises(NOBODY_KNOWS), SecureClient(self.address, made) as client:
            client.get("/environ")


class Given:
    """What holds for a certificate of any kind."""

    def test_clients_that_trust_its_authority_trust_it(self):
        for version in (TLS12, TLS13):
            self.assertEqual(self.environ(self.client_context(version))["SSL_PROTOCOL"], version.name.replace("_", "."))

    def test_the_console_says_that_it_is_for_development(self):
        self.assertIn("DEVELOPMENT ONLY", self.device.console)
        expected = hashlib.sha256(ssl.PEM_cert_to_DER_cert((self.folder / "device.pem").read_text())).hexdigest()
        self.assertEqual(hashlib.sha256(self.certificate()).hexdigest(), expected)

    def test_a_session_is_resumed(self):
        made = self.client_context(TLS12)
        first = self.secure(made)
        first.get("/")
        again = self.secure(made, session=first.socket.session)
        self.assertEqual(again.get("/").text, "probe\n")
        self.assertTrue(again.socket.session_reused)


class HostGivenTest(Given, CredentialsTest):
    board = "host"
    manifest = 'certificate = "device.pem"\nkey = "device.key"\n'


class HostGivenRsaTest(HostGivenTest):
    device_kind = "rsa"


class Clients:
    """What holds when clients are known by certificates."""

    def test_a_client_of_the_authority(self):
        subject = "/C=NL/O=Bottles, Flasks & Söhne/CN=anna"
        certificate = self.authority.issue("anna", "p256", subject, "extendedKeyUsage=clientAuth")
        for version in (TLS12, TLS13):
            environ = self.environ(self.client_context(version, certificate))
            self.assertEqual(environ["SSL_CLIENT_VERIFY"], "SUCCESS")
            self.assertEqual(environ["SSL_CLIENT_S_DN"], r"C=NL, O=Bottles\, Flasks & S\C3\B6hne, CN=anna")
            self.assertEqual(environ["SSL_CLIENT_S_DN_CN"], "anna")
            self.assertEqual(environ["SSL_CLIENT_I_DN"], "O=Tests, CN=authority")
            self.assertRegex(environ["SSL_CLIENT_M_SERIAL"], r"^([0-9A-F]{2}:)+[0-9A-F]{2}$")

    def test_an_rsa_client(self):
        certificate = self.authority.issue("robert", "rsa", "/CN=robert", "extendedKeyUsage=clientAuth")
        for version in (TLS12, TLS13):
            self.assertEqual(self.environ(self.client_context(version, certificate))["SSL_CLIENT_S_DN_CN"], "robert")

    def test_clients_that_nobody_vouches_for(self):
        strange = self.stranger.issue("eve", "p256", "/CN=anna", "extendedKeyUsage=clientAuth")
        server = self.authority.issue("mallory", "p256", "/CN=mallory", "extendedKeyUsage=serverAuth")
        late = self.authority.issue_expired("late", "/CN=late", "extendedKeyUsage=clientAuth")
        for certificate in (strange, server, late):
            for version in (TLS12, TLS13):
                with self.subTest(certificate=certificate.name, version=version.name):
                    self.assert_refused(self.client_context(version, certificate))
        self.test_a_client_of_the_authority()

    def test_no_header_passes_for_a_certificate(self):
        certificate = self.authority.issue("carl", "p256", "/CN=carl", "extendedKeyUsage=clientAuth")
        client = self.secure(self.client_context(None, certificate))
        environ = client.request("GET", "/environ", {"SSL_CLIENT_S_DN_CN": "eve", "SSL-CLIENT-VERIFY": "SUCCESS"}).json()
        self.assertEqual(environ["SSL_CLIENT_S_DN_CN"], "carl")

    def test_names_that_are_too_long_or_strange(self):
        long = self.authority.issue("long", "p256", "/CN=" + "/OU=".join(["x" * 60] * 5), "extendedKeyUsage=clientAuth")
        self.assert_refused(self.client_context(None, long))
        strange = self.authority.issue("strange", "p256", "/CN=a\rb", "extendedKeyUsage=clientAuth")
        self.assertNotIn("SSL_CLIENT_S_DN_CN", self.environ(self.client_context(None, strange)))

    def test_nothing_is_resumed(self):
        certificate = self.authority.issue("dora", "p256", "/CN=dora", "extendedKeyUsage=clientAuth")
        made = self.client_context(TLS12, certificate)
        first = self.secure(made)
        first.get("/")
        again = self.secure(made, session=first.socket.session)
        self.assertEqual(again.get("/environ").json()["SSL_CLIENT_S_DN_CN"], "dora")
        self.assertFalse(again.socket.session_reused)


class Required(Clients):
    def test_clients_without_a_certificate(self):
        for version in (TLS12, TLS13):
            self.assert_refused(context(version))


class HostRequiredTest(Required, CredentialsTest):
    board = "host"
    manifest = 'certificate = "device.pem"\nkey = "device.key"\nclient_ca = "authority.pem"\n'


class DeviceRequiredTest(Given, Required, CredentialsTest):
    """Everything at once, where memory is small."""

    board = "mps2-an500"
    device_kind = authority_kind = "rsa"
    manifest = HostRequiredTest.manifest

    def client_context(self, version: ssl.TLSVersion | None = None, certificate: Path | None = None) -> ssl.SSLContext:
        known = self.authority.issue("known", "p256", "/CN=known", "extendedKeyUsage=clientAuth")
        return super().client_context(version, certificate or known)

    test_a_session_is_resumed = None  # see test_nothing_is_resumed


class HostWantedTest(Clients, CredentialsTest):
    board = "host"
    manifest = 'client_ca = "authority.pem"\nclient = "wanted"\n'

    def client_context(self, version: ssl.TLSVersion | None = None, certificate: Path | None = None) -> ssl.SSLContext:
        made = context(version)  # the device's own certificate, which nobody knows
        if certificate:
            made.load_cert_chain(certificate, certificate.with_suffix(".key"))
        return made

    def test_clients_without_a_certificate(self):
        for version in (TLS12, TLS13):
            environ = self.environ(context(version))
            self.assertEqual(environ["SSL_CLIENT_VERIFY"], "NONE")
            self.assertNotIn("SSL_CLIENT_S_DN", environ)


if __name__ == "__main__":
    unittest.main()
