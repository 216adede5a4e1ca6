"""A pool whose workers die on command, in one process and in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from summbench.core.records import Article, BatchResult, Example, Prediction
from summbench.evaluation.executors.worker_pool import Receive, WorkerPool

_EXAMPLES = [Example(Article(name, name)) for name in "abcdef"]
_BATCHES = [[0, 1, 2], [3, 4, 5]]


class _Lost(Exception):
    pass


class _Mortal:
    """Dies of chosen articles; notes what it is to predict, and `streams` what it predicted."""

    def __init__(self, deadly: str, batches: list[str], streams: bool) -> None:
        self._deadly, self._batches, self._streams = deadly, batches, streams
        self._dead = False

    def predict(self, examples: Sequence[Example], receive: Receive) -> Future[None]:
        names = "".join(e.article.id for e in examples)
        self._batches.append(names)
        future: Future[None] = Future()
        for i, name in enumerate(names):
            self._dead = self._dead or (name in self._deadly if self._streams else False)
            if self._streams and not self._dead:
                receive([i], BatchResult([Prediction(name, name.upper())]))
        self._dead = self._dead or bool(set(names) & set(self._deadly))
        if self._dead:
            future.set_exception(_Lost("gone"))
            return future
        if not self._streams:
            predictions = [Prediction(name, name.upper()) for name in names]
            receive(range(len(names)), BatchResult(predictions))
        future.set_result(None)
        return future

    def shut_down(self) -> None:
        self._dead = True


def _predict(
    deadly: str, retries: int, streams: bool = False
) -> tuple[list[str], dict[str, Prediction]]:
    batches: list[str] = []
    pool = WorkerPool(lambda: _Mortal(deadly, batches, streams), (_Lost,), 1, retries, _EXAMPLES)
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


def test_what_a_worker_handed_over_before_it_died_is_not_predicted_again() -> None:
    batches, predictions = _predict("b", retries=1, streams=True)
    assert batches == ["abc", "def", "b", "c", "def"]
    assert predictions["b"].error == "the worker process died 2 times on it: gone"
    assert [p.article_id for p in predictions.values() if p.error is None] == list("acdef")
