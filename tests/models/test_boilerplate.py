"""What `lead3_body` leaves out before the story; all texts are invented."""

from __future__ import annotations

import json
import time

import pytest

from summbench.core.records import Article
from summbench.models.boilerplate import skip_boilerplate
from summbench.models.lead import Lead
from tests.commands import CLONE

_STORY = "The dam held."


@pytest.mark.parametrize(
    "lines",
    [
        ["By Ann Lee"],
        ["By Dénes Halmosi, inquiries reporter"],
        ["by Ann Lee and Bo de Vries for the Weekly Courier"],
        ["Story by: Ann Lee, Photographs by Bo Ny"],
        ["BY ANN LEE"],
        ["by ann lee"],
        ["By .", "Daily Courier Reporter ."],
        [
            "By .",
            "ann lee .",
            "published : .",
            "09:13 est , 1 january 2013 .",
            "| .",
            "updated : .",
        ],
        ["By Ann Lee", "Published: 12:01 EST, 3 May 2015", "Updated: 13:40 EST, 3 May 2015"],
        ["Last updated at 10:12 AM on 4th June 2008"],
        ["3 January 2016 Last updated at 16:39 GMT"],
        ["Tuesday, 4 May 2021 | 10:15 a.m."],
        ["Photo: Ann Lee/Courier", "Image caption The dam in 1961", "(Photo by Bo Ny)"],
        ["© Ann Lee", "Media playback is not supported on this device", "Scroll down for video"],
    ],
)
def test_bylines_stamps_and_credits_are_left_out(lines: list[str]) -> None:
    assert list(skip_boilerplate([*lines, _STORY, "It rained."])) == [_STORY, "It rained."]


@pytest.mark.parametrize(
    ("sentence", "story"),
    [
        ("LONDON (Reuters) - The dam held.", _STORY),
        ("St. Ives, Cornwall (AP) — The dam held.", _STORY),
        ("(CNN) -- The dam held.", _STORY),
        ("(CNN)The dam held.", _STORY),
        ("Riga, Latvia (CNN) The dam held.", _STORY),
        ("riga , latvia ( cnn ) the dam held .", "the dam held ."),
        ("-lrb- reuters -rrb- - the dam held .", "the dam held ."),
        ("ESTREMAL, Nov. 6 -- The dam held.", _STORY),
        ("estremal , nov. 6 -- the dam held .", "the dam held ."),
        ("HELMARI, 27 August 2020 \u2013 The dam held.", _STORY),
        ("NEW YORK — “The dam held.”", "“The dam held.”"),
    ],
)
def test_a_dateline_is_cut_off(sentence: str, story: str) -> None:
    assert list(skip_boilerplate([sentence, "By noon"])) == [story, "By noon"]


@pytest.mark.parametrize(
    "sentence",
    [
        "By Friday the dam had failed.",
        "By then Ann Lee had left.",
        "by friday all was lost .",
        "By Ann Lee's count, nine fell.",
        "Publishing it took a year.",
        "Photography by night is hard.",
        "Pictures of the dam shocked Riga.",
        "NATO - the alliance - met.",
        "Ann Lee (Labour) said no.",
        "The mayor (of Riga) - a lawyer - said no.",
        "It held - 61 years on.",
        "A well-built dam - Riga's - held.",
        "2013 was a dry year.",
        "01.52 -- We are closing the log.",
        "Updates came too late.",
    ],
)
def test_a_sentence_of_the_story_stays_as_it_is(sentence: str) -> None:
    assert list(skip_boilerplate([sentence, _STORY])) == [sentence, _STORY]


def test_what_follows_the_first_sentence_of_the_story_stays() -> None:
    sentences = [_STORY, "By Ann Lee", "LONDON (Reuters) - It rained."]
    assert list(skip_boilerplate(sentences)) == sentences


def test_an_article_of_boilerplate_alone_is_kept_whole() -> None:
    assert list(skip_boilerplate(["By Ann Lee", "Photo: Bo Ny"])) == ["By Ann Lee", "Photo: Bo Ny"]
    assert list(skip_boilerplate([])) == []


def test_the_plain_lead_counts_the_byline() -> None:
    article = Article("a", "By Ann Lee\n\nRIGA, May 3 -- The dam held. It rained.\n\nNobody knew.")
    [plain] = Lead(2).summarise([article])
    [body] = Lead(2, skip_boilerplate=True).summarise([article])
    assert plain.summary == "By Ann Lee\nRIGA, May 3 -- The dam held."
    assert body.summary == "The dam held.\nIt rained."


def test_of_the_shipped_corpus_those_with_a_byline_or_dateline_change() -> None:
    # By their first lines, read by hand.
    changed = {
        "politics-4", "courts-2", "courts-5", "business-3", "business-5", "science-5", "health-1",
        "health-5", "sport-2", "culture-1", "culture-4", "disaster-2", "technology-1",
        "technology-2", "technology-4",
    }  # fmt: skip
    with (CLONE / "data" / "newsdesk" / "articles.jsonl").open(encoding="utf-8") as lines:
        rows = list(map(json.loads, lines))
    articles = [Article(row["id"], row["document"]) for row in rows]
    pairs = zip(
        Lead().summarise(articles), Lead(skip_boilerplate=True).summarise(articles), strict=True
    )
    assert {plain.article_id for plain, body in pairs if plain.summary != body.summary} == changed


@pytest.mark.parametrize("unit", ["A", "Aa ", "May 3 2013 ", "12.30 ", "By A ", "(a ", "A, ", "-"])
def test_long_and_repetitive_lines_take_no_longer(unit: str) -> None:
    started_at = time.process_time()
    list(skip_boilerplate([unit * 20_000 + "x."]))
    assert time.process_time() - started_at < 1
