"""Files that hold no rows or lines, told by their first bytes, and paths where no file is."""

from __future__ import annotations

import re
import zipfile
from itertools import islice
from pathlib import Path

from summbench.core.errors import SummbenchError, explain_read_errors
from summbench.core.suggestions import suggest

READABLE = (
    ".jsonl, .json, .csv, .tsv, .parquet, or .txt with a text a line; each also .gz, .bz2, .xz or "
    ".zst"
)
_HEAD = 512
_MANY_NAMES = 10_000
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_EXCEL = "Save it from there as CSV (UTF-8)."
_FEATHER = (
    "Write it as Parquet: python -c \"import pandas; pandas.read_feather('{path}')"
    ".to_parquet('{path}.parquet')\""
)
_STREAM = (
    "Write it as Parquet: python -c \"import datasets; datasets.Dataset.from_file('{path}')"
    ".to_parquet('{path}.parquet')\""
)
_FOREIGN = (
    (rb"%PDF-", "a PDF", "Copy its texts into a .txt file, one a line."),
    (rb"\xd0\xcf\x11\xe0", "a document of an old Word or Excel", _EXCEL),
    (rb"ARROW1", "a Feather file", _FEATHER),
    (rb"\xff\xff\xff\xff..\x00\x00", "a stream of Arrow", _STREAM),
    (rb"\x80[\x02-\x05]", "a pickle, which can run code when it is read",
     "Write its rows as JSON Lines, where you trust it."),
    (rb"\x93NUMPY", "an array of NumPy", "Write its texts one a line."),
    (rb"SQLite format 3", "a database of SQLite", "Write its rows as CSV."),
    (rb"\x89HDF", "an HDF5 file", "Write its rows as Parquet."),
    (rb"version https://git-lfs", "only a pointer of Git LFS", "Fetch the file: git lfs pull."),
    (rb"(?i)\s*<(?:!doctype html|html)\b", "a web page", "Download the file itself."),
)  # fmt: skip
"""How files of other kinds begin, what they are, and what to do."""


def expand_home(path: str | Path) -> Path:
    """Return the path with the home folder in place of `~`, if there is such a user."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def check_file(path: Path) -> None:
    """Check that a path names a file that may have rows or lines.

    Raises: SummbenchError, if it is missing, a folder, empty, not to be read, or of another kind.
    """
    with explain_read_errors(path):
        _check_file(path)


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise SummbenchError(f"{path} is a folder; expected a file: {READABLE}.")
    if not path.is_file():
        if path.exists():
            raise SummbenchError(
                f"{path} is a pipe or a device, which can't be read twice; write what it gives "
                "into a file, and name that."
            )
        raise SummbenchError(
            f"{path} does not exist; expected a file: {READABLE}.{_explain_missing(path)}"
        )
    if path.stat().st_size == 0:
        raise SummbenchError(f"{path} is empty; expected at least one row.")
    if kind := _describe_foreign(path):
        raise SummbenchError(f"{path} is {kind}")


def check_folder(path: Path) -> None:
    """Check that a folder may have one text a file.

    Raises: SummbenchError, if it has tables, or a dataset that `datasets` saved.
    """
    with explain_read_errors(path):
        names = sorted(file.name for file in path.iterdir() if not file.name.startswith("."))
    if "dataset_dict.json" in names:
        splits = [name for name in names if (path / name / "state.json").is_file()]
        raise SummbenchError(
            f"{path} is a dataset that `datasets` saved, with the splits {', '.join(splits)}. "
            f"{_advise_saved(path / splits[0] if splits else path)}"
        )
    if "state.json" in names and "dataset_info.json" in names:
        raise SummbenchError(f"{path} is a dataset that `datasets` saved. {_advise_saved(path)}")
    tables = [name for name in names if re.search(r"\.(jsonl?|ndjson|[ct]sv|parquet|eval)\b", name)]
    if tables:
        generated = [name for name in names if name.startswith("generated_predictions")]
        example = path / (generated or tables)[0]
        raise SummbenchError(
            f"The folder {path} has tables ({', '.join(tables[:3])}); one is read as a file a "
            f"text. Name the file that you mean, as {example}."
        )


def _advise_saved(path: Path) -> str:
    return (
        f"Write it as Parquet: python -c \"import datasets; datasets.load_from_disk('{path}')"
        f".to_parquet('{path}.parquet')\""
    )


def _describe_foreign(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04") and path.suffix.lower() != ".eval":
        return _describe_archive(path)
    if head.startswith(b"PAR1") and path.suffix.lower() != ".parquet":
        return "a Parquet file; rename it to .parquet."
    for magic, what, advice in _FOREIGN:
        if re.match(magic, head, re.DOTALL):
            return f"{what}. {advice.format(path=path)}"
    return ""


def _describe_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        names = []
    if any(name.startswith("xl/") for name in names):
        return f"a workbook of Excel. {_EXCEL}"
    if any(name.startswith("word/") for name in names):
        return "a document of Word. Copy its texts into a .txt file, one a line."
    return "an archive. Unpack it, and name the files in it."


def _explain_missing(path: Path) -> str:
    text = str(path)
    if _ADDRESS.match(text):
        return " It looks like an address: download the file first."
    if any(sign in text for sign in "*?["):
        return " A shell puts names in place of * and ? only without quotes."
    if "\\" in text and not path.is_absolute():
        text = _DRIVE.sub("", text).replace("\\", "/")
        return f" Folders are parted by / here, as in {text}."
    if not path.parent.is_dir():
        return f" There is no folder {path.parent}."
    names = [file.name for file in islice(path.parent.iterdir(), _MANY_NAMES)]
    return suggest(path.name, names)
