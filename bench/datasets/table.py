"""Articles and references from a JSONL, CSV, TSV or Parquet file."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.datasets.columns import Columns
from bench.records import Example
from bench.tabular import rows


class Table:
    """One row an article; `references` names a column or several, or is None if there are none."""

    def __init__(
        self,
        path: str,
        id: str | None = "id",  # noqa: A002 - the column is called that everywhere
        document: str = "document",
        references: str | Sequence[str] | None = "references",
        document_required: bool = True,
    ) -> None:
        columns = [references] if isinstance(references, str) else references
        self._path = Path(path).expanduser()
        self._columns = Columns(id, document, columns, document_required)

    def load(self) -> Sequence[Example]:
        """All rows of the file, in its order."""
        return self._columns.examples(partial(rows, self._path), str(self._path))
