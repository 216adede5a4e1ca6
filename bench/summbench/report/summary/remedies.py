"""Why articles failed, and what helps: to run again, to add summaries, or to mend the model."""

from __future__ import annotations

import re

from summbench.core.prediction_checks import NO_SUMMARY
from summbench.leaderboard.board import Leaderboard

_PASSING = re.compile(
    r"memory|time[sd]? ?out|connect|network|server|HTTP|worker|killed|interrupted|rate limit",
    re.IGNORECASE,
)
"""Words of failures that may not come again: of servers, of memory, and of lost processes."""


def list_remedies(board: Leaderboard) -> list[str]:
    """List the reason of each model, and what to do."""
    count = sum(health.failed for health in board.health)
    if not count:
        return []
    reasons = [f"{model}: {reason}" for model, reason in board.failures.items()]
    if any(NO_SUMMARY in reason for reason in board.failures.values()):
        return [*reasons, "Add the missing summaries, then run again."]
    articles = "the failed article is" if count == 1 else f"the {count:,} failed articles are"
    first = "Run the same command again" if may_pass(board) else "Mend the model, then run again"
    return [*reasons, f"{first}: only {articles} redone."]


def may_pass(board: Leaderboard) -> bool:
    """Whether some failure is of a kind that the same command may not meet again."""
    return any(_PASSING.search(reason) for reason in board.failures.values())
