"""Cells to a leaderboard: estimates, what went wrong, and the order of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import isnan
from statistics import median

from bench.errors import BenchError
from bench.records import (
    Cell,
    DatasetInfo,
    Entry,
    Example,
    Health,
    Kind,
    Leaderboard,
    MetricInfo,
    sha256,
)
from bench.stats.intervals import student_t
from bench.text import ends_a_sentence, words


def leaderboard(
    name: str,
    datasets: Mapping[str, Sequence[Example]],
    kinds: Mapping[str, Kind],
    metrics: Mapping[str, MetricInfo],
    cells: Sequence[Cell],
    primary: str,
    shown: Sequence[str],
    insist: bool = False,
) -> Leaderboard:
    """The table, each dataset's rows from the best to the worst by the primary metric.

    Without references the primary metric may be absent; the rows then keep the config's order.
    """
    check_columns(metrics, primary, shown, insist)
    entries = [entry for cell in cells for entry in _entries(cell)]
    value = {(e.dataset, e.model): e.estimate.mean for e in entries if e.metric == primary}
    up = -1 if metrics[primary].direction == "higher" else 1
    sets, models = list(datasets), list(kinds)

    def place(dataset: str, model: str) -> tuple[int, float, int]:
        mean = value.get((dataset, model), float("nan"))
        return sets.index(dataset), float("inf") if isnan(mean) else up * mean, models.index(model)

    present = {entry.metric for entry in entries}
    return Leaderboard(
        name=name,
        primary=primary,
        shown=[metric for metric in shown if metric in present],
        datasets={
            key: DatasetInfo(len(examples), fingerprint(examples))
            for key, examples in datasets.items()
        },
        models=kinds,
        metrics={metric: info for metric, info in metrics.items() if metric in present},
        entries=sorted(entries, key=lambda e: place(e.dataset, e.model)),
        health=sorted(
            (_health(c, datasets[c.dataset]) for c in cells),
            key=lambda h: place(h.dataset, h.model),
        ),
    )


def check_columns(
    metrics: Mapping[str, MetricInfo], primary: str, shown: Sequence[str], insist: bool = False
) -> None:
    """Refuse a name that its metric does not have, and a primary metric that is not about quality.

    A shown column of a metric that was not selected is no mistake: it is left out.
    """
    selected = {metric.partition(".")[0] for metric in metrics}
    for metric in (primary, *(m for m in shown if m.partition(".")[0] in selected)):
        if metric not in metrics:
            raise BenchError(
                f"There is no metric {metric!r} among those selected: {', '.join(metrics)}."
            )
    if metrics[primary].role != "quality" and not insist:
        raise BenchError(
            f"primary={primary} is a diagnostic: a table sorted by it would rank by something "
            "other than quality. Choose a metric that compares with references, or say insist=true."
        )


def fingerprint(examples: Sequence[Example]) -> str:
    """The hash of every id, text and reference, in their order."""
    hashes = [sha256(e.article.id, e.article.text, *e.references) for e in examples]
    return sha256(*hashes)


def _entries(cell: Cell) -> list[Entry]:
    """A model that failed on every article has no mean; failures on some are zeros in it."""
    failed = sum(prediction.error is not None for prediction in cell.predictions)
    all_failed = failed == len(cell.predictions)
    return [
        Entry(cell.dataset, cell.model, metric, student_t([] if all_failed else values), failed)
        for metric, values in cell.scores.items()
    ]


def _health(cell: Cell, examples: Sequence[Example]) -> Health:
    pairs = zip(cell.predictions, examples, strict=True)
    answers = [(p, e.article.text) for p, e in pairs if p.error is None]
    written = Counter(p.summary for p, _ in answers if p.summary.strip())
    lengths = [
        len(words(p.summary)) if p.output_tokens is None else p.output_tokens for p, _ in answers
    ]
    count = len(answers)
    return Health(
        dataset=cell.dataset,
        model=cell.model,
        articles=len(cell.predictions),
        failed=len(cell.predictions) - count,
        empty=count - written.total(),
        input_truncated=sum(p.input_truncated for p, _ in answers),
        hit_token_limit=sum(p.finish_reason == "length" for p, _ in answers),
        ends_mid_sentence=sum(not ends_a_sentence(s) for s in written.elements()),
        copied=sum(_is_copied(p.summary, text) for p, text in answers),
        duplicates=sum(times for times in written.values() if times > 1),
        median_tokens=float(median(lengths)) if lengths else float("nan"),
        seconds_per_article=sum(p.seconds for p, _ in answers) / count if count else float("nan"),
    )


def _is_copied(summary: str, article: str) -> bool:
    flat = " ".join(summary.split())
    return bool(flat) and flat in " ".join(article.split())
