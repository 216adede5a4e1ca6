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


def load_human_scores(path: Path) -> Human:
    """Read the column `human` (system -> dimension -> score); null is a missing score.

    Raises: SummbenchError if there is no score, or a value that is not one.
    """
    human: Human = {}
    for number, row in read_rows(path):
        human[str(row.get("id"))] = _parse_row(row, f"{path}: line {number}")
    scores = (score for systems in human.values() for s in systems.values() for score in s.values())
    if all(map(isnan, scores)):
        raise SummbenchError(
            f"{path} has no human score. Expected a column 'human' (system -> dimension -> score), "
            "as {'mine': {'relevance': 4.5}}."
        )
    return human


def _parse_row(row: Row, where: str) -> dict[str, dict[str, float]]:
    human = row.get("human")
    if not isinstance(human, dict | None):
        raise SummbenchError(
            f"{where}, column 'human' is {format_value(human)}; "
            "expected system -> dimension -> score."
        )
    scores_by_system = {}
    for system, scores in (human or {}).items():
        if scores is not None and not isinstance(scores, dict):
            raise SummbenchError(
                f"{where}, 'human' of {system!r} is {format_value(scores)}; "
                "expected a score for each dimension, as {'relevance': 4.5}."
            )
        scores_by_system[system] = {
            dimension: _parse_score(value, f"{where}, 'human' of {system!r}, {dimension!r}")
            for dimension, value in (scores or {}).items()
        }
    return scores_by_system


def _parse_score(value: object, where: str) -> float:
    if value is None:
        return nan
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise SummbenchError(f"{where} is {format_value(value)}; expected a number or null.")
    return float(value)


def to_arrays(
    human: Human, systems: Sequence[str], articles: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Convert to dimension -> (systems, articles), NaN where nobody scored."""
    names = [d for systems in human.values() for scores in systems.values() for d in scores]
    return {
        dimension: np.array(
            [[human.get(a, {}).get(s, {}).get(dimension, nan) for a in articles] for s in systems]
        )
        for dimension in dict.fromkeys(names)
    }
