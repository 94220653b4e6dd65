"""Results that are kept: one small file a measured commit, in tests/bench/results.

{
  "commit": "1a2b3c4d5e", "date": "2026-01-31T12:00:00+00:00",
  "figures": {"mps2-an500.hello": 24460.0, ...},      what was measured, by target and case
  "parts": {"host.hello": {"environ": 4318.6, ...}},  the same by component
  "curves": {"headers": {"0": 24460.0, ...}}
}
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path

from hip import paths

RESULTS = paths.ROOT / "tests" / "bench" / "results"
COMMIT_DIGITS = 10


@dataclass
class Record:
    """The results of one commit."""

    commit: str = ""
    date: str = ""  # the commit's, by which records are in order
    figures: dict[str, float] = field(default_factory=dict)
    parts: dict[str, dict[str, float]] = field(default_factory=dict)
    curves: dict[str, dict[str, float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)  # versions of what it was compared with

    def rounded(self) -> Record:
        """As many digits as mean something."""
        def short(value: float) -> float:
            return round(value, 2) if value < 100 else round(value)

        return Record(self.commit, self.date, {name: short(value) for name, value in self.figures.items()},
                      {name: {part: short(value) for part, value in parts.items()} for name, parts in self.parts.items()},
                      {name: {x: short(y) for x, y in curve.items()} for name, curve in self.curves.items()}, self.notes)

    def text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self.rounded()), indent=1, ensure_ascii=False) + "\n"


def load(path: Path) -> Record:
    """One file's."""
    return Record(**json.loads(path.read_text(encoding="utf-8")))


def all_records() -> list[Record]:
    """All that are kept, the oldest first."""
    return sorted((load(path) for path in RESULTS.glob("*.json")), key=lambda record: record.date)


def first() -> Record:
    """The oldest; an empty one when there is none."""
    return (all_records() or [Record()])[0]


def last() -> Record:
    """The youngest; an empty one when there is none."""
    return (all_records() or [Record()])[-1]


def save(record: Record) -> Path:
    """Keeps it under the commit that is checked out; figures that were not measured now are those of its file before."""
    record.commit, record.date = _git("rev-parse", f"--short={COMMIT_DIGITS}", "HEAD"), _git("log", "-1", "--format=%cI")
    path = RESULTS / f"{record.date[:10]}-{record.commit}.json"
    if path.exists():
        before = load(path)
        for name in ("figures", "parts", "curves", "notes"):
            setattr(record, name, {**getattr(before, name), **getattr(record, name)})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(record.text(), encoding="utf-8")
    return path


def _git(*arguments: str) -> str:
    shown = subprocess.run(["git", *arguments], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    return shown.stdout.strip()


def difference(before: dict[str, float], now: dict[str, float]) -> list[str]:
    """Lines `part: before -> now (+n)`, the largest change first; what stayed is left out."""
    changes = {part: now.get(part, 0) - before.get(part, 0) for part in {*before, *now}}
    return [f"{part}: {before.get(part, 0):,.0f} -> {now.get(part, 0):,.0f} ({change:+,.0f})"
            for part, change in sorted(changes.items(), key=lambda item: -abs(item[1])) if round(change)]
