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


def _write_long_cell(folder: Path) -> Path:
    with (folder / "bomb.csv").open("wb") as file:
        file.write(b'id,document,prediction\n1,"')
        for _ in range(400):
            file.write((b"x" * 1023 + b"\n") * 1024)
    return folder / "bomb.csv"


def _write_utf16_line(folder: Path) -> Path:
    with (folder / "bomb.jsonl").open("wb") as file:
        file.write('\ufeff{"document": "'.encode("utf-16-le"))
        for _ in range(400):
            file.write(b"x\0" * 2**20)
    return folder / "bomb.jsonl"


def _write(folder: Path, name: str, *parts: bytes) -> Path:
    (folder / name).write_bytes(b"".join(parts))
    return folder / name


def _write_wide_table(folder: Path) -> Path:
    path = folder / "bomb.parquet"
    pq.write_table(pa.table({f"c{n}": [1] for n in range(20_000)}), path)
    return path


def _name_columns(count: int) -> bytes:
    return b",".join(b"c%d" % (number % 49_999) for number in range(count)) + b"\n"


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
    "JSON, 40 million empty lists": (
        lambda folder: _write(folder, "bomb.json", b"[", (b"[]," * 1_000 + b"\n") * 40_000, b"1]"),
        "over 5,000,000 commas",
    ),
    "JSON Lines, 26 million texts in one": (
        lambda f: _write(f, "bomb.jsonl", b'{"document": [', b'"ab",' * 26_000_000, b"1]}\n"),
        "over 5,000,000 commas",
    ),
    "JSON Lines, 50,000 keys": (
        lambda folder: _write(
            folder, "bomb.jsonl", b"{", b",".join(b'"k%d":1' % n for n in range(50_000)), b"}\n"
        ),
        "has 50,000 columns",
    ),
    "JSON Lines, 50,000 keys inside of one": (
        lambda folder: _write(
            folder, "bomb.jsonl", b'{"doc": {', b",".join(b'"k%d":1' % n for n in range(50_000)),
            b"}}\n",
        ),
        "has 50,001 columns",
    ),
    "JSON, 300 million characters in lines": (
        lambda folder: _write(folder, "bomb.json", b"[\n", (b" " * 999 + b"\n") * 300_000, b"1]"),
        "million characters, more than are read as one",
    ),
    "CSV, a cell of 400 MB": (_write_long_cell, "field larger than field limit"),
    "CSV, 500,000 columns": (
        lambda folder: _write(folder, "bomb.csv", _name_columns(500_000)), "has 500,000 columns",
    ),
    "Parquet, 20,000 columns": (_write_wide_table, "has 20,000 columns"),
    "UTF-16, 800 MB in a line": (_write_utf16_line, "longer than 134 MB"),
}  # fmt: skip
