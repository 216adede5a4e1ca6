"""What is said of tokenised and lower-cased texts: of datasets, of systems, and of their split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from summbench.core.recognition import NO_TEXTS, TextStyle
from summbench.leaderboard.board import Leaderboard
from summbench.report.summary.words import join_names

_TOKENISED = (
    "Tokenised texts are split into sentences at marks between spaces, as in 'it held . we left .'"
)
_LOWER_CASED = "Lower-cased texts are split as if each sentence began with a capital."
_CASE = " chrF counts case."


def describe_styles(board: Leaderboard) -> list[str]:
    """Sentences on the datasets, on their summaries, and on how such texts are split.

    They are about most of the texts: without a tokenised or lower-cased majority there are none.
    """
    of_texts = {
        name: _describe_texts({"articles": i.article_style, "references": i.reference_style})
        for name, i in board.datasets.items()
    }
    groups = _group(of_texts)
    sentences = [f"{join_names(names)}: {text}." for text, names in groups.items() if text]
    systems = _style_systems(board)
    if len(styles := {*systems.values()}) == 1 and (style := styles.pop()):
        sentences.append(f"All summaries are {style}.")
    recognised = " ".join([*of_texts.values(), *systems.values()])
    sentences += [_TOKENISED] if "tokenised" in recognised else []
    return sentences + ([_LOWER_CASED] if "lower-cased" in recognised else [])


def list_style_warnings(board: Leaderboard) -> list[str]:
    """A sentence if summaries of some systems are tokenised or lower-cased, and others not so."""
    groups = _group(_style_systems(board))
    if len(groups) < 2:
        return []
    parts = [
        f"those of {join_names(models)} are {style or 'neither tokenised nor lower-cased'}"
        for style, models in groups.items()
    ]
    has_case = any("lower-cased" in style for style in groups) and any(
        metric.rpartition(".")[2].startswith("chrf") for metric in board.display_metrics
    )
    return [f"Summaries differ in form: {'; '.join(parts)}.{_CASE if has_case else ''}"]


def _style_systems(board: Leaderboard) -> dict[str, str]:
    """Model -> what most of its summaries on all datasets are; without models that have none."""
    styles: dict[str, TextStyle] = {}
    for health in board.health:
        styles[health.model] = styles.get(health.model, NO_TEXTS) + health.style
    return {model: _name_style(style) for model, style in styles.items() if style.texts}


def _describe_texts(kinds: Mapping[str, TextStyle]) -> str:
    """What most articles and references of a dataset are; empty for prose as it was written."""
    styles = {kind: _qualify(style) + _name_style(style) for kind, style in kinds.items()}
    return "; ".join(
        f"{' and '.join(kind)} are {style}" for style, kind in _group(styles).items() if style
    )


def _group(labels: Mapping[str, str]) -> dict[str, list[str]]:
    """Label -> the names that have it."""
    groups: dict[str, list[str]] = {}
    for name, label in labels.items():
        groups.setdefault(label, []).append(name)
    return groups


def _name_style(style: TextStyle) -> str:
    return " and ".join(word for word, count in _count(style) if 2 * count > style.texts)


def _qualify(style: TextStyle) -> str:
    """ "mostly " if some of the texts are of another style than the majority."""
    counts = [count for _, count in _count(style) if 2 * count > style.texts]
    return "mostly " if min(counts, default=style.texts) < style.texts else ""


def _count(style: TextStyle) -> Iterable[tuple[str, int]]:
    return ("tokenised", style.tokenised), ("lower-cased", style.lower_cased)
