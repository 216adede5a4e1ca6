"""A judge's replies are stored as they come: an interruption or a failure costs no other reply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from summbench.core.records import Article, Example, Prediction
from summbench.evaluation.fingerprint import compute_fingerprint
from summbench.evaluation.stored_replies import StoredReplies
from summbench.metrics.judge.rubric import Rubric
from summbench.store.store import Store

_EXAMPLES = [Example(Article(k, f"text {k}")) for k in "abcd"]
_NODE = {"_target_": "tests.noted.Noted", "log": "log", "seconds": 0.0}


class _Judge:
    """Gives each summary a four, until it comes to the article that stops it."""

    batch_size = 4

    def __init__(self, stop_at: str, error: type[BaseException]) -> None:
        self._stop_at, self._error = stop_at, error
        self.asked: list[str] = []

    def summarise(self, articles: Sequence[Article]) -> Iterator[Prediction]:
        for article in articles:
            name = article.text.split()[2]
            self.asked.append(name)
            if name == self._stop_at:
                raise self._error("stopped")
            yield Prediction(article.id, "[[4]]")


def _score(folder: Path, judge: _Judge) -> list[float]:
    metric = Rubric(judge, "judge", "Article: {article} Summary: {summary}", ["x"])
    metric.use_store(StoredReplies(Store(folder), "judge.model", _NODE, ["tests"]))
    return metric.score(_EXAMPLES, ["s"] * 4)["x"]


def test_replies_before_an_interruption_are_not_asked_for_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _score(tmp_path, _Judge("c", KeyboardInterrupt))
    again = _Judge("", RuntimeError)
    assert _score(tmp_path, again) == [0.75] * 4
    assert again.asked == ["c", "d"]


def test_a_reply_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    judge = _Judge("b", RuntimeError)
    values = _score(tmp_path, judge)
    assert values[0] == values[2] == values[3] == 0.75
    assert values[1] != values[1]
    assert judge.asked == ["a", "b", "b", "c", "d"]
    again = _Judge("", RuntimeError)
    assert _score(tmp_path, again) == [0.75] * 4
    assert again.asked == ["b"]


class _PaidJudge(_Judge):
    """One behind a server, known by its requests."""

    def get_request_key(self, article: Article) -> str:
        return article.text


def test_a_change_of_our_code_asks_a_paid_judge_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scores' key has our code: they are read anew, from the replies that are stored."""
    server = {"_target_": "summbench.models.endpoint.Endpoint", "base_url": "http://localhost/v1",
              "model": "m", "prompt": "{article}"}  # fmt: skip
    rubric = {"_target_": "summbench.metrics.judge.rubric.Rubric", "model": server}
    fingerprints, scores, asked = [], [], []
    for sources in ({"a": "before"}, {"a": "after"}):
        monkeypatch.setattr(
            "summbench.evaluation.fingerprint._hash_code", lambda _, sources=sources: sources
        )
        judge = _PaidJudge("", RuntimeError)
        metric = Rubric(judge, "judge", "Article: {article} Summary: {summary}", ["x"])
        metric.use_store(StoredReplies(Store(tmp_path), "judge.model", server))
        scores.append(metric.score(_EXAMPLES, ["s"] * 4)["x"])
        fingerprints.append(compute_fingerprint("judge", rubric))
        asked.append(judge.asked)
    assert fingerprints[0] != fingerprints[1]
    assert scores == [[0.75] * 4] * 2
    assert asked == [["a", "b", "c", "d"], []]
