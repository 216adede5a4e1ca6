"""One article on one page, through the command, with errors planted in a summary."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands import jsonl, run

_ARTICLE = (
    "Marta Ilvenko opened the dam at Korvin on Monday. \u201cIt will hold for fifty years,\u201d "
    "she said. The dam cost 40 million crowns and is 120 metres high. . It is the the highest.\n"
    "Martha Ilvenko had promised it in 2019. Critics feared a flood and \u201cno way back.\n"
    "Joss Vantorel contributed reporting to this story."
)
_SUMMARY = (
    'Marta Ilwenko and Ruben Osk opened a dam. "It will stand for fifty years," she said. '
    "It cost 400 million crowns."
)
_TEXTS = ("dataset=[texts]", "dataset.texts.path=story.txt")


def _page(folder: Path, *arguments: str) -> str:
    (folder / "story.txt").write_text(_ARTICLE, encoding="utf-8")
    run(folder, "run", *_TEXTS, *arguments)
    return (folder / "results" / "article" / "article.md").read_text(encoding="utf-8")


def _row(page: str, first: str) -> list[str]:
    [row] = [line for line in page.splitlines() if line.startswith(f"| {first}")]
    return [cell.strip() for cell in row.strip("|").split("|")]


@pytest.mark.slow
def test_the_page_has_the_text_the_summaries_and_what_noise_changes(tmp_path: Path) -> None:
    page = _page(tmp_path)
    assert "n = 1: descriptive only" in page
    # Planted by hand: a mark between spaces, "the the", one quotation never closed, a byline.
    assert _row(page, "stray marks") == ["stray marks", "1", '"."']
    assert _row(page, "doubled words") == ["doubled words", "1", '"the the"']
    assert _row(page, "unpaired quotation marks")[1] == "1"
    assert _row(page, "names with similar spellings")[2] == '"Marta / Martha"'
    assert _row(page, "bylines")[2] == '"Joss Vantorel contributed reporting to this story."'
    models = ["lead1", "lead3", "lexrank", "lsa", "random3", "textrank"]
    assert all(f"### {model}" in page for model in models)
    assert _row(page, "operator") == ["operator", "severity", "meaning", *models]
    # The first sentence is 9 words long, and copied whole: density 9.
    assert (_row(page, "words")[1], _row(page, "density")[1]) == ("9", "9")
    assert "rank" not in page.replace("and ranks need", "").replace("textrank", "").replace(
        "lexr", ""
    )
    assert "\u00b1" not in page and "rouge" not in page


@pytest.mark.slow
def test_what_the_article_does_not_support_stands_beside_the_nearest_it_has(tmp_path: Path) -> None:
    jsonl(tmp_path / "mine.jsonl", [{"id": "story", "prediction": _SUMMARY}])
    page = _page(tmp_path, "model=[lead3,replay]", "model.replay.path=mine.jsonl")
    assert _row(page, '"Marta Ilwenko"')[1:] == ["variant", '"Marta Ilvenko"']
    assert _row(page, '"Ruben Osk"')[1] == "unsupported"
    assert _row(page, '"400 million crowns"')[1:] == ["scale error", '"40 million crowns"']
    assert _row(page, '"It will stand')[1:] == ["altered", '"It will hold for fifty years,"']


@pytest.mark.slow
def test_several_articles_have_a_leaderboard_and_no_page(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    for name in "ab":
        (tmp_path / "texts" / f"{name}.txt").write_text(_ARTICLE, encoding="utf-8")
    path = "dataset.texts.path=texts"
    done = run(tmp_path, "run", "dataset=[texts]", path, "perturbation=[]", "model=[lead3]")
    folder = tmp_path / "results" / "article"
    assert not (folder / "article.md").exists()
    assert "lead3 (floor)" in done.stdout
    [info] = json.loads((folder / "run.json").read_text(encoding="utf-8"))["datasets"].values()
    assert len(info["articles"]) == 2
