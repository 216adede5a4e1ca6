"""What the gate judges, and what it does not, so that nobody takes that for passed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from summbench.gate.alignment import Alignment
from summbench.gate.checks import describe_uncalibrated, list_shown_quality
from summbench.gate.differences import Key
from summbench.runs.groups import ArticleGroups
from summbench.runs.schema import RunMetadata
from summbench.runs.tables import Place

_MOST_NAMES = 4


def list_judged(alignment: Alignment, margins: Mapping[str, float]) -> list[Key]:
    """The rows: metrics with a margin of every system of the baseline, dataset by dataset.

    Bounds, floors and baselines are context, and judged only where there is no system at all. A
    judge needs calibration in the baseline.
    """
    baseline = alignment.baseline
    keys = []
    for dataset, model in _list_products(alignment):
        for metric in margins:
            judge = baseline.get_judge(dataset, metric)
            has_scores = (dataset, model, metric) in baseline.scores
            if has_scores and (judge is None or judge.is_calibrated):
                keys.append((dataset, model, metric))
    return keys


def _list_products(alignment: Alignment) -> list[Place]:
    """The models of the baseline that either side calls a system; all if it calls none so."""
    old, candidate = alignment.baseline, alignment.candidate
    products = []
    for place in old.digests:
        kinds = {old.models.get(place[1])}
        if place in candidate.model_names:
            kinds.add(candidate.models.get(candidate.model_names[place]))
        if "system" in kinds:
            products.append(place)
    return products or list(old.digests)


def list_unjudged(
    alignment: Alignment,
    keys: Sequence[Key],
    margins: Mapping[str, float],
    other_scales: Collection[str],
    groups: ArticleGroups,
) -> list[str]:
    """A sentence for each kind of thing that has no verdict."""
    return [
        *_list_context(alignment),
        *_list_metrics(alignment, keys, margins, other_scales),
        *_describe_judges(alignment, keys, margins),
        *_list_new(alignment),
        *_list_slices(alignment, groups),
        *_list_perturbed(alignment),
    ]


def _list_context(alignment: Alignment) -> list[str]:
    products = _list_products(alignment)
    context = dict.fromkeys(p[1] for p in alignment.baseline.digests if p not in products)
    if not context:
        return []
    kinds = alignment.baseline.models
    names = ", ".join(f"{model} ({kinds[model]})" for model in context)
    return [f"{names}: bounds, floors and baselines are context, not products."]


def _list_metrics(
    alignment: Alignment,
    keys: Sequence[Key],
    margins: Mapping[str, float],
    other_scales: Collection[str],
) -> list[str]:
    board = alignment.baseline.run.leaderboard
    judges = {row.metric for row in board.judges}
    shown = list_shown_quality(board)
    judged = {(dataset, metric) for dataset, _, metric in keys}
    products = {dataset for dataset, _, _ in keys}
    lines = [
        f"{metric}: its scores are not all between 0 and 1, so that one point means nothing. Give "
        f"it a margin in its own unit, as in --margin {metric}=0.1."
        for metric in shown
        if metric in other_scales and metric not in margins and metric not in judges
    ]
    lines += [
        f"{metric} on {dataset}: the baseline has no such scores."
        for dataset in alignment.baseline.articles
        for metric in margins
        if dataset in products and (dataset, metric) not in judged and metric not in judges
    ]
    names = [m for m in board.display_metrics if m in board.metrics and m not in judges]
    if plain := [m for m in names if m not in shown and m not in margins]:
        lines.append(f"{', '.join(plain)}: diagnostics, of which nothing says what is better.")
    quality = [name for name, info in board.metrics.items() if info.role == "quality"]
    if hidden := [m for m in quality if m not in shown and m not in margins and m not in judges]:
        more = f" and {len(hidden) - _MOST_NAMES} more" if len(hidden) > _MOST_NAMES else ""
        lines.append(
            f"{', '.join(hidden[:_MOST_NAMES])}{more}: quality metrics that are not shown; "
            f"give --margin {hidden[0]}=0.01, and the like, to judge them too."
        )
    new = [m for m in list_shown_quality(alignment.candidate.run.leaderboard) if m not in quality]
    return lines + ([f"{', '.join(new)}: new in the candidate."] if new else [])


def _describe_judges(
    alignment: Alignment, keys: Sequence[Key], margins: Mapping[str, float]
) -> list[str]:
    judged = {(dataset, metric) for dataset, _, metric in keys}
    rows = {
        (row.dataset, row.metric): row
        for side in (alignment.candidate, alignment.baseline)
        for row in side.run.leaderboard.judges
    }
    lines = []
    for (dataset, metric), row in rows.items():
        if not row.is_calibrated:
            lines.append(f"{metric} on {dataset}: {describe_uncalibrated(row.kappa.n)}.")
        elif metric not in margins:
            lines.append(f"{metric} on {dataset}: a judge, which is judged only with a margin.")
        elif (dataset, metric) not in judged:
            lines.append(f"{metric} on {dataset}: not calibrated in the baseline.")
    return lines


def describe_judged_judges(alignment: Alignment, keys: Sequence[Key]) -> list[str]:
    """How far the judges can be believed that have verdicts."""
    judged = {(dataset, metric) for dataset, _, metric in keys}
    return [
        f"{row.metric} on {row.dataset} is a judge's: its kappa with {row.kappa.n} human labels is "
        f"{row.kappa.mean:.2f} [{row.kappa.low:.2f}, {row.kappa.high:.2f}] in the baseline."
        for row in alignment.baseline.run.leaderboard.judges
        if (row.dataset, row.metric) in judged
    ]


def _list_new(alignment: Alignment) -> list[str]:
    """Models and datasets of the candidate that no row of the baseline is compared with."""
    candidate = alignment.candidate
    paired = {(candidate.datasets[d], name) for (d, _), name in candidate.model_names.items()}
    own = set(candidate.datasets.values())
    kinds = candidate.models
    lines = [
        f"{model} on {dataset}: new in the candidate."
        for dataset, model in candidate.run.prediction_digests
        if dataset in own and (dataset, model) not in paired and kinds.get(model) == "system"
    ]
    return lines + [
        f"{dataset}: a new dataset of the candidate."
        for dataset in candidate.run.articles
        if dataset not in own
    ]


def _list_slices(alignment: Alignment, groups: ArticleGroups) -> list[str]:
    candidate = alignment.candidate
    own = {name: dataset for dataset, name in candidate.datasets.items()}
    rows = [row for row in candidate.run.leaderboard.slices if row.dataset in own]
    if not rows:
        return []
    names = list(dict.fromkeys(f"{row.column}={row.group}" for row in rows))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    unknown = {
        f"{row.column} of {own[row.dataset]}"
        for row in rows
        if (own[row.dataset], row.column) not in groups
    }
    missing = (
        f" Losses by {', '.join(sorted(unknown))} can't be looked for: the candidate does not have "
        "the groups of all articles (n_examples=all stores them)."
        if unknown
        else " Those that lost more than the margin are named."
    )
    return [f"The slices {', '.join(names[:_MOST_NAMES])}{more}: only whole datasets are judged."
            f"{missing}"]  # fmt: skip


def _list_perturbed(alignment: Alignment) -> list[str]:
    metadata = [side.run.metadata for side in (alignment.baseline, alignment.candidate)]
    has_perturbed = any(isinstance(m, RunMetadata) and m.perturbations for m in metadata)
    return ["Perturbed articles: only the unperturbed are judged."] if has_perturbed else []
