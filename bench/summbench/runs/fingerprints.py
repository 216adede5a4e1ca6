"""The fingerprints that runs name, which the store must keep."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.runs import files
from summbench.runs.schema import RunMetadata, read_metadata


def collect_fingerprints(folders: Iterable[Path]) -> frozenset[str]:
    """Return the fingerprints of the models and metrics of every run below the folders.

    A baseline is skipped: it has its scores and summaries in it.

    Raises: SummbenchError for a folder without a run.json, or a run.json that can't be read, since
    what it needs could be removed.
    """
    fingerprints: set[str] = set()
    for folder in folders:
        paths = sorted(folder.rglob(files.RUN))
        if not paths:
            raise SummbenchError(
                f"There is no {files.RUN} below {folder}, so that all of the store would count as "
                "unreferenced; name the folder that holds your results."
            )
        for path in paths:
            fingerprints |= _read_fingerprints(path)
    return frozenset(fingerprints)


def _read_fingerprints(path: Path) -> set[str]:
    try:
        metadata = read_metadata(path)
    except (OSError, SummbenchError) as error:
        raise SummbenchError(
            f"{path} does not say which fingerprints it is made of ({error}), so that what it "
            "needs could be removed. Repeat that run or move the file away."
        ) from error
    if not isinstance(metadata, RunMetadata):
        return set()
    models = (
        fingerprint
        for model in metadata.models.values()
        for fingerprint in (model.fingerprint, *(model.repeats or ()))
    )
    metrics = (metric.fingerprint for metric in metadata.metrics.values())
    return {fingerprint for fingerprint in (*models, *metrics) if fingerprint}
