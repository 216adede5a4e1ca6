"""Pairs of an article and a summary, normalized as a metric reads them, and their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from summbench.core.normalization import TextNormalizer
from summbench.core.records import Example, Prediction
from summbench.core.replies import read_example, read_text
from summbench.evaluation.keys import compute_score_keys

Task = tuple[str, str]
"""A dataset and a model."""
Pairs = Mapping[str, tuple[Example, str]]
"""Key -> an example and a summary of it: what a metric sees, whichever model wrote it."""


@dataclass(frozen=True, slots=True)
class NormalizedTexts:
    """All texts as they are read and after one normalization, and a key for each pair."""

    examples: Mapping[str, Sequence[Example]]
    summaries: Mapping[Task, Sequence[str]]
    keys: Mapping[Task, Sequence[str]]

    @staticmethod
    def build(
        normalizer: TextNormalizer,
        datasets: Mapping[str, Sequence[Example]],
        predictions: Mapping[Task, Sequence[Prediction]],
    ) -> NormalizedTexts:
        """Read and normalize each text of these datasets and predictions once."""
        examples = {
            name: [normalizer.normalize_example(read_example(e)) for e in rows]
            for name, rows in datasets.items()
        }
        summaries = {
            task: [normalizer.normalize(read_text(p.summary)) for p in rows]
            for task, rows in predictions.items()
        }
        keys: dict[Task, list[str]] = {}
        for name, rows in examples.items():
            tasks = [task for task in summaries if task[0] == name]
            by_task = [summaries[task] for task in tasks]
            of_tasks = compute_score_keys(rows, by_task, normalizer.signature)
            keys |= zip(tasks, of_tasks, strict=True)
        return NormalizedTexts(examples, summaries, keys)

    def pair_summaries(self, tasks: Sequence[Task]) -> Pairs:
        """Each pair once, an article's summaries side by side: metrics prepare an article once."""
        return {
            self.keys[task][i]: (example, self.summaries[task][i])
            for dataset, examples in self.examples.items()
            for i, example in enumerate(examples)
            for task in tasks
            if task[0] == dataset
        }
