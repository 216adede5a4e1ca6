"""What a study that was written is, in words."""

from __future__ import annotations

from summbench.people.annotate import Annotation
from summbench.people.cells import format_count
from summbench.people.methods_text import describe_asked
from summbench.people.study import ASSIGNMENTS
from summbench.report.markdown import escape_markdown
from summbench.report.summary.words import join_names


def render_annotation(annotation: Annotation) -> str:
    """Write how many screens there are, what of it is random, and what to do with the files."""
    folder = annotation.folder
    return "\n".join(
        [
            "## Study",
            "",
            *map(escape_markdown, _describe(annotation)),
            "",
            *(f"- `{page}`" for page in annotation.pages),
            "",
            escape_markdown(
                f"Give each rater one page: it opens from the disk and has no system's name. Keep "
                f"{folder / ASSIGNMENTS}: it says who wrote what."
            ),
            "",
            "Next: summbench collect answers-\\*.json "
            f"--study {escape_markdown(str(folder))} --out rated.jsonl",
        ]
    )


def _describe(annotation: Annotation) -> list[str]:
    """What raters are asked about, what is random, and what holds for whom."""
    study = annotation.study
    differing = sum(article.selection == "differing" for article in study.articles)
    n = len(study.articles) - differing
    checks = sum(item.expected is not None for item in next(iter(study.raters.values())))
    raters, articles = format_count(len(study.raters), "rater"), format_count(n, "article")
    systems = format_count(len(study.systems), "system")
    sentences = [
        f"{raters}, {articles} drawn by chance from {study.dataset}, {systems}: "
        f"{join_names(study.systems)}.",
        describe_asked(study),
        f"Each rater answers {annotation.screens} screens, {checks} of which check attention.",
    ]
    if differing:
        sentences.append(
            f"Added for reading, and in no mean: {format_count(differing, 'article')} on which the "
            "scores differ most."
        )
    if annotation.n_incomplete:
        sentences.append(
            f"{format_count(annotation.n_incomplete, 'article')} could not be drawn: not every "
            "system has a summary. What people say holds for the others."
        )
    sentences += annotation.notes
    if len(study.raters) < 3:
        sentences.append(
            "Plan three raters or more. With fewer, an interval is about these raters only: how "
            "differently others would judge is not in it."
        )
    return sentences
