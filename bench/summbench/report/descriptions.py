"""One article on one page of Markdown: no interval, no rank, and why there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isnan, nan

from summbench.analysis.robustness.trials import STABILITY, Trial
from summbench.analysis.single_article import Description, Finding, Output
from summbench.analysis.text_quality import Quality
from summbench.report.grid import KINDS, NO_VALUE
from summbench.report.markdown import escape, table

_MOST_PLACES = 5
_MOST_FINDINGS = 30
_LONGEST = 60
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
_WHY = (
    "n = 1, descriptive: an interval, a test or a rank says how far a mean would move with other "
    "articles, and one article cannot tell. Copying and support are no quality: lead-3 copies "
    "everything and is fully supported. Numbers that need a reference are left out where there is "
    "none."
)


def markdown(description: Description) -> str:
    """The whole page."""
    parts = [
        f"# {escape(description.article_id)}",
        _WHY,
        "## The text of the article",
        _quality(description.quality),
        "## Summaries",
        *(_summary(output) for output in description.outputs),
        "## Their numbers",
        _numbers(description.outputs),
    ]
    if any(output.findings for output in description.outputs):
        parts += ["## Names, numbers and quotations, looked up in the article"]
        parts += [_support(output) for output in description.outputs if output.findings]
    if description.trials:
        parts += ["## How much of each summary stays if the article is perturbed"]
        parts += [_trials(description.trials)]
    return "\n\n".join(parts) + "\n"


def _quality(found: Quality) -> str:
    texts = {
        "stray marks": [span.text for span in found.stray],
        "doubled words": [span.text for span in found.doubled],
        "quotation marks without a partner": [span.text for span in found.unpaired],
        "sentences without a mark at the end": [span.text for span in found.unended],
        "sentences of over 80 words": [span.text for span in found.long],
        "repeated sentences": [span.text for span in found.repeated],
        "names in spellings that nearly coincide": [" / ".join(names) for names in found.names],
        "bylines": [span.text for span in found.bylines],
    }
    rows = [[what, f"{len(places)}", _shown(places)] for what, places in texts.items()]
    sizes = f"{found.words:,} words in {found.sentences:,} sentences"
    share = "" if isnan(found.non_ascii) else f", {found.non_ascii:.1%} of its letters beyond a-z"
    return f"{sizes}{share}.\n\n{table(('found', 'count', 'where'), rows, left=3)}"


def _shown(found: Sequence[str]) -> str:
    more = f" and {len(found) - _MOST_PLACES} more" if len(found) > _MOST_PLACES else ""
    return ", ".join(f'"{_short(text)}"' for text in found[:_MOST_PLACES]) + more


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return escape(flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 3]}...")


def _summary(output: Output) -> str:
    said = output.prediction.summary.strip()
    if output.prediction.error is not None:
        said = f"(failed: {output.prediction.error})"
    kind = f" ({KINDS[output.kind]})" if KINDS[output.kind] else ""
    lines = [f"> {escape(line)}" for line in (said or "(empty)").splitlines()]
    return "\n".join([f"### {escape(output.model)}{kind}", "", *lines])


def _numbers(outputs: Sequence[Output]) -> str:
    shown = [n for n in _NUMBERS if any(not isnan(_of(output, n)) for output in outputs)]
    quality = sorted({n for o in outputs for n in o.numbers if n.endswith("_f") or "chrf" in n})
    shown += [n for n in quality if any(not isnan(_of(output, n)) for output in outputs)]
    rows = [
        [escape(_NUMBERS.get(number, number)), *(_value(_of(o, number)) for o in outputs)]
        for number in shown
    ]
    return table(("", *(escape(output.model) for output in outputs)), rows)


def _of(output: Output, number: str) -> float:
    return output.numbers.get(number, nan)


def _value(value: float) -> str:
    if isnan(value):
        return NO_VALUE
    return f"{value:,.0f}" if value.is_integer() and value > 1 else f"{value:.2f}"


def _support(output: Output) -> str:
    counts = Counter((finding.kind, finding.state) for finding in output.findings)
    parts = [
        f"{kind}: " + ", ".join(f"{n} {state}" for (k, state), n in counts.items() if k == kind)
        for kind in dict.fromkeys(kind for kind, _ in counts)
    ]
    wrong = [finding for finding in output.findings if finding.state != "exact"]
    lines = [f"### {escape(output.model)}", escape("; ".join(parts)) + "."]
    if wrong:
        rows = [_finding(finding) for finding in wrong[:_MOST_FINDINGS]]
        lines += [table(("in the summary", "state", "nearest in the article"), rows, left=3)]
    if len(wrong) > _MOST_FINDINGS:
        lines += [f"and {len(wrong) - _MOST_FINDINGS} more, in evidence.parquet."]
    return "\n\n".join(lines)


def _finding(finding: Finding) -> list[str]:
    nearest = "" if finding.nearest is None else f'"{_short(finding.nearest)}"'
    return [f'"{_short(finding.text)}"', finding.state.replace("_", " "), nearest]


def _trials(trials: Sequence[Trial]) -> str:
    """Stability alone, a column each model; robustness.md has the rest."""
    models = dict.fromkeys(trial.model for trial in trials)
    found = {(t.operator, t.severity, t.model): t.mean(STABILITY) for t in trials}
    kinds = {(t.operator, t.severity): t.keeps_meaning for t in trials}
    rows = [
        [*_operator(*noise, keeps), *(_value(found.get((*noise, m), nan)) for m in models)]
        for noise, keeps in sorted(kinds.items(), key=lambda item: not item[1])
    ]
    headings = ("operator", "severity", "meaning", *map(escape, models))
    return (
        f"{table(headings, rows, left=3)}\n\n"
        "ROUGE-2 F of a model's two summaries, 1.00 where they are the same. An operator that "
        "changes the meaning should change the summary. robustness.md has more."
    )


def _operator(name: str, severity: float, keeps_meaning: bool) -> list[str]:
    return [escape(name), f"{severity:g}", "kept" if keeps_meaning else "changed"]
