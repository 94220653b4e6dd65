"""Request bodies: how they arrive, how they are read, and what becomes of those that are not."""

import hashlib
import unittest

import target
from rawhttp import request_bytes
from target import TargetTest, bulk

PLAIN = request_bytes("GET", "/")
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

    @bulk
    def test_a_large_upload_is_streamed(self):
        result = self.post("/digest", BIG).json()
        self.assertEqual(result, {"size": len(BIG), "sha256": hashlib.sha256(BIG).hexdigest()})

    @bulk
    def test_a_hundred_megabytes(self):
        """Through the few kilobytes of a connection's buffers."""
        client = self.client()
        client.start("POST", "/upload", {"Content-Length": str(100 * len(BIG))})
        for _ in range(100):
            client.send(BIG)
        self.assertEqual(client.read_response().json(), 100 * len(BIG))

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


def chunked(body: bytes, size: int, end: bytes = b"0\r\n\r\n") -> bytes:
    """A body in chunks of a size."""
    pieces = (body[at:at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end


class ChunkedTest(TargetTest):
    """RFC 9112 section 7.1."""

    HEAD = b"POST %s HTTP/1.1\r\nHost: device.test\r\nTransfer-Encoding: chunked\r\n\r\n"

    def test_a_body_in_chunks(self):
        client = self.client()
        for size in (1, 7, 100, 5000):
            for body in (b"", b"x", BIG[:3000], BIG[:100_000] if size > 1 else BIG[:9000]):
                with self.subTest(size=size, body=len(body)):
                    client.send(self.HEAD % b"/digest" + chunked(body, size))
                    self.assertEqual(client.read_response().json(),
                                     {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()})

    def test_all_ways_to_read(self):
        for body in (LINES, LINES.replace(b"second", b"s" * 20_000)):
            for steps in ("read", "read:100000", "read:5,read", "readlines", "iter", "readline,readline,read:1,readlines"):
                with self.subTest(steps=steps, body=len(body)):
                    plain = self.post(f"/read?steps={steps}", body).json()
                    client = self.client()
                    client.send(self.HEAD % f"/read?steps={steps}".encode() + chunked(body, 333))
                    self.assertEqual(client.read_response().json(), plain)

    def test_extensions_and_trailers_are_dropped(self):
        client = self.client()
        client.send(self.HEAD % b"/echo" + b'3;a;b="c;d"\r\nabc\r\n0 ;e\r\nX-Evil: 1\r\nHost: evil\r\n\r\n' + PLAIN)
        self.assertEqual(client.read_response().body, b"abc")
        self.assertEqual(client.read_response().text, "probe\n")

    def test_the_environ_of_a_chunked_body(self):
        client = self.client()
        client.send(self.HEAD % b"/environ" + b"3\r\nabc\r\n0\r\n\r\n")
        environ = client.read_response().json()
        self.assertIn(environ.get("CONTENT_LENGTH"), (None, "3"))
        self.assertNotIn("HTTP_TRAILER", environ)
        self.assertIs(environ["wsgi.input_terminated"], True)

    def test_a_request_behind_it(self):
        client = self.client()
        client.send(self.HEAD % b"/unread" + chunked(BIG[:20_000], 1000) + PLAIN)
        self.assertEqual(client.read_response().text, "unread\n")
        self.assertEqual(client.read_response().text, "probe\n")

    def test_byte_by_byte(self):
        client = self.client()
        for byte in self.HEAD % b"/echo" + b"4\r\nabcd\r\n0\r\nX: y\r\n\r\n":
            client.send(bytes([byte]))
        self.assertEqual(client.read_response().body, b"abcd")

    def test_malformed_chunks_are_refused(self):
        for body in (b"x\r\n", b"3\nabc\n0\n\n", b"3\r\nabcd\r\n0\r\n\r\n", b"-1\r\n", b"0x3\r\nabc\r\n", b"3 \r\nabc\r\n",
                     b"3;a\nb\r\nabc\r\n", b"0\r\n bad\r\n\r\n", b"3;" + b"e" * 400 + b"\r\n",
                     b"0\r\nContent-Length: 9\r\n\r\n", b"0\r\ntransfer-encoding: chunked\r\n\r\n"):
            with self.subTest(body):
                self.assert_refused(self.HEAD % b"/echo" + body, 400)
        self.assert_refused(self.HEAD % b"/echo" + b"FFFFFFFFFFFFFFFFF\r\n", 413)
        self.assert_refused(self.HEAD % b"/echo" + b"0\r\n" + b"X: y\r\n" * 1000, 431)
        self.assert_serving()

    def test_malformed_chunks_that_come_late(self):
        """When the app reads already: no 200, and the connection ends."""
        self.assert_refused(self.HEAD % b"/digest" + chunked(BIG[:20_000], 1000, b"oops\r\n") + PLAIN, 400)
        self.assert_serving()


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
        for fields, body in (({"Content-Length": "5"}, b"12345"),
                             ({"Transfer-Encoding": "chunked"}, b"5\r\n12345\r\n0\r\n\r\n")):
            client.start("POST", "/echo", {"Expect": "100-continue", **fields})
            self.assertEqual(client.read_response().status, 100)
            client.send(body)
            self.assertEqual(client.read_response().body, b"12345")
            self.assertEqual(client.get("/").text, "probe\n")

    def test_no_continue_when_nobody_reads(self):
        for route, status in (("/unread", 200), ("/fail", 500), ("/nowhere", 404)):
            with self.subTest(route):
                client = self.client()
                client.start("POST", route, {"Expect": "100-continue", "Content-Length": "5"})
                response = client.read_response()
                self.assertEqual((response.status, response.header("Connection")), (status, "close"))
                self.assertTrue(client.is_closed())

    def test_no_continue_behind_the_head_of_the_answer(self):
        client = self.client()
        client.start("POST", "/read-after-start", {"Expect": "100-continue", "Content-Length": "5"})
        self.assertEqual(client.read_head()[1], 200)
        client.send(b"12345")
        self.assertEqual(b"".join(client.read_chunks()), b"begun,5")

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
