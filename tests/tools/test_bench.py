"""The parts of `hip bench` that need no device: reading profiles, components, the client, the page."""

import socket
import threading
import unittest

from hip.bench import callgrind, components, drawing, report
from hip.bench.client import Client, Unexpected, request
from hip.bench.record import Record, difference, last

PROFILE = """\
# callgrind format
version: 1
positions: line
events: Ir

ob=(1) /build/hipflask
fl=(1) /src/wsgi/environ.c
fn=(1) environ_build
10 5
cob=(1)
cfi=(2) ???
cfn=(2) PyDict_Copy
calls=3 0
+1 30
fi=(3) /src/wsgi/environ.h
12 2

fl=(2)
fn=(2)
0 20
cob=(2) /lib/libc.so
cfi=(4) ???
cfn=(3) memcpy
calls=1 0
0 10

ob=(2)
fl=(4)
fn=(3)
0 10
"""


class ProfileTest(unittest.TestCase):
    profile = callgrind.read_profile(PROFILE)

    def test_instructions_count_for_the_function_they_are_in(self):
        own = {function.name: count for function, count in self.profile.own.items()}
        self.assertEqual(own, {"environ_build": 7, "PyDict_Copy": 20, "memcpy": 10})
        self.assertEqual(self.profile.total, 37)

    def test_calls_count_with_what_they_lead_to(self):
        calls = {(caller.name, callee.name): count for (caller, callee), count in self.profile.calls.items()}
        self.assertEqual(calls, {("environ_build", "PyDict_Copy"): 30, ("PyDict_Copy", "memcpy"): 10})

    def test_a_call_of_negative_cost_spoils_it(self):
        self.assertFalse(self.profile.is_spoilt)
        self.assertTrue(callgrind.read_profile(PROFILE.replace("+1 30", f"+1 {2 ** 64 - 76_000_000}")).is_spoilt)

    def test_what_a_component_calls_in_libraries_is_its_own(self):
        self.assertEqual(components.by_component(self.profile), {"environ": 37, "rest": 0})

    def test_the_app_is_what_its_entry_leads_to_but_for_the_server(self):
        def function(file, name):
            return callgrind.Function("hipflask", file, name)

        serve, entry = function("/wsgi/response.c", "response_serve"), function("???", "PyObject_Vectorcall")
        start = function("/wsgi/starter.c", "start_response")
        profile = callgrind.Profile()
        profile.own.update({serve: 10, entry: 50, start: 5})
        profile.calls.update({(serve, entry): 55, (entry, start): 5})
        self.assertEqual(components.by_component(profile), {"app": 50, "response": 15, "rest": 0})


class ClientTest(unittest.TestCase):
    def answer(self, data: bytes) -> int:
        """What the client makes of an answer that is followed by the end of the connection."""
        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(data)

        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=serve)
            thread.start()
            self.addCleanup(thread.join)
            with Client(listener.getsockname()) as client:
                return client.ask(request("GET", "/"))

    def test_answers(self):
        self.assertEqual(self.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), 5)
        self.assertEqual(self.answer(b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\nhello"), 5)
        self.assertEqual(self.answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"), 11)

    def test_what_is_no_answer(self):
        for data in (b"", b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
                     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"):
            with self.assertRaises(Unexpected):
                self.answer(data)


class PageTest(unittest.TestCase):
    def test_the_page_shows_the_last_record(self):
        text = report.PAGE.read_text(encoding="utf-8")
        for name, content in report.tables(last()).items():
            self.assertIn(f"<!-- hip bench: {name} -->\n{content}<!-- end -->", text)

    def test_a_figure_that_was_not_measured_is_a_dash(self):
        self.assertIn("| – | – | – |", report.aims(Record(), Record()))

    def test_ticks_are_round_and_reach_beyond_the_most(self):
        self.assertEqual([drawing.step_of(most) for most in (16, 60, 33_458, 1 << 20)], [5, 20, 10_000, 500_000])

    def test_differences_are_told_the_largest_first(self):
        self.assertEqual(difference({"a": 1, "b": 5}, {"a": 2, "b": 1, "c": 0.1}), ["b: 5 -> 1 (-4)", "a: 1 -> 2 (+1)"])


if __name__ == "__main__":
    unittest.main()
