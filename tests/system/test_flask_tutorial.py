"""An app of the structure that Flask's own tutorial teaches: factory, blueprints, templates, instance folder."""

import unittest

from boardtest import BoardTest, CheckedTest


class Pages:
    app = "tests/system/apps/flask_tutorial"

    def log_in(self, name: str) -> None:
        """A user of this test's own."""
        self.browser.submit("/auth/register", username=name, password="secret")
        self.assertEqual(self.browser.submit("/auth/login", username=name, password="secret").header("Location"), "/")

    def test_the_factory(self):
        self.assertEqual(self.browser.get("/hello").text, "Hello, World!")
        page = self.browser.get("/").text
        self.assertIn("<title>Posts - The Board</title>", page)  # from instance/config.py
        self.assertIn('<a href="/auth/login">Log In</a>', page)

    def test_registering(self):
        registered = self.browser.submit("/auth/register", username="ada", password="x")
        self.assertEqual((registered.status, registered.header("Location")), (302, "/auth/login"))
        for fields, message in (({"username": "", "password": ""}, "Username is required."),
                                ({"username": "a", "password": ""}, "Password is required."),
                                ({"username": "ada", "password": "x"}, "User ada is already registered.")):
            with self.subTest(message):
                page = self.browser.submit("/auth/register", **fields)
                self.assertIn(f'<div class="flash">{message}</div>', page.text)
        self.assertEqual(self.browser.submit("/auth/register").status, 400)

    def test_logging_in(self):
        self.assertIn("Incorrect username.", self.browser.submit("/auth/login", username="nobody", password="x").text)
        self.log_in("bob")
        self.assertIn("<span>bob</span>", self.browser.get("/").text)
        self.assertEqual(self.browser.get("/auth/logout").header("Location"), "/")
        self.assertNotIn("<span>bob</span>", self.browser.get("/").text)
        self.assertIn("Incorrect password.", self.browser.submit("/auth/login", username="bob", password="y").text)

    def test_posts(self):
        for method, place in (("GET", "/create"), ("GET", "/1/update"), ("POST", "/1/delete")):
            self.assertEqual(self.browser.request(method, place).header("Location"), "/auth/login")
        self.log_in("eve")
        self.assertIn("Title is required.", self.browser.submit("/create", title="", body="").text)
        self.assertEqual(self.browser.submit("/create", title="Gr\xfc\xdfe <b>", body="a\r\nb").header("Location"), "/")
        page = self.browser.get("/").text
        self.assertIn("<h1>Gr\xfc\xdfe &lt;b&gt;</h1>by eve on 2024-02-29", page)
        place = page.partition('<a href="/')[2] and page.split("/update")[0].rpartition('"')[2]
        self.browser.submit(f"{place}/update", title="changed", body="")
        self.assertIn("<h1>changed</h1>", self.browser.get("/").text)
        self.assertEqual(self.browser.submit("/99/delete").status, 404)
        self.assertEqual(self.browser.submit(f"{place}/delete").status, 302)
        self.assertNotIn("<h1>changed</h1>", self.browser.get("/").text)

    def test_of_another_user_s(self):
        self.log_in("carl")
        self.browser.submit("/create", title="mine", body="")
        place = self.browser.get("/").text.split("/update")[0].rpartition('"')[2]
        self.log_in("dora")
        self.assertEqual(self.browser.get(f"{place}/update").status, 403)

    def test_static_files(self):
        style = self.browser.get("/static/style.css")
        self.assertEqual((style.status, style.text), (200, "html { font-family: sans-serif; }\n"))


class HostTest(Pages, BoardTest):
    pass


class DeviceBoardTest(Pages, BoardTest):
    board = "mps2-an500"


class ValidatedTest(Pages, CheckedTest):
    wsgi = "flaskr:create_app()"


if __name__ == "__main__":
    unittest.main()
