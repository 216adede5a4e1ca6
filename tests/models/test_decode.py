"""Prompts that must fit, batches that must fit, and what is kept of the tokens that come back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import AutoTokenizer, GenerationConfig, PreTrainedTokenizerFast

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Prediction
from summbench.models.checkpoint import GenerationSettings, LoadedCheckpoint
from summbench.models.checkpoint_checks import Truncate
from summbench.models.decoding import Rows
from summbench.models.generation import iterate_predictions
from summbench.models.stop_rule import StopRule
from summbench.models.truncation import Prompt, fit_prompt
from tests import tiny

pytestmark = pytest.mark.model

_MARKS = ["</s>", "<pad>", "<think>", "</think>"]
_LETTERS = list("ABCDEFGHIJKL")
_ARTICLE = Article("letters", " ".join(_LETTERS))


def build_word_checkpoint() -> LoadedCheckpoint:
    """A tokeniser of one token a word, and a model that knows nothing but its end of text."""
    vocabulary = {
        word: i for i, word in enumerate([*_MARKS, *_LETTERS, "Sum", "up", ":", "!", "up."])
    }
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast: Any = PreTrainedTokenizerFast
    return build_checkpoint(
        fast(tokenizer_object=tokenizer, eos_token="</s>", pad_token="<pad>"), 0
    )


def build_checkpoint(tokenizer: Any, *end_tokens: int, **options: int) -> LoadedCheckpoint:
    config = GenerationConfig(eos_token_id=list(end_tokens), **options)  # type: ignore[no-untyped-call]
    return LoadedCheckpoint(SimpleNamespace(generation_config=config), tokenizer, "cpu")


def predict_from(loaded: LoadedCheckpoint, text: str) -> Prediction:
    """The prediction that comes of a model that says this text."""
    tokens = loaded.tokenizer(text, add_special_tokens=False)["input_ids"]

    def generate(prompts: Sequence[Prompt]) -> Iterator[Rows]:
        yield {i: tokens for i, _ in enumerate(prompts)}

    prompt = Prompt(_ARTICLE, [7, 7, 7], truncated=False)
    [prediction] = iterate_predictions([prompt], loaded, GenerationSettings({}), generate)
    return prediction


@pytest.mark.parametrize(
    ("text", "summary", "reasoning", "tokens", "reason"),
    [
        ("A B C", "A B C", "", 3, "length"),
        ("A B C </s> <pad> <pad>", "A B C", "", 3, "stop"),
        ("<think> D E </think> A B", "A B", "D E", 6, "length"),
        ("<think> D E </s>", "", "D E", 3, "stop"),
        ("</s> A B", "", "", 0, "stop"),
    ],
)
def test_a_prediction_is_what_comes_before_the_end_without_thoughts(
    text: str, summary: str, reasoning: str, tokens: int, reason: str
) -> None:
    result = predict_from(build_word_checkpoint(), text)
    assert (result.summary, result.reasoning) == (summary, reasoning)
    assert (result.output_tokens, result.input_tokens, result.finish_reason) == (tokens, 3, reason)


def test_only_the_tokens_of_the_kept_sentences_count() -> None:
    """The word that begins the next sentence shows that the last one has ended."""
    loaded, stop = build_word_checkpoint(), StopRule(2)
    tokens = loaded.tokenizer("A up. B up. C D", add_special_tokens=False)["input_ids"]
    prompt = Prompt(_ARTICLE, [7, 7, 7], truncated=False)
    settings = GenerationSettings({}, stop=stop)
    (result,) = iterate_predictions([prompt], loaded, settings, lambda _: iter([{0: tokens}]))
    assert (result.summary, result.raw) == ("A up. B up.", "A up. B up.")
    assert (result.output_tokens, result.finish_reason) == (4, "stop_rule")


def test_the_line_breaks_of_pegasus_are_line_breaks(tmp_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny.checkpoint(tmp_path, "pegasus"))
    loaded = build_checkpoint(tokenizer, tokenizer.eos_token_id)
    summary = predict_from(loaded, "<pad>Nobody was hurt.<n>The gate shut.</s><pad>").summary
    assert summary == "Nobody was hurt.\nThe gate shut."


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        (["<|channel>", "<channel|>"], "<|channel> D E <channel|> A B"),
        (["[THINK]", "[/THINK]"], "[THINK] D E [/THINK] A B"),
        (["<|START_THINKING|>", "<|END_THINKING|>"], "<|START_THINKING|> D E <|END_THINKING|> A B"),
    ],
)
def test_thoughts_between_special_tokens_are_not_in_the_summary(
    marks: list[str], text: str
) -> None:
    tokenizer = build_word_checkpoint().tokenizer
    tokenizer.add_special_tokens({"additional_special_tokens": marks})
    loaded = build_checkpoint(tokenizer, 0)
    result = predict_from(loaded, text)
    assert (result.summary, result.reasoning) == ("A B", "D E")
    assert predict_from(loaded, "A <pad> B").summary == "A B"


def test_any_of_several_ends_is_an_end() -> None:
    """Chat models name two: the end of the turn and the end of the text. D is 7, E is 8."""
    result = predict_from(build_checkpoint(build_word_checkpoint().tokenizer, 8, 7), "A B D E")
    assert (result.summary, result.output_tokens, result.finish_reason) == ("A B", 2, "stop")


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"max_new_tokens": 4}, "stop"),
        ({"max_new_tokens": 3}, "length"),
        ({"max_length": 5}, "stop"),
        ({"max_length": 4}, "length"),  # it counts the decoder's start, too
        ({}, "stop"),  # the library's limit is then 20
    ],
)
def test_an_end_that_is_forced_at_the_limit_is_no_choice(
    limit: dict[str, int], reason: str
) -> None:
    """Three new tokens, the last of which BART would have had to say at the limit."""
    loaded = build_checkpoint(build_word_checkpoint().tokenizer, 0, forced_eos_token_id=0, **limit)
    assert predict_from(loaded, "A B </s>").finish_reason == reason


@pytest.mark.parametrize(
    ("limit", "how", "text", "truncated"),
    [
        (16, "head", "Sum up : A B C D E F G H I J K L !", False),
        (15, "head", "Sum up : A B C D E F G H I J K !", True),
        (9, "head", "Sum up : A B C D E !", True),
        (9, "head_tail", "Sum up : A B C\nK L !", True),
        (8, "head_tail", "Sum up : A B\nK L !", True),
        (6, "head_tail", "Sum up : A\nL !", True),
        (5, "head", "Sum up : A !", True),
    ],
)
def test_the_article_gives_way_to_the_instruction(
    limit: int, how: Truncate, text: str, truncated: bool
) -> None:
    """Four tokens of instruction, twelve of article, counted by hand."""
    rendered: list[str] = []

    def render(article: str) -> str:
        rendered.append(f"Sum up : {article} !")
        return rendered[-1]

    tokenizer = build_word_checkpoint().tokenizer
    result = fit_prompt(_ARTICLE, render, tokenizer, limit, how)
    assert (rendered[-1], result.truncated) == (text, truncated)
    assert list(result.ids) == tokenizer(text)["input_ids"]
    assert len(rendered) == (2 if truncated else 1)


@pytest.mark.parametrize("how", ["head", "head_tail"])
def test_an_instruction_that_does_not_fit_is_refused(how: Truncate) -> None:
    with pytest.raises(SummbenchError, match="prompt alone has more than the 3 tokens"):
        fit_prompt(
            _ARTICLE,
            lambda article: f"Sum up : {article} !",
            build_word_checkpoint().tokenizer,
            3,
            how,
        )


def draw_letters(prompts: Sequence[Prompt]) -> Iterator[Rows]:
    """A letter by lot for each prompt."""
    drawn = torch.randint(len(_MARKS), len(_MARKS) + len(_LETTERS), (len(prompts),))
    yield {i: [int(letter)] for i, letter in enumerate(drawn)}


def test_an_article_has_dice_of_its_own_whatever_its_id() -> None:
    prompts = [*build_prompts(), Prompt(Article("again", "A"), [4], truncated=False)]
    settings = GenerationSettings({"do_sample": True}, seed=3)
    result = list(iterate_predictions(prompts, build_word_checkpoint(), settings, draw_letters))
    assert len({prediction.summary for prediction in result}) > 4  # of twelve; one for common dice
    assert result[-1].summary == result[0].summary


class LimitedMemory:
    """Says each article's letter, for at most `room` at once; notes how many it was asked for."""

    def __init__(self, max_prompts: int, run_out: Callable[[], object]) -> None:
        self._max_prompts, self._run_out = max_prompts, run_out
        self.batch_sizes: list[int] = []

    def __call__(self, prompts: Sequence[Prompt]) -> Iterator[Rows]:
        self.batch_sizes.append(len(prompts))
        if len(prompts) > self._max_prompts:
            self._run_out()
        first = len(_MARKS)
        yield {i: [first + _LETTERS.index(p.article.text)] for i, p in enumerate(prompts)}


def run_out_on_gpu() -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def run_out_in_python() -> None:
    raise MemoryError


def run_out_on_mac() -> None:
    """As in pytorch/pytorch#130112: no exception of its own."""
    raise RuntimeError("MPS backend out of memory (MPS allocated: 5.50 GB, max allowed: 20.40 GB).")


def run_out_on_cpu() -> object:
    return torch.empty(1 << 60, dtype=torch.uint8)  # an exbibyte: really asked for


def build_prompts(count: int = 12) -> list[Prompt]:
    return [Prompt(Article(a, a), [4], truncated=False) for a in _LETTERS[:count]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "run_out", [run_out_on_gpu, run_out_on_mac, run_out_in_python, run_out_on_cpu]
)
def test_a_batch_that_does_not_fit_into_memory_is_halved_until_it_does(
    run_out: Callable[[], object],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging.getLogger("summbench"), "propagate", True)
    loaded, generate = build_word_checkpoint(), LimitedMemory(4, run_out)
    with caplog.at_level(logging.WARNING, logger="summbench"):
        result = list(
            iterate_predictions(build_prompts(), loaded, GenerationSettings({}), generate)
        )
    assert generate.batch_sizes == [12, 6, 3, 3, 3, 3]
    assert [(p.article_id, p.summary) for p in result] == [(a, a) for a in _LETTERS]
    assert caplog.messages == [
        "a batch of 12 ran out of memory; going on with 6",
        "a batch of 6 ran out of memory; going on with 3",
    ]


def test_the_batch_that_fitted_is_remembered() -> None:
    loaded, generate = build_word_checkpoint(), LimitedMemory(4, run_out_on_gpu)
    for count in (8, 6):
        prompts = build_prompts(count)
        assert (
            len(list(iterate_predictions(prompts, loaded, GenerationSettings({}), generate)))
            == count
        )
    assert generate.batch_sizes == [8, 4, 4, 4, 2]


def test_short_articles_go_on_in_many_where_long_ones_were_halved() -> None:
    """Room for 16 tokens: four of eight don't fit, then two and two do, and eight of one."""
    batch_sizes: list[int] = []

    def generate(prompts: Sequence[Prompt]) -> Iterator[Rows]:
        batch_sizes.append(len(prompts))
        if len(prompts) * max(len(prompt.ids) for prompt in prompts) > 16:
            run_out_on_gpu()
        yield {i: [4] for i, _ in enumerate(prompts)}

    prompts = [Prompt(Article(a, a), [4] * (8 if a < "E" else 1), False) for a in _LETTERS]
    settings = GenerationSettings({"max_new_tokens": 1})
    result = list(iterate_predictions(prompts[::-1], build_word_checkpoint(), settings, generate))
    assert batch_sizes == [4, 2, 2, 8]
    assert [p.article_id for p in result] == [*"DCBA", *_LETTERS[:3:-1]]


def raise_shape_error() -> None:
    raise RuntimeError("The size of tensor a (7) must match the size of tensor b (8)")


def test_another_error_halves_nothing() -> None:
    generate = LimitedMemory(4, raise_shape_error)
    with pytest.raises(RuntimeError, match="size of tensor"):
        list(
            iterate_predictions(
                build_prompts(), build_word_checkpoint(), GenerationSettings({}), generate
            )
        )
    assert generate.batch_sizes == [12]


def test_one_article_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(torch.OutOfMemoryError):
        list(
            iterate_predictions(
                build_prompts(2),
                build_word_checkpoint(),
                GenerationSettings({}),
                LimitedMemory(0, run_out_on_gpu),
            )
        )
