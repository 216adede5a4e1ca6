"""The inputs with the most tokens: many of unlike length with equal counts were cut."""

from __future__ import annotations

from dataclasses import dataclass

_FEWEST_INPUTS = 3
_FEWEST_TOKENS = 256
_LENGTH_RATIO = 1.25


@dataclass(slots=True)
class LongestInputs:
    """The most tokens that a model read of an input, and the texts of which it read so many.

    A server that cuts prompts reads the same number of each long one. Without a cut, three texts
    that share the largest count are of about the same length; `shortest` and `longest` are
    characters of those that are not known to be truncated.
    """

    tokens: int = 0
    count: int = 0
    shortest: int = 0
    longest: int = 0

    def add(self, tokens: int | None, characters: int, *, is_truncated: bool) -> None:
        """Take one input into account; None tokens were not counted."""
        if tokens is None or tokens < self.tokens:
            return
        if tokens > self.tokens:
            self.tokens, self.count = tokens, 0
        if is_truncated:
            return
        self.shortest = min(self.shortest, characters) if self.count else characters
        self.longest = max(self.longest, characters) if self.count else characters
        self.count += 1

    def count_cut(self) -> int:
        """Return how many were cut, beside those that are known to be."""
        is_cut = (
            self.count >= _FEWEST_INPUTS
            and self.tokens >= _FEWEST_TOKENS
            and self.longest >= _LENGTH_RATIO * self.shortest
        )
        return self.count if is_cut else 0
