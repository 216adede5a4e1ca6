"""Studies made by hand: texts that tell systems apart, and no run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

from summbench.people.assignment import assign_items
from summbench.people.dimensions import get_dimensions
from summbench.people.page import render_rater_page
from summbench.people.study import Design, Fact, Study, StudyArticle, write_study

_NUMBERS = count()
SYSTEMS = ("alpha", "beta", "gamma", "delta")
FACTS = (
    Fact("f1", "The bridge is closed.", "event"),
    Fact("f2", "It closed on Monday.", "time"),
    Fact("f3", "Two piers have cracks.", "number"),
)


def summary(system: int, article: int) -> str:
    """Six words, by which a test knows who wrote it."""
    return f"Bridge {article} was closed. Variant {system}."


def make_study(
    design: Design = "likert",
    articles: int = 3,
    raters: int = 2,
    *,
    systems: Sequence[str] = SYSTEMS,
    attention: int = 1,
    texts: Mapping[int, str] | None = None,
    differing: int = 0,
    seed: int = 0,
    dimensions: Sequence[str] | None = None,
) -> Study:
    """A study of so many articles; `texts` replaces the text of some, and all their summaries."""
    ids = [f"a{i:02}" for i in range(articles)]
    made = tuple(
        StudyArticle(
            name,
            "differing" if i >= articles - differing else "random",
            (texts or {}).get(i, f"Report {i}. Orsk closed its bridge on Monday."),
            ("Orsk closes a bridge.",),
            {s: (texts or {}).get(i, summary(k, i)) for k, s in enumerate(systems)},
            FACTS if design == "checklist" else (),
        )
        for i, name in enumerate(ids)
    )
    scales = get_dimensions(dimensions) if design == "likert" else ()
    items = {
        f"rater-{r + 1}": tuple(
            assign_items(design, ids, systems, scales, "study", r, attention, seed)
        )
        for r in range(raters)
    }
    number = f"{next(_NUMBERS):012}"  # a browser keeps answers by it
    return Study(1, number, "demo", "news", design, scales, tuple(systems), seed, made, items)


def write_pages(study: Study, folder: Path) -> list[Path]:
    """The pages and the assignments, as `annotate` writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    write_study(study, folder)
    pages = []
    for rater in study.raters:
        page = folder / f"{rater}.html"
        page.write_text(render_rater_page(study, rater), encoding="utf-8")
        pages.append(page)
    return pages
