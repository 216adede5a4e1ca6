"""Summaries that systems made elsewhere, read from rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from summbench.core.cells import (
    MISSING,
    WRITTEN_BYTES,
    get_cell,
    is_blank,
    is_sentences,
    parse_written_bytes,
    parse_written_list,
    parse_written_object,
)
from summbench.core.column_samples import to_tuple
from summbench.core.errors import SummbenchError
from summbench.core.row_ids import RowIds
from summbench.core.text import join_sentences, replace_surrogates

Summary = str | tuple[str, ...]
"""One summary of an article, or several."""
SummariesBySystem = Mapping[str, Mapping[str, Summary]]
"""System -> article id -> summary; an article without a summary is left out."""

_SENTENCE_END = re.compile(r"[.!?][\"')\]\u201d\u2019]*\s+\S")


@dataclass(frozen=True, slots=True)
class SystemColumns:
    """Names the columns of summaries, and reads the summaries from rows.

    A row has `systems` (name -> summary), or `prediction`: of one system called `name`, of the
    system that the column `system` names, or if it is a list of columns of a system each. With
    `id=None` articles are numbered, see `RowIds`. Messages say `unit` for what the row numbers
    count, and `option` for the config key that names other columns. `notes` counts what was read
    in another way than it was written.
    """

    id: str | None = "id"
    systems: str | None = "systems"
    prediction: str | Sequence[str] | None = "prediction"
    name: str = "prediction"
    unit: str = "line"
    option: str | None = "model.replay"
    system: str | None = None
    document: str | None = None
    notes: Counter[str] = field(default_factory=Counter)

    def read_systems(
        self, rows: Iterable[tuple[int, Mapping[str, Any]]], source: str
    ) -> SummariesBySystem:
        """Read the summaries of each system, in the order in which rows first name the systems.

        A null summary is left out; an empty one is a summary.
        Raises: SummbenchError for the first row that is wrong, and if no row names a system.
        """
        summaries: dict[str, dict[str, Summary]] = {}
        first_numbers: dict[tuple[str, str], int] = {}
        ids = RowIds(self.id, self.system, self.document, self.option)
        for number, row in rows:
            where = f"{source}: {self.unit} {number}"
            article = ids.get(row, where)
            for system, summary in self._get_summaries(row, where).items():
                first = first_numbers.setdefault((system, article), number)
                if first != number:
                    raise SummbenchError(
                        f"{where} has a second summary of {article!r} by {system!r}; "
                        f"the first is in {self.unit} {first}."
                    )
                by_article = summaries.setdefault(system, {})
                if not _is_missing(summary):
                    place = f"{where}, system {system!r}"
                    by_article[article] = self._parse_summary(summary, place)
        if not summaries:
            raise SummbenchError(
                f"{source} names no system: {self.systems!r} is empty in each {self.unit}."
            )
        return summaries

    def _get_summaries(self, row: Mapping[str, Any], where: str) -> Mapping[str, object]:
        by_system = MISSING if self.systems is None else get_cell(row, self.systems)
        if isinstance(by_system, str):
            by_system = parse_written_object(by_system)
        if isinstance(by_system, dict):
            if blank := [name for name in by_system if not name.strip()]:
                raise SummbenchError(f"{where}: {blank[0]!r} is no name for a system.")
            return {replace_surrogates(name): summary for name, summary in by_system.items()}
        columns = to_tuple(self.prediction)
        cells = {name: get_cell(row, name) for name in columns}
        if columns and (len(columns) > 1 or MISSING not in cells.values()):
            if self.system is not None:
                return {self._get_system(row, where): cells[columns[0]]}
            if len(columns) > 1:
                return {replace_surrogates(name): cell for name, cell in cells.items()}
            return {self.name: cells[columns[0]]}
        hint = f" Name the column with {self.option}.prediction=..." if self.option else ""
        raise SummbenchError(
            f"{where} has neither {self.systems!r} (name -> summary) nor {self.prediction!r}; "
            f"it has {', '.join(map(repr, row))}.{hint}"
        )

    def _get_system(self, row: Mapping[str, Any], where: str) -> str:
        assert self.system is not None
        name = get_cell(row, self.system)
        if not isinstance(name, str) or not name.strip():
            raise SummbenchError(f"{where}, column {self.system!r} names no system.")
        return replace_surrogates(name)

    def _parse_summary(self, summary: object, where: str) -> Summary:
        """A text, a list of its sentences, or a list of summaries; `[["..."]]` is one sentence.

        A list is of summaries if one of its texts has several sentences, or is a list itself.
        """
        if isinstance(summary, str) and (written := parse_written_list(summary)) is not None:
            self.notes["summaries are lists written as text"] += 1
            summary = written
        if isinstance(summary, str) and (decoded := parse_written_bytes(summary)) is not None:
            self.notes[f"summaries are {WRITTEN_BYTES}"] += 1
            summary = decoded
        if isinstance(summary, list) and len(summary) == 1 and is_sentences(summary[0]):
            return replace_surrogates(join_sentences(summary[0]))
        if isinstance(summary, list) and len(summary) > 1 and all(map(is_sentences, summary)):
            self.notes["summaries are lists, read as several summaries of an article"] += 1
            return tuple(replace_surrogates(join_sentences(texts)) for texts in summary)
        if is_sentences(summary):
            if len(summary) > 1 and any(map(_SENTENCE_END.search, summary)):
                self.notes["summaries are lists, read as several summaries of an article"] += 1
                return tuple(map(replace_surrogates, summary))
            if len(summary) > 1:
                self.notes["summaries are lists, read as the sentences of one summary"] += 1
            is_one_text = len(summary) == 1 and _SENTENCE_END.search(summary[0])
            summary = summary[0] if is_one_text else join_sentences(summary)
        if not isinstance(summary, str):
            raise SummbenchError(
                f"{where} holds {summary!r}; expected a summary or a list of sentences."
            )
        return replace_surrogates(summary)


def _is_missing(summary: object) -> bool:
    """Null, NaN, and no cell at all; an empty text or list is a summary."""
    return summary is MISSING or (not isinstance(summary, str | list) and is_blank(summary))
