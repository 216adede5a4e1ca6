"""What is said once of tokenised and lower-cased texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from summbench import evaluate
from summbench.core.recognition import NO_TEXTS, TextStyle
from summbench.core.records import Article, Example, Prediction, TaskResult
from summbench.datasets.description import describe_dataset
from summbench.leaderboard.board import DatasetInfo, Health, Leaderboard
from summbench.leaderboard.outcomes import collect_outcomes
from summbench.report.text_styles import list_style_notes

_HEALTH = Health("news", "m", 4, 0, 0, 0, 0, 0, 0, 0, 0, 9.0, 0.1, 90.0)
_PROSE, _TOKENISED, _BOTH = TextStyle(4), TextStyle(4, 4), TextStyle(4, 4, 3)


def _build_board(info: DatasetInfo, **styles: TextStyle) -> Leaderboard:
    health = [replace(_HEALTH, model=model, style=style) for model, style in styles.items()]
    kinds: Any = dict.fromkeys(styles, "system")
    return Leaderboard("r", "x.y", None, [], {"news": info}, kinds, {}, [], [], health)


def test_the_styles_of_a_dataset_are_counted() -> None:
    examples = [
        Example(Article("1", "It held . He left ."), ("it held .", "It held.")),
        Example(Article("2", "it held. he left."), ()),
        Example(Article("3", " "), ()),  # no text, no style
    ]
    described = describe_dataset(examples)
    assert described.article_style == TextStyle(texts=2, tokenised=1, lower_cased=1)
    assert described.reference_style == TextStyle(texts=2, tokenised=1, lower_cased=1)


def test_the_styles_of_a_system_are_counted_without_failures_and_empty_summaries() -> None:
    examples = [Example(Article(str(i), "x")) for i in range(4)]
    summaries = ["it held .", "It held.", "", "it held ."]
    predictions = [Prediction(str(i), text) for i, text in enumerate(summaries)]
    predictions[3] = Prediction("3", error="gone")
    [outcome] = collect_outcomes([TaskResult("d", "m", predictions, {})], {"d": examples})
    assert outcome.health.style == TextStyle(texts=2, tokenised=1, lower_cased=1)


def test_nothing_is_said_of_prose() -> None:
    info = DatasetInfo(4, "f", _PROSE, TextStyle(4, 2, 2))  # half is no majority
    assert list_style_notes(_build_board(info, a=_PROSE, b=NO_TEXTS), "news") == []


def test_the_dataset_the_systems_and_the_split_are_a_line_each() -> None:
    board = _build_board(
        DatasetInfo(4, "f", _TOKENISED, _BOTH),
        a=_BOTH, b=_PROSE, c=_TOKENISED, d=_BOTH, e=TextStyle(4, 0, 4),
    )  # fmt: skip
    assert list_style_notes(board, "news") == [
        "news: articles are tokenised; references are tokenised and lower-cased (3 of 4).",
        "news, summaries: those of a and d are tokenised and lower-cased; those of c are "
        "tokenised; those of e are lower-cased.",
        "Tokenised texts are split into sentences at marks between spaces, as in "
        "'it held . we left .'",
        "Lower-cased texts are split as if each sentence began with a capital.",
    ]


def test_many_systems_are_counted() -> None:
    board = _build_board(DatasetInfo(4, "f"), **{f"s{i}": _TOKENISED for i in range(9)})
    assert list_style_notes(board, "news")[0] == (
        "news, summaries: those of s0, s1, s2, s3 and 5 more are tokenised."
    )


def test_a_run_says_it_and_records_it() -> None:
    rows = [
        {"id": str(i), "document": f"It held {i} times . He left .", "summary": "it held ."}
        for i in range(3)
    ]
    run = evaluate(["lead1"], {"news": rows}, ["rouge"])
    said = [warning for warning in run.warnings if "tokenised" in warning.lower()]
    assert said[0].endswith("articles are tokenised; references are tokenised and lower-cased.")
    assert said[1].endswith("summaries: those of lead1 are tokenised.")
    assert len(said) == 3
    [info] = run.data.leaderboard.datasets.values()
    assert info.article_style == TextStyle(3, 3, 0)
    assert info.reference_style == TextStyle(3, 3, 3)
