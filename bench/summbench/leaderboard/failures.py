"""Why models failed, in one sentence a model."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.leaderboard.outcomes import Outcome

_LONGEST_ERROR = 300


def describe_failures(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """One sentence for each model that failed: where, how often, and the first reason."""
    sentences: dict[str, str] = {}
    for outcome in sorted(outcomes, key=lambda o: (o.model, o.dataset)):
        if outcome.first_failure is not None:
            article, error = outcome.first_failure
            reason = " ".join(error.split())[:_LONGEST_ERROR]
            sentence = (
                f"{outcome.health.failed} of {outcome.health.articles} articles of "
                f"{outcome.dataset} failed; the first, {article}: {reason}"
            )
            before = sentences.get(outcome.model)
            sentences[outcome.model] = f"{before} {sentence}" if before else sentence
    return sentences
