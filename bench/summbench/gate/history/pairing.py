"""The differences between each version and the release, or why there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from summbench.gate.differences import Key
from summbench.gate.history.versions import RowScores, VersionLines
from summbench.leaderboard.board import shorten_signature

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Of a row of a version: `differences` on the release's articles, or the `problem`."""

    differences: Floats | None
    problem: str | None = None


def list_release_rows(release: VersionLines) -> tuple[dict[Key, RowScores], list[str]]:
    """Return the rows of the release that can be compared, and sentences on the others."""
    rows, omitted = {}, []
    for key in release.list_keys():
        dataset, model, metric = key
        row = release.list_rows(key)[0]
        if undefined := sum(value is None for value in row.scores):
            omitted.append(
                f"{metric} of {model} on {dataset}: undefined on {undefined:,} of "
                f"{len(row.scores):,} articles of the release."
            )
        else:
            rows[key] = row
    return rows, omitted


def pair_row(key: Key, release: RowScores, version: VersionLines) -> Pairing:
    """Compare the first run of the version that has the release's articles and signature.

    Datasets are paired by their articles first, then by their names. A loss is negative.
    """
    problem = None
    for row in _list_candidates(key, release, version):
        problem = _find_problem(row, release)
        if problem is None:
            sign = 1 if release.metric.direction == "higher" else -1
            new, old = (np.array(of.scores, dtype=float) for of in (row, release))
            return Pairing(np.round(sign * (new - old), 12))
    return Pairing(None, problem or "no such scores")


def _list_candidates(key: Key, release: RowScores, version: VersionLines) -> list[RowScores]:
    dataset, model, metric = key
    names = dict.fromkeys(name for line in version.lines for name in line.datasets)
    rows = [row for name in names for row in version.list_rows((name, model, metric))]
    same = [row for row in rows if row.articles == release.articles]
    return same or version.list_rows((dataset, model, metric))


def _find_problem(row: RowScores, release: RowScores) -> str | None:
    if row.articles != release.articles:
        old, new = Counter(release.articles), Counter(row.articles)
        counts = {"added": (new - old).total(), "gone": (old - new).total()}
        changes = " and ".join(f"{n:,} {change}" for change, n in counts.items() if n)
        return f"other articles than the release: {changes}"
    if row.metric.signature != release.metric.signature:
        old_short, new_short = (shorten_signature(of.metric.signature) for of in (release, row))
        return f"another signature: {new_short}, at the release {old_short}"
    if undefined := sum(value is None for value in row.scores):
        return f"undefined on {undefined:,} of {len(row.scores):,} articles"
    return None


def describe_instability(versions: Iterable[VersionLines], keys: Sequence[Key]) -> list[str]:
    """Sentences on commits whose runs have other scores than their first one."""
    sentences = []
    for version in versions:
        changes: dict[str, float] = {}
        for key in keys:
            rows = version.list_rows(key)
            for row in rows[1:]:
                if row.articles == rows[0].articles and row != rows[0]:
                    change = _measure_change(rows[0], row)
                    changes[key[1]] = max(change, changes.get(key[1], 0.0))
        if changes:
            models = ", ".join(f"{model} by up to {c:.2g}" for model, c in changes.items())
            sentences.append(
                f"{version.version.label} was run {len(version.lines)} times with different "
                f"scores (of an article of {models}): it is not deterministic. Its first run "
                "counts."
            )
    return sentences


def _measure_change(first: RowScores, other: RowScores) -> float:
    a, b = (np.array(row.scores, dtype=float) for row in (first, other))
    return float(np.nanmax(np.abs(a - b), initial=0.0))
