"""A pool whose workers die on command, in one process and in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from summbench.core.records import Article, BatchResult, Example, Prediction
from summbench.evaluation.executors.worker_pool import WorkerPool

_EXAMPLES = [Example(Article(name, name)) for name in "abcdef"]
_BATCHES = [[0, 1, 2], [3, 4, 5]]


class _Lost(Exception):
    pass


class _Mortal:
    """Dies of chosen articles; notes what it is to predict."""

    def __init__(self, deadly: str, batches: list[str]) -> None:
        self._deadly, self._batches, self._dead = deadly, batches, False

    def predict(self, examples: Sequence[Example]) -> Future[BatchResult]:
        names = "".join(e.article.id for e in examples)
        self._batches.append(names)
        self._dead = self._dead or bool(set(names) & set(self._deadly))
        future: Future[BatchResult] = Future()
        if self._dead:
            future.set_exception(_Lost("gone"))
        else:
            future.set_result(BatchResult([Prediction(name, name.upper()) for name in names]))
        return future

    def shut_down(self) -> None:
        self._dead = True


def _predict(deadly: str, retries: int) -> tuple[list[str], dict[str, Prediction]]:
    batches: list[str] = []
    pool = WorkerPool(lambda: _Mortal(deadly, batches), (_Lost,), 1, retries, _EXAMPLES)
    predictions = {
        p.article_id: p for _, result in pool.iterate_results(_BATCHES) for p in result.predictions
    }
    return [names for names in batches if names], predictions


def test_after_a_loss_each_article_of_the_batch_is_predicted_alone() -> None:
    # Both batches are handed out and lost with the worker; only the oldest one is suspected.
    batches, predictions = _predict("b", retries=1)
    assert batches == ["abc", "def", "a", "b", "c", "def"]
    assert predictions["b"].error == "the worker process died 2 times on it: gone"
    assert {name: p.summary for name, p in predictions.items() if p.error is None} == {
        name: name.upper() for name in "acdef"
    }


def test_the_loss_of_its_batch_counts_as_the_first_of_an_article() -> None:
    for retries, alone in ((0, 1), (1, 1), (2, 2), (4, 4)):
        batches, predictions = _predict("e", retries)
        assert batches.count("e") == alone
        assert [p.article_id for p in predictions.values() if p.error] == ["e"]
