"""Names in lower-cased texts: what the cased text has must be found without its capitals, too."""

from __future__ import annotations

import json
from math import isnan
from pathlib import Path

import pytest

from summbench.core.records import Article, Example
from summbench.metrics.support.casing import restore_capitals
from summbench.metrics.support.metric import Support
from summbench.metrics.support.source import SourceText
from summbench.metrics.support.tokens import is_lower_cased
from tests.metrics.support.gold import FRESH, GOLD, HELD_OUT, MISSING, build_pairs

_ARTICLE = (
    "Mayor Leontina Brandão of Escarvelho met Mark Hill on Monday. The hill was wet. "
    "Brandão said that the US would help, and Hill told us that it must."
)
_NAMES = (
    "entity_precision", "entity_precision_lenient", "variant_rate", "spelling_fidelity",
    "extrinsic_corrections", "salience",
)  # fmt: skip


def _score(article: str, summary: str) -> dict[str, float]:
    columns = Support().score([Example(Article("a", article))], [summary])
    return {name: value for name, [value] in columns.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the dam held .", True),
        ("the dam held -LRB- it rained -RRB- .", True),
        ("The dam held.", False),
        ("the dam of Lisbon held.", False),
        ("it rained " * 200 + "on Monday", True),  # 1 of 402 words
        ("12 34", False),
        ("\u732b\u306f\u5bb6\u306b\u3044\u308b", False),
        ("THE DAM HELD.", False),
    ],
)
def test_a_text_without_capitals_is_told(text: str, expected: bool) -> None:
    assert is_lower_cased(text) is expected


def test_capitals_come_back_at_the_names_alone() -> None:
    # Hill is a name beside Mark only, as the article has a hill, too; us stays a pronoun.
    # Feteira is in no dictionary: a name that the article does not have.
    summary = "mayor leontina brandão told us that mark hill and feteira saw the hill ."
    restored = restore_capitals(summary, SourceText.build(_ARTICLE))
    assert restored == "mayor Leontina Brandão told us that Mark Hill and Feteira saw the hill ."


def test_names_in_lower_case_have_the_states_of_the_same_names_in_capitals() -> None:
    cased = "Leontina Brandão met Mark Hil and Feteira."
    scores = _score(_ARTICLE, cased)
    # By hand: Leontina Brandão is exact, Hil a spelling of Hill (anchored by Mark), Feteira wrong.
    assert scores["entity_precision"] == pytest.approx(1 / 3)
    assert scores["entity_precision_lenient"] == pytest.approx(2 / 3)
    lowered = _score(_ARTICLE, cased.lower())
    assert {n: lowered[n] for n in _NAMES} == pytest.approx({n: scores[n] for n in _NAMES})


def test_the_evidence_has_the_texts_of_the_summary_as_it_is() -> None:
    summary, support = "leontina brandão met feteira .", Support()
    support.score([Example(Article("a", _ARTICLE))], [summary])
    [evidence] = map(json.loads, support.get_evidence())
    texts = [(name["text"], name["state"]) for name in evidence["names"]]
    assert texts == [("leontina brandão", "exact"), ("feteira", "unsupported")]
    for name in evidence["names"]:
        assert summary[name["start"] : name["end"]] == name["text"]


@pytest.mark.parametrize("summary", ["Leontina Brandão met Mark Hill.", "leontina met hill ."])
def test_a_lower_cased_article_has_no_names_to_look_for(summary: str) -> None:
    scores = _score(_ARTICLE.lower(), f"{summary} 12 votes")
    assert all(isnan(scores[name]) for name in _NAMES)
    assert scores["number_precision"] == 0  # what needs no name is looked up as before


def test_lowering_marked_summaries_moves_no_rate_by_more_than_three_points() -> None:
    """Of the three files marked by hand: the share of names in each state, cased and lowered."""
    for path in (GOLD, HELD_OUT, FRESH):
        pairs = [p for p in build_pairs(path)["names"] if p.expected != MISSING]
        lowered = [p for p in build_pairs(path, str.lower)["names"] if p.state != MISSING]
        for state in ("exact", "variant", "unsupported"):
            by_hand = sum(p.expected == state for p in pairs) / len(pairs)
            found = sum(p.state == state for p in lowered) / len(lowered)
            assert found == pytest.approx(by_hand, abs=0.03), (path.stem, state)


def test_lead3_and_planted_names_score_alike_without_capitals() -> None:
    """Newsdesk's first three sentences, every other with a name of an article ten further on."""
    from summbench.core.resources import get_resource_path
    from summbench.core.text import split_sentences

    file = get_resource_path("data") / "newsdesk" / "articles.jsonl"
    texts = [json.loads(line)["document"] for line in Path(file).read_text("utf-8").splitlines()]
    sources = list(map(SourceText.build, texts))
    examples, summaries = [], []
    for i, text in enumerate(texts):
        wrong = next(m for m in sources[(i + 10) % 50].mentions if len(m.words) > 1)
        lead = " ".join(split_sentences(text)[:3])
        examples.append(Example(Article(str(i), text)))
        summaries.append(f"{lead} It was denied by {wrong.span.text}." if i % 2 else lead)
    means = []
    for cast in (str, str.lower):
        values = Support().score(examples, [cast(s) for s in summaries])["entity_precision"]
        defined = [value for value in values if not isnan(value)]
        means.append(sum(defined) / len(defined))
        assert len(defined) >= 49
    assert means[0] < 0.9  # the planted names count
    assert means[1] == pytest.approx(means[0], abs=0.02)
