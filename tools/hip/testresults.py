"""What a test came to, and how results are shown."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field

from hip.ui import Ui

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
MARKS = {PASSED: "ok", FAILED: "FAIL", SKIPPED: "skip"}


@dataclass(frozen=True)
class Result:
    """One test."""

    name: str
    outcome: str
    seconds: float
    details: str = ""


@dataclass
class Results:
    """All tests of a run; shows each as it comes."""

    ui: Ui
    all: list[Result] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)  # that modules took, by their names

    def add(self, result: Result) -> None:
        """Takes and shows a result."""
        self.all.append(result)
        reason = f"  ({result.details})" if result.outcome == SKIPPED and result.details else ""
        self.ui.line(f"{MARKS[result.outcome]:4}  {result.name}  {result.seconds:.2f} s{reason}")

    def took(self, module: str, seconds: float) -> None:
        """Takes how long a module ran, its device's start included."""
        self.seconds[module] = seconds

    def show_targets(self) -> None:
        """A line for each target: how many tests, and how long they took in all."""
        labels = sorted({name.rpartition(".")[0] for name in self.seconds if "@" in name})
        for label in labels:
            outcomes = [result.outcome for result in self.all if result.name.startswith(f"{label}.")]
            seconds = sum(took for name, took in self.seconds.items() if name.startswith(f"{label}."))
            failed = f", {outcomes.count(FAILED)} failed" if FAILED in outcomes else ""
            self.ui.line(f"{label}: {outcomes.count(PASSED)} passed{failed} in {seconds:.0f} s")

    def count(self, outcome: str) -> int:
        """How many tests ended so."""
        return sum(result.outcome == outcome for result in self.all)

    def show_failures(self) -> None:
        """The details of what failed."""
        for result in self.all:
            if result.outcome == FAILED:
                self.ui.line(f"\n{'-' * 78}\nFAIL  {result.name}\n\n{result.details.rstrip()}")

    def summary(self) -> str:
        """The closing line: `N passed, N failed`, and what was skipped if anything was."""
        line = f"{self.count(PASSED)} passed, {self.count(FAILED)} failed"
        return f"{line}, {self.count(SKIPPED)} skipped" if self.count(SKIPPED) else line

    def succeeded(self) -> bool:
        """Whether tests ran and none failed."""
        return self.count(PASSED) > 0 and self.count(FAILED) == 0


def matches(name: str, patterns: list[str]) -> bool:
    """Whether a test is asked for: no pattern, or one is part of its name or, with wildcards, matches it."""
    lower = name.lower()
    return not patterns or any(
        fnmatch.fnmatch(lower, f"*{pattern.lower()}*") if any(c in pattern for c in "*?[") else pattern.lower() in lower
        for pattern in patterns)
