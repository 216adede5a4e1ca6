"""A run's files, references and checksums written as one sealed file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from summbench.analysis.bundle.contents import format_references
from summbench.analysis.run_inputs import load_recorded_datasets
from summbench.core.errors import SummbenchError
from summbench.core.redaction import strip_folders
from summbench.leaderboard.board import Leaderboard
from summbench.leaderboard.serialization import from_json, to_json
from summbench.runs import files
from summbench.runs.bundle import redact_metadata, seal_bundle
from summbench.runs.run import RunData
from summbench.runs.schema import encode_metadata
from summbench.store.arrays import build_array
from summbench.store.atomic_files import write_bytes
from summbench.store.parts import parse_table, serialize_table

Renderings = Mapping[str, Callable[[Leaderboard], str]]
"""The tables of a leaderboard by the names of their files."""


@dataclass(frozen=True, slots=True)
class BundleReport:
    """The file written; `redacted_keys` of run.json lost a folder or a secret of this machine."""

    path: Path
    files: Sequence[str]
    size: int
    sha256: str
    with_articles: bool
    redacted_keys: Sequence[str]


def write_bundle(
    run: Path,
    renderings: Renderings,
    out: Path | None = None,
    with_articles: bool = False,
    allowed_packages: Sequence[str] = (),
) -> BundleReport:
    """Seal the files of a results folder, its references and their checksums in one file.

    The datasets are loaded again. Tables that name a folder of this machine are rendered again
    without it, with `renderings`. The default for `out` is RUN.bundle.zip beside the folder.

    Raises: SummbenchError if the folder is not as the run wrote it, a dataset has changed, or `out`
    is another file already.
    """
    data = RunData.open(run)
    metadata, changed_keys = redact_metadata(data.run_metadata, os.environ)
    members = _read_members(data)
    datasets = load_recorded_datasets(data.run_metadata, allowed_packages)
    members = _remove_folders(members, renderings)
    checksums = {
        name: hashlib.sha256(members[name]).hexdigest()
        for name in files.CHECKSUMMED
        if name in members
    }
    members[files.RUN] = encode_metadata(msgspec.structs.replace(metadata, files=checksums))
    members[files.REFERENCES] = format_references(datasets, with_articles)
    archive = seal_bundle(members)
    path = out or _default_path(run)
    _write_once(archive, path)
    digest = hashlib.sha256(archive).hexdigest()
    return BundleReport(path, sorted(members), len(archive), digest, with_articles, changed_keys)


def _read_members(run: RunData) -> dict[str, bytes]:
    """Read the tables that the run has, and what a judge replied if one was asked."""
    optional = (
        *files.LEADERBOARD_RENDERINGS, files.BOARD_CSV, files.SOURCES, files.EVIDENCE,
        files.REPEATS, *files.ROBUSTNESS_FILES,
    )  # fmt: skip
    present = [name for name in optional if run.has_file(name)]
    names = dict.fromkeys((files.SCORES, files.PREDICTIONS, files.LEADERBOARD, *present))
    return {name: run.read_bytes(name) for name in names}


def _remove_folders(members: Mapping[str, bytes], renderings: Renderings) -> dict[str, bytes]:
    """Leave the files as they are, unless the error of a failed article names a folder."""
    reduced = dict(members)
    board = from_json(members[files.LEADERBOARD].decode(), files.LEADERBOARD)
    failures = {model: strip_folders(error) for model, error in board.failures.items()}
    if failures != board.failures:
        board = replace(board, failures=failures)
        texts = {name: render(board) for name, render in renderings.items()}
        texts[files.LEADERBOARD] = to_json(board)
        reduced |= {name: text.encode() for name, text in texts.items() if name in members}
    for name in (files.PREDICTIONS, files.REPEATS):
        if name in members:
            reduced[name] = _strip_errors(members[name])
    return reduced


def _strip_errors(data: bytes) -> bytes:
    table = parse_table(data)
    errors: list[Any] = table["error"].to_pylist()
    errors_reduced = [error and strip_folders(error) for error in errors]
    if errors_reduced == errors:
        return data
    position = table.column_names.index("error")
    table = table.set_column(position, "error", build_array(errors_reduced, pa.string()))
    return serialize_table(table)


def _default_path(run: Path) -> Path:
    folder = run if run.name else run.resolve()
    return folder.with_name(files.name_bundle(folder.name))


def _write_once(data: bytes, path: Path) -> None:
    if path.exists() and path.read_bytes() != data:
        raise SummbenchError(
            f"{path} exists and has other content; name another file with --out FILE."
        )
    write_bytes(data, path)
