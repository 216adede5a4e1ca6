"""Sentences of Markdown, of what the package prints and of its pages, to count their words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2 *$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CODE = re.compile(r"(`+)(?!`).*?\1", re.DOTALL)
_TAG = re.compile(r"</?\w[^>]*>")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|al|vs|cf|St|No|approx)\.(?=\s)")
# A sentence ends at its mark, with what closes after it; a line break ends one where a list or
# a row of a table does.
_END = re.compile(r"(?<=[.!?])[\"')*_”]*\s+|\n")
_WORD = re.compile(r"[^\W_]")


def split_sentences(text: str) -> list[str]:
    """The sentences of plain text; a line break ends one."""
    pieces = _END.split(_ABBREVIATION.sub(lambda found: found[0][:-1], text))
    return [piece.strip() for piece in pieces if _WORD.search(piece)]


def count_words(sentence: str) -> int:
    """Words as a reader counts them: what has a letter or a digit between blanks."""
    return sum(bool(_WORD.search(word)) for word in sentence.split())


def read_markdown(text: str) -> list[str]:
    """Sentences of Markdown without code, comments and headings; a cell of a table is its own."""
    text = _FRONT_MATTER.sub("", text)
    text = _COMMENT.sub("", _FENCE.sub("\n\n", text))
    text = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub(r"\1", _CODE.sub("code", text))))
    sentences: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        lines = [re.sub(r"^\s*(?:[-*+]|\d+\.|>)\s+", "\f", line) for line in block.splitlines()]
        lines = ["" if line.startswith("#") else line for line in lines]
        lines = [re.sub(r"\s*\|\s*", "\f", line) for line in lines]
        for piece in " ".join(lines).split("\f"):
            sentences += split_sentences(" ".join(piece.split()))
    return sentences


def _read_value(node: ast.expr) -> str | None:
    """The text of a string or an f-string, each of whose values is a word."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [_read_value(part) or "" for part in node.values]
        return "".join(parts)
    return "X" if isinstance(node, ast.FormattedValue) else None


def read_strings(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string of a module that may be printed: no docstring, no word list."""
    tree = ast.parse(source)
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        ):
            skipped.add(id(node.body[0].value))
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
    for node in ast.walk(tree):
        if id(node) not in skipped and isinstance(node, ast.Constant | ast.JoinedStr):
            text = _read_value(node)
            if text and " " in text.strip() and not is_word_list(text):
                yield node.lineno, text


def is_word_list(text: str) -> bool:
    """Whether it is words for `split`: no capital and no punctuation but in words."""
    return re.fullmatch(r"[a-z0-9 '\-]+", text) is not None and len(text.split()) > 20


def read_printed(path: Path) -> Iterator[tuple[str, str]]:
    """`FILE:LINE` and each sentence of five words or more that a module can print."""
    for line, text in read_strings(path.read_text(encoding="utf-8")):
        for sentence in split_sentences(text):
            if count_words(sentence) >= 5:
                yield f"{path.name}:{line}", sentence


def read_template(text: str) -> list[str]:
    """Sentences of a page's template: without scripts, styles, tags and Jinja's marks."""
    text = re.sub(r"<(script|style)\b.*?</\1>", "\n", text, flags=re.DOTALL)
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "X", text, flags=re.DOTALL)
    text = re.sub(r"</?(?:a|b|i|em|strong|code|kbd|span|abbr)\b[^>]*>", "", text)
    pieces = re.split(r"<[^>]*>", text)
    return [s for piece in pieces for s in split_sentences(" ".join(piece.split()))]
