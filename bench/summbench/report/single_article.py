"""The report of a single article as Markdown: no intervals and no ranks, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import isnan, nan
from typing import TYPE_CHECKING

from summbench.analysis.robustness.trials import STABILITY, Trial
from summbench.analysis.single_article import ModelOutput, SingleArticleReport, SummaryClaim
from summbench.report.coverage import NO_VALUE
from summbench.report.grid import KINDS
from summbench.report.markdown import escape_markdown, format_table

if TYPE_CHECKING:
    from summbench.analysis.text_quality import TextQuality

_MAX_PLACES = 5
_MAX_CLAIMS = 30
_MAX_LENGTH = 60
_NUMBERS = {
    "length.tokens": "words",
    "copying.compression": "compression",
    "copying.coverage": "coverage",
    "copying.density": "density",
    "copying.novel2": "novel bigrams",
    "copying.repeated3": "repeated trigrams",
    "support.entity_precision": "names exact",
    "support.entity_precision_lenient": "or variant",
    "support.spelling_fidelity": "usual spelling",
    "support.number_precision": "numbers exact",
    "support.quote_precision": "quotes exact",
    "support.misattributed": "misattributed",
    "support.negation_flips": "negations flipped",
    "support.boilerplate_leakage": "byline words",
    "support.salience": "main names",
}
_MEANINGS = {
    "copying.compression": "words of the article for each word of the summary",
    "copying.coverage": "share of words in pieces that are copied from the article",
    "copying.density": "mean length of the copied piece that a word is in",
    "copying.novel2": "share of pairs of words that are not in the article",
    "copying.repeated3": "share of three words in a row that the summary repeats",
    "support.entity_precision": "share of names that are in the article, letter by letter",
    "support.entity_precision_lenient": "the same, where a similar spelling counts",
    "support.salience": "share of the article's five most frequent names that the summary has",
}
_WHY = (
    "n = 1: descriptive only. Intervals, tests and ranks need more than one article. Copying and "
    "support do not measure quality: lead-3 copies everything and is fully supported. Metrics that "
    "need a reference are left out if there is none."
)


def render_single_articles(reports: Sequence[SingleArticleReport], trials: Sequence[Trial]) -> str:
    """One section for each report, each with the perturbation trials of its dataset."""
    return "\n".join(
        render_single_article(
            replace(report, trials=[t for t in trials if t.dataset == report.dataset])
        )
        for report in reports
    )


def render_single_article(report: SingleArticleReport) -> str:
    """The text's quality, the summaries side by side, and what was looked up in the article."""
    parts = [
        f"# {escape_markdown(report.article_id)}",
        _WHY,
        "## The text of the article",
        _format_quality(report.quality),
        "## Summaries",
        *(_format_summary(output) for output in report.outputs),
        "## Scores",
        _format_scores(report.outputs),
    ]
    if any(output.claims for output in report.outputs):
        parts += ["## Names, numbers and quotations, looked up in the article"]
        parts += [_format_support(output) for output in report.outputs if output.claims]
    if report.trials:
        parts += ["## How much of each summary stays the same if the article is perturbed"]
        parts += [_format_trials(report.trials)]
    return "\n\n".join(parts) + "\n"


def _format_quality(quality: TextQuality) -> str:
    texts = {
        "stray marks": [span.text for span in quality.stray_marks],
        "doubled words": [span.text for span in quality.doubled_words],
        "unpaired quotation marks": [span.text for span in quality.unpaired_quotes],
        "sentences without final punctuation": [span.text for span in quality.unended_sentences],
        "sentences of over 80 words": [span.text for span in quality.long_sentences],
        "repeated sentences": [span.text for span in quality.repeated_sentences],
        "names with similar spellings": [" / ".join(names) for names in quality.similar_names],
        "bylines": [span.text for span in quality.bylines],
    }
    rows = [
        [problem, f"{len(places)}", _format_places(places)] for problem, places in texts.items()
    ]
    sizes = f"{quality.n_words:,} words in {quality.n_sentences:,} sentences"
    share = (
        ""
        if isnan(quality.non_ascii_share)
        else f", {quality.non_ascii_share:.1%} of its letters are not in a-z"
    )
    style = " It is tokenised: marks stand alone between spaces." if quality.is_tokenised else ""
    return (
        f"{sizes}{share}.{style}\n\n{format_table(('problem', 'count', 'where'), rows, n_left=3)}"
    )


def _format_places(places: Sequence[str]) -> str:
    more = f" and {len(places) - _MAX_PLACES} more" if len(places) > _MAX_PLACES else ""
    return ", ".join(f'"{_shorten(text)}"' for text in places[:_MAX_PLACES]) + more


def _shorten(text: str) -> str:
    flat = " ".join(text.split())
    return escape_markdown(flat if len(flat) <= _MAX_LENGTH else f"{flat[: _MAX_LENGTH - 3]}...")


def _format_summary(output: ModelOutput) -> str:
    text = output.prediction.summary.strip()
    if output.prediction.error is not None:
        text = f"(failed: {output.prediction.error})"
    kind = f" ({KINDS[output.kind]})" if KINDS[output.kind] else ""
    lines = [f"> {escape_markdown(line)}" for line in (text or "(empty)").splitlines()]
    return "\n".join([f"### {escape_markdown(output.model)}{kind}", "", *lines])


def _format_scores(outputs: Sequence[ModelOutput]) -> str:
    shown = [n for n in _NUMBERS if any(not isnan(_get_score(output, n)) for output in outputs)]
    quality = sorted({n for o in outputs for n in o.scores if n.endswith("_f") or "chrf" in n})
    shown += [n for n in quality if any(not isnan(_get_score(output, n)) for output in outputs)]
    rows = [
        [
            escape_markdown(_NUMBERS.get(number, number)),
            *(_format_value(_get_score(o, number)) for o in outputs),
        ]
        for number in shown
    ]
    table = format_table(("", *(escape_markdown(output.model) for output in outputs)), rows)
    notes = [f"- {_NUMBERS[n]}: {_MEANINGS[n]}." for n in shown if n in _MEANINGS]
    return "\n\n".join([table, *(["\n".join(notes)] if notes else [])])


def _get_score(output: ModelOutput, number: str) -> float:
    return output.scores.get(number, nan)


def _format_value(value: float) -> str:
    if isnan(value):
        return NO_VALUE
    return f"{value:,.0f}" if value.is_integer() and value > 1 else f"{value:.2f}"


def _format_support(output: ModelOutput) -> str:
    counts = Counter((claim.kind, claim.state) for claim in output.claims)
    parts = [
        f"{kind}: " + ", ".join(f"{n} {state}" for (k, state), n in counts.items() if k == kind)
        for kind in dict.fromkeys(kind for kind, _ in counts)
    ]
    problems = [claim for claim in output.claims if claim.state != "exact"]
    lines = [f"### {escape_markdown(output.model)}", escape_markdown("; ".join(parts)) + "."]
    if problems:
        rows = [_format_claim(claim) for claim in problems[:_MAX_CLAIMS]]
        lines += [
            format_table(("in the summary", "result", "closest in the article"), rows, n_left=3)
        ]
    if len(problems) > _MAX_CLAIMS:
        lines += [f"and {len(problems) - _MAX_CLAIMS} more in evidence.parquet."]
    return "\n\n".join(lines)


def _format_claim(claim: SummaryClaim) -> list[str]:
    nearest = "" if claim.nearest is None else f'"{_shorten(claim.nearest)}"'
    return [f'"{_shorten(claim.text)}"', claim.state.replace("_", " "), nearest]


def _format_trials(trials: Sequence[Trial]) -> str:
    """Stability alone, a column each model; robustness.md has the rest."""
    models = dict.fromkeys(trial.model for trial in trials)
    stability = {(t.operator, t.severity, t.model): t.mean(STABILITY) for t in trials}
    kinds = {(t.operator, t.severity): t.keeps_meaning for t in trials}
    rows = [
        [
            *_format_operator(*trial, keeps),
            *(_format_value(stability.get((*trial, m), nan)) for m in models),
        ]
        for trial, keeps in sorted(kinds.items(), key=lambda item: not item[1])
    ]
    headings = ("operator", "severity", "meaning", *map(escape_markdown, models))
    return (
        f"{format_table(headings, rows, n_left=3)}\n\n"
        "ROUGE-2 F between the summaries of the clean and of the perturbed article; 1.00: the "
        "same summary. If an operator changes the meaning, the summary should change. "
        "See robustness.md."
    )


def _format_operator(name: str, severity: float, keeps_meaning: bool) -> list[str]:
    return [escape_markdown(name), f"{severity:g}", "kept" if keeps_meaning else "changed"]
