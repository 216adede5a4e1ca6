"""What is in a store, what can be removed, and many small parts made one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from summbench.core.errors import SummbenchError
from summbench.store import parts
from summbench.store.atomic_files import write_bytes
from summbench.store.index import PartIndex
from summbench.store.store import slugify

Kind = Literal["predictions", "scores"]

_SECONDS = {"h": 3_600, "d": 86_400, "w": 604_800}
_PREFIX = 16
"""Characters of a fingerprint in the name of its folder."""


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """All parts of one model or metric; `last_used_at` is a Unix time."""

    kind: Kind
    name: str
    fingerprint: str
    path: Path
    parts: int
    rows: int
    size: int
    last_used_at: float


def list_entries(store: Path) -> list[CacheEntry]:
    """Everything in the store, sorted by kind and name; no folder is an empty store."""
    if not store.exists():
        return []
    kinds: tuple[Kind, ...] = ("predictions", "scores")
    if not any((store / kind).is_dir() for kind in kinds) and any(store.iterdir()):
        raise SummbenchError(f"{store} is no store: it has neither predictions/ nor scores/ in it.")
    return [
        _describe_entry(kind, folder)
        for kind in kinds
        for folder in sorted((store / kind).glob("*-*"))
        if folder.is_dir()
    ]


def _describe_entry(kind: Kind, folder: Path) -> CacheEntry:
    name, _, fingerprint = folder.name.rpartition("-")
    files = [path for path in folder.iterdir() if path.is_file()]
    part_files = [path for path in files if path.suffix == ".parquet"]
    size = sum(path.stat().st_size for path in files)
    rows = sum(map(_count_rows, part_files))
    last_used_at = folder.stat().st_mtime
    return CacheEntry(kind, name, fingerprint, folder, len(part_files), rows, size, last_used_at)


def _count_rows(path: Path) -> int:
    """As the part's footer says; a damaged one has no rows that count."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError):
        return 0


def parse_age(text: str) -> float:
    """The seconds of 12h, 30d or 2w."""
    match = re.fullmatch(r"(\d+)([hdw])", text)
    if match is None:
        raise SummbenchError(f"{text!r} is no age; say for example 12h, 30d or 2w.")
    return int(match[1]) * float(_SECONDS[match[2]])


def select_entries(
    entries: Sequence[CacheEntry],
    now: float,
    older_than: str | None = None,
    model: str | None = None,
    referenced: Collection[str] | None = None,
) -> list[CacheEntry]:
    """The entries that every rule selects.

    `referenced` are the fingerprints that runs name; an entry of none of them is selected.

    Raises: SummbenchError, without a rule, and for a model that is not in the store.
    """
    if older_than is None and model is None and referenced is None:
        raise SummbenchError(
            "Nothing says what to remove: give --older-than 30d, --model NAME or "
            "--unreferenced RESULTS_FOLDER."
        )
    selected = list(entries)
    if older_than is not None:
        oldest = now - parse_age(older_than)
        selected = [entry for entry in selected if entry.last_used_at < oldest]
    if model is not None:
        _check_model(model, entries)
        slug = slugify(model)
        selected = [e for e in selected if e.kind == "predictions" and e.name == slug]
    if referenced is not None:
        prefixes = {fingerprint[:_PREFIX] for fingerprint in referenced}
        selected = [e for e in selected if e.fingerprint not in prefixes]
    return selected


def _check_model(model: str, entries: Sequence[CacheEntry]) -> None:
    names = sorted({entry.name for entry in entries if entry.kind == "predictions"})
    if slugify(model) not in names:
        near = get_close_matches(slugify(model), names, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(names) or 'none'}."
        raise SummbenchError(f"The store has no predictions of a model {model!r}. {hint}")


def remove_entry(entry: CacheEntry) -> None:
    """Delete its files; what a run adds meanwhile stays, and its folder with it."""
    for path in sorted(entry.path.iterdir()):
        if path.suffix in {".parquet", ".damaged"}:
            _unlink(path)
    with suppress(OSError):
        entry.path.rmdir()


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SummbenchError(f"{path} can't be removed ({error.strerror or error}).") from error


def compact(entry: CacheEntry) -> int:
    """Write the rows that count as one part for each schema and environment, then remove the parts
    that they were in; return how many parts are left.

    The union has the number of the newest part it replaces: it never overrules one that a run
    writes meanwhile, and as the oldest go first, a crash on the way changes no row.
    """
    old_parts = PartIndex(entry.path).read_parts()
    latest: dict[str, tuple[int, int]] = {}
    for i, (_, table) in enumerate(old_parts):
        latest |= {key: (i, row) for row, key in enumerate(table["key"].to_pylist())}
    rows: dict[int, list[int]] = defaultdict(list)
    for i, row in latest.values():
        rows[i].append(row)
    unions: dict[str, list[pa.Table]] = defaultdict(list)
    for i, numbers in sorted(rows.items()):
        table = old_parts[i][1]
        unions[str(table.schema.metadata) + str(table.schema)].append(table.take(sorted(numbers)))
    if len(unions) == len(old_parts):
        return len(old_parts)
    generation = max(parts.parse_generation(path) for path, _ in old_parts)
    new_names = set()
    for tables in unions.values():
        data = parts.serialize_table(pa.concat_tables(tables), parts.ROW_GROUP)
        name = parts.build_part_name(data, generation)
        new_names.add(name)
        write_bytes(data, entry.path / name)
    for path, _ in old_parts:
        if path.name not in new_names:
            _unlink(path)
    return len(unions)
