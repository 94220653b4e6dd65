"""Pyramid, and WebOb below it: a project's package, its scan for views, sessions, CSRF, static files."""

import re
import unittest

from boardtest import BoardTest, CheckedTest


class Pages:
    app = "tests/system/apps/pyramid_site"

    def token(self) -> str:
        """The token of the form on the first page."""
        return re.search(r'csrf_token" value="(\w+)"', self.browser.get("/").text)[1]

    def test_a_session(self):
        self.assertIn("<title>The Shop</title><b>1</b>", self.browser.get("/").text)
        self.assertIn("<b>2</b>", self.browser.get("/").text)

    def test_a_form_with_a_token(self):
        self.assertEqual(self.browser.submit("/add", name="saw").status, 400)
        added = self.browser.submit("/add", name="S\xe4ge <b>", csrf_token=self.token())
        self.assertEqual(added.status, 302)
        place = added.header("Location").removeprefix("http://device.test")
        self.assertRegex(place, r"^/item/\d+$")
        self.assertEqual(self.browser.get(place).text, "S\xe4ge <b>")
        self.assertIn("<p>S\xe4ge &lt;b&gt; added</p>", self.browser.get("/").text)

    def test_json(self):
        shown = self.browser.get("/api/items?a=1&a=2&b=%C3%A9", User_Agent="the test").json()
        self.assertEqual((shown["items"][0], shown["query"], shown["agent"]),
                         ("hammer", {"a": ["1", "2"], "b": "\xe9"}, "the test"))

    def test_static_files(self):
        link = re.search(r'href="http://device.test([^"]+)"', self.browser.get("/").text)[1]
        style = self.browser.get(link)
        self.assertEqual((style.status, style.text), (200, "body { color: #222; }\n"))
        self.assertIn("max-age=3600", style.header("Cache-Control"))
        self.assertIn("text/css", style.header("Content-Type"))
        again = self.browser.get(link, If_Modified_Since=style.header("Last-Modified"))
        self.assertEqual(again.status, 304)
        self.assertEqual(self.browser.get("/asset").text, style.text)
        self.assertEqual(self.browser.get("/static/../views.py").status, 404)

    def test_errors(self):
        missing = self.browser.get("/n%C3%B6where")
        self.assertEqual((missing.status, missing.text), (404, "<h1>/n%C3%B6where is not here: /n\xf6where</h1>"))
        self.assertIn("items", self.browser.get("/item/99").text)
        failed = self.browser.get("/fail")
        self.assertEqual((failed.status, failed.text), (500, "failed: as ordered"))


class HostTest(Pages, BoardTest):
    pass


class DeviceBoardTest(Pages, BoardTest):
    board = "mps2-an500"


class ValidatedTest(Pages, CheckedTest):
    pass


if __name__ == "__main__":
    unittest.main()
