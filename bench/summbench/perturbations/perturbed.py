"""The garbled copies of a window's articles, and what models made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from summbench.core.records import Article, Example, Prediction, TaskResult
from summbench.perturbations.edits import PerturbedText
from summbench.perturbations.perturbation import PerturbationSpec

Datasets = Mapping[str, Sequence[Example]]
Predicted = Mapping[tuple[str, str], Sequence[Prediction]]
"""Dataset and model -> the model's predictions."""


@dataclass(frozen=True, slots=True)
class PerturbedDataset:
    """The articles of a dataset after one noise, in their order.

    Each cell is one model's answers to them, scored as answers to the clean articles.
    """

    dataset: str
    noise: PerturbationSpec
    garbled: Sequence[PerturbedText]
    cells: Sequence[TaskResult] = ()


def copied(datasets: Datasets, noises: Sequence[PerturbationSpec]) -> list[PerturbedDataset]:
    """The copies that each noise makes of each dataset, nobody asked for an answer yet."""
    return [
        PerturbedDataset(name, noise, [noise.garbled(e.article.text) for e in examples])
        for name, examples in datasets.items()
        for noise in noises
    ]


def to_ask(datasets: Datasets, copies: Sequence[PerturbedDataset]) -> dict[str, list[Example]]:
    """Each changed text once, as datasets of their own; a text that no noise touched is not new."""
    found: dict[str, dict[str, Example]] = {}
    for one in copies:
        texts = found.setdefault(_label(one.dataset), {})
        for example, garbled in zip(datasets[one.dataset], one.garbled, strict=True):
            if garbled.edits:
                texts.setdefault(garbled.text, Example(Article(example.article.id, garbled.text)))
    return {label: list(texts.values()) for label, texts in found.items()}


def answered(
    datasets: Datasets,
    asked: Mapping[str, Sequence[Example]],
    copies: Sequence[PerturbedDataset],
    predicted: Predicted,
) -> list[PerturbedDataset]:
    """The copies with a cell, not yet scored, of each model that was asked; `predicted` has all."""
    return [replace(one, cells=_cells(datasets, asked, one, predicted)) for one in copies]


def _cells(
    datasets: Datasets,
    asked: Mapping[str, Sequence[Example]],
    one: PerturbedDataset,
    predicted: Predicted,
) -> list[TaskResult]:
    label, cells = _label(one.dataset), []
    texts = [example.article.text for example in asked[label]]
    for model in [model for name, model in predicted if name == label]:
        by_text = dict(zip(texts, predicted[label, model], strict=True))
        rows = zip(datasets[one.dataset], one.garbled, predicted[one.dataset, model], strict=True)
        answers = [
            replace(by_text[g.text], article_id=example.article.id) if g.edits else clean
            for example, g, clean in rows
        ]
        cells.append(TaskResult(one.dataset, model, answers, {}))
    return cells


def _label(dataset: str) -> str:
    return f"{dataset}, garbled"
