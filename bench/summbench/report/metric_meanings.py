"""What each metric column means, in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from summbench.leaderboard.board import Leaderboard, shorten_signature
from summbench.runs.run import RunData
from summbench.runs.schema import RunMetadata

_UNITS = {"1": "words", "2": "pairs of neighbouring words", "L": "words in the same order"}
_UNITS["Lsum"] = f"{_UNITS['L']}, sentence by sentence"
_PARTS = {
    "p": "share of the summary's that the reference has (precision)",
    "r": "share of the reference's that the summary has (recall)",
    "f": "balance (F1) of the shares of either that the other has",
}
_COLUMNS = (
    (r"rouge(1|2|Lsum|L)_([prf])", "ROUGE of {unit}: the {part}"),
    (
        r"chrf(\d)",
        "chrF: sequences of characters that both have; recall counts {0} fold",
    ),
    (r"tokens", "words of the summary"),
    (r"sentences", "sentences of the summary"),
    (r"characters", "characters of the summary"),
    (r"ratio", "words of the summary for each word of the reference"),
    (r"coverage", "the share of the summary's words that stand in pieces copied from the article"),
    (r"density", "the mean squared length of the copied pieces, for each word of the summary"),
    (r"compression", "words of the article for each word of the summary"),
    (r"novel(\d)", "the share of the summary's sequences of {0} words that the article lacks"),
    (r"repeated(\d)", "the share of the summary's sequences of {0} words that it has before"),
    (r"entity_precision", "the share of the summary's names that are in the article"),
    (r"number_precision", "the share of the summary's numbers that are in the article"),
    (r"quote_precision", "the share of the summary's quotations that are in the article"),
)
_SHIPPED = ("rouge", "chrf", "length", "copying", "support")


def get_descriptions(run: RunData) -> dict[str, str]:
    """Return what the metrics of a run that do not ship say of themselves; a baseline has none."""
    records = run.metadata.metrics if isinstance(run.metadata, RunMetadata) else {}
    settings = {name: record.settings or {} for name, record in records.items()}
    return {name: str(own["description"]) for name, own in settings.items() if "description" in own}


def explain_metrics(board: Leaderboard, descriptions: Mapping[str, str]) -> list[str]:
    """A sentence for each shown metric: what it counts, which way is better, its signature.

    `descriptions` are those of `get_descriptions`.
    """
    return [_explain(board, metric, descriptions) for metric in board.display_metrics]


def _explain(board: Leaderboard, metric: str, descriptions: Mapping[str, str]) -> str:
    info = board.metrics[metric]
    name = metric.partition(".")[0]
    meaning = _find_meaning(metric, info.signature) or descriptions.get(name, "").rstrip(".")
    meaning = meaning or f"{info.role} by the metric {name}"
    is_stemmed = "|stem:" in info.signature and "|stem:no|" not in info.signature
    stem = ", endings of words ignored" if is_stemmed else ""
    better = "" if info.direction == "neither" else f" {info.direction.capitalize()} is better."
    undefined = f" It is undefined if {info.undefined_if}." if info.undefined_if else ""
    signature = shorten_signature(info.signature)
    return f"{metric}: {meaning}{stem}.{better}{undefined} Signature {signature}."


def _find_meaning(metric: str, signature: str) -> str:
    column = metric.partition(".")[2]
    if not signature.startswith(_SHIPPED):
        return ""
    for pattern, meaning in _COLUMNS:
        if match := re.fullmatch(pattern, column):
            groups = match.groups()
            unit, part = (_UNITS[groups[0]], _PARTS[groups[1]]) if len(groups) == 2 else ("", "")
            return meaning.format(*groups, unit=unit, part=part)
    return ""
