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
from summbench.report.text_styles import describe_styles, list_style_warnings

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
    board = _build_board(info, a=_PROSE, b=NO_TEXTS)
    assert describe_styles(board) == list_style_warnings(board) == []


def test_datasets_and_their_split_are_described_and_unlike_systems_are_a_warning() -> None:
    board = _build_board(
        DatasetInfo(4, "f", _TOKENISED, _BOTH),
        a=_BOTH, b=_PROSE, c=_TOKENISED, d=_BOTH, e=TextStyle(4, 0, 4),
    )  # fmt: skip
    assert describe_styles(board) == [
        "news: articles have spaces before full stops; most references have spaces before full "
        "stops and no capitals.",
        "Full stops after spaces end sentences, as in 'it held . we left .'",
        "Texts without capitals are split into sentences as if they had capitals.",
    ]
    assert list_style_warnings(board) == [
        "Summaries differ in form: those of a and d have spaces before full stops and no capitals; "
        "those of b are ordinary text; those of c have spaces before full stops; those of e have "
        "no capitals."
    ]
    with_rouge = replace(board, display_metrics=["rouge.rouge2_f"])
    assert list_style_warnings(with_rouge)[0].endswith("unlike the references lose points.")
    with_chrf = replace(board, display_metrics=["chrf.chrf2"])
    assert list_style_warnings(with_chrf)[0].endswith(
        "chrF counts capitals, so it favours systems that write as the references do."
    )


def test_datasets_alike_are_one_sentence_and_many_systems_are_counted() -> None:
    styles = {f"s{i}": _TOKENISED for i in range(9)}
    board = _build_board(DatasetInfo(4, "f", _TOKENISED, _TOKENISED), x=_PROSE, **styles)
    board = replace(board, datasets=dict.fromkeys(["news", "more"], board.datasets["news"]))
    assert describe_styles(board)[0] == (
        "news and more: articles and references have spaces before full stops."
    )
    assert "those of s0, s1, s2, s3, s4 and 4 more have" in list_style_warnings(board)[0]


def test_a_run_says_it_and_records_it() -> None:
    rows = [
        {"id": str(i), "document": f"It held {i} times . He left .", "summary": "it held ."}
        for i in range(3)
    ]
    run = evaluate(["lead1"], {"news": rows}, ["rouge"])
    board = run.data.leaderboard
    assert describe_styles(board)[:2] == [
        "news: articles have spaces before full stops; references have spaces before full stops "
        "and no capitals.",
        "The summaries of all systems have spaces before full stops.",
    ]
    assert not [warning for warning in run.warnings if "full stops" in warning]
    [info] = board.datasets.values()
    assert info.article_style == TextStyle(3, 3, 0)
    assert info.reference_style == TextStyle(3, 3, 3)
