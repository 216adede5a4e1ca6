"""Tiny models through the real code: what they say, whatever the batch, the order or the memory."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
)
from transformers.cache_utils import DynamicLayer

from summbench.core.records import Article
from summbench.core.text import split_sentences
from summbench.models.decoding import GrowingLayer
from tests import argmax, tiny

pytestmark = pytest.mark.model

_SHORT = {"max_length": 14, "min_length": 5, "max_new_tokens": 14}
_SAMPLING = {"do_sample": True, "temperature": 1.5, "top_k": 0, "max_new_tokens": 14}
_WORDS = ["The", "gate", "is", "shut", ".", "<think>", "Is", "it", "?", "</think>", "</s>", "<pad>"]


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return partial(tiny.checkpoint, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def expected_answers(weights: Callable[[str], Path]) -> Callable[[str], dict[str, argmax.Answer]]:
    @cache
    def answers(family: str) -> dict[str, argmax.Answer]:
        prompts = [tiny.prompt(family, article.text) for article in tiny.ARTICLES]
        answers_in_order = argmax.greedy(weights(family), family, prompts)
        return {
            article.id: answer
            for article, answer in zip(tiny.ARTICLES, answers_in_order, strict=True)
        }

    return answers


def summarise_in_chunks(model: Any, articles: Sequence[Article], size: int) -> dict[str, str]:
    """Article id -> summary, asked for `size` at a time."""
    chunks = [articles[start : start + size] for start in range(0, len(articles), size)]
    return {p.article_id: p.summary for chunk in chunks for p in tiny.summarise(model, chunk)}


def build_orders() -> list[list[Article]]:
    shuffled = random.Random(0).sample(tiny.ARTICLES, len(tiny.ARTICLES))
    return [tiny.ARTICLES, tiny.ARTICLES[::-1], shuffled]


def generate_with_transformers(folder: Path, family: str, options: Mapping[str, Any]) -> list[str]:
    """What transformers' own `generate` makes of each article alone, given these options."""
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    auto: Any = AutoModelForCausalLM if family == "llama" else AutoModelForSeq2SeqLM
    model = auto.from_pretrained(folder)
    summaries = []
    for article in tiny.ARTICLES:
        prompt = tiny.prompt(family, article.text)
        ids = tokenizer(prompt, return_tensors="pt", add_special_tokens=family != "llama").input_ids
        inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        if family == "led":
            inputs["global_attention_mask"] = torch.zeros_like(ids)
            inputs["global_attention_mask"][0, 0] = 1
        new = model.generate(**inputs, **options)[0, ids.shape[1] if family == "llama" else 1 :]
        text = str(tokenizer.decode(new, skip_special_tokens=True))
        summaries.append(argmax.read_line_breaks(text))
    return summaries


@pytest.mark.parametrize("family", tiny.CONFIGS)
def test_a_shipped_config_decodes_as_transformers_does_with_its_options(
    family: str,
    weights: Callable[[str], Path],
    expected_answers: Callable[..., dict[str, argmax.Answer]],
) -> None:
    options = tiny.config(family)["generate"]
    options |= {key: short for key, short in _SHORT.items() if key in options}
    model = tiny.summariser(weights(family), family, generate=options)
    summaries = [prediction.summary for prediction in tiny.summarise(model, tiny.ARTICLES)]
    assert summaries == generate_with_transformers(weights(family), family, options)
    greedy = [answer.text for answer in expected_answers(family).values()]
    assert (summaries == greedy) == (family == "llama")  # the others search with beams


@pytest.mark.parametrize("size", [1, 3, 8])
@pytest.mark.parametrize("family", tiny.CONFIGS)
def test_greedy_is_the_likeliest_token_in_any_batch_and_order(
    family: str,
    size: int,
    weights: Callable[[str], Path],
    expected_answers: Callable[..., dict[str, argmax.Answer]],
) -> None:
    expected = {key: answer.text for key, answer in expected_answers(family).items()}
    assert len(set(expected.values())) == len(tiny.ARTICLES)
    model = tiny.summariser(weights(family), family)
    for order in build_orders():
        assert summarise_in_chunks(model, order, size) == expected


@pytest.mark.parametrize("family", tiny.CONFIGS)
def test_the_finish_reason_says_whether_the_model_chose_to_end(
    family: str,
    weights: Callable[[str], Path],
    expected_answers: Callable[..., dict[str, argmax.Answer]],
) -> None:
    """BART and PEGASUS are made to end at the limit, which is not their choice."""
    expected = [
        ("stop" if answer.ended else "length", answer.tokens)
        for answer in expected_answers(family).values()
    ]
    assert {reason for reason, _ in expected} == {"stop", "length"}
    predictions = tiny.summarise(tiny.summariser(weights(family), family), tiny.ARTICLES)
    assert [(p.finish_reason, p.output_tokens) for p in predictions] == expected


def test_rows_that_have_ended_leave_the_batch(weights: Callable[[str], Path]) -> None:
    model = tiny.summariser(weights("llama"), "llama", generate={"max_new_tokens": 40})
    loaded = model._checkpoint.get().model
    sizes: list[int] = []
    loaded.register_forward_pre_hook(
        lambda module, arguments, inputs: sizes.append(len(inputs["input_ids"])), with_kwargs=True
    )
    prompts = model._prompts.get([*tiny.ARTICLES, *[tiny.ARTICLES[1]] * 4])
    with torch.inference_mode():
        steps = [(len(sizes), sorted(map(len, rows.values()))) for rows in model._generate(prompts)]
    assert steps == [(10, [10] * 5), (40, [40] * 11)]
    assert sizes == [16] * 10 + [11] * 30  # the tenth token is the end of the text


def test_a_prompt_is_read_without_the_padding_of_its_batch(
    weights: Callable[[str], Path],
) -> None:
    model = tiny.summariser(weights("llama"), "llama")
    loaded = model._checkpoint.get().model
    read: list[tuple[int, ...]] = []
    loaded.base_model.register_forward_pre_hook(
        lambda module, arguments, inputs: read.append(tuple(inputs["input_ids"].shape)),
        with_kwargs=True,
    )
    prompts = model._prompts.get(tiny.ARTICLES)
    lengths = [len(prompt.ids) for prompt in prompts]
    assert len(set(lengths)) > 1
    with torch.inference_mode():
        next(model._generate(prompts))
    assert read[: len(prompts) + 1] == [*((1, n - 1) for n in lengths), (len(prompts), 1)]


def test_a_growing_layer_holds_what_that_of_transformers_does() -> None:
    torch.manual_seed(0)
    layers: list[Any] = [GrowingLayer(), DynamicLayer()]  # type: ignore[no-untyped-call]
    leaving = {20: [2, 0, 4], 90: [1, 0]}  # between two growths, and after one
    n_rows = 5
    for step in range(200):
        new = torch.randn(n_rows, 3, 1 if step else 7, 4)
        held = [layer.update(new, -new) for layer in layers]
        assert all(map(torch.equal, *held))
        for layer in layers if step in leaving else ():
            layer.batch_select_indices(torch.tensor(leaving[step]))
            n_rows = len(layer.keys)
        for layer in layers if step == 130 else ():
            layer.crop(-3)


@pytest.mark.parametrize("family", tiny.CONFIGS)
def test_a_row_that_has_ended_is_yielded_while_the_others_go_on_and_changes_nothing(
    family: str, weights: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here as soon as it ends, and none leaves the batch; else after a second, or with a quarter.

    The logits are those of one call of `generate`, to the last bit.
    """
    monkeypatch.setattr("summbench.models.decoding._LEAVING_SHARE", 2.0)
    runs: list[tuple[list[dict[int, int]], list[torch.Tensor]]] = []
    for wait in (1e9, 0.0):
        monkeypatch.setattr("summbench.models.decoding._LONGEST_WAIT", wait)
        model = tiny.summariser(weights(family), family, generate={"max_new_tokens": 40})
        logits: list[torch.Tensor] = []
        model._checkpoint.get().model.register_forward_hook(
            lambda module, inputs, output, logits=logits: logits.append(output.logits[:, -1])
        )
        with torch.inference_mode():
            steps = model._generate(model._prompts.get(tiny.ARTICLES))
            runs.append(([{row: len(ids) for row, ids in rows.items()} for rows in steps], logits))
    ([at_once], expected), (steps, paused) = runs
    assert {row: n for rows in steps for row, n in rows.items()} == at_once
    assert len(steps) > 1
    assert all(len(set(rows.values())) == 1 for rows in steps[:-1])  # each step has its rows
    assert len(expected) == len(paused)
    for step, (whole, other) in enumerate(zip(expected, paused, strict=True), 1):
        alive = [row for row, n in at_once.items() if n >= step]
        assert torch.equal(whole[alive], other[alive])


@pytest.mark.parametrize("family", ["bart", "llama"])
def test_rows_that_cannot_leave_change_nothing(
    family: str,
    weights: Callable[[str], Path],
    expected_answers: Callable[..., dict[str, argmax.Answer]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("summbench.models.decoding._has_rows", lambda cache: False)
    predictions = tiny.summarise(tiny.summariser(weights(family), family), tiny.ARTICLES[:4])
    expected = [answer.text for answer in expected_answers(family).values()][:4]
    assert [prediction.summary for prediction in predictions] == expected


@pytest.mark.parametrize("size", [1, 5, 12])
@pytest.mark.parametrize("family", ["bart", "llama"])
def test_a_stop_rule_keeps_whole_sentences_in_any_batch_and_order(
    family: str, size: int, weights: Callable[[str], Path]
) -> None:
    """What a reply of 90 tokens begins with; the tiny models write a full stop now and then."""
    prompts = [tiny.prompt(family, article.text) for article in tiny.ARTICLES]
    expected = {}
    answers = argmax.greedy(weights(family), family, prompts, steps=90)
    for article, answer in zip(tiny.ARTICLES, answers, strict=True):
        first, *others = split_sentences(answer.text) or [""]
        ended = "stop" if answer.ended else "length"
        expected[article.id] = (first, "stop_rule") if others else (answer.text, ended)
    assert {reason for _, reason in expected.values()} == {"stop_rule", "stop", "length"}
    options = {"generate": {"max_new_tokens": 90}, "stop": {"sentences": 1}}
    model = tiny.summariser(weights(family), family, **options)
    for order in build_orders():
        chunks = [order[start : start + size] for start in range(0, len(order), size)]
        predictions = [p for chunk in chunks for p in tiny.summarise(model, chunk)]
        assert {p.article_id: (p.summary, p.finish_reason) for p in predictions} == expected
    assert model.get_settings()["stop"] == {"sentences": 1}


def test_a_plain_prompt_begins_as_the_tokeniser_wants_and_is_padded_on_the_left(
    weights: Callable[[str], Path],
) -> None:
    model = tiny.summariser(weights("llama"), "llama", chat=False, prompt="{article} In short")
    prompts = [f"<s>{article.text} In short" for article in tiny.ARTICLES]
    answers = argmax.greedy(weights("llama"), "llama", prompts)
    assert [p.summary for p in tiny.summarise(model, tiny.ARTICLES)] == [a.text for a in answers]


def test_the_system_turn_comes_before_the_users(weights: Callable[[str], Path]) -> None:
    model = tiny.summariser(weights("llama"), "llama", prompt="{article}", system="Be brief.")
    prompts = [
        f"<s><|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n{a.text}<|im_end|>\n"
        "<|im_start|>assistant\n"
        for a in tiny.ARTICLES
    ]
    answers = argmax.greedy(weights("llama"), "llama", prompts)
    assert [p.summary for p in tiny.summarise(model, tiny.ARTICLES)] == [a.text for a in answers]


def test_the_first_token_of_led_sees_the_whole_article_only_if_asked(
    weights: Callable[[str], Path], expected_answers: Callable[..., dict[str, argmax.Answer]]
) -> None:
    local = tiny.summariser(weights("led"), "led", global_attention=False)
    summaries = [p.summary for p in tiny.summarise(local, tiny.ARTICLES)]
    global_summaries = [answer.text for answer in expected_answers("led").values()]
    assert sum(a != b for a, b in zip(summaries, global_summaries, strict=True)) > 6


@pytest.mark.parametrize("family", ["t5", "llama"])
def test_sampling_depends_on_the_seed_and_the_article_alone(
    family: str, weights: Callable[[str], Path]
) -> None:
    model = tiny.summariser(weights(family), family, generate=_SAMPLING, seed=1)
    first_summaries = summarise_in_chunks(model, tiny.ARTICLES, 12)
    for size, order in zip((1, 3, 8), build_orders(), strict=True):
        torch.manual_seed(size)
        assert summarise_in_chunks(model, order, size) == first_summaries
    again = tiny.summariser(weights(family), family, generate=_SAMPLING, seed=1)
    assert summarise_in_chunks(again, tiny.ARTICLES[5:], 3) == {
        a.id: first_summaries[a.id] for a in tiny.ARTICLES[5:]
    }
    other_seed = tiny.summariser(weights(family), family, generate=_SAMPLING, seed=2)
    if family == "llama":
        further = model.with_seed(1)
        assert further._checkpoint is model._checkpoint  # the weights are not read twice
        assert summarise_in_chunks(further, tiny.ARTICLES, 8) == summarise_in_chunks(
            other_seed, tiny.ARTICLES, 8
        )
        assert summarise_in_chunks(model, tiny.ARTICLES[:3], 3) == {
            a.id: first_summaries[a.id] for a in tiny.ARTICLES[:3]
        }
    assert (
        sum(
            first_summaries[key] != text
            for key, text in summarise_in_chunks(other_seed, tiny.ARTICLES, 8).items()
        )
        > 9
    )


def find_longest_that_fits(folder: Path, family: str, text: str, limit: int) -> str:
    """The text's longest beginning, whole tokens only, whose prompt has at most `limit` tokens."""
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    marks = family != "llama"
    ends = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    for _, end in reversed(ends):
        prompt = tiny.prompt(family, text[:end])
        if len(tokenizer(prompt, add_special_tokens=marks)["input_ids"]) <= limit:
            return text[:end]
    raise ValueError(limit)


@pytest.mark.parametrize(
    ("family", "max_input_tokens", "limit"),
    [
        ("bart", 100, 100),
        ("bart", None, 320),  # its positions
        ("t5", 100, 100),
        ("pegasus", 100, 100),
        ("led", 100, 100),
        ("led", None, 320),  # the encoder's positions; its decoder has 64
        ("llama", 150, 150),
        ("llama", None, 512 - 14),  # its positions less the new tokens
    ],
)
def test_a_long_article_is_cut_at_its_end_and_the_instruction_kept(
    family: str, max_input_tokens: int | None, limit: int, weights: Callable[[str], Path]
) -> None:
    text = " ".join(tiny.SENTENCES * 4)
    model = tiny.summariser(weights(family), family, max_input_tokens=max_input_tokens)
    long, short = tiny.summarise(
        model, [Article("long", text), Article("short", tiny.SENTENCES[1])]
    )
    truncated_text = find_longest_that_fits(weights(family), family, text, limit)
    (expected,) = argmax.greedy(weights(family), family, [tiny.prompt(family, truncated_text)])
    assert long.summary == expected.text
    assert (long.input_truncated, short.input_truncated) == (True, False)
    assert limit - 3 <= (long.input_tokens or 0) <= limit


@pytest.mark.parametrize("how", ["head", "head_tail"])
@pytest.mark.parametrize("family", tiny.CONFIGS)
def test_what_is_cut_away_changes_nothing_and_what_is_kept_does(
    family: str, how: str, weights: Callable[[str], Path]
) -> None:
    head, tail = (" ".join(tiny.SENTENCES * 2), " ".join(tiny.SENTENCES[6:] * 4))
    texts = [f"{head} Nobody. {tail}", f"{head} Is it? {tail}", f"{head} Nobody. {tail} In June!"]
    articles = [Article(text, text) for text in texts]
    for limit in (151, 152, 153):
        model = tiny.summariser(weights(family), family, max_input_tokens=limit, truncate=how)
        first, middle, end = tiny.summarise(model, articles)
        assert limit - 3 <= (first.input_tokens or 0) <= limit
        assert first.summary == middle.summary
        assert (first.summary == end.summary) == (how == "head")
