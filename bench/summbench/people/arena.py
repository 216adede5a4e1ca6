"""An arena: a judge chooses between every two systems, in both orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from summbench.core.errors import SummbenchError
from summbench.core.judgements import PairJudge, PairQuestion, PairReply, Place
from summbench.core.records import Progress, ignore_progress
from summbench.people.choices import count_flips
from summbench.people.contest import ORDERS, Contest, Meeting, schedule_meetings
from summbench.people.preferences import Preferences, estimate_preferences
from summbench.people.verdicts import (
    PairResult,
    Source,
    Verdict,
    count_pairs,
    list_choices,
    score_meetings,
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The meetings within the budget, and those over it; `free` are those that need no judge."""

    chosen: Sequence[Meeting]
    over_budget: Sequence[Meeting]
    free: Mapping[Meeting, Source]

    @property
    def judged(self) -> list[Meeting]:
        """The chosen meetings that the judge is asked about."""
        return [meeting for meeting in self.chosen if meeting not in self.free]


@dataclass(frozen=True, slots=True)
class ArenaPlan:
    """What is asked: `meetings` of `of_meetings` pairs on articles, the others over the budget.

    `n_identical` and `n_missing` of the meetings need no judge. The others are `questions` in both
    orders and all repeats, of which `requests` differ.
    """

    meetings: int
    of_meetings: int
    n_identical: int
    n_missing: int
    questions: int
    requests: int


@dataclass(frozen=True, slots=True)
class Bout:
    """A judge's verdicts, the score of the first named in each whole meeting, and what they say.

    `preferences` are None where no meeting that was judged has a verdict in both orders.
    """

    verdicts: Sequence[Verdict]
    scores: Mapping[Meeting, float]
    pairs: Sequence[PairResult]
    preferences: Preferences | None


def build_schedule(
    contest: Contest, repeats: int, budget: int | None = None, seed: int = 0
) -> Schedule:
    """Choose meetings in their balanced order until the budget of questions is spent.

    Those that need no judge cost nothing, and are chosen as they come.

    Raises: SummbenchError, if the budget is too small for one meeting.
    """
    cost = ORDERS * repeats
    if budget is not None and budget < cost:
        with_repeats = f" and {repeats} repeats" if repeats > 1 else ""
        raise SummbenchError(
            f"budget is {budget}; one pair takes {cost} questions, in both orders{with_repeats}."
        )
    meetings = schedule_meetings(list(contest.texts), contest.systems, seed)
    free = {m: source for m in meetings if (source := _find_source(contest, m)) != "judge"}
    n_chosen, rest = 0, budget
    for meeting in meetings:
        if rest is not None and meeting not in free:
            if rest < cost:
                break
            rest -= cost
        n_chosen += 1
    return Schedule(meetings[:n_chosen], meetings[n_chosen:], free)


def plan_arena(contest: Contest, judge: PairJudge, schedule: Schedule) -> tuple[ArenaPlan, int]:
    """Count what the judge would be asked, and how many of the requests are stored."""
    sources = [schedule.free.get(meeting) for meeting in schedule.chosen]
    requests, stored = judge.count_pairs(_list_questions(contest, schedule.judged))
    plan = ArenaPlan(
        meetings=len(schedule.chosen),
        of_meetings=len(schedule.chosen) + len(schedule.over_budget),
        n_identical=sources.count("identical"),
        n_missing=sources.count("missing"),
        questions=ORDERS * judge.repeats * len(schedule.judged),
        requests=requests,
    )
    return plan, stored


def hold_arena(
    contest: Contest,
    judge: PairJudge,
    schedule: Schedule,
    *,
    label: str = "judge",
    resamples: int = 1_000,
    seed: int = 0,
    progress: Progress = ignore_progress,
) -> Bout:
    """Ask the judge about each chosen meeting in both orders, and estimate preferences.

    Two identical summaries are a tie, and a summary that is not there loses: nobody is asked.
    A meeting counts if both of its orders have a verdict.

    Raises: SummbenchError, if the judge cannot work at all; what it said before is stored.
    """
    questions = _list_questions(contest, schedule.judged)
    total, done = judge.repeats * len(questions), 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        if total:
            progress(label, done, total)

    replies = iter(judge.judge_pairs(questions, count))
    verdicts = [
        verdict
        for meeting in schedule.chosen
        for verdict in (
            _decide(contest, meeting, schedule.free[meeting], judge.repeats)
            if meeting in schedule.free
            else _read(contest, meeting, [next(replies) for _ in range(ORDERS)])
        )
    ]
    scores = score_meetings(list_choices(verdicts))
    pairs = count_pairs(contest.systems, verdicts, scores, schedule.over_budget)
    return Bout(verdicts, scores, pairs, _estimate(verdicts, resamples, seed))


def _estimate(verdicts: Sequence[Verdict], resamples: int, seed: int) -> Preferences | None:
    """Position, length and flips are of the judge's own choices, the rest of all."""
    choices = list_choices(verdicts)
    of_judge = [verdict for verdict in verdicts if verdict.source == "judge"]
    own = list_choices(of_judge)
    if not choices or (of_judge and not own):
        return None
    preferences = estimate_preferences(choices, resamples, seed)
    if not own or len(own) == len(choices):
        return preferences if own else replace(preferences, flips=0, repeated_pairs=0)
    judged = estimate_preferences(own, resamples, seed)
    flips, repeated_pairs = count_flips(own)
    return replace(
        preferences,
        position=judged.position,
        length=judged.length,
        length_adjusted=judged.length_adjusted,
        flips=flips,
        repeated_pairs=repeated_pairs,
    )


def _find_source(contest: Contest, meeting: Meeting) -> Source:
    a, b = (_get_summary(contest, meeting.article, name) for name in meeting[1:])
    if not (a and b):
        return "missing"
    return "identical" if a.split() == b.split() else "judge"


def _get_summary(contest: Contest, article: str, system: str) -> str:
    return contest.summaries.get(article, {}).get(system, "").strip()


def _list_orders(meeting: Meeting) -> list[tuple[str, str]]:
    return [(meeting.a, meeting.b), (meeting.b, meeting.a)]


def _list_questions(contest: Contest, meetings: Sequence[Meeting]) -> list[PairQuestion]:
    return [
        PairQuestion(
            contest.texts[meeting.article],
            *(_get_summary(contest, meeting.article, name) for name in order),
        )
        for meeting in meetings
        for order in _list_orders(meeting)
    ]


def _decide(contest: Contest, meeting: Meeting, source: Source, repeats: int) -> Iterator[Verdict]:
    """The verdicts that nobody gives: in each order and repeat, so that they weigh the same."""
    for first, second in _list_orders(meeting):
        texts = [_get_summary(contest, meeting.article, name) for name in (first, second)]
        preferred: Place = "tie"
        if source == "missing" and any(texts):
            preferred = "first" if texts[0] else "second"
        n_first, n_second = (len(text.split()) for text in texts)
        for repeat in range(1, repeats + 1):
            yield Verdict(
                meeting.article, first, second, repeat, source, preferred, n_first, n_second
            )


def _read(
    contest: Contest, meeting: Meeting, replies: Sequence[Sequence[PairReply]]
) -> Iterator[Verdict]:
    for (first, second), of_order in zip(_list_orders(meeting), replies, strict=True):
        n_first, n_second = (
            len(_get_summary(contest, meeting.article, name).split()) for name in (first, second)
        )
        for reply in of_order:
            yield Verdict(
                article=meeting.article,
                first=first,
                second=second,
                repeat=reply.repeat,
                source="judge",
                preferred=reply.preferred,
                first_words=n_first,
                second_words=n_second,
                reply=reply.reply,
                error=reply.error,
                key=reply.key,
            )
