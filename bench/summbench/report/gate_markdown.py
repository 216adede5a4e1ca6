"""The gate as GitHub and GitLab show it: the verdict first, what failed on top, the rest folded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from summbench.core.control_characters import to_one_line
from summbench.core.errors import SummbenchError
from summbench.gate.records import ArticleRegression, GateReport, MetricVerdict
from summbench.report.gate_numbers import format_loss
from summbench.report.gate_reasons import list_problems, sort_rows
from summbench.report.gate_sentences import (
    SLICE_LOSSES,
    build_cells,
    describe_settings,
    explain_columns,
    format_conclusion,
    format_origin,
    list_shared_cells,
    list_slice_losses,
)
from summbench.report.markdown import escape_markdown, format_table
from summbench.report.word_diff import explain_missing_summaries, list_pieces, merge_short

_MARKER = "summbench gate"
_COLUMNS = (
    "verdict", "dataset", "model", "metric", "means", "difference", "bounds", "margin",
    "changed",
)  # fmt: skip
_N_NAMES = 4
_MOST_ARTICLES = 5
_MOST_SENTENCES = 20
_MOST_SLICES = 5
_LONGEST = 60_000
"""GitHub refuses a comment of more than 65,536 characters."""
_LONGEST_SAME = 120
"""Characters of a text that both summaries share; of a longer one the ends are shown."""
_LONGEST_PIECE = 600
_URL = re.compile(r"https?://[^\s<>]+")


def render_comment(
    gate: GateReport, strict: bool = False, report_url: str | None = None, name: str | None = None
) -> str:
    """The page after a hidden line by which the comment is found again and replaced.

    The line has the name of the gate, else of the baseline's run: two gates have two comments.

    Raises:
        SummbenchError: `report_url` is no web address.
    """
    own = re.sub(r"[^\w.]+", "-", name or gate.baseline_metadata.name).strip("-")
    return f"<!-- {_MARKER}: {own} -->\n{render_gate(gate, strict, report_url, name)}"


def render_gate(
    gate: GateReport, strict: bool = False, report_url: str | None = None, name: str | None = None
) -> str:
    """Verdict, a sentence and a row for what failed, the worst articles; folded: the rest.

    `name` is the gate's, where there are several.

    Raises:
        SummbenchError: `report_url` is no web address.
    """
    failing, passing = sort_rows(gate)
    needed = [
        f"## Gate{f' {escape_line(name)}' if name else ''}: {gate.verdict}",
        f"**{escape_line(format_conclusion(gate, strict))}**",
        escape_line(describe_settings(gate)),
        _list_sentences(gate),
        escape_line(gate.remedy),
        _format_rows(gate, failing[:_MOST_SENTENCES]),
        _format_link(report_url),
    ]
    optional = {
        "the largest losses": _format_articles(gate.article_regressions[:_MOST_ARTICLES]),
        "losses in slices": _format_slices(gate),
        "passing rows": fold(f"{len(passing)} of {len(passing) + len(failing)} rows passed",
                              _format_rows(gate, passing)) if passing else "",
        "what was not judged": fold("Not judged", list_items(gate.not_judged))
        if gate.not_judged else "",
        "notes": f"Mind:\n\n{list_items(gate.notes)}" if gate.notes else "",
    }  # fmt: skip
    end = f"<sub>{escape_line(format_origin(gate))} {escape_line(explain_columns(gate))}</sub>"
    return _join_parts(needed, optional, end)


def _join_parts(needed: Sequence[str], optional: dict[str, str], end: str) -> str:
    """All parts, without those at the end that would make a comment too long; they are named."""
    parts = {name: text for name, text in optional.items() if text}
    omitted: list[str] = []
    while True:
        note = f"Left out, because comments are limited: {', '.join(omitted)}." if omitted else ""
        texts = [text for text in (*needed, *parts.values(), note, end) if text]
        page = "\n\n".join(texts) + "\n"
        if len(page) <= _LONGEST or not parts:
            return page
        longest = max(parts, key=lambda name: len(parts[name]))
        del parts[longest]
        omitted.append(longest)


def _list_sentences(gate: GateReport) -> str:
    sentences = [to_one_line(sentence) for _, sentence in list_problems(gate)]
    more = len(sentences) - _MOST_SENTENCES
    shown = sentences[:_MOST_SENTENCES]
    return list_items([*shown, f"... and {more} more."] if more > 0 else shown)


def _format_rows(gate: GateReport, rows: Sequence[MetricVerdict]) -> str:
    """A narrow table: what is the same in all rows of the gate is said once, below it."""
    if not rows:
        return ""
    shared = list_shared_cells(gate.metric_verdicts)
    headings = [heading for heading in _COLUMNS if heading not in shared]
    if "dataset" in headings:  # with it a row would be wider than GitHub's 900 pixels
        headings.remove("changed")
    cells = [[build_cells(row)[heading] for heading in headings] for row in rows]
    n_names = sum(heading in _COLUMNS[:_N_NAMES] for heading in headings)
    lines = [[*map(escape_line, row[:n_names]), *row[n_names:]] for row in cells]
    return format_table(headings, lines, n_names)


def _format_articles(regressions: Sequence[ArticleRegression]) -> str:
    if not regressions:
        return ""
    return "\n\n".join(["Articles with the largest losses:", *map(_format_article, regressions)])


def _format_slices(gate: GateReport) -> str:
    sentences = list_slice_losses(gate)
    more = len(sentences) - _MOST_SLICES
    shown = sentences[:_MOST_SLICES] + ([f"... and {more} more."] if more > 0 else [])
    return f"{SLICE_LOSSES}\n\n{list_items(shown)}" if shown else ""


def _format_article(regression: ArticleRegression) -> str:
    """The loss, and both summaries in one: struck what is gone, underlined what is new."""
    before, after = regression.before, regression.after
    loss = format_loss(regression.loss, regression.is_fraction)
    title = f"{regression.article_id} ({regression.dataset}): {regression.model}, "
    title += f"{regression.metric} {loss}"
    missing = explain_missing_summaries(before, after)
    pieces = merge_short(list_pieces(before, after))
    text = "".join(_format_piece(kind, piece) for kind, piece in pieces)
    text = text.replace("</del><ins>", "</del> <ins>")  # else two words look like one
    return fold(title, "\n\n".join(part for part in (escape_line(missing), text) if part))


def _format_piece(kind: str, text: str) -> str:
    content = escape_line(_shorten(text, _LONGEST_SAME if kind == "same" else _LONGEST_PIECE))
    first, last = (" " if edge.isspace() else "" for edge in (text[:1], text[-1:]))
    if kind == "same" or not content:
        return f"{first}{content}{last}" if content else first
    tag = "del" if kind == "gone" else "ins"
    return f"{first}<{tag}>{content}</{tag}>{last}"


def _shorten(text: str, length: int) -> str:
    """The text with its middle left out if it is longer, cut between words."""
    if len(text) <= length:
        return text
    half = length // 2
    head, tail = text[:half], text[-half:]
    return f"{head[: head.rfind(' ') + 1] or head}... {tail[tail.find(' ') + 1 :]}"


def fold(title: str, content: str) -> str:
    """The content behind its title, which opens it."""
    return f"<details><summary>{_escape_html(title)}</summary>\n\n{content}\n\n</details>"


def list_items(items: Sequence[str]) -> str:
    """An item a line, escaped."""
    return "\n".join(f"- {escape_line(item)}" for item in items)


def _format_link(url: str | None) -> str:
    if url is None:
        return ""
    if not _URL.fullmatch(url):
        raise SummbenchError(f"The address {url!r} of the report is none of http:// or https://.")
    return f"[The full report](<{url}>)"


def escape_line(text: str) -> str:
    """The text on one line; no @name or #1 in it calls anybody or points to an issue."""
    escaped = escape_markdown(to_one_line(text))
    return escaped.replace("@", "@<!-- -->").replace("\\#", "\\#<!-- -->")


def _escape_html(text: str) -> str:
    """The same within a line of HTML, where Markdown's escapes mean nothing."""
    flat = to_one_line(text)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        flat = flat.replace(character, entity)
    return flat.replace("@", "@<!-- -->").replace("#", "#<!-- -->")
