"""Other code for the same forward pass: it says the same, and what was used is noted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch

from tests import argmax, tiny

pytestmark = pytest.mark.model


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return partial(tiny.checkpoint, tmp_path_factory.getbasetemp())


@pytest.mark.parametrize(
    ("family", "configured", "effective"),
    [
        ("t5", None, "sdpa"),
        ("t5", "eager", "eager"),
        ("llama", "sdpa", "sdpa"),
        ("llama", "eager", "eager"),
        ("led", None, "eager"),  # LED has no other
    ],
)
def test_the_attention_is_the_configs_or_the_librarys_choice_and_is_noted(
    family: str, configured: str | None, effective: str, weights: Callable[[str], Path]
) -> None:
    """In float32 both find the likeliest tokens that are found by hand."""
    model = tiny.summariser(weights(family), family, attention=configured)
    summaries = [p.summary for p in tiny.summarise(model, tiny.ARTICLES[:4])]
    prompts = [tiny.prompt(family, article.text) for article in tiny.ARTICLES[:4]]
    assert summaries == [a.text for a in argmax.greedy(weights(family), family, prompts)]
    assert model.get_settings()["attention"] == effective


# Inductor imports torch's own deprecated parts.
@pytest.mark.filterwarnings("ignore:.*script_method:DeprecationWarning")
@pytest.mark.parametrize("family", ["t5", "llama"])
def test_a_compiled_model_says_the_same_and_it_is_noted(
    family: str, weights: Callable[[str], Path]
) -> None:
    """Wired for torch.compile, but run eagerly: compiling takes minutes even for a tiny model."""
    model = tiny.summariser(weights(family), family, compile=True)
    plain = tiny.summariser(weights(family), family)
    with torch.compiler.set_stance("force_eager"):
        summaries = [p.summary for p in tiny.summarise(model, tiny.ARTICLES[:2])]
    assert summaries == [p.summary for p in tiny.summarise(plain, tiny.ARTICLES[:2])]
    compiled = [m._checkpoint.get().model._compiled_call_impl is not None for m in (model, plain)]
    assert compiled == [m.get_settings()["compiled"] for m in (model, plain)] == [True, False]
