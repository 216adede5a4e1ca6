"""How far people bear a judge out, in words and tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from summbench.people.cells import format_estimate, format_ranks
from summbench.people.corrected_preferences import (
    FEWEST,
    CorrectedPreferences,
    CorrectedRate,
)
from summbench.people.judge_agreement import Agreement, JudgeAgreement
from summbench.report.markdown import escape_markdown, format_table

_LEFT = 2


def format_agreement(agreement: JudgeAgreement) -> list[str]:
    """Write kappa of judge and people, and of people among themselves as the ceiling."""
    if not agreement.judge.kappa.n:
        return ["Judge and people share no pair on an article, so that nothing is compared."]
    rows = [["judge and people", *_format_row(agreement.judge)]]
    if agreement.people is not None:
        rows.append(["people among themselves", *_format_row(agreement.people)])
    headings = ["who", "kappa", "same choice", "by chance", "n"]
    lines = [
        format_table(headings, rows) + "\n",
        "Cohen's kappa: 1 is full agreement, 0 what two would reach by chance who choose "
        "independently, each with their own share of ties. In brackets is its 95 % interval, from "
        f"resampled articles. n counts pairs of choices, on {agreement.judge.articles:,} articles.",
    ]
    if isnan(agreement.judge.kappa.mean):
        lines.append("Kappa is undefined where all choices are the same.")
    elif isnan(agreement.judge.kappa.low):
        lines.append(explain_no_interval(agreement.judge.articles))
    if agreement.people is None:
        who = "One person chose" if agreement.raters == 1 else "No two people chose in one pair"
        lines.append(f"{who}, so that nobody knows how far people agree among themselves.")
    else:
        lines.append("A judge can't be expected to agree with people more than they do.")
    if agreement.judge.kappa.high < 0:
        lines.append("The judge contradicts people: they agree less than by chance.")
    elif agreement.judge.kappa.low <= 0:
        lines.append("The judge may agree with people no more than by chance.")
    return lines


def explain_no_interval(articles: int) -> str:
    """Write why a kappa of so many articles has no interval."""
    if articles < 2:
        return "One article has no interval."
    return (
        "Kappa is the same whatever articles are drawn, as one side answers always the same or "
        "both always agree: there is no interval."
    )


def format_corrected(corrected: CorrectedPreferences) -> list[str]:
    """Write what people's choices make of the judge's, by pair and by system."""
    lines = []
    if corrected.systems:
        rows = [
            [
                escape_markdown(row.system),
                format_estimate(row.rate),
                format_ranks(row.rank_low, row.rank_high),
            ]
            for row in corrected.systems
        ]
        lines += [format_table(["system", "preferred", "rank"], rows) + "\n"]
        is_powered = any(not rate.powered.reason for rate in corrected.pairs)
        lines.append(
            "How often people prefer a system to the others, each as often and a tie as half: 1 is "
            "always. "
            + (
                "The judge's error is in these intervals and ranks."
                if is_powered
                else "The ranks are people's: the judge changes nothing in them."
            )
        )
    else:
        lines.append(
            f"A pair has fewer than {FEWEST} articles on which people chose, so that people rank "
            "no systems, and the judge's error is in no rank."
        )
    rows = [_format_rate(rate) for rate in corrected.pairs]
    headings = ["system", "against", "judge", "people", "corrected", "n"]
    lines += ["\n" + format_table(headings, rows) + "\n"]
    lines.append(
        f"People chose on {corrected.articles:,} articles (n by pair). Corrected is "
        "prediction-powered: people's rate, with the judge's on all other articles less what it "
        "is off where people chose."
    )
    return [*lines, *_explain_alone(corrected.pairs)]


def _format_row(agreement: Agreement) -> list[str]:
    return [
        format_estimate(agreement.kappa),
        f"{100 * agreement.observed:.0f} %",
        f"{100 * agreement.chance:.0f} %",
        f"{agreement.kappa.n:,}",
    ]


def _format_rate(rate: CorrectedRate) -> list[str]:
    powered = rate.powered
    return [
        escape_markdown(rate.a),
        escape_markdown(rate.b),
        _format_share(rate.judge),
        _format_share(powered.rated.mean),
        "-" if powered.reason else format_estimate(powered.estimate),
        f"{powered.rated.n:,}",
    ]


def _format_share(value: float) -> str:
    return "-" if isnan(value) else f"{value:.2f}"


def _explain_alone(pairs: Sequence[CorrectedRate]) -> list[str]:
    """The pairs of which the judge says nothing more, by the reason."""
    lines = []
    for reason in dict.fromkeys(rate.powered.reason for rate in pairs if rate.powered.reason):
        names = [f"{r.a} and {r.b}" for r in pairs if r.powered.reason == reason]
        more = f" and {len(names) - _LEFT} more" if len(names) > _LEFT else ""
        lines.append(
            f"The judge buys nothing for {escape_markdown('; '.join(names[:_LEFT]))}{more}: "
            f"{reason}. People's choices alone are used."
        )
    return lines
