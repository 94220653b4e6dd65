"""The test runner itself: what it counts, and how a crash is told."""

import io
import json
import unittest
from unittest import mock

from hip import paths, suites, testing
from hip.roster import Target
from hip.suites import Module
from hip.testresults import FAILED, PASSED, SKIPPED, Result, Results, matches
from hip.ui import Ui
from support import InDirectory

SAMPLE = """\
import os, unittest

class Sample(unittest.TestCase):
    def test_good(self): pass
    def test_bad(self): self.fail("for a reason")
    @unittest.skip("not here")
    def test_left_out(self): pass
    def test_parts(self):
        for number in range(3):
            with self.subTest(number): self.assertNotEqual(number, 1)

class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise OSError("no device")
    def test_never(self): pass
"""
CRASH = """\
import os, unittest

class Crash(unittest.TestCase):
    def test_gone(self):
        print("last words", flush=True)
        os._exit(7)
"""


class RunnerTest(InDirectory):
    def setUp(self) -> None:
        super().setUp()
        patch = mock.patch.object(paths, "LOGS", self.directory)
        patch.start()
        self.addCleanup(patch.stop)
        self.shown = io.StringIO()
        self.results = Results(Ui(stream=self.shown))

    def outcomes(self, text: str, *patterns: str) -> dict[str, Result]:
        file = self.write("test_sample.py", text)
        testing.run_module(Module("demo", file), list(patterns), self.results)
        return {result.name.rpartition(".")[2]: result for result in self.results.all}

    def test_outcomes(self):
        found = self.outcomes(SAMPLE)
        self.assertEqual({name: result.outcome for name, result in found.items() if name.startswith("test")},
                         {"test_good": PASSED, "test_bad": FAILED, "test_left_out": SKIPPED, "test_parts": FAILED})
        self.assertIn("for a reason", found["test_bad"].details)
        self.assertEqual(self.results.summary(), "1 passed, 3 failed, 1 skipped")
        self.results.show_failures()
        self.assertIn("no device", self.shown.getvalue())

    def test_pattern(self):
        self.assertEqual(list(self.outcomes(SAMPLE, "good")), ["test_good"])
        self.assertTrue(self.results.succeeded())
        self.assertEqual(self.results.summary(), "1 passed, 0 failed")

    def test_a_module_without_tests_that_are_asked_for_is_not_run(self):
        module = Module("demo", self.write("test_sample.py", SAMPLE))
        self.assertEqual(testing.asked_for([module], ["demo.test_sample.*good"]), [module])
        self.assertEqual(testing.asked_for([module], ["elsewhere"]), [])
        broken = Module("demo", self.write("test_broken.py", "import nowhere\n"))
        self.assertEqual(testing.asked_for([broken], ["elsewhere"]), [broken])

    def test_a_crash_is_a_failure_with_its_last_words(self):
        found = self.outcomes(CRASH)
        self.assertIn("ended with 7", found["test_sample"].details)
        self.assertIn("last words", found["test_sample"].details)

    def test_a_module_that_cannot_be_imported_is_a_failure(self):
        found = self.outcomes("import nowhere\n")
        self.assertIn("No module named 'nowhere'", found["test_sample"].details)

    def test_a_target_has_a_line_of_its_own(self):
        target = Target("lan", address=("10.0.0.1", 80))
        testing.run_module(Module("demo", self.write("test_sample.py", SAMPLE), target), [], self.results)
        self.results.show_targets()
        self.assertRegex(self.shown.getvalue(), r"(?m)^ok    demo@lan\.test_sample\.Sample\.test_good ")
        self.assertRegex(self.shown.getvalue(), r"(?m)^demo@lan: 1 passed, 3 failed in \d+ s$")

    def test_long_modules_come_first(self):
        modules = [Module("demo", self.directory / f"test_{name}.py") for name in ("short", "long", "new")]
        with mock.patch.object(paths, "BUILD", self.directory):
            suites.write_seconds({"demo.test_short": 1.0, "demo.test_long": 9.0})
            suites.write_seconds({"demo.test_short": 2.0})
            self.assertEqual([module.file.stem for module in suites.longest_first(modules)],
                             ["test_new", "test_long", "test_short"])
            self.assertEqual(suites.read_seconds()["demo.test_short"], 2.0)

    def test_nothing_ran_is_no_success(self):
        self.assertFalse(self.results.succeeded())


CMOCKA = """\
[==========] parser: Running 3 test(s).
[ RUN      ] test_one
[       OK ] test_one
[ RUN      ] test_two
0 != 1
x.c:12: error: Failure!
[  FAILED  ] test_two
[ RUN      ] test_three
[  SKIPPED ] test_three
[==========] parser: 3 test(s) run.
[  FAILED  ] parser: 1 test(s), listed below:
[  FAILED  ] test_two
"""


class UnitTest(unittest.TestCase):
    def test_each_cmocka_test_counts_once(self):
        found = testing.unit_results("parser", False, 1.0, CMOCKA)
        self.assertEqual([(result.name, result.outcome) for result in found],
                         [("unit.parser.test_one", PASSED), ("unit.parser.test_two", FAILED),
                          ("unit.parser.test_three", SKIPPED)])
        self.assertIn("x.c:12", found[1].details)
        self.assertNotIn("test_three", found[1].details)

    def test_a_program_that_dies_is_a_failure_with_its_output(self):
        found = testing.unit_results("parser", False, 1.0, "[       OK ] test_one\nAddressSanitizer: overflow\n")
        self.assertEqual([result.outcome for result in found], [PASSED, FAILED])
        self.assertIn("AddressSanitizer", found[1].details)

    def test_a_program_without_cmocka_counts_as_one(self):
        self.assertEqual(testing.unit_results("plain", True, 1.0, ""), [Result("unit.plain", PASSED, 1.0)])


class MatchTest(unittest.TestCase):
    def test_patterns(self):
        name = "system.test_hello.Hello.test_get"
        for pattern in ("hello", "SYSTEM", "test_*get", "system.*Hello", "_get"):
            self.assertTrue(matches(name, [pattern]), pattern)
        self.assertFalse(matches(name, ["flask", "get_"]))
        self.assertTrue(matches(name, []))

    def test_results_travel_as_json(self):
        result = Result("a", PASSED, 0.5, "")
        self.assertEqual(Result(**json.loads(json.dumps(result.__dict__))), result)


if __name__ == "__main__":
    unittest.main()
