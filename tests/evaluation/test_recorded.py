"""Recorded summaries of no article of the datasets are said, or refused if there are no others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.evaluation.recorded import check_recorded_ids
from summbench.evaluation.session import ModelSpec
from summbench.models.replay import RecordedSystem

_NEWS = {"news": [Example(Article("a", "It sank.")), Example(Article("b", "It burned."))]}
_IDS = {"a", "b"}


def _record(ids: Sequence[str]) -> ModelSpec:
    return _wrap(RecordedSystem(dict.fromkeys(ids, "It rained.")))


def _wrap(system: RecordedSystem) -> ModelSpec:
    return ModelSpec("mine", "system", lambda: system, None, precomputed=True)


def test_summaries_of_no_article_are_counted_and_the_first_is_named() -> None:
    [note] = check_recorded_ids([_record("abxy")], _NEWS, _IDS)
    assert note == (
        "mine: 2 of 4 summaries are of no article of the datasets and are left out; "
        "the first is of 'x'."
    )


def test_summaries_of_articles_need_no_word() -> None:
    assert check_recorded_ids([_record("a"), _record("ba")], _NEWS, _IDS) == []


def test_summaries_of_no_article_at_all_are_refused() -> None:
    with pytest.raises(SummbenchError, match="No summary of 'mine' has the id of an article"):
        check_recorded_ids([_record("xy")], _NEWS, _IDS)


def test_another_start_of_the_numbers_is_said() -> None:
    news = {"news": [Example(Article(str(i), "It sank.")) for i in range(3)]}
    [note] = check_recorded_ids([_record("123")], news, {"0", "1", "2"})
    assert note.endswith("Its ids are numbers from 1 on, those of the articles from 0.")


@pytest.mark.parametrize(("text", "what"), [("{}.", "reference"), ("{} sank.", "article")])
def test_references_and_articles_in_place_of_summaries_are_said(text: str, what: str) -> None:
    news = {"news": [Example(Article(i, f"{i} sank."), (f"{i}.",)) for i in "abc"]}
    system = RecordedSystem({i: text.format(i) for i in "abc"})
    [note] = check_recorded_ids([_wrap(system)], news, set("abc"))
    assert note == (
        f"mine: each of the first 3 summaries on news is the {what} itself; were files mixed up?"
    )
