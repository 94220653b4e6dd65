"""Runs one module of unittest tests and tells hip.testing of every result, one JSON line each.

    python3 -m hip.testworker <suite> <file> <report descriptor> [--list] [pattern ...]
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import json
import os
import sys
import time
import unittest
from pathlib import Path

from hip import paths
from hip.testresults import FAILED, PASSED, SKIPPED, Result, matches

TEST_SECONDS = 600  # a test that takes longer hangs


class Reporter(unittest.TestResult):
    """Turns unittest's calls into Results."""

    def __init__(self, suite: str, out):
        super().__init__()
        self.suite = suite
        self.out = out
        self._began = 0.0
        self._outcome = PASSED
        self._details: list[str] = []

    def startTest(self, test) -> None:
        super().startTest(test)
        self._began, self._outcome, self._details = time.monotonic(), PASSED, []
        faulthandler.dump_traceback_later(TEST_SECONDS, exit=True)

    def stopTest(self, test) -> None:
        faulthandler.cancel_dump_traceback_later()
        super().stopTest(test)
        self._report(test, time.monotonic() - self._began)

    def addFailure(self, test, err) -> None:
        self._fail(test, err)

    def addError(self, test, err) -> None:
        self._fail(test, err)
        if not isinstance(test, unittest.TestCase):  # setUpClass or setUpModule: no startTest, no stopTest
            self._report(test, 0.0)

    def addSubTest(self, test, subtest, err) -> None:
        if err is not None:
            self._fail(subtest, err)

    def addSkip(self, test, reason) -> None:
        self._outcome, self._details = SKIPPED, [reason]
        if not isinstance(test, unittest.TestCase):
            self._report(test, 0.0)

    def addUnexpectedSuccess(self, test) -> None:
        self._outcome, self._details = FAILED, ["passed, and was expected to fail"]

    def _fail(self, test, err) -> None:
        self._outcome = FAILED
        where = test if isinstance(test, unittest.TestCase) else unittest.TestCase()  # for unittest's own shortening
        self._details.append(f"{test}\n{self._exc_info_to_string(err, where)}")

    def _report(self, test, seconds: float) -> None:
        result = Result(f"{self.suite}.{test.id()}", self._outcome, seconds, "\n".join(self._details))
        self.out.write(json.dumps(result.__dict__) + "\n")
        self.out.flush()
        self._outcome, self._details = PASSED, []


def flatten(suite: unittest.TestSuite) -> list[unittest.TestCase]:
    """The tests of nested suites, in order."""
    return [case for item in suite for case in (flatten(item) if isinstance(item, unittest.TestSuite) else [item])]


def main() -> int:
    """The worker process."""
    parser = argparse.ArgumentParser(prog="hip.testworker")
    parser.add_argument("suite")
    parser.add_argument("file", type=Path)
    parser.add_argument("report", type=int)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("patterns", nargs="*")
    args = parser.parse_intermixed_args()  # patterns may follow --list
    sys.path[:0] = [str(args.file.parent), str(paths.ROOT / "tests")]
    with os.fdopen(args.report, "w", encoding="utf-8") as out:
        module = importlib.import_module(args.file.stem)
        tests = [test for test in flatten(unittest.defaultTestLoader.loadTestsFromModule(module))
                 if matches(f"{args.suite}.{test.id()}", args.patterns)]
        if args.list:
            out.writelines(json.dumps(f"{args.suite}.{test.id()}") + "\n" for test in tests)
        else:
            unittest.TestSuite(tests).run(Reporter(args.suite, out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
