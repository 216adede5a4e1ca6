"""Statistics of a dataset, computed in one pass without holding it in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from summbench.core.article_order import ArticleKeys, Order, hash_article
from summbench.core.markup_counts import NO_MARKUP, Markup
from summbench.core.recognition import NO_TEXTS, TextStyle
from summbench.core.records import Example, Need
from summbench.core.replies import read_text

MAX_ARTICLES_HASHED = 50_000
"""Above it run.json has no hash of each article, as they would take hundreds of MB."""


@dataclass(frozen=True, slots=True)
class DatasetStatistics:
    """Counts articles, and identifies them whatever their order.

    `fingerprint` is the hash of the texts and references, `id_fingerprint` says which id is which
    article too. `order` are the rows in canonical order. `available` names what any article has;
    `n_empty` counts the articles without text. The styles count which articles and which references
    are tokenised and lower-cased, `reference_markup` which references have markup. `commit` is the
    state of a hub repository that they were read from. Of `n_paired` articles that have text and a
    reference, `n_longer` have only references that are longer than the article.
    """

    n_articles: int
    fingerprint: str
    id_fingerprint: str
    order: Order = field(compare=False, repr=False)
    available: frozenset[Need]
    n_empty: int
    first_empty_id: str
    article_style: TextStyle = NO_TEXTS
    reference_style: TextStyle = NO_TEXTS
    reference_markup: Markup = NO_MARKUP
    commit: str | None = None
    n_paired: int = 0
    n_longer: int = 0


@dataclass(frozen=True, slots=True)
class ArticleHashes:
    """Collects the hash of each article's text and references while a run reads them.

    `hashes` maps dataset -> article id -> hash; it is empty for a dataset of more than
    `MAX_ARTICLES_HASHED` articles.
    """

    statistics: Mapping[str, DatasetStatistics]
    hashes: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, datasets: Mapping[str, Iterable[Example]]) -> None:
        """Add the next articles of each dataset."""
        for name, examples in datasets.items():
            by_id = self.hashes.setdefault(name, {})
            if self.statistics[name].n_articles <= MAX_ARTICLES_HASHED:
                for e in examples:
                    by_id[e.article.id] = hash_article(e)


def describe_dataset(examples: Iterable[Example]) -> DatasetStatistics:
    """Compute the statistics of the examples in one pass, holding 48 bytes of each."""
    n_articles, n_empty, first_empty_id = 0, 0, ""
    n_paired = n_longer = 0
    available: set[Need] = set()
    article_style = reference_style = NO_TEXTS
    reference_markup = NO_MARKUP
    keys = ArticleKeys()
    for example in examples:
        article = example.article
        n_articles += 1
        article_style += TextStyle.recognise(article.text)
        for reference in example.references:
            text = read_text(reference)
            reference_style += TextStyle.recognise(text)
            reference_markup += Markup.recognise(text)
        if example.references:
            available.add("references")
        if article.text.strip():
            available.add("article")
        else:
            first_empty_id = first_empty_id if n_empty else article.id
            n_empty += 1
        if example.references and article.text.strip():
            n_paired += 1
            n_longer += min(map(len, example.references)) > len(article.text)
        keys.add(hash_article(example), article.id)
    return DatasetStatistics(
        n_articles,
        *keys.fingerprint(),
        keys.sort(),
        frozenset(available),
        n_empty,
        first_empty_id,
        article_style,
        reference_style,
        reference_markup,
        n_paired=n_paired,
        n_longer=n_longer,
    )


def fingerprint_dataset(examples: Iterable[Example]) -> str:
    """Hash the texts and references of all articles, whatever their ids and order."""
    return describe_dataset(examples).fingerprint
