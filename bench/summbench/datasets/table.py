"""Articles and references from a JSONL, CSV, TSV or Parquet file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.records import Example
from summbench.core.tabular import Row, get_row_unit, read_rows
from summbench.datasets.columns import ExampleColumns, RowReader


class Table:
    """A file with one row an article.

    `references` names a column or several, or is None if there are none; `id=None` numbers the
    rows.
    """

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
        unit = get_row_unit(self._path)
        self._columns = ExampleColumns(id, document, columns, document_required, unit)

    def load(self) -> Sequence[Example]:
        """Read all rows of the file, in its order."""
        return self._columns.read_examples(_build_row_reader(self._path), str(self._path))


def _build_row_reader(path: Path) -> RowReader:
    """Build a reader that refuses the file if it changes between two readings."""
    first_state: list[tuple[int, int]] = []

    def read() -> Iterator[tuple[int, Row]]:
        rows = read_rows(path)
        status = path.stat()
        state = (status.st_mtime_ns, status.st_size)
        if not first_state:
            first_state.append(state)
        if state != first_state[0]:
            raise SummbenchError(
                f"{path} was changed while the run was reading it; repeat the run."
            )
        return rows

    return read
