"""The files that raters send back, checked against the assignments of their study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from summbench.core.errors import SummbenchError
from summbench.people.assignment import CHECK, write_check
from summbench.people.page import CHECK_FACTS, split_words
from summbench.people.rated import STATES
from summbench.people.study import Item, Study

_FORMAT = "summbench-answers"
_CHOICES = {"first", "second", "tie"}


class _Answer(msgspec.Struct):
    value: dict[str, Any]
    seconds: float = 0.0


class _AnswerFile(msgspec.Struct):
    format: str
    study: str
    rater: str
    saved: str
    answers: dict[str, _Answer]
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """A rater's valid answer to an item, and the seconds that it was in sight."""

    rater: str
    item: Item
    value: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True, slots=True)
class RaterRecord:
    """How much a rater answered, how many checks of attention failed, and the median seconds."""

    rater: str
    answered: int
    assigned: int
    checks: int
    failed_checks: int
    seconds: float


@dataclass(slots=True)
class Responses:
    """The answers of all raters, those to checks apart, and sentences on what is wrong.

    `simulated` are raters whose files say that no person answered.
    """

    responses: list[Response] = field(default_factory=list)
    checks: list[Response] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    simulated: list[str] = field(default_factory=list)


def read_responses(files: Sequence[Path], study: Study) -> Responses:
    """Read the answers of files, of a rater with several the latest.

    Raises: SummbenchError if a file is no file of answers, or of another study.
    """
    collected = Responses()
    latest: dict[str, tuple[str, Path, _AnswerFile]] = {}
    for path in files:
        content = _read(path, study)
        other = latest.get(content.rater)
        if other is not None:
            older, newer = sorted([other, (content.saved, path, content)], key=lambda x: x[0])
            same = older[2].answers == newer[2].answers
            collected.problems.append(
                f"{content.rater} has two files, {older[1].name} and {newer[1].name}, with "
                f"{'the same answers' if same else 'different answers: the later one counts'}."
            )
            latest[content.rater] = newer
        else:
            latest[content.rater] = content.saved, path, content
    for rater in study.raters:
        if rater not in latest:
            collected.problems.append(f"There is no file of {rater}.")
            continue
        content = latest[rater][2]
        collected.simulated += [rater] if content.simulated else []
        _add(collected, study, rater, content.answers)
    return collected


def _read(path: Path, study: Study) -> _AnswerFile:
    try:
        content = msgspec.json.decode(path.read_bytes(), type=_AnswerFile)
    except OSError as error:
        raise SummbenchError(f"{path} can't be read ({error.strerror}).") from error
    except msgspec.DecodeError as error:
        raise SummbenchError(
            f"{path} is no file of answers ({error}); expected what a rater's page saved."
        ) from error
    if content.format != _FORMAT or content.study != study.id or content.rater not in study.raters:
        raise SummbenchError(
            f"{path} is of {content.rater!r} in study {content.study!r}, and these assignments are "
            f"of study {study.id!r} with {', '.join(study.raters)}."
        )
    return content


def _add(collected: Responses, study: Study, rater: str, answers: Mapping[str, _Answer]) -> None:
    items = {item.id: item for item in study.raters[rater]}
    invalid = []
    for name, answer in answers.items():
        value = None if name not in items else parse_value(study, items[name], answer.value)
        if value is None:
            invalid.append(name)
            continue
        response = Response(rater, items[name], value, answer.seconds)
        is_check = items[name].expected is not None
        (collected.checks if is_check else collected.responses).append(response)
    if invalid:
        collected.problems.append(
            f"{rater}: {len(invalid)} answers are to nothing that was asked, or not possible, and "
            f"are left out (first: {invalid[0]!r})."
        )
    missing = len(items) - (len(answers) - len(invalid))
    if missing:
        collected.problems.append(
            f"{rater} has not answered {missing} of {len(items)} screens; what is there counts."
        )


def parse_value(study: Study, item: Item, value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer with numbers as numbers, or None if it is none that the page can give."""
    try:
        return _PARSERS[study.design](study, item, value)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _parse_likert(study: Study, item: Item, value: Mapping[str, Any]) -> dict[str, Any]:
    points = {d.name: int(value[d.name]) for d in study.dimensions}
    if not all(1 <= points[d.name] <= len(d.anchors) for d in study.dimensions):
        raise ValueError
    return points


def _parse_pairwise(study: Study, item: Item, value: Mapping[str, Any]) -> dict[str, Any]:
    if value["choice"] not in _CHOICES:
        raise ValueError
    return {"choice": value["choice"]}


def _parse_best_worst(study: Study, item: Item, value: Mapping[str, Any]) -> dict[str, Any]:
    best, worst = int(value["best"]), int(value["worst"])
    if best == worst or not {best, worst} <= set(range(len(item.systems))):
        raise ValueError
    return {"best": best, "worst": worst}


def _parse_spans(study: Study, item: Item, value: Mapping[str, Any]) -> dict[str, Any]:
    if value["finished"] is not True:
        raise ValueError
    n = count_words(study, item)
    spans = [[int(first), int(last)] for first, last in value["spans"]]
    if not all(0 <= first <= last < n for first, last in spans):
        raise ValueError
    return {"spans": spans}


def count_words(study: Study, item: Item) -> int:
    """Count the words that can be marked."""
    name = item.systems[0]
    is_check = name == CHECK
    summaries = study.get_articles()[item.article].summaries
    text = write_check(study.design, item.expected) if is_check else summaries[name]
    return sum(bool(word) for word in split_words(text)[::2])


def _parse_checklist(study: Study, item: Item, value: Mapping[str, Any]) -> dict[str, Any]:
    facts = [fact.id for fact in study.get_articles()[item.article].facts]
    names = [f"f{i + 1}" for i in range(len(CHECK_FACTS))] if item.expected else facts
    states = {name: value[name] for name in names}
    if not set(states.values()) <= set(STATES):
        raise ValueError
    return states


_PARSERS = {
    "likert": _parse_likert,
    "pairwise": _parse_pairwise,
    "best_worst": _parse_best_worst,
    "spans": _parse_spans,
    "checklist": _parse_checklist,
}


def is_attentive(study: Study, response: Response) -> bool:
    """Whether the answer to a check is the right one."""
    value, expected = response.value, response.item.expected
    if study.design == "likert":
        return bool(value == expected)
    if study.design == "pairwise":
        return bool(value["choice"] == expected)
    if study.design == "best_worst":
        return bool(value["worst"] == expected["worst"])
    if study.design == "spans":
        return bool(value["spans"] == expected)
    return set(value.values()) == {expected}
