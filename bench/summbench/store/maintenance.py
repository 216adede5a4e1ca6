"""What is in a store, what can be removed, and many small parts made one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from summbench.core.errors import SummbenchError
from summbench.core.records import REQUESTS
from summbench.store import parts
from summbench.store.compaction import join_parts, remove_part
from summbench.store.shapes import SHAPES, Kind
from summbench.store.store import slugify
from summbench.store.temporary_files import remove_stale_files

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
    if not store.is_dir():
        raise SummbenchError(f"{store} is no store: it is a file.")
    names = {path.name for path in store.iterdir() if not path.name.startswith(".")}
    if names and not names & SHAPES.keys():
        raise SummbenchError(f"{store} is no store: it has neither predictions/ nor scores/ in it.")
    entries = [
        _describe_entry(kind, folder)
        for kind in SHAPES
        for folder in sorted((store / kind).glob("*-*"))
    ]
    return [entry for entry in entries if entry is not None]


def _describe_entry(kind: Kind, folder: Path) -> CacheEntry | None:
    """None if it is no folder, or none any more."""
    remove_stale_files(folder)
    try:
        last_used_at = folder.stat().st_mtime
        paths = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return None
    sizes = {path: size for path in paths if (size := _get_size(path)) is not None}
    part_files = [path for path in sizes if path.suffix == ".parquet"]
    name, _, fingerprint = folder.name.rpartition("-")
    return CacheEntry(
        kind=kind,
        name=name,
        fingerprint=fingerprint,
        path=folder,
        parts=len(part_files),
        rows=sum(map(_count_rows, part_files)),
        size=sum(sizes.values()),
        last_used_at=last_used_at,
    )


def _get_size(path: Path) -> int | None:
    """The bytes of a file; None of what is no file, or is none any more."""
    try:
        return path.stat().st_size if path.is_file() else None
    except FileNotFoundError:
        return None


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

    `referenced` are the fingerprints that runs name; an entry of none of them is selected, but
    for the answers of servers, which were paid for.

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
        prefixes = {fingerprint[:_PREFIX] for fingerprint in (REQUESTS, *referenced)}
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
    for pattern in ("*.parquet", "*.damaged"):
        for path in sorted(entry.path.glob(pattern)):
            if not path.is_dir():
                remove_part(path)
    with suppress(OSError):
        entry.path.rmdir()


def compact(entry: CacheEntry) -> int:
    """Write the rows that count as one part for each schema and environment; return how many parts
    are left.

    Raises: SummbenchError, if a part exists and can't be read.
    """
    paths: list[Path] = []
    while True:
        previous, paths = paths, parts.list_parts(entry.path)
        try:
            join_parts(paths, SHAPES[entry.kind])
        except OSError as error:
            if paths == previous:  # else another process compacted, pruned or wrote meanwhile
                raise parts.build_read_error(error) from error
            continue
        return len(parts.list_parts(entry.path))
