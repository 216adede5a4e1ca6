"""How far raters agree, in words and a table."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from summbench.core.records import Estimate
from summbench.people.cells import format_estimate
from summbench.people.study import Design
from summbench.report.markdown import escape_markdown, format_table
from summbench.report.summary.words import join_names

_UNITS: Mapping[Design, str] = {
    "likert": "summaries", "pairwise": "choices", "best_worst": "summaries", "spans": "summaries",
    "checklist": "facts",
}  # fmt: skip
"""What alpha counts."""


def format_alphas(alphas: Mapping[str, Estimate], design: Design | None) -> list[str]:
    """Write alpha of each dimension, what it is, and which dimensions it puts in doubt.

    Without a design what alpha counts differs between dimensions.
    """
    rows = [
        [escape_markdown(name), format_estimate(alpha), f"{alpha.n:,}"]
        for name, alpha in alphas.items()
    ]
    unit = "items" if design is None else _UNITS[design]
    sentences = [
        "Krippendorff's alpha: 1 is full agreement, 0 is chance. In brackets is its 95 % interval "
        "over articles."
    ]
    if any(isnan(alpha.low) and not isnan(alpha.mean) for alpha in alphas.values()):
        sentences.append("There is no interval where one article alone has the disagreement.")
    doubtful = [n for n, a in alphas.items() if not isnan(a.low) and a.low <= 0]
    if doubtful:
        sentences.append(
            f"On {escape_markdown(join_names(doubtful))}, raters may agree no more than by chance."
        )
    if any(isnan(alpha.mean) for alpha in alphas.values()):
        sentences.append(
            "There is no alpha where no two raters answered the same, or all answers are one."
        )
    return [format_table(["dimension", "alpha", unit], rows) + "\n", *sentences]
