"""Names that a spaCy model finds, beside those found by capitals; its types are ignored."""

from __future__ import annotations

import importlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.installation import format_install_command
from summbench.core.weights import identify
from summbench.metrics.support.mentions import Mention, Sentence
from summbench.metrics.support.tokens import Span

_NO_NAMES = frozenset(
    {"CARDINAL", "DATE", "MONEY", "ORDINAL", "PERCENT", "QUANTITY", "TIME", "LANGUAGE"}
)


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A pipeline with the name and version of its model."""

    identity: str
    pipeline: Callable[[str], Any]

    def find_spans(self, text: str) -> list[Span]:
        """Return what the model takes for a name."""
        entities: Iterable[Any] = self.pipeline(text).ents
        return [
            Span(e.text, e.start_char, e.end_char) for e in entities if e.label_ not in _NO_NAMES
        ]


def load_recogniser(model: str) -> Recogniser:
    """Load the installed model.

    Raises:
        SummbenchError: spaCy or the model is not installed; the command that installs it is named.
    """
    try:
        pipeline = importlib.import_module("spacy").load(model)
    except ModuleNotFoundError as error:
        raise SummbenchError(
            f"ner={model!r} needs the package spacy. Install it: {format_install_command('ner')}."
        ) from error
    except OSError as error:
        raise SummbenchError(
            f"ner={model!r} is no installed spaCy model. Install it: python -m spacy download "
            f"{model}."
        ) from error
    return Recogniser(_build_identity(pipeline), pipeline)


def _build_identity(pipeline: Any) -> str:
    """By what the model is, wherever it is stored, and by what runs it."""
    name = "{lang}_{name}-{version}".format_map(pipeline.meta)
    return f"{name}@{identify(str(pipeline.path))},spacy-{version('spacy')}"


def merge_mentions(
    mentions: Sequence[Mention], spans: Sequence[Span], sentences: Sequence[Sentence]
) -> list[Mention]:
    """Return the mentions, and of the spans those that overlap none of them."""
    additions = []
    mention_ends = [mention.span.end for mention in mentions]
    sentence_ends = [sentence.span.end for sentence in sentences]
    for span in spans:
        following = bisect_right(mention_ends, span.start)
        if following < len(mentions) and mentions[following].span.start < span.end:
            continue
        for number in range(bisect_right(sentence_ends, span.start), len(sentences)):
            sentence = sentences[number]
            if sentence.span.start >= span.end:
                break
            if words := [w for w in sentence.words if span.start <= w.start < span.end]:
                additions.append(Mention.build(span, words, number))
    return sorted([*mentions, *additions], key=lambda mention: mention.span.start)
