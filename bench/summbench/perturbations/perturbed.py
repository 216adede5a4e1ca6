"""Perturbed copies of articles, and what models predict for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from summbench.core.records import Article, Example, Prediction, TaskResult
from summbench.perturbations.edits import PerturbedText
from summbench.perturbations.perturbation import PerturbationSpec

Datasets = Mapping[str, Sequence[Example]]
PredictionsByTask = Mapping[tuple[str, str], Sequence[Prediction]]
"""(dataset, model) -> the model's predictions, in the order of the dataset's examples."""


@dataclass(frozen=True, slots=True)
class PerturbedDataset:
    """The articles of a dataset after one perturbation, in their order.

    Each result is one model's predictions for them, scored like predictions for the clean articles.
    """

    dataset: str
    perturbation: PerturbationSpec
    texts: Sequence[PerturbedText]
    results: Sequence[TaskResult] = ()


def perturb_datasets(
    datasets: Datasets, perturbations: Sequence[PerturbationSpec]
) -> list[PerturbedDataset]:
    """Apply each perturbation to each dataset; there are no results yet."""
    return [
        PerturbedDataset(name, perturbation, [perturbation.apply(e.article.text) for e in examples])
        for name, examples in datasets.items()
        for perturbation in perturbations
    ]


def collect_unique_inputs(
    datasets: Datasets, copies: Sequence[PerturbedDataset]
) -> dict[str, list[Example]]:
    """Collect each changed text once, as datasets of their own; unchanged texts are left out."""
    inputs: dict[str, dict[str, Example]] = {}
    for copy in copies:
        by_text = inputs.setdefault(_format_input_name(copy.dataset), {})
        for example, perturbed in zip(datasets[copy.dataset], copy.texts, strict=True):
            if perturbed.edits:
                article = Article(example.article.id, perturbed.text)
                by_text.setdefault(perturbed.text, Example(article))
    return {name: list(by_text.values()) for name, by_text in inputs.items()}


def attach_predictions(
    datasets: Datasets,
    inputs: Mapping[str, Sequence[Example]],
    copies: Sequence[PerturbedDataset],
    predictions: PredictionsByTask,
) -> list[PerturbedDataset]:
    """Return the copies with a result, not yet scored, for each model that predicted the inputs.

    `predictions` are those for `datasets` and for `inputs`: an article that a perturbation left
    unchanged keeps its clean prediction.
    """
    return [
        replace(copy, results=_build_results(datasets, inputs, copy, predictions))
        for copy in copies
    ]


def _build_results(
    datasets: Datasets,
    inputs: Mapping[str, Sequence[Example]],
    copy: PerturbedDataset,
    predictions: PredictionsByTask,
) -> list[TaskResult]:
    input_name, results = _format_input_name(copy.dataset), []
    texts = [example.article.text for example in inputs[input_name]]
    for model in [model for dataset, model in predictions if dataset == input_name]:
        by_text = dict(zip(texts, predictions[input_name, model], strict=True))
        rows = zip(
            datasets[copy.dataset], copy.texts, predictions[copy.dataset, model], strict=True
        )
        joined = [
            replace(by_text[perturbed.text], article_id=example.article.id)
            if perturbed.edits
            else clean
            for example, perturbed, clean in rows
        ]
        results.append(TaskResult(copy.dataset, model, joined, {}))
    return results


def _format_input_name(dataset: str) -> str:
    return f"{dataset}, perturbed"
