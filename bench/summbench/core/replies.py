"""How every text is read before it is scored: thoughts apart, marks of tokenizers out."""

import re
from collections.abc import Sequence
from dataclasses import replace

from summbench.core.marks import read_marks
from summbench.core.records import Example, Prediction

CLEANING_VERSION = "2"
"""Raised with every change here or in `core.marks` that can change a text that is scored.

A part of each score's key and of each metric's signature.
"""

_NAME = r"(?:[\w-]+[:_])?(?:ant)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad)"
_CHANNEL = r"(?:<\|start\|>\w*)?<\|channel\|>\s*{}\b[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>"
_FAMILIES = (
    # DeepSeek, Qwen, GLM and most others; Seed's and LongCat's names have a prefix
    (rf"<(?i:{_NAME})(?:\s[^<>]*)?>", rf"</(?i:{_NAME})\s*>"),
    (r"\[THINK\]", r"\[/THINK\]"),  # Magistral
    ("\u25c1think\u25b7", "\u25c1/think\u25b7"),  # Kimi
    (_CHANNEL.format("(?:analysis|commentary)"), _CHANNEL.format("final")),  # harmony
    (r"<\|channel>(?:thought\n?)?", r"<channel\|>"),  # Gemma 4
    (r"<unused94>(?:thought\n?)?", "<unused95>"),  # MedGemma
    (r"<\|START_THINKING\|>", r"<\|END_THINKING\|>"),  # Cohere
    (r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>"),  # OpenThinker
    (r"<\|inner_prefix\|>", r"<\|inner_suffix\|>"),  # Apertus
    (r"<\|think(?:ing)?(?:_start)?\|>", r"<\|/think(?:ing)?\|>|<\|think(?:ing)?_end\|>"),
)
"""How a model family begins and ends its thoughts."""
_THOUGHT_MARK = re.compile(
    "|".join(f"(?P<o{i}>{o})|(?P<c{i}>{c})" for i, (o, c) in enumerate(_FAMILIES))
)
_FIRST_CHARACTERS = ("<", "[", "\u25c1")
_BARE = (  # Granite 3.2; harmony whose marks a tokenizer left out
    re.compile(
        r"\s*Here(?: i|['\u2019])s my thought process:(.*?)"
        r"(?:Here(?: i|['\u2019])s my response:|\Z)",
        re.DOTALL,
    ),
    re.compile(r"\s*analysis(?=.*assistantfinal|[A-Z])(.*?)(?:assistantfinal|\Z)", re.DOTALL),
)
_BARE_BEGINNINGS = ("Here", "analysis")
_ENVELOPE = re.compile(
    r"\s*<(answer|response|output|solution|summary|final_answer)>(.*?)(?:</\1>\s*)?\Z", re.DOTALL
)


def clean_reply(text: str, reasoning: str = "") -> tuple[str, str]:
    """Return the summary in a raw reply and the model's thoughts, which are never scored.

    Thoughts are what a server kept apart (`reasoning`) and what is between the marks of a model
    family, to the end of the text if they are never closed. Some chat templates open them
    themselves, so that the text has only their end.
    """
    summary, thoughts = _take_thoughts(text)
    return read_marks(summary.strip()), _join(reasoning, thoughts)


def read_text(text: str) -> str:
    """Return what is scored of a summary or reference that was made elsewhere."""
    return read_marks(_take_thoughts(text)[0])


def read_example(example: Example) -> Example:
    """Return the example with its references read; the article's own thoughts are its text."""
    text = read_marks(example.article.text)
    references = tuple(map(read_text, example.references))
    if text == example.article.text and references == example.references:
        return example
    return Example(replace(example.article, text=text), references)


def read_reply(prediction: Prediction) -> Prediction:
    """Return the prediction with what its raw reply says, or its summary if it has none."""
    if prediction.raw is not None:
        summary, reasoning = clean_reply(prediction.raw, prediction.raw_reasoning)
        return replace(prediction, summary=summary, reasoning=reasoning)
    text, thoughts = _take_thoughts(prediction.summary)
    summary = read_marks(text)
    if summary == prediction.summary:
        return prediction
    return replace(prediction, summary=summary, reasoning=_join(prediction.reasoning, thoughts))


def limit_summary(prediction: Prediction, longest: int) -> Prediction:
    """Return an error in place of a summary of more than `longest` characters."""
    is_short = max(len(prediction.summary), len(prediction.raw or "")) <= longest
    if is_short or len(read_reply(prediction).summary) <= longest:
        return prediction
    return Prediction(
        prediction.article_id,
        error=f"the summary is longer than the {longest:,} characters of max_summary_characters",
    )


def find_summary(reply: str, *, in_thoughts: bool = False) -> int | None:
    """Return where the summary begins in an unfinished reply, or None while it is all thoughts.

    `in_thoughts` says that the prompt itself opened them.
    """
    start: int | None = None if in_thoughts else 0
    for mark in _THOUGHT_MARK.finditer(reply):
        start = mark.end() if _is_end(mark) else None
    return start


def opens_thoughts(prompt: str) -> bool:
    """Tell whether the prompt ends where thoughts begin."""
    return any(
        not _is_end(mark) and not prompt[mark.end() :].strip()
        for mark in _THOUGHT_MARK.finditer(prompt)
    )


def restore_opening(reply: str, prompt: str) -> str:
    """Return the reply with the mark by which the prompt opened thoughts, if it closes none.

    What the tokens ran out on was then a thought, though nothing in the reply says so.
    """
    marks = list(_THOUGHT_MARK.finditer(prompt)) if opens_thoughts(prompt) else []
    is_unfinished = bool(marks) and find_summary(reply, in_thoughts=True) is None
    return marks[-1][0] + reply if is_unfinished else reply


def is_thought_mark(token: str) -> bool:
    """Tell whether a tokenizer's special token is a part of the marks around thoughts."""
    return token in ("<|start|>", "<|channel|>", "<|message|>", "<|constrain|>") or (
        _THOUGHT_MARK.fullmatch(token) is not None
    )


def _take_thoughts(text: str) -> tuple[str, list[str]]:
    """The text without its thoughts, and they; without any it is as it was.

    After an end without a beginning, all since the last mark was a thought. Within thoughts a
    beginning is only spoken of.
    """
    thoughts: list[str] = []
    for pattern in _BARE if text.lstrip().startswith(_BARE_BEGINNINGS) else ():
        if match := pattern.match(text):
            thoughts.append(match[1])
            text = text[match.end() :]
    if any(first in text for first in _FIRST_CHARACTERS):
        text = _take_marked_thoughts(text, thoughts)
    if thoughts and (envelope := _ENVELOPE.match(text)):
        text = envelope[2]
    if thoughts:
        text = text.strip(" \t\r\n")
    return text, [read for thought in thoughts if (read := read_marks(thought).strip())]


def _join(reasoning: str, thoughts: Sequence[str]) -> str:
    return "\n".join(part for part in (reasoning, *thoughts) if part)


def _take_marked_thoughts(text: str, thoughts: list[str]) -> str:
    pieces: list[str] = []
    end, is_thinking = 0, False
    for mark in _THOUGHT_MARK.finditer(text):
        piece = text[end : mark.start()]
        is_end = _is_end(mark)
        (thoughts if is_thinking or is_end else pieces).append(piece)
        end, is_thinking = mark.end(), not is_end
    (thoughts if is_thinking else pieces).append(text[end:])
    return "".join(pieces)


def _is_end(mark: re.Match[str]) -> bool:
    return str(mark.lastgroup).startswith("c")
