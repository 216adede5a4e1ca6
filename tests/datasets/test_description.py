"""The statistics and the fingerprint of a dataset."""

from __future__ import annotations

from summbench.core.records import Article, Example, sha256
from summbench.datasets.description import (
    MAX_ARTICLES_HASHED,
    ArticleHashes,
    describe_dataset,
    fingerprint_dataset,
)


def _examples(count: int) -> list[Example]:
    return [Example(Article(str(i), f"Item {i}. Rain fell."), ("Rain.",)) for i in range(count)]


def test_the_statistics_are_what_the_examples_say() -> None:
    examples = [*_examples(2), Example(Article("z", " "))]
    statistics = describe_dataset(iter(examples))
    assert (statistics.n_articles, statistics.n_empty) == (3, 1)
    assert statistics.first_empty_id == "z"
    assert statistics.available == {"article", "references"}
    assert statistics.fingerprint == sha256(
        *(sha256(e.article.id, e.article.text, *e.references) for e in examples)
    )


def test_the_fingerprint_sees_ids_texts_references_and_order() -> None:
    examples = [
        Example(Article("a", "text a"), ("ref",)),
        Example(Article("b", "text b"), ("ref",)),
    ]
    others = [
        [Example(Article("a", "text a"), ("ref",))],
        examples[::-1],
        [Example(Article("x", "text a"), ("ref",)), examples[1]],
        [Example(Article("a", "text"), ("ref",)), examples[1]],
        [Example(Article("a", "text a"), ("reff",)), examples[1]],
        [Example(Article("a", "text a"), ("ref", "ref")), examples[1]],
    ]
    assert len({fingerprint_dataset(dataset) for dataset in [examples, *others]}) == 7
    assert fingerprint_dataset(iter(examples)) == fingerprint_dataset(examples)


def test_each_article_has_a_hash_whichever_chunk_it_comes_in() -> None:
    examples = _examples(2)
    hashes = ArticleHashes({"news": describe_dataset(examples)})
    for example in examples:
        hashes.add({"news": [example]})
    assert list(hashes.hashes["news"]) == ["0", "1"]
    assert hashes.hashes["news"]["0"] == sha256("Item 0. Rain fell.", "Rain.")


def test_above_fifty_thousand_articles_only_the_fingerprint_is_kept() -> None:
    examples = [Example(Article(str(i), "x")) for i in range(MAX_ARTICLES_HASHED + 1)]
    hashes = ArticleHashes(
        {"news": describe_dataset(examples), "few": describe_dataset(examples[1:])}
    )
    hashes.add({"news": examples, "few": examples[1:]})
    assert hashes.hashes["news"] == {}
    assert len(hashes.hashes["few"]) == MAX_ARTICLES_HASHED
