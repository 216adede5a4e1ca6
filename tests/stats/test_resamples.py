"""The bootstrap's draws against numpy's own generator."""

import numpy as np
import pytest

from summbench.stats.resamples import Resamples


@pytest.mark.parametrize(("n", "resamples"), [(7, 11), (95, 30_000), (300_001, 7)])
def test_chunks_are_the_rows_of_one_matrix(n: int, resamples: int) -> None:
    whole = np.random.default_rng(3).integers(n, size=(resamples, n))
    chunks = list(Resamples(n, resamples, seed=3).draw_chunks())
    assert max(map(len, chunks)) * n <= max(n, 2**20)
    assert np.array_equal(np.concatenate(chunks), whole)


def test_means_are_those_of_the_indexed_scores() -> None:
    columns, resamples = np.random.default_rng(5).random((30, 3)), Resamples(30, 200, seed=1)
    indices = np.concatenate(list(resamples.draw_chunks()))
    assert resamples.means(columns) == pytest.approx(columns[indices].mean(axis=1).T, abs=1e-15)
