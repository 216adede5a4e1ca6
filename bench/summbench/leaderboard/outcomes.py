"""What a leaderboard needs of a model's predictions, chunk by chunk: scores and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isnan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from summbench.core.article_order import Order, hash_article, sort_examples
from summbench.core.longest_inputs import LongestInputs
from summbench.core.markup_counts import NO_MARKUP, Markup
from summbench.core.recognition import NO_TEXTS, TextStyle
from summbench.core.records import Example, Prediction, TaskResult
from summbench.core.text import detect_script, has_terminal_punctuation, split_words
from summbench.leaderboard.board import Health
from summbench.store.spill import Slice, SpilledColumns, SpillFile

FLAGS = (
    "failed", "empty", "input_truncated", "hit_token_limit", "ends_mid_sentence", "copied",
    "other_script",
)  # fmt: skip
_NAN = float("nan")
_BUCKETS = 16
_SPACES = bytes.maketrans(b"\t\n\v\f\r\x1c\x1d\x1e\x1f", b" " * 9)
_WIDE_SPACES = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
    "\u202f\u205f\u3000"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One model on one dataset: metric -> scores in canonical order, and what went wrong.

    Scores may be read from disk at each access. `first_failure` is the article's id and its error,
    of the first that failed in canonical order.
    """

    dataset: str
    model: str
    scores: Mapping[str, NDArray[np.float64]]
    health: Health
    first_failure: tuple[str, str] | None = None

    @property
    def all_failed(self) -> bool:
        """Whether there is no summary at all, so that no mean is defined."""
        return self.health.failed == self.health.articles


@dataclass(slots=True)
class _ModelOutcomes:
    """Sums over the chunks so far; summaries are kept as hashes on disk, lengths as counts."""

    scores: SpilledColumns
    hashes: SpillFile[np.int64]
    counts: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    longest_inputs: LongestInputs = field(default_factory=LongestInputs)
    slices: list[Slice] = field(default_factory=list)
    nanoseconds: int = 0  # a sum of integers is the same in every order
    style: TextStyle = NO_TEXTS
    markup: Markup = NO_MARKUP
    first_failure: tuple[str, str, str] | None = None

    def add_columns(self, result: TaskResult) -> None:
        for metric, values in result.scores.items():
            self.scores.extend(metric, values)
        self.counts["articles"] += len(result.predictions)
        summaries = [p.summary for p in result.predictions if p.error is None]
        self.slices.append(self.hashes.append([hash(s) for s in summaries if s.strip()]))

    def count(self, prediction: Prediction, example: Example) -> None:
        if prediction.error is not None:
            failure = hash_article(example), prediction.article_id, prediction.error
            self.first_failure = min(failure, self.first_failure or failure)
            return
        self.counts["summaries"] += 1
        self.counts.update(get_flags(prediction, example.article.text))
        self.lengths[_count_tokens(prediction)] += 1
        self.longest_inputs.add(
            prediction.input_tokens,
            len(example.article.text),
            is_truncated=prediction.input_truncated,
        )
        self.style += TextStyle.recognise(prediction.summary)
        self.markup += Markup.recognise(prediction.summary)
        if isnan(prediction.seconds):
            self.counts["untimed"] += 1
        else:
            self.nanoseconds += round(prediction.seconds * 1e9)

    def to_health(self, dataset: str, model: str) -> Health:
        """All but `articles` and `failed` counts predictions without an error."""
        counts, count = self.counts, self.counts["summaries"]
        seconds = _NAN if counts["untimed"] else self.nanoseconds / 1e9
        tokens = sum(length * frequency for length, frequency in self.lengths.items())
        return Health(
            dataset=dataset,
            model=model,
            articles=counts["articles"],
            failed=counts["articles"] - count,
            empty=count - sum(size for _, size in self.slices),
            input_truncated=counts["input_truncated"] + self.longest_inputs.count_cut(),
            hit_token_limit=counts["hit_token_limit"],
            ends_mid_sentence=counts["ends_mid_sentence"],
            copied=counts["copied"],
            duplicates=sum(map(self._count_duplicates, range(_BUCKETS))),
            other_script=counts["other_script"],
            median_tokens=_median(self.lengths),
            seconds_per_article=seconds / count if count else _NAN,
            tokens_per_second=tokens / seconds if seconds else _NAN,
            style=self.style,
            markup_counts=self.markup,
        )

    def _count_duplicates(self, bucket: int) -> int:
        """The summaries that occur again, in one bucket of the hashes: not all fit in memory."""
        chunks = (self.hashes.read([chunk]) for chunk in self.slices)
        hashes = [chunk[chunk % _BUCKETS == bucket] for chunk in chunks]
        frequencies = np.unique(np.concatenate(hashes), return_counts=True)[1]
        return int(frequencies[frequencies > 1].sum())


class OutcomeAccumulator:
    """Gathers the outcome of each model on each dataset, chunk by chunk.

    Meanwhile scores and hashes of summaries are in temporary files in the folder, 8 bytes each.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._scores, self._hashes = SpillFile(np.float64, folder), SpillFile(np.int64, folder)
        self._by_task: dict[tuple[str, str], _ModelOutcomes] = {}

    def add(self, results: Iterable[TaskResult], datasets: Mapping[str, Sequence[Example]]) -> None:
        """Adds the results of one chunk, and the chunk's examples of each dataset."""
        by_dataset: dict[str, list[TaskResult]] = {}
        for result in results:
            self._get_sums(result).add_columns(result)
            by_dataset.setdefault(result.dataset, []).append(result)
        for dataset, of_dataset in by_dataset.items():
            sums = list(map(self._get_sums, of_dataset))
            predictions = (result.predictions for result in of_dataset)
            for example, *of_article in zip(datasets[dataset], *predictions, strict=True):
                for of_model, prediction in zip(sums, of_article, strict=True):
                    of_model.count(prediction, example)

    def _get_sums(self, result: TaskResult) -> _ModelOutcomes:
        task = result.dataset, result.model
        if task not in self._by_task:
            self._by_task[task] = _ModelOutcomes(SpilledColumns(self._scores), self._hashes)
        return self._by_task[task]

    def to_outcomes(self, orders: Mapping[str, Order]) -> list[Outcome]:
        """One for each dataset and model; `orders` is dataset -> its rows in canonical order."""
        return [
            Outcome(
                *task,
                sums.scores.reorder(orders[task[0]]),
                sums.to_health(*task),
                sums.first_failure and sums.first_failure[1:],
            )
            for task, sums in self._by_task.items()
        ]


def get_flags(prediction: Prediction, article: str) -> list[str]:
    """What is wrong with or suspect about one prediction, by the names of `FLAGS`."""
    if prediction.error is not None:
        return ["failed"]
    summary = prediction.summary
    states = (
        False,
        not summary.strip(),
        prediction.input_truncated,
        prediction.finish_reason == "length",
        bool(summary.strip()) and not has_terminal_punctuation(summary),
        _is_copied(summary, article),
        _is_in_other_script(summary, article),
    )
    return [flag for flag, is_set in zip(FLAGS, states, strict=True) if is_set]


def collect_outcomes(
    results: Iterable[TaskResult], datasets: Mapping[str, Sequence[Example]]
) -> list[Outcome]:
    """The outcomes of results that are in memory whole."""
    accumulator = OutcomeAccumulator()
    accumulator.add(results, datasets)
    return accumulator.to_outcomes({name: sort_examples(rows) for name, rows in datasets.items()})


def _median(lengths: Mapping[int, int]) -> float:
    """The median of lengths, given with their frequencies."""
    if not lengths:
        return _NAN
    values = np.array(sorted(lengths))
    ends = np.cumsum([lengths[int(value)] for value in values])
    middle = [(ends[-1] - 1) // 2, ends[-1] // 2]
    return float(values[np.searchsorted(ends, middle, side="right")].mean())


def _count_tokens(prediction: Prediction) -> int:
    tokens = prediction.output_tokens
    return len(split_words(prediction.summary)) if tokens is None else tokens


def _is_copied(summary: str, article: str) -> bool:
    text = " ".join(summary.split()).encode("utf-8", "surrogatepass")
    return bool(text) and text in _join_lines(article)


# The summaries of an article come one after the other.
@lru_cache(1)
def _join_lines(article: str) -> bytes:
    """UTF-8 with single spaces, a few times as fast as by `split`."""
    if not article.isascii() and any(space in article for space in _WIDE_SPACES):
        article = " ".join(article.split())
    text = article.encode("utf-8", "surrogatepass").translate(_SPACES)
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


_detect_article_script = lru_cache(1)(detect_script)


def _is_in_other_script(summary: str, article: str) -> bool:
    if summary.isascii() and article.isascii():
        return False
    of_summary, of_article = detect_script(summary), _detect_article_script(article)
    return None not in (of_summary, of_article) and of_summary != of_article
