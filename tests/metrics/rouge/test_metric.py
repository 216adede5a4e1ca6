"""ROUGE against the original program, published examples and its own algebra."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from math import isnan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summbench.core.records import Article, Example, MetricInfo
from summbench.metrics.rouge import metric as metric_module
from summbench.metrics.rouge.engines import RustEngine
from summbench.metrics.rouge.metric import Rouge
from tests.commands import GOLDEN, SHARED_DATA

_GOLDEN = GOLDEN / "rouge155.json"
_DATA = SHARED_DATA
_VECTORS: list[dict[str, Any]] = json.loads(_GOLDEN.read_text(encoding="utf-8"))["vectors"]
_TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_needs_data = pytest.mark.skipif(not _DATA.is_dir(), reason="the shared data is not beside us")

# Few words, so that texts overlap by chance; two lines at least, so that no splitter is asked.
_line = st.lists(st.sampled_from("abcd"), min_size=1, max_size=6).map(" ".join)
_text = st.lists(_line, min_size=2, max_size=4).map("\n".join)


def _score(
    references: str | Sequence[str], summary: str, stem: bool = False, article: str = "unused"
) -> dict[str, float]:
    texts = (references,) if isinstance(references, str) else tuple(references)
    values = Rouge(stem=stem).score([Example(Article("a", article), texts)], [summary])
    return {name: value for name, [value] in values.items()}


@pytest.mark.parametrize(
    ("key", "metric", "count"),
    [
        ("plain", Rouge(), 12),
        ("m", Rouge(stem=True), 11),  # not G2; see the notes in the file
        ("pooled", Rouge(multi="pooled"), 2),
    ],
)
def test_the_original_program_gives_the_same_numbers(key: str, metric: Rouge, count: int) -> None:
    # G11 is in Cyrillic script: 0 for the program, undefined for us.
    vectors = [v for v in _VECTORS if key in v and v["id"] != "G11"]
    assert len(vectors) == count
    for vector in vectors:
        references = tuple("\n".join(sentences) for sentences in vector["references"])
        scores = metric.score(
            [Example(Article("a", ""), references)], ["\n".join(vector["candidate"])]
        )
        for kind, expected in vector[key].items():
            values = [scores[f"{kind}_{part}"][0] for part in "rpf"]
            assert values == pytest.approx(expected, abs=2e-5), (vector["id"], kind)


def test_the_union_of_subsequences_is_that_of_lin_2004() -> None:
    # Section 3.2: w1 w2 and w1 w3 w5 cover 4 of 5 reference words with 10 candidate words.
    lsum = _score("w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5")
    assert [lsum[f"rougeLsum_{part}"] for part in "rpf"] == pytest.approx([4 / 5, 4 / 10, 8 / 15])


@_needs_data
def test_the_goldens_of_google_research_are_met() -> None:
    lines = (_DATA / "rouge-goldens.jsonl").read_text(encoding="utf-8").splitlines()
    for golden in map(json.loads, lines):
        scores = _score(golden["reference"], golden["prediction"], golden["use_stemmer"])
        for rouge_type, parts in golden["expected"].items():
            expected = [parts[part] for part in ("precision", "recall", "fmeasure")]
            values = [scores[f"{rouge_type}_{part}"] for part in "prf"]
            assert values == pytest.approx(expected, abs=1e-5), golden["id"]


@_needs_data
@pytest.mark.parametrize(("name", "count"), [("cnndm-multi", 46), ("xsum50", 5), ("cnndm-mini", 1)])
def test_every_mean_over_real_systems_is_that_of_rouge_score(name: str, count: int) -> None:
    # expected-dev.json: rouge-score 0.1.2, stemmed, text as stored, plain mean over documents.
    expected = json.loads((_DATA / "expected-dev.json").read_text(encoding="utf-8"))[f"{name}.test"]
    lines = (_DATA / f"{name}.test.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    examples = [Example(Article(r["id"], r["document"]), tuple(r["references"])) for r in rows]
    assert (len(rows), len(expected["systems"])) == (expected["documents"], count)
    metric = Rouge(stem=True)
    for system, expected_means in expected["systems"].items():
        scores = metric.score(examples, [row["systems"][system] for row in rows])
        means = {column: sum(scores[column]) / len(rows) for column in expected_means}
        assert means == pytest.approx(expected_means, abs=1e-4), system


def test_importing_it_does_not_import_nltk() -> None:
    code = "import sys, summbench.metrics.rouge; assert 'nltk' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_line_breaks_part_sentences_however_they_are_written() -> None:
    # G7 of the golden file; the splitter finds the same two sentences in the single line.
    reference = "The minister resigned on Friday .\nHis deputy will take over next week ."
    for sign in ("\n", "\r\n", "\n\n", " "):
        summary = f"His deputy takes over .{sign}On Friday the minister resigned ."
        scores = _score(reference.replace("\n", sign), summary)
        assert scores["rougeLsum_r"] == pytest.approx(0.5), repr(sign)
        assert scores["rouge1_p"] == pytest.approx(8 / 9), repr(sign)


def test_without_a_sentence_end_lsum_is_the_subsequence_of_the_whole_text() -> None:
    # "c d" and "a b" are both found as sentences; as one sequence only one of them is.
    assert _score("a b\nc d", "c d\na b")["rougeLsum_f"] == 1
    assert _score("a b c d", "c d a b")["rougeLsum_f"] == 0.5
    assert _score("a b\nc d", "c d\na b")["rougeL_f"] == 0.5


def test_each_type_takes_the_reference_that_is_best_for_it() -> None:
    # Reference 1 has all four words but no pair of them; reference 2 has one pair of two words.
    scores = _score(["d b a c", "a b x y"], "a b c d")
    assert [scores[f"{t}_f"] for t in _TYPES] == pytest.approx([1, 1 / 3, 1 / 2, 1 / 2])
    # "a b" has the better recall (1, but F .5), the other the better F; P and R are of that one.
    scores = _score(["a b", "a b c d e f g"], "a b c d e f")
    assert [scores[f"rouge1_{part}"] for part in "prf"] == pytest.approx([1, 6 / 7, 12 / 13])


@pytest.mark.parametrize("text", ["\u732b\u304c\u3044\u305f", "\u05e9\u05dc", "Татьяна Становая"])
def test_a_reference_in_another_script_is_undefined_and_said(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert all(isnan(value) for value in _score(text, text).values())
    assert "ROUGE is undefined for 'a'" in caplog.text


def test_articles_in_another_script_are_counted_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    metric = Rouge()
    references = [("\u732b",), ("a b",), (), ("\u5e8a",)]
    examples = [Example(Article(str(i), ""), texts) for i, texts in enumerate(references)]
    scores = metric.score(examples, ["a b"] * 4)
    assert [isnan(value) for value in scores["rouge1_f"]] == [True, False, True, True]
    assert metric.get_settings() == {"engine": RustEngine.name}
    assert metric.get_counts() == {
        "checked_against_rouge_score": [0, 1, 0, 0],
        "references_in_another_script": [1, 0, 0, 1],
    }
    assert [(r.name, r.args) for r in caplog.records] == [("summbench", ("0",))]


def test_only_the_n_grams_of_a_huge_pair_are_defined(monkeypatch: pytest.MonkeyPatch) -> None:
    # Cells by hand: 16 are too many, 12 in texts of as many characters are not.
    monkeypatch.setattr(metric_module, "_MAX_CELLS", 12)
    texts = ["x y z", "a b c d", "d, c, b, a"]
    examples = [Example(Article(t, ""), (t,)) for t in texts]
    scores = Rouge().score(examples, ["x y z", "a b c d", "d, c, b,"])
    assert scores["rouge1_f"] == pytest.approx([1, 1, 6 / 7])
    assert scores["rougeL_f"][0] == 1 and isnan(scores["rougeL_f"][1])
    assert scores["rougeL_f"][2] == pytest.approx(6 / 7)


def test_leaving_one_of_one_reference_out_is_undefined() -> None:
    scores = Rouge(multi="jackknife").score([Example(Article("a", ""), ("a b",))], ["a b"])
    assert all(isnan(value) for [value] in scores.values())


def test_each_column_is_a_quality_that_needs_references() -> None:
    assert list(Rouge(types=["rouge1"]).columns) == ["rouge1_p", "rouge1_r", "rouge1_f"]
    reason = "a reference is in another script than Latin"
    info = MetricInfo("higher", "quality", frozenset({"references"}), reason)
    assert set(Rouge().columns.values()) == {info}
    assert f"explicit,auto-3(sentencex-{version('sentencex')}-en)|" in Rouge().signature


@pytest.mark.parametrize("summary", ["", " \n ", "<n>", "...", "\u00e9\u00e9"])
def test_a_summary_without_a_token_scores_zero(summary: str) -> None:
    assert set(_score("the cat sat", summary).values()) == {0.0}
    assert set(_score("", summary).values()) == {0.0}


def test_without_a_reference_every_number_is_undefined() -> None:
    scores = _score([], "the cat sat")
    assert len(scores) == 12
    assert all(isnan(value) for value in scores.values())


def test_no_examples_have_no_numbers() -> None:
    metric = Rouge()
    assert metric.score([], []) == {column: [] for column in metric.columns}


def test_the_article_has_no_influence() -> None:
    scores = [_score("a b c", "a c", article=text) for text in ("", "a b c", "x")]
    assert scores[0] == scores[1] == scores[2]
    assert scores[0]["rouge1_f"] == pytest.approx(4 / 5)


@pytest.mark.parametrize(("stem", "name"), [(False, "no"), (True, "porter-nltk")])
def test_the_signature_names_all_that_can_change_a_number(stem: bool, name: str) -> None:
    first, *parts = Rouge(stem=stem, language="de").signature.split("|")
    parameters = dict(part.split(":") for part in parts)
    assert first == "rouge"
    assert parameters.pop("v").isdigit()
    assert parameters == {
        "agg": "mean",
        "multi": "max-f",
        "stem": name,
        "tok": "rouge-score",
        "split": f"explicit,auto-3(sentencex-{version('sentencex')}-de)",
        "trunc": "none",
        "impl": "rouge-score-0.1.2",
    }


@pytest.mark.parametrize(
    ("reference", "summary", "f"),
    [
        pytest.param("the cat sat", "the\0cat\0sat", 1, id="NUL"),
        pytest.param("the cat sat", "the \ud800 cat\udfff sat", 1, id="lone surrogates"),
        pytest.param("the cat", "\u05e9\u05dc\u05d5\u05dd", 0, id="Hebrew"),
        pytest.param("the cat", "\u202ethe\u202c \u200fcat", 1, id="marks of direction"),
        pytest.param("the cat", "\u732b\u304c\u5ea7\u3063\u305f\u3002", 0, id="Japanese"),
        pytest.param("ok", "\U0001f600 ok \U0001f468\u200d\U0001f469", 1, id="emoji"),
        pytest.param("... !", "... !", 0, id="only punctuation"),
        pytest.param("a b\nc d", "a b\r\nc d\r\n", 1, id="Windows line breaks"),
        pytest.param("w0 w1 w2", " ".join(f"w{i}" for i in range(3000)), 6 / 3003, id="long line"),
        pytest.param("a0\na9", "\n".join(f"a{i}" for i in range(2000)), 4 / 2002, id="2,000 lines"),
    ],
)
def test_wild_text_is_scored_by_its_tokens(reference: str, summary: str, f: float) -> None:
    scores = _score(reference, summary)
    assert (scores["rouge1_f"], scores["rougeLsum_f"]) == pytest.approx((f, f))


@given(_text, _text)
@settings(deadline=None)
def test_swapping_the_texts_swaps_precision_and_recall(first: str, second: str) -> None:
    forward, backward = _score(first, second), _score(second, first)
    for rouge_type in ("rouge1", "rouge2", "rougeL"):
        assert forward[f"{rouge_type}_p"] == backward[f"{rouge_type}_r"]
        assert forward[f"{rouge_type}_f"] == backward[f"{rouge_type}_f"]


@given(_text)
@settings(deadline=None)
def test_a_text_is_all_of_itself(text: str) -> None:
    assert set(_score(text, text).values()) == {1.0}


@given(_text, _text)
@settings(deadline=None)
def test_a_subsequence_never_has_more_hits_than_the_bag_of_words(first: str, second: str) -> None:
    scores = _score(first, second)
    assert scores["rougeL_r"] <= scores["rouge1_r"]
    assert scores["rougeLsum_r"] <= scores["rouge1_r"]


@given(_text, _text, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_case_quotes_and_repeated_spaces_change_nothing(
    reference: str, summary: str, rng: random.Random
) -> None:
    spaces = (" ", "  ", ' "', "\u201d ", " \u2019", "\t", "\u00a0")
    respaced = "".join(rng.choice(spaces) if c == " " else c for c in summary)
    assert _score(reference, f"\u201c{respaced.upper()}'") == _score(reference, summary)


@given(_text, _text, st.integers(1, 5))
@settings(deadline=None)
def test_a_sentence_of_junk_never_raises_precision(reference: str, summary: str, n: int) -> None:
    before, after = _score(reference, summary), _score(reference, summary + "\nz" + " z" * n)
    assert all(after[f"{t}_p"] <= before[f"{t}_p"] for t in _TYPES)


@given(_text, _text, st.integers(1, 5))
@settings(deadline=None)
def test_junk_in_a_sentence_never_raises_precision(reference: str, summary: str, n: int) -> None:
    before, after = _score(reference, summary), _score(reference, summary + " z" * n)
    assert all(after[f"{t}_p"] <= before[f"{t}_p"] for t in ("rouge1", "rouge2", "rougeL"))


def test_junk_in_a_sentence_may_raise_lsum_as_it_does_in_the_original_program() -> None:
    # ROUGE-1.5.5 says R .57143 P .50000, with "z" .71429 and .55556: of two subsequences of the
    # same length the backtracking takes another one, and the union grows.
    for junk, recall, precision in (("", 0.57143, 0.5), (" z", 0.71429, 0.55556)):
        scores = _score("c c b a a\nb d", f"b c a\na a d c a{junk}")
        assert (scores["rougeLsum_r"], scores["rougeLsum_p"]) == pytest.approx(
            (recall, precision), abs=2e-5
        )


@given(st.lists(st.tuples(_text, _text), min_size=2, max_size=4), st.data())
@settings(deadline=None)
def test_another_order_of_documents_is_another_order_of_scores(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(pairs))))
    examples = [
        Example(Article(str(i), ""), (reference,)) for i, (reference, _) in enumerate(pairs)
    ]
    straight = Rouge().score(examples, [summary for _, summary in pairs])
    mixed = Rouge().score([examples[i] for i in order], [pairs[i][1] for i in order])
    assert mixed == {name: [values[i] for i in order] for name, values in straight.items()}
