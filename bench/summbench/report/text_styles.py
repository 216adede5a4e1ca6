"""What is said once of tokenised and lower-cased texts, of a dataset and of each system."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.core.recognition import TextStyle
from summbench.leaderboard.board import Leaderboard

_TOKENISED = (
    "Tokenised texts are split into sentences at marks between spaces, as in 'it held . we left .'"
)
_LOWER_CASED = "Lower-cased texts are split as if each sentence began with a capital."
_MAX_NAMES = 5


def list_style_notes(board: Leaderboard, dataset: str) -> list[str]:
    """Return a line about the dataset, one about its systems, and how such texts are split.

    It is about most of the texts: without a tokenised or lower-cased majority there is no line.
    """
    info = board.datasets[dataset]
    kinds = {"articles": info.article_style, "references": info.reference_style}
    of_texts: dict[str, list[str]] = {}
    for kind, style in kinds.items():
        of_texts.setdefault(_name_style(style) + _format_count(style), []).append(kind)
    texts = [f"{' and '.join(kind)} are {style}" for style, kind in of_texts.items() if style]
    systems: dict[str, list[str]] = {}
    for health in board.health:
        if health.dataset == dataset:
            systems.setdefault(_name_style(health.style), []).append(health.model)
    summaries = [
        f"those of {_join(models)} are {style}" for style, models in systems.items() if style
    ]
    notes = [f"{dataset}: {'; '.join(texts)}."] if texts else []
    notes += [f"{dataset}, summaries: {'; '.join(summaries)}."] if summaries else []
    recognised = {*map(_name_style, kinds.values()), *systems}
    notes += [_TOKENISED] if any(style.startswith("tokenised") for style in recognised) else []
    return notes + ([_LOWER_CASED] if "lower-cased" in recognised else [])


def _name_style(style: TextStyle) -> str:
    """What most of the texts are; empty for prose as it was written."""
    counts = {"tokenised": style.tokenised, "lower-cased": style.lower_cased}
    return " and ".join(word for word, count in counts.items() if 2 * count > style.texts)


def _format_count(style: TextStyle) -> str:
    """The texts of the style, if they are not all."""
    counts = [c for c in (style.tokenised, style.lower_cased) if 2 * c > style.texts]
    return (
        ""
        if min(counts, default=style.texts) == style.texts
        else f" ({min(counts)} of {style.texts})"
    )


def _join(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    n_shown = len(names) - 1 if len(names) <= _MAX_NAMES else _MAX_NAMES - 1
    last = names[-1] if n_shown == len(names) - 1 else f"{len(names) - n_shown} more"
    return f"{', '.join(names[:n_shown])} and {last}"
