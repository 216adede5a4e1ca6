"""The runs that are merged: in an order that is not the caller's, their models under new names."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import Leaderboard
from summbench.runs import files
from summbench.runs.run import RunData
from summbench.runs.tables import PredictionDigest


@dataclass(frozen=True, slots=True)
class Part:
    """One of the runs; `names` is model -> its name on the merged board."""

    run: RunData
    sha256: str
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name of the run, as it says itself."""
        return self.run.metadata.name

    @property
    def board(self) -> Leaderboard:
        """The run's own leaderboard."""
        return self.run.leaderboard

    @property
    def title(self) -> str:
        """Its name and where it is, for a sentence."""
        return f"{self.label!r} ({self.run.path})"

    def list_datasets(self, model: str) -> list[str]:
        """The datasets on which the model is."""
        return [health.dataset for health in self.board.health if health.model == model]

    def get_fingerprint(self, model: str) -> str | None:
        """What the model's predictions depend on, if the run says it."""
        records = getattr(self.run.metadata, "models", {})
        return records[model].fingerprint if model in records else None


def sort_parts(runs: Sequence[RunData]) -> list[Part]:
    """The runs by their names and contents, each once.

    Raises: SummbenchError for fewer than two, and for a file that was changed.
    """
    for run in runs:
        run.check()
    parts = [Part(run, hashlib.sha256(run.read_bytes(files.RUN)).hexdigest()) for run in runs]
    parts = list({part.sha256: part for part in parts}.values())
    if len(parts) < 2:
        raise SummbenchError(
            f"Expected two runs or more to merge, got {len(parts)} with a content of its own."
        )
    return sorted(parts, key=lambda part: (part.label, part.sha256))


def name_models(parts: Sequence[Part]) -> tuple[list[Part], list[str]]:
    """Give each part the names of its models on the board, and say which were told apart.

    Two runs share a model if its name is the same and so are its summaries; where no dataset is in
    both, if its fingerprint is. What is not shared gets the run's name beside its own.

    Raises: SummbenchError if that does not tell them apart.
    """
    holders: dict[str, list[int]] = {}
    for i, part in enumerate(parts):
        for model in part.board.models:
            holders.setdefault(model, []).append(i)
    names: list[dict[str, str]] = [{} for _ in parts]
    notes = []
    for model, places in sorted(holders.items()):
        groups = _group_shared(model, [(i, parts[i]) for i in places])
        if len(groups) == 1:
            for i in places:
                names[i][model] = model
            continue
        new = [f"{model} ({parts[group[0]].label})" for group in groups]
        twice = [name for name, count in Counter([*new, *holders]).items() if count > 1]
        if twice:
            where = " and ".join(parts[i].title for i in places)
            raise SummbenchError(
                f"{model!r} is another system in {where}, and the names of these runs do not tell "
                f"them apart: two would be {twice[0]!r}. Run one again under another name."
            )
        for group, name in zip(groups, new, strict=True):
            for i in group:
                names[i][model] = name
        notes.append(
            f"{model} has other summaries in each of {len(groups)} runs and is shown as "
            f"{' and '.join(new)}."
        )
    return [replace(p, names=n) for p, n in zip(parts, names, strict=True)], notes


def _group_shared(model: str, holders: Sequence[tuple[int, Part]]) -> list[list[int]]:
    """Places of the parts that share the model; the groups are in the order of the parts."""
    groups: list[list[tuple[int, Part]]] = []
    for holder in holders:
        fitting = [
            group
            for group in groups
            if all(_are_shared(model, holder[1], other) for _, other in group)
        ]
        if fitting:
            fitting[0].append(holder)
        else:
            groups.append([holder])
    return [[i for i, _ in group] for group in groups]


def _are_shared(model: str, a: Part, b: Part) -> bool:
    if a.board.models[model] != b.board.models[model]:
        return False
    common = sorted(set(a.list_datasets(model)) & set(b.list_datasets(model)))
    if not common:
        prints = {a.get_fingerprint(model), b.get_fingerprint(model)} - {None}
        return len(prints) <= 1
    return all(
        _digest(a.run.prediction_digests[dataset, model])
        == _digest(b.run.prediction_digests[dataset, model])
        for dataset in common
    )


def _digest(by_article: Mapping[str, PredictionDigest]) -> dict[str, tuple[str, bool]]:
    """A baseline keeps no reason of a failure, and none is compared."""
    return {
        article: (digest.summary_sha256, digest.error is None)
        for article, digest in by_article.items()
    }


def list_shared(parts: Sequence[Part]) -> list[str]:
    """Sentences on predictions that several runs have, and on names that may mean two systems."""
    runs: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        for health in part.board.health:
            runs.setdefault((part.names[health.model], health.dataset), []).append(part)
    shared = sorted({model for (model, _), holders in runs.items() if len(holders) > 1})
    notes = [f"Several runs have the same summaries of {', '.join(shared)}: shown once."] * bool(
        shared
    )
    unsure = sorted(
        {
            model
            for a, b in combinations(parts, 2)
            for model in set(a.names.values()) & set(b.names.values())
            if model not in shared and not (_knows(a, model) and _knows(b, model))
        }
    )
    if unsure:
        notes.append(
            f"{', '.join(unsure)}: systems with the same name were taken to be the same system; "
            "this could not be checked."
        )
    return notes


def _knows(part: Part, name: str) -> bool:
    [model] = [model for model, own in part.names.items() if own == name]
    return part.get_fingerprint(model) is not None
