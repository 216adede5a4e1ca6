"""What is said of markup in references and outputs: how much, of which kinds, and the remedy."""

from __future__ import annotations

from collections.abc import Mapping

from summbench.core.markup_counts import NO_MARKUP, Markup
from summbench.leaderboard.board import Leaderboard

_MAX_SYSTEMS, _MAX_KINDS = 4, 3
REMEDY = "score_normalization=unmark"
_ADVICE = (
    f"{REMEDY} takes markup out of article, reference and summary before they are scored. "
    "[UNK] is left as it is."
)


def list_markup_notes(board: Leaderboard, dataset: str) -> list[str]:
    """Return a line for the references, and one for all systems with markup."""
    effect = "is taken out before scoring" if _is_removed(board) else "is scored as words"
    references = board.datasets[dataset].reference_markup
    notes = [_describe(dataset, "references", references, effect)] if references.marked else []
    systems = {
        health.model: health.markup_counts
        for health in board.health
        if health.dataset == dataset and health.markup
    }
    if len(systems) == 1:
        [(model, markup)] = systems.items()
        notes.append(_describe(dataset, f"outputs of {model}", markup, effect))
    elif systems:
        notes.append(_describe_systems(dataset, systems, effect))
    return notes


def advise_on_markup(board: Leaderboard) -> list[str]:
    """What to do about markup that is scored as words, if there is any."""
    return [_ADVICE] if has_scored_markup(board) else []


def has_scored_markup(board: Leaderboard) -> bool:
    """Whether any reference or output has markup that counts as words."""
    has_markup = any(info.reference_markup.marked for info in board.datasets.values()) or any(
        health.markup for health in board.health
    )
    return has_markup and not _is_removed(board)


def _is_removed(board: Leaderboard) -> bool:
    return any("|normalization:unmark-" in m.signature for m in board.metrics.values())


def _describe(dataset: str, texts: str, markup: Markup, effect: str) -> str:
    verb = "has" if markup.marked == 1 else "have"
    return (
        f"{dataset}: {markup.marked:,} of {markup.texts:,} {texts} {verb} markup, which {effect}: "
        f"{_list_kinds(markup)}."
    )


def _describe_systems(dataset: str, systems: Mapping[str, Markup], effect: str) -> str:
    """The kinds in all systems together, and the systems with the most."""
    ordered = sorted(systems, key=lambda model: (-systems[model].marked, model))
    shown = [f"{model} {systems[model].marked:,}" for model in ordered[:_MAX_SYSTEMS]]
    shown += [f"{len(ordered) - len(shown)} more systems"] if len(ordered) > _MAX_SYSTEMS else []
    return (
        f"{dataset}: outputs of {len(systems)} systems have markup, which {effect}: "
        f"{_list_kinds(sum(systems.values(), NO_MARKUP))}. "
        f"Of {systems[ordered[0]].texts:,} each: {', '.join(shown)}."
    )


def _list_kinds(markup: Markup) -> str:
    kinds = [f"{kind.name} in {kind.texts:,}" for kind in markup.kinds[:_MAX_KINDS]]
    kinds += ["others"] if len(markup.kinds) > _MAX_KINDS else []
    return f"{', '.join(kinds)} (as in '{markup.kinds[0].example}')"
