"""examples/flask_hello, every route, as a browser would."""

import hashlib
import json
import re
import unittest

from device import Device
from forms import MULTIPART, BrowserTest, multipart

device = Device("examples/flask_hello")
HTML = "text/html; charset=utf-8"


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()


class FlaskHelloTest(BrowserTest):
    device = device

    def test_home_shows_the_device_and_links_that_work(self):
        response = self.browser.get("/")
        self.assertEqual((response.status, response.header("Content-Type")), (200, HTML))
        for text in ("mps2-an500", "3.13.", "10.0.2.15", "on bare metal", "viewport"):
            self.assertIn(text, response.text)
        expected = {"/static/nothing-here": 404, "/crash": 500}
        links = set(re.findall(r'(?:href|src)="(/[^"]*)"', response.text))
        self.assertGreater(len(links), 8)
        for link in sorted(links):
            with self.subTest(link):
                self.assertEqual(self.browser.get(link).status, expected.get(link, 200))

    def test_static_files(self):
        response = self.browser.get("/static/style.css")
        self.assertEqual((response.status, response.header("Content-Type")), (200, "text/css; charset=utf-8"))
        again = self.browser.get("/static/style.css", If_None_Match=response.header("ETag"))
        self.assertEqual((again.status, again.body), (304, b""))
        self.assertEqual(self.browser.get("/static/icon.svg").header("Content-Type"), "image/svg+xml; charset=utf-8")
        for outside in ("/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.pyc"):
            self.assertEqual(self.browser.get(outside).status, 404)

    def test_json_out(self):
        status = self.browser.get("/api/status").json()
        self.assertEqual(status["board"], "mps2-an500")
        self.assertTrue(status["python"].startswith("3.13."))
        self.assertLess(0, status["heap"]["used"])
        self.assertLess(status["heap"]["used"], status["heap"]["total"])

    def test_json_in(self):
        def send(data: bytes, kind: str = "application/json"):
            return self.browser.request("POST", "/api/stats", {"Content-Type": kind}, data)

        self.assertEqual(send(b'{"numbers": [2, 3, 7]}').json(), {"count": 3, "sum": 12, "mean": 4.0})
        for wrong in (b'{"numbers": []}', b"{", b"[]", b'{"numbers": ["x"]}'):
            with self.subTest(wrong):
                response = send(wrong)
                self.assertEqual(response.status, 400)
                self.assertEqual(response.json()["error"], "Bad Request")
        self.assertEqual(send(b"numbers=1", "text/plain").status, 415)

    def test_a_form_with_a_redirect_and_a_flashed_message(self):
        response = self.browser.submit("/guestbook", name="Ada <b>", message="Gr\xfc\xdfe & more")
        self.assertEqual((response.status, response.header("Location")), (302, "/guestbook"))
        page = self.browser.get("/guestbook").text
        self.assertIn("Thank you, Ada &lt;b&gt;!", page)
        self.assertIn("Gr\xfc\xdfe &amp; more", page)
        self.assertNotIn("Thank you", self.browser.get("/guestbook").text)
        self.browser.submit("/guestbook", name=" ", message="")
        self.assertIn("A name and a message, please.", self.browser.get("/guestbook").text)

    def test_a_signed_session(self):
        for count in (1, 2, 3):
            self.assertIn(f"Visit number {count}", self.browser.get("/visits").text)
        self.assertIn("yours counts 3", self.browser.get("/").text)
        value = self.browser.cookies["session"]
        self.browser.cookies["session"] = ("f" if value[0] == "e" else "e") + value[1:]
        self.assertIn("Visit number 1", self.browser.get("/visits").text)
        self.assertEqual(self.browser.submit("/visits").status, 302)
        self.assertNotIn("session", self.browser.cookies)

    def test_a_streamed_response_arrives_line_by_line(self):
        client = self.browser.client
        client.start("GET", "/stream")
        client.read_head()
        chunks = client.read_chunks()
        self.assertRegex(next(chunks), rb"^line  1 of 12, ")
        self.assertEqual(b"".join(chunks).count(b"\n"), 11)
        self.assertEqual(self.browser.get("/api/status").status, 200)

    def test_an_upload(self):
        for size in (0, 10, 70_000, 700_000):
            with self.subTest(size):
                content = bytes(i % 251 for i in range(size))
                body = multipart({}, [("file", "na\xefve.bin", content)])
                result = self.browser.request("POST", "/upload", {"Content-Type": MULTIPART}, body).json()
                self.assertEqual(result, {"name": "na\xefve.bin", "size": size,
                                          "sha256": hashlib.sha256(content).hexdigest()})

    def test_an_upload_from_a_browser_gives_a_page(self):
        body = multipart({}, [("file", "x.txt", b"content")])
        fields = {"Content-Type": MULTIPART, "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        page = self.browser.request("POST", "/upload", fields, body).text
        self.assertIn(hashlib.sha256(b"content").hexdigest(), page)

    def test_an_upload_without_a_file(self):
        response = self.browser.request("POST", "/upload", {"Content-Type": MULTIPART}, multipart({"other": "x"}))
        self.assertEqual(response.status, 400)

    def test_an_upload_that_is_too_large(self):
        with device.client() as client:
            client.start("POST", "/upload", {"Content-Type": MULTIPART, "Content-Length": "2000000"})
            client.send(bytes(20_000))
            self.assertEqual(client.read_response().status, 413)

    def test_a_download(self):
        response = self.browser.get("/download")
        self.assertIn('filename=about-hipflask.txt', response.header("Content-Disposition"))
        self.assertTrue(response.text.startswith("hipflask\n"))
        part = self.browser.get("/download", Range="bytes=0-7")
        self.assertEqual((part.status, part.text), (206, "hipflask"))
        since = self.browser.get("/download", If_Modified_Since=response.header("Last-Modified"))
        self.assertEqual(since.status, 304)

    def test_error_pages(self):
        missing = self.browser.get("/nowhere")
        self.assertEqual((missing.status, missing.header("Content-Type")), (404, HTML))
        self.assertIn("Not Found", missing.text)
        self.assertEqual(self.browser.request("DELETE", "/").status, 405)
        self.assertEqual(json.loads(self.browser.get("/api/nowhere").body)["error"], "Not Found")

    def test_a_handler_that_raises(self):
        response = self.browser.get("/crash")
        self.assertEqual(response.status, 500)
        self.assertIn("Internal Server Error", response.text)
        self.assertNotIn("ZeroDivisionError", response.text)
        self.wait_for(r"Traceback \(most recent call last\):[\s\S]*app\.py\", line \d+, in crash[\s\S]*ZeroDivisionError")
        self.assertEqual(self.browser.get("/").status, 200)


if __name__ == "__main__":
    unittest.main()
