"""Several files of answers of one rater as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from summbench.people.answers import Response
from summbench.people.cells import format_count
from summbench.report.summary.words import join_names


@dataclass(frozen=True, slots=True)
class AnswerContent:
    """What is usable of a file: item -> response."""

    path: Path
    saved: datetime
    responses: Mapping[str, Response]
    is_simulated: bool


def unite(contents: Sequence[AnswerContent]) -> dict[str, Response]:
    """Return item -> response: of each value the last valid one, as contents are in this order."""
    united: dict[str, Response] = {}
    for content in contents:
        for name, response in content.responses.items():
            earlier = united[name].value if name in united else {}
            united[name] = replace(response, value={**earlier, **response.value})
    return united


def describe_union(rater: str, contents: Sequence[AnswerContent]) -> str:
    """Write how many answers each of a rater's files adds, and how many differ."""
    names = join_names([str(content.path) for content in contents])
    answers = [{name: r.value for name, r in c.responses.items()} for c in contents]
    if all(of_file == answers[0] for of_file in answers):
        return f"{rater} has {len(contents)} files with the same answers: {names}."
    by_screen: dict[str, list[Mapping[str, Any]]] = {}
    for of_file in answers:
        for name, value in of_file.items():
            by_screen.setdefault(name, []).append(value)
    shared = sum(len(of_screen) > 1 for of_screen in by_screen.values())
    differing = sum(
        any(a[key] != b[key] for a, b in pairwise(of_screen) for key in a.keys() & b.keys())
        for of_screen in by_screen.values()
    )
    return (
        f"{rater} has {len(contents)} files, which are united: {names}. Together they answer "
        f"{format_count(len(by_screen), 'screen')}; {shared} are in several, and where these "
        f"differ ({format_count(differing, 'screen')}) the answer saved last counts."
    )
