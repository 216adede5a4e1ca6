"""The columns of a table, with a look at their cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from summbench.core.cells import MISSING, get_cell, is_blank, list_columns, parse_written_object
from summbench.core.errors import SummbenchError
from summbench.core.suggestions import suggest

_MOST_COUNTED = 1_000


@dataclass(slots=True)
class ColumnSample:
    """What the cells of a column are, over all rows; words are counted in the first thousand."""

    first: Any = None
    n_filled: int = 0
    n_words: int = 0

    def add(self, cell: Any) -> None:
        """Count one cell."""
        if is_blank(cell):
            return
        self.first = cell if self.n_filled == 0 else self.first
        self.n_filled += 1
        if self.n_filled <= _MOST_COUNTED:
            texts = cell if isinstance(cell, list) else [cell]
            self.n_words += sum(len(text.split()) for text in texts if isinstance(text, str))

    @property
    def words_per_cell(self) -> float:
        """How many words a filled cell has, on average."""
        return self.n_words / max(1, min(self.n_filled, _MOST_COUNTED))

    @property
    def is_object(self) -> bool:
        """Whether the first filled cell is an object, also one that was written as text."""
        cell = parse_written_object(self.first) if isinstance(self.first, str) else self.first
        return isinstance(cell, dict)

    @property
    def is_text(self) -> bool:
        """Whether the first filled cell is a text or a list with one."""
        texts = self.first if isinstance(self.first, list) else [self.first]
        return any(isinstance(text, str | list) for text in texts)


def sample_columns(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[str, ColumnSample]:
    """Collect every column of the rows, in the order in which rows first have them."""
    samples: dict[str, ColumnSample] = {}
    for _, row in rows:
        for name, cell in row.items():
            samples.setdefault(name, ColumnSample()).add(cell)
    return samples


def has_column(samples: Mapping[str, ColumnSample], name: str) -> bool:
    """Tell whether a row has the column; one with dots is looked for in the first filled cell."""
    top, _, _ = name.partition(".")
    if name in samples or top not in samples:
        return name in samples
    return get_cell({top: samples[top].first}, name) is not MISSING


def check_columns(
    source: str,
    samples: Mapping[str, ColumnSample],
    named: Mapping[str, Any],
    options: Mapping[str, str],
) -> None:
    """Raise SummbenchError that names every named column which no row has."""
    missing = [
        (part, name)
        for part, names in named.items()
        for name in to_tuple(names)
        if not has_column(samples, name)
    ]
    if missing:
        names = list_columns({name: sample.first for name, sample in samples.items()})
        listed = " and ".join(
            f"{name!r} ({options[part]})" if part in options else repr(name)
            for part, name in missing
        )
        hints = "".join(suggest(name, dict.fromkeys([*names, *samples])) for _, name in missing)
        raise SummbenchError(
            f"{source}: no row has the column {listed}; the columns are "
            f"{', '.join(map(repr, names))}.{hints}"
        )


def to_tuple(names: Any) -> tuple[str, ...]:
    """Return one name or several as a tuple; nothing as an empty one."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)
