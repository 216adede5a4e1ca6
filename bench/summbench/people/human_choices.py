"""People's choices between two summaries, read from a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from summbench.core.cells import format_value, parse_id
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.core.tabular import get_row_unit, read_rows
from summbench.people.choices import Choice
from summbench.people.contest import Contest

_OUTCOMES: Mapping[str, int] = {
    "1": 1, "1.0": 1, "first": 1, "-1": -1, "-1.0": -1, "second": -1, "0": 0, "0.0": 0, "tie": 0,
}  # fmt: skip
_ONLY_RATER = "people"


class HumanChoice(NamedTuple):
    """A choice, its dataset (empty if not given), and whether its article was drawn by chance."""

    dataset: str
    is_random: bool
    choice: Choice


@dataclass(frozen=True, slots=True)
class HumanChoices:
    """The choices of a file, and what people saw: (dataset, article, system) -> summary."""

    choices: Sequence[HumanChoice]
    summaries: Mapping[tuple[str, str, str], str]

    @property
    def articles(self) -> list[str]:
        """The articles of the choices."""
        return list(dict.fromkeys(human.choice.article for human in self.choices))


@dataclass(frozen=True, slots=True)
class UsableChoices:
    """The choices of an arena's articles and systems, and how many are left out, by the reason."""

    choices: Sequence[Choice]
    left_out: Mapping[str, int]


def read_choices(path: Path) -> HumanChoices:
    """Read the file of `collect`, or a table with a row a choice.

    A row a choice has `article` (or `id`), `first`, `second`, `outcome` (1, -1 or 0) or `preferred`
    (first, second or tie), and `rater` where there are several. An empty outcome is none. With
    `study` raters of one name are others in another study; `dataset` may be there, too.

    Raises: SummbenchError, if a value is wrong, or there is no choice.
    """
    choices: list[HumanChoice] = []
    summaries: dict[tuple[str, str, str], str] = {}
    file = path.expanduser()
    for number, row in read_rows(file):
        where = f"{file}: {get_row_unit(file)} {number}"
        article = parse_id(row.get("article", row.get("id")), where)
        dataset = str(row.get("dataset") or "")
        if isinstance(row.get("systems"), Mapping):
            texts = row["systems"].items()
            summaries |= {(dataset, article, str(name)): str(text) for name, text in texts}
        choices += [
            HumanChoice(dataset, row.get("selection") != "differing", choice)
            for cells in _list_cells(row, where)
            if (choice := _parse(cells, article, str(row.get("study") or ""), where)) is not None
        ]
    if not choices:
        raise SummbenchError(
            f"{file} has no choice between two summaries. Expected what summbench collect --out "
            "writes of a pairwise or best_worst study, or the columns article, first, second, "
            "outcome (1, -1 or 0) and rater."
        )
    return HumanChoices(choices, summaries)


def select_choices(human: HumanChoices, contest: Contest) -> UsableChoices:
    """Select what people chose among the arena's systems on its articles.

    Raises: SummbenchError, if they saw other summaries, or nothing is left.
    """
    for (dataset, article, system), text in human.summaries.items():
        own = contest.summaries.get(article, {}).get(system)
        is_same_dataset = dataset in ("", contest.dataset)
        if is_same_dataset and own is not None and show_controls(own) != show_controls(text):
            raise SummbenchError(
                f"The run has another summary by {system} of {article!r} than people chose from."
            )
    left_out: Counter[str] = Counter()
    usable = []
    for row in human.choices:
        if reason := _find_reason(row, contest):
            left_out[reason] += 1
        else:
            usable.append(row.choice)
    if not usable:
        reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
        raise SummbenchError(f"None of people's choices is of this arena: {reasons}.")
    return UsableChoices(usable, dict(left_out))


def _find_reason(row: HumanChoice, contest: Contest) -> str:
    """Why a choice is left out; empty if it is not."""
    if row.dataset not in ("", contest.dataset):
        return f"of another dataset ({row.dataset})"
    if not {row.choice.first, row.choice.second} <= set(contest.systems):
        return "about other systems"
    if not row.is_random:
        return "on articles that were not drawn by chance"
    return "" if row.choice.article in contest.texts else "on other articles"


def _list_cells(row: Mapping[str, Any], where: str) -> Iterator[Mapping[str, Any]]:
    """The row itself, or the choices in it."""
    if "choices" not in row:
        if "first" in row and "second" in row:
            yield row
        return
    cells = row["choices"]
    if not isinstance(cells, list) or not all(isinstance(cell, Mapping) for cell in cells):
        raise SummbenchError(
            f"{where}, column 'choices' is {format_value(cells)}; expected a list of objects with "
            "rater, first, second and outcome."
        )
    yield from cells


def _parse(cells: Mapping[str, Any], article: str, study: str, where: str) -> Choice | None:
    cell = cells.get("outcome", cells.get("preferred"))
    if cell in (None, ""):
        return None
    outcome = _OUTCOMES.get(str(cell).strip().lower())
    if outcome is None:
        raise SummbenchError(
            f"{where}: the outcome of a choice is {format_value(cell)}; expected 1 (the first), "
            "-1 (the second) or 0 (a tie), or in a column 'preferred' first, second or tie."
        )
    first, second = (parse_id(cells.get(name), f"{where}, {name}") for name in ("first", "second"))
    if first == second:
        raise SummbenchError(f"{where}: a choice is between {first!r} and itself.")
    rater = f"{study} {cells.get('rater') or _ONLY_RATER}".strip()
    return Choice(article, rater, first, second, outcome)
