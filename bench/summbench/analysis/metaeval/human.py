"""Human scores of summaries, read from the file that has the summaries."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan, nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from summbench.core.errors import SummbenchError
from summbench.core.tabular import Row, format_value, read_rows

Human = dict[str, dict[str, dict[str, float]]]
"""Article -> system -> dimension -> score."""


def human_scores(path: Path) -> Human:
    """What the column `human` (system -> dimension -> score) says; null is a missing score."""
    found: Human = {}
    for number, row in read_rows(path):
        found[str(row.get("id"))] = _of_row(row, f"{path}: line {number}")
    scores = (s for article in found.values() for of in article.values() for s in of.values())
    if all(map(isnan, scores)):
        raise SummbenchError(
            f"{path} holds no human score; a column 'human' (system -> dimension -> score) is "
            "wanted, as {'mine': {'relevance': 4.5}}."
        )
    return found


def _of_row(row: Row, where: str) -> dict[str, dict[str, float]]:
    human = row.get("human")
    if not isinstance(human, dict | None):
        raise SummbenchError(
            f"{where}, column 'human' holds {format_value(human)}; "
            "expected system -> dimension -> score."
        )
    found = {}
    for system, scores in (human or {}).items():
        if scores is not None and not isinstance(scores, dict):
            raise SummbenchError(
                f"{where}, 'human' of {system!r} holds {format_value(scores)}; "
                "expected dimensions with a score each, as {'relevance': 4.5}."
            )
        found[system] = {
            dimension: _score(value, f"{where}, 'human' of {system!r}, {dimension!r}")
            for dimension, value in (scores or {}).items()
        }
    return found


def _score(value: object, where: str) -> float:
    if value is None:
        return nan
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise SummbenchError(f"{where} holds {format_value(value)}; expected a number or null.")
    return float(value)


def as_arrays(
    human: Human, systems: Sequence[str], articles: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Dimension -> (systems, articles), NaN where nobody scored."""
    names = [d for of in human.values() for scores in of.values() for d in scores]
    return {
        dimension: np.array(
            [[human.get(a, {}).get(s, {}).get(dimension, nan) for a in articles] for s in systems]
        )
        for dimension in dict.fromkeys(names)
    }
