"""PEP 3333: exceptions, close(), clients that go away, wsgi.errors."""

import time
import unittest

import target
from rawhttp import Closed
from target import TargetTest

PATIENCE = 60


def setUpModule():
    target.start()


def tearDownModule():
    target.stop()


class ExceptionTest(TargetTest):
    def test_an_exception_before_the_head_is_sent_gives_500(self):
        client = self.client()
        for route in ("/fail", "/fail-after-start", "/fail-first", "/exit"):
            with self.subTest(route):
                response = client.get(route)
                self.assertEqual(response.status, 500)
                self.assertNotIn("asked to fail", response.text)  # what went wrong is for the console only
                self.assertEqual(client.get("/").text, "probe\n")

    def test_an_exception_midway_shows_that_the_body_is_not_whole(self):
        client = self.client()
        with self.assertRaises(Closed):
            client.get("/fail-midway")
        self.assert_serving()


class CloseTest(TargetTest):
    def counts(self) -> tuple[int, int]:
        counts = self.get("/counts").json()
        return counts["opened"], counts["closed"]

    def await_closed(self, before: tuple[int, int], requests: int) -> None:
        """Each of so many iterables since has been closed, and once."""
        wanted = (before[0] + requests, before[1] + requests)
        deadline = time.monotonic() + PATIENCE
        while (now := self.counts()) != wanted:
            self.assertLessEqual(now[1], wanted[1], "close() was called too often")
            self.assertLess(time.monotonic(), deadline, f"{now} instead of {wanted}")
            time.sleep(0.1)

    def test_after_a_whole_body(self):
        before = self.counts()
        client = self.client()
        for _ in range(3):
            self.assertEqual(client.get("/counted").text, "one,two")
        self.await_closed(before, 3)

    def test_after_head(self):
        before = self.counts()
        self.client().request("HEAD", "/counted")
        self.await_closed(before, 1)

    def test_after_an_exception_in_the_iterable(self):
        before = self.counts()
        client = self.client()
        with self.assertRaises(Closed):
            client.get("/counted?kind=fail")
        self.await_closed(before, 1)

    def test_an_exception_in_close_itself(self):
        before = self.counts()
        self.assertEqual(self.get("/counted?kind=close").text, "one,two")
        self.await_closed(before, 1)

    def test_after_the_client_went_away(self):
        for leave in ("close", "reset"):
            with self.subTest(leave):
                before = self.counts()
                client = self.client()
                client.start("GET", "/counted?kind=endless")
                client.read_head()
                next(client.read_chunks())
                getattr(client, leave)()
                self.await_closed(before, 1)


class ErrorsStreamTest(TargetTest):
    def test_wsgi_errors_takes_text(self):
        self.assertEqual(self.get("/errors").text, "probe\n")


if __name__ == "__main__":
    unittest.main()
