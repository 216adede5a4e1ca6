"""The files of the merged run, but for those that are rendered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from summbench.core.records import Article, Example, TaskResult
from summbench.leaderboard.board import Leaderboard
from summbench.runs import files
from summbench.runs.example_reader import read_articles
from summbench.runs.example_writer import ExampleWriter
from summbench.runs.merge.contents import Contents, iterate_rows, map_ids
from summbench.runs.merge.parts import Part
from summbench.runs.tables import build_prediction_table, build_score_table
from summbench.runs.writer import Evidence, RunWriter
from summbench.store.arrays import build_array

_NAN = float("nan")
_CHUNK = 2_000
_EXAMPLES = 200
_NAMES = ("dataset", "model", "metric", "article_id", "evidence")


def add_tables(
    writer: RunWriter, parts: Sequence[Part], contents: Contents, evidence: Sequence[Evidence]
) -> None:
    """Every score and prediction, in the rows of a run of all models in the order of their names.

    If a baseline has only hashes of summaries, predictions have a column `summary_sha256`.
    """
    sizes: set[int] = {int(_get_config(part).get("chunk_size") or _CHUNK) for part in parts}
    size = sizes.pop() if len(sizes) == 1 else _CHUNK
    has_hashes = any(system.hashes for system in contents.systems.values())
    for rows in iterate_rows(contents, size):
        results = [
            TaskResult(
                dataset,
                model,
                [system.predictions[article] for article in rows[dataset]],
                {
                    metric: [values.get(article, _NAN) for article in rows[dataset]]
                    for metric, values in system.scores.items()
                },
            )
            for (dataset, model), system in contents.systems.items()
            if dataset in rows
        ]
        if has_hashes:
            writer.add_tables(_tabulate_scores(results), _tabulate_hashes(results, contents))
        else:
            writer.add(results)
    writer.add_evidence(evidence)


def _tabulate_scores(results: Sequence[TaskResult]) -> pa.Table:
    return build_score_table(
        (r.dataset, r.model, metric, ids, values)
        for r in results
        for ids in [[p.article_id for p in r.predictions]]
        for metric, values in r.scores.items()
    )


def _tabulate_hashes(results: Sequence[TaskResult], contents: Contents) -> pa.Table:
    summaries: list[str | None] = []
    digests = []
    for result in results:
        system = contents.systems[result.dataset, result.model]
        for prediction in result.predictions:
            digest = system.hashes.get(prediction.article_id)
            is_unread = prediction.article_id in system.unread
            summaries.append(None if is_unread else prediction.summary)
            digests.append(digest or hashlib.sha256(prediction.summary.encode()).hexdigest())
    table = build_prediction_table(results)
    position = table.column_names.index("summary")
    table = table.set_column(position, "summary", build_array(summaries, pa.string()))
    return table.append_column("summary_sha256", build_array(digests, pa.string()))


def collect_evidence(parts: Sequence[Part], contents: Contents) -> list[Evidence]:
    """Every reason for a score once, under the names on the board."""
    rows: dict[tuple[str, str, str, str], str] = {}
    for part in parts:
        table = part.run.evidence
        if table is None:
            continue
        ids = map_ids(part, contents.hashes)
        columns = (table[name].to_pylist() for name in _NAMES)
        for dataset, model, metric, article, reason in zip(*columns, strict=True):
            own = ids[dataset].get(article, article)
            rows.setdefault((dataset, part.names[model], metric, own), reason)
    return [(*key, reason) for key, reason in sorted(rows.items())]


def write_examples(
    folder: Path, parts: Sequence[Part], contents: Contents, board: Leaderboard
) -> None:
    """The articles that the runs keep with their texts, for the report.

    None of a dataset of which a summary is known by its hash alone.
    """
    texts: dict[str, dict[str, Example]] = {name: {} for name in contents.rows}
    without_summaries = {place[0] for place, system in contents.systems.items() if system.unread}
    for part in parts:
        ids = map_ids(part, contents.hashes)
        path = part.run.path / files.EXAMPLES
        for dataset, examples in ({} if part.run.is_bundle else read_articles(path)).items():
            for example in examples:
                article = ids[dataset].get(example.article.id, example.article.id)
                renamed = Article(article, example.article.text)
                texts[dataset][article] = replace(example, article=renamed)
    ranked = [model for model, kind in board.models.items() if kind != "bound"]
    examples_by_dataset = {
        dataset: [texts[dataset][article] for article in rows if article in texts[dataset]]
        for dataset, rows in contents.rows.items()
        if dataset not in without_summaries
    }
    results = [
        TaskResult(
            dataset,
            model,
            (),
            {
                metric: [values.get(e.article.id, _NAN) for e in examples_by_dataset[dataset]]
                for metric, values in system.scores.items()
                if metric == board.primary
            },
        )
        for (dataset, model), system in contents.systems.items()
        if dataset in examples_by_dataset
    ]
    with ExampleWriter(folder, _EXAMPLES, board.primary, ranked) as writer:
        writer.add({name: rows for name, rows in examples_by_dataset.items() if rows}, results)
        writer.finish()


def _get_config(part: Part) -> Mapping[str, Any]:
    return getattr(part.run.metadata, "config", {})
