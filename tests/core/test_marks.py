"""Marks in a text: expected texts by hand, and every metric on texts that somebody marked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import summbench
from summbench.core.marks import read_marks
from summbench.core.replies import read_text
from summbench.core.text import split_summary

_TWO = "It held.\nIt rained."


@pytest.mark.parametrize(
    "text",
    [
        "It held.<n>It rained.",
        "It held. <n> It rained.<n>",
        "It held.<q>It rained.<q>",
        "<t> It held. </t> <t> It rained. </t> ",
        "<t>It held.</t><t>It rained.</t>",
        "<s> It held. </s> <s> It rained. </s>",
        "<s>It held.</s></s>It rained.</s><pad><pad>",
        "[CLS] It held. [SEP] It rained. [SEP] [PAD] [PAD]",
        "It held. [X_SEP] It rained.",
        "[cls] It held. [sep] It rained. [pad]",
        "It held.\n<pad> It rained.",
    ],
)
def test_sentence_marks_part_sentences(text: str) -> None:
    assert read_marks(text) == _TWO
    assert read_marks(_TWO) == _TWO


@pytest.mark.parametrize(
    "text",
    [
        "It held. It rained.<|im_end|>",
        "<|im_start|>assistant\nIt held. It rained.<|im_end|>\n<|endoftext|>",
        "<|start_header_id|>assistant<|end_header_id|>\n\nIt held. It rained.<|eot_id|>",
        "<start_of_turn>model\nIt held. It rained.<end_of_turn>\n<eos>",
        "<|turn>model\nIt held. It rained.<turn|>",
        "<bos>It held. <pad> It rained.<eos>",
        "<pad><pad> It held. It rained<pad>.",
        "It held. It rained.<\uff5cend\u2581of\u2581sentence\uff5c>",
        "It held. It rained.<|END_RESPONSE|><|END_OF_TURN_TOKEN|>",
        "It held. It rained.[|endofturn|]",
        "<seed:bos>assistant\nIt held. It rained.<seed:eos>",
        "[/INST] It held. It rained.</s>",
        "<|assistant|>\nIt held. It rained.<|end|>",
    ],
)
def test_marks_of_a_beginning_an_end_and_of_filling_are_left_out(text: str) -> None:
    assert " ".join(read_marks(text).split()) == "It held. It rained."
    assert split_summary(read_marks(text)) == ["It held.", "It rained."]


@pytest.mark.parametrize(
    "text",
    [
        " x < y, AT&T [sic] <3 ",
        "A <q>quotation</q> of HTML<br>",
        "the [UNK] held &amp; <unk> -lrb- <|odd|>",
        "[Reuters] - It held. <N> of them",
        "It held. Yes.\u2028",
    ],
)
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert read_marks(text) == read_text(text) == text


def test_a_single_marked_or_declared_sentence_is_not_split() -> None:
    assert split_summary(read_marks("<t> It held. It rained. </t>")) == ["It held. It rained."]
    assert split_summary(read_marks("It held. It rained. <pad>\u2028")) == ["It held. It rained."]


_MARKINGS: dict[str, Callable[[list[str]], str]] = {
    "pegasus": "<n>".join,
    "presumm": "<q>".join,
    "pointer generator": lambda lines: " ".join(f"<s> {line} </s>" for line in lines),
    "fast abs": lambda lines: " ".join(f"<t> {line} </t>" for line in lines),
    "bert": lambda lines: f"[CLS] {' [SEP] '.join(lines)} [SEP]",
    "thoughts": lambda lines: "<thinking>We need it.</thinking>" + "\n".join(lines) + "<|eot_id|>",
}
_ARTICLES = [
    "The Corvo dam in Ares held on Monday. The town of 1,200 people is safe. Rain goes on.",
    "Mira Toll left the council on Friday. She had served 12 years. Nobody follows her yet.",
]
_REFERENCES = [["The Corvo dam held.", "The town is safe."], ["Mira Toll left.", "She served."]]
_SUMMARIES = [["The dam held on Monday.", "Rain goes on."], ["Mira Toll left the council.", "So."]]
_METRICS = ["rouge", "rouge_stem", "rouge_155m", "chrf", "length", "copying", "support"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[float]]:
    return _score("\n".join, tmp_path_factory.mktemp("plain"))


def _score(mark: Callable[[list[str]], str], folder: Path) -> dict[str, list[float]]:
    run = summbench.score(
        list(map(mark, _SUMMARIES)),
        list(map(mark, _REFERENCES)),
        _ARTICLES,
        metrics=_METRICS,
        store=folder / "store",
    )
    columns: dict[str, list[float]] = {}
    for row in run.scores.to_arrow().to_pylist():
        columns.setdefault(str(row["metric"]), []).append(row["value"])
    return columns


@pytest.mark.parametrize("name", _MARKINGS)
def test_no_metric_sees_the_marks(name: str, plain: dict[str, list[float]], tmp_path: Path) -> None:
    marked = _score(_MARKINGS[name], tmp_path)
    assert marked.keys() == plain.keys()
    for column, scores in plain.items():
        assert marked[column] == pytest.approx(scores, nan_ok=True), column
