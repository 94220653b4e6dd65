"""Falcon, an app of it: what other people's frameworks ask of the server."""

import json
import unittest

from boardtest import BoardTest, CheckedTest

JSON = {"Content-Type": "application/json"}


class Pages:
    app = "tests/system/apps/falcon_site"

    def test_a_page_and_a_cookie(self):
        self.assertIn("seen 1 times", self.browser.get("/").text)
        page = self.browser.get("/")
        self.assertIn("seen 2 times", page.text)
        self.assertEqual(page.header("X-Steps"), "request,response")

    def test_things(self):
        made = self.browser.request("POST", "/things", JSON, json.dumps({"name": "S\xe4ge"}).encode())
        self.assertEqual(made.status, 303)
        place = made.header("Location")
        self.assertEqual(self.browser.get(place).json(), {"name": "S\xe4ge"})
        self.assertEqual(self.browser.request("DELETE", place).status, 401)
        self.assertEqual(self.browser.request("DELETE", place, {"Authorization": "Bearer x"}).status, 204)
        self.assertEqual(self.browser.get("/things?limit=1").json(), {"things": ["hammer"], "limit": 1})

    def test_a_form(self):
        made = self.browser.submit("/things", name="B\xfcgel & <b>")
        self.assertEqual((made.status, self.browser.get(made.header("Location")).json()), (303, {"name": "B\xfcgel & <b>"}))
        self.browser.request("DELETE", made.header("Location"), {"Authorization": "Bearer x"})
        refused = self.browser.submit("/things", name="")
        self.assertEqual((refused.status, refused.json()["title"]), (400, "No name"))

    def test_errors(self):
        self.assertEqual(self.browser.get("/nowhere").status, 404)
        self.assertEqual(self.browser.get("/things/99").json()["description"], "there are 1 things")
        self.assertEqual(self.browser.get("/things/x").status, 404)
        self.assertEqual(self.browser.request("PATCH", "/things").status, 405)
        self.assertEqual(self.browser.get("/things?limit=no").status, 400)
        self.assertEqual(self.browser.request("POST", "/things", JSON, b"{").status, 400)
        failed = self.browser.get("/fail")
        self.assertEqual((failed.status, failed.json()), (500, {"error": "as ordered"}))

    def test_a_static_file(self):
        style = self.browser.get("/static/style.css")
        self.assertEqual((style.status, style.text, style.header("Content-Type")), (200, "body { color: #222; }\n", "text/css"))
        self.assertEqual(self.browser.get("/static/../app.py").status, 404)

    def test_a_stream_in_and_out(self):
        sent = bytes(b"abcdefghij" * 3000)
        answer = self.browser.request("PUT", "/fail", {"Content-Type": "text/plain"}, sent)
        self.assertEqual(answer.body, sent.upper())


class HostTest(Pages, BoardTest):
    pass


class DeviceBoardTest(Pages, BoardTest):
    board = "mps2-an500"


class ValidatedTest(Pages, CheckedTest):
    pass


if __name__ == "__main__":
    unittest.main()
