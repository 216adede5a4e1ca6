"""The commands that are worth a try after a run."""

from __future__ import annotations

import shlex
from pathlib import Path

from summbench.leaderboard.board import Leaderboard
from summbench.report.markup import REMEDY, has_scored_markup
from summbench.report.summary.remedies import may_pass
from summbench.report.summary.scope import is_faithfulness_judged
from summbench.report.summary.verdict import compare_with_best


def list_next_steps(board: Leaderboard, folder: Path) -> dict[str, str]:
    """Command -> what it does, for a run in this folder."""
    run = shlex.quote(str(folder))
    steps = {}
    failed = sum(health.failed for health in board.health)
    if failed and may_pass(board):
        steps["the same command again"] = f"redoes only what failed ({failed:,})"
    steps[f"summbench view {run}"] = "the report in a browser: figures, articles, summaries"
    has_roles = set(board.models.values()) != {"system"}  # `score` takes each for a system
    if has_scored_markup(board):
        command = "the same command with" if has_roles else f"summbench score {run}"
        steps[f"{command} {REMEDY}"] = "the same summaries, scored without markup"
    if not is_faithfulness_judged(board) and _has_articles(board):
        names = dict.fromkeys(metric.partition(".")[0] for metric in board.metrics)
        is_quickstart = folder.name == "quickstart"  # which `summbench run` is without overrides
        place = "experiment=quickstart and a name=" if is_quickstart else "another name= or --out"
        steps[f"the same command with 'metric=[{','.join([*names, 'support'])}]'"] = (
            f"looks up names, numbers and quotations in the articles; give {place}, too"
        )
    words = [word for d in board.datasets for word in compare_with_best(board, d).values()]
    if board.macro is not None and board.macro.comparisons and not board.macro.can_generalize:
        steps["summbench list datasets"] = (
            f"more datasets: {board.macro.datasets_needed} are needed to claim this for others"
        )
    elif "tied" in words and board.get_scale(board.primary) > 1:
        steps[f"summbench plan {run}"] = "how many articles would show a difference"
    steps[f"summbench report {run} --explain"] = "what each column and number means"
    if has_roles:
        steps["summbench score mine.jsonl"] = (
            "your own summaries; each line has document, references, summary"
        )
    return steps


def _has_articles(board: Leaderboard) -> bool:
    return any(info.article_style.texts for info in board.datasets.values())
