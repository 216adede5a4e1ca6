"""Whether a system gives the same summary twice, from what is known; nothing is asked again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from summbench.gate.alignment import Alignment
from summbench.gate.differences import Key
from summbench.gate.sides import GateSide
from summbench.runs.records import Certificate
from summbench.runs.schema import RunMetadata


def describe_determinism(alignment: Alignment, keys: Sequence[Key]) -> list[str]:
    """A sentence for the systems of each kind: deterministic, not, or not known to be."""
    sides = alignment.candidate, alignment.baseline
    places = dict.fromkeys(key[:2] for key in keys)
    exact, unstable, unknown = [], [], []
    for model in dict.fromkeys(model for _, model in places):
        states = [
            set(certificate.models[name].values())
            for side in sides
            if (certificate := _get_certificate(side)) is not None
            for name in {n for (_, m), n in side.model_names.items() if m == model}
            if name in certificate.models
        ]
        if not states:
            unknown.append(model)
        elif all(of_side == {"exact"} for of_side in states):
            exact.append(model)
        else:
            unstable.append(model)
    sentences = []
    if exact:
        sentences.append(
            f"Deterministic on the sample of `summbench verify`: {_join(exact)}. What changed is "
            "the change."
        )
    if unstable:
        sentences.append(
            f"Not deterministic by `summbench verify`: {_join(unstable)}. Part of what changed may "
            "be chance."
        )
    if unknown:
        sentences.append(
            f"Not known to be deterministic: {_join(unknown)}. Part of what changed may be chance; "
            f"`summbench verify {alignment.candidate.run.path}` finds out for models that it can "
            "run."
        )
    return sentences


def _get_certificate(side: GateSide) -> Certificate | None:
    metadata = side.run.metadata
    return metadata.certificate if isinstance(metadata, RunMetadata) else None


def _join(names: Iterable[str]) -> str:
    return ", ".join(names)
