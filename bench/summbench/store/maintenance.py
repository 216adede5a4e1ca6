"""What a store holds, what of it may go, and many small parts made one."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from summbench.core.errors import SummbenchError
from summbench.store import parts
from summbench.store.store import readable, write_bytes

Kind = Literal["predictions", "scores"]

_SECONDS = {"h": 3_600, "d": 86_400, "w": 604_800}
_PREFIX = 16


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """All parts of one model or metric; `used` is a Unix time."""

    kind: Kind
    name: str
    fingerprint: str
    path: Path
    parts: int
    rows: int
    size: int
    used: float


def shelves(store: Path) -> list[CacheEntry]:
    """Everything in the store, sorted by kind and name; no folder is an empty store."""
    if not store.exists():
        return []
    kinds: tuple[Kind, ...] = ("predictions", "scores")
    if not any((store / kind).is_dir() for kind in kinds) and any(store.iterdir()):
        raise SummbenchError(f"{store} is no store: it has neither predictions/ nor scores/ in it.")
    return [
        _shelf(kind, folder)
        for kind in kinds
        for folder in sorted((store / kind).glob("*-*"))
        if folder.is_dir()
    ]


def _shelf(kind: Kind, folder: Path) -> CacheEntry:
    name, _, fingerprint = folder.name.rpartition("-")
    files = [path for path in folder.iterdir() if path.is_file()]
    inside = [path for path in files if path.suffix == ".parquet"]
    size = sum(path.stat().st_size for path in files)
    used = folder.stat().st_mtime
    return CacheEntry(
        kind, name, fingerprint, folder, len(inside), sum(map(_rows, inside)), size, used
    )


def _rows(path: Path) -> int:
    """What the part's footer says; a damaged one has no rows that count."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError):
        return 0


def age(text: str) -> float:
    """The seconds of 12h, 30d or 2w."""
    match = re.fullmatch(r"(\d+)([hdw])", text)
    if match is None:
        raise SummbenchError(f"{text!r} is no age; say for example 12h, 30d or 2w.")
    return int(match[1]) * float(_SECONDS[match[2]])


def referenced(folders: Iterable[Path]) -> frozenset[str]:
    """The fingerprints, cut as the store cuts them, that any run.json below the folders names."""
    found: set[str] = set()
    for folder in folders:
        files = sorted(folder.rglob("run.json"))
        if not files:
            raise SummbenchError(
                f"There is no run.json below {folder}, so that all of the store would count as "
                "unreferenced; name the folder that holds your results."
            )
        for file in files:
            found |= _named_by(file)
    return frozenset(found)


def _named_by(file: Path) -> set[str]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        models = [model["fingerprint"] for model in content["models"].values()]
        metrics = [metric["fingerprint"] for metric in content["metrics"].values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SummbenchError(
            f"{file} does not say which fingerprints it is made of ({error!r}), so that what it "
            "needs could be removed; repeat that run or move the file away."
        ) from error
    return {found[:_PREFIX] for found in (*models, *metrics) if found}


def chosen(
    found: Sequence[CacheEntry],
    now: float,
    older_than: str | None = None,
    model: str | None = None,
    unreferenced: Sequence[Path] = (),
) -> list[CacheEntry]:
    """The shelves that every given rule lets go."""
    if older_than is None and model is None and not unreferenced:
        raise SummbenchError(
            "Nothing says what may go: give --older-than 30d, --model NAME or "
            "--unreferenced RESULTS_FOLDER."
        )
    going = list(found)
    if older_than is not None:
        oldest = now - age(older_than)
        going = [shelf for shelf in going if shelf.used < oldest]
    if model is not None:
        _check_model(model, found)
        going = [s for s in going if s.kind == "predictions" and s.name == readable(model)]
    if unreferenced:
        kept = referenced(unreferenced)
        going = [s for s in going if s.fingerprint not in kept]
    return going


def _check_model(model: str, found: Sequence[CacheEntry]) -> None:
    names = sorted({shelf.name for shelf in found if shelf.kind == "predictions"})
    if readable(model) not in names:
        near = get_close_matches(readable(model), names, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(names) or 'none'}."
        raise SummbenchError(f"The store has no predictions of a model {model!r}. {hint}")


def remove(shelf: CacheEntry) -> None:
    """Delete its files; what a run adds meanwhile stays, and its folder with it."""
    for path in sorted(shelf.path.iterdir()):
        if path.suffix in {".parquet", ".damaged"}:
            _unlink(path)
    with suppress(OSError):
        shelf.path.rmdir()


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SummbenchError(f"{path} can't be removed ({error.strerror or error}).") from error


def compact(shelf: CacheEntry) -> int:
    """Write the rows that count as one part (one for each schema and environment), then remove
    what they stood in; returns how many parts are left.

    The union has the number of the newest part it replaces: it never overrules one that a run
    writes meanwhile, and as the oldest go first, a crash on the way changes no answer.
    """
    old = parts.read(shelf.path)
    place: dict[str, tuple[int, int]] = {}
    for i, part in enumerate(old):
        place |= {key: (i, row) for row, key in enumerate(part.table["key"].to_pylist())}
    rows: dict[int, list[int]] = defaultdict(list)
    for i, row in place.values():
        rows[i].append(row)
    unions: dict[str, list[pa.Table]] = defaultdict(list)
    for i, wanted in sorted(rows.items()):
        table = old[i].table
        unions[str(table.schema.metadata) + str(table.schema)].append(table.take(sorted(wanted)))
    if len(unions) == len(old):
        return len(old)
    number = max(parts.generation(part.path) for part in old)
    new = set()
    for tables in unions.values():
        data = parts.parquet(pa.concat_tables(tables), parts.ROW_GROUP)
        new.add(parts.name(data, number))
        write_bytes(data, shelf.path / parts.name(data, number))
    for part in old:
        if part.path.name not in new:
            _unlink(part.path)
    return len(unions)
