"""How a study was measured, in the words that a section on methods needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version

from summbench.people.cells import format_count
from summbench.people.collect import Collection
from summbench.people.exclusion import list_reasons
from summbench.people.scores import SCALES
from summbench.people.study import Design, Study
from summbench.report.markdown import escape_markdown
from summbench.report.summary.words import join_names

ASKED: Mapping[Design, str] = {
    "likert": "A screen has one summary, rated on scales of {dimensions}.",
    "pairwise": "A screen has two summaries of one article, and the better one is chosen.",
    "best_worst": "A screen has some summaries of one article: the best and the worst are chosen.",
    "spans": "A screen has one summary, in which the words without support are marked.",
    "checklist": "A screen has one summary, and says of each fact what becomes of it.",
}
"""What each design shows and asks; `dimensions` are names."""
_RATES: Mapping[Design, str] = {
    "likert": "The score is the point of the scale.",
    "pairwise": "The score is 1 for the chosen summary, 0 for the other, 0.5 for a tie.",
    "best_worst": "The score is 1 for the best, -1 for the worst, 0 for the others.",
    "spans": "The score is the share of words that are not marked.",
    "checklist": "completeness is the share of facts stated, faithfulness of those not "
    "contradicted.",
}


_OF_SUMMARIES = "The order of an article's summaries is balanced by Williams squares."
_ORDERS: Mapping[Design, str] = {
    "likert": _OF_SUMMARIES,
    "pairwise": "Of two summaries either is first for about as many raters and articles.",
    "best_worst": _OF_SUMMARIES,
    "spans": _OF_SUMMARIES,
    "checklist": _OF_SUMMARIES,
}


def describe_asked(study: Study) -> str:
    """Say what a screen of the study shows and asks."""
    names = join_names([dimension.name for dimension in study.dimensions] or [""])
    return ASKED[study.design].format(dimensions=names)


def format_methods(collection: Collection) -> list[str]:
    """Write a section on the design, its questions, its numbers, and the methods of the page."""
    study = collection.study
    sentences = [
        *_describe_design(collection),
        *_describe_scales(study),
        *_quote_instructions(study),
        *_describe_statistics(collection),
        f"Study {study.id}, run {study.run}, seed {study.seed}; summbench {version('summbench')}.",
    ]
    lines = [f"- {escape_markdown(sentence)}" for sentence in sentences]
    return ["\n## How this was measured\n", *lines, ""]


def _describe_design(collection: Collection) -> Iterator[str]:
    study = collection.study
    design = study.design.replace("_", "-")
    yield f"Design: {design}. {describe_asked(study)} {_RATES[study.design]}"
    drawn = sum(article.selection == "random" for article in study.articles)
    yield (
        f"{format_count(drawn, 'article')} drawn by chance from {study.dataset}, "
        f"{format_count(len(study.systems), 'system')} ({join_names(study.systems)}), "
        f"{format_count(len(study.raters), 'rater')}. No page names a system. Each rater has an "
        f"order of articles of their own, drawn by chance. {_ORDERS[study.design]}"
    )
    answered = sum(record.n_answered for record in collection.raters)
    assigned = sum(record.n_assigned for record in collection.raters)
    checks, failed, unanswered = (
        sum(getattr(record, name) for record in collection.raters)
        for name in ("checks", "failed_checks", "unanswered_checks")
    )
    hours = sum(record.total_seconds for record in collection.raters) / 3_600
    yield (
        f"{answered:,} of {assigned:,} screens were answered in {hours:.1f} hours in all. Of "
        f"{format_count(checks, 'check')} of attention {failed:,} were failed and {unanswered:,} "
        f"not answered. Raters left out: {list_reasons(collection.excluded)}."
    )


def _describe_scales(study: Study) -> Iterator[str]:
    """The question of each dimension, and what each of its points says."""
    for dimension in study.dimensions:
        points = "; ".join(
            f"{point} {anchor}" for point, anchor in enumerate(dimension.anchors, start=1)
        )
        yield f'{dimension.name}: "{dimension.question}" {points}.'


def _quote_instructions(study: Study) -> Iterator[str]:
    """The researcher's own text on the pages, on one line."""
    if study.instructions:
        yield f'Raters first read: "{" ".join(study.instructions.split())}"'


def _describe_statistics(collection: Collection) -> Iterator[str]:
    scale = SCALES[collection.study.design]
    yield (
        f"Agreement: Krippendorff's alpha, {scale}; its interval is Student's about the jackknife "
        "that leaves out one article at a time."
    )
    if collection.preferences is not None:
        yield (
            "Ranks: the model of Bradley and Terry with ties (Davidson, 1970), by maximum "
            "likelihood; intervals are percentiles over resampled articles. A system is "
            "ranked above another where their difference is beyond the 95 % quantile of the "
            "largest error of all pairs (Mogstad et al., 2024)."
        )
    if any(board.units == "articles and raters" for board in collection.boards):
        yield (
            "Means and differences: articles and raters are crossed random effects. Variances are "
            "estimated by the method of moments (Henderson, 1953, method 1), intervals and "
            "two-sided tests are Student's with degrees of freedom by Satterthwaite (1946)."
        )
    if any(board.units == "articles" for board in collection.boards):
        yield (
            "Means and differences: Student's t over articles, for these raters alone, as they "
            "share no article or one rater is all there is."
        )
    if any(board.pairs for board in collection.boards):
        yield "p of pairs are corrected by Holm (1979) within a dimension."
    if metric := next((b.metric for b in collection.boards if b.metric), None):
        yield (
            f"With metric: prediction-powered means (Angelopoulos et al., 2023) with {metric} on "
            "articles that nobody rated; intervals over articles."
        )
