"""How many tokens fit a model whose config nests others, tried on tiny models that have no more."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    BertConfig,
    BertGenerationConfig,
    EncoderDecoderConfig,
    EncoderDecoderModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
)

from summbench.core.errors import SummbenchError
from summbench.core.records import Article
from summbench.models.seq2seq import Seq2Seq
from summbench.models.tokenizer import limit_length
from tests import tiny

_WORDS = [f"w{i}" for i in range(20)]
_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]  # RoBERTa's order: padding is 1
_LONG = Article("long", " ".join(_WORDS * 10))
_SHORT = Article("short", "w1 w2 w3")


def _encoder_decoder(folder: Path, side: type[Any], positions: int, start: int | None) -> Path:
    vocabulary = {token: i for i, token in enumerate(_SPECIAL + _WORDS)}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    marks: dict[str, Any] = {"bos_token": "<s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, **marks)  # type: ignore[no-untyped-call]
    size: dict[str, Any] = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
    size |= {"num_attention_heads": 2, "vocab_size": len(vocabulary), "pad_token_id": 1}
    size |= {"max_position_embeddings": positions, "bos_token_id": None, "eos_token_id": None}
    config = EncoderDecoderConfig.from_encoder_decoder_configs(side(**size), side(**size))
    config.pad_token_id, config.decoder_start_token_id = 1, start
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        EncoderDecoderModel(config=config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _summarise(folder: Path, **generate: Any) -> list[Any]:
    model = Seq2Seq(weights=str(folder), device="cpu", generate=generate)
    return tiny.summarise(model, [_LONG, _SHORT])


@pytest.mark.model
@pytest.mark.parametrize(
    ("side", "positions"), [(BertConfig, 64), (BertGenerationConfig, 64), (RobertaConfig, 66)]
)
def test_an_article_is_cut_to_the_positions_of_the_encoder_and_counted(
    side: type[Any], positions: int, tmp_path: Path
) -> None:
    """Of RoBERTa's positions two are for padding, as in its 514 for 512 tokens."""
    long, short = _summarise(_encoder_decoder(tmp_path, side, positions, 0), max_new_tokens=64)
    assert (long.input_tokens, long.input_truncated) == (64, True)
    assert (short.input_tokens, short.input_truncated) == (3, False)
    assert (long.output_tokens, long.error) == (64, None)


@pytest.mark.model
def test_more_new_tokens_than_the_decoder_has_positions_are_refused(tmp_path: Path) -> None:
    folder = _encoder_decoder(tmp_path, RobertaConfig, 66, 0)
    with pytest.raises(SummbenchError, match=r"asks for 65 new tokens.* has 64 .*to 64 or less"):
        _summarise(folder, max_new_tokens=65)


@pytest.mark.model
def test_without_a_first_token_the_sentence_says_what_to_set_and_that_works(tmp_path: Path) -> None:
    folder = _encoder_decoder(tmp_path, BertConfig, 64, None)
    with pytest.raises(SummbenchError, match=r"Set generate\.decoder_start_token_id"):
        _summarise(folder, max_new_tokens=4)
    assert _summarise(folder, max_new_tokens=4, decoder_start_token_id=0)[1].output_tokens == 4


@pytest.mark.model
@pytest.mark.parametrize(
    "option", [{"num_return_sequences": 3, "num_beams": 3}, {"stop_strings": "."}]
)
def test_what_does_not_go_with_one_text_an_article_is_refused(
    option: dict[str, Any], tmp_path: Path
) -> None:
    folder = _encoder_decoder(tmp_path, BertConfig, 64, 0)
    with pytest.raises(
        SummbenchError, match=rf"generate has {next(iter(option))}=.*[Ll]eave it out"
    ):
        _summarise(folder, max_new_tokens=4, **option)


@pytest.mark.parametrize(
    ("config", "limit"),
    [
        (RobertaConfig(max_position_embeddings=514, pad_token_id=1), 512),
        (BertConfig(max_position_embeddings=512), 512),
        (SimpleNamespace(text_config=SimpleNamespace(max_position_embeddings=300)), 300),
        (SimpleNamespace(max_position_embeddings=None), 1000),
    ],
)
def test_a_metric_is_limited_to_what_its_model_can_read(config: Any, limit: int) -> None:
    """RoBERTa's own tokeniser says 512, too; one without a limit must not say 514."""
    assert limit_length(SimpleNamespace(model_max_length=10**30), config, 1000) == limit
