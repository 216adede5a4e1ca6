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
    """The judging model, what it was asked and what it said; texts go to it as articles."""

    def __init__(self, model: Model, prompt: str) -> None:
        if isinstance(model, SupportsAvailabilityCheck):
            model.check_available()
        self._model, self._prompt = model, prompt
        self.asked = self.unparsed = 0

    def replies(self, parts: Sequence[Mapping[str, str]]) -> list[Prediction]:
        """The answer to each filled-in prompt."""
        questions = [
            Article(str(i), _filled(self._prompt, of_one)) for i, of_one in enumerate(parts)
        ]
        size = max(1, self._model.batch_size)
        found: list[Prediction] = []
        for start in range(0, len(questions), size):
            found += self._model.summarise(questions[start : start + size])
        self.asked += len(found)
        return found

    def get_settings(self) -> dict[str, Any]:
        """Prompt hash, the model's own settings (temperature and seed among them), and misses."""
        own = self._model.get_settings() if isinstance(self._model, SupportsSettings) else {}
        return {
            "prompt_sha256": sha256(self._prompt),
            "model": dict(own),
            "asked": self.asked,
            "unparsed": self.unparsed,
        }


class Rubric:
    """Ratings from 1 to 5 for each of the `dimensions`, as fractions: 1 is 0 and 5 is 1.

    Diagnostic, higher is better, needs the article: a judge favours models like itself, long
    answers, and clumps its ratings, so it never gates and sorts no table unless the config insists.
    The prompt has {article} and {summary} and asks for a line "<dimension>: <rating>" each. A reply
    without a rating is missing (NaN) and counted, never 0; an empty summary is not asked about and
    missing too. Comparable only with the same `judge` (the model's name in the signature), prompt
    and settings. (Liu et al., 2023;
    Zheng et al., 2023.)
    """

    def __init__(self, model: Model, judge: str, prompt: str, dimensions: Sequence[str]) -> None:
        _check_prompt(prompt, "{article}", "{summary}")
        if not dimensions:
            raise SummbenchError("a rubric needs at least one of its dimensions.")
        self._judge, self._dimensions = _Judge(model, prompt), list(dimensions)
        rating = MetricInfo("higher", "diagnostic", frozenset({"article"}))
        self.columns = dict.fromkeys(dimensions, rating)
        scale = f"{_LOWEST}-{_HIGHEST}"
        asked = f"judge:{judge}|prompt:{sha256(prompt)[:12]}"
        self.signature = f"rubric|agg:mean|scale:{scale}|{asked}|v:1"
        self._evidence: list[str] = []

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """One fraction a dimension for each example."""
        pairs = list(zip(examples, summaries, strict=True))
        asked = [i for i, (e, s) in enumerate(pairs) if e.article.text.strip() and s.strip()]
        parts = [{"article": pairs[i][0].article.text, "summary": pairs[i][1]} for i in asked]
        replies = dict(zip(asked, self._judge.replies(parts), strict=True))
        ratings = [
            [_rating(replies[i].summary, d) if i in replies else _NAN for d in self._dimensions]
            for i in range(len(pairs))
        ]
        self._judge.unparsed += sum(any(r != r for r in ratings[i]) for i in asked)
        self._evidence = [
            _evidence([replies[i]] if i in replies else []) for i in range(len(pairs))
        ]
        return {d: [row[k] for row in ratings] for k, d in enumerate(self._dimensions)}

    def get_evidence(self) -> Sequence[str]:
        """The raw replies to the last call, as JSON, one for each example."""
        return self._evidence

    def get_settings(self) -> Mapping[str, Any]:
        """What was asked, of whom, and how many replies had no rating."""
        return self._judge.get_settings()


class Pairwise:
    """Whether the judge prefers the summary to an opponent's: 1 a win, 0.5 a tie, 0 a loss.

    The opponent is the first `reference` or the article's first three sentences (`lead3`). Each
    pair is shown in both orders, and a verdict that changes with the order is a tie: judges favour
    a position. Diagnostic, as `Rubric`; the prompt has {article}, {a} and {b} and asks for A, B or
    tie. A reply without a verdict makes the pair missing (NaN), and is counted; so is an empty
    summary. (Zheng et al., 2023.)
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
        asked = f"judge:{judge}|prompt:{sha256(prompt)[:12]}"
        self.signature = f"pairwise|agg:mean|vs:{opponent}|{asked}|v:1"
        self._evidence: list[str] = []

    def score(
        self, examples: Sequence[Example], summaries: Sequence[str]
    ) -> dict[str, list[float]]:
        """One result an example."""
        asked: list[int] = []
        parts: list[dict[str, str]] = []
        for i, (example, summary) in enumerate(zip(examples, summaries, strict=True)):
            other = self._opponents(example)
            if summary.strip() and other:
                asked.append(i)
                article = example.article.text
                parts.append({"article": article, "a": summary, "b": other})
                parts.append({"article": article, "a": other, "b": summary})
        replies = self._judge.replies(parts)
        both = {i: (replies[2 * k], replies[2 * k + 1]) for k, i in enumerate(asked)}
        wins = [_verdict(*both[i]) if i in both else _NAN for i in range(len(summaries))]
        self._judge.unparsed += sum(wins[i] != wins[i] for i in asked)
        self._evidence = [_evidence(both.get(i, ())) for i in range(len(summaries))]
        return {"wins": wins}

    def get_evidence(self) -> Sequence[str]:
        """The raw replies to both orders of the last call, as JSON, one for each example."""
        return self._evidence

    def get_settings(self) -> Mapping[str, Any]:
        """What was asked, of whom, and how many pairs had no verdict."""
        return self._judge.get_settings()

    def _opponents(self, example: Example) -> str:
        if self._opponent == "lead3":
            return "\n".join(get_lead_sentences(example.article.text, _LEAD))
        return example.references[0] if example.references else ""


def _rating(reply: str, dimension: str) -> float:
    """The dimension's last rating in the reply: a model may repeat the scale before it answers."""
    found = re.findall(rf"{re.escape(dimension)}\W*([1-5])(?![\d-]|\.\d)", reply, re.IGNORECASE)
    return (int(found[-1]) - _LOWEST) / (_HIGHEST - _LOWEST) if found else _NAN


def _verdict(first: Prediction, second: Prediction) -> float:
    """1 if the summary won in both orders, 0 if it lost in both; it was A in the first."""
    there, back = _choice(first.summary), _choice(second.summary)
    if there is None or back is None:
        return _NAN
    return {("A", "B"): 1.0, ("B", "A"): 0.0}.get((there, back), 0.5)


def _choice(reply: str) -> str | None:
    """A, B or tie, as the reply's first words say; None if they don't."""
    match = _CHOICE.search(reply)
    return None if match is None else "tie" if match[2] else match[1].upper()


def _evidence(replies: Sequence[Prediction]) -> str:
    said = [{"reply": r.summary, "reasoning": r.reasoning, "error": r.error} for r in replies]
    return json.dumps(said, ensure_ascii=False)


def _filled(prompt: str, parts: Mapping[str, str]) -> str:
    """All places at once, so that braces inside an article or a summary stay what they are."""
    return re.sub(r"\{(\w+)\}", lambda m: parts.get(m[1], m[0]), prompt)


def _check_prompt(prompt: str, *places: str) -> None:
    if missing := [place for place in places if prompt.count(place) != 1]:
        raise SummbenchError(
            f"prompt must have {missing[0]} once, not {prompt.count(missing[0])} times."
        )
