"""Raters who are left out: who they are, why, and how they worked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import isnan

from summbench.core.control_characters import to_one_line
from summbench.core.errors import SummbenchError
from summbench.people.agreement import RaterAgreement
from summbench.people.cells import format_count
from summbench.people.rated import ExcludedRater
from summbench.people.rater_records import RaterRecord, format_seconds


def parse_exclusions(exclude: Iterable[str], raters: Collection[str]) -> dict[str, str]:
    """Return rater -> reason of `RATER=REASON` or `RATER`, whose reason is empty.

    Raises: SummbenchError if there is no such rater, or one has two reasons.
    """
    reasons: dict[str, str] = {}
    for text in exclude:
        rater, _, reason = (to_one_line(part) for part in text.partition("="))
        reason = reason.rstrip(".")
        if rater not in raters:
            raise SummbenchError(
                f"There is no rater {rater!r} to leave out; there are {', '.join(raters)}."
            )
        if reason and reasons.get(rater):
            raise SummbenchError(
                f"{rater} is left out for two reasons, {reasons[rater]!r} and {reason!r}; give one."
            )
        reasons[rater] = reason or reasons.get(rater, "")
    return reasons


def build_excluded(record: RaterRecord, agreement: RaterAgreement, reason: str) -> ExcludedRater:
    """Return what the file keeps of a rater who is left out."""
    return ExcludedRater(
        rater=record.rater,
        n_answered=record.n_answered,
        n_assigned=record.n_assigned,
        checks=record.checks,
        failed_checks=record.failed_checks,
        seconds=None if isnan(record.seconds) else record.seconds,
        alpha=None if isnan(agreement.with_others) else agreement.with_others,
        reason=reason,
    )


def describe_excluded(excluded: Sequence[ExcludedRater]) -> str:
    """Write who was left out and why, with how each of them worked."""
    described = [
        f"{r.rater}, {f'reason: {r.reason}' if r.reason else 'no reason given'} "
        f"({_describe_work(r)})"
        for r in excluded
    ]
    sentences = [f"Left out: {'; '.join(described)}."]
    if not all(r.reason for r in excluded):
        sentences.append(
            "A paper has to give a reason: state it with exclude='RATER=REASON' (--exclude "
            "'RATER=REASON')."
        )
    sentences.append(
        "Report this with the results. Collect without leaving anybody out shows what it changes."
    )
    return " ".join(sentences)


def list_reasons(excluded: Sequence[ExcludedRater]) -> str:
    """Write who was left out, and why; `none` if nobody was."""
    return "; ".join(f"{r.rater} ({r.reason or 'no reason given'})" for r in excluded) or "none"


def _describe_work(rater: ExcludedRater) -> str:
    return (
        f"{rater.n_answered} of {format_count(rater.n_assigned, 'screen')}, "
        f"{rater.failed_checks} of {format_count(rater.checks, 'check')} failed"
        f"{'' if rater.seconds is None else f', {format_seconds(rater.seconds)} s a screen'}"
        f"{'' if rater.alpha is None else f', alpha {rater.alpha:.2f} with the others'}"
    )
