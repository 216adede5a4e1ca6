"""A language model as judge: a rubric, or a choice between two summaries."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from summbench.core.capabilities import SupportsAvailabilityCheck, SupportsSettings
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, MetricInfo, Model, Need, Prediction, sha256
from summbench.core.text import get_lead_sentences

_NAN = float("nan")
_LOWEST, _HIGHEST = 1, 5
_CHOICE = re.compile(r"\b(A|B)\b|\b(?i:(tie))\b")
_LEAD = 3


class _Judge:
    """The judging model and its counts of requests; prompts go to it as articles."""

    def __init__(self, model: Model, prompt: str) -> None:
        if isinstance(model, SupportsAvailabilityCheck):
            model.check_available()
        self._model, self._prompt = model, prompt
        self.n_requests = self.n_unparsed = 0

    def request(self, fields: Sequence[Mapping[str, str]]) -> list[Prediction]:
        """Return the reply to the prompt filled with each of the fields."""
        prompts = [Article(str(i), _fill(self._prompt, f)) for i, f in enumerate(fields)]
        size = max(1, self._model.batch_size)
        replies: list[Prediction] = []
        for start in range(0, len(prompts), size):
            replies += self._model.summarise(prompts[start : start + size])
        self.n_requests += len(replies)
        return replies

    def get_settings(self) -> dict[str, Any]:
        """Return the prompt's hash, the model's settings and the counts."""
        settings = self._model.get_settings() if isinstance(self._model, SupportsSettings) else {}
        return {
            "prompt_sha256": sha256(self._prompt),
            "model": dict(settings),
            "requests": self.n_requests,
            "unparsed": self.n_unparsed,
        }


class Rubric:
    """Ratings from 1 to 5 for each of the `dimensions`, as fractions: 1 is 0 and 5 is 1.

    Diagnostic, higher is better, needs the article. A judge favours models like itself and long
    answers, and clumps its ratings: it never gates, and sorts no table unless the config allows
    it. The prompt has {article} and {summary} and requests a line "<dimension>: <rating>" each. A
    reply without a rating is missing (NaN) and counted, never 0; an empty summary is not rated and
    missing too. Comparable only with the same `judge` (the model's name in the signature), prompt
    and settings. (Liu et al., 2023; Zheng et al., 2023.)

    Raises:
        SummbenchError: the prompt lacks a place, or there is no dimension.
    """

    def __init__(self, model: Model, judge: str, prompt: str, dimensions: Sequence[str]) -> None:
        _check_prompt(prompt, "{article}", "{summary}")
        if not dimensions:
            raise SummbenchError("a rubric needs at least one of its dimensions.")
        self._judge, self._dimensions = _Judge(model, prompt), list(dimensions)
        rating = MetricInfo("higher", "diagnostic", frozenset({"article"}))
        self.columns = dict.fromkeys(dimensions, rating)
        scale = f"{_LOWEST}-{_HIGHEST}"
        source = f"judge:{judge}|prompt:{sha256(prompt)[:12]}"
        self.signature = f"rubric|agg:mean|scale:{scale}|{source}|v:1"
        self._evidence: list[str] = []

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return one fraction a dimension for each example."""
        pairs = list(zip(examples, summaries, strict=True))
        rated = [i for i, (e, s) in enumerate(pairs) if e.article.text.strip() and s.strip()]
        fields = [{"article": pairs[i][0].article.text, "summary": pairs[i][1]} for i in rated]
        replies = dict(zip(rated, self._judge.request(fields), strict=True))
        ratings = [
            [
                _parse_rating(replies[i].summary, d) if i in replies else _NAN
                for d in self._dimensions
            ]
            for i in range(len(pairs))
        ]
        self._judge.n_unparsed += sum(any(r != r for r in ratings[i]) for i in rated)
        self._evidence = [
            _build_evidence([replies[i]] if i in replies else []) for i in range(len(pairs))
        ]
        return {d: [row[k] for row in ratings] for k, d in enumerate(self._dimensions)}

    def get_evidence(self) -> Sequence[str]:
        """Return the raw replies to the last call, as JSON, one for each example."""
        return self._evidence

    def get_settings(self) -> Mapping[str, Any]:
        """Return prompt, model, how many requests were made, and how many replies had no rating."""
        return self._judge.get_settings()


class Pairwise:
    """Whether the judge prefers the summary to an opponent's: 1 a win, 0.5 a tie, 0 a loss.

    The opponent is the first `reference` or the article's first three sentences (`lead3`). Each
    pair is shown in both orders, and a verdict that changes with the order is a tie: judges favour
    a position. Diagnostic, as `Rubric`; the prompt has {article}, {a} and {b} and asks for A, B or
    tie. A reply without a verdict makes the pair missing (NaN), and is counted; so is an empty
    summary. (Zheng et al., 2023.)

    Raises:
        SummbenchError: the prompt lacks a place, or `opponent` is unknown.
    """

    def __init__(
        self,
        model: Model,
        judge: str,
        prompt: str,
        opponent: Literal["reference", "lead3"] = "reference",
    ) -> None:
        _check_prompt(prompt, "{article}", "{a}", "{b}")
        if opponent not in ("reference", "lead3"):
            raise SummbenchError(f"opponent={opponent!r} is neither reference nor lead3.")
        self._judge, self._opponent = _Judge(model, prompt), opponent
        needs: set[Need] = {"article"}
        if opponent == "reference":
            needs.add("references")
        self.columns = {"wins": MetricInfo("higher", "diagnostic", frozenset(needs))}
        source = f"judge:{judge}|prompt:{sha256(prompt)[:12]}"
        self.signature = f"pairwise|agg:mean|vs:{opponent}|{source}|v:1"
        self._evidence: list[str] = []

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """Return one result an example."""
        judged: list[int] = []
        fields: list[dict[str, str]] = []
        for i, (example, summary) in enumerate(zip(examples, summaries, strict=True)):
            other = self._get_opponent(example)
            if summary.strip() and other:
                judged.append(i)
                article = example.article.text
                fields.append({"article": article, "a": summary, "b": other})
                fields.append({"article": article, "a": other, "b": summary})
        replies = self._judge.request(fields)
        both = {i: (replies[2 * k], replies[2 * k + 1]) for k, i in enumerate(judged)}
        wins = [_judge_pair(*both[i]) if i in both else _NAN for i in range(len(summaries))]
        self._judge.n_unparsed += sum(wins[i] != wins[i] for i in judged)
        self._evidence = [_build_evidence(both.get(i, ())) for i in range(len(summaries))]
        return {"wins": wins}

    def get_evidence(self) -> Sequence[str]:
        """Return the raw replies to both orders of the last call, as JSON, one for each example."""
        return self._evidence

    def get_settings(self) -> Mapping[str, Any]:
        """Return prompt, model, how many requests were made, and how many pairs had no verdict."""
        return self._judge.get_settings()

    def _get_opponent(self, example: Example) -> str:
        if self._opponent == "lead3":
            return "\n".join(get_lead_sentences(example.article.text, _LEAD))
        return example.references[0] if example.references else ""


def _parse_rating(reply: str, dimension: str) -> float:
    """The dimension's last rating in the reply: a model may repeat the scale before it answers."""
    ratings = re.findall(rf"{re.escape(dimension)}\W*([1-5])(?![\d-]|\.\d)", reply, re.IGNORECASE)
    return (int(ratings[-1]) - _LOWEST) / (_HIGHEST - _LOWEST) if ratings else _NAN


def _judge_pair(first: Prediction, second: Prediction) -> float:
    """1 if the summary won in both orders, 0 if it lost in both; it was A in the first."""
    choices = _parse_choice(first.summary), _parse_choice(second.summary)
    if None in choices:
        return _NAN
    return 1.0 if choices == ("A", "B") else 0.0 if choices == ("B", "A") else 0.5


def _parse_choice(reply: str) -> str | None:
    """A, B or tie, as the reply's first words say; None if they don't."""
    match = _CHOICE.search(reply)
    return None if match is None else "tie" if match[2] else match[1].upper()


def _build_evidence(replies: Sequence[Prediction]) -> str:
    content = [{"reply": r.summary, "reasoning": r.reasoning, "error": r.error} for r in replies]
    return json.dumps(content, ensure_ascii=False)


def _fill(prompt: str, fields: Mapping[str, str]) -> str:
    """All places at once, so that braces inside an article or a summary stay what they are."""
    return re.sub(r"\{(\w+)\}", lambda m: fields.get(m[1], m[0]), prompt)


def _check_prompt(prompt: str, *places: str) -> None:
    if missing := [place for place in places if prompt.count(place) != 1]:
        raise SummbenchError(
            f"prompt must have {missing[0]} once, not {prompt.count(missing[0])} times."
        )
