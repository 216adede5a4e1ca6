"""Raw replies: the summary in them, and the thoughts apart; expected values by hand."""

import pytest

from summbench.core.records import Article, Example, Prediction
from summbench.core.replies import (
    clean_reply,
    read_example,
    read_reply,
    read_text,
    restore_opening,
)


@pytest.mark.parametrize(
    ("text", "summary", "reasoning"),
    [
        ("<think>\nplan a\n</think>\n\nIt held.", "It held.", "plan a"),
        ("<think></think> It held. ", "It held.", ""),
        ("It <think>one</think>held.<think> two </think>", "It held.", "one\ntwo"),
        # Cut off by the token limit while thinking: there is no answer.
        ("<think>and then", "", "and then"),
        ("It held.<think>cut", "It held.", "cut"),
        (" It held. ", "It held.", ""),
        # The chat template opened the mark, so the reply has only its end.
        ("plan a</think>It held.", "It held.", "plan a"),
        # PEGASUS
        ("It held.<n>It rained.<n>", "It held.\nIt rained.", ""),
    ],
)
def test_thoughts_are_kept_apart_from_the_summary(text: str, summary: str, reasoning: str) -> None:
    assert clean_reply(text) == (summary, reasoning)


def test_what_a_server_kept_apart_comes_before_the_thoughts_in_the_text() -> None:
    assert clean_reply("<think>So.</think>It held.", "Hm.") == ("It held.", "Hm.\nSo.")
    assert clean_reply("It held.", "Hm.") == ("It held.", "Hm.")


def test_a_prediction_is_read_from_its_raw_reply_alone() -> None:
    stale = Prediction(
        "a", "old", reasoning="old", raw="<think>b</think>It held.", raw_reasoning="a"
    )
    fresh = read_reply(stale)
    assert (fresh.summary, fresh.reasoning) == ("It held.", "a\nb")
    assert (fresh.raw, fresh.raw_reasoning) == (stale.raw, stale.raw_reasoning)


_S = "The dam held. Rain goes on."
_T = "We need a summary."


@pytest.mark.parametrize(
    "text",
    [
        f"<Think>{_T}</Think>{_S}",
        f"<THINKING type='long'>\n{_T}\n</THINKING>\n\n{_S}",
        f"<reasoning>{_T}</reasoning>{_S}",
        f"<thought>{_T}</thought>\n{_S}",
        f"<reflection>{_T}</reflection><output>{_S}</output>",
        f"<antThinking>{_T}</antThinking>{_S}",
        f"<seed:think>{_T}</seed:think>{_S}<seed:eos>",
        f"<longcat_think>{_T}</longcat_think>{_S}",
        f"{_T}</thinking>{_S}",
        f"[THINK]{_T}[/THINK]{_S}</s>",
        f"{_T}[/THINK]{_S}",
        f"\u25c1think\u25b7{_T}\u25c1/think\u25b7{_S}",
        f"<|channel|>analysis<|message|>{_T}<|end|><|start|>assistant<|channel|>final<|message|>"
        f"{_S}<|return|>",
        f"<|start|>assistant<|channel|>analysis<|message|>{_T}<|end|>"
        f"<|start|>assistant<|channel|>final <|constrain|>text<|message|>{_S}",
        f"{_T}<|end|><|start|>assistant<|channel|>final<|message|>{_S}",
        f"analysis{_T}assistantfinal{_S}",
        f"<|channel>thought\n{_T}\n<channel|>{_S}<turn|>",
        f"<unused94>thought\n{_T}<unused95>{_S}",
        f"<|START_THINKING|>{_T}<|END_THINKING|><|START_RESPONSE|>{_S}<|END_RESPONSE|>",
        f"<|begin_of_thought|>{_T}<|end_of_thought|>\n<|begin_of_solution|>{_S}<|end_of_solution|>",
        f"<|inner_prefix|>{_T}<|inner_suffix|>{_S}",
        f"<|think|>{_T}<|/think|>{_S}",
        f"<think>{_T}</think>\n<answer>\n{_S}\n</answer>",
        f"Here is my thought process:\n{_T}\n\nHere is my response:\n{_S}",
    ],
)
def test_each_family_of_models_marks_its_thoughts(text: str) -> None:
    assert clean_reply(text) == (_S, _T)
    assert read_text(text) == _S
    read = read_reply(Prediction("a", text, reasoning="Hm."))
    assert (read.summary, read.reasoning) == (_S, f"Hm.\n{_T}")


@pytest.mark.parametrize(
    ("text", "summary", "reasoning"),
    [
        ("<think>a</think>It <reasoning>b</reasoning>held.", "It held.", "a\nb"),
        ("<thinking>a<reflection>b</reflection>c</thinking>It held.", "It held.", "a\nb\nc"),
        ("<think>Use <think> here?</think>It held.", "It held.", "Use  here?"),
        ("<seed:think>and then", "", "and then"),
        ("[THINK]and then", "", "and then"),
        ("<|channel|>analysis<|message|>and then", "", "and then"),
        ("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>"
         "b<|end|><|start|>assistant<|channel|>final<|message|>It held.", "It held.", "a\nb"),
        ("analysisWe need", "", "We need"),
        ("It held.\u25c1think\u25b7cut", "It held.", "cut"),
    ],
)  # fmt: skip
def test_thoughts_in_several_rounds_or_without_an_end(
    text: str, summary: str, reasoning: str
) -> None:
    read, thoughts = clean_reply(text)
    assert (read, thoughts.split()) == (summary, reasoning.split())


@pytest.mark.parametrize(
    "text",
    [
        "They [think] it held.",
        "analysis of the dam: it held.",
        "Here is my thought: it held. x < y <3",
        "<answer>It held.</answer>",
        " It held. ",
    ],
)
def test_prose_has_no_thoughts(text: str) -> None:
    own = Prediction("a", text, reasoning="why")
    assert read_reply(own) is own


def test_the_references_of_an_example_are_read_and_its_article_keeps_its_words() -> None:
    example = Example(Article("a", "A <think> tag.<n>So."), ("<think>x</think>It held.", "B"))
    read = read_example(example)
    assert (read.article.text, read.references) == ("A <think> tag.\nSo.", ("It held.", "B"))
    assert read_example(read) is read


@pytest.mark.parametrize(
    ("prompt", "reply", "summary", "reasoning"),
    [
        ("<|im_start|>assistant\n<think>\n", "They sank. Wait", "", "They sank. Wait"),
        ("<|im_start|>assistant\n<think>\n", "A ship.</think>It sank.", "It sank.", "A ship."),
        ("<|im_start|>assistant\n", "It sank.", "It sank.", ""),
        ("<think>\n\n</think>\n\n", "It sank.", "It sank.", ""),
    ],
)
def test_what_follows_thoughts_that_the_prompt_opened_is_a_thought_until_they_end(
    prompt: str, reply: str, summary: str, reasoning: str
) -> None:
    assert clean_reply(restore_opening(reply, prompt)) == (summary, reasoning)
