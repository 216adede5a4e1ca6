"""How each rater worked: what is answered, checks of attention, time, and who is in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from statistics import median

import msgspec

from summbench.people.agreement import RaterAgreement
from summbench.people.answer_files import Responses
from summbench.people.answers import Response, is_attentive
from summbench.people.cells import format_number
from summbench.people.study import Study

WORDS_A_MINUTE = 238
"""How fast adults read English to themselves on average. (Brysbaert, 2019.)"""
_FEW_CHECKS = 0.5  # a rater who fails this share of checks is named
_HASTE = 1 / 3  # of the time that reading takes: less is named
_SAME, _SCREENS = 0.9, 10  # the share of screens, of so many or more, with one and the same answer


@dataclass(frozen=True, slots=True)
class RaterRecord:
    """What a rater answered: screens, and checks of attention among them.

    `failed_checks` are of those answered, `seconds` is the median of a screen, `total_seconds` the
    sum, `reading_seconds` what an average reader needs for the texts. `n_same` is how many of the
    `n_rated` screens that are no checks got the most frequent answer.
    """

    rater: str
    n_answered: int
    n_assigned: int
    checks: int
    unanswered_checks: int
    failed_checks: int
    seconds: float
    total_seconds: float
    reading_seconds: float
    n_rated: int
    n_same: int


def describe_rater(study: Study, responses: Responses, rater: str) -> RaterRecord:
    """Describe how a rater worked."""
    rated = [r for r in responses.responses if r.rater == rater]
    checks = [r for r in responses.checks if r.rater == rater]
    own = [*rated, *checks]
    assigned = study.raters[rater]
    n_checks = sum(item.expected is not None for item in assigned)
    values = Counter(msgspec.json.encode(r.value, order="sorted") for r in rated)
    return RaterRecord(
        rater=rater,
        n_answered=len(own),
        n_assigned=len(assigned),
        checks=n_checks,
        unanswered_checks=n_checks - len(checks),
        failed_checks=sum(not is_attentive(study, check) for check in checks),
        seconds=median(r.seconds for r in own) if own else nan,
        total_seconds=sum(r.seconds for r in own),
        reading_seconds=_estimate_reading(study, rated),
        n_rated=len(rated),
        n_same=max(values.values(), default=0),
    )


def _estimate_reading(study: Study, rated: Sequence[Response]) -> float:
    """Seconds that an average reader needs for each article once, and for all summaries."""
    articles = study.get_articles()
    texts = [articles[name].document for name in {r.item.article for r in rated}]
    texts += [articles[r.item.article].summaries[s] for r in rated for s in r.item.systems]
    return 60 * sum(len(text.split()) for text in texts) / WORDS_A_MINUTE


def name_doubtful(
    records: Sequence[RaterRecord],
    excluded: Collection[str],
    simulated: Collection[str],
    agreement: Mapping[str, RaterAgreement],
) -> list[str]:
    """A sentence for each sign that a rater did not read, or agrees with nobody.

    Raters who are left out have none. Programs are not asked for the time that they took.
    """
    sentences = []
    for record in records:
        if record.rater in excluded:
            continue
        sentences += _find_signs(record, record.rater in simulated)
        if record.rater in agreement and agreement[record.rater].is_apart:
            sentences.append(
                f"{record.rater} agrees with the others perhaps no more than by chance (alpha "
                f"{agreement[record.rater].with_others:.2f}), and they agree with each other "
                f"(alpha {agreement[record.rater].among_others:.2f})."
            )
    return sentences


def _find_signs(record: RaterRecord, is_simulated: bool) -> list[str]:
    """Failed checks, haste, and one answer to everything."""
    rater, signs = record.rater, []
    if record.failed_checks and record.failed_checks >= _FEW_CHECKS * (
        record.checks - record.unanswered_checks
    ):
        signs.append(
            f"{rater} failed {record.failed_checks} of {record.checks} checks of attention. "
            f"Leave the rater out with exclude='{rater}=REASON' (--exclude '{rater}=REASON'), or "
            "say that you did not."
        )
    if not is_simulated and record.total_seconds < _HASTE * record.reading_seconds:
        signs.append(
            f"{rater} took {record.total_seconds:,.0f} s for texts that take an average reader "
            f"{record.reading_seconds:,.0f} s ({WORDS_A_MINUTE} words a minute), less than a third."
        )
    if record.n_rated >= _SCREENS and record.n_same >= _SAME * record.n_rated:
        signs.append(
            f"{rater} gave one and the same answer on {record.n_same} of {record.n_rated} screens. "
            "Look whether that can be."
        )
    return signs


def format_seconds(seconds: float) -> str:
    """Return whole seconds, tenths below 10, or a dash if there are none."""
    return format_number(seconds, 0 if seconds >= 10 else 1)
