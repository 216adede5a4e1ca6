"""The scores of one metric: what the store lacks is computed, and stored part by part."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NoReturn

from summbench.core.capabilities import SupportsCounts, SupportsEvidence
from summbench.core.errors import SummbenchError, contain_exits
from summbench.core.judgements import JudgeMetric, decode_replies
from summbench.core.records import Example, Progress
from summbench.core.redaction import format_error
from summbench.evaluation.conformance import (
    find_score_problems,
    find_wrong_notes,
    find_wrong_scores,
)
from summbench.evaluation.metric_spec import MetricSpec
from summbench.evaluation.pairs import Pairs
from summbench.store.store import Scores, Store


@dataclass(slots=True)
class ScoringJob:
    """The rows of one metric's pairs: what is not stored is computed and stored, part by part."""

    metric: MetricSpec
    pairs: Pairs
    rows: Scores
    missing: Mapping[str, None]
    n_done: int = 0

    @staticmethod
    def start(metric: MetricSpec, pairs: Pairs, store: Store, recompute: bool) -> ScoringJob:
        """Read the scores that the store has.

        Raises:
            SummbenchError: some are missing, and none can be stored.
        """
        rows = {} if recompute else _load_scores(metric, pairs, store)
        missing = dict.fromkeys(key for key in pairs if key not in rows)
        if missing:
            store.check_writable(f"scores of {metric.name!r} ({len(missing)} missing)")
        return ScoringJob(metric, pairs, rows, missing)

    def score(self, keys: Sequence[str], store: Store, progress: Progress) -> None:
        """Score those of the keys that are missing."""
        keys, start = [key for key in keys if key in self.missing], 0
        while start < len(keys):
            progress(f"scoring {self.metric.name}", self.n_done, len(self.missing))
            started_at = time.monotonic()
            part = keys[start : start + self.metric.pace.n_pairs]
            self._score_part(part, store)
            start += len(part)
            self.metric.pace.adapt(time.monotonic() - started_at)
        if keys:
            progress(f"scoring {self.metric.name}", self.n_done, len(self.missing))

    def _score_part(self, keys: Sequence[str], store: Store) -> None:
        """Score and store; a row with a value that is no score is left out, and raised at the end.

        Raises: SummbenchError, which names the first such row.
        """
        spec, metric = self.metric, self.metric.metric
        examples, summaries = zip(*(self.pairs[key] for key in keys), strict=True)
        columns = _call_metric(spec, examples, summaries)
        evidence = metric.get_evidence() if isinstance(metric, SupportsEvidence) else None
        counts = metric.get_counts() if isinstance(metric, SupportsCounts) else None
        if problem := next(find_wrong_notes(evidence, counts, len(keys)), None):
            raise SummbenchError(f"The metric {spec.name!r} returned {problem}.")
        problems = find_wrong_scores(columns)
        is_right = [row not in problems for row in range(len(keys))]
        if any(is_right):
            store.add_scores(
                spec.name,
                spec.fingerprint,
                list(compress(keys, is_right)),
                {name: list(compress(values, is_right)) for name, values in columns.items()},
                None if evidence is None else list(compress(evidence, is_right)),
                counts and {name: list(compress(n, is_right)) for name, n in counts.items()},
            )
        if problems:
            _raise_wrong_scores(spec, problems, examples)
        self.rows.update(zip(keys, transpose(columns), strict=True))
        self.n_done += len(keys)


def _raise_wrong_scores(
    metric: MetricSpec, problems: Mapping[int, str], examples: Sequence[Example]
) -> NoReturn:
    row, problem = min(problems.items())
    more = f" and of {len(problems) - 1} more" if len(problems) > 1 else ""
    raise SummbenchError(
        f"The metric {metric.name!r} returned {problem}. It is the score of the article "
        f"{examples[row].article.id!r}{more}; the others are stored."
    )


def _load_scores(metric: MetricSpec, pairs: Pairs, store: Store) -> Scores:
    """The stored rows; of a judge without those for which a reply failed, to ask again."""
    columns = metric.metric.columns
    rows = store.load_scores(metric.name, metric.fingerprint, pairs, columns)
    if isinstance(metric.metric, JudgeMetric):
        for key, text in store.load_evidence(metric.name, metric.fingerprint, pairs).items():
            if _has_failed_reply(text):
                rows.pop(key, None)
    return rows


def _has_failed_reply(evidence: str) -> bool:
    """Also where the evidence is not that of a judge: it can't be shown, nor its score trusted."""
    try:
        return any(reply.error is not None for reply in decode_replies(evidence))
    except (ValueError, TypeError, RecursionError):
        return True


def compute_columns(
    metric: MetricSpec, examples: Sequence[Example], summaries: Sequence[str]
) -> Mapping[str, Sequence[float]]:
    """Return what the metric gives, once it is checked.

    Raises:
        SummbenchError: the metric failed, or what it returned are no columns of numbers.
    """
    columns = _call_metric(metric, examples, summaries)
    if problems := find_wrong_scores(columns):
        _raise_wrong_scores(metric, problems, examples)
    return columns


def _call_metric(
    metric: MetricSpec, examples: Sequence[Example], summaries: Sequence[str]
) -> Mapping[str, Sequence[float]]:
    """Return its columns, which have a value for each example.

    Raises:
        SummbenchError: the metric failed, or its columns are others, or too short or long.
    """
    try:
        with contain_exits():
            columns = metric.metric.score(examples, summaries)
    except SummbenchError:
        raise
    except Exception as error:
        raise SummbenchError(f"The metric {metric.name!r} failed: {format_error(error)}") from error
    problems = find_score_problems(columns, list(metric.metric.columns), len(summaries))
    if problem := next(problems, None):
        raise SummbenchError(f"The metric {metric.name!r} returned {problem}.")
    return columns


def transpose(columns: Mapping[str, Sequence[float]]) -> list[tuple[float, ...]]:
    """Return a row for each article, its columns in sorted order."""
    return list(zip(*(columns[name] for name in sorted(columns)), strict=True))
