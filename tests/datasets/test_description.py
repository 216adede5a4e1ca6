"""The statistics and the fingerprint of a dataset."""

from __future__ import annotations

import hashlib

from summbench.core.article_order import hash_article, sort_examples, sort_ids
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
    hashes = [sha256(e.article.text, *e.references) for e in examples]
    assert (
        statistics.fingerprint == hashlib.sha256(bytes.fromhex("".join(sorted(hashes)))).hexdigest()
    )
    assert [hashes[row] for row in statistics.order] == sorted(hashes)


def test_the_fingerprint_sees_texts_and_references_but_no_ids_and_no_order() -> None:
    examples = [
        Example(Article("a", "text a"), ("ref",)),
        Example(Article("b", "text b"), ("ref",)),
    ]
    same = [
        examples,
        examples[::-1],
        [Example(Article("x", "text a"), ("ref",)), examples[1]],
        [Example(Article("b", "text a"), ("ref",)), Example(Article("a", "text b"), ("ref",))],
    ]
    statistics = [describe_dataset(iter(dataset)) for dataset in same]
    assert len({of.fingerprint for of in statistics}) == 1
    # Which id is which article is another question: reversing changes nothing, exchanging does.
    assert [of.id_fingerprint == statistics[0].id_fingerprint for of in statistics] == [
        True, True, False, False,
    ]  # fmt: skip
    others = [
        [Example(Article("a", "text a"), ("ref",))],
        [examples[0], examples[0], examples[1]],
        [Example(Article("a", "text"), ("ref",)), examples[1]],
        [Example(Article("a", "text a"), ("reff",)), examples[1]],
        [Example(Article("a", "text a"), ("ref", "ref")), examples[1]],
    ]
    assert len({fingerprint_dataset(dataset) for dataset in [examples, *others]}) == 6


def test_ids_order_articles_that_are_otherwise_the_same() -> None:
    twins = [Example(Article(i, "text"), ("ref",)) for i in ("one", "two", "three")]
    ids = [[rows[row].article.id for row in sort_examples(rows)] for rows in (twins, twins[::-1])]
    assert ids[0] == ids[1]
    assert set(ids[0]) == {"one", "two", "three"}
    assert sort_ids({twin.article.id: hash_article(twin) for twin in twins}) == ids[0]


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
