"""What other programs write, read as rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.layout_names import LAYOUT_NAMES
from summbench.core.layouts import LAYOUTS, InputFile
from summbench.models.replay import Replay
from tests.score_files import (
    ARTICLES,
    IDS,
    ONE,
    REFERENCES,
    TWO,
    build_helm_state,
    build_inspect_log,
    write_all,
    write_jsonl,
    write_lines,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_all(tmp_path)
    return tmp_path


def _rows(path: Path, layout: str | None = None) -> list[dict[str, Any]]:
    return [row for _, row in InputFile.open(path, layout).read()]


@pytest.mark.parametrize(
    ("file", "layout"),
    [
        ("summaries.jsonl", "table"),
        ("wide.csv", "table"),
        ("one.txt", "lines"),
        ("one.hypo", "lines"),
        ("test.source", "lines"),
        ("one/generated_predictions.txt", "lines"),
        ("generate-test.txt", "fairseq"),
        ("texts/one", "texts"),
        ("stories", "cnndm"),
        ("xsum", "xsum"),
        ("bbc", "xsum"),
        ("one/samples_cnn_2026-01-01.jsonl", "lm-eval"),
        ("inspect.json", "inspect"),
        ("inspect.eval", "inspect"),
        ("scenario_state.json", "helm"),
        ("generated_predictions.jsonl", "llama-factory"),
        ("leaderboard_summaries.csv", "table"),
    ],
)
def test_a_layout_is_recognised(folder: Path, file: str, layout: str) -> None:
    assert InputFile.open(folder / file).layout == layout


@pytest.mark.parametrize(
    ("file", "with_system"),
    [
        ("generate-test.txt", False),
        ("one/samples_cnn_2026-01-01.jsonl", False),
        ("inspect.json", True),
        ("inspect.eval", True),
        ("scenario_state.json", True),
    ],
)
def test_a_log_has_articles_references_and_summaries(
    folder: Path, file: str, with_system: bool
) -> None:
    rows = _rows(folder / file)
    assert [row["document"] for row in rows] == ARTICLES
    assert [row["prediction"] for row in rows] == ONE
    texts = [row["references"] for row in rows]
    assert [t if isinstance(t, str) else t[0] for t in texts] == REFERENCES
    assert all(isinstance(text, str) or len(text) == 1 for text in texts)
    assert [row.get("system") for row in rows] == [(with_system and "one") or None] * 3


@pytest.mark.parametrize("name", ["stories", "xsum", "bbc"])
def test_a_folder_has_articles_and_references(folder: Path, name: str) -> None:
    assert _rows(folder / name) == [
        {"id": i, "document": article, "references": reference}
        for i, article, reference in zip(IDS, ARTICLES, REFERENCES, strict=True)
    ]


def test_several_highlights_are_the_sentences_of_one_reference(tmp_path: Path) -> None:
    story = "The dam held.\n\n@highlight\n\nIt held\n\n@highlight\n\nAll are well\n"
    (tmp_path / "a.story").write_text(story)
    assert _rows(tmp_path)[0]["references"] == "It held\nAll are well"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("one.txt", "one"),
        ("one.hypo", "one"),
        ("one.jsonl.gz", "one"),
        ("gpt-4.1.txt", "gpt-4.1"),
        ("bart/generated_predictions.txt", "bart"),
        ("bart/samples_xsum_2026.jsonl", "bart"),
        ("texts/one", "one"),
    ],
)
def test_a_system_is_called_as_its_file_or_folder(tmp_path: Path, path: str, name: str) -> None:
    assert InputFile(tmp_path / path, "lines", "line").name == name


def test_help_names_every_layout() -> None:
    assert tuple(LAYOUTS) == LAYOUT_NAMES


def test_several_answers_of_a_log_are_repeats(folder: Path) -> None:
    log, state = build_inspect_log(), build_helm_state()
    log["samples"] += [
        {**sample, "epoch": 2, "output": {"completion": text}}
        for sample, text in zip(log["samples"], TWO, strict=True)
    ]
    for request, text in zip(state["request_states"], TWO, strict=False):
        request["result"]["completions"].append({"text": text})
    answers = [
        {"doc_id": i, "doc": {"article": ARTICLES[i]}, "target": "R.", "resps": [[ONE[i], TWO[i]]]}
        for i in range(3)
    ]
    (folder / "epochs.json").write_text(json.dumps(log))
    (folder / "several.json").write_text(json.dumps(state))
    write_jsonl(folder / "samples.jsonl", answers)
    for name in ("epochs.json", "several.json", "samples.jsonl"):
        rows = _rows(folder / name)
        assert [row["prediction"] for row in rows] == [
            [[first], [second]] for first, second in zip(ONE, TWO, strict=True)
        ]
        systems = Replay(str(folder / name), "auto", "auto", "auto", "auto", "auto").load_systems()
        first, second = systems
        assert second == f"{first} (repeat 2)"


def test_a_sample_of_which_an_epoch_failed_has_no_prediction(folder: Path) -> None:
    log = build_inspect_log()
    log["samples"].append({**log["samples"][1], "epoch": 2, "error": {"message": "timeout"}})
    (folder / "epochs.json").write_text(json.dumps(log))
    assert [row["prediction"] for row in _rows(folder / "epochs.json")] == [ONE[0], None, ONE[2]]


def test_nothing_of_a_log_is_guessed(folder: Path) -> None:
    sample = {"doc_id": 0, "doc": {"article": "A."}, "target": "R.", "filtered_resps": [0.1, True]}
    answers = {**sample, "filtered_resps": ["a"], "filter": "x"}
    files = {
        "choices.jsonl": ([sample], "line 1 has 2 answers that are no texts"),
        "filters.jsonl": ([answers, {**answers, "filter": "y"}], "is of the filter 'y'"),
    }
    for name, (rows, message) in files.items():
        with pytest.raises(SummbenchError, match=message):
            _rows(write_jsonl(folder / name, rows))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["H-0\t-1\tone", "H-0\t-2\ttwo"], "line 2 is a second H-0"),
        (["S-0\tone"], "has no H- or D- line"),
        (["H-0\t-1\tthe da@@ m held"], "text 0 is written in sub-words"),
        (["T-0\t464 3290 318 13", "D-0\t-1\tThe dog."], "text 0 is written in sub-words"),
    ],
)
def test_fairseq_lines_that_are_no_summaries_are_refused(
    tmp_path: Path, lines: list[str], message: str
) -> None:
    with pytest.raises(SummbenchError, match=message):
        _rows(write_lines(tmp_path / "generate-test.txt", lines), "fairseq")


@pytest.mark.parametrize(
    ("layout", "file", "message"),
    [
        ("nope", "one.txt", "There is no layout 'nope'"),
        ("helm", "inspect.json", "has no 'request_states'"),
        ("inspect", "scenario_state.json", "has no 'samples'"),
        ("lm-eval", "summaries.jsonl", "has no 'doc' with 'filtered_resps'"),
        ("cnndm", "texts/one", "has no .story file"),
        ("fairseq", "one.txt", "has no H- or D- line"),
    ],
)
def test_a_layout_that_the_file_does_not_have_is_refused(
    folder: Path, layout: str, file: str, message: str
) -> None:
    with pytest.raises(SummbenchError, match=message):
        _rows(folder / file, layout)
