"""Request bodies: how they arrive, how they are read, and what becomes of those that are not."""

import hashlib
import unittest

import target
from rawhttp import request_bytes
from target import TargetTest

BIG = bytes(index * 7 % 251 for index in range(1 << 16)) * 16  # 1 MiB
LINES = b"first\nsecond line\n\nlast, without an end"


def setUpModule():
    target.start()


def tearDownModule():
    target.stop()


class ReadTest(TargetTest):
    """PEP 3333, "Input and Error Streams"."""

    def read(self, steps: str, body: bytes = LINES) -> list:
        return self.post(f"/read?steps={steps}", body).json()

    def test_read_takes_all(self):
        self.assertEqual(self.read("read"), [LINES.decode()])
        self.assertEqual(self.read("read:-1"), [LINES.decode()])

    def test_read_with_a_size(self):
        self.assertEqual(self.read("read:5,read:0,read:1,read:1000,read:1000"),
                         ["first", "", "\n", LINES[6:].decode(), ""])

    def test_readline(self):
        self.assertEqual(self.read("readline,readline,readline,readline,readline"),
                         ["first\n", "second line\n", "\n", "last, without an end", ""])

    def test_readline_with_a_size(self):
        self.assertEqual(self.read("readline:3,readline:3,readline:100"), ["fir", "st\n", "second line\n"])

    def test_readlines(self):
        lines = LINES.decode().splitlines(keepends=True)
        self.assertEqual(self.read("readlines"), [lines])
        self.assertEqual(self.read("readline,readlines"), [lines[0], lines[1:]])

    def test_readlines_with_a_hint_stops_at_a_line_end(self):
        (lines,) = self.read("readlines:7")
        self.assertEqual(lines, ["first\n", "second line\n"])

    def test_iteration(self):
        self.assertEqual(self.read("iter"), [LINES.decode().splitlines(keepends=True)])

    def test_methods_mixed(self):
        self.assertEqual(self.read("read:2,readline,read:3,iter,read"),
                         ["fi", "rst\n", "sec", ["ond line\n", "\n", "last, without an end"], ""])

    def test_an_empty_body(self):
        self.assertEqual(self.read("read,read:5,readline,readlines,iter", b""), ["", "", "", [], []])

    def test_a_request_without_a_body_reads_as_empty(self):
        self.assertEqual(self.get("/read?steps=read,readline").json(), ["", ""])

    def test_a_line_longer_than_any_buffer(self):
        line = "x" * 100_000 + "\n"
        self.assertEqual(self.read("readline,readline", line.encode() + b"end"), [line, "end"])

    def test_reading_stops_at_the_end_of_the_body(self):
        """The bytes of the next request are not part of it."""
        client = self.client()
        client.send(request_bytes("POST", "/read?steps=read:1000,read", {}, b"abc") + request_bytes("GET", "/"))
        self.assertEqual(client.read_response().json(), ["abc", ""])
        self.assertEqual(client.read_response().text, "probe\n")

    def test_an_input_kept_beyond_its_request_reads_nothing_of_the_next(self):
        client = self.client()
        client.post("/keep-input", b"old")
        self.assertEqual(client.post("/use-kept-input", b"new").json(), "ValueError")
        self.assertEqual(client.post("/use-kept-start", b"new").json(), "RuntimeError")


class TransferTest(TargetTest):
    def test_all_byte_values(self):
        body = bytes(range(256)) * 4
        self.assertEqual(self.post("/echo", body).body, body)

    def test_sizes_around_the_buffers(self):
        client = self.client()
        for size in (1, 1459, 1460, 1461, 4096, 8000, 8191, 8192, 8193, 16384, 65535, 65536):
            with self.subTest(size):
                result = client.post("/digest", BIG[:size]).json()
                self.assertEqual(result, {"size": size, "sha256": hashlib.sha256(BIG[:size]).hexdigest()})

    def test_a_large_upload_is_streamed(self):
        result = self.post("/digest", BIG).json()
        self.assertEqual(result, {"size": len(BIG), "sha256": hashlib.sha256(BIG).hexdigest()})

    def test_an_upload_in_many_small_pieces(self):
        client = self.client()
        body = BIG[:30_000]
        client.start("POST", "/digest", {"Content-Length": str(len(body))})
        for at in range(0, len(body), 997):
            client.send(body[at:at + 997])
        self.assertEqual(client.read_response().json()["sha256"], hashlib.sha256(body).hexdigest())

    def test_leading_zeros_of_a_length_are_digits(self):
        client = self.client()
        client.send(b"POST /echo HTTP/1.1\r\nHost: device.test\r\nContent-Length: 0003\r\n\r\nabc")
        self.assertEqual(client.read_response().body, b"abc")


class UnreadTest(TargetTest):
    """The app need not read; the next request must not start in the body."""

    def test_a_small_body_is_skipped(self):
        client = self.client()
        for size in (1, 100, 8000, 30_000):
            with self.subTest(size):
                self.assertEqual(client.post("/unread", b"GET / HTTP/1.1\r\n" * (size // 16 + 1)).text, "unread\n")
                self.assertEqual(client.get("/").text, "probe\n")

    def test_a_body_too_large_to_skip_ends_the_connection(self):
        client = self.client()
        client.start("POST", "/unread", {"Content-Length": "100000000"})
        client.send(BIG[:8192])
        response = client.read_response()
        self.assertEqual(response.text, "unread\n")
        self.assertEqual(response.header("Connection"), "close")
        self.assert_serving()

    def test_a_partly_read_body(self):
        client = self.client()
        self.assertEqual(client.post("/read?steps=read:4", b"abcdefgh" * 2000).json(), ["abcd"])
        self.assertEqual(client.get("/").text, "probe\n")

    def test_a_client_that_goes_away_in_the_middle_of_a_body(self):
        for sent, leave in ((10, "close"), (10, "reset"), (20_000, "close"), (20_000, "reset")):
            with self.subTest(sent=sent, leave=leave):
                client = self.client()
                client.start("POST", "/digest", {"Content-Length": "40000"})
                client.send(BIG[:sent])
                getattr(client, leave)()
        self.assert_serving()


class ExpectTest(TargetTest):
    """RFC 9110 section 10.1.1."""

    def test_continue_is_sent_before_the_body(self):
        client = self.client()
        client.start("POST", "/echo", {"Expect": "100-continue", "Content-Length": "5"})
        self.assertEqual(client.read_response().status, 100)
        client.send(b"12345")
        self.assertEqual(client.read_response().body, b"12345")
        self.assertEqual(client.get("/").text, "probe\n")

    def test_no_continue_without_a_body(self):
        client = self.client()
        client.start("POST", "/echo", {"Expect": "100-continue", "Content-Length": "0"})
        self.assertEqual(client.read_response().status, 200)

    def test_no_continue_when_the_body_is_there_already(self):
        client = self.client()
        client.start("POST", "/echo", {"Expect": "100-continue"}, b"12345")
        response = client.read_response()
        if response.status == 100:  # allowed: head and body may arrive apart
            response = client.read_response()
        self.assertEqual(response.body, b"12345")

    def test_an_unknown_expectation(self):
        client = self.client()
        client.start("POST", "/echo", {"Expect": "the-unexpected"}, b"12345")
        self.assertEqual(client.read_response().status, 417)


if __name__ == "__main__":
    unittest.main()
