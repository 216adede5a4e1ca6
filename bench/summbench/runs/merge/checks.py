"""What keeps runs from one board: another primary metric, corpus, or way of scoring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from summbench.core.errors import SummbenchError
from summbench.runs.merge.parts import Part


def refuse_unlike(parts: Sequence[Part], primary: str | None) -> str:
    """The primary metric of the merged board, if all runs can be on it.

    Raises: SummbenchError with the first difference.
    """
    for a, b in combinations(parts, 2):
        _compare_datasets(a, b)
        _compare_metrics(a, b)
    return _choose_primary(parts, primary)


def _compare_datasets(a: Part, b: Part) -> None:
    for name in sorted(a.board.datasets.keys() & b.board.datasets.keys()):
        ours, theirs = a.board.datasets[name], b.board.datasets[name]
        if ours.fingerprint != theirs.fingerprint:
            raise SummbenchError(
                f"{name} has other articles in {a.title} and {b.title}: "
                f"{_describe_articles(a, b, name)}. Only runs on the same articles and references "
                "can be on one board."
            )
        hashes = [part.run.metadata.datasets[name] for part in (a, b)]
        if hashes[0].id_fingerprint != hashes[1].id_fingerprint and not hashes[0].articles:
            raise SummbenchError(
                f"{name} has other ids in {a.title} and {b.title}, and too many articles to match "
                "them by their texts. Run one again with the ids of the other."
            )
    for own, info in a.board.datasets.items():
        for other, their in b.board.datasets.items():
            if own != other and info.fingerprint == their.fingerprint:
                raise SummbenchError(
                    f"{own} in {a.title} and {other} in {b.title} are the same articles under two "
                    "names, and would count twice. Run one again under the name of the other."
                )


def _describe_articles(a: Part, b: Part, name: str) -> str:
    counts = [part.board.datasets[name].articles for part in (a, b)]
    ours, theirs = (part.run.metadata.datasets[name].articles for part in (a, b))
    sizes = f"{counts[0]:,} and {counts[1]:,}"
    if not (ours and theirs):
        return sizes
    same = (Counter(ours.values()) & Counter(theirs.values())).total()
    changed = [i for i in sorted(ours.keys() & theirs.keys()) if ours[i] != theirs[i]]
    text = f"{sizes}, and {same:,} of them are equal in text and references"
    return f"{text}; the first that differs is {changed[0]!r}" if changed else text


def _compare_metrics(a: Part, b: Part) -> None:
    for name in sorted(a.board.metrics.keys() & b.board.metrics.keys()):
        ours, theirs = a.board.metrics[name], b.board.metrics[name]
        if ours.signature != theirs.signature:
            raise SummbenchError(
                f"{name} is not the same number in {a.title} and {b.title}: its signature is "
                f"{ours.signature!r} and {theirs.signature!r}. Score one of them again with "
                "summbench score RUN."
            )


def _choose_primary(parts: Sequence[Part], primary: str | None) -> str:
    chosen = {primary} if primary else {part.board.primary for part in parts}
    if len(chosen) > 1:
        choices = ", ".join(f"{part.board.primary} in {part.title}" for part in parts)
        raise SummbenchError(
            f"The runs have several primary metrics: {choices}. Say which is to sort the board: "
            "--primary METRIC."
        )
    [metric] = chosen
    for part in parts:
        if metric not in part.board.metrics:
            raise SummbenchError(
                f"{part.title} has no {metric}, which is to sort the board. It has "
                f"{', '.join(part.board.metrics)}."
            )
    return metric
