"""A run in shards: each does the articles that fall to it, and the merge finds all of them done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.records import Example, sha256
from summbench.runs import files
from summbench.store.atomic_files import write_text

_SCHEMA = 1


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
    datasets: Mapping[str, Mapping[str, Any]],
    models: Mapping[str, Mapping[str, Any]],
) -> Path:
    """Leave word that the shard is done: dataset -> fingerprint and number of articles, model ->
    fingerprint and number of failures."""
    said = {
        "schema_version": _SCHEMA,
        "shard": shard.number,
        "of": shard.of,
        "datasets": datasets,
        "models": models,
    }
    write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", shard.path(folder))
    return shard.path(folder)


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
        said = json.loads(path.read_bytes())
        if said["schema_version"] != _SCHEMA:
            raise ValueError(f"schema version {said['schema_version']}")
        prints = {name: of["fingerprint"] for name, of in said["datasets"].items()}
        made = {name: of["fingerprint"] for name, of in said["models"].items()}
        failed = {name: int(of["failures"]) for name, of in said["models"].items()}
    except FileNotFoundError:
        yield "is missing"
        return
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        yield f"can't be read ({path.name}: {error!r})"
        return
    for name, fingerprint in datasets.items():
        if prints.get(name) != fingerprint:
            yield f"is of other data ({name})" if name in prints else f"has not done {name}"
    for name, made_of in models.items():
        if made_of is None:
            continue
        if made.get(name) != made_of:
            yield f"is of another {name}" if name in made else f"has not asked {name}"
        elif failed[name]:
            yield f"has {failed[name]} failed articles of {name}"
