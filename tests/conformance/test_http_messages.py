"""RFC 9112: how requests are framed, how long a connection lives, what is refused."""

import unittest

import target
from rawhttp import request_bytes
from target import TargetTest

PLAIN = b"GET / HTTP/1.1\r\nHost: device.test\r\n\r\n"


def setUpModule():
    target.start()


def tearDownModule():
    target.stop()


class ConnectionTest(TargetTest):
    """RFC 9112 section 9."""

    def test_a_connection_serves_many_requests(self):
        client = self.client()
        for _ in range(20):
            self.assertEqual(client.get("/").text, "probe\n")

    def test_connection_close_is_honoured(self):
        client = self.client()
        response = client.get("/", Connection="close")
        self.assertEqual(response.header("Connection"), "close")
        self.assertTrue(client.is_closed())

    def test_connection_close_among_other_options(self):
        client = self.client()
        client.get("/", Connection="Keep-Alive, CLOSE")
        self.assertTrue(client.is_closed())

    def test_http_1_0_closes(self):
        client = self.client()
        client.send(b"GET / HTTP/1.0\r\n\r\n")
        self.assertEqual(client.read_response().text, "probe\n")
        self.assertTrue(client.is_closed())

    def test_http_1_0_may_ask_to_be_kept_alive(self):
        client = self.client()
        for _ in range(2):
            client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            response = client.read_response()
            self.assertEqual(response.text, "probe\n")
            self.assertEqual(response.header("Connection"), "keep-alive")

    def test_http_1_0_gets_no_chunks(self):
        client = self.client()
        client.send(b"GET /generator HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        response = client.read_response()
        self.assertIsNone(response.header("Transfer-Encoding"))
        self.assertEqual(response.text, "one,two")

    def test_pipelined_requests_are_answered_in_order(self):
        client = self.client()
        targets = [f"/environ/{number}" for number in range(10)]
        client.send(b"".join(request_bytes("GET", target) for target in targets))
        self.assertEqual([client.read_response().json()["PATH_INFO"] for _ in targets], targets)

    def test_a_pipelined_request_behind_a_body(self):
        client = self.client()
        client.send(request_bytes("POST", "/echo", {}, b"body") + PLAIN)
        self.assertEqual(client.read_response().body, b"body")
        self.assertEqual(client.read_response().text, "probe\n")

    def test_a_client_that_has_sent_its_last_byte_still_gets_its_answer(self):
        client = self.client()
        client.send(PLAIN)
        client.socket.shutdown(1)
        self.assertEqual(client.read_response().text, "probe\n")

    def test_a_client_that_goes_away_in_the_middle_of_a_head(self):
        for end in (5, len(PLAIN) - 2):
            client = self.client()
            client.send(PLAIN[:end])
            client.reset() if end == 5 else client.close()
        self.assert_serving()


class SyntaxTest(TargetTest):
    """RFC 9112 sections 2 to 6, RFC 9110 section 5."""

    def test_a_request_byte_by_byte(self):
        client = self.client()
        for byte in request_bytes("POST", "/echo", {"X-Odd": "1"}, b"0123456789"):
            client.send(bytes([byte]))
        self.assertEqual(client.read_response().body, b"0123456789")

    def test_a_request_split_at_every_byte(self):
        data = request_bytes("POST", "/echo", {}, b"split")
        client = self.client()
        for at in range(1, len(data)):
            client.send(data[:at])
            client.send(data[at:])
            self.assertEqual(client.read_response().body, b"split")

    def test_an_empty_line_before_the_request_is_skipped(self):
        self.assertEqual(self.exchange(b"\r\n" + PLAIN).text, "probe\n")

    def test_methods_are_case_sensitive_and_free(self):
        self.assertEqual(self.client().request("BREW", "/environ").json()["REQUEST_METHOD"], "BREW")
        self.assertEqual(self.client().request("get", "/environ").json()["REQUEST_METHOD"], "get")

    def test_the_absolute_form_names_the_host(self):
        data = b"GET http://other.test:81/environ?a=b HTTP/1.1\r\nHost: device.test\r\n\r\n"
        environ = self.exchange(data).json()
        self.assertEqual(environ["HTTP_HOST"], "other.test:81")
        self.assertEqual(environ["PATH_INFO"], "/environ")
        self.assertEqual(environ["QUERY_STRING"], "a=b")

    def test_options_asterisk(self):
        self.assertLess(self.client().request("OPTIONS", "*").status, 300)

    def test_malformed_requests_are_refused(self):
        host = b"Host: device.test\r\n"
        for data in (
            b"GARBAGE\r\n\r\n",
            b"GET /\r\n\r\n",
            b"GET  / HTTP/1.1\r\n" + host + b"\r\n",
            b"GET / HTTP/1.1 \r\n" + host + b"\r\n",
            b"GET / http/1.1\r\n" + host + b"\r\n",
            b"GET nowhere HTTP/1.1\r\n" + host + b"\r\n",
            b"GET /a\x00b HTTP/1.1\r\n" + host + b"\r\n",
            b"GET /caf\xc3\xa9 HTTP/1.1\r\n" + host + b"\r\n",
            b"G(T / HTTP/1.1\r\n" + host + b"\r\n",
            b" GET / HTTP/1.1\r\n" + host + b"\r\n",
        ):
            with self.subTest(data):
                self.assert_refused(data, 400)
        self.assert_serving()

    def test_malformed_fields_are_refused(self):
        start = b"GET / HTTP/1.1\r\nHost: device.test\r\n"
        for line in (
            b"No-Colon\r\n",
            b": no name\r\n",
            b"Space : before colon\r\n",
            b"Bad(Name): x\r\n",
            b"Folded: one\r\n two\r\n",
            b"Control: a\x01b\r\n",
            b"Nul: a\x00b\r\n",
            b"Bare-CR: a\rb\r\n",
            b"Content-Length: -1\r\n",
            b"Content-Length: +1\r\n",
            b"Content-Length: 1,2\r\n",
            b"Content-Length: 0x1\r\n",
            b"Content-Length: 1\r\nContent-Length: 2\r\n",
            b"Content-Length: 1\r\nContent-Length: 1\r\n",
            b"Content-Length: 99999999999999999999999\r\n",
        ):
            with self.subTest(line):
                client = self.client()
                client.send(start + line + b"\r\n")
                response = client.read_response()
                self.assertIn(response.status, (400, 413), response.text)
                self.assertTrue(client.is_closed())
        self.assert_serving()

    def test_length_and_coding_together_are_refused(self):
        """RFC 9112 section 6.1: this is how requests are smuggled."""
        data = (b"POST /echo HTTP/1.1\r\nHost: device.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"0\r\n\r\n")
        self.assert_refused(data, 400)

    def test_an_unknown_coding_is_refused(self):
        """RFC 9112 sections 6.1 and 6.3."""
        for codings, status in (("gzip", 400), ("gzip, chunked", 501), ("chunked, chunked", 400), ("chunked, gzip", 400),
                                ("identity", 400), ("xchunked", 400), ("", 400)):
            with self.subTest(codings):
                self.assert_refused(request_bytes("POST", "/echo", {"Transfer-Encoding": codings}) + b"0\r\n\r\n", status)
        self.assert_refused(b"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)

    def test_a_method_that_is_for_proxies(self):
        self.assert_refused(b"CONNECT device.test:80 HTTP/1.1\r\nHost: device.test:80\r\n\r\n", 501)

    def test_an_upgrade_is_ignored(self):
        client = self.client()
        response = client.get("/", Connection="Upgrade, HTTP2-Settings", Upgrade="h2c", HTTP2_Settings="AA")
        self.assertEqual((response.status, response.text), (200, "probe\n"))
        self.assertEqual(client.get("/").text, "probe\n")

    def test_another_expectation(self):
        self.assert_refused(request_bytes("GET", "/", {"Expect": "200-ok"}), 417)

    def test_a_body_beyond_the_limit(self):
        self.assert_refused(request_bytes("POST", "/echo", {"Content-Length": "1099511627776"}), 413)

    def test_host_is_required_once(self):
        self.assert_refused(b"GET / HTTP/1.1\r\n\r\n", 400)
        self.assert_refused(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)
        self.assert_refused(b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400)

    def test_an_unknown_version_is_refused(self):
        self.assert_refused(b"GET / HTTP/2.0\r\nHost: device.test\r\n\r\n", 505)

    def test_limits(self):
        host = b"Host: device.test\r\n"
        self.assert_refused(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + host + b"\r\n", 414)
        self.assert_refused(b"GET / HTTP/1.1\r\n" + host + b"X-Long: " + b"a" * 9000 + b"\r\n\r\n", 431)
        self.assert_refused(b"GET / HTTP/1.1\r\n" + host + b"X-Many: a\r\n" * 200 + b"\r\n", 431)
        self.assert_serving()

    def test_a_long_head_within_the_limits(self):
        response = self.get("/environ?" + "q" * 3000, X_Long="v" * 3000)
        self.assertEqual(len(response.json()["QUERY_STRING"]), 3000)
        self.assertEqual(len(response.json()["HTTP_X_LONG"]), 3000)

    def test_what_follows_a_refused_request_is_not_run(self):
        client = self.client()
        client.send(b"GET / HTTP/1.1\r\n\r\n" + PLAIN)
        self.assertEqual(client.read_response().status, 400)
        self.assertTrue(client.is_closed())


class HeadTest(TargetTest):
    """RFC 9110 section 9.3.2."""

    def test_head_has_the_fields_of_get_and_no_body(self):
        client = self.client()
        got = client.get("/download?size=3000&length=1")
        head = client.request("HEAD", "/download?size=3000&length=1")
        self.assertEqual(head.header("Content-Length"), "3000")
        self.assertEqual(head.fields, got.fields)
        self.assertEqual(client.get("/").text, "probe\n")

    def test_head_of_a_body_of_unknown_length(self):
        client = self.client()
        self.assertEqual(client.request("HEAD", "/generator").status, 200)
        self.assertEqual(client.get("/").text, "probe\n")

    def test_head_of_what_is_missing_or_fails(self):
        client = self.client()
        self.assertEqual(client.request("HEAD", "/nowhere").status, 404)
        self.assertEqual(client.request("HEAD", "/fail").status, 500)
        self.assertEqual(client.get("/").text, "probe\n")


if __name__ == "__main__":
    unittest.main()
