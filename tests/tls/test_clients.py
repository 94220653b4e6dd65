"""Real clients, each in its ways: what they get, and what they are refused."""

import hashlib
import json
import os
import ssl
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

from secure import SecureClient, SecureTest, context

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
BIG = bytes(range(256)) * 8192  # 2 MiB
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--virtual-time-budget=15000", "--dump-dom"]


class ClientTests:
    """On each board; see the classes at the end."""

    def test_pythons_ssl_verifies_it(self):
        """The certificate names what the device is reached by, and is trusted once it is known."""
        trusting = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(self.certificate()))
        for host in ("localhost", "hipflask", "127.0.0.1", "10.0.2.15"):
            with self.subTest(host):
                self.assertEqual(self.secure(trusting, host=host).get("/").text, "probe\n")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.secure(trusting, host="elsewhere.test")
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.secure(ssl.create_default_context())

    def test_versions_and_what_the_app_is_told(self):
        for version, name in ((TLS12, "TLSv1.2"), (TLS13, "TLSv1.3")):
            with self.subTest(name):
                environ = self.secure(context(version)).get("/environ").json()
                self.assertEqual((environ["wsgi.url_scheme"], environ["HTTPS"], environ["SERVER_PORT"]), ("https", "on", "443"))
                self.assertEqual(environ["SSL_PROTOCOL"], name)
                self.assertRegex(environ["SSL_CIPHER"], "GCM|CHACHA20")
        self.assertNotIn("HTTPS", self.device.get("/environ").json())

    def test_ciphers(self):
        for cipher in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"):
            self.assertEqual(self.secure(context(TLS12, cipher)).socket.cipher()[0], cipher)
        for cipher in ("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "DHE-RSA-AES128-GCM-SHA256", "aNULL:@SECLEVEL=0"):
            with self.subTest(cipher), self.assertRaises((ssl.SSLError, ConnectionError)):
                self.secure(context(TLS12, cipher))

    def test_old_protocols_are_refused(self):
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            with self.subTest(version), self.assertRaises((ssl.SSLError, ConnectionError)):
                self.secure(context(version, "ALL:@SECLEVEL=0"))

    def test_curves(self):
        for version in (TLS12, TLS13):
            self.assertEqual(self.secure(context(version, curve="prime256v1")).get("/").status, 200)
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.secure(context(TLS13, curve="secp384r1"))

    def test_the_protocol_is_negotiated(self):
        for offered, expected in ((["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "http/1.1"), ([], None)):
            made = context()
            if offered:
                made.set_alpn_protocols(offered)
            self.assertEqual(self.secure(made).socket.selected_alpn_protocol(), expected)
        only_h2 = context()
        only_h2.set_alpn_protocols(["h2"])
        with self.assertRaises((ssl.SSLError, ConnectionError)):  # RFC 7301, section 3.2
            self.secure(only_h2)

    def test_sessions_are_resumed(self):
        for version in (TLS12, TLS13):
            with self.subTest(version):
                made = context(version)
                first = self.secure(made)
                self.assertEqual(first.get("/").status, 200)  # a ticket of 1.3 comes behind the handshake
                again = self.secure(made, session=first.socket.session)
                self.assertTrue(again.socket.session_reused)
                self.assertEqual(again.get("/").text, "probe\n")

    def test_large_bodies_both_ways(self):
        """A client may send records of 16 KB, and does."""
        client = self.secure()
        self.assertEqual(client.post("/digest", BIG).json(), {"size": len(BIG), "sha256": hashlib.sha256(BIG).hexdigest()})
        for size in (1, 2047, 2048, 2049, 16384, 65536, 1 << 20):
            with self.subTest(size):
                self.assertEqual(len(client.get(f"/download?size={size}&length=1").body), size)

    def test_many_requests_over_one_session(self):
        client = self.secure()
        for _ in range(200):
            self.assertEqual(client.get("/").text, "probe\n")

    def test_several_sessions_side_by_side(self):
        clients = [self.secure() for _ in range(4)]
        for _ in range(3):
            for client in clients:
                self.assertEqual(client.get("/").text, "probe\n")

    def test_idle_sessions_give_way(self):
        """More clients than sessions: who says nothing has to leave."""
        size = self.secure().get("/gauge").json()["pools"]["TLS_SESSIONS"]["size"]
        clients = [self.secure() for _ in range(size + 2)]
        self.assertEqual(clients[-1].get("/").text, "probe\n")

    def test_curl(self):
        with tempfile.TemporaryDirectory() as folder:
            pem = self.write_certificate(folder)
            upload = os.path.join(folder, "upload")
            with open(upload, "wb") as file:
                file.write(BIG)
            for version in ("1.2", "1.3"):
                common = ["curl", "-sS", "--cacert", pem, f"--tlsv{version}", "--tls-max", version]
                self.assertIn("probe", self.run_tool(*common, self.url + "/"))
                answer = self.run_tool(*common, "--data-binary", f"@{upload}", self.url + "/digest")
                self.assertEqual(json.loads(answer)["size"], len(BIG))

    def test_openssl(self):
        target = f"localhost:{self.address[1]}"
        with tempfile.TemporaryDirectory() as folder:
            for version in ("tls1_2", "tls1_3"):
                ticket = os.path.join(folder, version)
                command = ["openssl", "s_client", "-connect", target, "-servername", "elsewhere.test", f"-{version}", "-ign_eof"]
                request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                printed = self.run_tool(*command, "-sess_out", ticket, stdin=request)
                self.assertIn("probe", printed)
                self.assertIn("New, TLSv1.", printed)
                again = self.run_tool(*command, "-sess_in", ticket, stdin=request)
                self.assertIn("Reused, TLSv1.", again)
                self.assertNotIn("Early data was accepted", again)

    def test_the_device_chooses_the_cipher_that_it_is_good_at(self):
        """Browsers on machines with AES in hardware ask for that first, in both versions."""
        target = f"localhost:{self.address[1]}"
        for version, option, suites in (
            ("tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256"),
            ("tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305"),
        ):
            with self.subTest(version):
                printed = self.run_tool("openssl", "s_client", "-connect", target, f"-{version}", option, suites,
                                        stdin="GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                self.assertRegex(printed, r"Cipher is (TLS_CHACHA20|ECDHE-ECDSA-CHACHA20)")

    def test_renegotiation_is_refused(self):
        """RFC 9325, section 3.5."""
        printed = self.run_tool("openssl", "s_client", "-connect", f"localhost:{self.address[1]}", "-tls1_2", stdin="R\n",
                                check=False)
        self.assertRegex(printed, "no renegotiation|wrong version|unexpected|handshake failure|closed|RENEGOTIATING")
        self.assertEqual(self.secure().get("/").text, "probe\n")

    def test_gnutls(self):
        for priority in ("NORMAL", "NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-GROUP-ALL:+GROUP-SECP256R1",
                         "NORMAL:-VERS-ALL:+VERS-TLS1.3"):
            printed = self.run_tool("gnutls-cli", "--insecure", "--priority", priority, "-p", str(self.address[1]), "localhost",
                                    stdin="GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            self.assertIn("probe", printed)

    def test_sslscan_finds_nothing_weak(self):
        printed = self.run_tool("sslscan", "--no-colour", "--show-certificate", f"127.0.0.1:{self.address[1]}")
        self.assertIn("TLSv1.3   enabled", printed)
        self.assertIn("not vulnerable to heartbleed", printed)
        for line in printed.splitlines():
            if line.startswith(("Accepted", "Preferred")):
                self.assertRegex(line, "TLSv1.[23] .*(GCM|CHACHA20)")
            if line.startswith(("SSLv", "TLSv1.0", "TLSv1.1")):
                self.assertIn("disabled", line)
        self.assertRegex(printed, "(?i)compression disabled|OpenSSL version does not support compression")
        self.assertRegex(printed, "(?i)session renegotiation not supported|secure session renegotiation supported")


class HostClientTest(ClientTests, SecureTest):
    board = "host"


class DeviceClientTest(ClientTests, SecureTest):
    board = "mps2-an500"


class FlaskTest(SecureTest):
    """Flask's own part: addresses, cookies, and a browser."""

    app = "examples/flask_hello"
    board = "mps2-an500"

    def test_a_browser_loads_it(self):
        with tempfile.TemporaryDirectory() as profile:
            page = self.run_tool(*CHROMIUM, f"--user-data-dir={profile}", "--ignore-certificate-errors", self.url + "/")
        self.assertIn("on bare metal", page)
        self.assertIn("</html>", page)


class DeepTest(SecureTest):
    """A handshake comes while C code is nested as deep as it may be: the stack has room for both."""

    app = "tests/system/apps/trouble"
    board = "mps2-an500"

    def visit(self) -> bool:
        """A handshake of each kind and a question; whether nobody asked for it to end meanwhile."""
        for curve in ("", "prime256v1"):
            with SecureClient(self.address, context(TLS13, curve=curve)) as client:
                client.start("GET", "/home")
        return True

    def test_handshakes_at_every_depth(self):
        with ThreadPoolExecutor(1) as pool:
            for name in ("recurse-in-repr", "recurse-in-comparison", "recurse-in-json-dumps", "recurse-in-regex") * 2:
                visits = [pool.submit(self.visit) for _ in range(6)]
                while not all(visit.done() for visit in visits):
                    self.assertEqual(self.device.get(f"/caught/{name}").status, 200, self.printed())
        stack = self.device.get("/gauge").json()["stack"]
        print(f"stack: {stack}")
        self.assertLess(stack["high_water"], stack["size"] * 0.9)


class OnlyTest(SecureTest):
    """`https = "only"`: HTTP says where."""

    board = "mps2-an500"

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.app = os.path.join(cls.folder.name, "secure_flask")
        os.mkdir(cls.app)
        with open(os.path.join(cls.app, "app.py"), "w") as file:
            file.write(SECURE_FLASK)
        with open(os.path.join(cls.app, "hipflask.toml"), "w") as file:
            file.write('[server]\nhttps = "only"\n')
        super().setUpClass()

    def test_http_is_sent_to_https(self):
        for target in ("/", "/a/b%20c?d=e&f=%2F", "/?"):
            response = self.device.request("POST", target, {"Host": "device.test:8080"}, b"abc")
            self.assertEqual(response.status, 308)
            self.assertEqual(response.header("Location"), "https://device.test:8443" + target.rstrip("?"))
        for host, expected in (("a", "a"), ("a:80", "a"), ("[::1]", "[::1]"), ("[::1]:8080", "[::1]:8443"), ("a9", "a9")):
            response = self.device.request("GET", "/x", {"Host": host})
            self.assertEqual((response.status, response.header("Location")), (308, f"https://{expected}/x"))
        self.assertEqual(self.device.request("GET", "/x?" + "y" * 3000, {"Host": "a"}).status, 400)

    def test_flask_behaves(self):
        client = self.secure()
        response = client.get("/set", Host="device.test")
        self.assertRegex(response.header("Set-Cookie"), "session=.*Secure; HttpOnly")
        self.assertEqual(response.header("Location"), "/get")
        cookie = response.header("Set-Cookie").partition(";")[0]
        self.assertEqual(client.get("/get", Host="device.test", Cookie=cookie).json(),
                         {"name": "flask", "secure": True, "url": "https://device.test/get"})


SECURE_FLASK = '''from flask import Flask, jsonify, redirect, request, session, url_for

app = Flask(__name__)
app.secret_key = b"a test's"
app.config["SESSION_COOKIE_SECURE"] = True


@app.get("/set")
def set_name():
    session["name"] = "flask"
    return redirect(url_for("get_name"))


@app.get("/get")
def get_name():
    return jsonify(name=session.get("name"), secure=request.is_secure, url=url_for("get_name", _external=True))
'''

if __name__ == "__main__":
    unittest.main()
