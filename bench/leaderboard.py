"""Cells to a leaderboard: estimates, what went wrong, and the order of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan
from statistics import fmean, median

from bench.board import Comparison, DatasetInfo, Entry, Health, Leaderboard, MetricInfo
from bench.comparisons import Standing, compared, standings
from bench.errors import BenchError
from bench.records import Cell, Example, Kind, sha256
from bench.stats.intervals import estimates
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
    higher = metrics[primary].direction == "higher"
    ordered = _ordered(cells, list(datasets), primary, higher)
    entries = _entries(ordered)
    found: list[Comparison] = []
    standing: dict[tuple[str, str], Standing] = {}
    for dataset in datasets:
        rivals = {
            c.model: c.scores[primary] for c in ordered if _competes(c, dataset, primary, kinds)
        }
        pairs = compared(dataset, primary, rivals, higher)
        found += pairs
        ranks = standings(list(rivals), pairs, higher)
        standing |= {(dataset, model): rank for model, rank in ranks.items()}
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
        entries=[_ranked(entry, primary, standing) for entry in entries],
        comparisons=found,
        health=[_health(cell, datasets[cell.dataset]) for cell in ordered],
    )


def _ordered(
    cells: Sequence[Cell], datasets: Sequence[str], primary: str, higher: bool
) -> list[Cell]:
    """Dataset by dataset, the best mean first; without a mean last, in the config's order."""

    def place(cell: Cell) -> tuple[int, float]:
        mean = _mean(cell.scores.get(primary, ())) if not _all_failed(cell) else float("nan")
        worst = float("inf")
        return datasets.index(cell.dataset), worst if isnan(mean) else -mean if higher else mean

    return sorted(cells, key=place)


def _mean(values: Sequence[float]) -> float:
    defined = [value for value in values if not isnan(value)]
    return fmean(defined) if defined else float("nan")


def _competes(cell: Cell, dataset: str, primary: str, kinds: Mapping[str, Kind]) -> bool:
    """Bounds see the references and are not ranked, nor is what has no score at all."""
    has_scores = not isnan(_mean(cell.scores.get(primary, ()))) and not _all_failed(cell)
    return cell.dataset == dataset and kinds[cell.model] != "bound" and has_scores


def _ranked(entry: Entry, primary: str, standing: Mapping[tuple[str, str], Standing]) -> Entry:
    found = standing.get((entry.dataset, entry.model)) if entry.metric == primary else None
    return replace(entry, **found._asdict()) if found else entry


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


def _entries(cells: Sequence[Cell]) -> list[Entry]:
    """Each metric of each cell; the intervals of a dataset share their resamples.

    A model that failed on every article has no mean; failures on some are zeros in it.
    """
    columns = {
        (cell.dataset, cell.model, metric): [] if _all_failed(cell) else values
        for cell in cells
        for metric, values in cell.scores.items()
    }
    failed = {(c.dataset, c.model): sum(p.error is not None for p in c.predictions) for c in cells}
    found = estimates({str(i): values for i, values in enumerate(columns.values())})
    return [
        Entry(dataset, model, metric, estimate, failed[dataset, model])
        for (dataset, model, metric), estimate in zip(columns, found.values(), strict=True)
    ]


def _all_failed(cell: Cell) -> bool:
    return all(prediction.error is not None for prediction in cell.predictions)


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
