"""Columns that stand in a file: what was appended comes back, in its order."""

from __future__ import annotations

from math import inf, isnan, nan
from pathlib import Path

import numpy as np
import pytest
from summbench.core.errors import SummbenchError
from summbench.store.spill import Columns, Spool


def test_columns_of_one_spool_come_back_window_by_window(tmp_path: Path) -> None:
    spool = Spool(np.float64, tmp_path)
    ours, theirs = Columns(spool), Columns(spool)
    ours.extend("a", [0.1, nan])
    theirs.extend("a", [5.0])
    ours.extend("b", [])
    ours.extend("a", [-inf, 1e-320])
    assert list(ours) == ["a", "b"] and list(theirs) == ["a"]
    assert ours["a"][[0, 2, 3]].tolist() == [0.1, -inf, 1e-320] and isnan(ours["a"][1])
    assert ours["b"].tolist() == [] and theirs["a"].tolist() == [5.0]
    assert "c" not in ours
    with pytest.raises(KeyError):
        ours["c"]


def test_a_spool_leaves_no_file_behind(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "run"
    columns = Columns(Spool(np.float64, folder))
    columns.extend("a", [1.0])
    assert columns["a"].dtype == np.float64
    assert list(folder.iterdir()) == []


def test_a_folder_that_takes_no_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SummbenchError, match=r"below could not be written .* is kept"):
        Spool(np.float64, tmp_path / "file" / "below").append([1.0])


def test_whole_numbers_keep_all_their_bits(tmp_path: Path) -> None:
    spool = Spool(np.int64, tmp_path)
    few, none, more = spool.append([2**63 - 1, -(2**63)]), spool.append([]), spool.append([7])
    assert spool.read([more, none, few]).tolist() == [7, 2**63 - 1, -(2**63)]
