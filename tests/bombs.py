"""Small files that stand for gigabytes, and what is said of each."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_TEXT = "x" * 7_500_000
_GIB = 2**30


def _repeat(count: int) -> pa.DictionaryArray:
    """One text, so many times; Parquet holds it once."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([_TEXT]))


def _write_repeated_text(folder: Path) -> Path:
    table = pa.table({"document": _repeat(1_000), "prediction": ["x"] * 1_000})
    pq.write_table(table, folder / "bomb.parquet", compression="zstd")
    return folder / "bomb.parquet"


def _write_long_list(folder: Path) -> Path:
    lists = pa.ListArray.from_arrays(pa.array([0, 1_000], pa.int32()), _repeat(1_000))
    pq.write_table(pa.table({"references": lists}), folder / "bomb.parquet", compression="zstd")
    return folder / "bomb.parquet"


def _write_declared(folder: Path) -> Path:
    schema = pa.schema([("document", pa.string())])
    table = pa.table({"document": ["x" * 2**26]}, schema=schema)
    path = folder / "bomb.parquet"
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False) as writer:
        for _ in range(2 * _GIB // 2**26):
            writer.write_table(table)
    return path


def _write_nulls(folder: Path) -> Path:
    table = pa.table({"document": pa.nulls(20_000_000, pa.string())})
    pq.write_table(table, folder / "bomb.parquet", compression="zstd")
    return folder / "bomb.parquet"


def _write_gzip(folder: Path, content: bytes, name: str) -> Path:
    with gzip.open(folder / name, "wb") as file:
        for _ in range(2 * _GIB // 2**24):
            file.write(content * (2**24 // len(content)))
    return folder / name


def _write_deep_json(folder: Path) -> Path:
    (folder / "bomb.json").write_bytes(b'[{"document": ' + b"[" * 50_000_000)
    return folder / "bomb.json"


def _write_zipped_log(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "bomb.eval", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", json.dumps({"status": "success", "eval": {"model": "m"}}))
        with archive.open("samples/1_epoch_1.json", "w", force_zip64=True) as file:
            for _ in range(_GIB // 2**24):
                file.write(b" " * 2**24)
    return folder / "bomb.eval"


BOMBS: Mapping[str, tuple[Callable[[Path], Path], str]] = {
    "Parquet, 2 GiB declared": (_write_declared, "stands for over"),
    "Parquet, a text of 7.5 MB 1,000 times": (_write_repeated_text, "stands for over"),
    "Parquet, a list of 7.5 GB": (_write_long_list, "has a row of 7,500 MB"),
    "Parquet, 20 million nulls": (_write_nulls, "which no real table has"),
    "gzip, 2 GiB in a line": (lambda f: _write_gzip(f, b"x", "bomb.jsonl.gz"), "times its size"),
    "gzip, 2 GiB of empty lines": (
        lambda folder: _write_gzip(folder, b"\n", "bomb.json.gz"), "times its size",
    ),
    "zip, a log of 1 GiB": (_write_zipped_log, "times its size"),
    "JSON, 50 million levels": (_write_deep_json, "nested too deep"),
}  # fmt: skip
