"""What the articles and references of a run are too few for, and what looks wrong in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from summbench.core.errors import SummbenchError
from summbench.core.records import Need
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.metric_spec import MetricSpec

_NEEDS: Mapping[Need, str] = {"article": "articles", "references": "references"}


def check_needs(metrics: Sequence[MetricSpec], statistics: Mapping[str, DatasetStatistics]) -> None:
    """Refuse metrics of which none can score anything, for want of references or of articles."""
    infos = [info for metric in metrics for info in metric.metric.columns.values()]
    if any(info.needs <= about.available for info in infos for about in statistics.values()):
        return
    needs = {need for info in infos for need in info.needs}
    missing = "no article has a reference" if "references" in needs else "all articles are empty"
    names = [metric.name for metric in metrics]
    raise SummbenchError(
        f"{', '.join(names)} can score nothing in {', '.join(statistics)}: {missing}. Add a metric "
        f"that needs none, as metric=[{','.join([*names, 'support'])}], or the file that has them."
    )


def list_left_out(
    metrics: Sequence[MetricSpec], statistics: Mapping[str, DatasetStatistics], is_recorded: bool
) -> Iterator[str]:
    """List the metrics, or columns of one, that have no score on a dataset, and what is missing.

    `is_recorded` is true of summaries that come from files.
    """
    for dataset, about in statistics.items():
        left_out: dict[tuple[Need, ...], list[str]] = {}
        for metric in metrics:
            columns = metric.metric.columns
            lacking = {c: tuple(sorted(i.needs - about.available)) for c, i in columns.items()}
            if len(set(lacking.values())) == 1:
                left_out.setdefault(next(iter(lacking.values())), []).append(metric.name)
                continue
            for column, needs in lacking.items():
                left_out.setdefault(needs, []).append(f"{metric.name}.{column}")
        for needs, names in left_out.items():
            if needs:
                yield _describe_left_out(dataset, names, needs, is_recorded)


def _describe_left_out(
    dataset: str, names: Sequence[str], needs: Sequence[Need], is_recorded: bool
) -> str:
    listed = ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
    verb, pronoun, need = ("is", "it", "needs") if len(names) == 1 else ("are", "they", "need")
    missing = " and ".join(_NEEDS[part] for part in needs)
    options = " ".join(f"--{_NEEDS[part]} FILE" for part in needs)
    advice = f"; give {options}" if is_recorded else f", and {dataset} has none"
    return f"{dataset}: {listed} {verb} left out: {pronoun} {need} the {missing}{advice}."


def list_swapped(statistics: Mapping[str, DatasetStatistics]) -> list[str]:
    """List the datasets of which most references are longer than their articles."""
    return [
        f"{name}: the references are longer than the articles on {about.n_longer:,} of "
        f"{about.n_paired:,} rows: are the columns swapped?"
        for name, about in statistics.items()
        if 2 * about.n_longer > about.n_paired
    ]
