"""The predictions of a bundle scored again, and what differs from its recorded scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from summbench.analysis.bundle.contents import BundleContents, read_contents
from summbench.analysis.bundle.differences import Difference, find_differences
from summbench.core.errors import SummbenchError
from summbench.core.records import Progress, TaskResult, ignore_progress
from summbench.evaluation.components import build_metric
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.nodes import is_node
from summbench.evaluation.repeats import average_repeats, name_repeat
from summbench.evaluation.score import score
from summbench.runs.provenance import get_installed_version
from summbench.runs.run import RunData
from summbench.runs.schema import MetricRecord, RunMetadata
from summbench.store.store import Store


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """The result of scoring a bundle again.

    `scores` were computed again, `means` were checked. `unscored` is metric column -> why it could
    not be computed here. `other_versions` is package -> its version in the run and here,
    `other_signatures` metric -> its signature in the run and here; `other_fingerprints` are the
    metrics whose config, code or weights changed while their signature did not.
    """

    bundle: Path
    files: int
    scores: int
    means: int
    differences: Sequence[Difference]
    unscored: Mapping[str, str]
    other_versions: Mapping[str, tuple[str, str]]
    other_signatures: Mapping[str, tuple[str | None, str]]
    other_fingerprints: Sequence[str]

    @property
    def is_reproduced(self) -> bool:
        """Whether everything that could be scored again is equal, bit for bit."""
        return not self.differences

    @property
    def largest_gap(self) -> float | None:
        """The largest distance of two numbers that differ; None if there is none."""
        gaps = (
            abs(d.recorded - d.here)
            for d in self.differences
            if isinstance(d.recorded, float) and isinstance(d.here, float)
        )
        return max((gap for gap in gaps if gap == gap), default=None)


def replay_bundle(
    bundle: Path, allowed_packages: Sequence[str] = (), progress: Progress = ignore_progress
) -> ReplayReport:
    """Check the checksums of a bundle, score its predictions again, and compare bit for bit.

    No model runs and nothing is downloaded. Scores are written to a temporary folder only.

    Raises: SummbenchError if the bundle is damaged, or no metric of it can be scored here.
    """
    run = RunData.open(bundle)
    contents = read_contents(run)
    metrics, refusals = _build_metrics(contents.metadata.config, allowed_packages)
    results = _score_again(contents, metrics, refusals, progress)
    unscored = _explain_unscored(contents, metrics, refusals)
    differences = list(find_differences(contents, results, unscored))
    scores = sum(len(values) for result in results for values in result.scores.values())
    if not scores and not differences:
        reasons = "; ".join(dict.fromkeys(unscored.values()))
        raise SummbenchError(f"No metric of {bundle} can be scored again here: {reasons}.")
    signatures, fingerprints = _compare_metrics(contents.metadata.metrics, metrics)
    return ReplayReport(
        bundle=bundle,
        files=len(run.list_files()),
        scores=scores,
        means=len(contents.leaderboard.entries),
        differences=differences,
        unscored=unscored,
        other_versions=_compare_versions(contents.metadata),
        other_signatures=signatures,
        other_fingerprints=fingerprints,
    )


def _build_metrics(
    config: Mapping[str, Any], allowed_packages: Sequence[str]
) -> tuple[list[MetricSpec], dict[str, str]]:
    """Build the metrics that can be built here; say why the others can't."""
    metrics, refusals = [], {}
    normalization = config.get("score_normalization", "raw")
    for name, node in config["metric"].items():
        target = str(node.get("_target_", "")) if isinstance(node, dict) else ""
        package = target.split(".")[0]
        if not target.startswith("summbench.metrics.") and package not in allowed_packages:
            refusals[name] = f"{target or name} is no metric of summbench; see --allow-code"
        elif any(map(is_node, node.values())):
            refusals[name] = "it needs a model, and a bundle must not start one"
        else:
            try:
                metrics.append(
                    build_metric(name, node, allowed_packages, normalization, offline=True)
                )
            except SummbenchError as error:
                refusals[name] = str(error)
    return metrics, refusals


def _score_again(
    bundle: BundleContents,
    metrics: Sequence[MetricSpec],
    refusals: dict[str, str],
    progress: Progress,
) -> list[TaskResult]:
    """Score with each metric; one that can't work here is added to the refusals."""
    results = []
    predictions = dict(bundle.predictions)
    for (dataset, model), repeats in bundle.repeats.items():
        for number, of_repeat in enumerate(repeats, start=1):
            predictions[dataset, name_repeat(model, number)] = of_repeat
    with TemporaryDirectory(prefix="summbench-replay-") as folder:
        store = Store(Path(folder))
        for metric in metrics:
            try:
                scored = score(bundle.datasets, predictions, [metric], store, progress)
                results += _average(scored, bundle)
            except SummbenchError as error:
                refusals[metric.name] = " ".join(str(error).split())
    return results


def _average(results: Sequence[TaskResult], bundle: BundleContents) -> list[TaskResult]:
    """The means over repeats, as the run has them."""
    by_place = {(result.dataset, result.model): result for result in results}
    averaged = {}
    for place in bundle.predictions.keys() & by_place.keys():
        repeats = bundle.repeats.get(place, ((),))
        names = (name_repeat(place[1], number) for number in range(1, len(repeats) + 1))
        averaged[place] = average_repeats([by_place[place[0], name] for name in names])
    return [averaged[place] for place in by_place if place in averaged]


def _explain_unscored(
    bundle: BundleContents, metrics: Sequence[MetricSpec], refusals: Mapping[str, str]
) -> dict[str, str]:
    """Say of each recorded column that can't be computed again, why."""
    needs_article = {
        f"{metric.name}.{name}"
        for metric in metrics
        for name, info in metric.metric.columns.items()
        if "article" in info.needs and not bundle.has_articles
    }
    unscored = {}
    for column in dict.fromkeys(metric for _, _, metric, _ in bundle.scores):
        if column.partition(".")[0] in refusals:
            unscored[column] = refusals[column.partition(".")[0]]
        elif column in needs_article:
            unscored[column] = "the bundle was made without --with-articles"
    return unscored


def _compare_versions(metadata: RunMetadata) -> dict[str, tuple[str, str]]:
    """List the packages of another version than in the run."""
    recorded = [metadata.versions, *(metric.versions for metric in metadata.metrics.values())]
    return {
        package: (version, here)
        for versions in recorded
        for package, version in versions.items()
        if (here := get_installed_version(package)) != version
    }


def _compare_metrics(
    recorded: Mapping[str, MetricRecord], metrics: Sequence[MetricSpec]
) -> tuple[dict[str, tuple[str | None, str]], list[str]]:
    """List the metrics of another signature, and those of the same one but other code."""
    signatures, fingerprints = {}, []
    for metric in metrics:
        before = recorded.get(metric.name)
        signature = before.signature if before else None
        if before is None or signature != metric.signature:
            signatures[metric.name] = (signature, metric.signature)
        elif before.fingerprint != metric.fingerprint:
            fingerprints.append(metric.name)
    return signatures, fingerprints
