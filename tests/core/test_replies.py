"""Raw replies: the summary in them, and the thoughts apart; expected values by hand."""

import pytest

from summbench.core.records import Prediction
from summbench.core.replies import clean_reply, read_reply


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


def test_a_summary_without_a_raw_reply_is_what_the_model_gave() -> None:
    own = Prediction("a", " <think>a tag</think> ", reasoning="why")
    assert read_reply(own) is own
