"""Questions about a summary, put to a model as a prompt with places for the texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from summbench.core.errors import SummbenchError
from summbench.core.records import Example, MetricInfo, Need
from summbench.core.text import replace_surrogates, split_lines, split_summary

_NEEDS: dict[str, Need] = {"document": "article", "chunk": "article", "reference": "references"}
_CLAIMS = ("summary", "sentence")
_UNDEFINED_IF = "a text of the prompt is empty or too long for the model"
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt with {summary} or {sentence}, and {document}, {chunk}, {reference} or none.

    The places say how its numbers are put together: the best of all chunks, or references, and
    the mean over all sentences.
    """

    prompt: str
    claim_place: str
    source_place: str | None

    @classmethod
    def parse(cls, name: str, prompt: str) -> Question:
        """Read a prompt.

        Raises:
            SummbenchError: its places are not one text to judge and at most one to judge it by.
        """
        places = _PLACE.findall(prompt) if isinstance(prompt, str) else []
        claims = [place for place in places if place in _CLAIMS]
        sources = [place for place in places if place in _NEEDS]
        if len(claims) != 1 or len(sources) > 1 or len(places) != len(claims) + len(sources):
            names = ", ".join(f"{{{place}}}" for place in places) or "no place"
            raise SummbenchError(
                f"The prompt of {name!r} has {names}; "
                "it must have one of {summary}, {sentence}, and at most one of {document}, "
                "{chunk}, {reference}, once each."
            )
        return cls(prompt, claims[0], sources[0] if sources else None)

    def render(self, claim: str, source: str) -> str:
        """Fill all places at once, so that braces inside a text stay what they are."""
        texts = {self.claim_place: claim, self.source_place: source}
        return _PLACE.sub(lambda match: texts[match[1]], self.prompt)

    @property
    def info(self) -> MetricInfo:
        """A diagnostic of which higher is better; it needs what stands in the prompt."""
        needs = {_NEEDS[self.source_place]} if self.source_place else set()
        return MetricInfo("higher", "diagnostic", frozenset(needs), _UNDEFINED_IF)

    def list_claims(self, summary: str, language: str) -> list[str]:
        """Return the texts to judge: the summary, or its sentences; none if it is empty."""
        text = replace_surrogates(summary)
        if self.claim_place == "sentence":
            return split_summary(text, language)
        return ["\n".join(lines)] if (lines := split_lines(text)) else []

    def list_sources(self, example: Example, split: Callable[[str], list[str]]) -> list[str]:
        """Return the texts to judge by; `split` makes chunks of an article."""
        if self.source_place is None:
            return [""]
        if self.source_place == "chunk":
            return split(example.article.text)
        texts = example.references if self.source_place == "reference" else [example.article.text]
        return [replace_surrogates(text).strip() for text in texts if text.strip()]


def parse_questions(prompts: Mapping[str, str]) -> dict[str, Question]:
    """Read the prompts of a metric, one a column.

    Raises:
        SummbenchError: there is none, or one has wrong places.
    """
    if not isinstance(prompts, Mapping) or not prompts:
        raise SummbenchError(f"prompts={prompts!r} has no prompt; write <column>: <prompt>.")
    return {name: Question.parse(name, prompt) for name, prompt in prompts.items()}
