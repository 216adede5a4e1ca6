"""What is said of tokenised and lower-cased texts: of datasets, of systems, and of their split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from summbench.core.recognition import NO_TEXTS, TextStyle
from summbench.leaderboard.board import Leaderboard
from summbench.report.summary.words import join_names

_TOKENISED, _LOWER_CASED = "spaces before full stops", "no capitals"
_SPLITS: Mapping[str, str] = {
    _TOKENISED: "Full stops after spaces end sentences, as in 'it held . we left .'",
    _LOWER_CASED: "Texts without capitals are split into sentences as if they had capitals.",
}
_CASE = " chrF counts capitals, so it favours systems that write as the references do."
_SPLIT_WORDS = (
    " ROUGE ignores capitals and punctuation, but 'do n't' does not match 'don't': systems that "
    "write such words unlike the references lose points."
)


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
        sentences.append(f"The summaries of all systems have {style}.")
    recognised = " ".join([*of_texts.values(), *systems.values()])
    return sentences + [text for style, text in _SPLITS.items() if style in recognised]


def list_style_warnings(board: Leaderboard) -> list[str]:
    """A sentence if summaries of some systems are tokenised or lower-cased, and others not so."""
    groups = _group(_style_systems(board))
    if len(groups) < 2:
        return []
    parts = [f"those of {join_names(models)} {_has(style)}" for style, models in groups.items()]
    shown = [metric.partition(".")[0] for metric in board.display_metrics]
    has_case = any(_LOWER_CASED in style for style in groups) and any(
        name.startswith("chrf") for name in shown
    )
    split = _SPLIT_WORDS if any(name.startswith("rouge") for name in shown) else ""
    return [f"Summaries differ in form: {'; '.join(parts)}.{split}{_CASE if has_case else ''}"]


def _has(style: str) -> str:
    return f"have {style}" if style else "are ordinary text"


def _style_systems(board: Leaderboard) -> dict[str, str]:
    """Model -> what most of its summaries on all datasets are; without models that have none."""
    styles: dict[str, TextStyle] = {}
    for health in board.health:
        styles[health.model] = styles.get(health.model, NO_TEXTS) + health.style
    return {model: _name_style(style) for model, style in styles.items() if style.texts}


def _describe_texts(kinds: Mapping[str, TextStyle]) -> str:
    """What most articles and references of a dataset are; empty for prose as it was written."""
    styles = {_qualify(style) + kind: _name_style(style) for kind, style in kinds.items()}
    return "; ".join(
        f"{' and '.join(kind)} have {style}" for style, kind in _group(styles).items() if style
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
    """ "most " if some of the texts are of another style than the majority."""
    counts = [count for _, count in _count(style) if 2 * count > style.texts]
    return "most " if min(counts, default=style.texts) < style.texts else ""


def _count(style: TextStyle) -> Iterable[tuple[str, int]]:
    return (_TOKENISED, style.tokenised), (_LOWER_CASED, style.lower_cased)
