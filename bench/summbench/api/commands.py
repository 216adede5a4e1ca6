"""Questions asked of finished runs: one function for each command, named like it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from summbench.api.arguments import to_names, to_path
from summbench.api.run import Run
from summbench.api.sources import Source, get_path, open_run
from summbench.api.tables import Table, tabulate_records
from summbench.core.errors import SummbenchError
from summbench.core.records import Progress, ignore_progress
from summbench.evaluation.requirements import explain_missing
from summbench.evaluation.resolve import to_metric_nodes
from summbench.evaluation.score_inputs import config_for_file
from summbench.runs.run import RunData

if TYPE_CHECKING:
    from summbench.analysis.audit.audit import Audit
    from summbench.analysis.bundle.replay import ReplayReport
    from summbench.analysis.bundle.writer import BundleReport
    from summbench.analysis.metaeval.agreement import MetricAgreement
    from summbench.analysis.power import SampleSizePlan
    from summbench.analysis.reproducibility.verify import VerificationReport
    from summbench.core.weights import Conversion


def load(path: str | Path) -> Run:
    """Open a results folder, a baseline or a bundle.

    Raises: SummbenchError, if it is none, or was changed since it was written.
    """
    return Run(RunData.open(to_path("path", path)))


def list_runs(folder: str | Path = "results") -> Table:
    """One row a run below a folder, the latest first: when, what, by which metric, which commit.

    Raises: SummbenchError, if there is no such folder.
    """
    from summbench.runs.catalogue import list_runs as find_runs  # noqa: PLC0415 - rare

    return tabulate_records(find_runs(to_path("folder", folder)))


def bundle(
    run: Source,
    out: str | Path | None = None,
    *,
    with_articles: bool = False,
    allow_code: Sequence[str] = (),
) -> BundleReport:
    """Seal a run, its references and their checksums in one file.

    Raises: SummbenchError, if a dataset is not what it was, or the file exists with other content.
    """
    from summbench.analysis.bundle.writer import write_bundle  # noqa: PLC0415 - imports scipy
    from summbench.report.render import LEADERBOARD_FORMATS  # noqa: PLC0415

    target = None if out is None else to_path("out", out)
    return write_bundle(get_path(run), LEADERBOARD_FORMATS, target, with_articles, allow_code)


def replay(
    path: str | Path,
    *,
    allow_code: Sequence[str] = (),
    progress: Progress = ignore_progress,
) -> ReplayReport:
    """Score the predictions of a bundle again, and compare every number bit for bit.

    Raises: SummbenchError, if it is no bundle or is damaged.
    """
    from summbench.analysis.bundle.replay import replay_bundle  # noqa: PLC0415 - imports scipy

    packages = to_names("allow_code", allow_code)
    return replay_bundle(to_path("path", path), packages, progress)


def verify(
    run: Source,
    *,
    articles: int = 16,
    models: Sequence[str] | None = None,
    seed: int = 0,
    ray: bool = False,
    allow_code: Sequence[str] = (),
    progress: Progress = ignore_progress,
) -> VerificationReport:
    """Predict a sample of a run again in other batches, orders and processes, and compare.

    The run's folder keeps the result as its certificate.

    Raises: SummbenchError, if a model or dataset is not what it was.
    """
    from summbench.analysis.reproducibility.verify import verify_run  # noqa: PLC0415 - rare

    names = None if models is None else to_names("models", models)
    packages = to_names("allow_code", allow_code)
    return verify_run(get_path(run), articles, names, seed, ray, packages, progress)


def audit(
    outputs: Source, *, language: str = "en", seed: int = 0, allow_code: Sequence[str] = ()
) -> list[Audit]:
    """Score the same outputs under other conventions of ROUGE: one audit a dataset.

    `outputs` is a run, or a file as `score` takes it; `language` is that of the summaries.

    Raises: SummbenchError, if there is no reference in Latin script.
    """
    from summbench.analysis.audit.outputs import (  # noqa: PLC0415 - imports nltk
        audit_file,
        audit_run,
    )

    path = get_path(outputs)
    if path.is_dir():
        return audit_run(path, language, seed, allow_code)
    return audit_file(config_for_file(path), language, seed, allow_code)


def plan(
    run: Source | None = None,
    *,
    sd: float | None = None,
    effect: float | None = None,
    metric: str | None = None,
    power: float = 0.8,
    simulate: bool = False,
) -> list[SampleSizePlan]:
    """Plan how many articles show a difference: one plan a dataset of the run, or one from `sd`.

    `effect` is the difference to show, in the metric's unit; by default a point (0.01) of a share.

    Raises: SummbenchError, if both or neither are given, the run has no such metric, or one with a
    unit of its own has no `effect`.
    """
    from summbench.analysis.power import plan_sample_size  # noqa: PLC0415 - imports scipy

    data = None if run is None else open_run(run)
    return plan_sample_size(
        data, sd=sd, effect=effect, metric=metric, power=power, simulate=simulate
    )


def metaeval(
    file: str | Path,
    metrics: Any = None,
    *,
    resamples: int = 1_000,
    seed: int = 0,
    resample: Literal["level", "both"] = "level",
    allow_code: Sequence[str] = (),
    **keys: Any,
) -> MetricAgreement:
    """Hold metrics against human scores: correlations with intervals, and what gaps mean.

    `file` has a row an article, as for `score`, and `human` (system -> dimension -> score).
    `metrics` are names, objects with `score`, or nodes. What has no number is left out: the result
    has `omissions`.

    Raises: SummbenchError, if there are no human scores.
    """
    from summbench.analysis.metaeval.rated_file import (  # noqa: PLC0415 - imports scipy.stats
        evaluate_metrics_file,
    )

    nodes = {} if metrics is None else {"metric": to_metric_nodes(metrics)}
    path = to_path("file", file)
    config = config_for_file(path, nodes, keys)
    packages = to_names("allow_code", allow_code)
    return evaluate_metrics_file(path, config, resamples, seed, resample, packages)


def convert_weights(
    weights: str,
    out: str | Path | None = None,
    *,
    revision: str | None = None,
    offline: bool = False,
) -> Conversion:
    """Write weights that are there as a pickle only, a hub id or a folder, as safetensors.

    Nothing in the pickle is run. The result is the folder `out`, or weights/<name>, with config and
    tokeniser; weights that have safetensors already stay as they are.

    Raises: SummbenchError, if a pickle has more than tensors, `out` exists, or torch is missing.
    """
    try:
        from summbench.models import conversion  # noqa: PLC0415 - imports torch
    except ModuleNotFoundError as error:
        raise SummbenchError(f"This {explain_missing(error.name)}") from error
    folder = None if out is None else to_path("out", out)
    return conversion.convert_weights(weights, folder, revision, offline)
