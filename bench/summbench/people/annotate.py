"""Writes a study: a blinded page for each rater, and the assignments beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from summbench.core.control_characters import show_controls
from summbench.core.errors import SummbenchError, require_at_least_one
from summbench.core.records import sha256
from summbench.core.whole_files import read_whole
from summbench.people.assignment import assign_items, check_systems
from summbench.people.cells import format_count
from summbench.people.dimensions import get_dimensions
from summbench.people.facts import read_facts
from summbench.people.page import render_rater_page
from summbench.people.sampling import Sample, choose_dataset, choose_systems, sample_articles
from summbench.people.study import ASSIGNMENTS, VERSION, Design, Study, write_study
from summbench.runs.run import RunData
from summbench.store.atomic_files import check_writable, write_bytes

FOLDER = "annotation"
"""The folder of a run in which studies are written by default."""
_MOST_RATERS = 1_000
_CHECKS = 2  # always possible, however few articles there are


@dataclass(frozen=True, slots=True)
class Annotation:
    """A study that was written: its folder, a page for each rater, and what to know of it."""

    folder: Path
    pages: Sequence[Path]
    study: Study
    n_incomplete: int
    notes: Sequence[str]

    @property
    def screens(self) -> int:
        """How many screens each rater answers, those that check attention with them."""
        return max(map(len, self.study.raters.values()))


def write_annotation(
    run: RunData,
    out: Path | None = None,
    *,
    raters: int = 3,
    articles: int | None = None,
    differing: int = 0,
    design: Design = "likert",
    dimensions: Sequence[str] | None = None,
    systems: Sequence[str] | None = None,
    dataset: str | None = None,
    facts: Path | None = None,
    instructions: Path | None = None,
    attention: int = 2,
    seed: int = 0,
    allow_code: Sequence[str] = (),
) -> Annotation:
    """Write pages and assignments to a new folder, by default RUN/annotation.

    Raises: SummbenchError if the folder has a study, or there are too few articles or systems.
    """
    _check_request(raters, articles, design, dimensions, facts)
    text = "" if instructions is None else _read_instructions(instructions)
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
    _check_attention(attention, len(sample.articles))
    study = _build_study(
        run, name, names, design, dimensions, sample, raters, attention, seed, text
    )
    check_writable(folder, "out=FOLDER (--out FOLDER)")
    pages = []
    for rater in study.raters:
        page = folder / f"{rater}.html"
        write_bytes(render_rater_page(study, rater).encode(), page)
        pages.append(page)
    write_study(study, folder)
    return Annotation(folder, pages, study, sample.n_incomplete, sample.notes)


def _check_request(
    raters: int,
    articles: int | None,
    design: Design,
    dimensions: Sequence[str] | None,
    facts: Path | None,
) -> None:
    require_at_least_one(raters=raters, articles=1 if articles is None else articles)
    if raters > _MOST_RATERS:
        raise SummbenchError(f"raters is {raters}; expected at most {_MOST_RATERS:,}, a page each.")
    if design not in get_args(Design):
        raise SummbenchError(
            f"design is {design!r}; expected one of {', '.join(get_args(Design))}."
        )
    if (design == "checklist") != (facts is not None):
        raise SummbenchError(
            "A checklist needs the facts of each article, and no other design has them: give "
            "design='checklist' and facts=FILE (--design checklist --facts FILE) together."
        )
    if dimensions is not None and design != "likert":
        raise SummbenchError(
            f"dimensions are rated with design='likert' alone, and design is {design!r}. Leave "
            "dimensions out (--dimensions), or take likert."
        )


def _check_attention(attention: int, articles: int) -> None:
    most = max(_CHECKS, articles)
    if not 0 <= attention <= most:
        raise SummbenchError(
            f"attention is {attention}; expected 0 to {most} checks for "
            f"{format_count(articles, 'article')}, as each is a screen of its own."
        )


def _read_instructions(path: Path) -> str:
    """The text of a file as pages show it.

    Raises: SummbenchError if it can't be read, or has no text.
    """
    try:
        text = read_whole(path).decode("utf-8-sig").strip()
    except OSError as error:
        raise SummbenchError(f"{path} can't be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise SummbenchError(f"{path} is no text in UTF-8; expected instructions.") from error
    if not text:
        raise SummbenchError(f"{path} has no text; expected what raters are to read first.")
    return show_controls(text)


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
    instructions: str,
) -> Study:
    scales = get_dimensions(dimensions) if design == "likert" else ()
    ids = [article.id for article in sample.articles]
    texts = [article.summaries[name] for article in sample.articles for name in systems]
    settings = [design, *map(str, (seed, raters, attention, scales, instructions))]
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
        instructions=instructions,
    )
