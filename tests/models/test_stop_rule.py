"""Where a stop rule cuts a reply: after whole sentences of the summary, once another has begun."""

from __future__ import annotations

from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.models.stop_rule import StopRule, read_stop_rule

_TWO = "Rain fell on Dr. Oduya's roof. Nobody was hurt."


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("", None),
        ("Rain fell", None),
        (_TWO, None),  # the stop may be that of "hurt.5 ..."
        (f"{_TWO} Th", _TWO),
        (f"{_TWO}\nTh", _TWO),
        (f"  {_TWO} Th", f"  {_TWO}"),
        ("Rain fell.<n>Nobody was hurt.<n>Th", "Rain fell.<n>Nobody was hurt."),
        ("It cost 3.5 million. He paid 2.", None),
        ("Rain fell. Rain fell. Rain fell.", "Rain fell. Rain fell."),
        ("rain fell .  nobody was   hurt . th", "rain fell .  nobody was   hurt ."),
        ("- Rain\n- Wind\n- Snow", "- Rain\n- Wind"),
        ("<think>One. Two. Three. Four.", None),
        (f"<think>One. Two. Three.</think>\n{_TWO}", None),
        (f"<think>One. Two. Three.</think>\n{_TWO} Th", f"<think>One. Two. Three.</think>\n{_TWO}"),
        (f"One. Two. Three.</think>{_TWO} Th", f"One. Two. Three.</think>{_TWO}"),
    ],
)
def test_two_sentences_are_kept_when_a_third_has_begun(reply: str, kept: str | None) -> None:
    end = StopRule(2).find_end(reply)
    assert (end if end is None else reply[:end]) == kept


def test_thoughts_that_the_prompt_opened_do_not_count() -> None:
    rule = StopRule(2)
    assert rule.find_end("One. Two. Three.", in_thoughts=True) is None
    reply = f"One. Two. Three.</think>{_TWO}"
    assert rule.find_end(f"{reply} Th", in_thoughts=True) == len(reply)


def test_a_rule_is_a_number_of_sentences() -> None:
    assert read_stop_rule(None) is None
    assert read_stop_rule({"sentences": 3}) == StopRule(3)


@pytest.mark.parametrize(
    "stop",
    [{}, {"sentences": 0}, {"sentences": True}, {"sentences": "3"}, {"words": 3}, 3, ["."],
     {"sentences": 3, "words": 9}],
)  # fmt: skip
def test_what_is_no_rule_is_refused(stop: Any) -> None:
    with pytest.raises(SummbenchError, match=r"stop=.* is no rule; expected a number of sentences"):
        read_stop_rule(stop)
