"""Facts checked without people, from the files to the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summbench.core.records import Progress, ignore_progress
from summbench.people.fact_agreement import FactAgreement, measure_fact_agreement
from summbench.people.fact_checks import SUPPORT, Checker, FactSheet, check_by_support, check_sheet
from summbench.people.ledger import FactLedger, build_ledger
from summbench.people.rated import RatedArticle

_SUPPORT_NOTE = (
    "Checked by rules: a fact is stated if a sentence of the summary has half of its words, and "
    "the summary has its names and numbers. Rules know no other words for the same: of facts in "
    "words of their own most are not found. They see no contradiction either. A fact with another "
    "number is missing, and there is no faithfulness."
)
_JUDGE_NOTE = "Checked by the judge {name}, a question a fact and summary. Judges err."


@dataclass(frozen=True, slots=True)
class FactCheck:
    """What a checker says of each fact in each summary: the articles of the file, and the ledger.

    `agreement` is with people's labels of the same facts, if there are any.
    """

    checker: str
    articles: Sequence[RatedArticle]
    ledger: FactLedger
    agreement: FactAgreement | None


def check_fact_sheet(
    run: str,
    sheet: FactSheet,
    rated: Sequence[RatedArticle] = (),
    *,
    judge: tuple[str, Checker] | None = None,
    resamples: int = 1_000,
    seed: int = 0,
    progress: Progress = ignore_progress,
) -> FactCheck:
    """Check the facts by the rules of `support`, or with a judge's name and answers.

    Raises: SummbenchError if people rated other summaries or other facts.
    """
    checker, check = judge or (SUPPORT, check_by_support)
    note = _SUPPORT_NOTE if judge is None else _JUDGE_NOTE.format(name=checker)
    articles = check_sheet(sheet, checker, check, judge is not None, progress)
    agreement = None
    if rated:
        agreement = measure_fact_agreement(articles, rated, judge is None, resamples, seed)
    ledger = build_ledger(run, articles, [note, *sheet.notes])
    return FactCheck(checker, articles, ledger, agreement)
