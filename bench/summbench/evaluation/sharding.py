"""A run in shards: each does the articles that fall to it, and the merge finds all of them done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.records import Example, sha256
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
    def named(cls, text: str) -> Shard:
        """The shard that is called 2/8."""
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

    A model without a fingerprint (a replay) computes nothing and needs no shard.
    """
    if count < 1:
        raise SummbenchError(f"merge_shards={count} is no number of shards.")
    found = [Shard(number, count) for number in range(1, count + 1)]
    wrong = {f"{s.number}/{s.of}": next(_wrong(s, folder, datasets, models), None) for s in found}
    said = [f"shard={name} {why}" for name, why in wrong.items() if why]
    if said:
        raise SummbenchError(
            f"merge_shards={count} needs every shard in {folder}: {'; '.join(said)}. Run these "
            "with the config of the merge, the same name and the same store."
        )


def _wrong(
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
            yield f"is of other data ({name})" if dataset else f"has not done {name}"
    for name, model_fingerprint in models.items():
        if model_fingerprint is None:
            continue
        model = metadata.models.get(name)
        if model is None or model.fingerprint != model_fingerprint:
            yield f"is of another {name}" if model else f"has not asked {name}"
        elif model.failures:
            yield f"has {model.failures} failed articles of {name}"
