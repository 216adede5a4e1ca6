"""The columns of an input file, and what to say of how it was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from summbench.core.column_recognition import AUTO, Recognizer, Roles
from summbench.core.column_samples import ColumnSample, check_columns, sample_columns, to_tuple
from summbench.core.json_rows import LINE
from summbench.core.layouts import InputFile
from summbench.core.row_ids import RowIds

ONLY_LINES = "each line is a text without a name."
_WORDS = {
    "document": "article",
    "references": "reference",
    "systems": "summaries by system",
    "predictions": "summary",
    "system": "name of the system",
    "id": "id",
}


def select_named(**parts: Any) -> dict[str, Any]:
    """Return the parts whose columns a config names."""
    return {part: names for part, names in parts.items() if names != AUTO}


def has_column_names(parts: Mapping[str, Any]) -> bool:
    """Tell whether a config names a column."""
    return any(names not in (None, AUTO) for names in parts.values())


def recognize_roles(
    file: InputFile,
    named: Mapping[str, Any],
    options: Mapping[str, str],
    needed: Sequence[str],
    sole: str | None = None,
) -> tuple[Roles, str]:
    """Find the columns of a file that are not named, and say in a sentence what they are.

    Raises: SummbenchError, for a named column that no row has, and a doubt about a needed one.
    """
    samples = _sample(file)
    check_columns(str(file.path), samples, named, options)
    roles = Recognizer(str(file.path), samples, named, needed, sole, options).recognize()
    return roles, _describe_roles(roles, list(samples), needed)


def count_articles(file: InputFile, roles: Roles) -> int:
    """Return the number of articles of a file, as `RowIds` tells them apart."""
    ids = RowIds.of_roles(roles)
    return len({ids.get(row, str(number)) for number, row in file.read()})


def describe_counts(notes: Counter[str], unit: str) -> list[str]:
    """Return a sentence for each thing that was counted while rows were read."""
    return [
        f"in {count:,} {unit}{'' if count == 1 else 's'} {note}." for note, count in notes.items()
    ]


def join_notes(notes: Mapping[str, Sequence[str]]) -> list[str]:
    """Return each sentence once, after the names of all files of which it is true."""
    names: dict[str, list[str]] = {}
    for name, sentences in notes.items():
        for sentence in sentences:
            names.setdefault(sentence, []).append(name)
    return [f"{', '.join(dict.fromkeys(of))}: {sentence}" for sentence, of in names.items()]


def _sample(file: InputFile) -> Mapping[str, ColumnSample]:
    status = file.path.stat()
    return _sample_unchanged(file, (status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=256)
def _sample_unchanged(file: InputFile, state: tuple[int, int]) -> Mapping[str, ColumnSample]:
    return sample_columns(file.read())


def _describe_roles(roles: Roles, all_names: Sequence[str], needed: Sequence[str]) -> str:
    """Say which column was read as what, and which are left out."""
    if all_names == [LINE]:
        words = [_WORDS[part] for part in _WORDS if LINE in to_tuple(getattr(roles, part))]
        return f"read each line as {words[0]}." if words else ONLY_LINES
    parts = ("id", *needed, *(("systems", "system") if "predictions" in needed else ()))
    columns = {part: to_tuple(getattr(roles, part)) for part in parts}
    matches = [
        f"{', '.join(map(repr, columns[part]))} as {_WORDS[part]}"
        for part in parts
        if columns[part]
    ]
    tops = {name.partition(".")[0] for name in roles.columns} | roles.columns
    unread = [name for name in all_names if name not in tops]
    sentences = [f"read {', '.join(matches)}"] if matches else []
    if roles.id is None:
        sentences.append("articles are numbered from 1")
    if unread:
        sentences.append(f"left out: {', '.join(map(repr, unread))}")
    return "; ".join(sentences) + "."
