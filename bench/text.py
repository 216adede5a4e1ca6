"""Sentences, words and tokens, split the same way everywhere."""

import re
from importlib.metadata import version

from sentencex import segment

SPLITTER = f"sentencex-{version('sentencex')}"

_NOT_A_TOKEN = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"\w+(?:[-'\u2019.,]\w+)*")
_THOUGHT = re.compile(r"<think>(.*?)(?:</think>|\Z)", re.DOTALL)
_OPEN, _CLOSED = "<think>", "</think>"


def encodable(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which no UTF-8 file can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def lines(text: str) -> list[str]:
    """The lines that are not blank; PEGASUS writes its line breaks as `<n>`."""
    parts = text.replace("<n>", "\n").splitlines()
    return [stripped for part in parts if (stripped := part.strip())]


def article_sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of an article; no sentence runs over a line break."""
    found = (s.strip() for line in lines(text) for s in segment(language, line))
    return [sentence for sentence in found if sentence]


def summary_sentences(text: str, language: str = "en") -> list[str]:
    """The lines of a summary; the splitter is asked only about a text that has a single line."""
    parts = lines(text)
    return parts if len(parts) > 1 else article_sentences(text, language)


def words(text: str) -> list[str]:
    """Lower-cased runs of letters and digits; "1,250" and "state-of-the-art" are one word."""
    return _WORD.findall(text.lower())


def rouge_tokens(text: str) -> list[str]:
    """The unstemmed tokens of ROUGE-1.5.5 and rouge-score: only a-z and 0-9 count."""
    return _NOT_A_TOKEN.sub(" ", text.lower()).split()


def without_thoughts(text: str) -> tuple[str, str]:
    """The answer, and apart from it what stood in `<think>` marks (to the end if never closed).

    Some chat templates open the first mark themselves, so that the text has only its end.
    """
    if _OPEN not in text.partition(_CLOSED)[0] and _CLOSED in text:
        text = _OPEN + text
    thoughts = "\n".join(thought.strip() for thought in _THOUGHT.findall(text))
    return _THOUGHT.sub("", text).strip(), thoughts
