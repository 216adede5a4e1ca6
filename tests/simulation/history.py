"""`python -m tests.simulation.history`: what a history that is looked at again and again keeps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from summbench.leaderboard.board import ALPHA
from summbench.stats.distributions import normal_cdf, t_quantile
from summbench.stats.multiplicity import holm
from summbench.stats.resamples import Resamples
from summbench.stats.sign_flips import sign_flip
from summbench.stats.simultaneous import spend_alpha
from tests.simulation.gate import population
from tests.simulation.gate_table import find_regressed
from tests.simulation.printing import show

Floats = NDArray[np.float64]

LOSS = 0.009
"""Of each of the losses in a row: just below the gate's margin."""
VERSIONS = 200
METRICS = 4
CORRELATION = 0.8
"""Of the differences of two metrics of one system on one article, as in the gate's table."""
_BATCH = 2**22  # differences held at once: 32 MB
_SLACK = 3  # a normal p of so many times the level is looked at exactly


def draw_histories(
    pool: Floats, n: int, rows: int, versions: int, changed: float, repetitions: int,
    rng: np.random.Generator,
) -> Floats:  # fmt: skip
    """Differences to the release (versions, n, repetitions, rows) of mean 0.

    Each version changes that share of the outputs of the one before it, so that neighbours are
    alike; with 1 they have only the release in common, and correlate .5. Rows are metrics of
    systems, correlated within groups of `METRICS`.
    """
    shape = (n, repetitions, rows)
    release = _draw_outputs(pool, shape, rng)
    outputs = release.copy()
    differences = np.empty((versions, *shape))
    for version in range(versions):
        new = _draw_outputs(pool, shape, rng)
        if changed < 1:
            systems = -(-rows // METRICS)
            mask = np.repeat(rng.random((n, repetitions, systems)) < changed, METRICS, axis=2)
            new = np.where(mask[:, :, :rows], new, outputs)
        outputs = new
        differences[version] = outputs - release
    return differences


def _draw_outputs(pool: Floats, shape: tuple[int, int, int], rng: np.random.Generator) -> Floats:
    """Scores whose difference between two versions has the spread of the pool."""
    n, repetitions, rows = shape
    own = rng.choice(pool, size=shape)
    if rows > 1:
        systems = -(-rows // METRICS)
        shared = rng.choice(pool, size=(n, repetitions, systems))
        shared = np.repeat(shared, METRICS, axis=2)[:, :, :rows]
        own = np.sqrt(CORRELATION) * shared + np.sqrt(1 - CORRELATION) * own
    return np.asarray(own / np.sqrt(2))


def find_alarms(differences: Floats, comparison: int) -> NDArray[np.bool_]:
    """Which rows (repetitions, rows) the k-th comparison calls lower; (n, repetitions, rows)."""
    n, repetitions, rows = differences.shape
    level = spend_alpha(comparison, ALPHA)
    flat = differences.reshape(n, -1)
    norms = np.sqrt((flat**2).sum(axis=0))
    z = np.divide(np.abs(flat.sum(axis=0)), norms, out=np.zeros(len(norms)), where=norms > 0)
    p = 2 * normal_cdf(-z)
    is_near = p <= _SLACK * level
    if is_near.any():
        p[is_near] = sign_flip(flat[:, is_near])
    adjusted = p.reshape(repetitions, rows)
    for i in np.flatnonzero(adjusted.min(axis=1) <= level):
        adjusted[i] = holm(adjusted[i])
    return np.asarray((adjusted <= level) & (differences.mean(axis=0) < 0))


def first_alarms(
    n: int, rows: int, losing: int, versions: int, changed: float, repetitions: int
) -> NDArray[np.int64]:
    """Of each history the number of the first version with an alarm; 0 without one.

    The first `losing` rows lose `LOSS` with every version, the others nothing.
    """
    pool, rng = population(), np.random.default_rng(21)
    batch = max(1, _BATCH // (n * rows * versions))
    firsts = []
    for start in range(0, repetitions, batch):
        size = min(batch, repetitions - start)
        drawn = draw_histories(pool, n, rows, versions, changed, size, rng)
        first = np.zeros(size, dtype=int)
        for k in range(1, versions + 1):
            drawn[k - 1, :, :, :losing] -= LOSS * k
            has_alarm = find_alarms(drawn[k - 1], k).any(axis=1)
            first[(first == 0) & has_alarm] = k
        firsts.append(first)
    return np.concatenate(firsts)


def band_coverage(n: int, rows: int, versions: int, changed: float, repetitions: int) -> float:
    """How often the bands of all versions and rows hold the true differences, all at once."""
    pool, rng = population(), np.random.default_rng(22)
    counts = count_draws(n)
    held = 0
    for _ in range(repetitions):
        table = draw_histories(pool, n, rows, versions, changed, 1, rng)[:, :, 0, :]
        columns = table.transpose(1, 0, 2).reshape(n, -1)
        sd = columns.std(axis=0)
        if not sd.any():
            held += 1
            continue
        columns, sd = columns[:, sd > 0], sd[sd > 0]
        means = columns.mean(axis=0)
        quantile = find_quantile((columns - means) / sd, counts)
        half = t_quantile(n - 1, normal_cdf(quantile)) * sd / np.sqrt(n - 1)
        held += bool((np.abs(means) <= half).all())
    return held / repetitions


def count_draws(n: int) -> NDArray[np.float32]:
    """How often each article (n,) is in each resample: those that every history of n draws."""
    rows = chain.from_iterable(Resamples(n).draw_chunks())
    return np.array([np.bincount(row, minlength=n) for row in rows], dtype=np.float32)


def find_quantile(units: Floats, counts: NDArray[np.float32]) -> float:
    """`simultaneous_quantile` of standardised columns (n, k) with draws that are counted once."""
    sums = counts @ units.astype(np.float32)
    largest = np.abs(sums).max(axis=1) / np.sqrt(len(units))
    return float(np.quantile(largest, 1 - ALPHA, method="higher"))


def table_of_false_alarms(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table: no version loses anything."""
    yield f"| outputs changed a version | n | rows | any alarm in {VERSIONS} versions |"
    yield "|---|---|---|---|"
    for changed in (1.0, 0.1):
        for n, rows in ((50, 1), (250, 1), (50, 12)):
            firsts = first_alarms(n, rows, 0, VERSIONS, changed, repetitions)
            yield f"| {changed:.0%} | {n} | {rows} | {np.count_nonzero(firsts) / repetitions:.3f} |"


def table_of_losses(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table: when twenty losses of 0.9 points in a row are found."""
    sums = (0.9, 1.8, 2.7, 3.6, 4.5, 9.0, 18.0)
    yield "| n | rows | losing | " + " | ".join(f"by {value:.1f} points" for value in sums) + " |"
    yield "|---" * (3 + len(sums)) + "|"
    for n in (50, 100, 250, 566):
        for rows, losing in ((1, 1), (12, 1), (12, METRICS)):
            firsts = first_alarms(n, rows, losing, 20, 1.0, repetitions)
            shares = (np.mean((firsts > 0) & (firsts <= round(s / 0.9))) for s in sums)
            numbers = " | ".join(f"{share:.3f}" for share in shares)
            yield f"| {n} | {rows} | {losing} | {numbers} |"


def table_of_bands(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table: nominal .950."""
    yield "| outputs changed a version | n | rows | versions | all bands hold |"
    yield "|---|---|---|---|---|"
    for changed in (1.0, 0.1):
        for n in (250, 50):
            for rows, versions in ((1, 3), (1, 20), (1, VERSIONS), (12, 20)):
                share = band_coverage(n, rows, versions, changed, repetitions)
                yield f"| {changed:.0%} | {n} | {rows} | {versions} | {share:.3f} |"


def table_of_candidates(repetitions: int) -> Iterator[str]:
    """The lines of a Markdown table: several candidates against one baseline, none of them worse.

    They share the baseline, so that their differences correlate .5.
    """
    yield "| candidates of 4 rows | n | any candidate regressed |"
    yield "|---|---|---|"
    for candidates in (1, 5, 10):
        for n in (50, 250):
            pool, rng = population(), np.random.default_rng(23)
            batch, alarms = max(1, _BATCH // (n * METRICS * candidates)), 0
            for start in range(0, repetitions, batch):
                size = min(batch, repetitions - start)
                drawn = draw_histories(pool, n, METRICS, candidates, 1.0, size, rng)
                rows = drawn.transpose(1, 2, 0, 3).reshape(n, size, -1)
                alarms += int(find_regressed(rows).any(axis=1).sum())
            yield f"| {candidates} | {n} | {alarms / repetitions:.3f} |"


def main(repetitions: int = 2_000) -> None:
    """Print the tables as they grow; a quarter of an hour on a busy machine."""
    tables = (table_of_false_alarms, table_of_losses, table_of_bands, table_of_candidates)
    show(chain.from_iterable(chain(table(repetitions), [""]) for table in tables), repetitions)


if __name__ == "__main__":
    main()
