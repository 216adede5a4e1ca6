"""A run verified: its models predict a sample again, and run.json keeps the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from summbench.analysis.reproducibility.comparison import VariationResult, compare_predictions
from summbench.analysis.reproducibility.variations import (
    Datasets,
    Predictions,
    Rerun,
    draw_sample,
)
from summbench.analysis.run_inputs import load_recorded_datasets
from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.normalization import get_normalizer
from summbench.core.records import Executor, Prediction, Progress, ignore_progress
from summbench.evaluation.components import build_metric, build_models
from summbench.evaluation.nodes import build, get_kind
from summbench.evaluation.session import ModelSpec
from summbench.runs.records import Certificate
from summbench.runs.run import RunData
from summbench.runs.schema import RunMetadata
from summbench.runs.tables import group_predictions
from summbench.runs.writer import write_manifest

SCHEMA = 1
_UNBATCHED = 2**20
_LOCAL = {"_target_": "summbench.evaluation.executors.local.Local"}
_PROCESSES = {"_target_": "summbench.evaluation.executors.processes.Processes", "workers": 2}
_RAY = {"_target_": "summbench.evaluation.executors.ray.Ray"}


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What each variation changed for each model.

    `results` is model -> variation -> result. The first variation is compared with the run, the
    others with the first. `sample` is dataset -> ids of its articles.
    """

    results: Mapping[str, Mapping[str, VariationResult]]
    sample: Mapping[str, Sequence[str]]
    seed: int

    @property
    def is_broken(self) -> bool:
        """Whether any variation changes more than epsilon allows."""
        return any(
            result.state == "broken"
            for of_model in self.results.values()
            for result in of_model.values()
        )

    def to_certificate(self) -> Certificate:
        """Return what run.json keeps."""
        return Certificate(
            version=SCHEMA,
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            sample={dataset: list(ids) for dataset, ids in self.sample.items()},
            seed=self.seed,
            models={
                model: {variation: result.state for variation, result in of_model.items()}
                for model, of_model in self.results.items()
            },
        )


def verify_run(
    run: Path,
    articles: int = 16,
    models: Sequence[str] | None = None,
    seed: int = 0,
    ray: bool = False,
    allowed_packages: Sequence[str] = (),
    progress: Progress = ignore_progress,
) -> VerificationReport:
    """Predict a sample of a run again in other batches, orders, parts and processes.

    `articles` of each dataset are drawn. By default all models that compute are verified. The
    result is written to run.json as a certificate; the store of the run is not touched.

    Raises: SummbenchError if the run is not whole, or its models or data are not what they were.
    """
    require_at_least_one(articles=articles)
    data = RunData.open(run)
    metadata, config = data.run_metadata, data.run_metadata.config
    data.check()
    specs = _build_recorded_models(metadata, models, allowed_packages)
    normalizer = get_normalizer(config.get("model_normalization", "raw"))
    datasets = {
        name: [
            normalizer.normalize_example(example)
            for example in draw_sample(examples, articles, seed)
        ]
        for name, examples in load_recorded_datasets(metadata, allowed_packages).items()
    }
    executors = {"2 processes": build("executor", _PROCESSES)}
    if ray:
        executors["ray"] = build("executor", _RAY)
    recorded = group_predictions(data.predictions)
    primary = data.leaderboard.primary.partition(".")[0]
    results = {
        spec.name: _verify_model(
            config, primary, spec, datasets, recorded, executors, allowed_packages, progress
        )
        for spec in specs
    }
    sample = {name: [e.article.id for e in examples] for name, examples in datasets.items()}
    report = VerificationReport(results, sample, seed)
    write_manifest(run, msgspec.structs.replace(metadata, certificate=report.to_certificate()))
    return report


def _build_recorded_models(
    metadata: RunMetadata, names: Sequence[str] | None, allowed_packages: Sequence[str]
) -> list[ModelSpec]:
    """Build the models that compute, if they still are what they were in the run."""
    nodes = {
        name: node
        for name, node in metadata.config["model"].items()
        if get_kind(node) != "replay" and "_python_" not in node
    }
    if names is None:
        names = list(nodes)
    if unknown := [name for name in names if name not in nodes]:
        available = ", ".join(nodes) or "none"
        raise SummbenchError(
            f"The run has no model {unknown[0]!r} that computes; it has {available}."
        )
    if not names:
        raise SummbenchError("The run has no model that computes; there is nothing to verify.")
    specs = build_models(
        {name: nodes[name] for name in names},
        allowed_packages,
        offline=metadata.config["offline"],
    )
    for spec in specs:
        if metadata.models[spec.name].fingerprint != spec.fingerprint:
            raise SummbenchError(
                f"The config, code or weights of {spec.name!r} are not those of the run; "
                "repeat the run."
            )
    return specs


def _verify_model(
    config: Mapping[str, Any],
    metric_name: str,
    spec: ModelSpec,
    datasets: Datasets,
    recorded: Mapping[tuple[str, str], Sequence[Prediction]],
    executors: Mapping[str, Executor],
    allowed_packages: Sequence[str],
    progress: Progress,
) -> dict[str, VariationResult]:
    """Compare the first variation of a model with the run, and the others with the first."""
    normalization = config.get("score_normalization", "raw")
    node = config["metric"][metric_name]
    offline = config["offline"]
    build_primary = cache(
        lambda: build_metric(metric_name, node, allowed_packages, normalization, offline=offline)
    )
    before = _select_predictions(recorded, spec.name, datasets)
    datasets = {name: datasets[name] for name in before}
    unbatched = _make_unbatched(spec, config["model"][spec.name], allowed_packages, offline)
    results: dict[str, VariationResult] = {}
    with TemporaryDirectory(prefix="summbench-verify-") as folder:
        executor = build("executor", _LOCAL)
        rerun = Rerun(spec, unbatched, datasets, executor, Path(folder), progress)
        for variation, after in rerun.predict_variations(executors):
            first = not results
            results[variation] = compare_predictions(before, after, datasets, build_primary)
            before = after if first else before
    return results


def _make_unbatched(
    spec: ModelSpec, node: Mapping[str, Any], allowed_packages: Sequence[str], offline: bool
) -> ModelSpec:
    """Give the model room for any batch, so that it never splits one."""
    room = {key: _UNBATCHED for key in ("batch_size", "batch_tokens") if key in node}
    packages = tuple(allowed_packages)
    factory = partial(build, spec.name, {**node, **room}, packages, offline=offline)
    return replace(spec, build=factory)


def _select_predictions(
    recorded: Mapping[tuple[str, str], Sequence[Prediction]], model: str, datasets: Datasets
) -> Predictions:
    """Take the run's predictions for the sample; a bound has none without references."""
    return {
        dataset: [by_id[example.article.id] for example in examples]
        for dataset, examples in datasets.items()
        if (by_id := {p.article_id: p for p in recorded.get((dataset, model), ())})
    }
