"""`python -m tests.simulation.gate_table`: how often does a whole table of rows raise an alarm?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from summbench.gate.differences import bound_above
from summbench.leaderboard.board import ALPHA
from summbench.stats.multiplicity import holm
from summbench.stats.sign_flips import sign_flip
from tests.simulation.gate import MARGIN, population
from tests.simulation.printing import show

Floats = NDArray[np.float64]

SIZES = (50, 100, 250, 566)
ROWS = 40
"""Five datasets, two systems, four metrics."""
METRICS = 4
CORRELATION = 0.8
"""Of the differences of two metrics of one system on one article, as of ROUGE-1 and ROUGE-2."""
_BATCH = 2**22  # differences drawn at once: 32 MB
_FAR = 1.9  # standard errors; nearer means have p above .05, and raise no alarm


def draw_tables(
    pool: Floats, shape: tuple[int, int, int], changed: float, correlation: float,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Differences (articles, tables, rows) of mean 0, correlated within groups of `METRICS` rows.

    That share of the outputs changed: of all metrics of a system on an article, or of none.
    """
    n, tables, rows = shape
    own = rng.choice(pool, size=shape)
    groups = -(-rows // METRICS)
    shared = np.repeat(rng.choice(pool, size=(n, tables, groups)), METRICS, axis=2)[:, :, :rows]
    mixed = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    if changed == 1:
        return np.asarray(mixed)
    is_changed = rng.random((n, tables, groups)) < changed
    return np.where(np.repeat(is_changed, METRICS, axis=2)[:, :, :rows], mixed, 0.0)


def find_regressed(differences: Floats) -> NDArray[np.bool_]:
    """Which rows (tables, rows) the gate calls regressed; `differences` as of `draw_tables`."""
    n, tables, rows = differences.shape
    flat = differences.reshape(n, -1)
    means, errors = flat.mean(axis=0), flat.std(axis=0, ddof=1) / np.sqrt(n)
    is_far = np.abs(means) > _FAR * errors
    p = np.ones(tables * rows)
    if is_far.any():
        p[is_far] = sign_flip(flat[:, is_far])
    adjusted = p.reshape(tables, rows)
    for i in np.flatnonzero(adjusted.min(axis=1) <= ALPHA):
        adjusted[i] = holm(adjusted[i])
    is_worse = (adjusted.ravel() <= ALPHA) & (means < -MARGIN)
    is_beyond = bound_above(flat, rows) < -MARGIN
    return np.asarray(is_worse | is_beyond).reshape(tables, rows)


def alarm_shares(
    n: int, rows: int, losing: int, changed: float, correlation: float, repetitions: int,
) -> tuple[float, float]:  # fmt: skip
    """The share of tables with an alarm, and with one in the first row.

    The first `losing` rows lose two margins, the others nothing.
    """
    pool, rng = population(), np.random.default_rng(21)
    batch, any_row, first = max(1, _BATCH // (n * rows)), 0, 0
    for start in range(0, repetitions, batch):
        shape = (n, min(batch, repetitions - start), rows)
        differences = draw_tables(pool, shape, changed, correlation, rng)
        is_changed = differences[:, :, :losing] != 0
        differences[:, :, :losing] -= np.where(is_changed, 2 * MARGIN / changed, 0.0)
        regressed = find_regressed(differences)
        any_row += int(regressed.any(axis=1).sum())
        first += int(regressed[:, 0].sum())
    return any_row / repetitions, first / repetitions


def table_of_false_alarms(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table: no row has a true difference."""
    yield "| outputs changed | n | 1 row | 40 independent rows | 40 rows, metrics correlate .8 |"
    yield "|---|---|---|---|---|"
    for changed in (1.0, 0.2):
        for n in SIZES:
            shares = (
                alarm_shares(n, rows, 0, changed, correlation, repetitions)[0]
                for rows, correlation in ((1, 0.0), (ROWS, 0.0), (ROWS, CORRELATION))
            )
            yield f"| {changed:.0%} | {n} | {' | '.join(f'{share:.3f}' for share in shares)} |"


def table_of_power(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table: a loss of two margins in one row, or in all of a system."""
    yield (
        "| outputs changed | n | alone | 1 of 12 rows | 1 of 40 rows | all 4 metrics of a system, "
        "in 40 rows: any | the same: a given row |"
    )
    yield "|---|---|---|---|---|---|---|"
    for changed in (1.0, 0.2):
        for n in SIZES:
            single = [
                alarm_shares(n, rows, 1, changed, CORRELATION, repetitions)[1]
                for rows in (1, 12, ROWS)
            ]
            both = alarm_shares(n, ROWS, METRICS, changed, CORRELATION, repetitions)
            numbers = " | ".join(f"{share:.3f}" for share in (*single, *both))
            yield f"| {changed:.0%} | {n} | {numbers} |"


def main(repetitions: int = 10_000) -> None:
    """Print both tables as they grow; some minutes."""
    tables = chain(table_of_false_alarms(repetitions), [""], table_of_power(repetitions))
    show(tables, repetitions)


if __name__ == "__main__":
    main()
