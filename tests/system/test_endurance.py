"""A thousand requests: all answered, and the heap is no fuller at the end than half-way."""

import unittest

from device import Device, DeviceTest
from forms import MULTIPART, Browser, multipart

REQUESTS = 1000


class Endurance:
    """The tests; a subclass names the app and what to ask it."""

    path: str
    growth = 4096  # bytes that caches of fixed size may vary by; the smallest leak, 16 bytes a request, is 8,000

    @classmethod
    def setUpClass(cls) -> None:
        cls.device = Device(cls.path).start()
        cls.addClassCleanup(cls.device.stop)

    def one_round(self, browser: Browser, number: int) -> None:
        """One request; a subclass's."""
        self.fail(f"{type(self).__name__} asks nothing")

    def heap(self) -> int:
        """Bytes in use, after a collection."""
        return self.device.gauge()["heap"]["used"]

    def endure(self, run) -> None:
        """Runs half, measures, runs the other half."""
        run(range(REQUESTS // 2))
        half = self.heap()
        run(range(REQUESTS // 2, REQUESTS))
        whole = self.heap()
        print(f"heap in use: {half} after {REQUESTS // 2} requests, {whole} after {REQUESTS}")
        if whole - half > self.growth:  # the table of interned strings doubles once, a leak goes on
            run(range(REQUESTS, REQUESTS * 3 // 2))
            half, whole = whole, self.heap()
            print(f"heap in use: {whole} after {REQUESTS * 3 // 2}")
        self.assertLessEqual(whole - half, self.growth)

    def test_over_one_connection(self):
        with self.device.client() as client:
            browser = Browser(client)

            def run(numbers: range) -> None:
                for number in numbers:
                    self.one_round(browser, number)

            self.endure(run)

    def test_over_fresh_connections(self):
        def run(numbers: range) -> None:
            for number in numbers:
                with self.device.client() as client:
                    self.one_round(Browser(client), number)

        self.endure(run)


class BareTest(Endurance, DeviceTest):
    """A bare WSGI app, small and larger bodies both ways."""

    path = "tests/conformance/apps/probe"

    def one_round(self, browser: Browser, number: int) -> None:
        if number % 4 == 0:
            response = browser.request("POST", "/digest", {}, bytes(number))
            self.assertEqual(response.json()["size"], number)
        elif number % 4 == 1:
            self.assertEqual(len(browser.get(f"/download?size={number * 10}&piece=700").body), number * 10)
        else:
            self.assertEqual(browser.get("/").text, "probe\n")


class FlaskTest(Endurance, DeviceTest):
    """Templates, JSON, sessions, uploads and errors.

    No temporary files: pathlib interns their random names, and the table of interned
    strings, once it is full of the names of the past, is rebuilt in a larger size.
    """

    path = "tests/system/apps/ordinary_flask"

    def one_round(self, browser: Browser, number: int) -> None:
        kind = number % 5
        if kind == 0:
            self.assertEqual(browser.get("/catalogue/").status, 200)
        elif kind == 1:
            self.assertEqual(browser.get("/api/items/1").json()["name"], "Hammer")
        elif kind == 2:
            self.assertEqual(browser.submit("/login", user="ada").status, 302)
        elif kind == 3:
            body = multipart({"note": str(number)}, [("files", "a.bin", bytes(number))])
            response = browser.request("POST", "/exchange/measure", {"Content-Type": MULTIPART}, body)
            self.assertEqual(response.json(), {"sizes": [number], "note": str(number)})
        else:
            self.assertEqual(browser.get(f"/nowhere/{number}").status, 404)


if __name__ == "__main__":
    unittest.main()
