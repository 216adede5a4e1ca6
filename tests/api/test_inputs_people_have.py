"""Sixteen kinds of faults in files and models that people report, each on three inputs or more.

Kind: the tests with inputs of that kind, and how many.

list in a cell:
    api/test_score_files.py::test_every_kind_of_file_has_the_numbers_of_the_same_lists 3,
    core/test_cells.py::test_a_list_that_was_written_as_text_is_a_list 21,
    test_references_written_as_a_list_are_read 6,
    test_a_list_with_a_gap_is_refused 5
sentence and end marks: core/test_marks.py::test_sentence_marks_part_sentences 11,
    core/test_marks.py::test_marks_of_a_beginning_an_end_and_of_filling_are_left_out 13,
    core/test_marks.py::test_no_metric_sees_the_marks 6
escaped line breaks: test_escaped_line_breaks_are_named_and_taken_out 4,
    core/test_markup.py::test_markup_is_found_and_taken_out 3
a name twice: core/test_json_rows.py::test_a_key_that_comes_twice_is_refused 4,
    core/test_tabular.py::test_two_csv_columns_of_one_name_are_refused 1
containers: core/test_json_rows.py::test_rows_are_the_same_in_every_shape 11,
    api/test_input_kinds.py::test_a_table_of_another_make_is_read 7
a line per summary: api/test_score_files.py::test_two_systems_are_scored_at_once 3,
    api/test_input_kinds.py::test_only_line_feeds_end_a_text 5,
    api/test_input_kinds.py::test_files_of_other_lengths_are_refused_with_a_likely_reason 3
shapes of tables: test_systems_may_be_columns 4, test_blank_further_references_are_left_out 4
rows without an id: test_rows_without_an_id_are_numbered_and_their_columns_found 4
ids: test_whole_numbers_of_any_type_are_ids 5, test_ids_that_never_meet_are_named 4,
    core/test_cells.py::test_whole_numbers_and_texts_are_ids 5
a typo in a column's name: test_columns_within_others_are_named_by_dots 3,
    test_a_named_column_that_no_row_has_is_refused 5
other encodings: core/test_text_encoding.py::test_unicode_is_read_with_and_without_a_mark 14,
    core/test_text_encoding.py::test_windows_1252_is_recognised_and_said 3
text of Hydra: cli/test_mistakes.py::test_advice_that_is_followed_works 3 paths,
    test_yaml_without_a_name_above_its_target_is_read 3
thoughts of other models: core/test_replies.py::test_each_family_of_models_marks_its_thoughts 24,
    models/test_endpoint.py::test_content_in_parts_is_read_and_thoughts_among_them_are_kept_apart 3
a server that cut the article: models/test_server_context.py::test_the_fewest_tokens_of_a_text 11,
    models/test_endpoint.py::test_thinking_that_used_up_the_tokens_is_one_cause_with_one_message 4
limits of nested models:
    models/test_positions.py::test_an_article_is_cut_to_the_positions_of_the_encoder_and_counted 3,
    models/test_positions.py::test_a_metric_is_limited_to_what_its_model_can_read 4
a clock in the prompt: models/test_chat_template.py::test_however_the_template_asks_for_the_day 4,
    models/test_chat_template.py::test_another_date_or_template_is_another_fingerprint 3
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import summbench
from tests.cli.commands_in_process import call
from tests.commands import written
from tests.score_files import ARTICLES, IDS, ONE, REFERENCES, TWO, write_jsonl

_ROUGE_1 = [3 / 5, 2 / 5, 4 / 9]  # words of ONE in REFERENCES, by hand: 3 of 5 and 5, and so on
_ROUGE_1_OF_TWO = [2 / 5, 3 / 5, 4 / 11]
_MEAN = sum(_ROUGE_1) / 3


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _write(path: str, columns: dict[str, Sequence[Any]]) -> str:
    frame = pd.DataFrame(columns)
    if path.endswith(".parquet"):
        frame.to_parquet(path)
    elif path.endswith(".jsonl"):
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_csv(path, sep="\t" if path.endswith(".tsv") else ",", index=False)
    return path


def _score(file: str, **options: Any) -> tuple[summbench.Run, dict[str, list[float]]]:
    """The run, and ROUGE-1 of each system's articles."""
    run = summbench.score(file, metrics="rouge", **options)
    scores: dict[str, list[float]] = {}
    for row in run.scores.to_arrow().to_pylist():
        if row["metric"] == "rouge.rouge1_f":
            scores.setdefault(row["model"], []).append(row["value"])
    return run, scores


def test_every_test_of_the_table_above_is_there() -> None:
    names = re.findall(r"(?:([\w/]+\.py)::)?(test_\w+) \d", __doc__ or "")
    assert len(names) == 36
    for file, name in names:
        source = Path(__file__).parents[1] / (file or "api/test_inputs_people_have.py")
        assert f"def {name}(" in source.read_text("utf-8")


_WRITTEN: dict[str, Callable[[list[str]], str]] = {
    "JSON": json.dumps,
    "Python's list": str,
    "a tuple": lambda texts: str(tuple(texts)),
    "an array": lambda texts: f"array({texts},\n      dtype=object)",
    "an array's texts": lambda texts: f"{texts}".replace(", ", " "),
    "lists of sentences": lambda texts: str([[text] for text in texts]),
    "lists of bytes": lambda texts: str([text.encode() for text in texts]),
}


@pytest.mark.parametrize("kind", _WRITTEN)
def test_references_written_as_a_list_are_read(folder: Path, kind: str) -> None:
    """The summary of the first article is its second reference."""
    pairs = [[text, "Others."] for text in REFERENCES]
    pairs[0][1] = ONE[0]
    _write("a.csv", {"id": IDS, "references": list(map(_WRITTEN[kind], pairs)), "prediction": ONE})
    run, scores = _score("a.csv")
    assert scores == {"a": pytest.approx([1.0, *_ROUGE_1[1:]])}
    assert "in 3 lines 'references' is a list written as text" in " ".join(
        run.data.run_metadata.notes or ()
    )


def test_bytes_that_python_wrote_as_text_are_read_and_said(folder: Path) -> None:
    columns = {"document": ARTICLES, "references": REFERENCES, "prediction": ONE}
    _write("plain.csv", {"id": IDS, **columns})
    plain = _score("plain.csv")[1]
    written = {name: [str(text.encode()) for text in texts] for name, texts in columns.items()}
    _write("bytes.csv", {"id": IDS, **written})
    run, scores = _score("bytes.csv")
    assert list(scores.values()) == list(plain.values())
    notes = " ".join(run.data.run_metadata.notes or ())
    for what in ("'document' is", "'references' is", "summaries are"):
        assert f"in 3 lines {what} bytes that Python wrote as text (b'...'), read as" in notes


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        ("['It held.', None]", ": reference 2 is nothing"),
        ('["It held.", null]', ": reference 2 is nothing"),
        ("['It held.' nan]", ": reference 2 is nothing"),
        ("[]", " holds an empty list"),
        ("[None]", ": reference 1 is nothing"),
    ],
)
def test_a_list_with_a_gap_is_refused(folder: Path, gap: str, said: str) -> None:
    references = [REFERENCES[0], gap, REFERENCES[2]]
    _write("a.csv", {"id": IDS, "references": references, "prediction": ONE})
    with pytest.raises(summbench.SummbenchError, match=rf"line 3, column 'references'{said}"):
        _score("a.csv")


@pytest.mark.parametrize(
    ("file", "escaped", "words"),
    [
        ("a.csv", "\\n", "it held nrain fell"),
        ("a.tsv", "\\r\\n", "it held r nrain fell"),
        ("a.jsonl", "\\n\\n", "it held n nrain fell"),
        ("a.parquet", " \\n", "it held nrain fell"),
    ],
)
def test_escaped_line_breaks_are_named_and_taken_out(
    folder: Path, file: str, escaped: str, words: str
) -> None:
    """As they are, one of `words` is in the summary of two; of it, held, rain, fell both are."""
    references = [f"It held.{escaped}Rain fell."] * 3
    _write(file, {"id": IDS, "reference": references, "prediction": ["Rain fell."] * 3})
    raw, scores = _score(file)
    assert "3 of 3 references have markup" in " ".join(raw.warnings)
    assert scores == {"a": [pytest.approx(2 / (2 + len(words.split())))] * 3}
    mended, scores = _score(file, score_normalization="unmark")
    assert "which is taken out before scoring" in " ".join(mended.warnings)
    assert scores == {"a": [pytest.approx(4 / (2 + 4))] * 3}


@pytest.mark.parametrize("file", ["a.csv", "a.tsv", "a.jsonl", "a.parquet"])
def test_systems_may_be_columns(folder: Path, file: str) -> None:
    names = ["one", "two"] if file < "a.p" else ["prediction_one", "prediction_two"]
    _write(file, {"id": IDS, "highlights": REFERENCES, names[0]: ONE, names[1]: TWO})
    scores = _score(file)[1]
    assert list(scores.values()) == [pytest.approx(_ROUGE_1), pytest.approx(_ROUGE_1_OF_TWO)]


@pytest.mark.parametrize(
    ("file", "columns", "blank"),
    [
        ("a.csv", ["reference_1", "reference_2"], ""),
        ("a.tsv", ["reference", "reference2"], " "),
        ("a.jsonl", ["reference_0", "reference_1"], None),
        ("a.parquet", ["reference 1", "reference 2"], None),
    ],
)
def test_blank_further_references_are_left_out(
    folder: Path, file: str, columns: list[str], blank: str | None
) -> None:
    second = [blank, ONE[1], blank]
    _write(file, {"id": IDS, columns[0]: REFERENCES, columns[1]: second, "prediction": ONE})
    run, scores = _score(file)
    assert scores == {"a": pytest.approx([_ROUGE_1[0], 1.0, _ROUGE_1[2]])}
    notes = " ".join(run.data.run_metadata.notes or ())
    assert re.search(rf"in 2 \w+ '{columns[1]}' is blank and left out", notes)


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("a.csv", ["article", "highlights", "generated"]),
        ("a.tsv", ["source", "target", "hypothesis"]),
        ("a.jsonl", ["dialogue", "summary", "output"]),
        ("a.parquet", ["Document", "Reference Summary", "Generated Summary"]),
    ],
)
def test_rows_without_an_id_are_numbered_and_their_columns_found(
    folder: Path, file: str, names: list[str]
) -> None:
    _write(file, dict(zip(names, (ARTICLES, REFERENCES, ONE), strict=True)))
    run, scores = _score(file)
    assert list(scores.values()) == [pytest.approx(_ROUGE_1)]
    assert run.predictions.to_pandas()["article_id"].tolist() == ["1", "2", "3"]


@pytest.mark.parametrize(
    "kind",
    [pa.float32(), pa.float64(), pa.decimal128(22, 3), pa.uint8(), pa.string()],
    ids=str,
)
def test_whole_numbers_of_any_type_are_ids(folder: Path, kind: pa.DataType) -> None:
    ids = pa.array([7, 8, 9]).cast(kind)
    pq.write_table(pa.table({"id": ids, "summary": ONE}), "one.parquet")
    rows = [{"id": 9 - i, "reference": REFERENCES[2 - i]} for i in range(3)]
    write_jsonl(folder / "refs.jsonl", rows)
    run, scores = _score("one.parquet", references="refs.jsonl")
    assert scores == {"one": pytest.approx(_ROUGE_1[::-1])}
    assert run.predictions.to_pandas()["article_id"].tolist() == ["9", "8", "7"]


@pytest.mark.parametrize(
    ("ids", "others"),
    [
        (["q1", "q2", "q3"], [0, 1, 2]),
        (["q1", "q2", "q3"], ["Q1", "Q2", "Q3"]),
        (["cnn-1", "cnn-2", "cnn-3"], ["cnn_1", "cnn_2", "cnn_3"]),
        ([1, 2, 3], ["001", "002", "003"]),
    ],
)
def test_ids_that_never_meet_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str], ids: list[Any], others: list[Any]
) -> None:
    _write("data.jsonl", {"id": ids, "document": ARTICLES, "references": REFERENCES})
    _write("p.jsonl", {"id": others, "prediction": ONE})
    code, printed = call(
        capsys, "run", "dataset=data.jsonl", "model=replay", "model.replay.path=p.jsonl"
    )
    assert code == 1
    assert f"its first id is {str(others[0])!r}, and that of 'data' is {str(ids[0])!r}" in printed


_NESTED: dict[str, tuple[Callable[[int], dict[str, Any]], dict[str, str]]] = {
    "lm-eval": (
        lambda i: {
            "doc_id": i, "doc": {"article": ARTICLES[i]}, "target": REFERENCES[i],
            "filtered_resps": [ONE[i]],
        },
        {"id": "doc_id", "document": "doc.article", "references": "target",
         "prediction": "filtered_resps"},
    ),
    "messages": (
        lambda i: {
            "key": f"k{i}", "messages": [{"content": ARTICLES[i]}, {"content": REFERENCES[i]}],
            "answer": {"choices": [{"text": ONE[i]}]},
        },
        {"id": "key", "document": "messages.0.content", "references": "messages.1.content",
         "prediction": "answer.choices.0.text"},
    ),
    "a dot in a name": (
        lambda i: {"n": i, "in.text": ARTICLES[i], "gold": {"a": {"b": [REFERENCES[i]]}},
                   "out.text": ONE[i]},
        {"id": "n", "document": "in.text", "references": "gold.a.b", "prediction": "out.text"},
    ),
}  # fmt: skip


def _call_with_columns(
    capsys: pytest.CaptureFixture[str], kind: str, **changed: str
) -> tuple[int, str]:
    make_row, columns = _NESTED[kind]
    write_jsonl(Path("a.jsonl"), map(make_row, range(3)))
    keys = {
        "id": ["dataset.table.id", "model.replay.id"],
        "prediction": ["model.replay.prediction"],
    }
    options = [
        f"{key}={column}"
        for role, column in (columns | changed).items()
        for key in keys.get(role, [f"dataset.table.{role}"])
    ]
    return call(capsys, "score", "a.jsonl", "metric=rouge", *options)


@pytest.mark.parametrize("kind", _NESTED)
def test_columns_within_others_are_named_by_dots(
    folder: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    code, printed = _call_with_columns(capsys, kind)
    assert code == 0, printed
    entries = written(folder, "leaderboard.json", "a")["entries"]
    assert [e["mean"] for e in entries if e["metric"] == "rouge.rouge1_f"] == [pytest.approx(_MEAN)]


@pytest.mark.parametrize(
    ("kind", "role", "typo"),
    [
        ("lm-eval", "document", "doc.artcle"),
        ("lm-eval", "references", "tagret"),
        ("messages", "prediction", "answer.choices.1.text"),
        ("messages", "document", "message.0.content"),
        ("a dot in a name", "id", "nr"),
    ],
)
def test_a_named_column_that_no_row_has_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], kind: str, role: str, typo: str
) -> None:
    code, printed = _call_with_columns(capsys, kind, **{role: typo})
    assert code == 1
    assert f"no row has the column {typo!r}" in printed
    assert not (folder / "results" / "a").exists()


@pytest.mark.parametrize(
    ("path", "node", "option"),
    [
        ("model/first.yaml", {"_target_": "summbench.models.lead.Lead", "sentences": 1},
         "model=first"),
        ("metric/words.yaml", {"_target_": "summbench.metrics.rouge.metric.Rouge"},
         "metric=words"),
        ("dataset/mine.yaml", {"_target_": "summbench.datasets.table.Table", "path": "data.jsonl"},
         "dataset=mine"),
    ],
)  # fmt: skip
def test_yaml_without_a_name_above_its_target_is_read(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    path: str,
    node: dict[str, Any],
    option: str,
) -> None:
    """The first sentences have 5 of 5 words of a reference among 7, 5 among 5, and 3 among 5."""
    _write("data.jsonl", {"id": IDS, "document": ARTICLES, "references": REFERENCES})
    (folder / "mine" / path).parent.mkdir(parents=True)
    (folder / "mine" / path).write_text(json.dumps(node), "utf-8")
    usual = {"model": "lead1", "metric": "rouge", "dataset": "data.jsonl"}
    usual.pop(Path(path).parent.name)
    options = [option, *(f"{group}={name}" for group, name in usual.items())]
    primary = f"primary={'rouge' if 'metric' in usual else 'words'}.rouge1_f"
    code, printed = call(capsys, "run", "-cd", "mine", *options, primary)
    assert code == 0, printed
    entries = written(folder, "leaderboard.json")["entries"]
    assert [e["mean"] for e in entries if e["metric"].endswith(".rouge1_f")] == [
        pytest.approx((10 / 12 + 1 + 3 / 5) / 3)
    ]
