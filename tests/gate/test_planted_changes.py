"""Planted changes of textrank on the shipped corpus: what the default gate calls them, and why.

Which metrics have to regress follows from the change and from what the metrics read: ROUGE reads
lower-cased words of a to z and 0 to 9, chrF letters as they are. tests/simulation/RESULTS.md has
the same table with the measured differences.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

import summbench
from summbench.core.records import Article
from summbench.gate.records import GateReport, Verdict
from summbench.models.extractive import Extractive

_ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data/newsdesk/articles.jsonl")
    .read_text("utf-8")
    .splitlines()
]
_R1, _R2, _LSUM, _CHRF = "rouge.rouge1_f", "rouge.rouge2_f", "rouge.rougeLsum_f", "chrf.chrf2"
_ALL = {_R1, _R2, _LSUM, _CHRF}
_PLAIN: Mapping[str, str] = {}
_ACCENTED: Mapping[str, str] = {"e": "\u00e9", "u": "\u00fc"}


def _summarize(sentences: int) -> list[str]:
    articles = [Article(row["id"], row["document"]) for row in _ROWS]
    model = Extractive(method="textrank", sentences=sentences)
    return [prediction.summary for prediction in model.summarise(articles)]


def _score(
    summaries: Sequence[str | None], name: str = "textrank", letters: Mapping[str, str] = _PLAIN
) -> summbench.Run:
    """The summaries against the references, in which letters may be others."""
    table = str.maketrans({**letters})
    return summbench.score(
        {name: summaries},
        references=[row["highlights"].translate(table) for row in _ROWS],
        articles=[row["document"] for row in _ROWS],
        ids=[row["id"] for row in _ROWS],
        metrics=["rouge", "chrf"],
    )


@pytest.fixture(scope="module")
def summaries() -> list[str]:
    return _summarize(3)


@pytest.fixture(scope="module")
def baseline(summaries: list[str]) -> summbench.Run:
    return _score(summaries)


def _each(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    return lambda texts: [change(text) for text in texts]


def _strip_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _add_noise(text: str) -> str:
    """Every tenth letter is another."""
    rng = random.Random(text)
    return "".join(rng.choice("etaoin") if c.isalpha() and rng.random() < 0.1 else c for c in text)


def _shuffle(text: str) -> str:
    words = text.split()
    return " ".join(random.Random(text).sample(words, len(words)))


def _spoil_desk(texts: list[str]) -> list[str]:
    """The five articles of one desk."""
    desk = _ROWS[0]["desk"]
    return ["No." if r["desk"] == desk else t for r, t in zip(_ROWS, texts, strict=True)]


_CHANGES: list[tuple[str, Callable[[list[str]], list[str]], Verdict, set[str]]] = [
    # Two thirds of the words: less recall in all but ROUGE-2, whose precision makes up for it.
    ("two sentences", lambda _: _summarize(2), "regressed", {_R1, _LSUM, _CHRF}),
    # chrF weighs recall four times, so that longer is better; no F falls by a point.
    ("four sentences", lambda _: _summarize(4), "improved", set()),
    ("first sentence alone", _each(lambda t: t.split("\n")[0]), "regressed", _ALL),
    ("last sentence repeated", _each(lambda t: f"{t} {t.split('. ')[-1]}"), "regressed", _ALL),
    ("upper case", _each(str.upper), "regressed", {_CHRF}),
    ("lower case", _each(str.lower), "regressed", {_CHRF}),
    # There is one such letter in all of these summaries; below they have more.
    ("lost accents", _each(_strip_accents), "pass", set()),
    ("another order of words", _each(_shuffle), "regressed", {_R2, _LSUM, _CHRF}),
    ("noise in a tenth of the letters", _each(_add_noise), "regressed", _ALL),
    ("summaries of other articles", lambda t: t[1:] + t[:1], "regressed", _ALL),
    # Not a matter of means: an article had a summary, and has none.
    ("one empty summary", lambda t: ["", *t[1:]], "regressed", _ALL),
    # 5 of 50 articles: five signs alone have p = 2 / 2^5 = .06, and are no proof for others.
    ("one desk worse", _spoil_desk, "inconclusive", set()),
]


@pytest.mark.parametrize(
    ("change", "verdict", "metrics"), [c[1:] for c in _CHANGES], ids=[c[0] for c in _CHANGES]
)
def test_a_planted_change(
    baseline: summbench.Run, summaries: list[str],
    change: Callable[[list[str]], list[str]], verdict: Verdict, metrics: set[str],
) -> None:  # fmt: skip
    report = summbench.compare(baseline, _score(change(summaries)))
    assert report.verdict == verdict
    assert _list_regressed(report) == metrics
    assert {row.metric for row in report.metric_verdicts} == _ALL


def _list_regressed(report: GateReport) -> set[str]:
    return {row.metric for row in report.metric_verdicts if row.verdict == "regressed"}


def test_the_default_gate_names_the_metrics_of_textrank_cut_to_two_sentences(
    baseline: summbench.Run,
) -> None:
    report = summbench.compare(baseline, _score(_summarize(2)))
    # the case that a gate on ROUGE-2 alone let pass: it lost 2.4 points of ROUGE-1 and 5.2 of chrF
    points = {r.metric: round(100 * r.difference.mean, 1) for r in report.metric_verdicts}
    assert (points[_R1], points[_CHRF], points[_R2]) == (-2.4, -5.2, -0.2)


def test_lost_accents_are_found_where_words_have_them(summaries: list[str]) -> None:
    """Every e is an e with an acute accent in references and summaries, until it loses it."""
    table = str.maketrans({**_ACCENTED})
    accented = [text.translate(table) for text in summaries]
    before = _score(accented, letters=_ACCENTED)
    report = summbench.compare(before, _score([*map(_strip_accents, accented)], letters=_ACCENTED))
    assert _list_regressed(report) == _ALL


def test_another_name_of_the_only_system_is_the_same_system(
    baseline: summbench.Run, summaries: list[str]
) -> None:
    report = summbench.compare(baseline, _score(summaries, "candidate"))
    assert report.verdict == "pass"
    assert {row.label for row in report.metric_verdicts} == {"textrank -> candidate"}
    assert "the only system of each" in report.notes[0]
