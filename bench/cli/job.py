"""One run from its config to its folder; `run` and `score` are two ways to a config."""

from __future__ import annotations

import logging
import os
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import config as configs
from bench.cli import gate
from bench.cli.console import progress, say
from bench.cli.parts import columns, competitors, loaded, measure, scored_by
from bench.config import RunConfig
from bench.errors import BenchError
from bench.fingerprint import fingerprint, weights
from bench.gate.compare import check_margins
from bench.leaderboard.board import Leaderboard, MetricInfo
from bench.leaderboard.table import Ranking, check, leaderboard
from bench.leaderboard.table import fingerprint as set_fingerprint
from bench.pipeline import Attempt, Entrant, predict, prepare
from bench.provenance import provenance
from bench.records import Cell, Example, Kind, Prediction, sha256
from bench.report.interchange import from_json, to_json
from bench.report.render import TABLES
from bench.results import CHECKED, write
from bench.scoring import evidence, score
from bench.storage.store import Store, check_writable

_LOG = logging.getLogger("summbench")
_LONGEST_NAME = 120


def execute(run: RunConfig, folder: Path, trusted: Iterable[str] = ()) -> int:
    """Predict, score, write, print; the gate's code, or 1 if a model failed on anything."""
    started = datetime.now(UTC)
    baseline = gate.given(run.baseline, folder)
    if run.offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
    check_writable(folder)
    store = Store(Path(run.store))
    store.begin()

    executor = configs.build("executor", run.executor, trusted)
    measures = [measure(name, node, trusted) for name, node in run.metric.items()]
    metrics = columns(measures)
    ranking = Ranking(run.primary, run.columns, run.insist, run.vs)
    check(ranking, metrics)
    check_margins(run.margins, metrics)
    entrants = competitors(run.model, trusted)
    check(ranking, metrics, [entrant.name for entrant in entrants])
    datasets = {name: loaded(name, node, run.limit, trusted) for name, node in run.dataset.items()}
    attempts = [prepare(e, _for(e, datasets), store, run.fresh) for e in entrants]
    _mention_bounds(entrants, datasets)
    for attempt in attempts:
        _mention_other_versions(attempt)

    with progress() as told:
        predicted = {
            (dataset, attempt.entrant.name): predictions
            for attempt in attempts
            for dataset, predictions in predict(
                attempt, _for(attempt.entrant, datasets), store, told, executor
            ).items()
        }
        cells = score(datasets, predicted, measures, store, told, run.fresh)

    kinds = {entrant.name: entrant.kind for entrant in entrants}
    board, as_json = _board(folder.name, ranking, store, datasets, kinds, metrics, cells, run.fresh)
    models = {a.entrant.name: _described(a, run.model) for a in attempts}
    texts = {name: render(board) for name, render in TABLES.items()}
    texts["leaderboard.json"] = as_json
    said = {m.name: scored_by(m, run.metric[m.name]) for m in measures}
    made = provenance(board, vars(run), datasets, models, said, cells, started)
    write(folder, cells, evidence(cells, datasets, measures, store), texts, made)
    _tell(texts, folder)
    return (gate.close(baseline, folder) if baseline else 0) or int(bool(board.failures))


def _board(
    name: str,
    ranking: Ranking,
    store: Store,
    datasets: Mapping[str, Sequence[Example]],
    kinds: Mapping[str, Kind],
    metrics: Mapping[str, MetricInfo],
    cells: Sequence[Cell],
    fresh: bool,
) -> tuple[Leaderboard, str]:
    """The leaderboard of these cells and its JSON; tests and intervals are not computed twice."""
    numbers = (array("d", values).tobytes().hex() for c in cells for values in c.scores.values())
    answers = (repr((c.dataset, c.model, list(c.scores), list(c.predictions))) for c in cells)
    code = fingerprint(
        "leaderboard", {"_target_": "bench.leaderboard.table.Leaderboard"}, ("bench",)
    )
    data = map(set_fingerprint, datasets.values())
    key = sha256(code, repr((name, kinds, metrics, ranking)), *data, *answers, *numbers)
    kept = None if fresh else store.text(key)
    if kept is not None:
        return from_json(kept, f"the stored leaderboard {key[:16]}"), kept
    board = leaderboard(name, datasets, kinds, metrics, cells, ranking)
    board = replace(board, failures=_failures(cells))
    as_json = to_json(board)
    store.add_text(key, as_json)
    return board, as_json


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


def _mention_bounds(entrants: Sequence[Entrant], datasets: Mapping[str, Sequence[Example]]) -> None:
    for entrant in entrants:
        for name in datasets.keys() - _for(entrant, datasets).keys():
            _LOG.info("%s is left out on %s, which has no references", entrant.name, name)


def _for(
    entrant: Entrant, datasets: Mapping[str, Sequence[Example]]
) -> dict[str, Sequence[Example]]:
    """A bound has nothing to do where there are no references."""
    return {
        name: examples
        for name, examples in datasets.items()
        if entrant.kind != "bound" or any(example.references for example in examples)
    }


def _mention_other_versions(attempt: Attempt) -> None:
    now = attempt.entrant.versions
    other = dict.fromkeys(
        f"{package} {version} (now {now[package]})"
        for made in attempt.circumstances
        for package, version in made["versions"].items()
        if now.get(package, version) != version
    )
    if other:
        _LOG.info(
            "%s: stored predictions made with %s are used; fresh=true predicts again.",
            attempt.entrant.name, ", ".join(other),
        )  # fmt: skip


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


def _failures(cells: Sequence[Cell]) -> dict[str, str]:
    """One sentence for each model that failed: where, how often, and the first reason."""
    said: dict[str, str] = {}
    for cell in cells:
        failed = [p for p in cell.predictions if p.error is not None]
        if failed:
            text = (
                f"{len(failed)} of {len(cell.predictions)} articles of {cell.dataset} failed; "
                f"the first, {failed[0].article_id}: {_short(failed[0])}"
            )
            said[cell.model] = f"{said[cell.model]} {text}" if cell.model in said else text
    return said


def _short(prediction: Prediction) -> str:
    return " ".join((prediction.error or "").split())[:300]


def _tell(texts: Mapping[str, str], folder: Path) -> None:
    say(texts["leaderboard.md"])
    written = dict.fromkeys([*texts, *CHECKED, "run.json"])
    say(f"Written to {folder}: {', '.join(written)}")
