"""`summbench.compare`: candidates against a baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

from summbench.api.run import Run
from summbench.api.sources import Source, open_run

if TYPE_CHECKING:
    from summbench.gate.records import GateReport


@overload
def compare(
    baseline: Source,
    candidate: Source,
    margins: Mapping[str, float] | None = None,
    *,
    model_map: Mapping[str, str] | None = None,
    common: bool = False,
) -> GateReport: ...


@overload
def compare(
    baseline: Source,
    candidate: Sequence[Path | Run] | list[str],
    margins: Mapping[str, float] | None = None,
    *,
    model_map: Mapping[str, str] | None = None,
    common: bool = False,
) -> list[GateReport]: ...


def compare(
    baseline: Source,
    candidate: Source | Sequence[Source],
    margins: Mapping[str, float] | None = None,
    *,
    model_map: Mapping[str, str] | None = None,
    common: bool = False,
) -> GateReport | list[GateReport]:
    """Judge whether the candidate is worse than the baseline on the same articles.

    `margins` is how much a metric may lose, as a fraction; by default what the baseline says, else
    0.01 of every shown quality metric. `model_map` is a system's name in the baseline -> in the
    candidate; `common` judges only the articles that both have. The report has `verdict`, and a
    verdict of each dataset, system and metric. A list of candidates has a list of reports, which
    are corrected for all their rows together.

    Raises: SummbenchError, for a folder that is damaged, and a margin or name that is wrong.
    """
    from summbench.gate.verdict import run_gates  # noqa: PLC0415 - imports scipy

    single = isinstance(candidate, str | Path | Run)
    candidates = [candidate] if isinstance(candidate, str | Path | Run) else candidate
    runs = [open_run(source) for source in candidates]
    reports = run_gates(open_run(baseline), runs, margins, model_map=model_map, common=common)
    return reports[0] if single else reports
