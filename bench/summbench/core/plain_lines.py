"""Whether the lines of a file are texts, or rows of a table under another name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.core.json_text import parse_json

_NUMBER = re.compile(r"\s*(\d+)[.):]?\s")
_READ_ANYWAY = "or read it as it is with --layout lines"


def check_plain_lines(path: Path, lines: Sequence[str]) -> None:
    """Check that the first lines of a file are nothing but texts.

    Raises: SummbenchError, if each has cells, its own number, or a JSON object.
    """
    texts = [line.strip("\r\n") for line in lines if line.strip()]
    if len(texts) < 2:
        return
    n_tabs = {text.count("\t") for text in texts}
    if len(n_tabs) == 1 and 0 not in n_tabs:
        raise SummbenchError(
            f"{path}: each line has {min(n_tabs) + 1} cells with tabs between them "
            f"({texts[0][:40]!r}). Rename it to .tsv and write the names of the columns above, as "
            f"id and prediction, {_READ_ANYWAY}."
        )
    numbers = [int(match[1]) if (match := _NUMBER.match(text)) else -1 for text in texts]
    if numbers in (list(range(len(texts))), list(range(1, len(texts) + 1))):
        raise SummbenchError(
            f"{path}: each line begins with its number ({texts[0][:40]!r}), which would be scored "
            f"as a word. Take the numbers out, {_READ_ANYWAY}."
        )
    if all(map(_is_json_object, texts)):
        raise SummbenchError(
            f"{path}: each line is a JSON object. Rename it to .jsonl, {_READ_ANYWAY}."
        )


def _is_json_object(text: str) -> bool:
    try:
        return text.lstrip().startswith("{") and isinstance(parse_json(text), dict)
    except ValueError:
        return False
