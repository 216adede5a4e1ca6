"""Chat templates: a clock that is stopped, variables, and turns that a template refuses."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article
from summbench.evaluation.fingerprint import compute_fingerprint
from summbench.models.causal import Causal
from tests import tiny

pytestmark = pytest.mark.model

_TURNS = "{% for turn in messages %}[{{ turn.role }}]{{ turn.content | trim }}{% endfor %}"
_NO_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}"
    "{% endif %}" + _TURNS
)
_USER_ONLY = "{% for turn in messages if turn.role == 'user' %}{{ turn.content }}{% endfor %}"
_ALTERNATING = (
    "{% for turn in messages %}{% if (turn.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Roles must alternate') }}{% endif %}{{ turn.content }}{% endfor %}"
)
_PARTS = "{% for turn in messages %}[{{ turn.role }}]{{ turn.content[0]['text'] }}{% endfor %}"
_THINK = _TURNS + "{% if enable_thinking is false %}<think></think>{% endif %}"
_LLAMA_3 = (  # the way in which Llama 3.2 asks for the day, in words of our own
    "{% if not date_string is defined %}{% if strftime_now is defined %}"
    "{% set date_string = strftime_now('%d %b %Y') %}{% endif %}{% endif %}"
    "Today: {{ date_string }}\n" + _TURNS
)


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return partial(tiny.checkpoint, tmp_path_factory.getbasetemp())("llama")


@pytest.fixture
def model(llama: Path, tmp_path: Path) -> Callable[..., Causal]:
    """Makes the tiny Llama with another template; the system turn and the rest are `changed`."""

    def make(template: str, **changed: Any) -> Causal:
        folder = tmp_path / "copy"
        shutil.copytree(llama, folder, dirs_exist_ok=True)
        (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
        own: dict[str, Any] = {"prompt": "{article} Sum up.", "generate": {"max_new_tokens": 2}}
        return Causal(**{"weights": str(folder), "device": "cpu", **own, **changed})

    return make


def test_a_template_with_a_clock_has_the_same_day_every_day(model: Callable[..., Causal]) -> None:
    template = "{{ strftime_now('%d %b %Y %H:%M:%S') }}|" + _TURNS
    today = model(template)
    assert today._render("News.") == "01 Jan 2026 00:00:00|[user]News. Sum up."
    assert today.get_settings() == {}
    tiny.summarise(today, [Article("a", "News.")])
    assert today.get_settings()["prompt_date"] == "2026-01-01"
    later = model(template, prompt_date="2027-03-09T08:05")
    assert later._render("News.") == "09 Mar 2027 08:05:00|[user]News. Sum up."
    without = model(_TURNS)
    tiny.summarise(without, [Article("a", "News.")])
    assert "prompt_date" not in without.get_settings()


@pytest.mark.parametrize(
    ("template", "prompt"),
    [
        (_LLAMA_3, "Today: 01 Jan 2026\n[user]News. Sum up."),
        ("{% set f = '%Y-%m-%d' %}{{ strftime_now(f) }}" + _TURNS, "2026-01-01[user]News. Sum up."),
        ("{{ strftime_now('%-d %B, %a') }}\n" + _TURNS, "1 January, Thu\n[user]News. Sum up."),
        ("\n{{ strftime_now('%Y') | int + 1 }}" + _TURNS, "\n2027[user]News. Sum up."),
    ],
)
def test_however_the_template_asks_for_the_day(
    template: str, prompt: str, model: Callable[..., Causal]
) -> None:
    """The prompts are written by hand; 2026-01-01 is a Thursday."""
    assert model(template)._render("News.") == prompt


def test_another_date_or_template_is_another_fingerprint(model: Callable[..., Causal]) -> None:
    def compute(weights: str, **changed: Any) -> str:
        node = {"_target_": "summbench.models.causal.Causal", "prompt": "{article}"}
        return compute_fingerprint("m", {**node, "weights": weights, **changed})

    weights = model(_LLAMA_3).weights
    first = compute(weights)
    dated = compute(weights, prompt_date="2026-01-02")
    varied = compute(weights, chat_template_kwargs={"enable_thinking": False})
    model(_LLAMA_3 + "!")
    assert len({first, dated, varied, compute(weights)}) == 4


def test_variables_reach_the_template(model: Callable[..., Causal]) -> None:
    assert model(_THINK)._render("News.") == "[user]News. Sum up."
    off = model(_THINK, chat_template_kwargs={"enable_thinking": False})
    assert off._render("News.") == "[user]News. Sum up.<think></think>"
    given = model(_LLAMA_3, chat_template_kwargs={"date_string": "26 Jul 2024"})
    assert given._render("News.") == "Today: 26 Jul 2024\n[user]News. Sum up."


def test_thoughts_that_used_up_all_tokens_are_said_once(
    model: Callable[..., Causal], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The tiny model does not think, so the text of its tokens is put in their place."""
    thinking = model(_TURNS)
    monkeypatch.setattr("summbench.models.generation._decode", lambda *_: "<think>Hm, and so on")
    for _ in range(2):
        [prediction] = tiny.summarise(thinking, [Article("a", "News.")])
    assert (prediction.summary, prediction.finish_reason) == ("", "length")
    [record] = caplog.records
    for words in ("max_new_tokens=2 on thoughts", "chat_template_kwargs={enable_thinking: false}"):
        assert words in record.getMessage()


def test_a_template_of_parts_gets_parts(model: Callable[..., Causal]) -> None:
    """On a text as it is, this template renders nothing of it, and no error."""
    both = model(_PARTS, system="Be brief.")
    assert both._render("News.") == "[system]Be brief.[user]News. Sum up."


@pytest.mark.parametrize(
    ("template", "changed", "words"),
    [
        (_NO_SYSTEM, {"system": "Be brief."}, ["System role not supported", "set system: null"]),
        (_USER_ONLY, {"system": "Be brief."}, ["leaves out the system's turn", "system: null"]),
        (_ALTERNATING, {"system": "Be brief."}, ["Roles must alternate", "set system: null"]),
        ("Nothing.", {}, ["leaves out the user's turn", "chat: false"]),
        ("{{ 1 + }}", {}, ["cannot be rendered", "chat: false"]),
        (_TURNS, {"chat_template_kwargs": {"enable_thinkin": 1}}, ["'enable_thinkin'", "not use"]),
        (_TURNS, {"chat_template_kwargs": {"messages": []}}, ["'messages'", "is set here"]),
        (_TURNS, {"chat_template_kwargs": {"a": 1}, "chat": False}, ["chat is false"]),
        (_TURNS, {"chat_template_kwargs": ["enable_thinking"]}, ["{enable_thinking: false}"]),
        (_TURNS, {"generate": {"chat_template_kwargs": {}}}, ["a key of its own beside generate"]),
        (_TURNS, {"generate": {"max_tokens": 2}}, ["'max_tokens'", "max_new_tokens"]),
        (_TURNS, {"prompt_date": "tomorrow"}, ["prompt_date='tomorrow'", "2026-01-31"]),
    ],
)
def test_what_a_template_refuses_is_a_sentence_with_the_remedy(
    template: str, changed: dict[str, Any], words: list[str], model: Callable[..., Causal]
) -> None:
    with pytest.raises(SummbenchError) as caught:
        tiny.summarise(model(template, **changed), [Article("a", "News.")])
    assert [word for word in words if word not in str(caught.value)] == []


def test_the_remedy_for_a_refused_system_turn_works(model: Callable[..., Causal]) -> None:
    mended = model(_NO_SYSTEM, system=None, prompt="Be brief. {article}")
    assert mended._render("News.") == "[user]Be brief. News."
