"""One run from its config to its folder; `run` and `score` are two ways to a config."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import config as configs
from bench.cli import gate, noise
from bench.cli.console import progress, say
from bench.cli.describing import PAGE, Descriptions
from bench.cli.pages import INDEX, kept, write_report
from bench.cli.parts import columns, competitors, loaded, measure, scored_by
from bench.cli.shards import do_shard, mergeable
from bench.cli.tracking import track, trackers
from bench.cli.trusting import trusted_metrics
from bench.config import RunConfig
from bench.errors import BenchError
from bench.fingerprint import weights
from bench.leaderboard.board import DatasetInfo
from bench.leaderboard.health import Gathering
from bench.leaderboard.table import Ranking, check
from bench.pipeline import Attempt
from bench.recording import CHECKED, Recording
from bench.records import Cell, Progress
from bench.sharding import Shard
from bench.storage.store import Store, check_writable
from bench.survey import Hashes
from bench.views import View
from bench.windows import Computation, Window, check_size

_LOG = logging.getLogger("summbench")
_LONGEST_NAME = 120
_MOST_FAILURES = 10_000


def execute(run: RunConfig, folder: Path, trusted: Iterable[str] = ()) -> int:
    """Predict, score, write, print; the gate's code, or 1 if a model failed on anything."""
    started = datetime.now(UTC)
    shard = None if run.shard is None else Shard.named(run.shard)
    baseline = gate.given(run.baseline, folder)
    people = None if run.trust is None else trusted_metrics(Path(run.trust))
    if run.offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
    check_writable(folder)
    store = Store(Path(run.store))
    store.begin()

    executor = configs.build("executor", run.executor, trusted)
    told_of_it = trackers(run.tracking, trusted)
    measures = [measure(name, node, trusted, run.score_view) for name, node in run.metric.items()]
    given = View.named(run.model_view)
    metrics = columns(measures)
    ranking = Ranking(run.primary, run.columns, run.insist, run.vs)
    check(ranking, metrics)
    gate.check(run.margins, metrics)
    entrants = competitors(run.model, trusted)
    check(ranking, metrics, [entrant.name for entrant in entrants])
    noises = noise.noises(run, entrants, trusted)
    robust = noise.robust_measures(run, measures, metrics) if noises else []
    found = {name: loaded(name, node, run.limit, trusted) for name, node in run.dataset.items()}
    surveys = {name: survey for name, (_, survey) in found.items()}
    datasets = {name: examples for name, (examples, _) in found.items()}
    if run.merge is not None:
        entrants = mergeable(run.merge, folder, surveys, entrants)
    work = Computation(
        entrants, datasets, surveys, measures, store, executor, run.fresh, given, noises, robust
    )
    _mention_bounds(work)
    if shard is not None:
        return do_shard(shard, work, run.window, folder)

    check_size(measures, surveys, run.window, len(noises))
    with progress() as told, Recording(folder) as recording, kept(run, folder, entrants) as keeping:
        kinds = {entrant.name: entrant.kind for entrant in entrants}
        trials, descriptions = noise.trials(run, metrics), Descriptions(surveys, kinds)
        gathering, hashes = Gathering(folder), Hashes(surveys)
        takers: list[Callable[[Window], None]] = [
            lambda window: recording.add(window.cells, window.evidence),
            lambda window: gathering.add(window.cells, window.examples),
            lambda window: keeping.add(window.examples, window.cells),
            lambda window: hashes.add(window.examples),
            descriptions.add,
            *([trials.add] if trials else []),
        ]
        failures = _recorded(work, run.window, told, takers)
        from bench.cli.finishing import board_of, tables  # the first article waits for none of it
        from bench.provenance import provenance
        from bench.report.exchange.origin import Run
        from bench.report.interchange import to_json

        info = {name: DatasetInfo(s.articles, s.fingerprint) for name, s in surveys.items()}
        outcomes = gathering.outcomes()
        board, as_json = board_of(
            folder.name, ranking, store, info, kinds, metrics, outcomes, run.fresh
        )
        if people is not None:
            board = replace(board, notes=people(board))
            as_json = to_json(board)
        models = {a.entrant.name: _described(a, run.model) for a in work.attempts.values()}
        texts = tables(board, as_json)
        said = {m.name: scored_by(m, run.metric[m.name]) for m in measures}
        made = provenance(board, vars(run), hashes, models, said, work.counts, failures, started)
        if trials:
            robustness = noise.robustness(run, board, trials, work)
            texts |= noise.tables(robustness)
            made["perturbations"] = noise.described(run, noises, trusted)
        texts |= descriptions.tables(robustness.trials if trials else ())
        keeping.finish()
        recording.finish(texts, made)
    write_report(folder, board)
    _tell(texts, [PAGE] if descriptions.say_all else ["leaderboard.md", "robustness.md"], folder)
    code = (gate.close(baseline, folder) if baseline else 0) or int(bool(failures))
    track(told_of_it, Run(board, made), folder)
    return code


def _recorded(
    work: Computation, size: int, told: Progress, takers: Sequence[Callable[[Window], None]]
) -> list[dict[str, Any]]:
    """Each window handed to all who take it; the first failures."""
    failures: list[dict[str, Any]] = []
    for window in work.windows(size, told):
        for take in takers:
            take(window)
        if len(failures) < _MOST_FAILURES:
            failures += [*_failures(window.cells), *noise.failures(window)]
    return failures


def _failures(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    return [
        {"dataset": cell.dataset, "model": cell.model, "article_id": p.article_id, "error": p.error}
        for cell in cells
        for p in cell.predictions
        if p.error is not None
    ]


def results_folder(run: RunConfig, experiment: str | None) -> Path:
    """`results`/`name`; the name must be one plain path component."""
    name = run.name or experiment or "run"
    if (
        name != Path(name).name
        or name in {".", ".."}
        or "\0" in name
        or len(name.encode()) > _LONGEST_NAME
    ):
        raise BenchError(
            f"name={name!r} can't be the name of a results folder: no slashes, and at most "
            f"{_LONGEST_NAME} bytes."
        )
    if (Path(run.results) / name).resolve() == Path(run.store).resolve():
        raise BenchError(f"name={name!r} is where the store lies; choose another name.")
    return Path(run.results) / name


def _mention_bounds(work: Computation) -> None:
    for entrant in work.entrants:
        for name in work.datasets.keys() - work.of(entrant, work.datasets).keys():
            _LOG.info("%s is left out on %s, which has no references", entrant.name, name)


def _described(attempt: Attempt, nodes: Mapping[str, configs.Node]) -> dict[str, Any]:
    entrant = attempt.entrant
    node = nodes.get(entrant.name, {})
    return {
        "kind": entrant.kind,
        "fingerprint": entrant.fingerprint,
        "weights": weights(entrant.name, node),
        "made_with": attempt.circumstances,
        **({"used": attempt.used} if attempt.used else {}),
    }


def _tell(texts: Mapping[str, str], shown: Sequence[str], folder: Path) -> None:
    say("\n".join(texts[name] for name in shown if name in texts))
    written = dict.fromkeys([*texts, *CHECKED, "run.json", INDEX])
    say(f"Written to {folder}: {', '.join(written)}")
