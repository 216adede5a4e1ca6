"""ROUGE-1.5.5 to the last digit: against its stored numbers, and against the program itself."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.core.resources import get_resource_path
from summbench.core.text import split_sentences
from summbench.metrics.rouge import metric as metric_module
from summbench.metrics.rouge.engines import RustEngine
from summbench.metrics.rouge.metric import Rouge
from summbench.metrics.rouge.rouge155 import Rouge155, build_stem_encoder, encode_tokens
from tests.commands import GOLDEN, SHARED_DATA
from tests.golden.rouge155 import MODES, Case, find_release, has_perl, list_differences, run_ours
from tests.golden.wordnet_exceptions import OUTPUT, format_file, read_exceptions

_STORED = SHARED_DATA / "rouge155-goldens.jsonl"
_WORDNET = Path("/usr/share/wordnet")
_VECTORS: list[dict[str, Any]] = json.loads((GOLDEN / "rouge155.json").read_text(encoding="utf-8"))[
    "vectors"
]
_needs_perl = pytest.mark.skipif(not has_perl(), reason="perl or its XML::DOM is not installed")
_PLAIN, _STEMMED = Rouge155(), Rouge155(stem=True)


def _score(metric: Rouge155, references: Sequence[str], summary: str) -> dict[str, float]:
    values = metric.score([Example(Article("a", ""), tuple(references))], [summary])
    return {name: value for name, [value] in values.items()}


@pytest.mark.skipif(not _STORED.is_file(), reason="the shared data is not beside us")
@pytest.mark.parametrize(
    ("mode", "key"), [("plain", "plain"), ("m", "m"), ("m, empty table", "m_no_exceptions")]
)
def test_4_700_real_summaries_have_the_numbers_of_the_program(mode: str, key: str) -> None:
    rows: dict[str, Any] = {}
    for name in ("cnndm-multi", "xsum50", "cnndm-mini"):
        text = (SHARED_DATA / f"{name}.test.jsonl").read_text(encoding="utf-8")
        rows |= {row["id"]: row for row in map(json.loads, text.strip().split("\n"))}
    goldens = [json.loads(line) for line in _STORED.read_text(encoding="utf-8").splitlines()]
    cases: list[Case] = [
        ((rows[g["id"]]["references"][0],), rows[g["id"]]["systems"][g["system"]]) for g in goldens
    ]
    scores = run_ours(cases, mode)
    assert len(goldens) == 4_700
    for kind in ("rouge1", "rouge2", "rougeLsum"):
        columns = zip(*(scores[f"{kind}_{part}"] for part in "prf"), strict=True)
        assert list(map(list, columns)) == [golden[key][kind] for golden in goldens]


@pytest.mark.parametrize(
    ("key", "metric", "count"),
    [("plain", _PLAIN, 12), ("m", _STEMMED, 11), ("pooled", _PLAIN, 2)],
)
def test_the_golden_vectors_are_met_to_the_last_digit(
    key: str, metric: Rouge155, count: int
) -> None:
    # G10 is stored with -f B, as one of several references; G11 is Cyrillic, for us undefined.
    vectors = [v for v in _VECTORS if key in v and v["id"] != "G11"]
    assert len(vectors) == count
    best = Rouge155(multi="max-f"), Rouge155(stem=True, multi="max-f")
    for vector in vectors:
        references = ["\n".join(sentences) for sentences in vector["references"]]
        of_vector = metric if key == "pooled" else best[metric is _STEMMED]
        scores = _score(of_vector, references, "\n".join(vector["candidate"]))
        for kind, expected in vector[key].items():
            assert [scores[f"{kind}_{part}"] for part in "rpf"] == expected, vector["id"]


def test_irregular_words_are_looked_up() -> None:
    # G2 by the program: .11111 plain, .33333 with -m; by hand: child, well and man are found.
    references = ["The children were better than the men at running ."]
    summary = "A child is well and the man ran best ."
    for metric, expected in ((_PLAIN, 0.11111), (_STEMMED, 0.33333)):
        scores = _score(metric, references, summary)
        for part in "prf":
            assert scores[f"rouge1_{part}"] == scores[f"rougeLsum_{part}"] == expected
            assert scores[f"rouge2_{part}"] == 0


def _draw_cases(count_per_article: int) -> list[Case]:
    """Runs of sentences of each shipped article, with its two references and some a third."""
    text = (get_resource_path("data") / "newsdesk" / "articles.jsonl").read_text(encoding="utf-8")
    cases = []
    for i, row in enumerate(map(json.loads, text.strip().split("\n"))):
        sentences = split_sentences(row["document"])
        references = [row["highlights"], row["brief"], "\n".join(sentences[2:4])][: 2 + i % 2]
        for k in range(count_per_article):
            start = k % max(1, len(sentences) - 3)
            summary = "\n".join(sentences[start : start + 1 + k % 4])
            cases.append((tuple(references), summary))
    return cases


# What the program makes of bytes: only \n parts lines, only A-Z becomes small, U+212A is no k.
_ODD_TEXTS = [
    "The cats\x0csat\x85on\u2028the\u2029mat. \u212aELVIN\nna\u00efve S\u0130T caf\u00e9",
    "state-of-the-art F-16s cost $1,250.50 in 2024-25 -- a_b -$5 'tis <n> 1990s",
    "comics and a comic strip, comic_strip; says say said\r\n\r\nbest better well",
    "testes taxis offer offers offered 2000ed dying died enjoyed skies skying",
    "the\0cat \ud800 sat\udfff .\n\n . \n\U0001f600 ok",
    "",
    "... !",
]


@_needs_perl
@pytest.mark.slow
@pytest.mark.parametrize("mode", ["plain", "m"])
def test_the_program_pools_several_references_as_we_do(mode: str) -> None:
    cases = _draw_cases(20)
    assert len(cases) == 1_000 and {len(texts) for texts, _ in cases} == {2, 3}
    assert list_differences(cases, mode) == []


@_needs_perl
@pytest.mark.parametrize("mode", MODES)
def test_the_program_reads_odd_texts_as_we_do(mode: str) -> None:
    cases: list[Case] = [((a,), b) for a in _ODD_TEXTS for b in _ODD_TEXTS]
    cases += [(tuple(_ODD_TEXTS[i : i + 3]), text) for i, text in enumerate(_ODD_TEXTS)]
    assert list_differences(cases, mode) == []


# By the program's own stem(), as the table is by WordNet's lists.
_STEMS = """
agreed agre / argument argum / adjustment adjust / bled bled / cement cement / document docum
element elem / parliament parliam / tournament tournam / replacement replac / adoption adopt
callousness callous / communism commun / daily daili / enjoy enjoi / says sai / sing sing
died di / dying dy / skies ski / hopping hop / hoping hope / falling fall / hissing hiss
filing file / plastered plaster / homologous homolog / probate probat / rate rate / cease ceas
roll roll / 1990s 1990 / ydsing ydsing / 01ization 01izat / relational relat / say say / was was
"""


def test_the_stemmer_is_that_of_the_program() -> None:
    pairs = [pair.split() for pair in re.split(r" / |\n", _STEMS.strip())]
    encode = build_stem_encoder("none")
    assert [[word, encode(word)] for word, _ in pairs] == pairs


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("children", "child"),
        ("best", "well"),  # adv comes last: its entry counts
        ("better", "well"),
        ("testes", "testes"),
        ("offer", "offer"),  # an entry of adj; alone it would be the stem too
        ("after", "after"),
        ("taxis", "taxis"),  # what the table has is not stemmed again
        ("men", "men"),  # of three letters: neither looked up nor stemmed
    ],
)
def test_the_table_of_exceptions_comes_before_the_stemmer(word: str, stem: str) -> None:
    assert build_stem_encoder("wn2.0")(word.upper()) == stem


def test_tokens_are_ascii_and_only_a_line_feed_ends_a_line() -> None:
    text = "It's \u212aelvin\x0c1,250.50\r\na_b\u2028c\x85d"
    lines = ["it s elvin 1 250 50", "a b c d"]
    assert [" ".join(line.split()) for line in encode_tokens(text).split("\n")] == lines
    assert build_stem_encoder("none")(text).split("\n") == lines


def test_a_text_of_one_line_is_one_sentence() -> None:
    # By hand: as sentences all four words are found, as one sequence only two of them.
    assert _score(_PLAIN, ["A b.\nC d."], "C d.\nA b.")["rougeLsum_f"] == 1
    assert _score(_PLAIN, ["A b. C d."], "C d. A b.")["rougeLsum_f"] == 0.5
    assert _score(_PLAIN, ["A b.\u2028C d."], "C d.<n>A b.")["rougeLsum_p"] == 0.4


def test_f_is_made_of_the_rounded_numbers() -> None:
    # By hand, and golden vector G4: 2 of 5 and 2 of 6 are .4 and .33333, of which F is .36363.
    scores = _score(_PLAIN, ["a b c d e f g"], "a b c x y z")
    assert [scores[f"rouge2_{part}"] for part in "prf"] == [0.4, 0.33333, 0.36363]


def test_the_shipped_table_is_that_of_wordnet_2() -> None:
    expected = read_exceptions(find_release() / "data" / "WordNet-2.0-Exceptions")
    assert len(expected) == 5_930
    lines = OUTPUT.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    reachable = {w: base for w, base in expected.items() if w.isalnum() and len(w) > 3}
    assert rows == [f"{word} {base}" for word, base in sorted(reachable.items())]
    assert len(rows) == 5_593
    assert "# WordNet 3.0 Copyright 2006 by Princeton University.  All rights reserved." in lines


@pytest.mark.skipif(not _WORDNET.is_dir(), reason="wordnet-base is not installed")
def test_the_script_makes_the_shipped_table() -> None:
    assert format_file(_WORDNET) == OUTPUT.read_text(encoding="utf-8")


def test_the_signatures_say_all_of_it() -> None:
    ending = "tok:rouge-1.5.5|split:newline|trunc:none|round:5|v:1"
    assert _PLAIN.signature == f"rouge155|agg:mean|multi:pooled|stem:no|{ending}"
    start = "rouge155|agg:mean|multi:max-f|stem:porter-1.5.5|exc:none|"
    assert Rouge155(stem=True, exc="none", multi="max-f").signature == start + ending
    assert "|stem:porter-1.5.5|exc:wn2.0|" in _STEMMED.signature


def test_unknown_arguments_are_answered_with_the_known_ones() -> None:
    with pytest.raises(SummbenchError, match="multi='mean' is none of pooled, max-f"):
        Rouge155(multi="mean")  # type: ignore[arg-type]
    for stem in (False, True):
        with pytest.raises(SummbenchError, match=r"exc='wn3' is none of wn2\.0, none"):
            Rouge155(stem=stem, exc="wn3")  # type: ignore[arg-type]


def test_what_is_undefined_is_so_in_both(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(isnan(value) for value in _score(_PLAIN, [], "a").values())
    metric = Rouge155(stem=True)
    assert all(isnan(value) for value in _score(metric, ["Татьяна", "a"], "a").values())
    assert "ROUGE is undefined for 'a'" in caplog.text
    assert metric.get_settings() == {"engine": RustEngine.name}
    assert metric.get_counts() == {
        "checked_against_rouge_score": [0],
        "references_in_another_script": [1],
    }
    # Sixteen cells are too many, and pooled with a small pair still undefined.
    monkeypatch.setattr(metric_module, "_MAX_CELLS", 12)
    scores = _score(_PLAIN, ["a b c d", "a"], "a b c d")
    assert isnan(scores["rougeLsum_f"]) and isnan(scores["rougeLsum_p"])
    assert [scores[f"rouge1_{part}"] for part in "rpf"] == [1, 0.625, 0.76923]


def test_pooling_a_single_reference_changes_no_bit() -> None:
    cases = _draw_cases(4)
    examples = [Example(Article("a", ""), texts[:1]) for texts, _ in cases]
    several = [*examples, Example(Article("b", ""), ("a", "b"))]
    summaries = [summary for _, summary in cases]
    best = Rouge().score(examples, summaries)
    assert Rouge(multi="pooled").score(examples, summaries) == best
    with_policy = Rouge(multi="pooled").score(several, [*summaries, "a"])
    assert {name: values[:-1] for name, values in with_policy.items()} == best
