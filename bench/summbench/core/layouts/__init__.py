"""Files as other programs leave them, read as rows with a name for each part.

A layout reads a file or folder into rows. The columns `id`, `document`, `references`, `prediction`
and `system` (the name of the system) are what they are called; a table keeps its own columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from summbench.core.compressed_files import COMPRESSED_SUFFIXES, open_bytes
from summbench.core.errors import SummbenchError, explain_read_errors
from summbench.core.file_kinds import check_file, check_folder, expand_home
from summbench.core.json_rows import Row
from summbench.core.json_text import parse_json
from summbench.core.layouts.folders import read_stories, read_text_files, read_xsum
from summbench.core.layouts.generation_logs import read_fairseq
from summbench.core.layouts.harness_logs import read_helm, read_inspect, read_lm_eval
from summbench.core.plain_lines import check_plain_lines
from summbench.core.suggestions import suggest
from summbench.core.tabular import (
    LINE_SUFFIXES,
    get_row_unit,
    get_suffix,
    read_rows,
    read_text_lines,
)
from summbench.core.text_encoding import describe_encoding, read_lines

_HEAD = 1 << 16
_FIRST_LINES = 100
_JSON_LINES = ("lm-eval", "llama-factory")
_FAIRSEQ_LINE = re.compile(r"[STHDP]-\d+\t")
_GENERATED = ("generated_predictions", "samples_", "scenario_state")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a kind of file is read; `unit` is what the row numbers count."""

    read: Callable[[Path], Iterator[tuple[int, Row]]]
    unit: str


LAYOUTS: Mapping[str, Layout] = {
    "table": Layout(read_rows, ""),
    "lines": Layout(read_text_lines, "line"),
    "texts": Layout(read_text_files, "file"),
    "huggingface": Layout(read_text_lines, "line"),
    "fairseq": Layout(read_fairseq, "text"),
    "cnndm": Layout(read_stories, "file"),
    "xsum": Layout(read_xsum, "file"),
    "lm-eval": Layout(read_lm_eval, "line"),
    "inspect": Layout(read_inspect, "sample"),
    "helm": Layout(read_helm, "request"),
    "llama-factory": Layout(read_rows, "line"),
    "vectara": Layout(read_rows, "line"),
}


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file or folder with the layout in which it is read."""

    path: Path
    layout: str
    unit: str

    @classmethod
    def open(
        cls, path: str | Path, layout: str | None = None, *, has_names: bool = False
    ) -> InputFile:
        """Find the layout, unless it is named.

        With `has_names` a config names the columns; those of JSON Lines are then those in the file.

        Raises: SummbenchError, if there is no such file or layout, or it can't be told.
        """
        path = expand_home(path)
        if layout is not None and layout not in LAYOUTS:
            raise SummbenchError(
                f"There is no layout {layout!r}.{suggest(layout, LAYOUTS)} Known are "
                f"{', '.join(LAYOUTS)}."
            )
        with explain_read_errors(path):
            if not path.is_dir() or layout == "lines":
                check_file(path)
            if layout is None:
                layout = _recognize(path)
                layout = "table" if has_names and layout in _JSON_LINES else layout
        return cls(path, layout, LAYOUTS[layout].unit or get_row_unit(path))

    def read(self) -> Iterator[tuple[int, Row]]:
        """Read the rows from the first on; may be called again."""
        return LAYOUTS[self.layout].read(self.path)

    def describe_encoding(self) -> list[str]:
        """Return the sentence that a text file is not UTF-8, if it is not."""
        is_text = self.path.is_file() and get_suffix(self.path) not in {".parquet", ".eval"}
        encoding = describe_encoding(self.path) if is_text else ""
        return [f"read as {encoding}."] if encoding else []

    @property
    def name(self) -> str:
        """The name of the system whose summaries are in it: the file's, or the folder's."""
        stem = self.path.name
        while Path(stem).suffix.lower() in _KNOWN_SUFFIXES:
            stem = Path(stem).stem
        if stem.startswith(_GENERATED) and (folder := self.path.resolve().parent.name):
            return folder
        return stem


_KNOWN_SUFFIXES = {
    *LINE_SUFFIXES, *COMPRESSED_SUFFIXES, ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet",
    ".eval", ".story",
}  # fmt: skip


def _recognize(path: Path) -> str:
    if path.is_dir():
        return _recognize_folder(path)
    suffix = get_suffix(path)
    if suffix == ".story":
        return "cnndm"
    if suffix == ".eval":
        return "inspect"
    if suffix in LINE_SUFFIXES:
        return _recognize_lines(path)
    if suffix == ".json":
        return _recognize_json(path)
    if suffix in {".jsonl", ".ndjson"}:
        return _recognize_json_lines(path)
    return "table"


def _recognize_lines(path: Path) -> str:
    lines = [line for _, line in islice(read_lines(path), _FIRST_LINES)]
    if any(map(_FAIRSEQ_LINE.match, lines)):
        return "fairseq"
    check_plain_lines(path, lines)
    return "lines"


def _recognize_folder(path: Path) -> str:
    check_folder(path)
    suffixes = {file.suffix for file in path.iterdir() if file.is_file()}
    if ".story" in suffixes:
        return "cnndm"
    for file in sorted(path.iterdir()) if suffixes & {".data", ".summary"} else ():
        with file.open("rb") as opened:
            return "xsum" if opened.read(6).startswith((b"[XSUM]", b"[SN]")) else "texts"
    return "texts"


def _recognize_json(path: Path) -> str:
    with open_bytes(path) as file:
        head = file.read(_HEAD)
    if b'"adapter_spec"' in head or b'"request_states"' in head:
        return "helm"
    return "inspect" if b'"eval"' in head and b'"status"' in head else "table"


def _recognize_json_lines(path: Path) -> str:
    line = next((line for _, line in read_lines(path) if line.strip()), "")
    try:
        row = parse_json(line)
    except ValueError:
        return "table"
    if not isinstance(row, dict):
        return "table"
    if "doc" in row and row.keys() & {"filtered_resps", "resps"}:
        return "lm-eval"
    return "llama-factory" if row.keys() >= {"prompt", "predict", "label"} else "table"
