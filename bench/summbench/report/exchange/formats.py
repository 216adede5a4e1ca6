"""The exchange formats by name, and a run in some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from summbench.core.errors import SummbenchError
from summbench.report.exchange.eval_ever import export_eval_ever
from summbench.report.exchange.model_index import export_model_index
from summbench.runs.run import RunData

EXPORTS: Mapping[str, Callable[[RunData], dict[str, str]]] = {
    "eval-ever": export_eval_ever,
    "model-index": export_model_index,
}


def export_run(run: RunData, formats: Sequence[str]) -> dict[str, dict[str, str]]:
    """Format -> relative path -> text; nothing is written.

    Raises:
        SummbenchError: if a format is unknown.
    """
    if unknown := [name for name in formats if name not in EXPORTS]:
        raise SummbenchError(
            f"Unknown export format {unknown[0]!r}; the formats are {', '.join(EXPORTS)}."
        )
    return {name: EXPORTS[name](run) for name in formats}
