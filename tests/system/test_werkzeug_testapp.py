"""Werkzeug's own test application, as it is."""

import unittest

from boardtest import BoardTest, CheckedTest


class Pages:
    app = "tests/system/apps/werkzeug_testapp"

    def test_it_tells_of_python_packages_and_the_request(self):
        page = self.browser.get("/some/where?a=b")
        self.assertEqual((page.status, page.header("Content-Type")), (200, "text/html; charset=utf-8"))
        for text in ("3.13", ">WSGI Environment</h2>", "hipflask", "&#39;/some/where&#39;", "&#39;a=b&#39;", "3.1"):
            self.assertIn(text, page.text)

    def test_it_has_a_picture(self):
        picture = self.browser.get("/?resource=logo")
        self.assertEqual(picture.status, 200)


class HostTest(Pages, BoardTest):
    pass


class DeviceBoardTest(Pages, BoardTest):
    board = "mps2-an500"


class ValidatedTest(Pages, CheckedTest):
    wsgi = "werkzeug.testapp:test_app"


if __name__ == "__main__":
    unittest.main()
