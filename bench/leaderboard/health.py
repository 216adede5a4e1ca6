"""What went wrong with a model's answers, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from bench.leaderboard.board import Health
from bench.records import Cell, Example, Prediction
from bench.text import ends_a_sentence, script, words

_NAN = float("nan")


def health(cell: Cell, examples: Sequence[Example]) -> Health:
    """The counts of one model on one dataset; all but `articles` and `failed` are of answers."""
    pairs = zip(cell.predictions, examples, strict=True)
    answers = [(p, e.article.text) for p, e in pairs if p.error is None]
    written = Counter(p.summary for p, _ in answers if p.summary.strip())
    lengths = [_tokens(p) for p, _ in answers]
    seconds = sum(p.seconds for p, _ in answers)
    count = len(answers)
    return Health(
        dataset=cell.dataset,
        model=cell.model,
        articles=len(cell.predictions),
        failed=len(cell.predictions) - count,
        empty=count - written.total(),
        input_truncated=sum(p.input_truncated for p, _ in answers),
        hit_token_limit=sum(p.finish_reason == "length" for p, _ in answers),
        ends_mid_sentence=sum(not ends_a_sentence(s) for s in written.elements()),
        copied=sum(_is_copied(p.summary, text) for p, text in answers),
        duplicates=sum(times for times in written.values() if times > 1),
        other_script=sum(_is_in_other_script(p.summary, text) for p, text in answers),
        median_tokens=float(median(lengths)) if lengths else _NAN,
        seconds_per_article=seconds / count if count else _NAN,
        tokens_per_second=sum(lengths) / seconds if seconds else _NAN,
    )


def _tokens(prediction: Prediction) -> int:
    counted = prediction.output_tokens
    return len(words(prediction.summary)) if counted is None else counted


def _is_copied(summary: str, article: str) -> bool:
    flat = " ".join(summary.split())
    return bool(flat) and flat in " ".join(article.split())


def _is_in_other_script(summary: str, article: str) -> bool:
    if summary.isascii() and article.isascii():
        return False
    of_summary, of_article = script(summary), script(article)
    return None not in (of_summary, of_article) and of_summary != of_article
