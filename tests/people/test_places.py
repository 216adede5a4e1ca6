"""Where texts have a fact: by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summbench.core.errors import SummbenchError
from summbench.people.facts import locate_facts, read_facts, score_states
from summbench.people.places import find_place

_ARTICLE = (
    "Orsk is small. The bridge in Orsk closed on Monday. Two piers have cracks.\nNobody fell."
)


def _cut(fact: str, text: str) -> str | None:
    place = find_place(fact, text)
    return None if place is None else text[slice(*place)]


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("Two piers have cracks.", "Two piers have cracks."),
        ("The bridge closed on Monday", "The bridge in Orsk closed on Monday."),
        # Of "piers, old, cracked" one word of three is there: no place.
        ("The piers are old and cracked", None),
        # Common words are in no count: "the", "in" and "on" alone find nothing.
        ("The mayor sat on the roof in the rain", None),
        ("", None),
    ],
)
def test_the_sentence_that_shares_most_words(fact: str, sentence: str | None) -> None:
    assert _cut(fact, _ARTICLE) == sentence


def test_of_equal_sentences_the_first_and_shortest_is_taken() -> None:
    text = "The dam broke, as had long been feared. The dam broke. The dam broke."
    assert find_place("the dam broke", text) == (40, 54)


def test_a_text_without_spaces_is_compared_by_pairs_of_characters() -> None:
    text = "橋は月曜日に閉鎖された。市長は辞任した。"
    assert _cut("市長が辞任した", text) == "市長は辞任した。"
    assert _cut("雨が降った", text) is None


def _read(folder: Path, **columns: object) -> str:
    path = folder / "facts.jsonl"
    path.write_text(json.dumps({"id": "a1", "fact": "It closed.", **columns}), encoding="utf-8")
    [fact] = locate_facts(read_facts(path)["a1"], "a1", f"\x1b{_ARTICLE}")
    shown = f"\\u001b{_ARTICLE}"
    return "" if fact.place is None else shown[slice(*fact.place)]


def test_a_quote_or_places_of_the_file_are_taken_as_they_are(tmp_path: Path) -> None:
    # The escape code before the article is shown as six characters, and moves all places by five.
    assert _read(tmp_path, quote="closed on Monday") == "closed on Monday"
    assert _read(tmp_path, start=1, end=15) == "Orsk is small."
    assert _read(tmp_path, start="1", end="5") == "Orsk"
    assert _read(tmp_path, start=None, end="") == ""


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"quote": "closed on Friday"}, "does not have the quote 'closed on Friday' of the fact"),
        ({"start": 1, "end": 900}, r"does not have a place \[1, 900\] of the fact"),
        ({"start": 5, "end": 5}, "expected two places in the article"),
        ({"start": 5}, "has start 5 and end nothing"),
        ({"start": -1, "end": 4}, "expected two places in the article"),
        ({"start": "x", "end": 4}, "expected two places in the article"),
    ],
)
def test_a_place_that_the_article_does_not_have_is_refused(
    tmp_path: Path, columns: dict[str, object], message: str
) -> None:
    with pytest.raises(SummbenchError, match=message):
        _read(tmp_path, **columns)


def test_shares_of_facts_by_hand() -> None:
    states = [("time", "stated"), ("time", "missing"), ("", "contradicted"), ("", "stated")]
    assert score_states(states, by_kind=True) == {
        "completeness": 0.5, "faithfulness": 0.75, "completeness.time": 0.5,
        "faithfulness.time": 1.0, "completeness.other": 0.5, "faithfulness.other": 0.5,
    }  # fmt: skip
    assert score_states(states, by_kind=False, sees_contradictions=False) == {"completeness": 0.5}
    assert score_states([], by_kind=True) == {}
