"""Where two readings of a stream part, and whether docs/http.md knows of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hip import paths

TABLE = paths.ROOT / "docs" / "http.md"
HEADING = "### Where other parsers read differently"
ROW = re.compile(r"(?m)^\| (?P<who>both|llhttp|h11) \| (?P<here>[^|]+) \| (?P<there>[^|]+) \| (?P<what>[^|]+) "
                 r"\| (?P<section>[^|]+) \|$")
QUOTED = re.compile(r"^(\w+): `(.*)`$")
FRAMING = ("host", "content-length", "transfer-encoding")


@dataclass(frozen=True)
class Side:
    """What a reader does with a request: takes it, refuses it, closes before it, or waits for more of it."""

    verdict: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.verdict}: `{self.why}`" if self.why else self.verdict


@dataclass(frozen=True)
class Disagreement:
    """One request of a stream that only one of two readers takes, or that both take as different ones."""

    who: str
    here: Side
    there: Side
    smuggles: bool = False

    def __str__(self) -> str:
        return f"here {self.here}, {self.who} {self.there}"


def fields_of(request: dict) -> list[tuple[bytes, bytes]]:
    """The fields that say where a request ends and whom it is for."""
    pairs = [(bytes.fromhex(field["name"]).lower(), bytes.fromhex(field["value"]).strip(b" \t")) for field in request["fields"]]
    framing = [(name, value) for name, value in pairs if name.decode("latin-1") in FRAMING]
    return [(name, value.lower() if name == b"transfer-encoding" else value) for name, value in framing]


def difference(here: dict, there: dict) -> str:
    """What two readers see differently in a request that both take; empty: nothing that matters."""
    for part in ("method", "target", "body"):
        if here[part] != there[part]:
            return part
    return "framing" if fields_of(here) != fields_of(there) else ""


def side(reading: dict, number: int) -> Side:
    """What a reader does with the number-th request."""
    if number < len(reading["requests"]):
        return Side("taken")
    verdicts = {"refuses": "refused", "closes": "closed", "incomplete": "incomplete", "waits": "incomplete"}
    return Side(verdicts[reading["state"]], reading["why"] if reading["state"] == "refuses" else "")


def compare(who: str, here: dict, there: dict) -> Disagreement | None:
    """The first request of which this server and another do not read the same."""
    for number in range(max(len(here["requests"]), len(there["requests"]))):
        ours, theirs = side(here, number), side(there, number)
        if ours.verdict != theirs.verdict:
            return Disagreement(who, ours, theirs)
        found = difference(here["requests"][number], there["requests"][number])
        if found:
            return Disagreement(who, Side("taken", found), Side("taken", found), smuggles=True)
    return None


@dataclass(frozen=True)
class Row:
    """One row of the table: a kind of disagreement, and what decides it."""

    who: str
    here: Side
    there: Side
    section: str

    def covers(self, found: Disagreement) -> bool:
        """Whether it is of this kind; a reason in the table is how the reader's begins."""
        return not found.smuggles and self.who in ("both", found.who) and all(
            wanted.verdict == seen.verdict and seen.why.startswith(wanted.why)
            for wanted, seen in ((self.here, found.here), (self.there, found.there)))


def parse_side(cell: str) -> Side:
    """A cell of the table: `taken`, or "refused: `reason`"."""
    match = QUOTED.match(cell.strip())
    return Side(match[1], match[2]) if match else Side(cell.strip())


def table() -> list[Row]:
    """The table of docs/http.md."""
    text = TABLE.read_text(encoding="utf-8").partition(HEADING)[2]
    return [Row(match["who"], parse_side(match["here"]), parse_side(match["there"]), match["section"].strip())
            for match in ROW.finditer(text)]
