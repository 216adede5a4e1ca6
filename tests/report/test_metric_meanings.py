"""The explanation of a run names every metric that its tables show, one's own included."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import summbench
from summbench.evaluation.conformance import describe_class
from summbench.leaderboard.board import LeaderboardMetric
from summbench.report.metric_meanings import explain_metrics, get_descriptions
from summbench.report.terminal.run import format_explanation
from summbench.runs.run import RunData
from tests.fakes import Words


def test_each_shown_column_is_explained_in_words() -> None:
    metrics = ["rouge", "rouge_stem", "chrf", "length", "copying"]
    shown = ["rouge.rougeLsum_f", "rouge_stem.rouge2_f", "chrf.chrf2", "length.tokens"]
    run = summbench.evaluate(
        "lead1", "newsdesk", metrics, limit=2, columns=[*shown, "copying.novel2"]
    )
    board = run.data.leaderboard
    by_name = {text.partition(": ")[0]: text for text in explain_metrics(board, {})}
    assert list(by_name) == list(board.display_metrics)
    for name, words in {
        "rouge.rougeLsum_f": "ROUGE of words in the same order, sentence by sentence: the balance",
        "rouge_stem.rouge2_f": "pairs of neighbouring words",
        "chrf.chrf2": "recall counts 2 fold",
        "length.tokens": "words of the summary",
        "copying.novel2": "sequences of 2 words that the article lacks",
    }.items():
        assert words in by_name[name]
    assert "endings of words ignored" in by_name["rouge_stem.rouge2_f"]
    assert "endings of words ignored" not in by_name["rouge.rougeLsum_f"]
    own = LeaderboardMetric("lower", "quality", "mine|v:1", "the summary is empty")
    board = replace(board, display_metrics=["mine.tokens"], metrics={"mine.tokens": own})
    [text] = explain_metrics(board, {})
    assert text.startswith(
        "mine.tokens: quality by the metric mine. Lower is better. It is undefined if the summary "
        "is empty. Signature mine#"
    )


def test_a_metric_of_ones_own_is_explained_by_the_first_sentence_of_its_class(
    tmp_path: Path,
) -> None:
    summbench.evaluate("lead1", "newsdesk", [Words()], limit=2, out=tmp_path / "run")
    run = RunData.open(tmp_path / "run")
    text = " ".join(format_explanation(run.leaderboard, 80, get_descriptions(run)).split())
    assert (
        "words.n: How many words a summary has, and whether it is empty, as a metric of one's own. "
        "Higher is better."
    ) in text


def test_the_first_sentence_of_a_class_may_have_lines_and_is_never_written_by_python() -> None:
    class Told:
        """The share of names (v1.2)
        that are right. The rest is detail.

        A paragraph.
        """

    @dataclass
    class Untold:
        n: int = 1

    assert describe_class(Told) == "The share of names (v1.2) that are right."
    assert Untold.__doc__ and describe_class(Untold) == ""
    assert describe_class(type("Bare", (), {})) == ""
