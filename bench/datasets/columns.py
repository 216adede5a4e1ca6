"""Rows to examples, and a sentence with line and column for a row that is none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.errors import BenchError
from bench.records import Article, Example
from bench.tabular import shown
from bench.text import encodable


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

    def examples(self, rows: Iterable[tuple[int, Mapping[str, Any]]], source: str) -> list[Example]:
        """One example a row; an empty article is allowed and counted later."""
        examples: list[Example] = []
        seen: dict[str, int] = {}
        for count, (number, row) in enumerate(rows, start=1):
            where = f"{source}: line {number}"
            example = self._example(row, count, where)
            first = seen.setdefault(example.article.id, number)
            if first != number:
                raise BenchError(
                    f"{where}, column {self.id!r} repeats the id {example.article.id!r} "
                    f"of line {first}; ids must be unique."
                )
            examples.append(example)
        if not examples:
            raise BenchError(f"{source} has no rows; at least one article is wanted.")
        return examples

    def _example(self, row: Mapping[str, Any], count: int, where: str) -> Example:
        name = str(count) if self.id is None else self._id(row, where)
        if self.document in row or self.document_required:
            text = _cell(row, "document", self.document, where)
            if not isinstance(text, str):
                raise BenchError(
                    f"{where}, column {self.document!r} holds {shown(text)}, not a text."
                )
        else:
            text = ""
        found = [
            reference
            for column in self.references or ()
            for reference in _texts(_cell(row, "references", column, where), where, column)
        ]
        return Example(Article(name, encodable(text)), tuple(map(encodable, found)))

    def _id(self, row: Mapping[str, Any], where: str) -> str:
        assert self.id is not None
        value = _cell(row, "id", self.id, where)
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise BenchError(f"{where}, column {self.id!r} holds {shown(value)}, not an id.")
        return encodable(str(value))


def _cell(row: Mapping[str, Any], what: str, column: str, where: str) -> Any:
    if column not in row:
        raise BenchError(
            f"{where} has no column {column!r}; it has {', '.join(sorted(map(repr, row)))}. "
            f"Name the right one with dataset.<name>.{what}=..."
        )
    return row[column]


def _texts(cell: Any, where: str, column: str) -> list[str]:
    """A text is one reference; a list holds one each, as a text or as a list of sentences."""
    items = [cell] if isinstance(cell, str) else cell
    if not isinstance(items, list) or not items:
        raise BenchError(
            f"{where}, column {column!r} holds {shown(cell)}; a reference summary or a list "
            "of them is wanted (dataset.<name>.references=null if there are none)."
        )
    texts = ["\n".join(i) if _is_sentences(i) else i for i in items]
    for number, text in enumerate(texts, start=1):
        if not isinstance(text, str) or not text.strip():
            raise BenchError(f"{where}, column {column!r}: reference {number} is {shown(text)}.")
    return texts


def _is_sentences(item: Any) -> bool:
    return isinstance(item, list) and all(isinstance(sentence, str) for sentence in item)
