"""A classifier of pairs of texts, and which of its classes mean what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from summbench.core.errors import SummbenchError

_STEMS = {"entailment": "entail", "contradiction": "contradict"}
Pair = tuple[str, str]


def find_classes(
    id2label: Mapping[int, str], classes: Sequence[str], labels: Mapping[str, int] | None = None
) -> tuple[int, ...]:
    """Return the classifier's number for each of the `classes`, by its config or by `labels`.

    Raises:
        SummbenchError: they cannot be told from the names.
    """
    names = {i: name.strip().lower() for i, name in id2label.items()}
    if labels is None:
        numbers = [[i for i, n in names.items() if n.startswith(_STEMS[c])] for c in classes]
    else:
        numbers = [[labels[name]] for name in classes if labels.get(name) in names]
    distinct = {matches[0] for matches in numbers if len(matches) == 1}
    if len(distinct) < len(classes):
        class_names = ", ".join(f"{i}: {name!r}" for i, name in sorted(id2label.items()))
        example = ", ".join(f"{name}: <number>" for name in classes)
        advice = " Or contradiction: false, if there is no such class." if len(classes) > 1 else ""
        raise SummbenchError(
            f"The names of the classes {class_names} do not say which is "
            f"{' and which '.join(classes)}. Set labels={{{example}}}.{advice}"
        )
    return tuple(matches[0] for matches in numbers)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A loaded classifier; `separator` joins a pair to one text if it was trained so."""

    model: Any
    tokenizer: Any
    longest_input: int
    commit: str | None
    separator: str | None = None
    truncated: set[Pair] = field(default_factory=set)

    def classify(self, pairs: Collection[Pair], batch_size: int) -> dict[Pair, list[float]]:
        """Return the probability of each class for each pair of premise and hypothesis."""
        probabilities: dict[Pair, list[float]] = {}
        order = sorted(pairs, key=lambda pair: (-len(pair[0]) - len(pair[1]), pair))
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            texts = self._join(batch)
            lengths = [len(ids) for ids in self.tokenizer(*texts)["input_ids"]]
            self.truncated.update(
                pair for pair, n in zip(batch, lengths, strict=True) if n > self.longest_input
            )
            inputs = self.tokenizer(*texts, truncation=True, padding=True, return_tensors="pt")
            with torch.inference_mode():
                logits = self.model(**inputs.to(self.model.device)).logits
            probabilities.update(zip(batch, logits.softmax(dim=-1).tolist(), strict=True))
        return probabilities

    def _join(self, pairs: Sequence[Pair]) -> list[list[str]]:
        if self.separator is None:
            return [list(texts) for texts in zip(*pairs, strict=True)]
        return [[self.separator.join(pair) for pair in pairs]]
