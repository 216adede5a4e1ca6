"""The articles of an evaluation, chunk by chunk, as models read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from summbench.core.errors import SummbenchError
from summbench.core.normalization import TextNormalizer
from summbench.core.records import Example
from summbench.core.replies import read_example
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.metric_spec import MetricSpec, is_corpus_level
from summbench.perturbations.perturbation import PerturbationSpec
from summbench.perturbations.perturbed import (
    Datasets,
    PerturbedDataset,
    collect_unique_inputs,
    perturb_datasets,
)


@dataclass(frozen=True, slots=True)
class ChunkInputs:
    """The examples of a chunk, their perturbed copies, and all of them as models read them."""

    examples: dict[str, list[Example]]
    copies: Sequence[PerturbedDataset]
    perturbed: dict[str, list[Example]]
    normalized: Mapping[str, list[Example]]

    @staticmethod
    def build(
        examples: dict[str, list[Example]],
        perturbations: Sequence[PerturbationSpec],
        normalizer: TextNormalizer,
    ) -> ChunkInputs:
        """Perturb the examples, and normalize each text that a model reads."""
        copies = perturb_datasets(examples, perturbations)
        perturbed = collect_unique_inputs(examples, copies)
        normalized = {
            name: [normalizer.normalize_example(read_example(e)) for e in rows]
            for name, rows in (examples | perturbed).items()
        }
        return ChunkInputs(examples, copies, perturbed, normalized)


def read_chunks(
    datasets: Datasets, size: int, is_selected: Callable[[Example], bool] | None = None
) -> Iterator[dict[str, list[Example]]]:
    """Yield up to `size` examples of each dataset at a time, or those of them selected."""
    iterators = {name: iter(examples) for name, examples in datasets.items()}
    while examples := {
        name: rows for name, rest in iterators.items() if (rows := list(islice(rest, size)))
    }:
        if is_selected is not None:
            selected = {name: list(filter(is_selected, rows)) for name, rows in examples.items()}
            examples = {name: rows for name, rows in selected.items() if rows}
        yield examples
        del examples  # before the next are read


def check_chunk_size(
    metrics: Sequence[MetricSpec],
    statistics: Mapping[str, DatasetStatistics],
    size: int,
    perturbations: int = 0,
) -> None:
    """Refuse a metric that needs a dataset in one piece where it comes in several chunks."""
    for metric in filter(is_corpus_level, metrics):
        for name, dataset in statistics.items():
            texts = dataset.n_articles * (1 + perturbations)
            if texts > size:
                copies = f" ({texts:,} with their perturbed copies)" if perturbations else ""
                raise SummbenchError(
                    f"The metric {metric.name!r} needs a dataset in one piece. {name!r} has "
                    f"{dataset.n_articles:,} articles{copies}, more than chunk_size={size}. "
                    "Leave the metric out, take fewer articles (limit=...), or set "
                    f"chunk_size={texts}, which takes the memory for all of them."
                )
