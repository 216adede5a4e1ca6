"""Scores and predictions of the merged run, each of them once, and what they must agree on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan, nan

from summbench.core.article_order import sort_ids
from summbench.core.errors import SummbenchError
from summbench.core.records import RESULT_COLUMNS, Prediction
from summbench.leaderboard.board import Health
from summbench.runs import files
from summbench.runs.merge.parts import Part
from summbench.runs.tables import Place

_NAN = float("nan")
_SCORES = ("dataset", "model", "metric", "article_id", "value")


@dataclass(slots=True)
class System:
    """One model on one dataset: metric -> article -> score, and article -> prediction.

    `hashes` has the digests that a run keeps of summaries, or of repeats together; `unread` are
    articles without more: a baseline may keep no text.
    """

    health: Health
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    predictions: dict[str, Prediction] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Contents:
    """Systems by dataset and name; `rows` and `canonical` order the ids of each dataset.

    Rows are as all runs have them, or in canonical order if these differ. `hashes` is article ->
    hash of its text and references, empty for a dataset with too many.
    """

    systems: Mapping[Place, System]
    rows: Mapping[str, Sequence[str]]
    canonical: Mapping[str, Sequence[str]]
    hashes: Mapping[str, Mapping[str, str]]


def read_contents(parts: Sequence[Part]) -> Contents:
    """Read all parts.

    Raises: SummbenchError if equal summaries have unequal scores, or a board other means than its
    scores.
    """
    hashes = choose_hashes(parts)
    systems: dict[Place, System] = {}
    orders: dict[str, list[list[str]]] = {}
    for part in parts:
        ids = map_ids(part, hashes)
        own = _read_part(part, ids)
        for place, system in own.items():
            orders.setdefault(place[0], []).append(list(system.predictions))
            if place in systems:
                systems[place] = _join(place, systems[place], system, part)
            else:
                systems[place] = system
    canonical, rows = {}, {}
    for dataset, listed in sorted(orders.items()):
        canonical[dataset] = sort_ids(hashes[dataset]) or sorted(listed[0])
        is_same = all(order == listed[0] for order in listed)
        rows[dataset] = listed[0] if is_same else canonical[dataset]
    ordered = dict(sorted(systems.items(), key=lambda item: (item[0][1], item[0][0])))
    return Contents(ordered, rows, canonical, hashes)


def choose_hashes(parts: Sequence[Part]) -> dict[str, Mapping[str, str]]:
    """Dataset -> article -> hash; of runs with unlike ids those of the least fingerprint."""
    records: dict[str, tuple[str, Mapping[str, str]]] = {}
    for part in parts:
        for name, record in part.run.metadata.datasets.items():
            candidate = record.id_fingerprint, record.articles
            records[name] = min(candidate, records.get(name, candidate), key=lambda pair: pair[0])
    return {name: articles for name, (_, articles) in sorted(records.items())}


def map_ids(part: Part, hashes: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Dataset -> the part's id -> the id on the board; articles are matched by their hashes."""
    return {
        name: dict(zip(sort_ids(record.articles), sort_ids(hashes[name]), strict=True))
        for name, record in part.run.metadata.datasets.items()
    }


def _read_part(part: Part, ids: Mapping[str, Mapping[str, str]]) -> dict[Place, System]:
    systems = {
        (health.dataset, part.names[health.model]): System(
            replace(health, model=part.names[health.model])
        )
        for health in part.board.health
    }
    for row in part.run.predictions.to_pylist():
        article = ids[row["dataset"]].get(row["article_id"], row["article_id"])
        system = systems[row["dataset"], part.names[row["model"]]]
        system.predictions[article] = _to_prediction(row, article)
        if "summary_sha256" in row:
            system.hashes[article] = row["summary_sha256"]
        if row["summary"] is None:
            system.unread.add(article)
    for dataset, model, metric, article, value in zip(
        *(part.run.scores[name].to_pylist() for name in _SCORES), strict=True
    ):
        column = systems[dataset, part.names[model]].scores.setdefault(metric, {})
        column[ids[dataset].get(article, article)] = _NAN if value is None else value
    return systems


def _to_prediction(row: Mapping[str, object], article: str) -> Prediction:
    """A baseline has the summary or its hash, and nothing that was measured."""
    fields = {name: row[name] for name in RESULT_COLUMNS if name in row and row[name] is not None}
    if "seconds" not in fields:
        fields["seconds"] = nan
    return Prediction(**{**fields, "article_id": article})  # type: ignore[arg-type]


def _join(place: Place, first: System, second: System, part: Part) -> System:
    """The same summaries, with the columns of both.

    Raises: SummbenchError if a column of both has other numbers.
    """
    for metric in sorted(first.scores.keys() & second.scores.keys()):
        for article, value in first.scores[metric].items():
            other = second.scores[metric].get(article, _NAN)
            if value != other and not (isnan(value) and isnan(other)):
                raise SummbenchError(
                    f"{part.run.path / files.SCORES} has {other!r} for {metric} of {place[1]} on "
                    f"article {article!r} of {place[0]}, and another run has {value!r} for the "
                    "same summary. One of the two was changed; summbench replay BUNDLE says which."
                )
    fuller = min(first, second, key=lambda system: len(system.unread))
    return replace(fuller, scores={**second.scores, **first.scores})


def iterate_rows(contents: Contents, size: int) -> Iterator[dict[str, Sequence[str]]]:
    """Some articles of each dataset at a time, as a run writes them."""
    most = max(map(len, contents.rows.values()), default=0)
    for start in range(0, most, size):
        chunk = {name: ids[start : start + size] for name, ids in contents.rows.items()}
        yield {name: ids for name, ids in chunk.items() if ids}
