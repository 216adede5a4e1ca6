"""First-token probabilities: a softmax by hand, planted values, odd texts and odd arguments."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoTokenizer

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.metrics.first_token import FirstToken, find_answers
from tests.tiny import SENTENCES, checkpoint
from tests.tiny_checkers import compute_softmax, make_checker, plant_bias, read_first_logits

pytestmark = pytest.mark.model

_CLOSE: dict[str, Any] = {"abs": 1e-6, "rel": 0}
_NO, _YES = 4, 9
_EXAMPLES = [
    Example(Article("all", " ".join(SENTENCES)), ("The gate was shut.", "A crate floated off.")),
    Example(Article("lines", "\n".join(SENTENCES[2:5])), ("He kept it.",)),
    Example(Article("one", SENTENCES[0]), (SENTENCES[1],)),
]
_SUMMARIES = [
    "The gate is shut.\nTwo planks were found.\nYes.",
    "Repairs would cost 48,000 crowns. A heron stays.",
    SENTENCES[0],
]
_CHECK = "predict: {chunk}</s>{sentence}"
_JUDGE = "premise: {document} hypothesis: {summary}"


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checker(tmp_path_factory.mktemp("tiny-checker"))


def _metric(weights: Path | str, *prompts: str, **options: Any) -> FirstToken:
    named = {f"q{i}": prompt for i, prompt in enumerate(prompts)}
    return FirstToken(str(weights), named, **{"answers": [_NO, _YES], **options})


def _score(metric: FirstToken, article: str, summary: str, *references: str) -> float:
    return metric.score([Example(Article("a", article), references)], [summary])["q0"][0]


def _compute(weights: Path, prompt: str) -> float:
    logits = read_first_logits(weights, prompt)
    return compute_softmax([logits[_NO], logits[_YES]], 1)


def test_best_of_chunks_and_mean_of_sentences_by_hand(weights: Path) -> None:
    # Sentences of 16, 3, 16 and 17 words: 34 hold the first two, and the last two.
    metric = _metric(weights, _CHECK, chunk={"words": 34})
    assert [len(sentence.split()) for sentence in SENTENCES[:4]] == [16, 3, 16, 17]
    chunks = [" ".join(SENTENCES[:2]), " ".join(SENTENCES[2:4])]
    for text, parts in [(" ".join(SENTENCES[:4]), chunks), ("Nobody was hurt.", SENTENCES[1:2])]:
        best = [
            max(_compute(weights, f"predict: {chunk}</s>{sentence}") for chunk in parts)
            for sentence in _SUMMARIES[0].split("\n")
        ]
        assert _score(metric, text, _SUMMARIES[0]) == pytest.approx(sum(best) / 3, **_CLOSE)
        assert len({round(value, 5) for value in best}) == 3


def test_questions_about_the_whole_summary_and_its_sentences(weights: Path) -> None:
    prompts = (
        "question: Coherent? </s> summary: {summary} </s> document: {document}",
        "question: Fluent? </s> paragraph: {sentence}",
        "question: Relevant? </s> summary: {summary} </s> reference: {reference}",
    )
    example, [first, second] = _EXAMPLES[0], ["The gate is shut.", "Two planks."]
    scores = _metric(weights, *prompts).score([example], [f"{first} {second}"])
    start = f"question: Relevant? </s> summary: {first} {second} </s> reference: "
    fluency = [_compute(weights, f"question: Fluent? </s> paragraph: {s}") for s in (first, second)]
    assert scores["q0"][0] == pytest.approx(
        _compute(
            weights,
            f"question: Coherent? </s> summary: {first} {second} </s> document: "
            + example.article.text,
        ),
        **_CLOSE,
    )
    assert scores["q1"][0] == pytest.approx(sum(fluency) / 2, **_CLOSE)
    best = max(_compute(weights, start + text) for text in example.references)
    assert scores["q2"][0] == pytest.approx(best, **_CLOSE)


def test_one_answer_is_a_probability_among_all_tokens(weights: Path) -> None:
    example = _EXAMPLES[2]
    prompt = f"premise: {example.article.text} hypothesis: Nobody was hurt."
    expected = compute_softmax(read_first_logits(weights, prompt), _YES)
    metric = _metric(weights, _JUDGE, answers=[_YES])
    assert metric.score([example], ["Nobody was hurt."])["q0"] == [
        pytest.approx(expected, **_CLOSE)
    ]
    assert 0.0 < expected < 0.9


@pytest.mark.parametrize("odds", [3.0, 1.0, 0.25])
def test_a_planted_bias_gives_the_known_value(tmp_path: Path, odds: float) -> None:
    # Logits 0 and ln 3 are odds of 1 to 3, whatever the texts say.
    weights = plant_bias(tmp_path, {_YES: math.log(odds)})
    both = _metric(weights, _CHECK, "{sentence}", chunk={"sentences": 1})
    for values in both.score(_EXAMPLES, _SUMMARIES).values():
        assert values == [pytest.approx(odds / (1 + odds), **_CLOSE)] * 3
    n_tokens = len(AutoTokenizer.from_pretrained(weights))
    one = _metric(weights, _JUDGE, answers=[_YES], max_length=300)
    expected = odds / (n_tokens - 1 + odds)
    assert one.score(_EXAMPLES, _SUMMARIES)["q0"] == [pytest.approx(expected, **_CLOSE)] * 3


@pytest.mark.parametrize("options", [{"batch_size": 1}, {"batch_size": 7}, {"batch_tokens": 60}])
def test_neither_batches_nor_order_matter(weights: Path, options: dict[str, int]) -> None:
    # To 1e-6: other batches are padded otherwise, and float32 sums in another order.
    shared: dict[str, Any] = {"chunk": {"tokens": 40}}
    together = _metric(weights, _CHECK, _JUDGE, **shared).score(_EXAMPLES, _SUMMARIES)
    metric = _metric(weights, _CHECK, _JUDGE, **shared, **options)
    backwards = metric.score(_EXAMPLES[::-1], _SUMMARIES[::-1])
    with_an_empty = metric.score([_EXAMPLES[0], *_EXAMPLES], [" \n", *_SUMMARIES])
    for name, values in together.items():
        expected = [pytest.approx(value, **_CLOSE) for value in values]
        assert backwards[name][::-1] == expected
        assert isnan(with_an_empty[name][0])
        assert with_an_empty[name][1:] == expected
    assert metric.score(_EXAMPLES, _SUMMARIES) == metric.score(_EXAMPLES, _SUMMARIES)


def test_braces_in_a_text_are_text(weights: Path) -> None:
    article, summary = "It was {summary} and {chunk}.", "A {document} {0}."
    expected = _compute(weights, f"premise: {article} hypothesis: {summary}")
    assert _score(_metric(weights, _JUDGE), article, summary) == pytest.approx(expected, **_CLOSE)


def test_a_lone_surrogate_does_no_harm(weights: Path) -> None:
    metric = _metric(weights, _JUDGE)
    assert _score(metric, "a \ud800 b", "c \udfff d") == _score(metric, "a \ufffd b", "c \ufffd d")


@pytest.mark.parametrize("prompt", [_JUDGE, _CHECK])
@pytest.mark.parametrize(("article", "summary"), [("", "A summary."), (" \n", "No."), ("A.", " ")])
def test_without_a_text_nothing_is_defined_and_nothing_loaded(
    prompt: str, article: str, summary: str
) -> None:
    absent = _metric("nobody/has-such-a-model", prompt, chunk={"words": 9})
    assert isnan(_score(absent, article, summary))
    assert absent.score([], []) == {"q0": []}
    assert absent.get_settings()["answers"] is None
    with pytest.raises(SummbenchError, match=r"has-such-a-model' .* not in the hub's cache"):
        _score(absent, "An article.", "A summary.")


def test_without_references_only_their_column_is_undefined(weights: Path) -> None:
    metric = _metric(weights, "{summary} {reference}", "{summary}", _JUDGE)
    [[relevance], [fluency], [consistency]] = metric.score(
        [Example(Article("a", "The gate."), (" ",))], ["It is shut."]
    ).values()
    assert isnan(relevance)
    assert not isnan(fluency + consistency)


def test_the_columns_say_what_they_need(weights: Path) -> None:
    metric = _metric(
        weights, "{summary} {reference}", "{sentence}", _JUDGE, _CHECK, chunk={"words": 9}
    )
    columns = metric.columns.values()
    assert {(column.direction, column.role) for column in columns} == {("higher", "diagnostic")}
    assert [set(c.needs) for c in columns] == [{"references"}, set(), {"article"}, {"article"}]


def test_a_long_article_loses_its_end_never_the_question(
    weights: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tokenizer: Any = AutoTokenizer.from_pretrained(weights)
    article, summary = " ".join(SENTENCES), "Nobody was hurt."
    metric = _metric(weights, _JUDGE, max_length=90)
    with caplog.at_level(logging.WARNING, "summbench"):
        scores = [_score(metric, article, text) for text in (summary, summary, "The gate.")]
    # The longest beginning of the article with which the prompt has at most 90 tokens.
    ends = tokenizer(article, add_special_tokens=False, return_offsets_mapping=True)
    for text, score in zip([summary, summary, "The gate."], scores, strict=True):
        prompts = [
            f"premise: {article[:end]} hypothesis: {text}" for _, end in ends["offset_mapping"]
        ]
        longest = [p for p in prompts if len(tokenizer(p)["input_ids"]) <= 90][-1]
        assert score == pytest.approx(_compute(weights, longest), **_CLOSE)
    settings = metric.get_settings()
    assert (settings["longest_input"], settings["truncated_prompts"]) == (90, 2)
    [record] = caplog.records
    said = f"{weights}: a prompt is longer than the 90 tokens that it reads"
    assert record.getMessage().startswith(said)


def test_a_summary_that_leaves_no_room_is_undefined_and_counted(weights: Path) -> None:
    metric = _metric(weights, _JUDGE, "{sentence}", max_length=60)
    long = "the gate and " * 60
    scores = metric.score(_EXAMPLES[2:] * 2, [long, "It is shut."])
    assert [isnan(value) for value in scores["q0"]] == [True, False]
    # A question about the sentence alone loses the sentence's end.
    assert not any(map(isnan, scores["q1"]))
    settings = metric.get_settings()
    assert (settings["prompts_too_long"], settings["truncated_prompts"]) == (1, 2)


def test_a_table_of_positions_is_a_limit(tmp_path: Path) -> None:
    metric = _metric(plant_bias(tmp_path, {}), _JUDGE, max_length=9_999)
    _score(metric, "The gate.", "It is shut.")
    assert metric.get_settings()["longest_input"] == 320


def test_answers_are_the_first_tokens_of_texts_or_ids(weights: Path) -> None:
    tokenizer: Any = AutoTokenizer.from_pretrained(weights)
    token = tokenizer("The")["input_ids"]
    assert tokenizer.convert_ids_to_tokens(token)[0] == "\u2581"  # a bare space: no answer
    vocabulary = tokenizer.get_vocab()
    marked = [piece for piece in vocabulary if len(piece) > 2 and piece[0] == "\u2581"][:2]
    first, second = (piece[1:] for piece in marked)
    assert find_answers([first, second], tokenizer, 203) == [vocabulary[p] for p in marked]
    assert find_answers([first, 7], tokenizer, 203) == [vocabulary[marked[0]], 7]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (["The"], "'The' is no token of '.*tiny-t5'"),
        ([""], "'' is no token of '.*tiny-t5'"),
        ([3, 203], "203 is no token of '.*tiny-t5'"),
        ([-1], "-1 is no token of '.*tiny-t5'"),
        ([7, 7], "7, 7 begin with the same token; give token ids"),
    ],
)
def test_answers_that_the_model_cannot_give_are_refused(
    weights: Path, answers: list[str | int], message: str
) -> None:
    with pytest.raises(SummbenchError, match=message):
        _score(_metric(weights, _JUDGE, answers=answers), "An article.", "A summary.")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"answers": []}, r"answers=\[\] is no list of one or two texts or token ids"),
        ({"answers": "Yes"}, "answers='Yes' is no list"),
        ({"answers": [1, 2, 3]}, "is no list of one or two"),
        ({"answers": [False, True]}, 'answers has False.* "Yes" and "No" need their quotes'),
        ({"chunk": {"words": 0}}, "is no rule"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"max_length": 0}, "max_length is 0"),
    ],
)
def test_odd_arguments_are_refused_at_once(options: dict[str, Any], message: str) -> None:
    with pytest.raises(SummbenchError, match=message):
        _metric("nobody/anything", _JUDGE, **options)


@pytest.mark.parametrize(
    "prompt",
    [
        "", "no place", "{document}", "{summary} {sentence}", "{summary} {summary}",
        "{summary} {document} {reference}", "{summary} {claim}", None, 7,
    ],
)  # fmt: skip
def test_a_prompt_without_the_right_places_is_refused(prompt: Any) -> None:
    with pytest.raises(SummbenchError, match=r"The prompt of 'q0' has .* it must have one of"):
        _metric("nobody/anything", prompt)


@pytest.mark.parametrize("prompts", [{}, None, _JUDGE])
def test_no_prompts_are_refused(prompts: Any) -> None:
    with pytest.raises(SummbenchError, match="has no prompt; write <column>: <prompt>"):
        FirstToken("nobody/anything", prompts, [3])


def test_chunks_need_a_rule() -> None:
    with pytest.raises(SummbenchError, match=r"A prompt has \{chunk\}; set chunk"):
        _metric("nobody/anything", _CHECK)


def test_all_that_changes_a_number_is_in_the_signature(weights: Path, tmp_path: Path) -> None:
    options: Sequence[dict[str, Any]] = [
        {}, {"language": "de"}, {"max_length": 32}, {"answers": [_YES]}, {"answers": [_YES, _NO]},
        {"answers": ["4", "9"]}, {"chunk": {"words": 9}}, {"chunk": {"tokens": 9}},
    ]  # fmt: skip
    metrics = [_metric(weights, _JUDGE, **arguments) for arguments in options]
    metrics.append(_metric(weights, _JUDGE + "?"))
    assert len({metric.signature for metric in metrics}) == len(metrics)
    same = _metric(weights, _JUDGE, batch_size=2, batch_tokens=99, offline=True)
    assert same.signature == metrics[0].signature
    other = _metric(plant_bias(tmp_path, {}), _JUDGE)
    assert other.signature != metrics[0].signature


def test_a_model_without_decoder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match="could not be loaded"):
        _score(_metric(checkpoint(tmp_path, "llama"), _JUDGE), "An article.", "A summary.")
