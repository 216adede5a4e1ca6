"""What a leaderboard needs of a model's answers, gathered window by window: scores and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from summbench.core.records import Example, Prediction, TaskResult
from summbench.core.text import detect_script, has_terminal_punctuation, split_words
from summbench.leaderboard.board import Health
from summbench.store.spill import Slice, SpilledColumns, SpillFile

FLAGS = (
    "failed", "empty", "input_truncated", "hit_token_limit", "ends_mid_sentence", "copied",
    "other_script",
)  # fmt: skip
_NAN = float("nan")
_SLICES = 16


@dataclass(frozen=True, slots=True)
class Outcome:
    """One model on one dataset: metric -> its values in the articles' order, and what went wrong.

    Values are read from disk each time they are asked for. `first_failure` is the article's id and
    its error.
    """

    dataset: str
    model: str
    scores: Mapping[str, NDArray[np.float64]]
    health: Health
    first_failure: tuple[str, str] | None = None

    @property
    def all_failed(self) -> bool:
        """Whether there is no answer at all, so that no mean means anything."""
        return self.health.failed == self.health.articles


@dataclass(slots=True)
class _ModelOutcomes:
    """The sums over the windows so far; texts are kept as hashes on a spool, lengths as counts."""

    scores: SpilledColumns
    hashes: SpillFile[np.int64]
    counts: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    written: list[Slice] = field(default_factory=list)
    seconds: float = 0.0
    first_failure: tuple[str, str] | None = None

    def add(self, cell: TaskResult, examples: Sequence[Example]) -> None:
        for metric, values in cell.scores.items():
            self.scores.extend(metric, values)
        self.counts["articles"] += len(cell.predictions)
        answers = [p.summary for p in cell.predictions if p.error is None]
        self.written.append(self.hashes.append([hash(s) for s in answers if s.strip()]))
        for prediction, example in zip(cell.predictions, examples, strict=True):
            if prediction.error is None:
                self._note(prediction, example.article.text)
            elif self.first_failure is None:
                self.first_failure = prediction.article_id, prediction.error

    def _note(self, answer: Prediction, article: str) -> None:
        self.counts["answers"] += 1
        self.counts.update(get_flags(answer, article))
        self.lengths[_tokens(answer)] += 1
        self.seconds += answer.seconds

    def health(self, dataset: str, model: str) -> Health:
        """All but `articles` and `failed` is of answers."""
        counts, count = self.counts, self.counts["answers"]
        tokens = sum(length * often for length, often in self.lengths.items())
        return Health(
            dataset=dataset,
            model=model,
            articles=counts["articles"],
            failed=counts["articles"] - count,
            empty=count - sum(size for _, size in self.written),
            input_truncated=counts["input_truncated"],
            hit_token_limit=counts["hit_token_limit"],
            ends_mid_sentence=counts["ends_mid_sentence"],
            copied=counts["copied"],
            duplicates=sum(map(self._duplicates, range(_SLICES))),
            other_script=counts["other_script"],
            median_tokens=_median(self.lengths),
            seconds_per_article=self.seconds / count if count else _NAN,
            tokens_per_second=tokens / self.seconds if self.seconds else _NAN,
        )

    def _duplicates(self, number: int) -> int:
        """How many answers others repeat, among a slice of the hashes: not all are held at once."""
        pieces = (self.hashes.read([piece]) for piece in self.written)
        found = [piece[piece % _SLICES == number] for piece in pieces]
        times = np.unique(np.concatenate(found), return_counts=True)[1]
        return int(times[times > 1].sum())


class OutcomeAccumulator:
    """The outcomes of all cells; each is added in windows, in the articles' order.

    The scores and the hashes of the answers stand in nameless files in the folder meanwhile, 8
    bytes each.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._spool, self._hashes = SpillFile(np.float64, folder), SpillFile(np.int64, folder)
        self._found: dict[tuple[str, str], _ModelOutcomes] = {}

    def add(self, cells: Iterable[TaskResult], datasets: Mapping[str, Sequence[Example]]) -> None:
        """One window: its cells and the examples that they are of."""
        for cell in cells:
            place = cell.dataset, cell.model
            if place not in self._found:
                self._found[place] = _ModelOutcomes(SpilledColumns(self._spool), self._hashes)
            self._found[place].add(cell, datasets[cell.dataset])

    def to_outcomes(self) -> list[Outcome]:
        """One for each dataset and model, in the order in which they came."""
        return [
            Outcome(*place, found.scores, found.health(*place), found.first_failure)
            for place, found in self._found.items()
        ]


def get_flags(answer: Prediction, article: str) -> list[str]:
    """What is wrong or suspect about one answer, by the names of `FLAGS`."""
    if answer.error is not None:
        return ["failed"]
    summary = answer.summary
    found = (
        False,
        not summary.strip(),
        answer.input_truncated,
        answer.finish_reason == "length",
        bool(summary.strip()) and not has_terminal_punctuation(summary),
        _is_copied(summary, article),
        _is_in_other_script(summary, article),
    )
    return [name for name, is_so in zip(FLAGS, found, strict=True) if is_so]


def collect_outcomes(
    cells: Iterable[TaskResult], datasets: Mapping[str, Sequence[Example]]
) -> list[Outcome]:
    """Those of cells that are there whole."""
    gathering = OutcomeAccumulator()
    gathering.add(cells, datasets)
    return gathering.to_outcomes()


def _median(lengths: Mapping[int, int]) -> float:
    """Of the lengths, each as often as it was counted."""
    if not lengths:
        return _NAN
    values = np.array(sorted(lengths))
    ends = np.cumsum([lengths[int(value)] for value in values])
    middle = [(ends[-1] - 1) // 2, ends[-1] // 2]
    return float(values[np.searchsorted(ends, middle, side="right")].mean())


def _tokens(prediction: Prediction) -> int:
    counted = prediction.output_tokens
    return len(split_words(prediction.summary)) if counted is None else counted


def _is_copied(summary: str, article: str) -> bool:
    flat = " ".join(summary.split())
    return bool(flat) and flat in _flat(article)


@lru_cache(1_024)
def _flat(article: str) -> str:
    """Asked for by each of its summaries."""
    return " ".join(article.split())


def _is_in_other_script(summary: str, article: str) -> bool:
    if summary.isascii() and article.isascii():
        return False
    of_summary, of_article = detect_script(summary), detect_script(article)
    return None not in (of_summary, of_article) and of_summary != of_article
