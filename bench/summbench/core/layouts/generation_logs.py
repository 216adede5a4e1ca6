"""What `fairseq-generate` prints: S-, T-, H- and D- lines of each text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.json_rows import Row
from summbench.core.text_encoding import read_lines

_LINE = re.compile(r"([STHD])-(\d+)\t(.*)", re.DOTALL)
_COLUMNS = {"S": "document", "T": "references"}
_SCORED = "HD"
_CODES = re.compile(r"\d+(?: \d+){2,}")


def read_fairseq(path: Path) -> Iterator[tuple[int, Row]]:
    """Read the texts in the order of their numbers; a D- line goes before the H- line.

    Raises: SummbenchError, if a text has several hypotheses, or texts are still sub-words.
    """
    texts: dict[int, dict[str, str]] = {}
    for number, line in read_lines(path):
        if match := _LINE.match(line.rstrip("\r\n")):
            kind, index, text = match.groups()
            parts = texts.setdefault(int(index), {})
            if kind in parts:
                raise SummbenchError(
                    f"{path}: line {number} is a second {kind}-{index}. Further hypotheses of one "
                    "search are no summaries of their own; generate with --nbest 1."
                )
            parts[kind] = text.partition("\t")[2] if kind in _SCORED else text
    if not any(set(_SCORED) & parts.keys() for parts in texts.values()):
        raise SummbenchError(f"{path} has no H- or D- line; expected the output of fairseq.")
    for position, (index, parts) in enumerate(sorted(texts.items()), start=1):
        yield position, _build_row(path, index, parts)


def _build_row(path: Path, index: int, parts: Mapping[str, str]) -> Row:
    row: Row = {"id": index}
    row |= {column: parts[kind] for kind, column in _COLUMNS.items() if kind in parts}
    summary = parts.get("D", parts.get("H"))
    for text in (summary or "", str(row.get("references", ""))):
        if "@@ " in text or _CODES.fullmatch(text):
            raise SummbenchError(
                f"{path}: text {index} is written in sub-words ({text[:40]!r}). Generate with "
                "--remove-bpe, or decode the lines to words, and give the references as a file."
            )
    return {**row, "prediction": summary}
