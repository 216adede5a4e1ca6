"""How far a judge can be believed, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from summbench.leaderboard.board import MIN_LABELS, JudgeReliability, Leaderboard

_WEIGHTINGS = {"quadratic": "quadratic weights", "none": "unweighted"}


def describe_judges(board: Leaderboard, dataset: str) -> list[str]:
    """One note a judge and dataset: its format, its order, its repeats, and people."""
    return [
        f"Judge {judge.metric}: {' '.join(_describe(judge))}"
        for judge in board.judges
        if judge.dataset == dataset
    ]


def list_judge_warnings(board: Leaderboard, dataset: str) -> list[str]:
    """What makes a judge's mean doubtful: replies that are missing, and nobody to hold it to."""
    warnings = []
    for judge in board.judges:
        if judge.dataset == dataset:
            missing = judge.unparsed + judge.failed
            if missing:
                warnings.append(
                    f"{judge.metric}: {missing:,} of {judge.replies:,} replies could not be read."
                )
            if not judge.is_calibrated:
                warnings.append(
                    f"{judge.metric}: {_count(judge.kappa.n, 'human label')}; with fewer than "
                    f"{MIN_LABELS} nobody knows what it is worth."
                )
    return warnings


def _describe(judge: JudgeReliability) -> Iterator[str]:
    yield from _describe_format(judge)
    if judge.pairs:
        yield (
            f"Order: the verdict changed with the order in "
            f"{_share(judge.flips, judge.pairs, 'pair')}; such a pair counts as a tie."
        )
    if judge.choices:
        yield (
            "Position: it chose the summary shown first in "
            f"{_share(judge.first, judge.choices, 'choice')}; without a preference that is half."
        )
    if judge.repeated:
        yield (
            f"Repeats: two replies to the same request agree in {100 * judge.agreement:.1f} % of "
            f"all pairs of repeats, over {_count(judge.repeated, 'request')}."
        )
    yield from _describe_labels(judge)


def _describe_format(judge: JudgeReliability) -> Iterator[str]:
    n_read = judge.replies - judge.unparsed - judge.failed
    form = "in double brackets" if judge.brackets else "as JSON"
    yield f"{n_read:,} of {_count(judge.replies, 'reply', 'replies')} {form} could be read."
    if judge.unparsed:
        verb = "is" if judge.unparsed == 1 else "are"
        yield f"{judge.unparsed:,} {verb} not in the demanded format: missing, not 0."
    if judge.failed:
        yield f"{judge.failed:,} never came; the next run asks again."
    if 0 < judge.brackets < judge.replies:
        yield (
            f"Only {judge.brackets:,} were asked for in double brackets, the others as JSON; "
            "recompute=true asks for all in one format."
        )


def _describe_labels(judge: JudgeReliability) -> Iterator[str]:
    kappa, n = judge.kappa, judge.kappa.n
    if n:
        labels = _count(n, "human label")
        if n < judge.labels:
            labels += f" ({judge.labels:,} are in the file; the others fit nothing read here)"
        value = "is undefined: all labels are the same" if isnan(kappa.mean) else _format(judge)
        yield f"People: Cohen's kappa with {labels} {value}."
    elif judge.labels:
        yield (
            f"People: none of its {_count(judge.labels, 'human label')} fits an article and model "
            "of this run with a readable reply."
        )
    else:
        yield "People: no human labels, so nobody knows what its judgement is worth."
    if not judge.is_calibrated:
        yield f"No gate uses it: that needs {MIN_LABELS} human labels."


def _format(judge: JudgeReliability) -> str:
    """Kappa with its interval, over resamples of articles."""
    kappa, weighting = judge.kappa, _WEIGHTINGS[judge.weighting]
    if isnan(kappa.low):
        reason = "no interval: one article, or the same in all draws"
        return f"is {kappa.mean:.2f} ({weighting}; {reason})"
    interval = f"[{kappa.low:.2f}, {kappa.high:.2f}]"
    return f"is {kappa.mean:.2f} {interval} ({weighting}; 95 % interval, articles resampled)"


def _share(part: int, whole: int, noun: str) -> str:
    return f"{part:,} of {_count(whole, noun)} ({100 * part / whole:.1f} %)"


def _count(n: int, noun: str, plural: str = "") -> str:
    return f"{n:,} {noun if n == 1 else plural or f'{noun}s'}"
