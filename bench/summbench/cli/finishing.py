"""What a run ends with: its leaderboard, and the tables of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from summbench.evaluation import nodes as configs
from summbench.evaluation.components import describe_metric
from summbench.evaluation.fingerprint import identify_weights
from summbench.evaluation.perturbations import describe_perturbations
from summbench.evaluation.predict import PredictionState
from summbench.leaderboard.board import DatasetInfo, Leaderboard
from summbench.leaderboard.health import Outcome
from summbench.leaderboard.table import compute_leaderboard
from summbench.report.render import render_run
from summbench.runs.provenance import build_metadata
from summbench.runs.schema import RunKind, RunMetadata

if TYPE_CHECKING:
    from summbench.cli.job import RunAccumulator
    from summbench.cli.preparing import Job


def finished(job: Job, seen: RunAccumulator) -> tuple[Leaderboard, RunMetadata, dict[str, str]]:
    """The leaderboard, what run.json says, and the files made of text by their names."""
    run, work = job.run, job.work
    board = _board(job, seen.gathering.to_outcomes())
    if job.people is not None:
        board = replace(board, notes=job.people(board))
    models = {a.model.name: _described(a, run.model) for a in work.states.values()}
    said = {m.name: describe_metric(m, run.metric[m.name]) for m in work.metrics}
    robustness = perturbations = None
    if seen.trials:
        from summbench.analysis.robustness.results import summarize_robustness

        robustness = summarize_robustness(run, board, seen.trials, work)
        perturbations = describe_perturbations(run, work.perturbations, job.allowed_packages)
    texts = render_run(board, robustness, seen.single_articles.reports)
    metadata = build_metadata(
        _get_kind(job),
        board.name,
        vars(run),
        seen.hashes,
        models,
        said,
        work.normalization_counts,
        seen.failures,
        job.started,
        perturbations,
    )
    return board, metadata, texts


def _get_kind(job: Job) -> RunKind:
    if job.run.merge_shards is not None:
        return "merged"
    is_single = all(dataset.n_articles == 1 for dataset in job.work.statistics.values())
    return "article" if is_single else "run"


def _board(job: Job, outcomes: Sequence[Outcome]) -> Leaderboard:
    """The leaderboard of these outcomes."""
    name, work = job.folder.name, job.work
    datasets = {n: DatasetInfo(s.n_articles, s.fingerprint) for n, s in work.statistics.items()}
    kinds = {entrant.name: entrant.kind for entrant in work.models}
    board = compute_leaderboard(name, datasets, kinds, job.metrics, outcomes, job.ranking)
    return replace(board, failures=_failed(outcomes))


def _described(state: PredictionState, nodes: Mapping[str, configs.Node]) -> dict[str, Any]:
    entrant = state.model
    node = nodes.get(entrant.name, {})
    return {
        "kind": entrant.kind,
        "fingerprint": entrant.fingerprint,
        "weights": identify_weights(entrant.name, node),
        "environments": state.environments,
        "usage": state.usage or None,
        "not_covered": list(entrant.uncovered) or None,
    }


def _failed(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """One sentence for each model that failed: where, how often, and the first reason."""
    said: dict[str, str] = {}
    for outcome in outcomes:
        if outcome.first_failure is not None:
            article, error = outcome.first_failure
            text = (
                f"{outcome.health.failed} of {outcome.health.articles} articles of "
                f"{outcome.dataset} failed; the first, {article}: {_short(error)}"
            )
            before = said.get(outcome.model)
            said[outcome.model] = f"{before} {text}" if before else text
    return said


def _short(error: str) -> str:
    return " ".join(error.split())[:300]
