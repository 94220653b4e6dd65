"""examples/bottle_hello, every route."""

import unittest

from device import Device
from forms import BrowserTest

device = Device("examples/bottle_hello")


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()


class BottleHelloTest(BrowserTest):
    device = device

    def test_a_template_and_a_cookie(self):
        self.assertIn("been here 1 time.", self.browser.get("/").text)
        page = self.browser.get("/").text
        self.assertIn("been here 2 times.", page)
        self.assertIn("on mps2-an500", page)
        self.browser.cookies["visits"] = "many"
        self.assertIn("been here 1 time.", self.browser.get("/").text)

    def test_a_form(self):
        response = self.browser.submit("/wish", wish="a <b>horn</b> f\xfcr alle")
        self.assertEqual(response.status, 303)
        self.assertTrue(response.header("Location").endswith("/"))
        self.assertIn("a &lt;b&gt;horn&lt;/b&gt; f\xfcr alle", self.browser.get("/").text)
        self.browser.submit("/wish")
        self.assertEqual(self.browser.get("/").status, 200)

    def test_json(self):
        self.assertEqual(self.browser.get("/api/square/12").json(), {"number": 12, "square": 144})
        self.assertEqual(self.browser.get("/api/square/x").status, 404)
        fields = {"Content-Type": "application/json"}
        self.assertEqual(self.browser.request("POST", "/api/sorted", fields, b"[3, 1, 2]").json(), [1, 2, 3])
        self.assertEqual(self.browser.request("POST", "/api/sorted", fields, b"{}").status, 400)
        self.assertEqual(self.browser.request("POST", "/api/sorted", fields, b"{").status, 400)

    def test_static_files(self):
        response = self.browser.get("/static/style.css")
        self.assertEqual(response.status, 200)
        self.assertIn("text/css", response.header("Content-Type"))
        since = self.browser.get("/static/style.css", If_Modified_Since=response.header("Last-Modified"))
        self.assertEqual(since.status, 304)
        self.assertIn(self.browser.get("/static/../app.py").status, (403, 404))

    def test_error_pages(self):
        response = self.browser.get("/nowhere")
        self.assertEqual(response.status, 404)
        self.assertIn("There is nothing at this address.", response.text)

    def test_a_handler_that_raises(self):
        response = self.browser.get("/fail")
        self.assertEqual(response.status, 500)
        self.assertIn("The console shows why.", response.text)
        self.wait_for(r"line \d+, in fail[\s\S]*ZeroDivisionError")
        self.assertEqual(self.browser.get("/").status, 200)


if __name__ == "__main__":
    unittest.main()
