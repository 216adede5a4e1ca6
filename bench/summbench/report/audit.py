"""An audit for people: a table of spreads, the orders that flip, and a sentence to quote."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.analysis.audit.audit import Audit, Family
from summbench.analysis.audit.conventions import Convention, harnesses
from summbench.report.markdown import escape, table

_LISTED = 5


def markdown(audit: Audit) -> str:
    """Scores in points."""
    articles = f"{audit.articles:,} articles"
    left_out = f", {audit.left_out:,} without a usable reference left out" if audit.left_out else ""
    headings = ["system"]
    for family in audit.families:
        headings += [family.name, "min to max"]
    order = sorted(range(len(audit.systems)), key=lambda i: -audit.families[0].scores[0, i])
    rows = [
        [escape(audit.systems[i]), *(cell for f in audit.families for cell in _spread(f, i))]
        for i in order
    ]
    canonical = audit.families[-1].conventions[0]
    parts = [
        f"# {escape(audit.dataset)}: ROUGE under other conventions",
        f"{articles}{left_out}. Beside each canonical score ({canonical}) the lowest and the "
        "highest that a convention gives.",
        table(headings, rows),
        f"## Other harnesses\n\n{_harnesses(audit)}",
        *(_flips(family) for family in audit.families if family.flips),
        f"To quote: {sentence(audit)}",
    ]
    return "\n\n".join(parts) + "\n"


def _spread(family: Family, i: int) -> tuple[str, str]:
    of_system = 100 * family.scores[:, i]
    return f"{of_system[0]:.2f}", f"{of_system.min():.2f} to {of_system.max():.2f}"


def _harnesses(audit: Audit) -> str:
    """How far from the canonical score each one's defaults are, and what that does to the order."""
    rows = [
        [name, family.name, str(convention), f"{100 * distance:.2f}", str(reordered)]
        for family in audit.families
        for place, convention in enumerate(family.conventions)
        for name in harnesses(convention)
        for distance, reordered in [family.moved(place)]
    ]
    headings = ("harness", "", "by default", "points off at most", "pairs in another order")
    return table(headings, sorted(rows)) + (
        "\n\nAs read in their sources; a bootstrap median is seeded here, and not by rouge-score."
    )


def _flips(family: Family) -> str:
    """The plainest flips of one kind of ROUGE, those that matter before those that need not."""
    first = sorted(family.flips, key=lambda flip: not flip.significant)
    lines = [
        f"- {escape(f.a)} leads {escape(f.b)} by {100 * f.lead:.2f} points ({_named(f.one)}), and "
        f"trails by {100 * f.deficit:.2f} ({_named(f.other)}); "
        + ("significantly different" if f.significant else "not significantly different")
        + f" under the canonical one (adjusted p {f.p:.2g})."
        for f in first[:_LISTED]
    ]
    more = len(family.flips) - _LISTED
    lines += [f"- and {more:,} more pairs"] if more > 0 else []
    return f"## {family.name}: pairs in another order\n\n" + "\n".join(lines)


def _named(convention: Convention) -> str:
    """With the harnesses that do so."""
    return "; ".join([str(convention), *harnesses(convention)])


def sentence(audit: Audit) -> str:
    """What a paper can say of its numbers."""
    count = len(audit.systems)
    pairs = count * (count - 1) // 2
    ways = sum(len(family.conventions) for family in audit.families)
    widest = max(audit.families, key=_widest)
    said = (
        f"Under {ways} ROUGE conventions (stemming, sentence splitting, L or Lsum, aggregation"
        f"{', several references' if _several(audit.families) else ''}) on {audit.articles:,} "
        "articles, the score of one and the same system differs by up to "
        f"{100 * _widest(widest):.1f} points ({widest.name})"
    )
    if not pairs:
        return said + "."
    if not any(family.flips for family in audit.families):
        return f"{said}, and no two of {count} systems change their order."
    orders = ", ".join(
        f"{len(f.flips):,} in {f.name} ({sum(flip.significant for flip in f.flips)} of them "
        "significantly different)"
        for f in audit.families
        if f.flips
    )
    return (
        f"{said}, and of {pairs:,} pairs of systems some change their order with the convention: "
        f"{orders}; paired sign-flip test under the canonical convention, Holm, 5 %."
    )


def _widest(family: Family) -> float:
    return float((family.scores.max(axis=0) - family.scores.min(axis=0)).max())


def _several(families: Sequence[Family]) -> bool:
    return any(convention.multi for family in families for convention in family.conventions)
