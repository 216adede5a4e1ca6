"""Rows to examples, and a sentence with line and column for a row that is none."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, overload

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.core.tabular import shown
from summbench.core.text import replace_surrogates

Rows = Callable[[], Iterable[tuple[int, Mapping[str, Any]]]]
"""All rows from the first on, each with its line, as often as they are asked for."""

HELD = 20_000
"""A dataset of more rows is not held in memory."""


class Reread(Sequence[Example]):
    """Examples that are read again each time: from the first to the last costs one reading."""

    def __init__(self, read: Callable[[], Iterator[Example]], places: range) -> None:
        self._read, self._places = read, places

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Example]:
        return islice(self._read(), self._places.start, self._places.stop)

    @overload
    def __getitem__(self, place: int) -> Example: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Example]: ...
    def __getitem__(self, place: int | slice) -> Example | Sequence[Example]:
        if isinstance(place, int):
            return next(islice(self._read(), self._places[place], None))
        if place.step in (None, 1):
            return Reread(self._read, self._places[place])
        return list(self)[place]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that hold an example.

    `id=None` numbers the rows, `references=None` says that there are none, and
    `document_required=False` takes a row without an article as one with an empty article.
    """

    id: str | None
    document: str
    references: Sequence[str] | None
    document_required: bool = True

    def examples(self, rows: Rows, source: str) -> Sequence[Example]:
        """One example a row; an empty article is allowed and counted later.

        All rows are checked here. Few are held; many are read again whenever they are asked for.
        """
        kept: list[Example] = []
        count = 0
        for _, example in self._checked(rows, source):
            count += 1
            if count <= HELD:
                kept.append(example)
        if not count:
            raise SummbenchError(f"{source} has no rows; at least one article is wanted.")
        if count <= HELD:
            return kept
        return Reread(lambda: (e for _, e in self._read(rows(), source)), range(count))

    def _checked(self, rows: Rows, source: str) -> Iterator[tuple[int, Example]]:
        """No id twice; ids are held as hashes, and looked up again when two hashes are equal."""
        seen: set[int] = set()
        for number, example in self._read(rows(), source):
            name = example.article.id
            if self.id is not None and hash(name) in seen:
                first = next(n for n, e in self._read(rows(), source) if e.article.id == name)
                if first != number:
                    raise SummbenchError(
                        f"{source}: line {number}, column {self.id!r} repeats the id {name!r} "
                        f"of line {first}; ids must be unique."
                    )
            seen.add(hash(name))
            yield number, example

    def _read(
        self, rows: Iterable[tuple[int, Mapping[str, Any]]], source: str
    ) -> Iterator[tuple[int, Example]]:
        for count, (number, row) in enumerate(rows, start=1):
            yield number, self._example(row, count, f"{source}: line {number}")

    def _example(self, row: Mapping[str, Any], count: int, where: str) -> Example:
        name = str(count) if self.id is None else self._id(row, where)
        if self.document in row or self.document_required:
            text = _cell(row, "document", self.document, where)
            if not isinstance(text, str):
                raise SummbenchError(
                    f"{where}, column {self.document!r} holds {shown(text)}, not a text."
                )
        else:
            text = ""
        found = [
            reference
            for column in self.references or ()
            for reference in _texts(_cell(row, "references", column, where), where, column)
        ]
        article = Article(name, replace_surrogates(text))
        return Example(article, tuple(map(replace_surrogates, found)))

    def _id(self, row: Mapping[str, Any], where: str) -> str:
        assert self.id is not None
        value = _cell(row, "id", self.id, where)
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise SummbenchError(f"{where}, column {self.id!r} holds {shown(value)}, not an id.")
        return replace_surrogates(str(value))


def _cell(row: Mapping[str, Any], what: str, column: str, where: str) -> Any:
    if column not in row:
        raise SummbenchError(
            f"{where} has no column {column!r}; it has {', '.join(sorted(map(repr, row)))}. "
            f"Name the right one with dataset.<name>.{what}=..."
        )
    return row[column]


def _texts(cell: Any, where: str, column: str) -> list[str]:
    """A text is one reference; a list holds one each, as a text or as a list of sentences."""
    items = [cell] if isinstance(cell, str) else cell
    if not isinstance(items, list) or not items:
        raise SummbenchError(
            f"{where}, column {column!r} holds {shown(cell)}; a reference summary or a list "
            "of them is wanted (dataset.<name>.references=null if there are none)."
        )
    texts = ["\n".join(i) if _is_sentences(i) else i for i in items]
    for number, text in enumerate(texts, start=1):
        if not isinstance(text, str) or not text.strip():
            raise SummbenchError(
                f"{where}, column {column!r}: reference {number} is {shown(text)}."
            )
    return texts


def _is_sentences(item: Any) -> bool:
    return isinstance(item, list) and all(isinstance(sentence, str) for sentence in item)
