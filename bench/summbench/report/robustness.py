"""Robustness to perturbed articles, as Markdown whose source is readable, as CSV and JSON."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from math import isnan
from typing import Any

from summbench.analysis.robustness.trials import (
    RELATIVE,
    STABILITY,
    Robustness,
    Trial,
    WorstTrial,
    compute_curves,
    find_worst_trials,
)
from summbench.core.records import Estimate
from summbench.leaderboard.serialization import format_lines
from summbench.report.coverage import NO_VALUE, add_coverage, format_estimate
from summbench.report.csv_format import escape_csv, format_number
from summbench.report.gate_json import replace_nan_by_none
from summbench.report.grid import Grid, format_caption
from summbench.report.markdown import escape_markdown, format_section
from summbench.runs import files

_KINDS = {True: "Meaning kept", False: "Meaning changed"}
_SCHEMA = 1
_CURVE_PREFIXES = ("stability.", RELATIVE)
_TRIAL_COLUMNS = (
    "dataset", "model", "operator", "keeps_meaning", "severity", "articles", "changed", "failed",
    "failed_clean",
)  # fmt: skip
_HEADINGS = {
    "stability.rouge2": "stability ↑",
    "stability.chrf2": "chrF ↑",
    "excess.rouge2": "excess ↓",
    "length_change": "length",
    "leakage": "leakage ↓",
}
_COUNTS = {"changed": "changed", "failed": "failed", "failed_clean": "failed clean"}
_NOTES = (
    "stability: ROUGE-2 F of the summaries of the clean and of the perturbed article, in points. "
    "chrF: the same by characters. excess: how much more the summaries differ than the articles do "
    "(ROUGE-2). length: additional words, in per cent of the clean summary. leakage: the share of "
    "the injected bigrams that the summary has, in per cent. ± is half of a 95 % interval of the "
    "mean over articles; (n of N): over n of the N articles, those on which it is defined.",
    "changed: articles that the operator changed; means are not over these alone. failed: no "
    "prediction for the perturbed article, which counts as stability 0. failed clean: no "
    "prediction for the clean article, which counts nowhere else.",
    "Worst trials: the lowest stability and the highest loss of each model. area: the mean of that "
    "operator's curve over the severities from 0 on.",
)
_LOSS = (
    "loss: the mean of the metric on clean articles minus that on perturbed ones (the reverse if "
    "lower is better), in per cent of the former; paired interval of the difference."
)


def render_robustness_markdown(robustness: Robustness) -> str:
    """For each dataset a table of each kind of operator, and each model's worst trial."""
    sentences = describe_robustness(robustness)
    parts = [f"# Robustness of {escape_markdown(robustness.name)}"]
    parts += [escape_markdown(" ".join(sentences))] if sentences else []
    grids = build_robustness_grids(robustness)
    notes = [*_NOTES, _LOSS] if robustness.metrics else [*_NOTES]
    if robustness.skipped_models:
        skipped = ", ".join(robustness.skipped_models)
        notes.append(f"Not perturbed (precomputed summaries, or a bound): {skipped}.")
    if grids:
        grids[-1] = replace(grids[-1], notes=notes, signatures=robustness.signatures)
    return "\n\n".join([*parts, *map(format_section, grids)]) + "\n"


def describe_robustness(robustness: Robustness) -> list[str]:
    """Which model's summaries change least and most where the meaning is kept; no test is made."""
    sentences = []
    for dataset in robustness.datasets:
        trials = [t for t in robustness.trials if t.dataset == dataset]
        worst = sorted(find_worst_trials(trials, STABILITY), key=lambda w: (-w.value, w.model))
        if not worst:
            continue
        steadiest, *_, last = worst if len(worst) > 1 else (worst[0], worst[0])
        sentences.append(
            f"On {dataset}, the summaries of {steadiest.model} change least where the meaning is "
            f"kept: at worst {_format_worst(steadiest)}."
        )
        if last is not steadiest:
            sentences.append(f"Those of {last.model} change most: {_format_worst(last)}.")
    note = "100 points are the same summary; these are means without a test."
    return [*sentences, note] if sentences else []


def _format_worst(worst: WorstTrial) -> str:
    value = add_coverage(f"{100 * worst.value:.1f} points of stability", worst.n, worst.articles)
    return f"{value} under {worst.operator} at {worst.severity:g}"


def build_robustness_grids(robustness: Robustness) -> list[Grid]:
    """One grid for operators that keep the meaning, another for those that change it."""
    result = []
    for dataset in robustness.datasets:
        for keeps, kind in _KINDS.items():
            trials = [
                t for t in robustness.trials if (t.dataset, t.keeps_meaning) == (dataset, keeps)
            ]
            if trials:
                title = f"{kind}, {format_caption(dataset, robustness.datasets[dataset])}"
                result.append(_build_grid(dataset, title, trials, robustness.metrics))
            if trials and keeps:
                result.append(_build_worst_grid(dataset, trials, robustness.metrics))
    return result


def _build_grid(dataset: str, title: str, trials: Sequence[Trial], metrics: Sequence[str]) -> Grid:
    counts = [c for c in _COUNTS if c != "failed_clean" or any(t.failed_clean for t in trials)]
    columns = _HEADINGS | {f"{RELATIVE}{metric}": f"loss {metric} ↓" for metric in metrics}
    shown = [n for n in columns if n == STABILITY or any(not isnan(t.mean(n)) for t in trials)]
    rows = [
        [
            t.operator,
            t.model,
            f"{t.severity:g}",
            *(str(getattr(t, count)) for count in counts),
            *(_format_value(t.numbers.get(n), t.articles) for n in shown),
        ]
        for t in trials
    ]
    headings = ["operator", "model", "severity", *map(_COUNTS.__getitem__, counts)]
    headings += [columns[number] for number in shown]
    return Grid(dataset, title, headings, rows, frozenset(), [], {})


def _build_worst_grid(dataset: str, trials: Sequence[Trial], metrics: Sequence[str]) -> Grid:
    """Each model's worst trial by each number, and the area under that operator's curve."""
    names = {STABILITY: "stability"} | {f"{RELATIVE}{m}": f"loss {m}" for m in metrics}
    rows = [
        [
            w.model,
            w.operator,
            names[number],
            f"{w.severity:g}",
            add_coverage(_format_points(w.value), w.n, w.articles),
            _format_points(curve.area),
        ]
        for number in names
        for w in find_worst_trials(trials, number)
        for curve in compute_curves(trials, number)
        if (curve.model, curve.operator) == (w.model, w.operator)
    ]
    headings = ["model", "worst operator", "number", "severity", "value", "area"]
    title = f"Worst trials with the meaning kept, {dataset}"
    return Grid(dataset, title, headings, rows, frozenset(), [], {})


def _format_points(value: float) -> str:
    return NO_VALUE if isnan(value) else f"{100 * value:.2f}"


def _format_value(estimate: Estimate | None, articles: int) -> str:
    return NO_VALUE if estimate is None else format_estimate(estimate, 100.0, articles)


def render_robustness_csv(robustness: Robustness) -> str:
    """One number a row, at full precision; undefined is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*_TRIAL_COLUMNS, "number", "mean", "low", "high", "method", "n"))
    for t in robustness.trials:
        trial_values = [getattr(t, name) for name in _TRIAL_COLUMNS]
        names = [escape_csv(value) if isinstance(value, str) else value for value in trial_values]
        for number, e in t.numbers.items():
            values = map(format_number, (e.mean, e.low, e.high))
            writer.writerow([*names, number, *values, e.method, e.n])
    return out.getvalue()


def render_robustness_json(robustness: Robustness) -> str:
    """Schema version 1, a trial a line, then curves and worst; NaN is null."""
    content: dict[str, Any] = {"schema_version": _SCHEMA, **asdict(robustness)}
    numbers = dict.fromkeys(
        n for t in robustness.trials for n in t.numbers if n.startswith(_CURVE_PREFIXES)
    )
    content["curves"] = [asdict(c) for n in numbers for c in compute_curves(robustness.trials, n)]
    content["worst"] = [asdict(w) for n in numbers for w in find_worst_trials(robustness.trials, n)]
    return format_lines(replace_nan_by_none(content))


ROBUSTNESS_FORMATS: Mapping[str, Callable[[Robustness], str]] = {
    files.ROBUSTNESS_MARKDOWN: render_robustness_markdown,
    files.ROBUSTNESS_CSV: render_robustness_csv,
    files.ROBUSTNESS: render_robustness_json,
}
