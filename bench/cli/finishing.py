"""What a run ends with: its leaderboard, and the tables of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench.fingerprint import fingerprint
from bench.leaderboard.board import DatasetInfo, Leaderboard, MetricInfo
from bench.leaderboard.health import Outcome
from bench.leaderboard.table import Ranking, leaderboard
from bench.records import Kind, sha256
from bench.report.interchange import from_json, to_json
from bench.report.render import TABLES
from bench.storage.store import Store


def board_of(
    name: str,
    ranking: Ranking,
    store: Store,
    datasets: Mapping[str, DatasetInfo],
    kinds: Mapping[str, Kind],
    metrics: Mapping[str, MetricInfo],
    outcomes: Sequence[Outcome],
    fresh: bool,
) -> tuple[Leaderboard, str]:
    """The leaderboard of these outcomes and its JSON; tests and intervals are not computed twice.

    A leaderboard follows from nothing else than what the key is the hash of.
    """
    code = fingerprint(
        "leaderboard", {"_target_": "bench.leaderboard.table.Leaderboard"}, ("bench",)
    )
    facts = repr((name, datasets, kinds, metrics, ranking))
    counts = (repr((list(o.scores), o.health, o.first_failure)) for o in outcomes)
    numbers = (
        hashlib.sha256(values.tobytes()).hexdigest()
        for o in outcomes
        for values in o.scores.values()
    )
    key = sha256(code, facts, *counts, *numbers)
    kept = None if fresh else store.text(key)
    if kept is not None:
        return from_json(kept, f"the stored leaderboard {key[:16]}"), kept
    board = leaderboard(name, datasets, kinds, metrics, outcomes, ranking)
    board = replace(board, failures=_failed(outcomes))
    as_json = to_json(board)
    store.add_text(key, as_json)
    return board, as_json


def tables(board: Leaderboard, as_json: str) -> dict[str, str]:
    """File name -> content."""
    texts = {name: render(board) for name, render in TABLES.items()}
    return texts | {"leaderboard.json": as_json}


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
