"""Files of `score` that can't be what they were named as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from summbench.core.column_names import is_column_name
from summbench.core.errors import SummbenchError
from summbench.core.json_rows import LINE
from summbench.core.layouts import InputFile

_ONE_TEXT_A_ROW = ("lines", "huggingface", "texts")


def check_named_once(files: Sequence[InputFile], others: Mapping[str, Path | None]) -> None:
    """Refuse a file that is named twice, or as the summaries and as what they are compared with.

    A table may have the summaries and the references.
    """
    firsts: dict[Path, InputFile] = {}
    for file in files:
        if firsts.setdefault(file.path.resolve(), file) is not file:
            raise SummbenchError(f"{file.path} is named twice; name each file of summaries once.")
    for option, other in others.items():
        file_of_summaries = None if other is None else firsts.get(other.resolve())
        if file_of_summaries is not None and file_of_summaries.layout in _ONE_TEXT_A_ROW:
            raise SummbenchError(
                f"{other} is named as summaries and as {option}; it has one text a row, and can "
                "be only one of them."
            )


def refuse_unlike_counts(counts: Mapping[InputFile, int], without_ids: InputFile) -> None:
    """Refuse files that are matched by their order and differ in length, with a likely reason.

    Raises: SummbenchError, if the counts differ.
    """
    if len(set(counts.values())) == 1:
        return
    sizes = ", ".join(f"{file.path} has {count:,}" for file, count in counts.items())
    reasons = "".join(f" {reason}" for file in counts for reason in _explain_count(file))
    raise SummbenchError(
        f"The files differ in the number of articles: {sizes}. {without_ids.path} has no ids, so "
        f"that all must have the same articles in the same order.{reasons}"
    )


def _explain_count(file: InputFile) -> list[str]:
    """What may have changed the number of its rows."""
    if file.layout == "texts" and file.path.is_dir():
        return [
            f"The folder {file.path} is read as one file a text; name the files in it, if each is "
            "a system's."
        ]
    rows = [row for _, row in file.read()]
    if file.layout == "table":
        names = list(rows[0]) if rows else []
        is_row = names != [LINE] and not any(map(is_column_name, names))
        return [f"The first line of {file.path} was read as names of columns."] if is_row else []
    n_blank = sum(not str(row.get(LINE, "x")).strip() for row in rows)
    reasons = [f"Empty lines in {file.path}: {n_blank:,}."] if n_blank else []
    if rows and is_column_name(str(rows[0].get(LINE, ""))):
        reasons.append(f"The first line of {file.path} is {rows[0][LINE]!r}, as in a table.")
    return reasons
