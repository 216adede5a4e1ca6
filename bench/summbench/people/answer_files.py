"""The files that raters send back, checked against the assignments of their study and united."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec

from summbench.core.cells import format_value
from summbench.core.errors import SummbenchError
from summbench.core.json_text import decode_json
from summbench.core.text_encoding import read_text
from summbench.people.answer_union import AnswerContent, describe_union, unite
from summbench.people.answers import Response, parse_value
from summbench.people.cells import format_count
from summbench.people.study import Study, digest_study
from summbench.report.summary.words import join_names

_DAY = 86_400  # seconds
_FORMAT, _VERSION = "summbench-answers", 1


class Answer(msgspec.Struct):
    """What a rater chose on a screen, and the seconds that it was in sight."""

    value: dict[str, Any]
    seconds: Annotated[float, msgspec.Meta(ge=0)]


class AnswerFile(msgspec.Struct):
    """A file of answers; `answers` is item -> answer, and `saved` has its time zone.

    `assignments` is the digest of the study that the page was made of; a file without it is taken
    on trust. `simulated` says that no person answered.
    """

    format: str
    version: int
    study: str
    rater: str
    saved: Annotated[datetime, msgspec.Meta(tz=True)]
    answers: dict[str, Answer]
    assignments: str = ""
    simulated: bool = False


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
    """Read the answers of files; those of one rater are united, and the later answer counts.

    Raises: SummbenchError if a file is no file of answers, of another study, or has none to use.
    """
    collected = Responses()
    by_rater: dict[str, list[AnswerContent]] = {}
    for path in {os.path.realpath(path): path for path in files}.values():
        rater, content = _read_content(path, study, collected.problems)
        by_rater.setdefault(rater, []).append(content)
    for rater, items in study.raters.items():
        contents = sorted(by_rater.get(rater, []), key=lambda content: content.saved)
        if not contents:
            collected.problems.append(f"There is no file of {rater}.")
            continue
        if len(contents) > 1:
            collected.problems.append(describe_union(rater, contents))
        if any(content.is_simulated for content in contents):
            collected.simulated.append(rater)
        united = unite(contents)
        for response in united.values():
            is_check = response.item.expected is not None
            (collected.checks if is_check else collected.responses).append(response)
        open_items = [item for item in items if item.id not in united]
        if open_items:
            n_checks = sum(item.expected is not None for item in open_items)
            checks = format_count(n_checks, "check") + " of attention among them"
            collected.problems.append(
                f"{rater} has not answered {len(open_items)} of {len(items)} screens"
                f"{f', {checks}' if n_checks else ''}; what is there counts."
            )
    return collected


class _Parsed(NamedTuple):
    """Item -> response, and sentences on answers and on values that the page can't give."""

    usable: Mapping[str, Response]
    impossible: Sequence[str]
    dropped: Sequence[str]


def _read_content(path: Path, study: Study, problems: list[str]) -> tuple[str, AnswerContent]:
    """The rater of a file and its usable answers; what is not usable goes to `problems`."""
    file = _read(path, study)
    usable, impossible, dropped = _parse_answers(study, file)
    own = {item.id for item in study.raters[file.rater]}
    unknown = [name for name in file.answers if name not in own]
    if file.answers and not usable:
        raise SummbenchError(_describe_useless(path, study, file, unknown, impossible))
    if not file.answers:
        problems.append(f"{path} has no answers.")
    if unknown:
        problems.append(
            f"{path}: {format_count(len(unknown), 'answer')} to no screen of {file.rater}, left "
            f"out.{_guess_owner(study, unknown)}"
        )
    if impossible:
        problems.append(
            f"{path}: {format_count(len(impossible), 'answer')} that the page can't give, left out "
            f"with all of the screen (first: {impossible[0]})."
        )
    if long := [r.seconds for r in usable.values() if r.seconds > _DAY]:
        problems.append(
            f"{path}: {format_count(len(long), 'screen')} in sight for over a day (at most "
            f"{max(long):.2g} s): no time of this rater is to be trusted."
        )
    if dropped:
        problems.append(
            f"{path}: {format_count(len(dropped), 'value')} that the page can't give, left out: "
            f"{join_names(dropped)}. The other answers of these screens count."
        )
    return file.rater, AnswerContent(path, file.saved, usable, file.simulated)


def _parse_answers(study: Study, file: AnswerFile) -> _Parsed:
    usable: dict[str, Response] = {}
    impossible: list[str] = []
    dropped: list[str] = []
    for place, item in enumerate(study.raters[file.rater], start=1):
        answer = file.answers.get(item.id)
        if answer is None:
            continue
        where = f"screen {place} on article {item.article!r}"
        try:
            value, invalid = parse_value(study, item, answer.value)
        except ValueError as error:
            impossible.append(f"{where}: {error}")
            continue
        usable[item.id] = Response(file.rater, item, value, answer.seconds)
        dropped += [f"{key} is {format_value(answer.value.get(key))} on {where}" for key in invalid]
    return _Parsed(usable, impossible, dropped)


def _read(path: Path, study: Study) -> AnswerFile:
    try:
        file = decode_json(read_text(path), AnswerFile)
    except ValueError as error:
        raise SummbenchError(
            f"{path} is no file of answers ({error}); expected what a rater's page saved."
        ) from error
    if (file.format, file.version) != (_FORMAT, _VERSION):
        raise SummbenchError(
            f"{path} has the format {file.format!r}, version {file.version}; expected "
            f"{_FORMAT!r}, version {_VERSION}."
        )
    if file.study != study.id:
        raise SummbenchError(
            f"{path} is of the study {file.study!r}, and these assignments are of {study.id!r}. "
            "Collect each study alone, with its own folder."
        )
    if file.assignments and file.assignments != digest_study(study):
        raise SummbenchError(
            f"{path} is of a page with other assignments than these, though the study has the same "
            "name. Give the folder with that page."
        )
    if file.rater not in study.raters:
        raise SummbenchError(
            f"{path} is of {file.rater!r}, who is no rater of this study; there are "
            f"{join_names(list(study.raters))}."
        )
    return file


def _describe_useless(
    path: Path, study: Study, file: AnswerFile, unknown: Sequence[str], impossible: Sequence[str]
) -> str:
    """Why none of the answers can be used, and what to do about the file."""
    answers = format_count(len(file.answers), "answer")
    if not impossible:
        reason = f"belong to no screen of {file.rater}.{_guess_owner(study, unknown)}"
    else:
        reason = f"can be used (first: {impossible[0]})."
        reason += f" {len(unknown)} are to other screens." if unknown else ""
    subject = "none" if impossible else "all"
    return (
        f"{path} is of {file.rater}; of its {answers} {subject} {reason} Correct the file or leave "
        "it away."
    )


def _guess_owner(study: Study, names: Sequence[str]) -> str:
    """A sentence on the rater whose screens these are; empty if they are nobody's."""
    owners = {
        rater: n
        for rater, items in study.raters.items()
        if (n := len({item.id for item in items}.intersection(names)))
    }
    if not owners:
        return ""
    owner = max(owners, key=lambda rater: owners[rater])
    return f" {owners[owner]} of {len(names)} belong to {owner}, whose file it may be."
