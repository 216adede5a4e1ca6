"""The articles that people rate: chosen by chance, or where the systems differ most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from summbench.analysis.run_inputs import load_recorded_datasets
from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError
from summbench.core.records import Example
from summbench.people.cells import format_count
from summbench.people.facts import describe_strangers, locate_facts
from summbench.people.study import Fact, Selection, StudyArticle
from summbench.runs import files
from summbench.runs.example_reader import read_articles
from summbench.runs.run import RunData

_DEFAULT = 30
"""Articles drawn by chance unless a number is given."""
Summaries = Mapping[str, Mapping[str, str]]
"""Article -> system -> its summary, without those that failed or are empty."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The chosen articles, and how many could not be: not every system has a summary of them.

    `notes` are sentences on what else was not drawn.
    """

    articles: Sequence[StudyArticle]
    n_incomplete: int
    notes: Sequence[str]


def choose_dataset(run: RunData, dataset: str | None) -> str:
    """Return the dataset of the run, or the named one of several."""
    names = list(run.leaderboard.datasets)
    if dataset is None and len(names) == 1:
        return names[0]
    if dataset in names:
        return str(dataset)
    raise SummbenchError(
        f"{run.path} has the datasets {', '.join(names)}; choose one with dataset=NAME "
        f"(--dataset NAME), got {dataset!r}."
    )


def choose_systems(run: RunData, systems: Sequence[str] | None) -> tuple[str, ...]:
    """Return the named models of the run; all but bounds by default."""
    models = run.leaderboard.models
    if systems is None:
        return tuple(name for name, kind in models.items() if kind != "bound")
    unknown = [name for name in systems if name not in models]
    if unknown:
        raise SummbenchError(f"{run.path} has no model {unknown[0]!r}; it has {', '.join(models)}.")
    if twice := [name for name in systems if systems.count(name) > 1]:
        raise SummbenchError(f"systems names {twice[0]!r} twice; name each system once.")
    return tuple(systems)


def sample_articles(
    run: RunData,
    dataset: str,
    systems: Sequence[str],
    facts: Mapping[str, Sequence[Fact]] | None,
    articles: int | None,
    differing: int,
    seed: int,
    allow_code: Sequence[str] = (),
) -> Sample:
    """Choose articles by chance, and then those of the rest whose scores differ most.

    Only articles that have a summary of every system, and facts if there are any, can be chosen:
    30 by default, or as many as there are.

    Raises: SummbenchError if there are too few, or the run has no texts of articles.
    """
    examples = {e.article.id: e for e in load_examples(run, dataset, allow_code)}
    if not any(example.article.text.strip() for example in examples.values()):
        raise SummbenchError(
            f"{run.path} has no texts of articles on {dataset}, and raters need them. Give the "
            "articles to summbench run or score."
        )
    summaries = read_summaries(run, dataset, systems)
    in_order = [i for i in run.articles[dataset] if i in examples and (facts is None or i in facts)]
    complete = [i for i in in_order if len(summaries[i]) == len(systems)]
    notes = [] if facts is None else _describe_facts(facts, run.articles[dataset])
    if articles is None:
        articles = max(1, min(_DEFAULT, len(complete) - differing))
        if articles < _DEFAULT:
            notes.append(f"All {len(complete)} articles that can be rated are in the study.")
    if articles + differing > len(complete) or articles < 1:
        raise SummbenchError(
            f"{articles + differing} articles are asked for, and {len(complete)} have a summary of "
            f"each of {len(systems)} systems{'' if facts is None else ' and facts'}."
        )
    drawn = np.random.default_rng(seed).permutation(len(complete))[:articles].tolist()
    chosen: dict[str, Selection] = dict.fromkeys((complete[i] for i in drawn), "random")
    spreads = _measure_spread(run, dataset, systems)
    rest = sorted((i for i in complete if i not in chosen), key=lambda i: -spreads.get(i, 0.0))
    chosen |= dict.fromkeys(rest[:differing], "differing")
    built = [
        _build(examples[i], selection, summaries[i], (facts or {}).get(i, ()))
        for i, selection in chosen.items()
    ]
    return Sample(built, len(in_order) - len(complete), notes)


def _describe_facts(facts: Mapping[str, Sequence[Fact]], articles: Collection[str]) -> list[str]:
    """Which facts have no article, and how many articles have no facts."""
    notes = describe_strangers(facts, articles)
    if n_without := sum(article not in facts for article in articles):
        notes.append(f"{format_count(n_without, 'article')} of the run without facts: not drawn.")
    return notes


def load_examples(run: RunData, dataset: str, allow_code: Sequence[str]) -> Sequence[Example]:
    """Load the stored articles if they are all; otherwise the dataset itself."""
    stored = read_articles(run.path / files.EXAMPLES) if run.path.is_dir() else {}
    examples = stored.get(dataset, [])
    if len(examples) == len(run.articles[dataset]):
        return examples
    return load_recorded_datasets(run.run_metadata, allow_code)[dataset]


def read_summaries(run: RunData, dataset: str, systems: Sequence[str]) -> Summaries:
    """Read what each system wrote."""
    columns = ("dataset", "model", "article_id", "summary", "error")
    rows = run.predictions.select(columns).to_pylist()
    summaries: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        is_wanted = row["dataset"] == dataset and row["model"] in systems
        if is_wanted and row["error"] is None and (row["summary"] or "").strip():
            summaries[row["article_id"]][row["model"]] = row["summary"]
    return summaries


def _measure_spread(run: RunData, dataset: str, systems: Sequence[str]) -> dict[str, float]:
    """The highest less the lowest primary score of each article."""
    primary = run.leaderboard.primary
    columns = [run.quality_scores.get((dataset, name, primary), {}) for name in systems]
    spreads = {}
    for article in run.articles[dataset]:
        scores = [column[article] for column in columns if column.get(article) is not None]
        defined = [score for score in scores if score == score]
        spreads[article] = max(defined) - min(defined) if defined else 0.0
    return spreads


def _build(
    example: Example, selection: Selection, summaries: Mapping[str, str], facts: Sequence[Fact]
) -> StudyArticle:
    """The texts as they are shown: control characters as their codes."""
    return StudyArticle(
        id=example.article.id,
        selection=selection,
        document=show_controls(example.article.text),
        references=tuple(map(show_controls, example.references)),
        summaries={name: show_controls(text) for name, text in summaries.items()},
        facts=locate_facts(facts, example.article.id, example.article.text),
    )
