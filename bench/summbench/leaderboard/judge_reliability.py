"""How far a judge can be believed, counted in its replies: format, order, repeats and people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import isnan
from typing import Any

from summbench.core.judgements import (
    OUTCOMES,
    HumanLabel,
    JudgeReply,
    average_readings,
    decode_replies,
    group_pairs,
)
from summbench.leaderboard.board import JudgeReliability
from summbench.stats.agreement import Weighting, estimate_kappa

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class JudgeSpec:
    """The name of a judge's metric, its columns, and people's labels of the same summaries."""

    name: str
    columns: Sequence[str]
    labels: Sequence[HumanLabel]


@dataclass(slots=True)
class _Tally:
    """The counts of one column on one dataset; `labelled` has article, judge's and human label."""

    replies: int = 0
    failed: int = 0
    unparsed: int = 0
    brackets: int = 0
    pairs: int = 0
    flips: int = 0
    choices: int = 0
    first: int = 0
    repeated: int = 0
    n_repeat_pairs: int = 0
    n_equal_repeats: int = 0
    is_pairwise: bool = False
    labelled: list[tuple[str, Any, Any]] = field(default_factory=list)

    def add(self, replies: Sequence[JudgeReply], column: str) -> None:
        for reply in replies:
            self.is_pairwise = reply.position is not None
            reading = reply.readings[column]
            self.replies += 1
            self.brackets += reply.format == "brackets"
            self.failed += reply.error is not None
            self.unparsed += reply.error is None and reading is None
            if reply.position is not None and reading in ("win", "loss"):
                self.choices += 1
                self.first += (reading == "win") == (reply.position == "A")
        for first, second in group_pairs(replies, column):
            if first is not None and second is not None:
                self.pairs += 1
                self.flips += first != second
        self._add_repeats(replies, column)

    def _add_repeats(self, replies: Sequence[JudgeReply], column: str) -> None:
        for position in {reply.position for reply in replies}:
            readings = [r.readings[column] for r in replies if r.position == position]
            pairs = list(combinations([r for r in readings if r is not None], 2))
            self.repeated += bool(pairs)
            self.n_repeat_pairs += len(pairs)
            self.n_equal_repeats += sum(a == b for a, b in pairs)

    def add_label(
        self, article: str, replies: Sequence[JudgeReply], column: str, human: float | str
    ) -> None:
        """Hold the judge's mean rating, or the outcome of its mean score, against a label."""
        score = average_readings(replies, column)
        if not isnan(score):
            own = _get_outcome(score) if self.is_pairwise else score
            self.labelled.append((article, own, human))

    def summarize(self, dataset: str, metric: str, n_labels: int) -> JudgeReliability:
        weighting: Weighting = "none" if self.is_pairwise else "quadratic"
        articles, own, human = ([row[i] for row in self.labelled] for i in range(3))
        pairs = self.n_repeat_pairs
        return JudgeReliability(
            dataset=dataset,
            metric=metric,
            replies=self.replies,
            failed=self.failed,
            unparsed=self.unparsed,
            brackets=self.brackets,
            pairs=self.pairs,
            flips=self.flips,
            choices=self.choices,
            first=self.first,
            repeated=self.repeated,
            agreement=self.n_equal_repeats / pairs if pairs else _NAN,
            labels=n_labels,
            kappa=estimate_kappa(own, human, articles, weighting),
            weighting=weighting,
        )


class ReliabilityCounter:
    """Counts over the evidence of judges, chunk by chunk."""

    def __init__(self, judges: Iterable[JudgeSpec]) -> None:
        self._judges = {judge.name: judge for judge in judges}
        self._tallies: dict[tuple[str, str, str], _Tally] = {}
        self._labels: dict[tuple[str, str | None, str, str, str], float | str] = {
            (name, label.dataset, label.article_id, label.system, label.column): label.value
            for name, judge in self._judges.items()
            for label in judge.labels
        }

    def add(self, evidence: Iterable[tuple[str, str, str, str, str]]) -> None:
        """Count rows of dataset, model, metric, article and evidence; those of no judge are not."""
        for dataset, model, name, article, text in evidence:
            if name not in self._judges:
                continue
            replies = decode_replies(text)
            for column in self._judges[name].columns:
                tally = self._tallies.setdefault((dataset, name, column), _Tally())
                tally.add(replies, column)
                for of_dataset in (dataset, None):
                    label = self._labels.get((name, of_dataset, article, model, column))
                    if label is not None and replies:
                        tally.add_label(article, replies, column, label)
                        break

    def summarize(self) -> list[JudgeReliability]:
        """One row a dataset and column that was judged."""
        return [
            tally.summarize(
                dataset,
                f"{name}.{column}",
                sum(
                    label.column == column and label.dataset in (dataset, None)
                    for label in self._judges[name].labels
                ),
            )
            for (dataset, name, column), tally in self._tallies.items()
        ]


def _get_outcome(score: float) -> str:
    """The outcome nearest to a mean over repeats: a tie only where wins and losses are equal."""
    if score == OUTCOMES["tie"]:
        return "tie"
    return "win" if score > OUTCOMES["tie"] else "loss"
