"""The explanation of a run names every metric that its tables show, one's own included."""

from __future__ import annotations

from dataclasses import replace

import summbench
from summbench.leaderboard.board import LeaderboardMetric
from summbench.report.metric_meanings import explain_metrics


def test_each_shown_column_is_explained_in_words() -> None:
    metrics = ["rouge", "rouge_stem", "chrf", "length", "copying"]
    shown = ["rouge.rougeLsum_f", "rouge_stem.rouge2_f", "chrf.chrf2", "length.tokens"]
    run = summbench.evaluate(
        "lead1", "newsdesk", metrics, limit=2, columns=[*shown, "copying.novel2"]
    )
    board = run.data.leaderboard
    by_name = {text.partition(": ")[0]: text for text in explain_metrics(board)}
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
    [text] = explain_metrics(board)
    assert text.startswith(
        "mine.tokens: quality by the metric mine. Lower is better. It is undefined if the summary "
        "is empty. Signature mine#"
    )
