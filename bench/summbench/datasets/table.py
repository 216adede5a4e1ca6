"""Articles and references from a JSONL, CSV, TSV or Parquet file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.records import Example
from summbench.core.tabular import Row, rows
from summbench.datasets.columns import Columns, Rows


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
        return self._columns.examples(_rereadable(self._path), str(self._path))


def _rereadable(path: Path) -> Rows:
    """The file's rows as often as they are asked for, unless it is written to meanwhile."""
    states: list[tuple[int, int]] = []

    def read() -> Iterator[tuple[int, Row]]:
        found = rows(path)
        state = path.stat()
        states.append((state.st_mtime_ns, state.st_size))
        if states[-1] != states[0]:
            raise SummbenchError(
                f"{path} was changed while the run was reading it; repeat the run."
            )
        return found

    return read
