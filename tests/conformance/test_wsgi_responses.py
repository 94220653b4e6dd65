"""PEP 3333: start_response, write, iterables, and what goes over the wire for them."""

import email.utils
import hashlib
import re
import time
import unittest

import target
from target import TargetTest

FRAMED = ("content-length", "transfer-encoding")


def setUpModule():
    target.start()


def tearDownModule():
    target.stop()


def pattern(size: int) -> bytes:
    """What /download sends."""
    return (bytes(range(256)) * (size // 256 + 1))[:size]


class BodyTest(TargetTest):
    def test_a_list_of_one_gets_a_length(self):
        response = self.get("/")
        self.assertEqual(response.header("Content-Length"), "6")
        self.assertIsNone(response.chunks)
        self.assertEqual(self.get("/single").header("Content-Length"), "9")

    def test_an_empty_list_gets_length_zero(self):
        response = self.get("/list")
        self.assertEqual((response.status, response.header("Content-Length")), (200, "0"))

    def test_iterables(self):
        for route, text in {
            "/list?item=one,&item=two": "one,two", "/list?item=&item=x&item=": "x", "/tuple": "one,two",
            "/generator": "one,two", "/getitem": "0,1,4,9,", "/late-start": "late", "/write": "written,again,returned",
            "/write-with-length": "123456789",
        }.items():
            with self.subTest(route):
                client = self.client()
                response = client.get(route)
                self.assertEqual((response.status, response.text), (200, text))
                self.assertEqual(sum(name in FRAMED for name, _ in response.fields), 1)
                self.assertEqual(client.get("/").text, "probe\n")

    def test_each_piece_of_a_generator_is_sent_before_the_next_is_asked_for(self):
        client = self.client()
        client.start("GET", "/gate")
        client.read_head()
        chunks = client.read_chunks()
        self.assertEqual(next(chunks), b"before")
        self.assertEqual(self.get("/open-gate").status, 200)  # another response while this one waits
        self.assertEqual(list(chunks), [b"after"])
        self.assertEqual(client.get("/").text, "probe\n")

    def test_large_downloads(self):
        digest = hashlib.sha256(pattern(1 << 20)).hexdigest()
        for query in ("size=1048576&piece=3000", "size=1048576&piece=3000&length=1"):
            with self.subTest(query):
                response = self.get(f"/download?{query}")
                self.assertEqual(hashlib.sha256(response.body).hexdigest(), digest)

    def test_sizes_around_the_buffers(self):
        client = self.client()
        for size in (1, 511, 512, 513, 1459, 1460, 1461, 2047, 2048, 2049, 3840):
            for length in (0, 1):
                with self.subTest(size=size, length=length):
                    response = client.get(f"/download?size={size}&piece={size}&length={length}")
                    self.assertEqual(response.body, pattern(size))

    def test_two_large_downloads_at_once(self):
        first, second = self.client(), self.client()
        first.start("GET", "/download?size=300000&piece=1000&length=1")
        second.start("GET", "/download?size=300000&piece=1000&length=1")
        self.assertEqual(second.read_response().body, pattern(300_000))
        self.assertEqual(first.read_response().body, pattern(300_000))

    def test_a_slow_reader_does_not_stop_the_others(self):
        slow = self.client()
        slow.start("GET", "/download?size=2000000&piece=3840&length=1")
        slow.read_head()
        for _ in range(10):
            self.assert_serving()
        self.assertEqual(hashlib.sha256(slow.read_exactly(2_000_000)).hexdigest(),
                         hashlib.sha256(pattern(2_000_000)).hexdigest())

    def test_a_body_shorter_than_its_length_ends_the_connection(self):
        client = self.client()
        client.start("GET", "/short-body")
        _, status, _, fields = client.read_head()
        self.assertEqual((status, dict(fields)["content-length"]), (200, "10"))
        self.assertEqual(client.read_exactly(4), b"1234")
        self.assertTrue(client.is_closed())

    def test_no_byte_beyond_the_length_is_sent(self):
        client = self.client()
        self.assertEqual(client.get("/long-body").text, "1234")
        self.assertTrue(client.get("/").status == 200)


class FileTest(TargetTest):
    """PEP 3333, "Optional Platform-Specific File Handling"."""

    def test_a_file_of_the_app(self):
        facts = self.get("/file-facts").json()
        client = self.client()
        for query in ("", f"?length={facts['size']}"):
            response = client.get(f"/file{query}")
            self.assertEqual({"size": len(response.body), "sha256": hashlib.sha256(response.body).hexdigest()}, facts)
        self.assertEqual(client.get("/file?length=100").body, response.body[:100])
        self.assertEqual(client.get("/file?skip=5000").body, response.body[5000:])
        self.assertEqual(client.get("/file?skip=99999999").body, b"")
        self.assertEqual(client.request("HEAD", f"/file?length={facts['size']}").header("Content-Length"), str(facts["size"]))
        self.assertEqual(client.get("/").text, "probe\n")

    def test_a_file_that_is_none(self):
        self.assertEqual(self.get("/wrapped-bytes").body, b"0123456789")

    def test_several_at_once_to_slow_readers(self):
        clients = [self.client() for _ in range(4)]
        for client in clients:
            client.start("GET", "/file")
        self.assert_serving()
        self.assertEqual(len({client.read_response().body for client in clients}), 1)


class HeadTest(TargetTest):
    def test_a_status_without_a_body(self):
        client = self.client()
        for status in (204, 304):
            with self.subTest(status):
                response = client.get(f"/bodiless?status={status}")
                self.assertEqual((response.status, response.header("X-Probe")), (status, "1"))
                self.assertIsNone(response.header("Transfer-Encoding"))
                self.assertEqual(client.get("/").text, "probe\n")
                self.assertEqual(client.get(f"/bodiless?status={status}&body=secret").body, b"")
                self.assertEqual(client.get("/").text, "probe\n")
        self.assertIsNone(client.get("/bodiless?status=204").header("Content-Length"))

    def test_a_status_that_says_so_itself(self):
        """RFC 9110 section 15.3.6."""
        client = self.client()
        response = client.get("/bodiless?status=205&body=secret")
        self.assertEqual((response.header("Content-Length"), response.body), ("0", b""))
        self.assertEqual(client.get("/").text, "probe\n")

    def test_the_date_is_right_or_missing(self):
        """RFC 9110 section 6.6.1: a server without a clock sends none."""
        date = self.get("/").header("Date")
        if date is not None:
            self.assertLess(abs(email.utils.parsedate_to_datetime(date).timestamp() - time.time()), 60)

    def test_fields_arrive_as_they_were_given(self):
        response = self.get("/fields")
        self.assertEqual(response.all("Set-Cookie"), ["a=1", "b=2"])
        self.assertEqual(response.header("X-Latin"), "caf\xe9")
        self.assertEqual(response.header("X-Long"), "y" * 5000)
        self.assertEqual(response.header("X-Empty"), "")
        self.assertEqual(response.header("Server"), "of its own")

    def test_the_reason_phrase_is_the_apps(self):
        self.assertEqual(self.get("/replace-head").reason, "Try Again")

    def test_a_head_is_replaced_before_it_is_sent(self):
        response = self.get("/replace-head")
        self.assertEqual((response.status, response.text), (503, "replaced"))
        self.assertIsNone(response.header("X-First"))
        self.assertEqual(response.header("X-Second"), "2")

    def test_a_head_that_was_sent_is_not_replaced(self):
        client = self.client()
        client.start("GET", "/replace-late")
        self.assertEqual(client.read_head()[1], 200)
        received = client.read_until_closed()
        self.assertNotIn(b"never", received)
        self.assertFalse(re.search(rb"\r\n0\r\n\r\n$", received), "the body must not look whole")
        self.assert_serving()

    def test_rules_of_start_response(self):
        for route in ("/start-twice", "/no-start", "/no-start-no-body"):
            with self.subTest(route):
                response = self.get(route)
                self.assertEqual(response.status, 500)
                self.assertNotIn("never", response.text)
        self.assert_serving()

    def test_bad_heads_are_not_sent(self):
        for kind in ("status_number", "status_text", "status_bytes", "status_newline", "name_newline", "name_space",
                     "value_newline", "value_number", "value_wide", "pair_list", "fields_tuple", "hop_by_hop",
                     "coding", "length_text"):
            with self.subTest(kind):
                response = self.get(f"/bad-head?kind={kind}")
                self.assertEqual(response.status, 500)
                self.assertNotIn("never", response.text)
        self.assert_serving()

    def test_bad_bodies(self):
        for kind in ("text", "none", "number", "inner"):
            with self.subTest(kind):
                self.assertEqual(self.get(f"/bad-body?kind={kind}").status, 500)
        self.assert_serving()


class ValidatorTest(TargetTest):
    """The standard library's own checker, around an app on the target."""

    def test_it_finds_nothing(self):
        client = self.client()
        self.assertEqual(client.get("/valid?x=y").text, "valid ")
        self.assertEqual(client.post("/valid", b"body", "text/plain").text, "valid body")
        self.assertEqual(client.request("HEAD", "/valid").status, 200)
        self.assertEqual(client.get("/valid").text, "valid ")

    def test_it_finds_nothing_around_the_polite_routes(self):
        client = self.client()
        for route in ("/", "/unread", "/download?size=50000", "/download?size=5000&length=1", "/list?item=a&item=b",
                      "/tuple", "/generator", "/late-start", "/file", "/wrapped-bytes", "/write", "/write-with-length",
                      "/bodiless?status=304", "/errors", "/single", "/counts", "/file-facts"):
            for method, body in (("GET", None), ("HEAD", None), ("POST", b"body")):
                with self.subTest(f"{method} {route}"):
                    plain = self.client().request(method, route, {"Content-Type": "text/plain"}, body)
                    checked = client.request(method, f"/validated{route}", {"Content-Type": "text/plain"}, body)
                    self.assertEqual((checked.status, checked.body), (plain.status, plain.body))


if __name__ == "__main__":
    unittest.main()
