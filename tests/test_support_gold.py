"""The states of names, numbers and quotations against summaries that were marked by hand."""

from __future__ import annotations

import pytest

from tests.support_gold import GOLD, KINDS, pairs, rates


@pytest.mark.skipif(not GOLD.exists(), reason="the summaries marked by hand are not here")
@pytest.mark.parametrize("kind", KINDS)
def test_every_state_is_found_with_a_precision_and_recall_of_95_percent(kind: str) -> None:
    found = rates(pairs()[kind])
    low = {s: r for s, r in found.items() if min(r[0], r[1]) < 0.95}
    assert low == {}
