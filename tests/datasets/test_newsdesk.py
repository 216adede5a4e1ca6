"""The shipped corpus is what its datasheet says, and its perturbed half belongs to it."""

from __future__ import annotations

import json
import re
from collections import Counter
from statistics import mean
from typing import Any

import pytest

from summbench.core.resources import get_resource_path
from summbench.core.text import split_lines, split_sentences
from summbench.datasets.table import Table

_FOLDER = get_resource_path("data") / "newsdesk"
_DESKS = (
    "politics", "courts", "business", "science", "health",
    "sport", "culture", "disaster", "technology", "local",
)  # fmt: skip


def _rows(name: str) -> dict[str, dict[str, str]]:
    texts = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    found = [json.loads(text) for text in texts]
    assert len({row["id"] for row in found}) == len(found)
    return {row["id"]: row for row in found}


def _aliases() -> dict[str, dict[str, list[str]]]:
    read: Any = json.loads((_FOLDER / "aliases.json").read_text(encoding="utf-8"))
    return dict(read)


def _has(text: str, name: str) -> bool:
    """Whether the name stands in the text as whole words."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


_ARTICLES, _PERTURBED, _ALIASES = _rows("articles.jsonl"), _rows("perturbed.jsonl"), _aliases()


def test_there_are_ten_desks_of_five_articles() -> None:
    assert Counter(row["desk"] for row in _ARTICLES.values()) == dict.fromkeys(_DESKS, 5)
    assert set(_ARTICLES) == {f"{desk}-{number}" for desk in _DESKS for number in range(1, 6)}
    assert all(key.rpartition("-")[0] == row["desk"] for key, row in _ARTICLES.items())


def test_the_fields_and_the_lengths_are_those_of_the_datasheet() -> None:
    fields = ["id", "desk", "shape", "headline", "document", "highlights", "brief"]
    assert all(list(row) == fields for row in [*_ARTICLES.values(), *_PERTURBED.values()])
    words = {c: [len(row[c].split()) for row in _ARTICLES.values()] for c in fields}
    assert (min(words["document"]), max(words["document"])) == (264, 448)
    means = {c: round(mean(words[c])) for c in ("document", "highlights", "brief")}
    assert means == {"document": 398, "highlights": 66, "brief": 25}


def test_no_article_shape_or_headline_comes_twice() -> None:
    for column in ("document", "headline", "shape", "highlights", "brief"):
        assert len({row[column] for row in _ARTICLES.values()}) == 50, column


@pytest.mark.parametrize("row", _ARTICLES.values(), ids=_ARTICLES)
def test_an_article_has_250_to_450_words_and_references_of_the_promised_form(
    row: dict[str, str],
) -> None:
    assert 250 <= len(row["document"].split()) <= 450
    highlights = row["highlights"].split("\n")
    assert len(highlights) in {3, 4}
    assert [line.strip() for line in highlights] == split_lines(row["highlights"])
    assert all(len(split_sentences(line)) == 1 for line in [*highlights, row["brief"]])
    assert "\n" not in row["brief"]
    assert row["brief"] not in highlights


@pytest.mark.parametrize("row", _ARTICLES.values(), ids=_ARTICLES)
def test_the_highlights_are_neither_the_lead_nor_copied(row: dict[str, str]) -> None:
    highlights = split_lines(row["highlights"])
    lead = split_sentences(row["document"])[:3]
    assert len(lead) == 3
    assert highlights[:3] != lead
    assert " ".join(highlights) != " ".join(lead)
    assert [line for line in [*highlights, row["brief"]] if line in row["document"]] == []


def test_ten_articles_one_of_each_desk_come_perturbed() -> None:
    assert sorted(row["desk"] for row in _PERTURBED.values()) == sorted(_DESKS)
    assert set(_PERTURBED) <= set(_ARTICLES)


@pytest.mark.parametrize("row", _PERTURBED.values(), ids=_PERTURBED)
def test_a_perturbed_article_differs_from_its_clean_one_in_the_document_alone(
    row: dict[str, str],
) -> None:
    clean = _ARTICLES[row["id"]]
    assert [key for key in clean if row[key] != clean[key]] == ["document"]


def test_every_perturbed_article_has_aliases() -> None:
    assert set(_ALIASES) == set(_PERTURBED)
    assert all(len(names) >= 3 and all(names.values()) for names in _ALIASES.values())


@pytest.mark.parametrize("key", _ALIASES)
def test_a_canonical_name_is_in_the_clean_article_and_its_variants_in_the_perturbed(
    key: str,
) -> None:
    clean, perturbed = _ARTICLES[key]["document"], _PERTURBED[key]["document"]
    variants = [variant for names in _ALIASES[key].values() for variant in names]
    assert [name for name in _ALIASES[key] if not _has(clean, name)] == []
    assert [variant for variant in variants if not _has(perturbed, variant)] == []
    assert [variant for variant in variants if _has(clean, variant)] == []


@pytest.mark.parametrize("references", ["highlights", "brief"])
def test_the_corpus_loads_with_either_reference(references: str) -> None:
    found = Table(str(_FOLDER / "articles.jsonl"), references=references).load()
    assert {e.article.id: (e.article.text, e.references) for e in found} == {
        key: (row["document"], (row[references],)) for key, row in _ARTICLES.items()
    }
