"""The candidate's articles under the baseline's ids: an article is its text and references."""

from __future__ import annotations

from collections.abc import Mapping

from summbench.runs.run import RunData


def align_articles(baseline: RunData, candidate: RunData) -> tuple[RunData, list[str]]:
    """The candidate with the ids of the baseline, and a note on each dataset that had others.

    Only in datasets of the same articles, whose hashes both have.
    """
    names, notes = {}, []
    for dataset, old in baseline.articles.items():
        new = candidate.articles.get(dataset, {})
        if pairs := _pair_ids(old, new):
            names[dataset] = pairs
            notes.append(
                f"{len(pairs):,} articles of {dataset} have other ids in the candidate; they are "
                "paired by their texts and references."
            )
    return (candidate.rename_articles(names) if notes else candidate), notes


def _pair_ids(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """New id -> old id of the same article, where they differ; empty for other articles.

    Both are in canonical order, so that equal hashes are side by side.
    """
    new_ids = [article for article, digest in new.items() if old.get(article) != digest]
    old_ids = [article for article, digest in old.items() if new.get(article) != digest]
    hashes = [old[article] for article in old_ids]
    if [new[article] for article in new_ids] != hashes or not all(hashes):
        return {}
    return dict(zip(new_ids, old_ids, strict=True))
