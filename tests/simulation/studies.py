"""`python -m tests.simulation.studies`: whole studies of raters that are scripts, 2,000 a design.

Assignments, a file of answers for each rater, `collect`, board, agreement and strengths: do their
intervals hold what was planted, and is the one found who does not read?
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from summbench.core.records import Estimate
from summbench.people.agreement import OVERALL
from summbench.people.collect import Collection, collect_answers
from summbench.people.study import Design, write_study
from tests.people.raters import Opinions, Population, write_answers
from tests.people.studies import SYSTEMS, make_study
from tests.people.truths import compute_alpha, compute_means, compute_strengths
from tests.simulation.printing import show

DESIGNS: tuple[Design, ...] = ("likert", "pairwise", "best_worst", "spans", "checklist")
PLANTED = Population((3.6, 3.3, 3.3, 2.9), article=0.5, summary=0.4, rater=0.2, taste=0.2)
"""Beta and gamma are equal."""
ARTICLES = 30
RATERS = 3
_RESAMPLES = 400

Counts = Counter[str]
"""What was counted -> how often it was so, and under `of ...` how often it was looked at."""


def simulate(design: Design, raters: int, repetition: int, folder: Path) -> Counts:
    """One study of these raters and one more who answers by chance, and is left out after that."""
    study = make_study(
        design, ARTICLES, raters + 1, attention=2, seed=repetition, dimensions=["relevance"]
    )
    write_study(study, folder)
    rng = np.random.default_rng([35, repetition])
    opinions = PLANTED.draw(raters + 1, ARTICLES, rng)
    *names, careless = study.raters
    files = [
        write_answers(study, folder, name, opinions, seed=repetition,
                      careless="random" if name == careless else "")
        for name in study.raters
    ]  # fmt: skip
    counts: Counts = Counter()
    everyone = collect_answers(files, folder, resamples=100)
    named = {problem.split()[0] for problem in everyone.problems}
    _add(counts, "careless", careless in named)
    _add(counts, "accused", bool(named & set(names)))
    honest = collect_answers(files, folder, exclude=[careless], resamples=_RESAMPLES)
    kept = Opinions(opinions.quality[:-1], opinions.offsets[:-1])
    _check(counts, design, honest, kept)
    for path in files:
        path.unlink()
    return counts


def _check(counts: Counts, design: Design, collection: Collection, opinions: Opinions) -> None:
    means = compute_means(design, PLANTED)
    boards = {board.dimension: board for board in collection.boards}
    for name, truth in means.items():
        board = boards[name or "relevance"]
        of = dict(zip(SYSTEMS, truth.tolist(), strict=True))
        for entry in board.entries:
            _hold(counts, "means", entry.estimate, of[entry.system])
        for pair in board.pairs:
            _hold(counts, "differences", pair.difference, of[pair.a] - of[pair.b])
            if {pair.a, pair.b} == {"beta", "gamma"}:
                _add(counts, "false", pair.p_adjusted <= 0.05)
    alphas = [a for name, a in collection.alphas.items() if name != OVERALL]
    _hold(counts, "alpha", alphas[0], compute_alpha(design, PLANTED, opinions.offsets))
    if collection.preferences is not None:
        strengths, position = compute_strengths(design, PLANTED, opinions.offsets)
        of = dict(zip(SYSTEMS, strengths.tolist(), strict=True))
        for row in collection.preferences.systems:
            _hold(counts, "strengths", row.strength, of[row.system])
        _hold(counts, "position", collection.preferences.position, position)


def _hold(counts: Counts, name: str, estimate: Estimate, truth: float) -> None:
    _add(counts, name, estimate.low <= truth <= estimate.high)


def _add(counts: Counts, name: str, is_so: bool) -> None:
    counts[f"of {name}"] += 1
    counts[name] += is_so


COLUMNS = ("means", "differences", "alpha", "strengths", "position", "false", "careless", "accused")


def count_all(design: Design, raters: int, repetitions: int) -> Counts:
    """The counts of so many studies."""
    counts: Counts = Counter()
    with TemporaryDirectory() as folder:
        for repetition in range(repetitions):
            counts += simulate(design, raters, repetition, Path(folder))
    return counts


def table(repetitions: int, designs: Sequence[Design] = DESIGNS) -> Iterator[str]:
    """The lines of a Markdown table."""
    headings = (
        "design", "means", "differences", "alpha", "strengths", "position",
        "false difference", "careless found", "other accused",
    )  # fmt: skip
    yield f"| {' | '.join(headings)} |"
    yield "|---" * len(headings) + "|"
    for design in designs:
        counts = count_all(design, RATERS, repetitions)
        cells = [
            f"{counts[c] / counts[f'of {c}']:.3f}" if counts[f"of {c}"] else "-" for c in COLUMNS
        ]
        yield f"| {design} | {' | '.join(cells)} |"


def main(names: Sequence[str], repetitions: int = 2_000) -> None:
    """Print the rows of these designs as they grow; a quarter of an hour for all."""
    designs = [design for design in DESIGNS if design in names or not names]
    show(table(repetitions, designs), repetitions)


if __name__ == "__main__":
    main(sys.argv[1:])
