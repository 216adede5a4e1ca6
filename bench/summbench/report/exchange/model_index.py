"""Model cards of the Hugging Face hub: a `model-index` and eval results for each model."""

from __future__ import annotations

from typing import Any

import yaml
from huggingface_hub import (
    EvalResult,
    EvalResultEntry,
    ModelCard,
    ModelCardData,
    eval_result_entries_to_yaml,
)

from summbench.leaderboard.board import Entry, shorten_signature
from summbench.report.coverage import format_coverage
from summbench.report.exchange.origin import (
    find_hub_dataset,
    find_hub_model,
    get_family,
    list_subjects,
)
from summbench.report.sanitize import sanitize
from summbench.report.summary.words import name_unit
from summbench.runs.run import RunData

_TASK = "summarization"


def export_model_index(run: RunData) -> dict[str, str]:
    """Path -> text: `MODEL/README.md`, and `MODEL/.eval_results/summbench.yaml` for hub datasets.

    Values are points, as model cards have them, or in the unit of a metric that is no share; only
    quality metrics that tables show.
    """
    cards: dict[str, list[EvalResult]] = {}
    entries: dict[str, list[EvalResultEntry]] = {}
    for subject in list_subjects(run.leaderboard):
        shown = [e for e in subject.entries if e.metric in run.leaderboard.display_metrics]
        quality = [e for e in shown if run.leaderboard.metrics[e.metric].role == "quality"]
        cards.setdefault(subject.model, []).extend(_build_result(run, e) for e in quality)
        listed = entries.setdefault(subject.model, [])
        listed += [item for e in quality if (item := _build_entry(run, e)) is not None]
    files: dict[str, str] = {}
    for model, results in cards.items():
        if results:
            files[f"{sanitize(model)}/README.md"] = _build_card(run, model, results)
        if entries[model]:
            text = _dump_yaml(eval_result_entries_to_yaml(entries[model]))
            files[f"{sanitize(model)}/.eval_results/summbench.yaml"] = text
    return files


def _build_card(run: RunData, model: str, results: list[EvalResult]) -> str:
    name = find_hub_model(run, model) or model
    data = ModelCardData(model_name=name, eval_results=results)
    text = f"---\n{data.to_yaml()}\n---\n"
    ModelCard(text)  # raises if the hub's own reader can't read it
    return text


def _dump_yaml(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)


def _build_result(run: RunData, entry: Entry) -> EvalResult:
    hub = find_hub_dataset(run, entry.dataset)
    return EvalResult(
        task_type=_TASK,
        task_name="Summarization",
        dataset_type=hub.id if hub else entry.dataset,
        dataset_name=entry.dataset,
        dataset_config=hub.config if hub else None,
        dataset_split=hub.split if hub else None,
        dataset_revision=hub.revision if hub else None,
        metric_type=get_family(entry.metric),
        metric_name=entry.metric,
        metric_value=_scale(run, entry, entry.estimate.mean),
        metric_config=shorten_signature(run.leaderboard.metrics[entry.metric].signature),
        metric_args=_build_args(run, entry),
    )


def _build_args(run: RunData, entry: Entry) -> dict[str, Any]:
    """The interval and everything else that model cards have no field for."""
    estimate = entry.estimate
    args: dict[str, Any] = {
        "signature": run.leaderboard.metrics[entry.metric].signature,
        "unit": _name_unit(run, entry),
        "articles": estimate.n,
        "of_articles": run.leaderboard.datasets[entry.dataset].articles,
        "failed": entry.n_failed,
        "dataset_sha256": run.leaderboard.datasets[entry.dataset].fingerprint,
        "made_by": f"summbench {run.metadata.versions['summbench']}",
    }
    if estimate.low == estimate.low:
        low, high = (_scale(run, entry, value) for value in (estimate.low, estimate.high))
        args["interval"] = {"low": low, "high": high, "level": 0.95, "method": estimate.method}
    return args


def _build_entry(run: RunData, entry: Entry) -> EvalResultEntry | None:
    """None unless the dataset is on the hub, as the format has no place for others."""
    hub = find_hub_dataset(run, entry.dataset)
    if hub is None:
        return None
    estimate = entry.estimate
    coverage = format_coverage(estimate.n, run.leaderboard.datasets[entry.dataset].articles)
    low, high = (_scale(run, entry, value) for value in (estimate.low, estimate.high))
    interval = f", 95 % interval {low} to {high} ({estimate.method})" if low == low else ""
    return EvalResultEntry(
        dataset_id=hub.id,
        task_id=entry.metric,
        value=_scale(run, entry, estimate.mean),
        dataset_revision=hub.revision,
        date=run.metadata.finished,
        notes=f"{_name_unit(run, entry)}{interval}, n={coverage or estimate.n}, "
        f"failed={entry.n_failed}, split={hub.split}, "
        f"{run.leaderboard.metrics[entry.metric].signature}",
    )


def _scale(run: RunData, entry: Entry, value: float) -> float:
    return round(run.leaderboard.get_scale(entry.metric) * value, 4)


def _name_unit(run: RunData, entry: Entry) -> str:
    return name_unit(run.leaderboard.get_scale(entry.metric)).strip() or "the metric's own"
