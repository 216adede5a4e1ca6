"""A ROUGE audit as Markdown: score ranges, pairs that change order, and a sentence to quote."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.analysis.audit.audit import Audit, Family
from summbench.analysis.audit.conventions import Convention, list_harnesses
from summbench.report.markdown import escape_markdown, format_table

_MAX_FLIPS = 5


def render_audit(audit: Audit) -> str:
    """The whole audit; scores in points."""
    articles = f"{audit.articles:,} articles"
    skipped = f", {audit.skipped:,} without a usable reference skipped" if audit.skipped else ""
    headings = ["system"]
    for family in audit.families:
        headings += [family.name, "min to max"]
    order = sorted(range(len(audit.systems)), key=lambda i: -audit.families[0].scores[0, i])
    rows = [
        [
            escape_markdown(audit.systems[i]),
            *(cell for f in audit.families for cell in _format_spread(f, i)),
        ]
        for i in order
    ]
    canonical = audit.families[-1].conventions[0]
    parts = [
        f"# {escape_markdown(audit.dataset)}: ROUGE under other conventions",
        f"{articles}{skipped}. Beside each canonical score ({canonical}): the lowest and the "
        "highest score under any convention.",
        format_table(headings, rows),
        f"## Other harnesses\n\n{_format_harnesses(audit)}",
        *(_format_flips(family) for family in audit.families if family.flips),
        f"To quote: {format_sentence(audit)}",
    ]
    return "\n\n".join(parts) + "\n"


def _format_spread(family: Family, i: int) -> tuple[str, str]:
    of_system = 100 * family.scores[:, i]
    return f"{of_system[0]:.2f}", f"{of_system.min():.2f} to {of_system.max():.2f}"


_KINDS = {"rougeL": "ROUGE-L", "rougeLsum": "ROUGE-Lsum"}


def _format_harnesses(audit: Audit) -> str:
    """How far each harness's defaults are from the canonical score; reordered pairs."""
    rows = [
        [
            name,
            _KINDS.get(convention.kind, family.name),
            str(convention),
            f"{100 * distance:.2f}",
            str(reordered),
        ]
        for family in audit.families
        for index, convention in enumerate(family.conventions)
        for kind in [_KINDS.get(convention.kind, family.name)]
        for name in list_harnesses(convention)
        for distance, reordered in [family.compare_with_canonical(index)]
    ]
    headings = ("harness", "", "default", "largest difference", "reordered pairs")
    return format_table(headings, sorted(rows)) + (
        "\n\nDefaults are taken from the source code of each harness. The bootstrap median is "
        "seeded here; rouge-score does not seed it."
    )


def _format_flips(family: Family) -> str:
    """The largest flips of one kind of ROUGE, the significant ones first."""
    flips = sorted(family.flips, key=lambda flip: not flip.is_significant)
    lines = [
        f"- {escape_markdown(f.a)} leads {escape_markdown(f.b)} by {100 * f.lead:.2f} points "
        f"({_format_convention(f.leading_convention)}) and trails by {100 * f.deficit:.2f} "
        f"({_format_convention(f.trailing_convention)}): "
        + ("significantly different" if f.is_significant else "not significantly different")
        + f" under the canonical convention (adjusted p {f.p:.2g})."
        for f in flips[:_MAX_FLIPS]
    ]
    more = len(family.flips) - _MAX_FLIPS
    lines += [f"- and {more:,} more pairs"] if more > 0 else []
    return f"## {family.name}: reordered pairs\n\n" + "\n".join(lines)


def _format_convention(convention: Convention) -> str:
    """The convention with the harnesses that use it."""
    return "; ".join([str(convention), *list_harnesses(convention)])


def format_sentence(audit: Audit) -> str:
    """The sentences for a paper: the largest spread, and how many pairs change their order."""
    n_systems = len(audit.systems)
    n_pairs = n_systems * (n_systems - 1) // 2
    n_conventions = sum(len(family.conventions) for family in audit.families)
    widest = max(audit.families, key=_get_widest_spread)
    references = ", several references" if _has_several_references(audit.families) else ""
    spread = (
        f"Under {n_conventions} ROUGE conventions (stemming, sentence splitting, L or Lsum, "
        f"aggregation{references}) on {audit.articles:,} articles, the score of one and the same "
        f"system differs by up to {100 * _get_widest_spread(widest):.1f} points ({widest.name})"
    )
    if not n_pairs:
        return spread + "."
    if not any(family.flips for family in audit.families):
        return f"{spread}, and no two of {n_systems} systems change their order."
    flips = ", ".join(
        f"{len(f.flips):,} in {f.name} ({sum(flip.is_significant for flip in f.flips)} of them "
        "significantly different)"
        for f in audit.families
        if f.flips
    )
    return (
        f"{spread}. Of {n_pairs:,} pairs of systems some change their order with the convention: "
        f"{flips}; paired sign-flip test under the canonical convention, Holm, 5 %."
    )


def _get_widest_spread(family: Family) -> float:
    return float((family.scores.max(axis=0) - family.scores.min(axis=0)).max())


def _has_several_references(families: Sequence[Family]) -> bool:
    return any(convention.multi for family in families for convention in family.conventions)
