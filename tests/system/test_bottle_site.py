"""Bottle, more of it than examples/bottle_hello has: plugins, hooks, mounted apps, templates that include others."""

import unittest

from boardtest import BoardTest, CheckedTest
from forms import MULTIPART, multipart


class Pages:
    app = "tests/system/apps/bottle_site"

    def test_templates_and_a_signed_cookie(self):
        page = self.browser.get("/")
        self.assertIn("<title>Things</title>\n<h1>Hello stranger!</h1>\n<ul>\n<li>1: a</li>\n", page.text)
        self.assertIn("<li>2: &lt;b&gt;</li>\n<li>3: \u20ac</li>", page.text)
        self.assertEqual(page.header("X-Site"), "bottle")
        self.assertEqual(self.browser.submit("/name", name="J\xfcrgen").status, 303)
        self.assertIn("Hello J\xfcrgen!", self.browser.get("/").text)
        self.browser.cookies["name"] = '"!forged"'
        self.assertIn("Hello stranger!", self.browser.get("/").text)

    def test_filters(self):
        self.assertEqual(self.browser.get("/add/1/2.5").json(), {"sum": 3.5})
        self.assertEqual(self.browser.get("/add/1/x").status, 404)
        self.assertEqual(self.browser.get("/word/abc").text, "abc")
        self.assertEqual(self.browser.get("/word/ABC").text, "<h1>/word/ABC is not here</h1>")
        self.assertEqual(self.browser.submit("/name").status, 400)
        self.assertEqual(self.browser.submit("/word/abc").status, 405)

    def test_a_plugin(self):
        self.browser.get("/word/abc")
        before = self.browser.get("/counts").json()
        self.browser.get("/word/abc")
        after = self.browser.get("/counts").json()
        rule = "/word/<word:re:[a-z]+>"
        self.assertEqual(after[rule], before[rule] + 1)
        self.assertNotIn("/counts", after)

    def test_mounted_apps(self):
        self.assertEqual(self.browser.get("/inner/where").json(), {"script": "/", "path": "/inner/where"})
        self.assertEqual(self.browser.get("/plain/a/b").text, "/plain /a/b")

    def test_an_upload(self):
        body = multipart({}, [("file", "a.txt", b"x" * 5000)])
        answer = self.browser.request("POST", "/upload", {"Content-Type": MULTIPART}, body)
        self.assertEqual(answer.json(), {"name": "a.txt", "size": 5000, "type": "application/octet-stream"})

    def test_static_files(self):
        style = self.browser.get("/static/style.css")
        self.assertEqual(style.text, "body { color: #222; }\n")
        self.assertEqual(self.browser.get("/static/style.css", If_Modified_Since=style.header("Last-Modified")).status, 304)
        part = self.browser.get("/static/style.css", Range="bytes=0-3")
        self.assertEqual((part.status, part.text), (206, "body"))

    def test_a_stream(self):
        self.assertEqual(self.browser.get("/stream").text, "one two")


class HostTest(Pages, BoardTest):
    pass


class DeviceBoardTest(Pages, BoardTest):
    board = "mps2-an500"


class ValidatedTest(Pages, CheckedTest):
    pass


if __name__ == "__main__":
    unittest.main()
