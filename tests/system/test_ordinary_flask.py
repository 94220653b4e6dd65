"""An app as one writes it for an ordinary Flask at a desk, dropped in unchanged."""

import hashlib
import hmac
import io
import json
import random
import unittest
import zipfile

from device import Device
from forms import MULTIPART, BrowserTest, multipart

device = Device("tests/system/apps/ordinary_flask")
JSON = {"Content-Type": "application/json"}


def setUpModule():
    device.start()


def tearDownModule():
    device.stop()


class ShopTest(BrowserTest):
    device = device

    def send(self, method: str, target: str, value) -> object:
        """JSON in."""
        return self.browser.request(method, target, JSON, json.dumps(value).encode())


class PageTest(ShopTest):
    """Templates, blueprints, url_for, hooks, errors."""

    def test_templates(self):
        page = self.browser.get("/").text
        for text in ("<p>Welcome to The Shop.</p>", "Hammer, Nails &amp; screws, Caf\xe9 recipes", "\u20ac12.99",
                     "Nails \\u0026 screws", "<b>book: 1</b><b>tool: ", "003.1 a long... &lt;b&gt; <i>", "x%20y Title Case",
                     "[[1, 2], [3]] 1.2 MB", "3 default", "striped see <a href=", "FILTERED", '<tr class="even">'):
            self.assertIn(text, page)
        self.assertNotIn("a comment", page)

    def test_logging_goes_to_the_console(self):
        self.browser.get("/", User_Agent="the test")
        self.wait_for(r"INFO in __init__: the index was asked for by the test")

    def test_a_blueprint_with_templates_of_its_own(self):
        first = self.browser.get("/catalogue/").text
        self.assertIn("<title>Page 1 - The Shop</title>", first)
        self.assertIn('href="/catalogue/?page=2"', first)
        self.assertNotIn("more", self.browser.get("/catalogue/?page=2").text)
        detail = self.browser.get("/catalogue/1").text
        self.assertIn("<em>1/2 WOOD</em>", detail)
        self.assertIn("(cheap)", self.browser.get("/catalogue/2").text)

    def test_redirects_and_urls(self):
        old = self.browser.get("/catalogue/1/old")
        self.assertEqual((old.status, old.header("Location")), (301, "/catalogue/1#top"))
        slash = self.browser.get("/catalogue")
        self.assertEqual((slash.status, slash.header("Location")), (308, "http://device.test/catalogue/"))
        names = self.browser.get("/catalogue/file/a/b%20c/%E2%82%AC").json()
        self.assertEqual(names, {"name": "a/b c/\u20ac", "url": "/catalogue/file/a/b%20c/%E2%82%AC",
                                 "outside": "http://device.test/?q=a+b"})

    def test_hooks(self):
        response = self.browser.get("/cookies")
        self.assertGreaterEqual(float(response.header("X-Elapsed")), 0)
        self.assertIn("Accept-Language", ", ".join(response.all("Vary")))

    def test_errors_for_people_and_for_programs(self):
        page = self.browser.get("/nowhere")
        self.assertEqual(page.status, 404)
        self.assertIn("<h1>404 Not Found</h1>", page.text)
        self.assertEqual(self.browser.get("/api/nowhere").json()["name"], "Not Found")
        self.assertEqual(self.browser.get("/api/items/99").text, "not in stock: 99")
        self.assertEqual(self.browser.get("/catalogue/99").status, 404)
        wrong = self.browser.request("DELETE", "/api/items")
        self.assertEqual((wrong.status, wrong.json()["code"]), (405, 405))

    def test_an_exception_without_a_handler(self):
        response = self.browser.get("/api/fail")
        self.assertEqual((response.status, response.json()["name"]), (500, "Internal Server Error"))
        self.wait_for(r"ERROR in app: Exception on /api/fail \[GET\]\nTraceback[\s\S]*RuntimeError: the shop is on fire")
        self.assertEqual(self.browser.get("/").status, 200)


class AccountTest(ShopTest):
    """Sessions, flash, cookies."""

    def test_login_and_logout(self):
        refused = self.browser.get("/account")
        self.assertEqual((refused.status, refused.header("Location")), (302, "/login?next=/account?"))
        self.assertIn('value="/account?"', self.browser.get("/login?next=/account?").text)
        bad = self.browser.submit("/login", user="a b")
        self.assertEqual(bad.status, 422)
        self.assertIn("&#39;a b&#39; is no name", bad.text)
        self.assertEqual(self.browser.submit("/login", user="ada", next="/account").header("Location"), "/account")
        page = self.browser.get("/").text
        self.assertIn('<p class="success">You are logged in</p>', page)
        self.assertIn('<p class="message">twice as nice</p>', page)
        self.assertEqual(self.browser.get("/account").json(), {"user": "ada", "permanent": False,
                                                               "keys": ["_permanent", "user"]})
        self.assertEqual(self.browser.submit("/logout").status, 303)
        self.assertEqual(self.browser.get("/account").status, 302)

    def test_a_permanent_session(self):
        response = self.browser.submit("/login", user="bob", remember="1")
        self.assertIn("Expires=", ";".join(response.all("Set-Cookie")))

    def test_a_list_in_the_session(self):
        for number in range(3):
            self.assertEqual(self.send("PUT", "/basket", {"item": number}).json(), {"basket": list(range(number + 1))})
        self.assertEqual(self.browser.request("DELETE", "/basket").status, 204)
        self.assertEqual(self.browser.get("/basket").json(), {"basket": []})

    def test_cookies(self):
        response = self.browser.get("/cookies")
        cookies = {cookie.partition("=")[0]: cookie for cookie in response.all("Set-Cookie")}
        self.assertIn("Max-Age=3600; HttpOnly; Path=/; SameSite=Strict", cookies["plain"])
        self.assertIn("Max-Age=0", cookies["old"])
        self.assertEqual(self.browser.get("/cookies").json()["seen"], {"plain": "value", "spaced": "a b;c"})


class ApiTest(ShopTest):
    """JSON."""

    def test_items(self):
        self.assertEqual([item["name"] for item in self.browser.get("/api/items?kind=book").json()], ["Caf\xe9 recipes"])
        made = self.send("POST", "/api/items", {"name": "Saw", "kind": "tool", "price": 5})
        self.assertEqual(made.status, 201)
        place = made.header("Location")
        self.assertEqual(self.send("PATCH", place, {"name": "Better saw"}).json()["name"], "Better saw")
        self.assertEqual(self.browser.get(place).json()["name"], "Better saw")
        self.assertEqual(self.send("POST", "/api/items", {"name": "x"}).status, 400)
        self.assertIn("'nonsense' is not a valid Kind",
                      self.send("POST", "/api/items", {"name": "x", "kind": "nonsense", "price": 1}).json()["description"])

    def test_values_beyond_json(self):
        self.assertEqual(self.browser.get("/api/types").json(), {
            "date": "Thu, 29 Feb 2024 00:00:00 GMT", "datetime": "Thu, 29 Feb 2024 12:00:00 GMT", "decimal": "1.10",
            "uuid": "00000000-0000-0000-0000-000000000005", "text": "\u20ac", "nothing": None, "number": 1.5,
            "late": "Friday 01 March 2024"})

    def test_the_request_object(self):
        key = "12345678123456781234567812345678"
        target = "/api/request/12345678-1234-5678-1234-567812345678/1.5?q=%C3%A9&a=1&a=2"
        shown = self.browser.request("POST", target, {"Content-Type": "application/x-www-form-urlencoded",
                                                      "Accept-Language": "fr, en;q=0.5", "Authorization": "Bearer x"},
                                     b"field=%E2%82%AC+x").json()
        self.assertEqual(shown["args"], {"q": ["\xe9"], "a": ["1", "2"]})
        self.assertEqual(shown["form"], {"field": ["\u20ac x"]})
        self.assertEqual((shown["key"], shown["number"], shown["endpoint"]), (key, 1.5, "api.show"))
        self.assertEqual((shown["languages"], shown["bearer"], shown["values"]), ("en", "Bearer x", "\xe9"))
        self.assertEqual(shown["root"], "http://device.test/")


class ExchangeTest(ShopTest):
    """Files and streams."""

    def test_uploads(self):
        files = [("files", "one.txt", b"one"), ("files", "../two.bin", bytes(600 * 100)), ("files", "leer", b"")]
        body = multipart({"note": "Gr\xfc\xdfe"}, files)
        result = self.browser.request("POST", "/exchange/upload", {"Content-Type": MULTIPART}, body).json()
        self.assertEqual(result["note"], "Gr\xfc\xdfe")
        self.assertEqual([(file["name"], file["size"], file["sha256"]) for file in result["files"]],
                         [(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in
                          (("one.txt", b"one"), ("two.bin", bytes(60_000)), ("leer", b""))])

    def test_a_raw_body(self):
        data = bytes(i % 256 for i in range(300_000))
        result = self.browser.request("POST", "/exchange/raw", {"Content-Type": "application/x-data"}, data).json()
        self.assertEqual(result, {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()})

    def test_a_body_that_is_too_large(self):
        with device.client() as client:
            client.start("POST", "/exchange/upload", {"Content-Type": MULTIPART, "Content-Length": "9000000"})
            client.send(bytes(20_000))
            self.assertEqual(client.read_response().status, 413)
        self.assertEqual(self.browser.get("/").status, 200)

    def test_files_out(self):
        table = self.browser.get("/exchange/list.csv")
        self.assertTrue(table.text.startswith("id,name\r\n1,Hammer\r\n2,Nails & screws\r\n"))
        self.assertIn("filename*=UTF-8''list%20%C3%A4.csv", table.header("Content-Disposition"))
        style = self.browser.get("/exchange/style")
        self.assertEqual((style.text, style.header("Cache-Control")), ("body { color: #222; }\n", "public, max-age=60"))
        self.assertEqual(self.browser.get("/exchange/files/shop.css").body, style.body)
        self.assertEqual(self.browser.get("/exchange/files/../tools.py").status, 404)

    def test_a_zip_file_made_in_memory(self):
        archive = zipfile.ZipFile(io.BytesIO(self.browser.get("/tools/archive").body))
        self.assertEqual(archive.read("1.txt"), b"Hammer" * 100)

    def test_a_stream(self):
        response = self.browser.get("/exchange/numbers?count=50")
        self.assertEqual(response.text, "".join(f"{number} of /exchange/numbers\n" for number in range(50)))
        self.assertEqual(len(response.chunks), 50)

    def test_conditions(self):
        response = self.browser.get("/exchange/cached")
        again = self.browser.get("/exchange/cached", If_None_Match=response.header("ETag"))
        self.assertEqual((again.status, again.body), (304, b""))


class ToolboxTest(ShopTest):
    """Parts of the standard library that are imported in handlers."""

    def test_dates(self):
        self.assertEqual(self.browser.get("/tools/days?from=28+Feb+2024&to=01+Mar+2024").json(),
                         {"days": 2, "weekday": "Friday", "iso": "2024-03-01T00:00:00"})

    def test_words(self):
        word = "gr\xfc\xdfe"
        result = self.browser.request("POST", "/tools/words", {}, "Gr\xfc\xdfe, gr\xfc\xdfe und Ende".encode()).json()
        self.assertEqual(result, {"top": [[word, 2]], "by_length": {"5": [word] * 2, "3": ["und"], "4": ["ende"]},
                                  "pairs": [f"{word}-{word}", f"{word}-und", "und-ende"]})

    def test_decimals(self):
        self.assertEqual(self.browser.get("/tools/total?price=0.10&price=0.20&price=1e2").json(), {"total": "100.30"})

    def test_randomness(self):
        first, second = (self.browser.get("/tools/tokens").json() for _ in range(2))
        for name in ("token", "uuid", "random"):
            self.assertNotEqual(first[name], second[name])
        self.assertEqual(first["stable"], random.Random("seed").randrange(10**6))
        self.assertEqual(first["named"], "8f4d11fb-5e22-5df1-8e2a-5d26759b2ffd")

    def test_hashes(self):
        result = self.browser.request("POST", "/tools/signature", {}, b"data").json()
        self.assertEqual(result, {"sha256": hashlib.sha256(b"data").hexdigest(), "base64": "ZGF0YQ==",
                                  "hmac": hmac.new(b"key", b"data", "sha256").hexdigest()})

    def test_csv_by_way_of_a_temporary_file(self):
        result = self.browser.request("POST", "/tools/table", {}, b"name,value\na,1\nb,2.5\n").json()
        self.assertEqual(result, {"mean": 1.75, "count": 2, "gone": True})

    def test_addresses_and_own_files(self):
        self.assertEqual(self.browser.get("/tools/address?url=https://x.test:81/a").json(),
                         {"host": "x.test", "port": 81, "path": "/a", "again": "q=a+b%2F%C3%A9"})
        self.assertIn("index.html", self.browser.get("/tools/templates").json())

    def test_signed_tokens(self):
        self.assertEqual(self.browser.submit("/tools/password", user="ada").json(), {"user": "ada", "forged": False})


if __name__ == "__main__":
    unittest.main()
