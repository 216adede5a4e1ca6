"""Facts checked without people, from the files to the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from summbench.core.control_characters import to_one_line
from summbench.core.judgements import FactJudge, FactQuestion, FactReply
from summbench.core.records import Progress, ignore_progress
from summbench.people.fact_agreement import FactAgreement, measure_fact_agreement
from summbench.people.fact_checks import (
    SUPPORT,
    FactPlace,
    FactSheet,
    build_articles,
    check_by_support,
    list_questions,
)
from summbench.people.ledger import FactLedger, build_ledger
from summbench.people.rated import RatedArticle, State

_SUPPORT_NOTE = (
    "Checked by rules: a fact is stated if a sentence of the summary has half of its words, and "
    "the summary has its names and numbers. Rules know no other words for the same: of facts in "
    "words of their own most are not found. They see no contradiction either. A fact with another "
    "number is missing, and there is no faithfulness."
)
_MOST_SHOWN = 80  # characters of a reply or an error
_SAME, _FEWEST = 0.9, 10  # the share of so many answers or more that are one and the same: named


@dataclass(frozen=True, slots=True)
class FactCheck:
    """What a checker says of each fact in each summary: the articles of the file, and the ledger.

    `agreement` is with people's labels of the same facts, if there are any. `replies` are a judge's
    to each question; `n_failed` of them never came.
    """

    checker: str
    articles: Sequence[RatedArticle]
    ledger: FactLedger
    agreement: FactAgreement | None
    replies: Mapping[FactPlace, Sequence[FactReply]] = field(default_factory=dict)

    @property
    def n_failed(self) -> int:
        """How many replies never came."""
        return sum(reply.error is not None for of in self.replies.values() for reply in of)

    @property
    def is_judge_silent(self) -> bool:
        """Whether a judge was asked, and none of its replies is an answer."""
        replies = [reply for of in self.replies.values() for reply in of]
        return bool(replies) and all(reply.state is None for reply in replies)


def check_fact_sheet(
    run: str,
    sheet: FactSheet,
    rated: Sequence[RatedArticle] = (),
    *,
    judge: tuple[str, FactJudge] | None = None,
    resamples: int = 1_000,
    seed: int = 0,
    progress: Progress = ignore_progress,
) -> FactCheck:
    """Check the facts by the rules of `support`, or by a judge of this name.

    Raises: SummbenchError if people rated other summaries or other facts, or the judge can't work.
    """
    questions = list_questions(sheet)
    replies: dict[FactPlace, list[FactReply]] = {}
    states: dict[FactPlace, State | None]
    if judge is None:
        checker, notes = SUPPORT, [_SUPPORT_NOTE]
        by_rules = check_by_support(list(questions.values()), progress)
        states = dict(zip(questions, by_rules, strict=True))
    else:
        checker, label = judge[0], f"{judge[0]} on {sheet.dataset}"
        of_questions = _ask(judge[1], list(questions.values()), label, progress)
        replies = dict(zip(questions, of_questions, strict=True))
        states = {place: decide_state(of_place) for place, of_place in replies.items()}
        notes = _describe_judge(checker, replies)
    articles = build_articles(sheet, checker, states, judge is not None)
    agreement = None
    if rated:
        agreement = measure_fact_agreement(articles, rated, judge is None, resamples, seed)
    ledger = build_ledger(run, articles, [*notes, *sheet.notes])
    return FactCheck(checker, articles, ledger, agreement, replies)


def _ask(
    judge: FactJudge, questions: Sequence[FactQuestion], label: str, progress: Progress
) -> list[list[FactReply]]:
    total, done = judge.repeats * len(questions), 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(label, done, total)

    return judge.check_facts(questions, count)


def decide_state(replies: Sequence[FactReply]) -> State | None:
    """What more than half of the repeats with an answer say; None if no state has so many."""
    states = Counter(reply.state for reply in replies if reply.state is not None)
    return next((state for state, n in states.items() if 2 * n > states.total()), None)


def _describe_judge(name: str, replies: Mapping[FactPlace, Sequence[FactReply]]) -> list[str]:
    """Who checked, and which replies are no answer."""
    flat = [reply for of_place in replies.values() for reply in of_place]
    notes = [
        f"Checked by the judge {name}, {len(replies):,} questions: one fact and one summary each, "
        "without the article. A judge errs; --rated FILE (rated=FILE) measures how it agrees with "
        "people."
    ]
    if all(reply.state is None for reply in flat):
        silence = (
            f"The judge {name} answered none of {len(replies):,} questions: there is no share."
        )
        notes = [silence]
    errors = [reply.error for reply in flat if reply.error is not None]
    if errors:
        notes.append(
            f"{len(errors):,} of {len(flat):,} replies never came (first: "
            f"{to_one_line(errors[0], _MOST_SHOWN)}). The same command asks for them again."
        )
    unread = [r.reply for r in flat if r.error is None and r.state is None]
    if unread:
        notes.append(
            f"{len(unread):,} of {len(flat):,} replies have no answer in the format (first: "
            f"{to_one_line(unread[0], _MOST_SHOWN)!r})."
        )
    if len(unread) == len(flat):
        notes.append("Take a model that follows instructions, or another prompt (--prompt FILE).")
    return [*notes, *_describe_sameness(flat)]


def _describe_sameness(replies: Sequence[FactReply]) -> list[str]:
    """A sentence on a judge that gives nearly always the same answer."""
    states = Counter(reply.state for reply in replies if reply.state is not None)
    state, n = states.most_common(1)[0] if states else (None, 0)
    if n < _FEWEST or n < _SAME * states.total():
        return []
    return [
        f"The judge says {state!r} in {n:,} of {states.total():,} answers, whatever the fact. Look "
        "whether that can be."
    ]
