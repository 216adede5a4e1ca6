"""Markup that is scored as if it were words: how each kind is found, and how it is taken out."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from html import unescape
from html.entities import html5

from summbench.core.python_syntax import evaluate_literal
from summbench.core.text import replace_surrogates, split_lines

Step = Callable[[str], tuple[str, int]]
"""Returns the changed text and the number of changes; a second application changes nothing, unless
markup is nested deeper than `_MAX_DEPTH`."""

_Replacement = str | Callable[[re.Match[str]], str]
_Test = Callable[[re.Match[str]], bool]
_MAX_DEPTH = 20
"""Markup within markup that is taken out; what is nested deeper is no markup, and stays."""

_ENTITY = re.compile(
    r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});"
    r"|& (?:amp|quot|apos|lt|gt|nbsp|# ?39) ;|#(?:3[49]|\d{3});"
)
_TAG = re.compile(
    r"</?(?!(?i:unk|mask|extra_id_\d+|unused\d+)>)[A-Za-z][A-Za-z0-9:_-]{0,30}"
    r"(?:\s+[^<>\s][^<>]{0,200})?\s?/?>"
)
_BRACKET = re.compile(r"-(?:([LR])([RSC])B|([lr])([rsc])b)-")
_BRACKETS = dict(zip(("LR", "RR", "LS", "RS", "LC", "RC"), "()[]{}", strict=True))
# Not of LaTeX (\neq, \nabla) and not in a Windows path.
_ESCAPE = re.compile(
    r"(?<!\\)(?:\\{1,2}r)?\\{1,2}n(?!(?:abla|e|eg|eq|ewline|i|mid|oindent|ot|u)\b)"
    r"|(?<!\\)(?:\\u[0-9a-fA-F]{4})+|(?<!\\)\\\""
)
_PATH = re.compile(r"\b[A-Za-z]:\\\S*")
_UNKNOWN = re.compile(r"(?i)\[UNK\]|<UNK>|<unknown>|\u2047")
_SPECIAL = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|<\uff5c[^\uff5c<>\n]{1,40}\uff5c>|\[unused\d+\]|\[MASK\]|\[INST\]"
    r"|<</?SYS>>|(?i:<mask>|<extra_id_\d+>|<unused\d+>)"
)
_PIECE = re.compile("[\u2581\u0120](?=\\w)|(?<=\\s)##(?=[a-z])")
_SUMMARY_WORD = (
    r"(?:summar(?:y|ies|i[sz]ed?|i[sz]ation)|highlights?|tl;?dr|overview|synopsis|abstract"
    r"|(?:main|key|bullet) points|r\u00e9sum\u00e9|Zusammenfassung|resumen|riassunto|resumo)"
)
_PREAMBLE = re.compile(
    r"\A\W{0,4}(?:(?:sure(?: thing)?|certainly|of course|absolutely|okay|ok|great)\b[^\n.!:]{0,60}"
    r"[.!,:]\s+)?(?:here(?:'s|\u2019s| is| are)|below is|the following is|voici|hier ist"
    rf"|aqu\u00ed tienes|ecco|aqui est\u00e1)\b[^\n:]{{0,120}}?\b{_SUMMARY_WORD}\b"
    r"[^\n:]{0,120}:\**\s*"
    r"|\A\s*(?:sure(?: thing)?|certainly|of course|absolutely)!\s+",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\A[\s*#_]*(?:TL;?\s?DR|(?:(?:short|brief|concise|article|news|final|generated) )?summary"
    r"|highlights|abstract|assistant)[\s*_]*:[\s*_]*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?<!\s)\s+(?:let me know if|(?:I )?hope this (?:summary )?helps|would you like me to"
    r"|feel free to ask|is there anything else)[^\n]*\Z",
    re.IGNORECASE,
)
_CLOSING_HINTS = ("et me know if", "ope this", "like me to", "eel free to ask", "anything else")
_FENCE = re.compile(r"^[ \t]*```[ \t]*(?:\w+[ \t]*)?$\n?|```", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}[ \t]+(?=\S)", re.MULTILINE)
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]+?)(?<=[^\s*])\1(?![\w*])"
    r"|(?<!\w)(__)(?=[^\s_])([^_\n]+?)(?<=[^\s_])__(?!\.?\w)"
    r"|(?<![\w`])(`)(?=[^\s`])([^`\n]+?)(?<=[^\s`])`(?![\w`])"
)
_LINK = re.compile(r"!?\[([^\]\[\n]+)\]\((?:https?://|/|#)[^)\s]{0,2048}\)")
_ITEM = re.compile(r"^[ \t]*(?:[-*\u2022\u2023\u25aa]|\d{1,2}[.)])[ \t]+(?=\S)", re.MULTILINE)


def _require_entity(text: str) -> _Test:
    return lambda match: not match[0][1].isalpha() or match[0][1:] in html5


def _unescape(match: re.Match[str]) -> str:
    text = match[0].replace(" ", "")
    return unescape(text if text.startswith("&") else f"&{text}")


def _to_bracket(match: re.Match[str]) -> str:
    side, shape = match[1] or match[3], match[2] or match[4]
    return _BRACKETS[f"{side}{shape}".upper()]


def _to_character(match: re.Match[str]) -> str:
    text = match[0]
    if text.startswith("\\u"):
        return replace_surrogates(str(json.loads(f'"{text}"')))
    return '"' if text.endswith('"') else "\n"


def _exclude_paths(text: str) -> _Test:
    """What is in no Windows path."""
    paths = [path.span() for path in _PATH.finditer(text)]
    starts = [start for start, _ in paths]

    def is_outside(match: re.Match[str]) -> bool:
        place = bisect_left(starts, match.start()) - 1
        return place < 0 or match.start() >= paths[place][1]

    return is_outside


def _keep_inner(match: re.Match[str]) -> str:
    return next(match[i] for i in (2, 4, 6) if match[i] is not None)


def _require_list(text: str) -> _Test:
    """All, if there are several items, and at least half of the lines are items."""
    n_items = len(_ITEM.findall(text))
    is_list = n_items > 1 and 2 * n_items >= len(split_lines(text))
    return lambda match: is_list


def _read_literal(text: str) -> list[str] | None:
    """The strings of a list or of an object's values, if the text is one."""
    stripped = text.strip()
    if stripped[:1] + stripped[-1:] not in ("[]", "{}"):
        return None
    value: object = None
    with suppress(ValueError, RecursionError):
        value = json.loads(stripped)
    if value is None:
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            value = evaluate_literal(re.sub(r"(?<=['\"])\s+(?=['\"])", ", ", stripped))
    values = list(value.values()) if isinstance(value, dict) else value
    if isinstance(values, list) and values and all(isinstance(item, str) for item in values):
        return values
    return None


def _find_literal(text: str) -> str | None:
    return text.strip() if _read_literal(text) else None


def _join_literal(text: str) -> tuple[str, int]:
    items = _read_literal(text)
    return (text, 0) if items is None else ("\n".join(items), 1)


def _accept_all(text: str) -> _Test:
    return lambda match: True


def _find(pattern: re.Pattern[str], build_test: Callable[[str], _Test], text: str) -> str:
    is_meant = build_test(text)
    return next((_quote(m) for m in pattern.finditer(text) if is_meant(m)), "")


def _quote(match: re.Match[str]) -> str:
    """The match with what is around it, up to the next spaces."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - 15) : start].split("\n")[-1].rpartition(" ")[2]
    after = text[end : end + 15].split("\n")[0].partition(" ")[0]
    return " ".join(text[start - len(before) : end + len(after)].split())


def _replace(
    pattern: re.Pattern[str],
    build_test: Callable[[str], _Test],
    replacement: _Replacement,
    text: str,
) -> tuple[str, int]:
    """Replace until nothing is left, as in `&amp;amp;`, at most so many levels deep."""
    total = 0
    for _ in range(_MAX_DEPTH):
        replaced, count = _replace_once(pattern, build_test(text), replacement, text)
        if replaced == text:
            break
        text, total = replaced, total + count
    return text, total


def _replace_once(
    pattern: re.Pattern[str], is_meant: _Test, replacement: _Replacement, text: str
) -> tuple[str, int]:
    pieces: list[str] = []
    end = 0
    for match in filter(is_meant, pattern.finditer(text)):
        pieces += [text[end : match.start()], _expand(match, replacement)]
        end = match.end()
    return "".join([*pieces, text[end:]]), len(pieces) // 2


def _expand(match: re.Match[str], replacement: _Replacement) -> str:
    return match.expand(replacement) if isinstance(replacement, str) else replacement(match)


@dataclass(frozen=True, slots=True)
class MarkupPattern:
    """A kind of markup: how it is found, and the step that takes it out if that is possible.

    A text without one of the `hints` has none of it.
    """

    name: str
    hints: Sequence[str]
    find: Callable[[str], str | None]
    step: Step | None = None


def _make(
    name: str,
    hints: Sequence[str],
    pattern: re.Pattern[str],
    replacement: _Replacement | None = "",
    build_test: Callable[[str], _Test] = _accept_all,
) -> MarkupPattern:
    step = None if replacement is None else partial(_replace, pattern, build_test, replacement)
    return MarkupPattern(name, hints, partial(_find, pattern, build_test), step)


# In an order in which no step brings forth what an earlier one takes out.
PATTERNS = (
    _make("Markdown fences", "`", _FENCE),
    MarkupPattern("lists written as text", "[{", _find_literal, _join_literal),
    _make("escaped characters", "\\", _ESCAPE, _to_character, _exclude_paths),
    _make("HTML entities", "&#", _ENTITY, _unescape, _require_entity),
    _make("HTML tags", "<", _TAG, " "),
    _make("special tokens", "<[", _SPECIAL),
    _make("pieces of words", "\u2581\u0120#", _PIECE),
    _make("unknown words", "<[\u2047", _UNKNOWN, None),
    _make("bracket codes", ("B-", "b-"), _BRACKET, _to_bracket),
    _make("introductions", ":!", _PREAMBLE),
    _make("labels", ":", _LABEL),
    _make("closing remarks", _CLOSING_HINTS, _CLOSING),
    _make("Markdown links", "]", _LINK, r"\1"),
    _make("Markdown headings", "#", _HEADING),
    _make("Markdown emphasis", "*_`", _EMPHASIS, _keep_inner),
    _make("Markdown lists", "\n", _ITEM, "", _require_list),
)

STEPS = {
    f"{pattern.name.lower().replace(' ', '-')}-1": pattern.step
    for pattern in PATTERNS
    if pattern.step is not None
}
"""Names of steps of a normalization -> the step; a change that can change a text renames it."""
