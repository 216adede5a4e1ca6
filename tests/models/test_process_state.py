"""Loading and predicting leave the process as it was: settings, random numbers, environment."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub.utils.tqdm import are_progress_bars_disabled
from transformers import modeling_gguf_pytorch_utils
from transformers.utils import logging as transformers_logging

from summbench.core.records import Article
from summbench.models.extractive import Extractive
from summbench.models.pretrained import silence_transformers
from tests import tiny

pytestmark = pytest.mark.model

_SAMPLING = {"do_sample": True, "temperature": 1.5, "top_k": 0, "max_new_tokens": 6}
_ALL_ALIKE = Article("a", "Rain fell. " * 12)  # more sentences than words: sumy's LSA would warn


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return partial(tiny.checkpoint, tmp_path_factory.getbasetemp())


def read_state() -> list[Any]:
    gguf: Any = modeling_gguf_pytorch_utils
    return [
        dict(os.environ),
        list(warnings.filters),
        transformers_logging.get_verbosity(),
        transformers_logging.is_progress_bar_enabled(),
        are_progress_bars_disabled(),
        torch.get_default_dtype(),
        torch.get_num_threads(),
        torch.are_deterministic_algorithms_enabled(),
        torch.get_rng_state().tolist(),
        gguf.tqdm,
        sys.stderr,
    ]


def test_loading_and_sampling_restore_what_they_change(weights: Callable[[str], Path]) -> None:
    before = read_state()
    model = tiny.summariser(weights("t5"), "t5", generate=_SAMPLING, seed=1)
    assert len(tiny.summarise(model, tiny.ARTICLES[:2])) == 2
    model.close()
    assert len(list(Extractive("lsa").summarise([_ALL_ALIKE]))) == 1
    assert read_state() == before


def test_sampling_in_two_threads_gives_what_it_gives_alone(
    weights: Callable[[str], Path],
) -> None:
    def summarise(seed: int) -> list[str]:
        model = tiny.summariser(weights("t5"), "t5", generate=_SAMPLING, seed=seed)
        return [prediction.summary for prediction in tiny.summarise(model, tiny.ARTICLES[:4])]

    alone = [summarise(1), summarise(2)]
    assert alone[0] != alone[1]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(summarise, [1, 2])) == alone


def test_the_last_of_nested_silences_restores() -> None:
    verbosity = transformers_logging.get_verbosity()
    assert verbosity != logging.ERROR
    with silence_transformers():
        with silence_transformers():
            assert transformers_logging.get_verbosity() == logging.ERROR
        assert transformers_logging.get_verbosity() == logging.ERROR
        assert not transformers_logging.is_progress_bar_enabled()
    assert transformers_logging.get_verbosity() == verbosity


def test_a_closed_model_gives_its_memory_back_and_can_predict_again(
    weights: Callable[[str], Path],
) -> None:
    model = tiny.summariser(weights("t5"), "t5")
    first = [prediction.summary for prediction in tiny.summarise(model, tiny.ARTICLES[:1])]
    model.close()
    assert model._checkpoint._loaded is None
    assert [prediction.summary for prediction in tiny.summarise(model, tiny.ARTICLES[:1])] == first
