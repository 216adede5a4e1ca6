"""A run in shards: each does the articles that fall to it, and the merge finds all of them done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.records import Example, Progress, sha256
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.metric_spec import is_corpus_level
from summbench.evaluation.session import ModelSpec
from summbench.runs import files
from summbench.runs.schema import (
    SCHEMA_VERSION,
    ShardDataset,
    ShardMetadata,
    ShardModel,
    read_metadata,
)
from summbench.runs.writer import write_shard_manifest


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` shards, counted from 1; an article's text alone says which one is its."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """The shard that is written 2/8."""
        match = re.fullmatch(r"([0-9]+)/([0-9]+)", text)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise SummbenchError(f"shard={text} is no shard; the second of eight is shard=2/8.")
        return cls(int(match[1]), int(match[2]))

    def has(self, example: Example) -> bool:
        """Whether the article is one of its."""
        return int(sha256(example.article.text)[:16], 16) % self.of == self.number - 1

    def path(self, folder: Path) -> Path:
        """The file that says that it is done."""
        return folder / files.name_shard(self.number, self.of)


def write_shard(
    shard: Shard,
    folder: Path,
    datasets: Mapping[str, ShardDataset],
    models: Mapping[str, ShardModel],
) -> Path:
    """Write the file that says that the shard is done, and return its path."""
    metadata = ShardMetadata(
        schema_version=SCHEMA_VERSION,
        kind="shard",
        number=shard.number,
        count=shard.of,
        datasets=dict(datasets),
        models=dict(models),
    )
    return write_shard_manifest(folder, metadata)


def check_merge(
    count: int, folder: Path, datasets: Mapping[str, str], models: Mapping[str, str | None]
) -> None:
    """Refuse shards that are not all there, of these dataset and model fingerprints, and whole.

    `models` are those that compute, by name; each has a fingerprint.
    """
    if count < 1:
        raise SummbenchError(f"merge_shards={count} is no number of shards.")
    shards = [Shard(number, count) for number in range(1, count + 1)]
    problems = {
        f"{s.number}/{s.of}": next(_find_problems(s, folder, datasets, models), None)
        for s in shards
    }
    sentences = [f"shard={name} {why}" for name, why in problems.items() if why]
    if sentences:
        raise SummbenchError(
            f"merge_shards={count} needs every shard in {folder}: {'; '.join(sentences)}. Run "
            "these with the config of the merge, the same name and the same store."
        )


def _find_problems(
    shard: Shard, folder: Path, datasets: Mapping[str, str], models: Mapping[str, str | None]
) -> Iterator[str]:
    path = shard.path(folder)
    try:
        metadata = read_metadata(path)
    except FileNotFoundError:
        yield "is missing"
        return
    except (OSError, SummbenchError) as error:
        yield f"can't be read ({error})"
        return
    if not isinstance(metadata, ShardMetadata):
        yield f"can't be read ({path} is of kind {metadata.kind!r})"
        return
    for name, fingerprint in datasets.items():
        dataset = metadata.datasets.get(name)
        if dataset is None or dataset.fingerprint != fingerprint:
            yield f"is of other data ({name})" if dataset else f"has no articles of {name}"
    for name, model_fingerprint in models.items():
        model = metadata.models.get(name)
        if model is None or model.fingerprint != model_fingerprint:
            yield f"is of another {name}" if model else f"has not run {name}"
        elif model.failures:
            yield f"has {model.failures} failed articles of {name}"


@dataclass(frozen=True, slots=True)
class ShardReport:
    """What a shard did: its articles of those of all shards, failed predictions, and its file."""

    shard: Shard
    articles: int
    of_articles: int
    failures: int
    path: Path


def evaluate_shard(
    shard: Shard, evaluation: Evaluation, chunk_size: int, folder: Path, progress: Progress
) -> ShardReport:
    """Predict and score the articles of one shard into the store.

    Metrics that need a whole dataset are left to the merge.
    """
    metrics = [metric for metric in evaluation.metrics if not is_corpus_level(metric)]
    evaluation = replace(evaluation, metrics=metrics)
    articles: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    for chunk in evaluation.iterate_chunks(chunk_size, progress, shard.has):
        articles.update({name: len(examples) for name, examples in chunk.examples.items()})
        perturbed = (result for copy in chunk.perturbed for result in copy.results)
        for result in (*chunk.results, *perturbed):
            failures[result.model] += sum(p.error is not None for p in result.predictions)
    path = write_shard(
        shard,
        folder,
        {
            name: ShardDataset(fingerprint=about.fingerprint, articles=articles[name])
            for name, about in evaluation.statistics.items()
        },
        {
            model.name: ShardModel(fingerprint=model.fingerprint, failures=failures[model.name])
            for model in evaluation.models
        },
    )
    total = sum(statistics.n_articles for statistics in evaluation.statistics.values())
    return ShardReport(shard, articles.total(), total, failures.total(), path)


def refuse_to_predict(
    count: int,
    folder: Path,
    statistics: Mapping[str, DatasetStatistics],
    models: Sequence[ModelSpec],
) -> list[ModelSpec]:
    """The models of a merge, which find every prediction in the store or say why not.

    Raises: SummbenchError, if a shard is not done.
    """
    fingerprints = {name: about.fingerprint for name, about in statistics.items()}
    computing = {m.name: m.fingerprint for m in models if not m.precomputed}
    check_merge(count, folder, fingerprints, computing)
    return [
        model
        if model.precomputed
        else replace(
            model,
            refusal=f"merge_shards={count}: all shards are done, but the store lacks predictions "
            f"of {model.name!r}. Give the store that the shards have filled (store=FOLDER).",
        )
        for model in models
    ]
