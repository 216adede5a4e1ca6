"""Kinds of files that people have: read as the same texts in lists are, or refused with a remedy.

The numbers of every readable kind are those of the lists, which are handed over without a file.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import pickle
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from datasets import Dataset, DatasetDict

import summbench
from tests.commands import environment
from tests.score_files import ARTICLES, IDS, ONE, REFERENCES, ROWS, SYSTEMS, TWO, write_lines

_COLUMNS = ["id", "document", "references", "prediction"]
_CELLS = [[row[name] for name in _COLUMNS] for row in ROWS]
_JSONL = "".join(json.dumps(row) + "\n" for row in ROWS)
_TSV = "".join("\t".join(cells) + "\n" for cells in [_COLUMNS, *_CELLS])
_SAYINGS = ['"It rained', 'a 5" pipe', 'the "dam"']  # a quote that is never closed, and others


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_lines(tmp_path / "refs.txt", REFERENCES)
    write_lines(tmp_path / "articles.txt", ARTICLES)
    return tmp_path


def _csv(delimiter: str = ",", extra: tuple[str, ...] = (), **options: Any) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, **options)
    writer.writerows(
        [[*_COLUMNS, *extra], *([*cells, *("0,5" for _ in extra)] for cells in _CELLS)]
    )
    return text.getvalue()


def _score(*files: str | Path, **options: Any) -> dict[str, list[float]]:
    """System -> rouge1_f of each article."""
    scores: dict[str, list[float]] = {}
    run = summbench.score([str(file) for file in files], metrics="rouge", **options)
    for row in run.scores.to_arrow().to_pylist():
        if row["metric"] == "rouge.rouge1_f":
            scores.setdefault(row["model"], []).append(row["value"])
    return {name: sorted(values) for name, values in scores.items()}


@pytest.fixture(scope="module")
def expected() -> dict[str, list[float]]:
    rows = summbench.score(SYSTEMS, REFERENCES, metrics="rouge").scores.to_arrow().to_pylist()
    rows = [row for row in rows if row["metric"] == "rouge.rouge1_f"]
    return {name: sorted(r["value"] for r in rows if r["model"] == name) for name in SYSTEMS}


_TABLES: dict[str, tuple[str, str | bytes]] = {
    "semicolons": ("a.csv", _csv(";")),
    "semicolons and decimal commas": ("a.csv", _csv(";", ("score",))),
    "tabs in a .csv": ("a.csv", _csv("\t")),
    "bars": ("a.csv", _csv("|")),
    "commas in a .tsv": ("a.tsv", _csv(",")),
    "Excel's first line": ("a.csv", "sep=;\r\n" + _csv(";")),
    "a mark, and line breaks of Windows": ("a.csv", "\ufeff" + _csv()),
    "empty rows at the end": ("a.csv", _csv() + 2 * ",,,\r\n"),
    "all quoted": ("a.csv", _csv(quoting=csv.QUOTE_ALL)),
    "a quoted TSV": ("a.tsv", _csv("\t", quoting=csv.QUOTE_ALL)),
    "an index of pandas": ("a.csv", pd.DataFrame(ROWS).to_csv()),
    "a list column of Parquet": ("a.parquet", b""),
    "bzip2": ("a.jsonl.bz2", bz2.compress(_JSONL.encode())),
    "xz": ("a.jsonl.xz", lzma.compress(_JSONL.encode())),
    "zstd": ("a.jsonl.zst", pa.compress(_JSONL.encode(), codec="zstd", asbytes=True)),
    "gzip under another name": ("a.csv", gzip.compress(_csv().encode())),
    "xz of UTF-16": ("a.csv.xz", lzma.compress(_csv().encode("utf-16"))),
    "columns of JSON": ("a.json", json.dumps({c: [r[c] for r in ROWS] for c in _COLUMNS})),
    "rows beside other things": ("a.json", json.dumps({"model": "x", "results": ROWS})),
}


@pytest.mark.parametrize("kind", _TABLES)
def test_a_table_of_another_make_is_read(
    folder: Path, expected: dict[str, list[float]], kind: str
) -> None:
    name, content = _TABLES[kind]
    if kind == "a list column of Parquet":
        pd.DataFrame([{**r, "references": [r["references"]]} for r in ROWS]).to_parquet(name)
    else:
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert _score(name) == {"a": expected["one"]}


_BESIDE = {
    "an object by id": dict(zip(IDS, ONE, strict=True)),
    "an object by id in another order": dict(reversed(list(zip(IDS, ONE, strict=True)))),
    "lists by id": {name: [text] for name, text in zip(IDS, ONE, strict=True)},
    "rows": [{"id": name, "summary": text} for name, text in zip(IDS, ONE, strict=True)],
}


@pytest.mark.parametrize("kind", _BESIDE)
def test_json_by_id_is_read(folder: Path, expected: dict[str, list[float]], kind: str) -> None:
    Path("one.json").write_text(json.dumps(_BESIDE[kind]))
    references = {name: [text] for name, text in zip(IDS, REFERENCES, strict=True)}
    Path("refs.json").write_text(json.dumps(references))
    assert _score("one.json", references="refs.json") == {"one": expected["one"]}


def test_json_by_system_is_read(folder: Path, expected: dict[str, list[float]]) -> None:
    Path("lists.json").write_text(json.dumps(SYSTEMS))
    assert _score("lists.json", references="refs.txt") == expected
    by_id = {name: dict(zip(IDS, texts, strict=True)) for name, texts in SYSTEMS.items()}
    Path("objects.json").write_text(json.dumps(by_id))
    Path("refs.json").write_text(json.dumps(dict(zip(IDS, REFERENCES, strict=True))))
    assert _score("objects.json", references="refs.json") == expected


def test_quotes_of_a_tsv_without_quoting_are_its_texts(folder: Path) -> None:
    rows = zip(IDS, REFERENCES, _SAYINGS, strict=True)
    lines = ["id\treference\tprediction", *("\t".join(row) for row in rows)]
    write_lines(folder / "a.tsv", lines)
    summaries = summbench.score("a.tsv", metrics="rouge").predictions.to_arrow()["summary"]
    assert sorted(summaries.to_pylist()) == sorted(_SAYINGS)


@pytest.mark.parametrize(
    "names", ["{}.txt", "{}_decoded.txt", "ref.{}.txt", "{}.dec", "{}.summary.txt"]
)
def test_words_for_the_role_of_a_text_are_no_part_of_its_id(
    folder: Path, expected: dict[str, list[float]], names: str
) -> None:
    for i in range(3):
        write_lines(folder / "one" / names.format(f"00000{i}"), [ONE[i]])
        write_lines(folder / "reference" / f"00000{i}_reference.txt", [REFERENCES[i]])
    assert _score("one", references="reference") == {"one": expected["one"]}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\u2028\n", "\x0c\n", "\x85\r\n"])
def test_only_line_feeds_end_a_text(
    folder: Path, expected: dict[str, list[float]], ending: str
) -> None:
    write_lines(folder / "one.txt", ONE, ending)
    assert _score("one.txt", references="refs.txt") == {"one": expected["one"]}


def test_an_article_is_no_system_of_a_table_beside_references(
    folder: Path, expected: dict[str, list[float]]
) -> None:
    rows = zip(ARTICLES, ONE, TWO, strict=True)
    table = pd.DataFrame(list(rows), columns=["article", "one", "two"])
    table.to_csv("wide.csv", index=False)
    assert _score("wide.csv", references="refs.txt") == expected


def test_fairseq_may_print_messages_first(folder: Path, expected: dict[str, list[float]]) -> None:
    lines = [f"{kind}-{i}\t{of[i]}" for i in range(3) for kind, of in [("T", REFERENCES)]]
    lines += [f"H-{i}\t-0.1\t{text}" for i, text in enumerate(ONE)]
    write_lines(folder / "gen.txt", ["2026-01-01 09:00:00 | INFO | fairseq", *lines])
    assert _score("gen.txt", references="refs.txt") == {"gen": expected["one"]}


def _zip(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


def _npy() -> bytes:
    content = io.BytesIO()
    np.save(content, np.array(ONE))
    return content.getvalue()


_NOT_CLOSED = _TSV.replace("\t", ",").replace("The dam held", '"The dam held')
_FOREIGN: dict[str, tuple[str, str | bytes, str]] = {
    "a PDF": ("a.txt", b"%PDF-1.7\n\xff", "is a PDF. Copy its texts"),
    "a workbook": ("a.xlsx", _zip("xl/workbook.xml"), "a workbook of Excel. Save it from there as"),
    "a workbook called .csv": ("a.csv", _zip("xl/workbook.xml"), "a workbook of Excel"),
    "a document": ("a.docx", _zip("word/document.xml"), "a document of Word"),
    "an archive": ("a.zip", _zip("one.txt"), "an archive. Unpack it"),
    "a pickle": ("a.pkl", pickle.dumps(ROWS), "a pickle, which can run code"),
    "an array": ("a.npy", _npy(), "an array of NumPy"),
    "Parquet under another name": ("a.jsonl", b"PAR1", "rename it to .parquet"),
    "a pointer": ("a.txt", "version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "a web page": ("a.csv", "<!DOCTYPE html>\n<html>", "a web page. Download the file itself"),
    "JSON Lines called .csv": ("a.csv", _JSONL, "rename it to .jsonl"),
    "JSON Lines called .txt": ("a.txt", _JSONL, "Rename it to .jsonl"),
    "a table called .txt": ("a.txt", _TSV, "each line has 4 cells with tabs between them"),
    "numbered lines": ("a.txt", "1. It held.\n2. It rained.\n3. It fell.\n", "begins with its num"),
    "no header": ("a.tsv", _TSV.partition("\n")[2], "the first line seems to be a row"),
    "quotes that are not closed": ("a.csv", _NOT_CLOSED, "each quote is written twice"),
    "backslashes before quotes": ("a.csv", 'id,s\n1,"a \\"b\\""\n', "each quote is written twice"),
    "commas between objects": ("a.jsonl", _JSONL.replace("}\n", "},\n"), "no comma after the last"),
    "a comma before a bracket": ("a.json", "[1, 2,]", "no comma after the last"),
    "Python's dicts": ("a.jsonl", "".join(f"{row}\n" for row in ROWS), "json.dumps writes JSON"),
    "indented objects": ("a.jsonl", json.dumps(ROWS[0], indent=1), "go on over several lines"),
    "a file that was cut off": ("a.jsonl", _JSONL[:-40], "seems to be cut off"),
    "a tab in a text": ("a.jsonl", _JSONL.replace("Rain fell", "Rain\tfell"), 'a tab as "\\t"'),
    "a message first": ("a.jsonl", f"INFO loading\n{_JSONL}", "a message of the program"),
    "comments": ("a.json", "// mine\n[]", "JSON has no comments"),
    "blank predictions": ("a.jsonl", '{"id": 1, "prediction": null}', "is blank in every row"),
    "predictions as numbers": ("a.jsonl", '{"id": 1, "prediction": 5}', "holds 5, not a text"),
    "large ids as floats": (
        "a.jsonl", '{"id": 9007199254740993.0, "reference": "R.", "prediction": "P."}',
        "has lost the last digits",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", _FOREIGN)
def test_a_file_of_another_kind_is_refused_with_a_remedy(folder: Path, kind: str) -> None:
    name, content, message = _FOREIGN[kind]
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(summbench.SummbenchError) as caught:
        _score(name)
    assert message in str(caught.value)


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_a_damaged_compressed_file_is_a_sentence(folder: Path, suffix: str) -> None:
    compress: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress,
        ".zst": lambda data: bytes(pa.compress(data, codec="zstd", asbytes=True)),
    }  # fmt: skip
    content = compress[suffix]((_JSONL * 20).encode())
    for damaged in (content[: len(content) // 2], content[:40] + bytes(40) + content[80:]):
        Path(f"a.jsonl{suffix}").write_bytes(damaged)
        with pytest.raises(summbench.SummbenchError, match=f"a.jsonl{suffix}"):
            _score(f"a.jsonl{suffix}")


@pytest.mark.parametrize("suffix", [".bz2", ".xz", ".zst"])
def test_a_compressed_bomb_is_refused(folder: Path, suffix: str) -> None:
    zeros = bytes(200_000_000)
    content = {
        ".bz2": lambda: bz2.compress(zeros),
        ".xz": lambda: lzma.compress(zeros, preset=0),
        ".zst": lambda: pa.compress(zeros, codec="zstd", asbytes=True),
    }[suffix]()  # type: ignore[no-untyped-call]
    Path(f"a.jsonl{suffix}").write_bytes(content)
    with pytest.raises(summbench.SummbenchError, match="as no real text does"):
        _score(f"a.jsonl{suffix}")


def _save_to_disk() -> str:
    Dataset.from_list(ROWS).save_to_disk("a")
    return "a"


def _save_splits() -> str:
    DatasetDict({"test": Dataset.from_list(ROWS)}).save_to_disk("a")
    return "a"


def _save_stream() -> str:
    Dataset.from_list(ROWS).save_to_disk("b")
    return str(next(Path("b").glob("*.arrow")))


def _save_feather() -> str:
    pd.DataFrame(ROWS).to_feather("a.feather")
    return "a.feather"


@pytest.mark.parametrize("save", [_save_to_disk, _save_splits, _save_stream, _save_feather])
def test_the_command_that_a_refusal_names_makes_a_file_that_is_read(
    folder: Path, expected: dict[str, list[float]], save: Callable[[], str]
) -> None:
    with pytest.raises(summbench.SummbenchError) as caught:
        _score(save())
    python, *arguments = shlex.split(str(caught.value).partition("Write it as Parquet: ")[2])
    assert python == "python"
    subprocess.run([sys.executable, *arguments], check=True, env=environment(), capture_output=True)
    [made] = folder.rglob("*.parquet")
    assert list(_score(made).values()) == [expected["one"]]


_PATHS = {
    "a name that is nearly right": ("on.txt", "Did you mean 'one.txt'"),
    "a pattern in quotes": ("*.txt", "only without quotes"),
    "an address": ("https://example.org/a.jsonl", "download the file first"),
    "folders of Windows": ("texts\\one.txt", "as in texts/one.txt"),
    "a folder that is not there": ("nowhere/one.txt", "There is no folder nowhere"),
    "a user that is not there": ("~no-such-user-here/a.txt", "does not exist"),
    "a folder of tables": ("out", "Name the file that you mean, as out/generated_predictions.txt"),
    "an empty folder": ("empty", "has no text file"),
    "the references": ("refs.txt", "named as summaries and as references"),
}


@pytest.mark.parametrize("kind", _PATHS)
def test_a_path_that_is_wrong_is_explained(folder: Path, kind: str) -> None:
    path, message = _PATHS[kind]
    write_lines(folder / "one.txt", ONE)
    write_lines(folder / "out" / "generated_predictions.txt", ONE)
    write_lines(folder / "out" / "all_results.json", ["{}"])
    (folder / "empty").mkdir()
    with pytest.raises(summbench.SummbenchError) as caught:
        _score(path, references="refs.txt")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([*ONE, ""], "Empty lines in one.txt: 1."),
        (["summary", *ONE], "The first line of one.txt is 'summary', as in a table."),
        (ONE[:2], "one.txt has 2"),
    ],
)
def test_files_of_other_lengths_are_refused_with_a_likely_reason(
    folder: Path, lines: list[str], reason: str
) -> None:
    write_lines(folder / "one.txt", lines)
    with pytest.raises(summbench.SummbenchError) as caught:
        _score("one.txt", references="refs.txt")
    assert reason in str(caught.value)


def test_a_folder_with_a_file_a_system_is_explained(folder: Path) -> None:
    for name, texts in SYSTEMS.items():
        write_lines(folder / "many" / f"{name}.txt", texts)
    with pytest.raises(summbench.SummbenchError, match="name the files in it"):
        _score("many", references="refs.txt")
    assert set(_score("many/one.txt", "many/two.txt", references="refs.txt")) == set(SYSTEMS)


def test_a_file_is_named_once(folder: Path) -> None:
    write_lines(folder / "one.txt", ONE)
    with pytest.raises(summbench.SummbenchError, match=r"one\.txt is named twice"):
        _score("one.txt", "one.txt", references="refs.txt")


def test_lines_are_read_as_they_are_if_the_layout_is_named(folder: Path) -> None:
    write_lines(folder / "one.txt", (f"{i}. {text}" for i, text in enumerate(ONE, 1)))
    summbench.score("one.txt", "refs.txt", metrics="rouge", layout="lines")
    with pytest.raises(summbench.SummbenchError, match="read it as it is with --layout lines"):
        summbench.score("one.txt", "refs.txt", metrics="rouge")


def test_metrics_that_can_score_nothing_are_refused(folder: Path) -> None:
    write_lines(folder / "one.txt", ONE)
    with pytest.raises(summbench.SummbenchError, match="rouge can score nothing in one: no artic"):
        summbench.score("one.txt", articles="articles.txt", metrics="rouge")
    summbench.score("one.txt", articles="articles.txt", metrics=["rouge", "support"])


def test_what_is_left_out_is_counted_on_both_sides(folder: Path) -> None:
    def write(name: str, column: str, ids: str, texts: list[str]) -> None:
        rows = [{"id": i, column: text} for i, text in zip(ids, texts, strict=True)]
        write_lines(folder / name, map(json.dumps, rows))

    write("refs.jsonl", "reference", "abc", REFERENCES)
    write("articles.jsonl", "article", "abcd", [*ARTICLES, "A fourth."])
    write("one.jsonl", "summary", "abce", [*ONE, "A fifth."])
    run = summbench.score("one.jsonl", "refs.jsonl", "articles.jsonl", metrics="rouge")
    notes = " ".join(run.data.run_metadata.notes or ())
    assert "articles.jsonl: 1 of 4 articles are of no row of refs.jsonl" in notes
    assert "the first is 'd'" in notes
    assert "1 of 4 summaries are of no article of the datasets and are left out" in notes


def test_a_run_over_datasets_with_equal_ids_is_scored_again(folder: Path) -> None:
    for number, name in enumerate(("first", "second")):
        rows = [
            {"id": i, "document": f"{ARTICLES[i]} {number}", "references": REFERENCES[i - number]}
            for i in range(3)
        ]
        write_lines(folder / f"{name}.jsonl", map(json.dumps, rows))
    options: dict[str, Any] = {"metrics": "rouge", "datasets": ["first.jsonl", "second.jsonl"]}
    run = summbench.evaluate(["lead1", "lead3"], out="results/both", **options)
    again = summbench.score("results/both", metrics="rouge")
    assert again.scores.to_arrow() == run.scores.to_arrow()
