"""The budgets of examples/hello on its board: flash, static RAM, heap, and instructions a request."""

import dataclasses
import unittest

from hip.bench import budgets, record
from hip.bench.budgets import BUDGETS, Quick
from hip.boards import find_board
from hip.ui import Ui


class BudgetTest(unittest.TestCase):
    """What a commit may cost."""

    board = find_board("mps2-an500")

    def test_hello_is_within_its_budgets(self):
        found = budgets.measure(self.board, Ui(quiet=True))
        changes = "\n".join(budgets.changes(self.board, found, record.last()))
        print(changes)  # into the test's log, whatever comes of it
        excesses = budgets.excesses(self.board, found)
        self.assertEqual(excesses, [], "\n".join([*excesses, changes]))

    def test_each_budget_is_exceeded_by_one(self):
        limits = {what: float(self.board.value(variable)) for what, (variable, _parts) in BUDGETS.items()}
        self.assertEqual(budgets.excesses(self.board, Quick(limits, {})), [])
        for what, (variable, _parts) in BUDGETS.items():
            over = dataclasses.replace(Quick(limits, {}), figures=limits | {what: limits[what] + 1})
            self.assertEqual(len(budgets.excesses(self.board, over)), 1)
            self.assertIn(variable, budgets.excesses(self.board, over)[0])

    def test_a_change_is_told_by_component(self):
        figures = dict.fromkeys(BUDGETS, 100.0)
        before = record.Record(commit="abc", figures={"mps2-an500.hello": 90.0}, parts={"host.hello": {"environ": 10.0}})
        now = Quick(figures, {"host.hello": {"environ": 30.0, "parser": 1.0}})
        text = "\n".join(budgets.changes(self.board, now, before))
        self.assertIn("instructions a request: 100, 90 at abc\n    environ: 10 -> 30 (+20)\n    parser: 0 -> 1 (+1)", text)


if __name__ == "__main__":
    unittest.main()
