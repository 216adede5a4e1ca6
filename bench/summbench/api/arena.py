"""An arena: every two systems of a run before a judge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summbench.api.arguments import to_names, to_path
from summbench.api.sources import Source, open_run
from summbench.core.records import Progress, ignore_progress
from summbench.evaluation.pair_judges import build_pair_judge, is_storable, resolve_judge
from summbench.store.store import Store

if TYPE_CHECKING:
    from summbench.people.arena_result import Arena


def arena(
    run: Source,
    judge: Any,
    out: str | Path | None = None,
    *,
    systems: Sequence[str] | None = None,
    dataset: str | None = None,
    articles: int | None = None,
    budget: int | None = None,
    people: str | Path | None = None,
    prompt: str | None = None,
    dry_run: bool = False,
    resamples: int = 1_000,
    seed: int = 0,
    store: str | Path | None = None,
    recompute: bool = False,
    offline: bool = False,
    progress: Progress = ignore_progress,
    allow_code: Sequence[str] = (),
) -> Arena:
    """Let a judge choose between every two systems of a run, in both orders.

    `judge` is a pairwise judge (`judge_pairwise`, `judge_server`), any model, a function from
    prompt to reply, or a node; as in `evaluate`, `{"endpoint": {"base_url": ..., "model": ...}}`
    changes keys of a shipped one. `prompt` has {article}, {a} and {b}. `articles` are drawn by
    chance, by default all; `budget` limits the questions. `systems` are the run's models but for
    bounds. `people` is a file of `collect`, or of choices: the judge is held against them, and its
    error enters the ranks.

    `store` keeps every reply, and nothing in it is asked again; a function needs a version for it.
    `out` becomes a folder with arena.json, arena.md and verdicts.jsonl. With `dry_run` nothing is
    asked and written: `plan` counts the requests, and those that are stored.

    Raises: SummbenchError, for wrong input, and a judge that cannot work at all.
    """
    from summbench.people.arena_session import ArenaSession  # noqa: PLC0415 - imports scipy
    from summbench.people.contest import load_contest  # noqa: PLC0415
    from summbench.people.human_choices import read_choices  # noqa: PLC0415

    packages = to_names("allow_code", allow_code)
    folder = None if out is None else to_path("out", out)
    human = None if people is None else read_choices(to_path("people", people))
    data = open_run(run)
    contest = load_contest(
        data,
        dataset=dataset,
        systems=None if systems is None else to_names("systems", systems),
        articles=articles,
        first=[] if human is None else human.articles,
        seed=seed,
        allow_code=packages,
    )
    node = resolve_judge(judge, prompt, packages, offline=offline)
    cache = None if store is None else Store(to_path("store", store))
    session = ArenaSession(
        run=data.leaderboard.name,
        contest=contest,
        name=node.name,
        judge=build_pair_judge(node, cache, packages, offline=offline, recompute=recompute),
        is_stored=cache is not None and is_storable(node),
        budget=budget,
        seed=seed,
    )
    if dry_run:
        return session.plan()
    if cache is not None:
        cache.open()
    return session.hold(folder, human, resamples, progress)
