"""Kept inputs again, then a minute of new ones, for each fuzzer."""

import os
import unittest

from hip import fuzzing
from hip.ui import Ui

SECONDS = int(os.environ.get("HIPFLASK_FUZZ_SECONDS", "60"))
TAIL_CHARACTERS = 4000


def setUpModule() -> None:
    fuzzing.make(Ui(quiet=True))


class FuzzTest(unittest.TestCase):
    def assert_survived(self, name: str, outcome: fuzzing.Outcome) -> None:
        print(outcome.output[-TAIL_CHARACTERS:])
        self.assertIsNone(outcome.crash, f"see it again with: ./hip fuzz {name} --replay {outcome.crash}\n"
                                         f"{outcome.output[-TAIL_CHARACTERS:]}")

    def test_parser(self):
        self.assert_survived("parser", fuzzing.replay("parser", fuzzing.kept("parser")))
        self.assert_survived("parser", fuzzing.fuzz("parser", SECONDS))

    def test_body(self):
        self.assert_survived("body", fuzzing.replay("body", fuzzing.kept("body")))
        self.assert_survived("body", fuzzing.fuzz("body", SECONDS))

    def test_frames(self):
        self.assert_survived("frames", fuzzing.replay("frames", fuzzing.kept("frames")))
        self.assert_survived("frames", fuzzing.fuzz("frames", SECONDS))

    def test_tls(self):
        self.assert_survived("tls", fuzzing.replay("tls", fuzzing.kept("tls")))
        self.assert_survived("tls", fuzzing.fuzz("tls", SECONDS))

    def test_tls_with_known_clients(self):
        self.assert_survived("tls_known", fuzzing.replay("tls_known", fuzzing.kept("tls_known")))
        self.assert_survived("tls_known", fuzzing.fuzz("tls_known", SECONDS))


if __name__ == "__main__":
    unittest.main()
