"""What the shop sells: dataclasses, enums, a collection."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import total_ordering
from typing import ClassVar


class Kind(enum.Enum):
    """Kinds of goods."""

    TOOL = "tool"
    BOOK = "book"


@total_ordering
@dataclass(frozen=True)
class Money:
    """An amount in cents."""

    cents: int
    symbol: ClassVar[str] = "\u20ac"

    @property
    def text(self) -> str:
        """For people."""
        return f"{self.symbol}{self.cents / 100:,.2f}"

    def __lt__(self, other: Money) -> bool:
        return self.cents < other.cents


@dataclass
class Item:
    """One thing on the shelf."""

    id: int
    name: str
    kind: Kind
    price: int
    tags: list[str] = field(default_factory=list)

    def as_dict(self) -> dict:
        """For JSON."""
        return {**asdict(self), "kind": self.kind.value}


class Catalogue:
    """Items by number."""

    def __init__(self, items: list[Item]):
        self.items = {item.id: item for item in items}

    @classmethod
    def sample(cls) -> Catalogue:
        """Some goods."""
        return cls([Item(1, "Hammer", Kind.TOOL, 1299, ["iron", "wood"]), Item(2, "Nails & screws", Kind.TOOL, 249),
                    Item(3, "Caf\xe9 recipes", Kind.BOOK, 1_234_500)])

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items.values())

    def __getitem__(self, number: int) -> Item:
        return self.items[number]

    def add(self, name: str, kind: str, price: int) -> Item:
        """A new item with the next number."""
        item = Item(max(self.items) + 1, name, Kind(kind), price)
        self.items[item.id] = item
        return item

    def rename(self, number: int, name: str) -> Item:
        """The item under another name."""
        self.items[number] = replace(self.items[number], name=name)
        return self.items[number]
