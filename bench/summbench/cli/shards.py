"""`shard=i/n` and `merge_shards=n` of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from summbench.cli.console import progress, say
from summbench.datasets.description import DatasetStatistics
from summbench.evaluation.chunks import Evaluation
from summbench.evaluation.score import is_corpus_level
from summbench.evaluation.session import ModelSpec
from summbench.evaluation.sharding import Shard, check_merge, write_shard
from summbench.runs.schema import ShardDataset, ShardModel


def do_shard(shard: Shard, work: Evaluation, size: int, folder: Path) -> int:
    """Predict and score the shard's articles into the store; 1 if a model failed on any.

    Metrics that need all of a dataset are left to the merge.
    """
    work = replace(work, metrics=[m for m in work.metrics if not is_corpus_level(m)])
    articles: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    with progress() as told:
        for chunk in work.iterate_chunks(size, told, shard.has):
            articles.update({name: len(found) for name, found in chunk.examples.items()})
            perturbed = (cell for copies in chunk.perturbed for cell in copies.results)
            for cell in (*chunk.results, *perturbed):
                failures[cell.model] += sum(p.error is not None for p in cell.predictions)
    path = write_shard(
        shard,
        folder,
        {
            name: ShardDataset(fingerprint=described.fingerprint, articles=articles[name])
            for name, described in work.statistics.items()
        },
        {
            e.name: ShardModel(fingerprint=e.fingerprint, failures=failures[e.name])
            for e in work.models
        },
    )
    of = sum(described.n_articles for described in work.statistics.values())
    say(
        f"Shard {shard.number} of {shard.of}: {articles.total():,} of {of:,} articles are done and "
        f"in the store; {failures.total():,} answers failed. Written to {path}. When all shards "
        f"are done, merge_shards={shard.of} in place of shard= makes the leaderboard."
    )
    return int(bool(failures.total()))


def mergeable(
    count: int,
    folder: Path,
    statistics: Mapping[str, DatasetStatistics],
    entrants: Sequence[ModelSpec],
) -> list[ModelSpec]:
    """The entrants, which may no longer predict, or SummbenchError if a shard is not done."""
    prints = {name: described.fingerprint for name, described in statistics.items()}
    check_merge(count, folder, prints, {e.name: e.fingerprint for e in entrants})

    return [
        replace(
            model,
            refusal=f"merge_shards={count}: all shards are done, but the store lacks predictions "
            f"of {model.name!r}. Give the store that the shards have filled (store=FOLDER).",
        )
        if not model.precomputed
        else model
        for model in entrants
    ]
