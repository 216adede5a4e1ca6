"""The support metric: its columns, its evidence, and the facts of a noisy article."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summbench.core.capabilities import SupportsEvidence
from summbench.core.records import Article, Example
from summbench.evaluation.components import build_metric
from summbench.metrics.support.metric import Support
from tests.commands import SHARED_DATA

_NOISY = SHARED_DATA / "noisy-article.txt"
_ARTICLE = (
    "Ana Lind paid 1,200 crowns in Oslo. Ana Lind left. Omar Diaz owes 3 per cent.\n"
    "\u201cWe will not pay for any of this,\u201d said Diaz. Lundt of the Senate agreed."
)


def _support(
    article: str, summary: str, aliases: str | None = None
) -> tuple[dict[str, float], dict[str, Any]]:
    metric = Support(aliases)
    rates = metric.score([Example(Article("a", article))], [summary])
    [evidence] = metric.get_evidence()
    return {name: value for name, [value] in rates.items()}, json.loads(evidence)


def test_the_shares_of_a_summary_made_by_hand() -> None:
    # Names: Lind, Diaz, Oslo exact, Lundtt a variant, Rossi unsupported. Numbers: 1,200 exact,
    # 3.1 per cent rounded, 12,000 a scale error, 77 unsupported. Quotations: one moved to Lind.
    summary = (
        "There Lind of Oslo paid 1,200 crowns, not 12,000. Rossi lost 77. Diaz owes 3.1 per cent.\n"
        'Then Lundtt went. "We will not pay for any of this," said Lind.'
    )
    rates, _ = _support(_ARTICLE, summary)
    expected = {
        "entity_precision": 4 / 6,
        "entity_precision_lenient": 5 / 6,
        "variant_rate": 1 / 6,
        "spelling_fidelity": 4 / 5,
        "extrinsic_corrections": 1 / 5,
        "salience": 4 / 5,  # of Lind, Diaz, Oslo, Lundt and the Senate all but the last
        "number_precision": 1 / 4,
        "number_rounded": 1 / 4,
        "number_scale_errors": 1 / 4,
        "quote_precision": 1.0,
        "misattributed": 1.0,
        "negation_flips": 0.0,  # of "We will not pay for any of this said" alone
    }
    assert {name: rates[name] for name in expected} == pytest.approx(expected)
    assert isnan(rates["boilerplate_leakage"])


@pytest.mark.parametrize("article", ["", "it rained and nobody cared"])
def test_nothing_to_check_is_undefined(article: str) -> None:
    rates, evidence = _support(article, "then it was over")
    assert all(map(isnan, rates.values()))
    assert not any(evidence.values())


def test_the_evidence_marks_places_in_both_texts() -> None:
    summary = 'Lundtt paid 1,300 crowns; Diaz said "we will not pay for any of this".'
    _, evidence = _support(_ARTICLE, summary)
    for kind in ("names", "numbers", "quotes"):
        for claim in evidence[kind]:
            assert summary[claim["start"] : claim["end"]] == claim["text"]
            nearest = claim["nearest"]
            assert _ARTICLE[nearest["start"] : nearest["end"]] == nearest["text"]
    assert [(n["text"], n["state"], n["nearest"]["text"]) for n in evidence["names"]] == [
        ("Lundtt", "variant", "Lundt"),
        ("Diaz", "exact", "Diaz"),
    ]
    assert isinstance(Support(), SupportsEvidence)


def test_the_signature_says_the_alias_file_by_its_content(tmp_path: Path) -> None:
    signatures = {Support().signature}
    for names in ({"Lundt": ["Lund"]}, {"Lundt": ["Lunt"]}):
        file = tmp_path / "aliases.json"
        file.write_text(json.dumps(names), encoding="utf-8")
        signatures.add(Support(str(file)).signature)
    assert len(signatures) == 3


def test_scores_are_kept_apart_by_the_content_of_the_alias_file(tmp_path: Path) -> None:
    file = tmp_path / "aliases.json"
    node = {"_target_": "summbench.metrics.support.metric.Support", "aliases": str(file)}
    fingerprints = set()
    for names in ({"Lundt": ["Lund"]}, {"Lundt": ["Lunt"]}, {"Lundt": ["Lund"]}):
        file.write_text(json.dumps(names), encoding="utf-8")
        fingerprints.add(build_metric("support", node, ()).fingerprint)
    assert len(fingerprints) == 2


_pieces = st.lists(
    st.sampled_from([
        "Ana", "Lind", "Lindt", "said", "not", "the", "of", "3", "3,000", "9" * 40, "per cent", "$",
        "May", "1", "million", "one", "\u201c", "\u201d", '"', "'", "\u2019s", ".", ",", "-", "\n",
        "U.S.", "\u0663", "\u00b2", "\u65e5\u672c", "contributed", "report", "e\u0301", "A.",
        "O'Neil",
    ]),
    max_size=40,
)  # fmt: skip


@settings(deadline=None)
@given(_pieces, _pieces, st.sampled_from([" ", ""]))
def test_any_text_is_examined_and_every_place_is_right(
    article: list[str], summary: list[str], between: str
) -> None:
    source, summary_text = between.join(article), between.join(summary)
    rates, evidence = _support(source, summary_text)
    assert all(isnan(value) or 0 <= value <= 1 for value in rates.values())
    for kind in ("names", "numbers", "quotes", "negations", "leaked"):
        for claim in evidence[kind]:
            assert summary_text[claim["start"] : claim["end"]] == claim["text"]
            nearest = claim.get("nearest")
            assert nearest is None or source[nearest["start"] : nearest["end"]] == nearest["text"]


@settings(deadline=None)
@given(_pieces)
def test_a_summary_that_is_its_article_is_supported_in_all(article: list[str]) -> None:
    text = " ".join(article)
    rates, _ = _support(text, text)
    for column in ("entity_precision", "number_precision", "quote_precision", "salience"):
        assert isnan(rates[column]) or rates[column] == 1
    assert isnan(rates["negation_flips"]) or rates["negation_flips"] == 0


def test_the_same_whatever_was_scored_before() -> None:
    metric, example = Support(), Example(Article("a", _ARTICLE))
    first = metric.score([example], ["Ana Lind left Oslo."])
    metric.score([Example(Article("b", "Omar Diaz left."))], ["Diaz left."])
    assert str(metric.score([example], ["Ana Lind left Oslo."])) == str(first)


# What must hold on an article as a bad pipeline leaves it.


@pytest.fixture(scope="module")
def noisy() -> str:
    if not _NOISY.exists():
        pytest.skip("the noisy article is not here")
    return _NOISY.read_text(encoding="utf-8")


def _index_by_text(claims: list[dict[str, Any]]) -> Mapping[str, tuple[str, str | None]]:
    return {c["text"]: (c["state"], c["nearest"] and c["nearest"]["text"]) for c in claims}


def test_the_usual_spellings_are_variants_of_the_noisy_ones(noisy: str) -> None:
    summary = (
        "We heard Tatiana Stanovaya, Ilya Graschenkov, Pete Hegseth, Volodymyr Zelensky and Tulsi "
        "Gabbard."
    )
    _, evidence = _support(noisy, summary)
    assert _index_by_text(evidence["names"]) == {
        "Tatiana Stanovaya": ("variant", "Tatiana Stanobaya"),
        "Ilya Graschenkov": ("variant", "Ilya Grashenkov"),
        "Pete Hegseth": ("variant", "Pete Hegses"),
        "Volodymyr Zelensky": ("variant", "Volodimia Zelensky"),
        "Tulsi Gabbard": ("unsupported", "Tarshi Gabbard"),
    }
    assert evidence["spellings"] == [["Stanobaya", "Stanovaya"], ["Grashenkov", "Graschenkov"]]


def test_an_alias_file_settles_what_the_rule_cannot(noisy: str, tmp_path: Path) -> None:
    file = tmp_path / "aliases.json"
    file.write_text(json.dumps({"Tulsi Gabbard": ["Tarshi Gabbard"]}), encoding="utf-8")
    rates, evidence = _support(noisy, "The Senate confirmed Tulsi Gabbard.", str(file))
    assert _index_by_text(evidence["names"])["Tulsi Gabbard"] == ("exact", "Tarshi Gabbard")
    assert rates["entity_precision"] == 1
    assert rates["extrinsic_corrections"] == 1 / 2


def test_what_is_planted_in_a_summary_is_reported(noisy: str) -> None:
    summary = (
        "The market rose 8 percent, and Pyotr Stanovich told Trump \u201cthe game is lost for all "
        "of Russia\u201d. Ivan Nechepurenko contributed the report."
    )
    rates, evidence = _support(noisy, summary)
    names = _index_by_text(evidence["names"])
    assert names["Pyotr Stanovich"][0] == "unsupported"
    assert names["Pyotr Stanovich"][1] is not None
    assert _index_by_text(evidence["numbers"]) == {"8 percent": ("unsupported", "5%")}
    [(state, nearest)] = _index_by_text(evidence["quotes"]).values()
    assert state == "fabricated"
    assert nearest is not None
    assert [span["text"] for span in evidence["boilerplate"]] == [
        "Ivan Nechepurenko contributed the report."
    ]
    assert [n["text"] for n in evidence["names"] if n["byline"]] == ["Ivan Nechepurenko"]
    assert rates["boilerplate_leakage"] == pytest.approx(5 / 23)


def test_the_lead_of_the_noisy_article_is_fully_supported(noisy: str) -> None:
    rates, _ = _support(noisy, "\n".join(noisy.split("\n")[:4]))
    assert (rates["entity_precision"], rates["number_precision"]) == (1, 1)
