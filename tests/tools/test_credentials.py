"""hip.credentials: what a manifest may give a device, and what is wrong with it."""

from authority import Authority
from hip.app import AppError, load
from hip.appfiles import app_files
from hip.pack import credentials_source
from support import InDirectory


class CredentialsTest(InDirectory):
    def setUp(self) -> None:
        super().setUp()
        self.app = self.directory / "app"
        self.app.mkdir()
        (self.app / "app.py").write_text("def app(environ, start_response): ...\n")
        self.authority = Authority(self.app)
        self.authority.issue("device")

    def load(self, *lines: str):
        (self.app / "hipflask.toml").write_text("\n".join(["[tls]", *lines]) + "\n")
        return load(self.app)

    def assert_wrong(self, expected: str, *lines: str) -> None:
        with self.assertRaisesRegex(AppError, expected):
            self.load(*lines)

    def test_files_are_found_beside_the_manifest(self):
        app = self.load('certificate = "device.pem"', 'key = "device.key"', 'client_ca = "authority.pem"')
        self.assertEqual([path.name for path in app.credentials.files], ["device.pem", "device.key", "authority.pem"])
        self.assertTrue(app.credentials.client_required)
        self.assertFalse(self.load('client_ca = "authority.pem"', 'client = "wanted"').credentials.client_required)

    def test_they_are_no_files_of_the_apps(self):
        app = self.load('certificate = "device.pem"', 'key = "device.key"')
        self.assertNotIn("device.key", [path.name for path in app_files(app)[1]])

    def test_they_are_part_of_the_image(self):
        app = self.load('certificate = "device.pem"', 'key = "device.key"')
        lines = [line for line in (self.app / "device.key").read_text().splitlines() if line]
        for line in lines:
            self.assertIn(line, credentials_source(app.credentials))
        self.assertIn(".client_ca = NULL", credentials_source(app.credentials))

    def test_one_without_the_other(self):
        self.assert_wrong(r"hipflask.toml:1: \[tls\] key: is missing|\[tls\] key: is missing", 'certificate = "device.pem"')
        self.assert_wrong(r"certificate: is missing", 'key = "device.key"')

    def test_a_file_that_is_not_there(self):
        self.assert_wrong(r"hipflask.toml:2: \[tls\] client_ca: there is no file .*nobody.pem", 'client_ca = "nobody.pem"')

    def test_a_key_of_another_certificate(self):
        self.assert_wrong(r"hipflask.toml:3: .*authority.key is no key of device.pem",
                          'certificate = "device.pem"', 'key = "authority.key"')

    def test_kinds_of_keys(self):
        self.authority.issue("large", "p384")
        self.assert_wrong("large.pem: the key of certificate 1 is neither P-256 nor RSA",
                          'certificate = "large.pem"', 'key = "large.key"')
        self.authority.issue("other", "rsa")
        self.load('certificate = "other.pem"', 'key = "other.key"')

    def test_what_is_no_certificate(self):
        self.assert_wrong("device.key has no certificate in PEM", 'client_ca = "device.key"')

    def test_clients_without_an_authority(self):
        self.assert_wrong(r"\[tls\] client: must be", 'client = "required"')
        self.assert_wrong(r"\[tls\] client: must be", 'client_ca = "authority.pem"', 'client = "perhaps"')

    def test_without_https(self):
        self.assert_wrong(r'\[server\] https: is "off"', 'client_ca = "authority.pem"', "[server]", 'https = "off"')
