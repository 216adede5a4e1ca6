"""The columns that hold articles and references, and the examples read from rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, overload

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.core.tabular import format_value, parse_id
from summbench.core.text import join_sentences, replace_surrogates

NumberedRows = Iterable[tuple[int, Mapping[str, Any]]]
RowReader = Callable[[], NumberedRows]
"""Returns all rows from the first on, each with its number; may be called again."""

DOCUMENT_NAMES = ("document", "article", "text", "dialogue")
REFERENCE_NAMES = ("references", "reference", "highlights", "summary")
"""Names that the field's datasets give these columns; the first that is there is taken."""

MAX_EXAMPLES_IN_MEMORY = 20_000
"""A dataset of more rows is read again each time."""


class LazyExamples(Sequence[Example]):
    """Examples that are read again each time; an iteration over all of them reads once."""

    def __init__(self, read: Callable[[], Iterator[Example]], positions: range) -> None:
        self._read, self._positions = read, positions

    def __len__(self) -> int:
        return len(self._positions)

    def __iter__(self) -> Iterator[Example]:
        return islice(self._read(), self._positions.start, self._positions.stop)

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Example]: ...
    def __getitem__(self, index: int | slice) -> Example | Sequence[Example]:
        if isinstance(index, int):
            return next(islice(self._read(), self._positions[index], None))
        if index.step in (None, 1):
            return LazyExamples(self._read, self._positions[index])
        return list(self)[index]


@dataclass(frozen=True, slots=True)
class ExampleColumns:
    """Names the columns of an example, and reads examples from rows.

    With `id=None` rows are numbered from 1; with `references=None` there are none. Without
    `document_required` a row may lack the article, which is empty then. Messages say `unit` for
    what the row numbers count, and `option` for the config key that names other columns.
    """

    id: str | None
    document: str
    references: Sequence[str] | None
    document_required: bool = True
    unit: str = "line"
    option: str | None = "dataset.<name>"

    def read_examples(self, read_rows: RowReader, source: str) -> Sequence[Example]:
        """Read and check one example a row; empty articles are allowed.

        Above `MAX_EXAMPLES_IN_MEMORY` rows the result reads the rows again when it is used.
        Raises: SummbenchError for the first row that is no example, and if there are no rows.
        """
        examples: list[Example] = []
        count = 0
        for example in self._iterate_unique(read_rows, source):
            count += 1
            if count <= MAX_EXAMPLES_IN_MEMORY:
                examples.append(example)
        if not count:
            raise SummbenchError(f"{source} has no rows; expected at least one article.")
        if count <= MAX_EXAMPLES_IN_MEMORY:
            return examples
        return LazyExamples(
            lambda: (example for _, example in self._iterate(read_rows(), source)), range(count)
        )

    def _iterate_unique(self, read_rows: RowReader, source: str) -> Iterator[Example]:
        """Refuse an id that repeats; ids are held as hashes, and read again if hashes are equal."""
        hashes: set[int] = set()
        for number, example in self._iterate(read_rows(), source):
            name = example.article.id
            if self.id is not None and hash(name) in hashes:
                rows = self._iterate(read_rows(), source)
                first = next(n for n, other in rows if other.article.id == name)
                if first != number:
                    raise SummbenchError(
                        f"{source}: {self.unit} {number}, column {self.id!r} repeats the id "
                        f"{name!r} of {self.unit} {first}; ids must be unique."
                    )
            hashes.add(hash(name))
            yield example

    def _iterate(self, rows: NumberedRows, source: str) -> Iterator[tuple[int, Example]]:
        for count, (number, row) in enumerate(rows, start=1):
            yield number, self._build_example(row, count, f"{source}: {self.unit} {number}")

    def _build_example(self, row: Mapping[str, Any], count: int, where: str) -> Example:
        name = str(count) if self.id is None else self._get_id(row, self.id, where)
        text = ""
        if self.document in row or self.document_required:
            text = self._get_cell(row, "document", self.document, where)
            if not isinstance(text, str):
                raise SummbenchError(
                    f"{where}, column {self.document!r} holds {format_value(text)}, not a text."
                )
        references = [
            reference
            for column in self.references or ()
            for reference in self._get_references(row, column, where)
        ]
        article = Article(name, replace_surrogates(text))
        return Example(article, tuple(map(replace_surrogates, references)))

    def _get_id(self, row: Mapping[str, Any], column: str, where: str) -> str:
        return parse_id(self._get_cell(row, "id", column, where), f"{where}, column {column!r}")

    def _get_references(self, row: Mapping[str, Any], column: str, where: str) -> list[str]:
        """A text is one reference; a list holds one each, as a text or as a list of sentences.

        A list of one sentence says that it is one.
        """
        cell = self._get_cell(row, "references", column, where)
        items = [cell] if isinstance(cell, str) else cell
        if not isinstance(items, list) or not items:
            hint = f" ({self.option}.references=null if there are none)" if self.option else ""
            raise SummbenchError(
                f"{where}, column {column!r} holds {format_value(cell)}; expected a reference "
                f"summary or a list of them{hint}."
            )
        texts = [join_sentences(item) if _is_sentences(item) else item for item in items]
        for number, text in enumerate(texts, start=1):
            if not isinstance(text, str) or not text.strip():
                raise SummbenchError(
                    f"{where}, column {column!r}: reference {number} is {format_value(text)}."
                )
        return texts

    def _get_cell(self, row: Mapping[str, Any], part: str, column: str, where: str) -> Any:
        if column not in row:
            hint = f" Name the right one with {self.option}.{part}=..." if self.option else ""
            raise SummbenchError(
                f"{where} has no column {column!r}; it has {', '.join(sorted(map(repr, row)))}."
                f"{hint}"
            )
        return row[column]


def recognize_columns(
    names: Collection[str], source: str, document_required: bool = True
) -> ExampleColumns:
    """Find the columns of rows in memory by their names.

    Rows without a column `id` are numbered; without a column of references there are none.
    Raises: SummbenchError, if there is no column of articles and `document_required`.
    """
    document = next((name for name in DOCUMENT_NAMES if name in names), None)
    if document is None and document_required:
        raise SummbenchError(
            f"{source} has no column for the article; it has {', '.join(map(repr, names))}. "
            f"Call it one of {', '.join(map(repr, DOCUMENT_NAMES))}."
        )
    references = next((name for name in REFERENCE_NAMES if name in names), None)
    return ExampleColumns(
        "id" if "id" in names else None,
        document or DOCUMENT_NAMES[0],
        None if references is None else [references],
        document_required,
        unit="row",
        option=None,
    )


def _is_sentences(item: Any) -> bool:
    return isinstance(item, list) and all(isinstance(sentence, str) for sentence in item)
