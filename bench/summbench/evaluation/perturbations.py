"""The perturbations of a run: built from its config, and described in its run.json."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.suggestions import suggest
from summbench.evaluation import nodes as configs
from summbench.evaluation.chunks import Chunk
from summbench.evaluation.config import RunConfig
from summbench.evaluation.fingerprint import compute_fingerprint, get_versions
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.session import ModelSpec, is_rerunnable
from summbench.perturbations.perturbation import PerturbationSpec


def build_perturbations(
    run: RunConfig, models: Iterable[ModelSpec], allowed_packages: Iterable[str]
) -> list[PerturbationSpec]:
    """Build each perturbation at each severity, lowest first.

    Raises: SummbenchError, if there is no severity, or no model that can predict other texts.
    """
    severities = sorted(set(run.severity))
    if run.perturbation and not severities:
        raise SummbenchError("The perturbations have no severity; give 'severity=[0.05]'.")
    if run.perturbation and not any(map(is_rerunnable, models)):
        raise SummbenchError(
            "Perturbations need a model that can predict other texts. There are only precomputed "
            "summaries or bounds; leave 'perturbation=[...]' out, or add a model."
        )
    operators = {
        name: configs.build(name, node, allowed_packages) for name, node in run.perturbation.items()
    }
    return [
        PerturbationSpec(name, operator, severity, run.seed)
        for name, operator in operators.items()
        for severity in severities
    ]


def select_robustness_metrics(
    robustness_metrics: Sequence[str], metrics: Sequence[MetricSpec], columns: Collection[str]
) -> list[MetricSpec]:
    """Select the metrics that have the columns named by `robustness_metrics`.

    Raises: SummbenchError, if one of them is not in `columns`.
    """
    if unknown := [column for column in robustness_metrics if column not in columns]:
        raise SummbenchError(
            f"robustness_metrics names {unknown[0]!r}, which is no metric among those selected."
            f"{suggest(unknown[0], columns) or ' They are: ' + ', '.join(columns) + '.'}"
        )
    names = {column.partition(".")[0] for column in robustness_metrics}
    return [metric for metric in metrics if metric.name in names]


def list_failures(chunk: Chunk) -> list[dict[str, Any]]:
    """List the predictions that failed on a perturbed article but not on the clean one."""
    failed_clean = {
        (result.dataset, result.model, prediction.article_id)
        for result in chunk.results
        for prediction in result.predictions
        if prediction.error is not None
    }
    return [
        {
            "dataset": result.dataset,
            "model": result.model,
            "article_id": prediction.article_id,
            "error": prediction.error,
            "perturbation": copy.perturbation.name,
            "severity": copy.perturbation.severity,
        }
        for copy in chunk.perturbed
        for result in copy.results
        for prediction in result.predictions
        if prediction.error is not None
        and (result.dataset, result.model, prediction.article_id) not in failed_clean
    ]


def describe_perturbations(
    run: RunConfig, perturbations: Sequence[PerturbationSpec], allowed_packages: Iterable[str]
) -> dict[str, Any]:
    """Describe each operator for run.json; its config there has severities and seed."""
    keeps_meaning = {spec.name: spec.operator.keeps_meaning for spec in perturbations}
    return {
        name: {
            "keeps_meaning": keeps,
            "fingerprint": compute_fingerprint(name, run.perturbation[name], allowed_packages),
            "versions": get_versions(run.perturbation[name]),
        }
        for name, keeps in keeps_meaning.items()
    }
