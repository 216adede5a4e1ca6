"""Facts of articles, checked in the summaries of a run without people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summbench.api.arguments import to_names, to_path
from summbench.api.sources import Source, open_run
from summbench.core.records import Progress, ignore_progress
from summbench.evaluation.fact_judges import build_fact_judge
from summbench.evaluation.pair_judges import resolve_judge
from summbench.store.store import Store

if TYPE_CHECKING:
    from summbench.people.fact_session import FactCheck


def check_facts(
    run: Source,
    facts: str | Path,
    out: str | Path | None = None,
    *,
    judge: Any = None,
    prompt: str | None = None,
    rated: str | Path | None = None,
    systems: Sequence[str] | None = None,
    dataset: str | None = None,
    resamples: int = 1_000,
    seed: int = 0,
    store: str | Path | None = None,
    recompute: bool = False,
    offline: bool = False,
    progress: Progress = ignore_progress,
    allow_code: Sequence[str] = (),
) -> FactCheck:
    """Check the facts of a file in a run's summaries without people, and make a ledger of them.

    `facts` has id (of the article) and fact, and kind, quote or start and end if there are any.
    Without a `judge` the rules of the metric `support` check them, which see no contradiction. A
    judge is one as in `arena`, whose model is asked about one fact and one summary at a time;
    `prompt` has {summary} and {fact}. `store` keeps its replies, and nothing in it is asked again.

    `rated` is a file of `collect` with people's labels of the same facts: the agreement with them
    is measured. `out` becomes a JSONL file as that of `collect`, with the ledger beside it (.md,
    -ledger.html, -ledger.csv) and a judge's replies. `systems` are the run's models but for bounds.

    Raises: SummbenchError, if no fact is of an article of the run, a place is wrong, or the judge
        cannot work at all.
    """
    from summbench.people.fact_checks import load_fact_sheet  # noqa: PLC0415 - imports scipy
    from summbench.people.fact_checks_text import write_fact_check  # noqa: PLC0415
    from summbench.people.fact_session import check_fact_sheet  # noqa: PLC0415
    from summbench.people.rated import check_out, read_rated  # noqa: PLC0415

    packages = to_names("allow_code", allow_code)
    data, source = open_run(run), to_path("facts", facts)
    human = None if rated is None else to_path("rated", rated)
    sources = [source] if human is None else [source, human]
    target = None if out is None else check_out(to_path("out", out), *sources)
    names = None if systems is None else to_names("systems", systems)
    sheet = load_fact_sheet(data, source, names, dataset, packages)
    checker = None
    if judge is not None:
        node = resolve_judge(judge, None, packages, offline=offline)
        cache = None if store is None else Store(to_path("store", store))
        checker = (
            node.name,
            build_fact_judge(node, prompt, cache, packages, offline=offline, recompute=recompute),
        )
        if cache is not None:
            cache.open()
    check = check_fact_sheet(
        data.leaderboard.name,
        sheet,
        [] if human is None else read_rated(human),
        judge=checker,
        resamples=resamples,
        seed=seed,
        progress=progress,
    )
    if target is not None:
        write_fact_check(check, target)
    return check
