"""The content of run.json of a merged run: what it is made of, and whom it takes on trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from summbench.runs import files
from summbench.runs.merge.contents import Contents
from summbench.runs.merge.parts import Part
from summbench.runs.provenance import describe_installation
from summbench.runs.records import GitState, SourceRecord
from summbench.runs.schema import (
    SCHEMA_VERSION,
    DatasetRecord,
    FailureRecord,
    MetricRecord,
    ModelRecord,
    RunMetadata,
)

_NODES = ("model", "dataset", "metric")


def build_merged_metadata(
    name: str,
    parts: Sequence[Part],
    contents: Contents,
    primary: str,
    replays: Mapping[str, str],
    notes: Sequence[str],
) -> RunMetadata:
    """Return the content of run.json; `replays` is a part's hash -> what its replay showed.

    Times are those of the parts, versions and commit those that merged them.
    """
    here = describe_installation()
    metadata = [part.run.metadata for part in parts]
    runs = [
        (part, m) for part, m in zip(parts, metadata, strict=True) if isinstance(m, RunMetadata)
    ]
    models, metrics = _join_records(parts, runs)
    return RunMetadata(
        schema_version=SCHEMA_VERSION,
        kind="merged",
        name=name,
        started=min(getattr(m, "started", m.finished) for m in metadata),
        finished=max(m.finished for m in metadata),
        versions=here["versions"],
        platform=here["platform"],
        git=here["git"] and GitState(**here["git"]),
        config=_join_configs(runs, primary),
        datasets=_join_datasets(parts, contents),
        models=models,
        metrics=metrics,
        normalization={},
        failures=_join_failures(runs),
        notes=list(notes) or None,
        sources=[_describe_source(part, replays) for part in parts],
    )


def _join_records(
    parts: Sequence[Part], runs: Sequence[tuple[Part, RunMetadata]]
) -> tuple[dict[str, ModelRecord], dict[str, MetricRecord]]:
    """What the first run says of each model and metric; of a baseline the little that is known."""
    models: dict[str, ModelRecord] = {}
    metrics: dict[str, MetricRecord] = {}
    for part in parts:
        for model, kind in part.board.models.items():
            models[part.names[model]] = ModelRecord(
                kind=kind, fingerprint=None, weights=None, environments=[]
            )
        for column, info in part.board.metrics.items():
            record = MetricRecord(signature=info.signature, fingerprint="", versions={})
            metrics.setdefault(column.partition(".")[0], record)
    for part, of in reversed(runs):
        models |= {part.names[model]: record for model, record in of.models.items()}
        metrics |= of.metrics
    return dict(sorted(models.items())), dict(sorted(metrics.items()))


def _join_datasets(parts: Sequence[Part], contents: Contents) -> dict[str, DatasetRecord]:
    records = [part.run.metadata.datasets for part in parts]
    return {
        dataset: min(
            (of_part[dataset] for of_part in records if dataset in of_part),
            key=lambda record: record.id_fingerprint,
        )
        for dataset in contents.rows
    }


def _describe_source(part: Part, replays: Mapping[str, str]) -> SourceRecord:
    metadata = part.run.metadata
    return SourceRecord(
        name=part.label,
        kind="bundle" if part.run.is_bundle else metadata.kind,
        sha256=part.sha256,
        finished=metadata.finished,
        versions=metadata.versions,
        git=metadata.git,
        models=dict(part.names),
        replay=replays.get(part.sha256),
    )


def _join_configs(runs: Sequence[tuple[Part, RunMetadata]], primary: str) -> dict[str, Any]:
    """The nodes of all runs, and the keys in which they agree; the others are null.

    A bundle's nodes have lost their folders, and count where no folder has them.
    """
    config: dict[str, Any] = {}
    in_folders_last = sorted(reversed(runs), key=lambda pair: not pair[0].run.is_bundle)
    for key in sorted({key for _, metadata in runs for key in metadata.config}):
        values = [metadata.config.get(key) for _, metadata in runs]
        config[key] = values[0] if all(value == values[0] for value in values) else None
    for group in _NODES:
        config[group] = {}
        for part, metadata in in_folders_last:
            for name, node in (metadata.config.get(group) or {}).items():
                config[group][part.names.get(name, name) if group == "model" else name] = node
        config[group] = dict(sorted(config[group].items()))
    return config | {"primary": primary, "baseline": None, "perturbation": {}}


def _join_failures(runs: Sequence[tuple[Part, RunMetadata]]) -> list[FailureRecord]:
    rows = {
        (f.dataset, part.names[f.model], f.article_id): FailureRecord(
            dataset=f.dataset, model=part.names[f.model], article_id=f.article_id, error=f.error
        )
        for part, metadata in reversed(runs)
        for f in metadata.failures
        if f.perturbation is None
    }
    return [rows[key] for key in sorted(rows)]


def list_omissions(parts: Sequence[Part], contents: Contents) -> list[str]:
    """Sentences on what single runs have and the merged one does not."""
    notes = []
    if unread := sorted({place[0] for place, of in contents.systems.items() if of.unread}):
        notes.append(
            f"The report shows no articles of {', '.join(unread)}: a baseline has only the hashes "
            "of its summaries."
        )
    left_out = {
        "robustness to perturbations (robustness.md)": [
            part for part in parts if part.run.has_file(files.ROBUSTNESS)
        ],
        "each output of repeats (repeats.parquet); their means are": [
            part for part in parts if part.run.has_file(files.REPEATS)
        ],
        "results by group of articles (leaderboard.md)": [p for p in parts if p.board.slices],
        "human labels of judges (leaderboard.md)": [
            part for part in parts if any(judge.labels for judge in part.board.judges)
        ],
    }
    for what, holders in left_out.items():
        if holders:
            notes.append(f"Not merged: {what}. See {', '.join(part.label for part in holders)}.")
    if len({part.board.vs for part in parts}) > 1:
        notes.append("The runs compare with other models (vs); here every pair is compared.")
    return notes
