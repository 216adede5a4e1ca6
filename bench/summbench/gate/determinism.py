"""Whether a system gives the same summary twice, from what is known; nothing is asked again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from summbench.gate.alignment import Alignment
from summbench.gate.differences import Key
from summbench.gate.sides import GateSide
from summbench.runs.schema import RunMetadata


def describe_determinism(alignment: Alignment, keys: Sequence[Key]) -> list[str]:
    """A sentence for the changed systems of each kind: deterministic, not, or not known to be.

    `keys` are the rows with changed summaries: where nothing changed there is nothing to explain.
    """
    exact: list[str] = []
    unstable: list[str] = []
    unknown: list[str] = []
    for model in dict.fromkeys(key[1] for key in keys):
        states = [
            state
            for side in (alignment.candidate, alignment.baseline)
            for name in {n for (_, m), n in side.model_names.items() if m == model}
            for state in _list_states(side, name)
        ]
        if not states:
            unknown.append(model)
        else:
            (exact if all(states) else unstable).append(model)
    sentences = []
    if exact:
        sentences.append(
            f"Deterministic by repeats or summbench verify: {_join(exact)}. The change is real."
        )
    if unstable:
        sentences.append(
            f"Not deterministic by repeats or summbench verify: {_join(unstable)}. Part of "
            "the change may be chance."
        )
    if unknown:
        sentences.append(
            f"Not known to be deterministic: {_join(unknown)}. Part of the change may be chance: "
            "summbench verify RUN finds out for models that it can run."
        )
    return sentences


def _list_states(side: GateSide, name: str) -> list[bool]:
    """Whether the model was the same again: by its repeats, and by the run's certificate."""
    metadata = side.run.metadata
    spreads = [row.within for row in side.run.leaderboard.repeats if row.model == name]
    states = [all(within == 0 for within in spreads)] if spreads else []
    certificate = metadata.certificate if isinstance(metadata, RunMetadata) else None
    if certificate is not None and name in certificate.models:
        states.append(set(certificate.models[name].values()) == {"exact"})
    return states


def _join(names: Iterable[str]) -> str:
    return ", ".join(names)
