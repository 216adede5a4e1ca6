"""Articles, references and summaries from Python objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from summbench.core.column_recognition import Recognizer, Roles
from summbench.core.column_samples import sample_columns
from summbench.core.errors import SummbenchError
from summbench.core.json_rows import Row
from summbench.core.records import Example
from summbench.core.systems import SummariesBySystem, SystemColumns
from summbench.datasets.columns import ExampleColumns

_MISSING_TYPES = ("NAType", "NaTType")  # of pandas, which is not imported for them


class InMemoryDataset:
    """Rows of a list of dicts, a DataFrame, a `datasets.Dataset` or an Arrow table.

    Columns are recognised by their names, see `Recognizer`. Cells become what a JSONL file
    would hold: NaN and NA are null, scalars and arrays of numpy, torch and Arrow are Python's.
    `source` names the rows in messages. An iterator is read once, when this is built.

    Raises: SummbenchError, if the object has no rows or two columns of one name.
    """

    def __init__(
        self, data: object, source: str = "the data", document_required: bool = True
    ) -> None:
        self._source, self._document_required = source, document_required
        self._records = _get_records(data, source)

    def load(self) -> Sequence[Example]:
        """Return one example a row, in their order."""
        roles = self._find_columns("document", "references")
        if roles.document is None and self._document_required:
            raise SummbenchError(
                f"{self._source} has no column for the article; it has "
                f"{', '.join(map(repr, self._get_names()))}. Call it 'document' or 'article'."
            )
        columns = ExampleColumns(
            roles.id,
            roles.document,
            roles.references or None,
            self._document_required,
            unit="row",
            option=None,
            system=roles.system,
        )
        return columns.read_examples(self._read, self._source)

    def read_summaries(self) -> SummariesBySystem:
        """Read the summaries of one system or several, by the ids that `load` gives."""
        roles = self._find_columns("references", "predictions")
        several = len(roles.predictions) > 1
        columns = SystemColumns(
            roles.id,
            roles.systems or "systems",
            roles.predictions if several else next(iter(roles.predictions), "prediction"),
            unit="row",
            option=None,
            system=roles.system,
            document=roles.document,
        )
        return columns.read_systems(self._read(), self._source)

    def _find_columns(self, *needed: str) -> Roles:
        return Recognizer(self._source, sample_columns(self._read()), {}, needed).recognize()

    def _get_names(self) -> list[str]:
        """The columns of all rows: the first row may lack one that others have."""
        names = getattr(self._records, "column_names", None)
        return names or list(dict.fromkeys(name for _, row in self._iterate() for name in row))

    def _read(self) -> Iterator[tuple[int, Row]]:
        for number, record in self._iterate():
            yield number, {name: _to_plain(value) for name, value in record.items()}

    def _iterate(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for number, record in enumerate(self._records, start=1):
            if not isinstance(record, Mapping):
                raise SummbenchError(
                    f"{self._source}: row {number} is a {type(record).__name__}; expected a "
                    "mapping of column names to values."
                )
            yield number, record


def _get_records(data: Any, source: str) -> Iterable[object]:
    """Rows that can be iterated over again; only a `datasets.Dataset` stays where it is."""
    if hasattr(data, "iterrows"):
        return _get_dataframe_records(data, source)
    if hasattr(data, "to_pylist"):
        return list(data.to_pylist())
    if isinstance(data, str | bytes | Mapping) or not isinstance(data, Iterable):
        raise SummbenchError(
            f"{source} is a {type(data).__name__}; expected rows: a list of dicts, a DataFrame, or "
            "one split of a datasets.Dataset."
        )
    return data if hasattr(data, "column_names") else list(data)


def _get_dataframe_records(data: Any, source: str) -> list[object]:
    """A named index is a column: `set_index("id")` must not lose the ids."""
    if any(name is not None for name in data.index.names):
        data = data.reset_index()
    names = list(data.columns)
    if repeated := [name for name in names if names.count(name) > 1]:
        raise SummbenchError(
            f"{source}: two columns are called {repeated[0]!r}; names must differ."
        )
    return list(data.to_dict("records"))


def _to_plain(value: Any) -> Any:
    if type(value) is str:
        return value
    if hasattr(value, "as_py"):
        return _to_plain(value.as_py())
    if hasattr(value, "tolist"):
        return _to_plain(value.tolist())
    if isinstance(value, Mapping):
        return {key: _to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(item) for item in value]
    is_nan = isinstance(value, float) and value != value
    return None if is_nan or type(value).__name__ in _MISSING_TYPES else value
