"""People who rate summaries: their pages, and what their answers say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from summbench.api.arguments import to_names, to_path
from summbench.api.sources import Source, open_run

if TYPE_CHECKING:
    from summbench.people.annotate import Annotation
    from summbench.people.collect import Collection
    from summbench.people.rated_merge import MergedRatings
    from summbench.people.rater_plan import RaterPlan
    from summbench.people.study import Design


def annotate(
    run: Source,
    out: str | Path | None = None,
    *,
    raters: int = 3,
    articles: int | None = None,
    differing: int = 0,
    design: Design = "likert",
    dimensions: Sequence[str] | None = None,
    systems: Sequence[str] | None = None,
    dataset: str | None = None,
    facts: str | Path | None = None,
    instructions: str | Path | None = None,
    attention: int = 2,
    seed: int = 0,
    allow_code: Sequence[str] = (),
) -> Annotation:
    """Write a blinded page for each rater, and beside them the assignments that `collect` needs.

    `articles` are drawn by chance, by default 30 or as many as there are; `differing` are those of
    the rest on which the scores differ most; only the first are in means. `design` is likert (by
    `dimensions`, names or a JSON file), pairwise, best_worst, spans, or checklist (of `facts`, a
    file with id, fact and kind). `instructions` is a text file that raters read first. `attention`
    items tell what to answer. `systems` are the run's models but for bounds.

    Raises: SummbenchError, if there are too few articles or systems, or `out` has a study.
    """
    from summbench.people.annotate import write_annotation  # noqa: PLC0415 - imports scipy

    return write_annotation(
        open_run(run),
        None if out is None else to_path("out", out),
        raters=raters,
        articles=articles,
        differing=differing,
        design=design,
        dimensions=None if dimensions is None else to_names("dimensions", dimensions),
        systems=None if systems is None else to_names("systems", systems),
        dataset=dataset,
        facts=None if facts is None else to_path("facts", facts),
        instructions=None if instructions is None else to_path("instructions", instructions),
        attention=attention,
        seed=seed,
        allow_code=to_names("allow_code", allow_code),
    )


def collect(
    files: Sequence[str | Path],
    study: str | Path,
    out: str | Path | None = None,
    *,
    exclude: Sequence[str] | Mapping[str, str] = (),
    run: Source | None = None,
    metric: str | None = None,
    resamples: int = 1_000,
    seed: int = 0,
) -> Collection:
    """Join what raters sent back: who answered, agreement, and which systems people prefer.

    `study` is the folder that `annotate` wrote. `out` becomes a JSONL file that `metaeval` and
    `score` read, with pages beside it (.html, .md). With `run` a quality metric of it, by default
    the primary, stands beside the ratings, and its scores of unrated articles sharpen the means
    where they can. `exclude` leaves raters out, each for a reason: `["rater-3=failed the checks"]`,
    or a mapping. A file of the same study that is at `out` is replaced, see `replaced`.

    Raises: SummbenchError, if a file is of another study, or nobody answered anything.
    """
    from summbench.people.collect import collect_answers  # noqa: PLC0415 - imports scipy
    from summbench.people.collection_page import write_collection  # noqa: PLC0415
    from summbench.people.rated import check_out, describe_replaced  # noqa: PLC0415

    paths = [files] if isinstance(files, str | Path) else files
    target = None if out is None else check_out(to_path("out", out))
    if isinstance(exclude, Mapping):
        exclude = [f"{rater}={reason}" for rater, reason in exclude.items()]
    collection = collect_answers(
        [to_path("files", path) for path in paths],
        to_path("study", study),
        exclude=to_names("exclude", exclude),
        run=None if run is None else open_run(run),
        metric=metric,
        resamples=resamples,
        seed=seed,
    )
    if target is None:
        return collection
    collection = replace(collection, replaced=describe_replaced(target, collection.articles))
    write_collection(collection, target)
    return collection


def merge_ratings(
    files: Sequence[str | Path],
    out: str | Path | None = None,
    *,
    resamples: int = 1_000,
    seed: int = 0,
) -> MergedRatings:
    """Put files of `collect` together: batches of raters, or studies of other articles.

    A rater is one person within a study; raters of one name in several studies get the study's name
    before theirs. `out` becomes one such file, with pages beside it as of `collect`.

    Raises: SummbenchError, if a rater rated a summary in two files, or files differ in a text.
    """
    from summbench.people.rated import check_out, describe_replaced  # noqa: PLC0415
    from summbench.people.rated_merge import merge_rated  # noqa: PLC0415
    from summbench.people.rated_merge_text import write_merged  # noqa: PLC0415

    paths = [to_path("files", path) for path in files]
    target = None if out is None else check_out(to_path("out", out), *paths)
    merged = merge_rated(paths, resamples, seed)
    if target is None:
        return merged
    merged = replace(merged, replaced=describe_replaced(target, merged.articles))
    write_merged(merged, target)
    return merged


def plan_ratings(
    rated: str | Path | None = None,
    *,
    sds: str | Sequence[float] | None = None,
    effect: float = 0.5,
    power: float = 0.8,
) -> RaterPlan:
    """Plan how many raters and articles show a difference of so many points of the scale.

    `rated` is a pilot, a file of `collect`; or `sds` are the standard deviations of paired
    differences: what an article adds, what a rater adds, and what is left of a single rating.

    Raises: SummbenchError, if not exactly one of both is given, or the pilot has one rater.
    """
    from summbench.people.rater_plan import parse_sds  # noqa: PLC0415 - imports scipy
    from summbench.people.rater_plan import plan_ratings as plan  # noqa: PLC0415

    return plan(
        None if rated is None else to_path("rated", rated),
        sds=parse_sds(sds) if isinstance(sds, str) else sds,
        effect=effect,
        power=power,
    )
