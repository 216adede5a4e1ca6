"""Both results under the baseline's names: datasets by their articles, systems by name or map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from summbench.core.errors import SummbenchError
from summbench.core.suggestions import suggest
from summbench.gate.sides import GateSide
from summbench.runs.run import RunData
from summbench.runs.tables import Place

MOST_GONE = 0.1
"""With a larger share of the baseline's articles gone, nothing passes."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Baseline and candidate under the same names, and what to know about the pairing.

    `gone` has for each dataset of which only the common articles are judged (how many articles of
    the baseline the candidate lacks, how many the baseline has).
    """

    baseline: GateSide
    candidate: GateSide
    gone: Mapping[str, tuple[int, int]]
    notes: Sequence[str]

    def is_too_small(self, dataset: str) -> bool:
        """Whether so many articles are gone that nothing passes."""
        gone, total = self.gone.get(dataset, (0, 1))
        return gone > MOST_GONE * total


def align_runs(
    baseline: RunData,
    candidate: RunData,
    model_map: Mapping[str, str] | None = None,
    common: bool = False,
) -> Alignment:
    """Pairs datasets, systems and articles; `common` leaves only the articles that both have.

    A dataset is paired by its articles, else by its name, else because it is the only one. A system
    is paired by `model_map` (baseline -> candidate), else by its name, else because it is the only
    one.

    Raises:
        SummbenchError: `model_map` names a model that is not there.
    """
    old = GateSide.from_run(baseline)
    datasets, notes = _pair_datasets(baseline, candidate)
    models, model_notes = _pair_models(old, candidate, datasets, model_map or {})
    new = GateSide.from_run(candidate, datasets, models)
    gone = {}
    for dataset in datasets:
        before, after = old.articles[dataset], new.articles[dataset]
        ids = pair_ids(before, after)
        is_same = len(ids) == len(before) == len(after)
        if is_same and any(article != name for article, name in ids.items()):
            notes.append(
                f"{dataset}: the candidate has other ids; articles are paired by their texts and "
                "references."
            )
        if is_same:
            new = new.select_articles(dataset, ids)
        elif common and ids:
            new = new.select_articles(dataset, ids)
            common_ids = set(ids.values())
            old = old.select_articles(dataset, {a: a for a in before if a in common_ids})
            gone[dataset] = len(before) - len(ids), len(before)
            notes.append(_describe_common(dataset, len(ids), len(before), len(after)))
    return Alignment(old, new, gone, [*notes, *model_notes])


def pair_ids(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """New id -> old id of the same article, in the old order; by id first, then by hash."""
    by_hash: dict[str, list[str]] = defaultdict(list)
    for article, digest in new.items():
        if digest and old.get(article) != digest:
            by_hash[digest].append(article)
    pairs = {}
    for article, digest in old.items():
        if digest and new.get(article) == digest:
            pairs[article] = article
        elif by_hash.get(digest):
            pairs[by_hash[digest].pop(0)] = article
    return pairs


def _pair_datasets(baseline: RunData, candidate: RunData) -> tuple[dict[str, str], list[str]]:
    """The baseline's name of a dataset -> the candidate's."""
    old, new = baseline.metadata.datasets, candidate.metadata.datasets
    pairs: dict[str, str] = {}
    for name, record in old.items():
        same = [n for n, r in new.items() if r.fingerprint == record.fingerprint]
        free = [n for n in same if n not in pairs.values() and (n == name or n not in old)]
        if name in new and (name in free or not free):
            pairs[name] = name
        elif free:
            pairs[name] = free[0]
    if not pairs and len(old) == len(new) == 1:
        pairs = {next(iter(old)): next(iter(new))}
    reasons = {
        name: "the same articles"
        if old[name].fingerprint == new[other].fingerprint
        else "the only dataset of each"
        for name, other in pairs.items()
    }
    notes = [
        f"{name} of the baseline is compared with {other} of the candidate: {reasons[name]}."
        for name, other in pairs.items()
        if name != other
    ]
    return pairs, notes


def _pair_models(
    old: GateSide, candidate: RunData, datasets: Mapping[str, str], model_map: Mapping[str, str]
) -> tuple[dict[Place, str], list[str]]:
    """Dataset and model of the baseline -> the candidate's name of the model."""
    new_models = candidate.leaderboard.models
    _check_map(model_map, old.models, new_models)
    pairs, notes = {}, []
    for dataset, other in datasets.items():
        before = [model for place, model in old.digests if place == dataset]
        after = [model for place, model in candidate.prediction_digests if place == other]
        for model in before:
            name = model_map.get(model, model)
            if name in after:
                pairs[dataset, model] = name
        only = [_list_systems(before, old.models), _list_systems(after, new_models)]
        if [len(names) for names in only] == [1, 1] and (dataset, only[0][0]) not in pairs:
            pairs[dataset, only[0][0]] = only[1][0]
            notes.append(
                f"{dataset}: {only[0][0]} of the baseline is compared with {only[1][0]} of the "
                "candidate: the only system of each."
            )
    return pairs, notes


def _list_systems(models: Sequence[str], kinds: Mapping[str, str]) -> list[str]:
    return [model for model in models if kinds.get(model) == "system"]


def _check_map(model_map: Mapping[str, str], old: Collection[str], new: Collection[str]) -> None:
    for before, after in model_map.items():
        for name, names, side in ((before, old, "baseline"), (after, new, "candidate")):
            if name not in names:
                raise SummbenchError(
                    f"--map {before}={after}: the {side} has no model {name!r}."
                    f"{suggest(name, list(names))} It has {', '.join(map(repr, names)) or 'none'}."
                )


def _describe_common(dataset: str, n_common: int, n_old: int, n_new: int) -> str:
    is_few = n_old - n_common > MOST_GONE * n_old
    limit = f" More than {100 * MOST_GONE:.0f} % are gone: nothing can pass." if is_few else ""
    return (
        f"{dataset}: judged on the {n_common:,} articles that both have, of {n_old:,} in the "
        f"baseline and {n_new:,} in the candidate.{limit}"
    )
