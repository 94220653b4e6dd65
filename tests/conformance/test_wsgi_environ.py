"""PEP 3333, "environ Variables"."""

import unittest

import target
from target import TargetTest


def setUpModule():
    target.start()


def tearDownModule():
    target.stop()


class EnvironTest(TargetTest):
    def test_the_required_keys(self):
        environ = self.environ("/environ?a=1&b=2")
        self.assertEqual(environ["type"], "dict")
        self.assertEqual(environ["REQUEST_METHOD"], "GET")
        self.assertEqual(environ["SCRIPT_NAME"], "")
        self.assertEqual(environ["PATH_INFO"], "/environ")
        self.assertEqual(environ["QUERY_STRING"], "a=1&b=2")
        self.assertTrue(environ["SERVER_NAME"])
        self.assertRegex(environ["SERVER_PORT"], r"^\d+$")
        self.assertEqual(environ["SERVER_PROTOCOL"], "HTTP/1.1")
        self.assertEqual(environ["wsgi.version"], [1, 0])
        self.assertEqual(environ["wsgi.url_scheme"], "http")
        self.assertRegex(environ["REMOTE_ADDR"], r"^[0-9a-f.:]+$")
        for key in ("wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once"):
            self.assertIn(environ[key], (False, True))
        for key in ("wsgi.input", "wsgi.errors"):
            self.assertIn("repr", environ[key])

    def test_a_query_is_left_as_it_was_sent(self):
        self.assertEqual(self.environ("/environ")["QUERY_STRING"], "")
        self.assertEqual(self.environ("/environ?")["QUERY_STRING"], "")
        self.assertEqual(self.environ("/environ?a=%20+?/&%C3%A9")["QUERY_STRING"], "a=%20+?/&%C3%A9")

    def test_the_protocol_of_the_request(self):
        self.assertEqual(self.exchange(b"GET /environ HTTP/1.0\r\n\r\n").json()["SERVER_PROTOCOL"], "HTTP/1.0")

    def test_fields_become_variables(self):
        environ = self.environ(X_Some_Thing="a value", Accept="text/html;q=0.5, */*")
        self.assertEqual(environ["HTTP_X_SOME_THING"], "a value")
        self.assertEqual(environ["HTTP_ACCEPT"], "text/html;q=0.5, */*")
        self.assertEqual(environ["HTTP_HOST"], "device.test")

    def test_type_and_length_have_no_prefix(self):
        environ = self.client().request("POST", "/environ", {"Content-Type": "text/x; charset=y"}, b"1234").json()
        self.assertEqual(environ["CONTENT_TYPE"], "text/x; charset=y")
        self.assertEqual(environ["CONTENT_LENGTH"], "4")
        self.assertNotIn("HTTP_CONTENT_TYPE", environ)
        self.assertNotIn("HTTP_CONTENT_LENGTH", environ)

    def test_without_a_body_there_is_no_length(self):
        self.assertIn(self.environ().get("CONTENT_LENGTH", ""), ("", "0"))

    def test_white_space_around_values_is_not_part_of_them(self):
        data = b"GET /environ HTTP/1.1\r\nHost:device.test\r\nX-A:\t  a b \t\r\nX-Empty:\r\n\r\n"
        environ = self.exchange(data).json()
        self.assertEqual(environ["HTTP_X_A"], "a b")
        self.assertEqual(environ["HTTP_X_EMPTY"], "")
        self.assertEqual(environ["HTTP_HOST"], "device.test")

    def test_repeated_fields_become_a_list(self):
        data = (b"GET /environ HTTP/1.1\r\nHost: device.test\r\nX-A: 1\r\nCookie: a=1\r\nX-B: x\r\nx-a: 2\r\n"
                b"X-A: 3\r\nCookie: b=2\r\n\r\n")
        environ = self.exchange(data).json()
        self.assertEqual(environ["HTTP_X_A"].replace(" ", ""), "1,2,3")
        self.assertEqual(environ["HTTP_COOKIE"], "a=1; b=2")

    def test_names_with_underscores_are_dropped(self):
        """X_Forwarded_For would pass for X-Forwarded-For."""
        data = b"GET /environ HTTP/1.1\r\nHost: device.test\r\nX_Trusted: evil\r\n\r\n"
        self.assertNotIn("HTTP_X_TRUSTED", self.exchange(data).json())
        data = b"GET /environ HTTP/1.1\r\nHost: device.test\r\nX-Trusted: good\r\nX_Trusted: evil\r\n\r\n"
        self.assertEqual(self.exchange(data).json()["HTTP_X_TRUSTED"], "good")

    def test_values_are_latin_1(self):
        data = b"GET /environ HTTP/1.1\r\nHost: device.test\r\nX-Latin: caf\xe9\r\nX-Utf8: \xc3\xa9\r\n\r\n"
        environ = self.exchange(data).json()
        self.assertEqual(environ["HTTP_X_LATIN"], "caf\xe9")
        self.assertEqual(environ["HTTP_X_UTF8"].encode("latin-1").decode(), "\xe9")


class PathTest(TargetTest):
    def path(self, tail: str) -> str:
        return self.environ("/environ/" + tail)["PATH_INFO"].removeprefix("/environ/")

    def test_percent_encoding_is_decoded(self):
        self.assertEqual(self.path("a%20b%2Fc%3Fd"), "a b/c?d")
        self.assertEqual(self.path("%7euser%41"), "~userA")

    def test_a_path_is_bytes_in_latin_1(self):
        self.assertEqual(self.path("caf%C3%A9").encode("latin-1").decode(), "caf\xe9")
        self.assertEqual(self.path("%E2%82%AC").encode("latin-1").decode(), "\u20ac")
        self.assertEqual(self.path("%e9"), "\xe9")

    def test_a_percent_sign_is_decoded_once(self):
        self.assertEqual(self.path("%2541"), "%41")

    def test_a_plus_is_a_plus(self):
        self.assertEqual(self.path("a+b"), "a+b")

    def test_dots_and_slashes_are_the_apps_business(self):
        self.assertEqual(self.path("a/../b//c/."), "a/../b//c/.")

    def test_delimiters_that_are_allowed(self):
        tail = "!$&'()*,;=:@-._~"
        self.assertEqual(self.path(tail), tail)


if __name__ == "__main__":
    unittest.main()
