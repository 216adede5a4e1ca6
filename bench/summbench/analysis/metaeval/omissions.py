"""What a comparison with human ratings leaves out: each kind with its count and first example."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Omission:
    """One kind of thing that is left out, how many there are, and the first."""

    kind: str
    count: int
    first: str


class OmissionLog:
    """Counts what is left out, kind by kind."""

    def __init__(self) -> None:
        self._omissions: dict[str, Omission] = {}

    def add(self, kind: str, example: str, count: int = 1) -> None:
        """Count one more, or several whose first is `example`."""
        earlier = self._omissions.get(kind, Omission(kind, 0, example))
        self._omissions[kind] = Omission(kind, earlier.count + count, earlier.first)

    def add_all(self, kind: str, examples: Iterable[str]) -> None:
        """Count each of them."""
        for example in examples:
            self.add(kind, example)

    def list_omissions(self) -> list[Omission]:
        """Return the kinds in the order in which they first came."""
        return list(self._omissions.values())


def format_omission(omission: Omission) -> str:
    """Format one kind for people: `articles without ratings: 3 (first: a7)`."""
    first = "first: " if omission.count > 1 else ""
    return f"{omission.kind}: {omission.count:,} ({first}{omission.first})"
