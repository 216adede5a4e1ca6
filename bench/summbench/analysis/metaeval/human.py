"""Human scores of summaries, read from the file that has the summaries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite, nan
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summbench.analysis.metaeval.omissions import Omission, OmissionLog, format_omission
from summbench.core.cells import format_value
from summbench.core.errors import SummbenchError
from summbench.core.json_rows import Row
from summbench.core.tabular import read_rows
from summbench.core.text import replace_surrogates

Human = Mapping[str, Mapping[str, Mapping[str, float]]]
"""Article -> system -> dimension -> score."""

ONLY_DIMENSION = "human"
"""The name of a dimension that has none in the file."""

_DECIMAL = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class HumanScores:
    """The scores of a file, what in it is no score, and how many scores are means of several.

    `simulated` are raters of whom the file says that they are programs, `excluded` those whose
    ratings it says were left out.
    """

    scores: Human
    omissions: Sequence[Omission] = ()
    n_averaged: int = 0
    simulated: Sequence[str] = ()
    excluded: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class HumanColumns:
    """The columns that `load_human_scores` reads, named as those of a replay of summaries.

    With `id=None` rows are numbered from 1. `name` is the system of rows that have no `systems`.
    """

    id: str | None = "id"
    systems: str = "systems"
    name: str = "prediction"

    @classmethod
    def of_nodes(cls, dataset: Mapping[str, Any], replay: Mapping[str, Any]) -> HumanColumns:
        """Take the names that a table and a replay have in a config."""
        defaults = cls()
        return cls(
            dataset.get("id", defaults.id),
            replay.get("systems", defaults.systems),
            replay.get("name", defaults.name),
        )


def load_human_scores(
    path: Path, columns: HumanColumns | None = None, limit: int | None = None
) -> HumanScores:
    """Read the column `human` of the first `limit` rows: system -> dimension -> score.

    Several annotators are averaged: a list of scores, scores by annotator, or a list with the
    dimensions of each annotator. A system may have one score, without a dimension. A row without
    `systems` has the scores of its one summary. null is a missing score, and so is what is no
    number, which is counted.

    Raises: SummbenchError if there is no score.
    """
    reader = _Reader(columns or HumanColumns())
    scores = dict(
        reader.read_row(count, row)
        for count, (_, row) in enumerate(islice(read_rows(path), limit), start=1)
    )
    reader.log.add_all("dimensions without a rating", reader.unrated)
    omissions = reader.log.list_omissions()
    if not any(of_system for systems in scores.values() for of_system in systems.values()):
        left_out = "".join(f" Left out: {format_omission(omission)}." for omission in omissions)
        raise SummbenchError(
            f"{path} has no human score. Expected a column 'human' (system -> dimension -> score), "
            f"as {{'mine': {{'relevance': 4.5}}}}.{left_out}"
        )
    return HumanScores(
        scores, omissions, reader.n_averaged, sorted(reader.simulated), sorted(reader.excluded)
    )


class _Reader:
    """Reads rows, and counts what is no score."""

    def __init__(self, columns: HumanColumns) -> None:
        self._columns = columns
        self.log = OmissionLog()
        self.n_averaged = 0
        self.simulated: set[str] = set()
        self.excluded: set[str] = set()
        self._is_rated: dict[str, bool] = {}

    @property
    def unrated(self) -> list[str]:
        """The dimensions that no summary has a score of."""
        return [dimension for dimension, is_rated in self._is_rated.items() if not is_rated]

    def read_row(self, number: int, row: Row) -> tuple[str, dict[str, dict[str, float]]]:
        """Return the article's id, and system -> dimension -> score."""
        id_column = self._columns.id
        article = str(number) if id_column is None else replace_surrogates(str(row.get(id_column)))
        simulated = row.get("simulated")
        self.simulated |= set(map(str, simulated)) if isinstance(simulated, list) else set()
        excluded = row.get("excluded")
        rows = excluded if isinstance(excluded, list) else []
        self.excluded |= {str(r["rater"]) for r in rows if isinstance(r, Mapping) and "rater" in r}
        human = row.get("human")
        has_systems = isinstance(row.get(self._columns.systems), Mapping)
        if not has_systems and not (isinstance(human, Mapping) and self._columns.name in human):
            human = {self._columns.name: human}
        if human is not None and not isinstance(human, Mapping):
            kind = "rows whose 'human' is not system -> dimension -> score"
            self.log.add(kind, f"{format_value(human)}, article {article}")
        by_system = human if isinstance(human, Mapping) else {}
        return article, {
            replace_surrogates(str(system)): self._read_system(scores, f"{system} on {article}")
            for system, scores in by_system.items()
        }

    def _read_system(self, scores: Any, where: str) -> dict[str, float]:
        """Return dimension -> score, without those that are missing."""
        values = {
            dimension: self._read_score(items, f"{dimension}, {where}")
            for dimension, items in _collect_dimensions(scores).items()
        }
        for dimension, value in values.items() if scores is not None else ():
            self._is_rated[dimension] = self._is_rated.get(dimension, False) or value is not None
        return {dimension: value for dimension, value in values.items() if value is not None}

    def _read_score(self, items: Sequence[Any], where: str) -> float | None:
        values = [self._read_number(item, where) for item in items]
        numbers = [value for value in values if value is not None]
        self.n_averaged += len(numbers) > 1
        return fmean(numbers) if numbers else None

    def _read_number(self, value: Any, where: str) -> float | None:
        if value is None:
            return None
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            value = float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and _is_finite(value):
            return float(value)
        self.log.add(_name_kind(value), f"{format_value(value)}, {where}")
        return None


def _is_finite(value: float) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # an integer that no float holds
        return False


def _name_kind(value: Any) -> str:
    if isinstance(value, str):
        kind = "text"
    elif isinstance(value, bool):
        kind = "true or false"
    elif isinstance(value, int | float):
        kind = "NaN or infinity"
    else:
        kind = f"a {type(value).__name__}"
    return f"ratings that are {kind} where a number should be"


def _collect_dimensions(scores: Any) -> dict[str, list[Any]]:
    """Collect dimension -> the scores of all annotators, from any of the forms."""
    by_annotator = scores if isinstance(scores, list) and _has_mapping(scores) else [scores]
    collected: dict[str, list[Any]] = {}
    for record in by_annotator:
        dimensions = record if isinstance(record, Mapping) else {ONLY_DIMENSION: record}
        for dimension, value in dimensions.items():
            collected.setdefault(str(dimension), []).extend(_list_annotators(value))
    return collected


def _has_mapping(items: Iterable[Any]) -> bool:
    return any(isinstance(item, Mapping) for item in items)


def _list_annotators(value: Any) -> Iterator[Any]:
    if isinstance(value, list) and value:
        yield from value
    elif isinstance(value, Mapping) and value:
        yield from value.values()
    else:
        yield value


def to_arrays(
    human: Human, systems: Sequence[str], articles: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Convert to dimension -> (systems, articles), NaN where nobody scored; sorted by name."""
    names = [d for systems in human.values() for scores in systems.values() for d in scores]
    return {
        dimension: np.array(
            [[human.get(a, {}).get(s, {}).get(dimension, nan) for a in articles] for s in systems]
        )
        for dimension in sorted(set(names))
    }
