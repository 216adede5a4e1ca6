"""What of a fact a summary lacks, by the rules of `support`: names, numbers, negations."""

from __future__ import annotations

from functools import lru_cache

from summbench.metrics.support.aliases import Aliases
from summbench.metrics.support.evidence import verify_claims
from summbench.metrics.support.source import SourceText

_NAME_STATES = frozenset({"exact", "variant"})
_NUMBER_STATES = frozenset({"exact", "rounded"})
_NO_ALIASES = Aliases()


def list_unsupported(fact: str, summary: str) -> list[str]:
    """Return the fact's names and numbers that the summary does not have, and lost negations.

    The metric looks up a summary in its article; here the fact is looked up in the summary. A name
    in a similar spelling and a rounded number count as there. Without capitals in the summary no
    name is looked for. A fragment of five words in a row that lost or gained a negation counts.
    """
    evidence = verify_claims(_parse(summary), "", fact, _NO_ALIASES)
    names = [c.finding for c in evidence.names if c.finding.state not in _NAME_STATES]
    numbers = [n for n in evidence.numbers if n.state not in _NUMBER_STATES]
    flipped = [n.span for n in evidence.negations if n.flipped]
    return [claim.span.text for claim in (*names, *numbers)] + [span.text for span in flipped]


@lru_cache(64)
def _parse(summary: str) -> SourceText:
    return SourceText.build(summary)
