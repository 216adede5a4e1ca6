"""Our own Markdown pages as HTML: in the frame of a report, or as one file without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from summbench.report.html.templates import render_page, render_single_file_page
from summbench.report.page_blocks import TableBlock, TextBlock, parse_page


def render_report_page(markdown: str, here: str, title: str, **frame: object) -> str:
    """A page of the report's folder; `here` is its place in the navigation."""
    return render_page(
        "page.html", here=here, title=title, parts=list(list_parts(markdown)), **frame
    )


def render_document(markdown: str, title: str) -> str:
    """A page in one file, to mail or print."""
    return render_single_file_page("document.html", title=title, parts=list(list_parts(markdown)))


def list_parts(markdown: str) -> Iterator[dict[str, object]]:
    """The blocks for `blocks.html`; lines of text in a row are one paragraph, as in Markdown.

    The caption of a table is the heading above it.
    """
    heading = ""
    for block in parse_page(markdown):
        if isinstance(block, TableBlock):
            yield {"kind": "table", "table": block, "caption": heading}
        else:
            heading = block.lines[-1].text if block.kind == "heading" else heading
            yield {"kind": block.kind, "lines": block.lines, "paragraphs": _join_lines(block)}


def _join_lines(block: TextBlock) -> list[str]:
    groups = groupby((line.text for line in block.lines), key=bool)
    return [" ".join(texts) for is_text, texts in groups if is_text]
