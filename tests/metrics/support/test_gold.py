"""The states of names, numbers and quotations against summaries that were marked by hand."""

from __future__ import annotations

import pytest

from tests.metrics.support.gold import FRESH, GOLD, HELD_OUT, KINDS, build_pairs, compute_rates


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_is_found_with_a_precision_and_recall_of_95_percent(kind: str) -> None:
    """Of the file that the rules were written on, and of all three together."""
    files = [build_pairs(path)[kind] for path in (GOLD, HELD_OUT, FRESH)]
    for pairs in (files[0], [pair for file in files for pair in file]):
        low = {s: r for s, r in compute_rates(pairs).items() if min(r[0], r[1]) < 0.95}
        assert low == {}
