"""Writes a study: a blinded page for each rater, and the assignments beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import sha256
from summbench.people.assignment import assign_items, check_systems
from summbench.people.dimensions import get_dimensions
from summbench.people.facts import read_facts
from summbench.people.page import render_rater_page
from summbench.people.sampling import Sample, choose_dataset, choose_systems, sample_articles
from summbench.people.study import ASSIGNMENTS, VERSION, Design, Study, write_study
from summbench.runs.run import RunData
from summbench.store.atomic_files import check_writable, write_bytes

FOLDER = "annotation"
"""The folder of a run in which studies are written by default."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A study that was written: its folder, a page for each rater, and what to know of it."""

    folder: Path
    pages: Sequence[Path]
    study: Study
    incomplete: int

    @property
    def screens(self) -> int:
        """How many screens each rater answers, those that check attention with them."""
        return max(map(len, self.study.raters.values()))


def write_annotation(
    run: RunData,
    out: Path | None = None,
    *,
    raters: int = 3,
    articles: int = 30,
    differing: int = 0,
    design: Design = "likert",
    dimensions: Sequence[str] | None = None,
    systems: Sequence[str] | None = None,
    dataset: str | None = None,
    facts: Path | None = None,
    attention: int = 2,
    seed: int = 0,
    allow_code: Sequence[str] = (),
) -> Annotation:
    """Write pages and assignments to a new folder, by default RUN/annotation.

    Raises: SummbenchError if the folder has a study, or there are too few articles or systems.
    """
    require_at_least_one(raters=raters, articles=articles)
    if design not in get_args(Design):
        raise SummbenchError(
            f"design is {design!r}; expected one of {', '.join(get_args(Design))}."
        )
    if (design == "checklist") != (facts is not None):
        raise SummbenchError(
            "A checklist needs the facts of each article, and no other design has them: give "
            "design='checklist' and facts=FILE (--design checklist --facts FILE) together."
        )
    folder = run.path / FOLDER if out is None else out
    if (folder / ASSIGNMENTS).exists():
        raise SummbenchError(
            f"{folder} has a study already, and its raters' answers belong to it. Give another "
            "folder with out=FOLDER (--out FOLDER)."
        )
    name = choose_dataset(run, dataset)
    names = choose_systems(run, systems)
    check_systems(design, len(names))
    of_articles = None if facts is None else read_facts(facts)
    sample = sample_articles(run, name, names, of_articles, articles, differing, seed, allow_code)
    study = _build_study(run, name, names, design, dimensions, sample, raters, attention, seed)
    check_writable(folder, "out=FOLDER (--out FOLDER)")
    pages = []
    for rater in study.raters:
        page = folder / f"{rater}.html"
        write_bytes(render_rater_page(study, rater).encode(), page)
        pages.append(page)
    write_study(study, folder)
    return Annotation(folder, pages, study, sample.incomplete)


def _build_study(
    run: RunData,
    dataset: str,
    systems: Sequence[str],
    design: Design,
    dimensions: Sequence[str] | None,
    sample: Sample,
    raters: int,
    attention: int,
    seed: int,
) -> Study:
    scales = get_dimensions(dimensions) if design == "likert" else ()
    ids = [article.id for article in sample.articles]
    texts = [article.summaries[name] for article in sample.articles for name in systems]
    settings = [design, *map(str, (seed, raters, attention, scales))]
    study = sha256(*settings, *ids, *texts)[:12]
    width = len(str(raters))
    return Study(
        version=VERSION,
        id=study,
        run=run.leaderboard.name,
        dataset=dataset,
        design=design,
        dimensions=scales,
        systems=tuple(systems),
        seed=seed,
        articles=tuple(sample.articles),
        raters={
            f"rater-{rater + 1:0{width}}": tuple(
                assign_items(design, ids, systems, scales, study, rater, attention, seed)
            )
            for rater in range(raters)
        },
    )
