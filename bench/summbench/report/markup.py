"""What is said of markup in references and outputs: how much, of which kinds, and the remedy."""

from __future__ import annotations

from summbench.core.markup_counts import Markup
from summbench.leaderboard.board import Leaderboard

_MAX_SYSTEMS, _MAX_KINDS = 4, 3
_REMEDY = (
    "score_normalization=unmark takes markup out of article, reference and summary before they are "
    "scored. Words that became unknown, as [UNK], stay."
)


def list_markup_notes(board: Leaderboard, dataset: str) -> list[str]:
    """Return a line for the references and for each system with markup, and what to do about it."""
    is_removed = any("|normalization:unmark-" in m.signature for m in board.metrics.values())
    effect = "is taken out before scoring" if is_removed else "is scored as words"
    references = board.datasets[dataset].reference_markup
    notes = [_describe(dataset, "references", references, effect)] if references.marked else []
    systems = {
        health.model: health.markup_counts
        for health in board.health
        if health.dataset == dataset and health.markup
    }
    ordered = sorted(systems, key=lambda model: (-systems[model].marked, model))
    for model in ordered[:_MAX_SYSTEMS]:
        notes.append(_describe(dataset, f"outputs of {model}", systems[model], effect))
    if others := ordered[_MAX_SYSTEMS:]:
        verb = "system has" if len(others) == 1 else "systems have"
        notes.append(
            f"{dataset}: {len(others)} more {verb} such outputs; leaderboard.md counts them."
        )
    return [*notes, _REMEDY] if notes and not is_removed else notes


def _describe(dataset: str, texts: str, markup: Markup, effect: str) -> str:
    kinds = [f"{kind.name} in {kind.texts:,}" for kind in markup.kinds[:_MAX_KINDS]]
    kinds += ["others"] if len(markup.kinds) > _MAX_KINDS else []
    verb = "has" if markup.marked == 1 else "have"
    return (
        f"{dataset}: {markup.marked:,} of {markup.texts:,} {texts} {verb} markup, which {effect}: "
        f"{', '.join(kinds)} (as in '{markup.kinds[0].example}')."
    )
