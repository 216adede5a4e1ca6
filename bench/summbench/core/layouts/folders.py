"""Folders with one file an article: plain texts, CNN/DailyMail stories, XSum's extracts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from summbench.core.column_names import DOCUMENTS, EITHER, PREDICTIONS, REFERENCES
from summbench.core.errors import SummbenchError, explain_read_errors
from summbench.core.json_rows import LINE, Row
from summbench.core.text_encoding import read_text

_HIGHLIGHT = "@highlight"
_XSUM_PART = re.compile(r"\[(XSUM|SN)\]([A-Z-]+)\[\1\]\s*\n")
_XSUM_SUMMARIES = ("INTRODUCTION", "FIRST-SENTENCE")
_XSUM_BODY = "RESTBODY"
_NAME_PART = re.compile(r"[^._-]*")
_ROLE_WORDS = {*DOCUMENTS, *REFERENCES, *PREDICTIONS, *EITHER, "dec", "sys", "system"}


def read_text_files(path: Path) -> Iterator[tuple[int, Row]]:
    """Read each file of a folder as one text; its id is the file's name up to the first dot.

    Words for articles, references and summaries at either end of the name are no part of it, as in
    `000001_decoded.txt`, `ref.000001.txt` and `1.dec`.
    """
    for number, file in _list_files(path, ""):
        yield number, {"id": _get_id(file.name), LINE: _read(file).strip()}


def read_stories(path: Path) -> Iterator[tuple[int, Row]]:
    """Read a story: the article, and after each @highlight a sentence of the reference.

    The form is that of Hermann et al. (2015).
    """
    for number, file in _list_files(path, ".story"):
        document, *highlights = _read(file).split(_HIGHLIGHT)
        if not highlights:
            raise SummbenchError(f"{file} has no {_HIGHLIGHT}; expected a story of CNN/DailyMail.")
        reference = "\n".join(filter(None, map(str.strip, highlights)))
        yield number, {"id": file.stem, "document": document.strip(), "references": reference}


def read_xsum(path: Path) -> Iterator[tuple[int, Row]]:
    """Read a .data file (INTRODUCTION, RESTBODY) or .summary file (FIRST-SENTENCE, RESTBODY).

    The forms are those of Narayan et al. (2018); the other parts are no part of the article.
    """
    suffixes = (".data", ".summary")
    for number, file in _list_files(path, *suffixes):
        _, *pieces = _XSUM_PART.split(_read(file))
        parts = dict(zip(pieces[1::3], map(str.strip, pieces[2::3]), strict=True))
        summary = next((parts[name] for name in _XSUM_SUMMARIES if name in parts), None)
        if summary is None or _XSUM_BODY not in parts:
            raise SummbenchError(
                f"{file} has the parts {', '.join(parts) or 'none'}; expected {_XSUM_BODY}, and "
                f"{' or '.join(_XSUM_SUMMARIES)}."
            )
        yield number, {"id": file.stem, "document": parts[_XSUM_BODY], "references": summary}


def _list_files(path: Path, *suffixes: str) -> Iterator[tuple[int, Path]]:
    if path.is_file():
        yield 1, path
        return
    with explain_read_errors(path):
        files = [file for file in path.iterdir() if file.is_file()]
    files = [file for file in files if not file.name.startswith(".")]
    files = [file for file in files if file.name.endswith(suffixes)]
    if not files:
        needed = " or ".join(filter(None, suffixes)) or "text"
        raise SummbenchError(f"The folder {path} has no {needed} file; expected at least one.")
    yield from enumerate(sorted(files), start=1)


def _get_id(name: str) -> str:
    start, end = 0, len(name)
    parts = [match for match in _NAME_PART.finditer(name) if match[0]]
    while len(parts) > 1 and parts[0][0].lower() in _ROLE_WORDS:
        start = parts.pop(0).end() + 1
    while len(parts) > 1 and parts[-1][0].lower() in {*_ROLE_WORDS, "txt"}:
        end = parts.pop().start() - 1
    return name[start:end].partition(".")[0] or name


def _read(file: Path) -> str:
    return read_text(file).replace("\r\n", "\n")
