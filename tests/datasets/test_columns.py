"""Examples that are read again, and ids that repeat."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.datasets.columns import MAX_EXAMPLES_IN_MEMORY, ExampleColumns, LazyExamples
from summbench.datasets.description import (
    fingerprint_dataset,
)
from summbench.datasets.hub import Hub
from summbench.datasets.table import Table
from tests.datasets.files import get_error, write_jsonl


def test_a_large_file_is_read_again_and_not_held(tmp_path: Path) -> None:
    count = MAX_EXAMPLES_IN_MEMORY + 1
    row = {"document": "x", "references": "y"}
    path = Path(write_jsonl(tmp_path / "a.jsonl", *({"id": str(i), **row} for i in range(count))))
    examples = Table(str(path)).load()
    assert isinstance(examples, LazyExamples)
    assert len(examples) == count
    assert (examples[-1].article.id, examples[7].article.id) == (str(count - 1), "7")
    assert [e.article.id for e in examples[3:6]] == ["3", "4", "5"]
    assert len(examples[:9]) == 9
    assert fingerprint_dataset(examples) == fingerprint_dataset(list(examples))
    write_jsonl(path, {"id": "0", **row})
    with pytest.raises(SummbenchError, match="was changed while the run was reading it"):
        list(examples)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_large_table_and_a_large_hub_dataset_are_read_again_too(
    tmp_path: Path, suffix: str
) -> None:
    count = MAX_EXAMPLES_IN_MEMORY + 1
    ids = [str(i) for i in range(count)]
    table = pa.table({"id": ids, "document": ["x"] * count, "references": ["y"] * count})
    path = tmp_path / f"a.{suffix}"
    (pc.write_csv if suffix == "csv" else pq.write_table)(table, path)
    (tmp_path / "hub").mkdir()
    shutil.copy(path, tmp_path / "hub" / f"test.{suffix}")
    hub = Hub(str(tmp_path / "hub"), "document", "references", id="id")
    for examples in (Table(str(path)).load(), hub.load()):
        assert isinstance(examples, LazyExamples)
        assert [e.article.id for e in examples] == ids
        assert examples[count - 1] == Example(Article(str(count - 1), "x"), ("y",))


def test_a_repeated_id_is_named_with_both_of_its_lines() -> None:
    def read(*ids: int) -> Sequence[Example]:
        def number_rows() -> Iterator[tuple[int, dict[str, Any]]]:
            return ((i + 1, {"id": name, "text": "x"}) for i, name in enumerate(ids))

        return ExampleColumns("id", "text", None).read_examples(number_rows, "a.jsonl")

    assert [e.article.id for e in read(1, 2, 3)] == ["1", "2", "3"]
    message = get_error(read, 1, 2, 3, 2)
    assert message.startswith("a.jsonl: line 4, column 'id' repeats the id '2' of line 2;")
