"""The datasets of a finished run, loaded again for an analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from summbench.core.errors import SummbenchError
from summbench.core.records import Example
from summbench.core.redaction import REMOVED
from summbench.datasets.description import ArticleHashes
from summbench.evaluation.components import load_dataset
from summbench.runs.schema import RunMetadata


def load_recorded_datasets(
    metadata: RunMetadata, allowed_packages: Sequence[str]
) -> dict[str, Sequence[Example]]:
    """Load the datasets of a run again, from the folder in which the run was started.

    Their rows may be in another order than in the run.

    Raises: SummbenchError if a dataset is not what it was.
    """
    config = metadata.config
    datasets = {}
    for name, node in config["dataset"].items():
        if REMOVED in str(node):
            raise SummbenchError(
                f"The dataset {name!r} was named with a value of the environment, which run.json "
                "does not keep, so that it can't be loaded again; repeat the run, with the place "
                "itself in the config."
            )
        examples, statistics = load_dataset(
            name, node, config["limit"], allowed_packages, offline=config["offline"]
        )
        recorded = metadata.datasets[name]
        if statistics.id_fingerprint != recorded.id_fingerprint:
            hashes = ArticleHashes({name: statistics})
            hashes.add({name: examples})
            change = _describe_first_change(recorded.articles, hashes.hashes[name])
            raise SummbenchError(
                f"The dataset {name!r} has changed since the run ({change}). Go to the folder with "
                "the run's data, or repeat the run."
            )
        datasets[name] = examples
    return datasets


def _describe_first_change(recorded: Mapping[str, str], here: Mapping[str, str]) -> str:
    if not recorded or not here:
        return "run.json has no hash of each article, so the changed one is unknown"
    changed = [key for key in {**recorded, **here} if recorded.get(key) != here.get(key)]
    return f"first: {changed[0]!r}"
