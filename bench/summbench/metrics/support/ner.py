"""Names that a spaCy model finds, beside those found by capitals; its types are not believed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from summbench.core.errors import SummbenchError
from summbench.core.weights import identity
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

    def spans(self, text: str) -> list[Span]:
        """Whatever the model takes for a name."""
        found: Iterable[Any] = self.pipeline(text).ents
        return [Span(e.text, e.start_char, e.end_char) for e in found if e.label_ not in _NO_NAMES]


def load(model: str) -> Recogniser:
    """The installed model, or SummbenchError with the command that installs it."""
    try:
        pipeline = importlib.import_module("spacy").load(model)
    except ModuleNotFoundError as error:
        raise SummbenchError(
            f"ner={model!r} needs the package spacy. Install it: pip install 'summbench[ner]'."
        ) from error
    except OSError as error:
        raise SummbenchError(
            f"ner={model!r} is no installed spaCy model. Install it: python -m spacy download "
            f"{model}."
        ) from error
    return Recogniser(_identity(pipeline), pipeline)


def _identity(pipeline: Any) -> str:
    """By what the model is, wherever it lies, and by what runs it."""
    name, content = (
        "{lang}_{name}-{version}".format_map(pipeline.meta),
        identity(str(pipeline.path)),
    )
    return f"{name}@{content},spacy-{version('spacy')}"


def merged(
    found: Sequence[Mention], more: Sequence[Span], sentences: Sequence[Sentence]
) -> list[Mention]:
    """The mentions, and of the spans those that overlap none of them."""
    added = []
    for extra in more:
        if not any(m.span.start < extra.end and extra.start < m.span.end for m in found):
            for number, sentence in enumerate(sentences):
                inner = [w for w in sentence.words if extra.start <= w.start < extra.end]
                if inner:
                    added.append(Mention.of(extra, inner, number))
    return sorted([*found, *added], key=lambda mention: mention.span.start)
