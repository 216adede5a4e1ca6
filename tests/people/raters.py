"""Raters that are scripts: planted preferences, noise, and one who does not read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from summbench.people.answers import count_words
from summbench.people.page import CHECK_FACTS
from summbench.people.study import Item, Study

QUALITY = {"alpha": 4.2, "beta": 3.4, "gamma": 3.2, "delta": 2.2}
"""Planted, on a scale of 1 to 5."""


def answer(
    study: Study, item: Item, rng: np.random.Generator, noise: float = 0.7, reads: bool = True
) -> dict[str, Any]:
    """What the page would hold for this item."""
    if item.expected is not None and reads:
        return _answer_check(study, item)
    of_article = 0.4 * np.random.default_rng(int(item.article[1:])).normal()
    quality = [
        (QUALITY.get(name, 3) + of_article if reads else 3) + noise * rng.normal()
        for name in item.systems
    ]
    if study.design == "likert":
        points = {d.name: quality[0] + 0.3 * rng.normal() for d in study.dimensions}
        if not reads:
            return {name: str(1 + int(rng.integers(5))) for name in points}
        return {name: str(int(np.clip(round(value), 1, 5))) for name, value in points.items()}
    if study.design == "pairwise":
        gap = quality[0] - quality[1]
        return {"choice": "tie" if abs(gap) < 0.3 else "first" if gap > 0 else "second"}
    if study.design == "best_worst":
        return {"best": str(int(np.argmax(quality))), "worst": str(int(np.argmin(quality)))}
    n = count_words(study, item)
    if study.design == "spans":
        marked = min(n, round(max(0.0, 5 - quality[0])))
        return {"finished": True, "spans": [[0, marked - 1]] if marked else []}
    states = ("contradicted", "missing", "stated")
    facts = next(a for a in study.articles if a.id == item.article).facts
    names = [f.id for f in facts] if item.expected is None else _CHECK_NAMES
    return {f: states[int(np.clip(quality[0] - 2 + rng.normal(), 0, 2))] for f in names}


_CHECK_NAMES = [f"f{i + 1}" for i in range(len(CHECK_FACTS))]


def _answer_check(study: Study, item: Item) -> dict[str, Any]:
    expected = item.expected
    if study.design == "likert":
        return {name: str(point) for name, point in expected.items()}
    if study.design == "pairwise":
        return {"choice": expected}
    if study.design == "best_worst":
        worst = expected["worst"]
        return {"best": str((worst + 1) % len(item.systems)), "worst": str(worst)}
    if study.design == "spans":
        return {"finished": True, "spans": expected}
    return dict.fromkeys(_CHECK_NAMES, expected)


def write_answers(
    study: Study,
    folder: Path,
    rater: str,
    *,
    reads: bool = True,
    seed: int = 0,
    most: int | None = None,
) -> Path:
    """The file that the rater's page would save, with the first `most` items answered."""
    rng = np.random.default_rng([seed, *map(ord, rater)])
    items = study.raters[rater][:most]
    answers = {
        item.id: {"value": answer(study, item, rng, reads=reads), "seconds": 20.0} for item in items
    }
    content = {
        "format": "summbench-answers", "version": 1, "study": study.id, "rater": rater,
        "design": study.design, "items": len(study.raters[rater]),
        "saved": f"2026-11-30T10:00:{seed:02}.000Z", "answers": answers,
    }  # fmt: skip
    path = folder / f"answers-{rater}-{seed}.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
