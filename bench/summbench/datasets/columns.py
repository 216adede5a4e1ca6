"""The columns that hold articles and references, and the examples read from rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, overload

from summbench.core.cells import (
    MISSING,
    WRITTEN_BYTES,
    format_value,
    get_cell,
    is_blank,
    is_null_text,
    is_sentences,
    list_columns,
    parse_written_bytes,
    parse_written_list,
)
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, sha256
from summbench.core.row_ids import RowIds
from summbench.core.text import join_sentences, replace_surrogates

NumberedRows = Iterable[tuple[int, Mapping[str, Any]]]
RowReader = Callable[[], NumberedRows]
"""Returns all rows from the first on, each with its number; may be called again."""

GROUP = "group"
"""The column of groups that needs no naming."""
MAX_EXAMPLES_IN_MEMORY = 1_000
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

    With `id=None` rows are numbered, see `RowIds`; with `references=None` there are none. Without
    `document_required` a row may lack the article, which is empty then. With `system`, rows of
    several systems repeat the article and its references, and each is read once. Messages say
    `unit` for what the row numbers count, and `option` for the config key that names other columns.
    `notes` counts what was left out or read in another way than it was written. Results are also
    shown by the columns `groups`; a row may lack the one called `group`.
    """

    id: str | None
    document: str | None
    references: Sequence[str] | None
    document_required: bool = True
    unit: str = "line"
    option: str | None = "dataset.<name>"
    system: str | None = None
    notes: Counter[str] = field(default_factory=Counter)
    groups: Sequence[str] = (GROUP,)

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
        self.notes.clear()
        ids = RowIds(self.id, self.system, self.document, self.option)
        firsts: dict[str, tuple[int, str]] = {}
        for number, row in rows:
            where = f"{source}: {self.unit} {number}"
            example = self._build_example(row, ids.get(row, where), where)
            if self.system is not None:
                name = example.article.id
                content = sha256(example.article.text, *example.references)
                first, first_content = firsts.setdefault(name, (number, content))
                if content != first_content:
                    raise SummbenchError(
                        f"{where} has another article or other references for {name!r} than "
                        f"{self.unit} {first}."
                    )
                if first != number:
                    continue
            yield number, example

    def _build_example(self, row: Mapping[str, Any], name: str, where: str) -> Example:
        text: Any = MISSING
        if self.document is not None:
            text = get_cell(row, self.document)
            if text is MISSING and self.document_required:
                raise self._build_missing_error(row, "document", self.document, where)
            if text is not MISSING and not isinstance(text, str):
                raise SummbenchError(
                    f"{where}, column {self.document!r} holds {format_value(text)}, not a text."
                )
        if isinstance(text, str) and (decoded := parse_written_bytes(text)) is not None:
            self.notes[f"{self.document!r} is {WRITTEN_BYTES}"] += 1
            text = decoded
        article = Article(name, "" if text is MISSING else replace_surrogates(text))
        references = self._get_references(row, where)
        groups = self._get_groups(row, where)
        return Example(article, tuple(map(replace_surrogates, references)), groups)

    def _get_groups(
        self, row: Mapping[str, Any], where: str
    ) -> tuple[tuple[str, str | int | float | None], ...]:
        cells = {name: get_cell(row, name) for name in self.groups}
        for name, cell in cells.items():
            if cell is MISSING and name != GROUP:
                raise self._build_missing_error(row, "group", name, where)
            if cell is not MISSING and not isinstance(cell, str | int | float | None):
                raise SummbenchError(
                    f"{where}, column {name!r} holds {format_value(cell)}; expected the name of a "
                    "group, or a number."
                )
        return tuple((name, cell) for name, cell in cells.items() if cell is not MISSING)

    def _get_references(self, row: Mapping[str, Any], where: str) -> list[str]:
        """Of several columns those that are blank are left out, but for one that is filled."""
        columns = list(self.references or ())
        cells = {name: get_cell(row, name) for name in columns}
        filled = [n for n, c in cells.items() if not (_is_blank_or_missing(c) or is_null_text(c))]
        if len(columns) > 1 and filled:
            self.notes.update(
                f"{name!r} is blank and left out" for name in columns if name not in filled
            )
            columns = filled
        return [text for name in columns for text in self._get_column_texts(row, name, where)]

    def _get_column_texts(self, row: Mapping[str, Any], column: str, where: str) -> list[str]:
        """A text is one reference; a list holds one each, as a text or as a list of sentences.

        A list of one sentence says that it is one.
        """
        cell = get_cell(row, column)
        if cell is MISSING:
            raise self._build_missing_error(row, "references", column, where)
        if isinstance(cell, str) and (written := parse_written_list(cell)) is not None:
            self.notes[f"{column!r} is a list written as text, read as references of its own"] += 1
            cell = written
        elif isinstance(cell, str) and (decoded := parse_written_bytes(cell)) is not None:
            self.notes[f"{column!r} is {WRITTEN_BYTES}"] += 1
            cell = decoded
        items = [cell] if isinstance(cell, str) else cell
        if not isinstance(items, list) or not items:
            hint = f" ({self.option}.references=null if there are none)" if self.option else ""
            raise SummbenchError(
                f"{where}, column {column!r} holds {format_value(cell)}; expected a reference "
                f"summary or a list of them{hint}."
            )
        texts = [join_sentences(item) if is_sentences(item) else item for item in items]
        for number, text in enumerate(texts, start=1):
            if not isinstance(text, str) or not text.strip():
                raise SummbenchError(
                    f"{where}, column {column!r}: reference {number} is {format_value(text)}."
                )
        return texts

    def _build_missing_error(
        self, row: Mapping[str, Any], part: str, column: str, where: str
    ) -> SummbenchError:
        hint = f" Name the right one with {self.option}.{part}=..." if self.option else ""
        return SummbenchError(
            f"{where} has no column {column!r}; it has "
            f"{', '.join(sorted(map(repr, list_columns(row))))}.{hint}"
        )


def _is_blank_or_missing(cell: Any) -> bool:
    return cell is MISSING or is_blank(cell)
