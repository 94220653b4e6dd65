"""Django 4.2: the project that its own startproject makes, with one app; on mps2-an500 without its administration."""

import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from boardtest import BoardTest, CheckedTest
from forms import MULTIPART, multipart
from hip import paths
from hip.app import App

ADDED = paths.ROOT / "tests/system/django_site"
PROJECT = paths.BUILD / "generated" / "django_site"
LEAN = paths.BUILD / "generated" / "django_lean"
NEEDS_USERS = re.compile(r".*django\.contrib(\.| import )(admin|auth|contenttypes)\b.*\n")


def make_project() -> Path:
    """The project, made by Django's own commands, and what a programmer adds to it."""
    (packages,) = App(PROJECT, "mysite.wsgi", packages=["python3-django"]).package_directories(paths.SOURCES / "apps")
    shutil.rmtree(PROJECT, ignore_errors=True)
    PROJECT.mkdir(parents=True)
    for words in (("-m", "django", "startproject", "mysite", "."), ("manage.py", "startapp", "notes")):
        subprocess.run([sys.executable, *words], cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(packages)}, check=True)
    shutil.copytree(ADDED / "notes", PROJECT / "notes", dirs_exist_ok=True)
    shutil.copy(ADDED / "urls.py", PROJECT / "mysite")
    with open(PROJECT / "mysite" / "settings.py", "a", encoding="utf-8") as settings:
        settings.write((ADDED / "settings.py").read_text(encoding="utf-8"))
    return PROJECT


def make_lean_project() -> Path:
    """The same without the administration and its users, as a programmer takes them out: some lines of two files."""
    shutil.rmtree(LEAN, ignore_errors=True)
    shutil.copytree(PROJECT, LEAN)
    for name in ("settings.py", "urls.py"):
        file = LEAN / "mysite" / name
        text = NEEDS_USERS.sub("", file.read_text(encoding="utf-8"))
        file.write_text(text.replace('path("admin/", admin.site.urls), ', ""), encoding="utf-8")
    return LEAN


def setUpModule() -> None:
    make_project()
    make_lean_project()


class Pages:
    app = PROJECT
    uploads = ((100, "InMemoryUploadedFile"), (3_000_000, "TemporaryUploadedFile"))
    log_in = "Anmelden"

    def form(self, target: str, **values: str):
        """Sends a page's form with its token."""
        page = self.browser.get(target).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        return self.browser.submit(target, csrfmiddlewaretoken=token, **values)

    def test_templates_in_the_language_and_the_time_zone_of_the_settings(self):
        page = self.browser.get("/")
        self.assertEqual((page.status, page.header("Content-Type")), (200, "text/html; charset=utf-8"))
        self.assertIn("<p>14:00 CEST, 1. Juli 2024, 1234,50</p>", page.text)
        self.assertIn(f"<footer>{self.log_in}</footer>", page.text)
        self.assertEqual(page.header("X-Frame-Options"), "DENY")

    def test_a_form(self):
        self.assertEqual(self.browser.submit("/add/", title="x").status, 403)
        self.assertIn("not that one", self.form("/add/", title="bad", day="1.2.2024").text)
        self.assertIn("Dieses Feld ist zwingend erforderlich.", self.form("/add/", title="x").text)
        added = self.form("/add/", title="Gr\xfc\xdfe & <b>", text="a\r\n\r\nb", day="29.2.2024")
        self.assertEqual(added.status, 302)
        self.assertRegex(added.header("Location"), r"^/note/\d+/$")
        page = self.browser.get(added.header("Location")).text
        self.assertIn("<h1>Gr\xfc\xdfe &amp; &lt;b&gt;</h1><p>a</p>\n\n<p>b</p><time>2024-02-29</time>", page)
        self.assertIn('<p class="success">Gr\xfc\xdfe &amp; &lt;b&gt; saved</p>', page)
        self.assertNotIn("saved", self.browser.get("/").text)

    def test_routes(self):
        self.assertEqual(self.browser.get("/year/2024/?a=b").json(),
                         {"year": "2024", "url": "http://device.test/year/2024/?a=b"})
        slash = self.browser.get("/add")
        self.assertEqual((slash.status, slash.header("Location")), (301, "/add/"))
        self.assertEqual(self.browser.get("/api/?q=1&q=%C3%A9").json()["query"], ["1", "\xe9"])
        self.assertEqual(self.browser.request("PUT", "/api/", {}, bytes(20_000)).json()["length"], 20_000)

    def test_pages_for_errors(self):
        missing = self.browser.get("/nowhere")
        self.assertEqual(missing.status, 404)
        self.assertIn("Using the URLconf defined in", missing.text)
        self.assertEqual(self.browser.get("/note/99/").status, 404)
        self.assertEqual(self.browser.get("/upload/").status, 405)
        failed = self.browser.get("/fail/")
        self.assertEqual(failed.status, 500)
        self.assertIn("ZeroDivisionError at /fail/", failed.text)
        self.assertIn("secret_of_the_test", failed.text)

    def test_an_upload(self):
        for size, kind in self.uploads:
            body = multipart({}, [("file", "a.txt", bytes(size))])
            answer = self.browser.request("POST", "/upload/", {"Content-Type": MULTIPART}, body)
            self.assertEqual(answer.json(), {"name": "a.txt", "size": size, "kind": kind})

    def test_a_session_in_a_signed_cookie(self):
        self.assertEqual([self.browser.get("/visits/").json()["visits"] for _ in range(3)], [1, 2, 3])
        self.browser.cookies["sessionid"] += "x"
        self.assertEqual(self.browser.get("/visits/").json()["visits"], 1)

    def test_a_stream(self):
        self.assertEqual(self.browser.get("/stream/").text, "0 1 2 3 4 ")

    def test_static_files(self):
        style = self.browser.get("/static/notes/style.css")
        self.assertEqual((style.status, style.text), (200, "body { color: #222; }\n"))
        self.assertEqual(self.browser.get("/static/nothing.css").status, 404)


class Administration:
    def test_the_administration_asks_who_is_there(self):
        self.assertEqual(self.browser.get("/static/admin/css/base.css").status, 200)
        self.assertEqual(self.browser.get("/admin/").header("Location"), "/admin/login/?next=/admin/")
        self.assertIn('name="username"', self.browser.get("/admin/login/").text)


class HostTest(Pages, Administration, BoardTest):
    pass


class DeviceBoardTest(Pages, BoardTest):
    app = LEAN
    board = "mps2-an500"
    uploads = ((100, "InMemoryUploadedFile"), (200_000, "InMemoryUploadedFile"))  # /tmp is smaller than Django's limit
    log_in = "Log in"  # a word of the administration's


class ValidatedTest(Pages, Administration, CheckedTest):
    wsgi = "mysite.wsgi:application"


if __name__ == "__main__":
    unittest.main()
