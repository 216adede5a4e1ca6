"""`score` on the files that people have: the numbers of the same lists, or one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import summbench
from tests.score_files import (
    ARTICLES,
    IDS,
    ONE,
    REFERENCES,
    ROWS,
    SYSTEMS,
    TWO,
    write_all,
    write_csv,
    write_gzip,
    write_jsonl,
    write_lines,
)

_OTHER = "Something wholly different was said."


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_all(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _score(*files: str | Path, **options: Any) -> dict[str, list[float]]:
    """System -> rouge1_f of each article."""
    result = summbench.score(list(files), metrics="rouge", **options)
    scores: dict[str, list[float]] = {}
    for row in result.scores.to_arrow().to_pylist():
        if row["metric"] == "rouge.rouge1_f":
            scores.setdefault(row["model"], []).append(row["value"])
    return {name: sorted(values) for name, values in scores.items()}


@pytest.fixture(scope="module")
def expected() -> dict[str, list[float]]:
    """The scores of the lists, which are handed over without a file."""
    result = summbench.score(SYSTEMS, REFERENCES, metrics="rouge").scores.to_arrow().to_pylist()
    rows = [row for row in result if row["metric"] == "rouge.rouge1_f"]
    return {name: sorted(r["value"] for r in rows if r["model"] == name) for name in SYSTEMS}


def _write_kinds(folder: Path) -> dict[str, Path]:
    """Files that hold the summaries of the first system with their references."""
    columns = ["id", "document", "references", "prediction"]
    cells = [[row[name] for name in columns] for row in ROWS]
    encoded = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    lists = {
        "repr": [f"{[r, _OTHER]}" for r in REFERENCES],
        "json": [json.dumps([r, _OTHER]) for r in REFERENCES],
        "numpy": [f"[{r!r}\n {_OTHER!r}]" for r in REFERENCES],
    }
    files = {
        "array": folder / "array.json",
        "utf16": write_csv(folder / "utf16.csv", columns, cells, "utf-16"),
        "bom": write_csv(folder / "bom.csv", columns, cells, "utf-8-sig"),
        "gzip": write_gzip(folder / "rows.jsonl.gz", encoded),
        "noid": write_jsonl(
            folder / "noid.jsonl",
            [{"article": r["document"], "highlights": r["references"], "generated": r["prediction"]}
             for r in ROWS],
        ),
        "refcols": write_csv(
            folder / "refcols.csv", ["id", "reference_1", "reference_2", "prediction"],
            [(i, REFERENCES[i], "" if i else _OTHER, ONE[i]) for i in range(3)],
        ),
        "nested": write_jsonl(
            folder / "nested.jsonl",
            [{"id": r["id"], "reference": r["references"], "systems": {"one": r["prediction"]}}
             for r in ROWS],
        ),
    }  # fmt: skip
    files["array"].write_text(json.dumps(ROWS))
    for name, references in lists.items():
        rows = list(zip(IDS, references, ONE, strict=True))
        files[name] = write_csv(folder / f"{name}.csv", ["id", "references", "output"], rows)
    whole = {"floats": pa.float64(), "decimals": pa.decimal128(21, 2)}
    for name, ids in {name: pa.array([0, 1, 2]).cast(kind) for name, kind in whole.items()}.items():
        files[name] = folder / f"{name}.parquet"
        table = pa.table({"id": ids, "references": REFERENCES, "prediction": ONE})
        pq.write_table(table, files[name])
    return files


def test_every_kind_of_file_has_the_numbers_of_the_same_lists(
    folder: Path, expected: dict[str, list[float]]
) -> None:
    for kind, file in _write_kinds(folder).items():
        [scores] = _score(file).values()
        assert (kind, scores) == (kind, expected["one"])


@pytest.mark.parametrize(
    ("files", "options"),
    [
        (["one.txt", "two.txt"], {"references": "refs.txt"}),
        (["one.hypo", "two.hypo"], {"references": "test.target", "articles": "test.source"}),
        (["one/generated_predictions.txt", "two/generated_predictions.txt"],
         {"references": "refs.txt", "layout": "huggingface"}),
        (["texts/one", "texts/two"], {"references": "stories"}),
        (["texts/one", "texts/two"], {"references": "xsum"}),
        (["wide.csv"], {}),
        (["one/samples_cnn_2026-01-01.jsonl", "two/samples_cnn_2026-01-01.jsonl"], {}),
        (["leaderboard_summaries.csv"], {"references": "refs.txt"}),
    ],
)  # fmt: skip
def test_two_systems_are_scored_at_once(
    folder: Path, expected: dict[str, list[float]], files: list[str], options: dict[str, str]
) -> None:
    assert _score(*files, **options) == expected


@pytest.mark.parametrize(
    "file",
    ["generate-test.txt", "inspect.json", "inspect.eval", "scenario_state.json",
     "generated_predictions.jsonl"],
)  # fmt: skip
def test_a_log_has_everything(folder: Path, expected: dict[str, list[float]], file: str) -> None:
    assert list(_score(file).values()) == [expected["one"]]


def test_files_with_ids_are_matched_by_them_and_others_by_their_order(
    folder: Path, expected: dict[str, list[float]]
) -> None:
    rows = [{"id": name, "summary": text} for name, text in zip(IDS, ONE, strict=True)]
    write_jsonl(folder / "one.jsonl", reversed(rows))
    references = zip(IDS, REFERENCES, strict=True)
    write_csv(folder / "refs.csv", ["id", "reference"], list(references))
    assert _score("one.jsonl", references="refs.csv") == {"one": expected["one"]}
    # refs.txt has no ids, so the order counts, and here it is another.
    assert _score("one.jsonl", references="refs.txt") != {"one": expected["one"]}
    assert _score("one.txt", references="refs.csv") == {"one": expected["one"]}


def test_the_predictions_of_a_run_are_scored_again_with_its_systems(folder: Path) -> None:
    first = summbench.score(["one.txt", "two.txt"], "refs.txt", metrics="rouge", out="results/a")
    again = summbench.score("results/a", metrics="rouge")
    assert again.scores.to_arrow() == first.scores.to_arrow()


def test_run_json_says_how_the_files_were_read(folder: Path) -> None:
    write_csv(folder / "refs.csv", ["nr", "reference_1", "reference_2"],
              [(1, "R.", ""), (2, "S.", "T."), (3, "U.", "")])  # fmt: skip
    result = summbench.score(["one.txt", "two.txt"], "refs.csv", metrics="rouge")
    assert result.data.run_metadata.notes == [
        "refs.csv: read 'reference_1', 'reference_2' as reference; articles are numbered from 1; "
        "left out: 'nr'.",
        "Articles are matched by their order: not all files have ids.",
        "one.txt, two.txt: read each line as summary.",
        "refs.csv: in 2 lines 'reference_2' is blank and left out.",
    ]


@pytest.mark.parametrize(
    ("files", "options", "message"),
    [
        (["one.txt", "short.txt"], {"references": "refs.txt"}, "short.txt has 2"),
        (["one.txt"], {"references": "refs.txt", "articles": "short.txt"}, "short.txt has 2"),
        (["one.txt"], {}, "one.txt has a text a line and nothing else"),
        (["one.txt"], {"references": "nix.txt"}, "nix.txt does not exist"),
        (["shift.jsonl"], {"references": "ids.csv"},
         "its first id is 'X0', and that of 'ids' is 'x0'"),
        (["one.txt", "sub/one.txt", "sub/sub/one.txt"], {"references": "refs.txt"}, "'sub'"),
        (["typo.csv"], {}, "'sumary' and 'predicton' may all be summaries"),
        (["summaries.jsonl", "other.jsonl"], {}, "other.jsonl has other references"),
        (["twice.jsonl"], {"references": "ids.csv"}, "the key 'summary' comes twice"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(
    folder: Path, files: list[str], options: dict[str, str], message: str
) -> None:
    write_lines(folder / "short.txt", ONE[:2])
    write_lines(folder / "sub" / "one.txt", ONE)
    write_lines(folder / "sub" / "sub" / "one.txt", ONE)
    write_csv(folder / "ids.csv", ["id", "reference"], list(zip(IDS, REFERENCES, strict=True)))
    rows = [{"id": i.upper(), "summary": s} for i, s in zip(IDS, TWO, strict=True)]
    write_jsonl(folder / "shift.jsonl", rows)
    write_csv(folder / "typo.csv", ["id", "article", "sumary", "predicton"],
              list(zip(IDS, ARTICLES, REFERENCES, ONE, strict=True)))  # fmt: skip
    write_jsonl(folder / "other.jsonl", [{**row, "references": _OTHER} for row in ROWS])
    write_lines(folder / "twice.jsonl", ['{"id": "x0", "summary": "a", "summary": "b"}'])
    with pytest.raises(summbench.SummbenchError) as caught:
        _score(*files, **options)
    assert message in str(caught.value)
