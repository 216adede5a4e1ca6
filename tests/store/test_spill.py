"""Columns in a temporary file: what was appended comes back, in its order."""

from __future__ import annotations

from math import inf, isnan, nan
from pathlib import Path

import numpy as np
import pytest

from summbench.core.errors import SummbenchError
from summbench.store.spill import SpilledColumns, SpillFile


def test_columns_of_one_file_come_back_chunk_by_chunk(tmp_path: Path) -> None:
    file = SpillFile(np.float64, tmp_path)
    first, second = SpilledColumns(file), SpilledColumns(file)
    first.extend("a", [0.1, nan])
    second.extend("a", [5.0])
    first.extend("b", [])
    first.extend("a", [-inf, 1e-320])
    assert list(first) == ["a", "b"] and list(second) == ["a"]
    assert first["a"][[0, 2, 3]].tolist() == [0.1, -inf, 1e-320] and isnan(first["a"][1])
    assert first["b"].tolist() == [] and second["a"].tolist() == [5.0]
    assert "c" not in first
    with pytest.raises(KeyError):
        first["c"]


def test_a_spill_file_leaves_no_file_behind(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "run"
    columns = SpilledColumns(SpillFile(np.float64, folder))
    columns.extend("a", [1.0])
    assert columns["a"].dtype == np.float64
    assert list(folder.iterdir()) == []


def test_a_folder_that_takes_no_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SummbenchError, match=r"below could not be written .* is kept"):
        SpillFile(np.float64, tmp_path / "file" / "below").append([1.0])


def test_whole_numbers_keep_all_their_bits(tmp_path: Path) -> None:
    file = SpillFile(np.int64, tmp_path)
    few, none, more = file.append([2**63 - 1, -(2**63)]), file.append([]), file.append([7])
    assert file.read([more, none, few]).tolist() == [7, 2**63 - 1, -(2**63)]


def test_what_is_appended_after_a_reading_comes_after_all_others(tmp_path: Path) -> None:
    file = SpillFile(np.int64, tmp_path)
    first, second = file.append([1, 2]), file.append([3])
    assert file.read([first]).tolist() == [1, 2]
    third = file.append([4])
    assert file.read([first, second, third]).tolist() == [1, 2, 3, 4]
