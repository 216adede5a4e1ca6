"""Summaries that systems made elsewhere, read from rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.tabular import parse_id
from summbench.core.text import join_sentences, replace_surrogates

SummariesBySystem = Mapping[str, Mapping[str, str]]
"""System -> article id -> summary; an article without a summary is left out."""


@dataclass(frozen=True, slots=True)
class SystemColumns:
    """Names the columns of summaries, and reads the summaries from rows.

    A row has `systems` (name -> summary), or `prediction` for one system called `name`. With
    `id=None` rows are numbered from 1. Messages say `unit` for what the row numbers count, and
    `option` for the config key that names other columns.
    """

    id: str | None = "id"
    systems: str = "systems"
    prediction: str = "prediction"
    name: str = "prediction"
    unit: str = "line"
    option: str | None = "model.replay"

    def read_systems(
        self, rows: Iterable[tuple[int, Mapping[str, Any]]], source: str
    ) -> SummariesBySystem:
        """Read the summaries of each system, in the order in which rows first name the systems.

        A null summary is left out; an empty one is a summary.
        Raises: SummbenchError for the first row that is wrong, and if no row names a system.
        """
        summaries: dict[str, dict[str, str]] = {}
        first_numbers: dict[tuple[str, str], int] = {}
        for count, (number, row) in enumerate(rows, start=1):
            where = f"{source}: {self.unit} {number}"
            article = str(count) if self.id is None else self._get_id(row, self.id, where)
            for system, summary in self._get_summaries(row, where).items():
                first = first_numbers.setdefault((system, article), number)
                if first != number:
                    raise SummbenchError(
                        f"{where} has a second summary of {article!r} by {system!r}; "
                        f"the first is in {self.unit} {first}."
                    )
                by_article = summaries.setdefault(system, {})
                if summary is not None:
                    by_article[article] = _parse_summary(summary, f"{where}, system {system!r}")
        if not summaries:
            raise SummbenchError(
                f"{source} names no system: {self.systems!r} is empty in each {self.unit}."
            )
        return summaries

    def _get_id(self, row: Mapping[str, Any], column: str, where: str) -> str:
        if column not in row:
            raise SummbenchError(
                f"{where} has no {column!r}; it has {', '.join(map(repr, row))}."
                + self._format_hint("Name the right one with {}.id=...")
            )
        return parse_id(row[column], f"{where}, column {column!r}")

    def _get_summaries(self, row: Mapping[str, Any], where: str) -> Mapping[str, object]:
        by_system = row.get(self.systems)
        if isinstance(by_system, dict):
            if blank := [name for name in by_system if not name.strip()]:
                raise SummbenchError(f"{where}: {blank[0]!r} is no name for a system.")
            return {replace_surrogates(name): summary for name, summary in by_system.items()}
        if self.prediction in row:
            return {self.name: row[self.prediction]}
        raise SummbenchError(
            f"{where} has neither {self.systems!r} (name -> summary) nor {self.prediction!r}; "
            f"it has {', '.join(map(repr, row))}."
            + self._format_hint("Name the column with {}.prediction=...")
        )

    def _format_hint(self, sentence: str) -> str:
        return f" {sentence.format(self.option)}" if self.option else ""


def _parse_summary(summary: object, where: str) -> str:
    if isinstance(summary, list) and all(isinstance(line, str) for line in summary):
        summary = join_sentences(summary)
    if not isinstance(summary, str):
        raise SummbenchError(
            f"{where} holds {summary!r}; expected a summary or a list of sentences."
        )
    return replace_surrogates(summary)
