"""Prompts that a server cut: found by the tokens that it counted, with no false alarm."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

import pytest

from summbench.core.longest_inputs import LongestInputs
from summbench.core.records import Article, Example, Prediction, TaskResult
from summbench.leaderboard.outcomes import collect_outcomes
from summbench.models.completion import Usage
from summbench.models.endpoint import Endpoint
from summbench.models.server_context import is_cut
from tests.commands import SHARED_DATA
from tests.servers import Answer, Moody, completion, fine, moody

_NEWS = "The harbour office shut its lower gate on Monday after the tide had lifted two planks. "


class _Cutting(Moody):
    """Counts four characters a token, and reads `context` tokens of a prompt at most."""

    def __init__(self, context: int) -> None:
        super().__init__()
        self._context = context

    def answer(self, body: dict[str, Any], key: str) -> Answer | None:
        super().answer(body, key)
        tokens = sum(len(turn["content"]) for turn in body["messages"]) // 4
        answer = completion("The gate is shut.")
        answer["usage"]["prompt_tokens"] = min(tokens, self._context)
        return fine(answer)


def _summarise(server: Moody, articles: Sequence[Article]) -> list[Prediction]:
    """The predictions in the order of the articles; they come in any."""
    predictions = Endpoint(server.url, "tiny", "{article}").summarise(articles)
    by_id = {prediction.article_id: prediction for prediction in predictions}
    return [by_id[article.id] for article in articles]


def test_a_cut_prompt_is_an_input_truncated_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    articles = [Article(f"a{n}", _NEWS * n) for n in (1, 5, 60, 300)]
    with moody(_Cutting, context=512) as server, caplog.at_level(logging.WARNING):
        predictions = _summarise(server, articles)
    assert [p.input_truncated for p in predictions] == [False, False, True, True]
    [record] = caplog.records
    assert "read only 512 tokens of long prompts" in record.getMessage()
    for remedy in ("OLLAMA_CONTEXT_LENGTH", "num_ctx", "--max-model-len", "--ctx-size"):
        assert remedy in record.getMessage()


def test_equal_counts_of_articles_of_unlike_length_are_said_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Of 700 tokens each at four characters a token, no count alone is too small."""
    articles = [Article(f"a{n}", _NEWS * n) for n in (55, 50, 45, 40, 9)]
    with moody(_Cutting, context=700) as server, caplog.at_level(logging.WARNING):
        predictions = _summarise(server, articles)
    assert [p.input_tokens for p in predictions] == [700, 700, 700, 700, 195]
    [record] = caplog.records
    assert "read only 700 tokens of long prompts" in record.getMessage()
    result = TaskResult("news", "tiny", predictions, {"m": [0.0] * 5})
    [outcome] = collect_outcomes([result], {"news": [Example(a) for a in articles]})
    assert outcome.health.input_truncated == 4


@pytest.mark.parametrize(
    ("inputs", "cut"),
    [
        ([(512, 2000), (512, 2600), (512, 2200)], 3),
        ([(512, 2600), (512, 2000)], 0),  # two may agree by chance
        ([(512, 2000), (512, 2100), (512, 2200)], 0),  # as articles that somebody cut before
        ([(30, 100), (30, 140), (30, 120)], 0),  # short texts have few counts
        ([(512, 2000), (512, 2600), (512, 2200), (513, 2100)], 0),  # it can read more
        ([(None, 2000), (None, 2600), (None, 2200)], 0),
    ],
)
def test_equal_counts_that_mean_a_cut(inputs: list[tuple[int | None, int]], cut: int) -> None:
    for order in (inputs, inputs[::-1]):
        longest = LongestInputs()
        for tokens, characters in order:
            longest.add(tokens, characters, is_truncated=False)
        assert longest.count_cut() == cut


@pytest.mark.parametrize(
    ("text", "tokens", "cached", "expected"),
    [
        (_NEWS * 100, 128, 0, True),
        (_NEWS * 100, 128, 2000, False),  # some servers count only what was not in their cache
        (_NEWS * 100, 0, 0, False),  # not counted
        (_NEWS * 100, 1024, 0, True),
        (_NEWS * 100, 1500, 0, False),  # six characters a token
        (_NEWS * 70, 1024, 0, True),  # 5.9 characters a token, and a size of contexts
        (_NEWS * 70, 1025, 0, False),
        ("a" * 9000 + " -" + "-" * 9000 + " " * 9000, 40, 0, False),
        ("今日は雨です。明日は晴れです。" * 100, 128, 0, True),
        ("今日は雨です。明日は晴れです。" * 100, 800, 0, False),
        ("", 1, 0, False),
    ],
)
def test_the_fewest_tokens_of_a_text(text: str, tokens: int, cached: int, expected: bool) -> None:
    assert is_cut(text, Usage(tokens, 10, cached)) is expected


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the shared data is not beside us")
@pytest.mark.parametrize("file", ["bbc.sample.jsonl", "cnndm-mini.test.jsonl", "xsum50.test.jsonl"])
def test_no_false_alarm_if_each_word_of_real_news_were_one_token(file: str) -> None:
    """No vocabulary in use is that large: on English news the largest have 1.2 tokens a word."""
    lines = (SHARED_DATA / file).read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["document"] for line in lines]
    assert len(texts) >= 10
    assert [text[:50] for text in texts if is_cut(text, Usage(len(text.split()) | 1, 1, 0))] == []
