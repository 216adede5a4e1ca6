"""A GGUF file gives the weights, the tokeniser and the config that transformers alone gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gguf
import pytest
import torch
from gguf.quants import quantize
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, GgufConfig

from summbench.core.errors import SummbenchError
from summbench.models.causal import Causal
from summbench.models.gguf_loading import ArrayReader
from summbench.models.pretrained import guard_loading
from tests import tiny

pytestmark = pytest.mark.model

_NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "model.layers.": "blk.",
}
_QUANTIZED = gguf.GGMLQuantizationType.Q4_1


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return partial(tiny.checkpoint, tmp_path_factory.getbasetemp())


@pytest.fixture
def file(weights: Callable[[str], Path], tmp_path: Path) -> Path:
    return write_gguf(weights("llama"), tmp_path / "tiny.Q4_1.gguf")


def write_gguf(folder: Path, path: Path) -> Path:
    """The tiny Llama as llama.cpp would write it, its matrices in blocks of four bits."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    bpe = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]
    tokens = sorted(bpe["vocab"], key=bpe["vocab"].__getitem__)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token.startswith("<") else 1 for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in bpe["merges"]])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    for name, weight in AutoModelForCausalLM.from_pretrained(folder).state_dict().items():
        for ours, theirs in _NAMES.items():
            name = name.replace(ours, theirs)
        if weight.dim() == 2:
            writer.add_tensor(name, quantize(weight.numpy(), _QUANTIZED), raw_dtype=_QUANTIZED)
        else:
            writer.add_tensor(name, weight.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def summarise_with(path: Path) -> Causal:
    return Causal(
        weights=str(path), prompt="{article}", chat=False, generate={"max_new_tokens": 14}
    )


def test_weights_tokens_and_config_are_those_of_transformers(file: Path) -> None:
    source: dict[str, Any] = {"gguf_file": file.name}
    expected: Any = AutoModelForCausalLM.from_pretrained(
        file.parent, quantization_config=GgufConfig(dequantize=True), **source
    )
    model = summarise_with(file)
    loaded = model._checkpoint.get()
    weights, expected_weights = loaded.model.state_dict(), expected.state_dict()
    assert list(weights) == list(expected_weights)
    assert all(torch.equal(weights[name], expected_weights[name]) for name in weights)
    assert len({weight.sum().item() for weight in weights.values()}) > 15
    tokenizer: Any = AutoTokenizer.from_pretrained(file.parent, **source)
    texts = [article.text for article in tiny.ARTICLES]
    assert loaded.tokenizer(texts).input_ids == tokenizer(texts).input_ids
    config = AutoConfig.from_pretrained(file.parent, **source)
    assert model._checkpoint.get_processor().config.to_dict() == config.to_dict()


def test_a_file_is_read_and_its_names_are_listed_once(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for tokeniser and config, which is all that a plan of batches needs, and once more."""
    calls = []

    def count(method: Callable[..., None], name: str) -> Callable[..., None]:
        def counted(*arguments: Any) -> None:
            calls.append(name)
            method(*arguments)

        return counted

    for owner in (gguf.GGUFReader, gguf.TensorNameMap):
        monkeypatch.setattr(owner, "__init__", count(owner.__init__, owner.__name__))
    checkpoint = summarise_with(file)._checkpoint
    checkpoint.get_processor()
    assert calls == ["GGUFReader"]
    checkpoint.get()
    assert calls == ["GGUFReader", "GGUFReader", "TensorNameMap"]


def test_the_readers_are_as_they_were_after_loading_and_after_an_error(file: Path) -> None:
    before = (gguf.GGUFReader, gguf.get_tensor_name_map)
    summarise_with(file)._checkpoint.get()
    file.write_bytes(b"no weights")
    with pytest.raises(SummbenchError, match="could not be loaded"):
        summarise_with(file)._checkpoint.get()
    assert (gguf.GGUFReader, gguf.get_tensor_name_map) == before
    with guard_loading("weights.gguf"):
        assert isinstance(gguf.GGUFReader(write_gguf_of(file)), ArrayReader)
    with guard_loading("someone/weights"):
        assert before[0] is gguf.GGUFReader


def write_gguf_of(file: Path) -> Path:
    """A file without tensors."""
    writer = gguf.GGUFWriter(file.with_name("empty.gguf"), "llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file.with_name("empty.gguf")
