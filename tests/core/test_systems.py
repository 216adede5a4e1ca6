"""Summaries of systems out of rows; `tests/models/test_replay.py` has those of files."""

from __future__ import annotations

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.systems import SystemColumns


def test_without_an_id_column_the_rows_are_numbered_whatever_their_lines() -> None:
    rows = [(3, {"systems": {"a": "x"}}), (9, {"systems": {"a": "y", "b": ""}})]
    summaries = SystemColumns(id=None).read_systems(rows, "mine.csv")
    assert summaries == {"a": {"1": "x", "2": "y"}, "b": {"2": ""}}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            SystemColumns(),
            "f: line 2 has no column 'id'; it has 'key'. Name the right one with model.repl",
        ),
        (SystemColumns(unit="row", option=None), "f: row 2 has no column 'id'; it has 'key'."),
        (SystemColumns(id="key", unit="row", option=None), "'prediction'; it has 'key'."),
    ],
)
def test_messages_name_the_unit_and_the_option_if_there_is_one(
    columns: SystemColumns, message: str
) -> None:
    with pytest.raises(SummbenchError) as caught:
        columns.read_systems([(2, {"key": "a"})], "f")
    assert message in str(caught.value)
    assert ("model.replay" in str(caught.value)) == (columns.option is not None)
