"""summbench audit: what other ROUGE conventions make of the same outputs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rouge_score.scoring import BootstrapAggregator, Score

from summbench.analysis.audit.audit import Audit, Family, audit_dataset
from summbench.analysis.audit.conventions import (
    STEMMED,
    STEMMED_155,
    UNSTEMMED,
    Convention,
    list_harnesses,
)
from summbench.cli.audit import audit as command
from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example, Prediction
from summbench.report.audit import format_sentence, render_audit
from tests.commands import ROWS, TABLE, jsonl, means, run

# Five tokens. Unstemmed, the first summary has none of them and the second two of its five; stemmed
# (runner, run, race) the first has three of its three: F 0 and .4, then 6/8 and .4. ROUGE-1.5.5
# stems as much, by its table and its Porter, and rounds none of these numbers.
_REFERENCE = "The runners were running races ."
_STEMS, _WORDS = "runner run race", "the were in a row"


def _audit(
    systems: dict[str, Sequence[str | None]], references: Sequence[tuple[str, ...]]
) -> Audit:
    ids = [str(i) for i in range(len(references))]
    examples = [Example(Article(i, ""), texts) for i, texts in zip(ids, references, strict=True)]
    predictions = {
        name: [
            Prediction(i, error="lost") if text is None else Prediction(i, text)
            for i, text in zip(ids, texts, strict=True)
        ]
        for name, texts in systems.items()
    }
    return audit_dataset("news", examples, predictions)


def _get_scores(family: Family, **fields: object) -> list[float]:
    """The one convention that has these fields."""
    [position] = [
        i
        for i, c in enumerate(family.conventions)
        if all(getattr(c, key) == value for key, value in fields.items())
    ]
    return [float(value) for value in family.scores[position]]


def _audit_flipped_pair(articles: int) -> Audit:
    return _audit({"a": [_STEMS] * articles, "b": [_WORDS] * articles}, [(_REFERENCE,)] * articles)


def test_a_pair_whose_order_hangs_on_the_stemmer_is_found_by_hand() -> None:
    audit = _audit_flipped_pair(6)
    ones = audit.families[0]
    assert [c.stemming for c in ones.conventions] == [UNSTEMMED] * 3 + [STEMMED] * 3 + [
        STEMMED_155
    ] * 3
    assert _get_scores(ones, stemming=UNSTEMMED, aggregate="mean of F") == pytest.approx([0, 2 / 5])
    for stemming in (STEMMED, STEMMED_155):
        scores = _get_scores(ones, stemming=stemming, aggregate="mean of F")
        assert scores == pytest.approx([3 / 4, 2 / 5])
    [flip] = ones.flips
    assert (flip.a, flip.b) == ("a", "b")
    assert (flip.leading_convention.stemming, flip.trailing_convention.stemming) == (
        STEMMED,
        UNSTEMMED,
    )
    assert (flip.lead, flip.deficit) == pytest.approx((0.35, 2 / 5))
    # All six differences have one sign: 2 of 2^6 sign flips are as extreme.
    assert flip.p == pytest.approx(2 / 64)
    assert flip.is_significant
    position = ones.conventions.index(flip.leading_convention)
    assert ones.compare_with_canonical(position) == pytest.approx((3 / 4, 1))
    assert "Of 1 pairs of systems some change their order" in format_sentence(audit)
    assert "a leads b by 35.00 points (stemmed," in render_audit(audit)
    assert "trails by 40.00 (unstemmed" in render_audit(audit)


def test_on_few_articles_the_same_pair_is_not_significantly_different() -> None:
    [flip] = _audit_flipped_pair(3).families[0].flips
    assert flip.p == pytest.approx(2 / 8)
    assert not flip.is_significant


def test_where_nothing_flips_the_sentence_says_so() -> None:
    audit = _audit({"good": ["a b c"] * 5, "bad": ["x"] * 5}, [("a b c",)] * 5)
    assert not any(family.flips for family in audit.families)
    assert "no two of 2 systems change their order" in format_sentence(audit)
    assert format_sentence(_audit({"one": ["a b"]}, [("a b",)])).endswith("points (ROUGE-1).")


def test_l_and_lsum_differ_by_sentences_and_each_aggregate_is_its_formula() -> None:
    # Two sentences in the other order: Lsum finds both where they are split, L and the text as it
    # is written only one of them, two words of four.
    summary = "The dam held. Rain fell."
    audit = _audit({"s": [summary, "Rain."]}, [("Rain fell. The dam held.",), ("Rain fell.",)])
    longest = audit.families[2]
    assert _get_scores(
        longest, kind="rougeLsum", splitter="sentencex", stemming=UNSTEMMED, aggregate="mean of F"
    ) == pytest.approx([(1 + 2 / 3) / 2])
    written = _get_scores(
        longest, splitter="line breaks as written", stemming=UNSTEMMED, aggregate="mean of F"
    )
    assert written == pytest.approx([(3 / 5 + 2 / 3) / 2])
    assert written == _get_scores(longest, kind="rougeL", stemming=UNSTEMMED, aggregate="mean of F")
    # P 1 and 1, R 1 and 1/2: F of 1 and 3/4.
    ones = audit.families[0]
    assert _get_scores(ones, stemming=UNSTEMMED, aggregate="F of means") == pytest.approx(
        [2 * 0.75 / 1.75]
    )


def test_the_bootstrap_median_is_that_of_rouge_score_but_for_its_seed() -> None:
    rng = np.random.default_rng(0)
    words = list("abcdefgh")
    texts = [" ".join(rng.choice(words, 5)) for _ in range(40)]
    references = [(" ".join(rng.choice(words, 6)),) for _ in range(40)]
    ones = _audit({"s": texts}, references).families[0]
    aggregator = BootstrapAggregator(n_samples=20_000)
    for text, (reference,) in zip(texts, references, strict=True):
        [f] = _get_scores(
            _audit({"s": [text]}, [(reference,)]).families[0],
            stemming=UNSTEMMED,
            aggregate="mean of F",
        )
        aggregator.add_scores({"rouge1": Score(f, f, f)})
    np.random.seed(0)
    right = aggregator.aggregate()["rouge1"].mid.fmeasure
    # Medians of 1,000 and of 20,000 resampled means of sd .02: some .001 apart.
    assert _get_scores(ones, stemming=UNSTEMMED, aggregate="bootstrap median") == [
        pytest.approx(right, abs=0.004)
    ]


def test_several_references_have_a_convention_for_each_policy() -> None:
    two = ("a b c d", "a x y z")
    ones = _audit({"s": ["a b c d"]}, [two]).families[0]
    values_by_policy = {
        c.multi: _get_scores(ones, multi=c.multi, stemming=UNSTEMMED, aggregate="mean of F")
        for c in ones.conventions
    }
    # F 1 and 1/4; pooled 5 hits of 8 and 8 words; leaving one out leaves the other.
    expected = {"max-f": 1, "mean": 5 / 8, "pooled": 5 / 8, "jackknife": 5 / 8}
    assert {name: value for name, [value] in values_by_policy.items()} == pytest.approx(expected)
    mixed = _audit({"s": ["a", "a"]}, [two, ("a",)]).families[0]
    assert {c.multi for c in mixed.conventions} == {"max-f", "mean", "pooled"}


def test_rouge_155_with_m_looks_words_up_and_pools_by_hand() -> None:
    # child and well are found by -m alone, two of three words. With a second reference of one
    # word, two of four words, and of twice three.
    summary, references = "a child well", ("children best now", "x")
    ones = _audit({"s": [summary]}, [references[:1]]).families[0]
    assert _get_scores(ones, stemming=STEMMED, aggregate="mean of F") == [0]
    assert _get_scores(ones, stemming=STEMMED_155, aggregate="mean of F") == [0.66667]
    ones = _audit({"s": [summary]}, [references]).families[0]
    pooled = [c for c in ones.conventions if c.stemming == STEMMED_155]
    assert {c.multi for c in pooled} == {"pooled"}
    assert _get_scores(ones, stemming=STEMMED_155, aggregate="mean of F") == [0.4]


def test_failed_and_empty_summaries_are_0_and_articles_without_references_left_out() -> None:
    audit = _audit({"s": ["a", None, "", "a"]}, [("a",), ("a",), ("a",), ()])
    assert (audit.articles, audit.skipped) == (3, 1)
    assert _get_scores(
        audit.families[0], stemming=UNSTEMMED, aggregate="mean of F"
    ) == pytest.approx([1 / 3])
    with pytest.raises(
        SummbenchError, match="news has no article with a reference in Latin script"
    ):
        _audit({"s": ["猫"]}, [("猫",)])


def test_the_defaults_of_other_harnesses_have_their_names() -> None:
    def list_names(
        kind: str, stemming: str, splitter: str, aggregate: str, multi: str = ""
    ) -> list[str]:
        return list_harnesses(Convention(kind, stemming, splitter, multi, aggregate))

    written = "line breaks as written"
    assert list_names("rougeLsum", UNSTEMMED, written, "bootstrap median") == ["evaluate 0.4"]
    assert list_names("rougeLsum", UNSTEMMED, written, "mean of F") == [
        "lighteval 0.13",
        "ROUGE-1.5.5",
    ]
    assert list_names("rouge1", UNSTEMMED, "", "mean of F", "pooled") == ["ROUGE-1.5.5"]
    assert list_names("rougeLsum", STEMMED_155, written, "mean of F") == ["ROUGE-1.5.5 -m"]
    assert list_names("rougeL", UNSTEMMED, "", "mean of F") == [
        "torchmetrics 1.9",
        "lighteval 0.13",
    ]
    assert list_names("rougeL", UNSTEMMED, "", "mean of F", "mean") == ["lighteval 0.13"]
    assert list_names("rouge2", STEMMED, "", "mean of F") == ["lm-eval 0.4.13"]
    assert list_names("rougeLsum", UNSTEMMED, "sentencex", "mean of F") == []


def test_torchmetrics_gives_the_numbers_that_bear_its_name() -> None:
    rouge = pytest.importorskip("torchmetrics.functional.text.rouge")
    texts = ["The dam held. Rain fell.", "Runners ran.", "Mills stop"]
    references = [
        ("Rain fell on the dam.", "The dam."),
        ("The runner ran.",),
        ("The mills stopped.",),
    ]
    keys = ("rouge1", "rouge2", "rougeL")
    theirs = rouge.rouge_score(texts, [list(r) for r in references], rouge_keys=keys)
    audit = _audit({"s": texts}, references)
    for family, kind in zip(audit.families, keys, strict=True):
        [position] = [
            i for i, c in enumerate(family.conventions) if "torchmetrics 1.9" in list_harnesses(c)
        ]
        assert family.scores[position, 0] == pytest.approx(
            float(theirs[f"{kind}_fmeasure"]), abs=1e-6
        )


@pytest.mark.slow
def test_a_run_and_a_file_are_audited(tmp_path: Path) -> None:
    jsonl(tmp_path / "news.jsonl")
    run(tmp_path, "run", *TABLE, "model=[lead1,random3,oracle]", "metric=[rouge]")
    done = run(tmp_path, "audit", "results/run")
    [row] = [line for line in done.stdout.splitlines() if line.startswith("random3 ")]
    score = means(tmp_path)["random3"]["rouge.rouge1_f"]
    assert score is not None
    assert row.split()[1] == f"{100 * score:.2f}"
    assert "oracle" not in done.stdout
    rows = [
        {"id": r["id"], "references": [_REFERENCE], "systems": {"a": _STEMS, "b": _WORDS}}
        for r in ROWS
    ]
    jsonl(tmp_path / "mine.jsonl", rows)
    done = run(tmp_path, "audit", "mine.jsonl")
    assert "1 in ROUGE-1 (0 of them significantly different)" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (None, "no.jsonl does not exist"),
        ({"id": "a", "references": ["x"]}, "has no column that is known to hold summaries"),
        ({"id": "a", "systems": {"s": "x"}}, "has no references and no articles"),
        ({"id": "a", "references": ["猫"], "systems": {"s": "猫"}}, "so ROUGE can't be audited"),
    ],
)
def test_nonsense_is_answered_by_a_sentence(
    tmp_path: Path, row: dict[str, object] | None, sentence: str
) -> None:
    if row is not None:
        (tmp_path / "no.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(SummbenchError, match=re.escape(sentence)):
        command(tmp_path / "no.jsonl")


def test_a_folder_that_is_no_run_is_answered_by_a_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "audit", ".", code=1)
    assert "is no results folder" in " ".join(done.stderr.split())
