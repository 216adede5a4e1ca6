"""What a run is held against and sent to: checked before anything is computed, used after."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from summbench.core.errors import SummbenchError
from summbench.evaluation.config import RunConfig
from summbench.evaluation.nodes import build, is_ours
from summbench.leaderboard.board import Leaderboard, LeaderboardMetric

if TYPE_CHECKING:
    from summbench.analysis.metaeval.agreement import MetricAgreement
    from summbench.gate.records import GateReport
    from summbench.report.tracking.tracker import Tracker
    from summbench.runs.run import RunData

_LOG = logging.getLogger("summbench")


@dataclass(frozen=True, slots=True)
class Attachments:
    """The baseline of a run, how far its metrics agree with people, its history, its trackers."""

    baseline: RunData | None
    agreement: MetricAgreement | None
    history: Path | None
    trackers: Mapping[str, Tracker]

    @classmethod
    def load(cls, config: RunConfig, folder: Path, allowed_packages: Sequence[str]) -> Attachments:
        """Those that the config names.

        Raises: SummbenchError, for a file that is not what it should be, or a missing package.
        """
        baseline, agreement = None, None
        if config.baseline is not None:
            from summbench.gate.checks import load_baseline  # noqa: PLC0415 - imports scipy

            baseline = load_baseline(Path(config.baseline), folder)
        if config.metaeval is not None:
            from summbench.analysis.metaeval.serialization import (  # noqa: PLC0415 - scipy.stats
                load_metric_agreement,
            )

            agreement = load_metric_agreement(Path(config.metaeval))
        trackers = {
            name: build(name, node, allowed_packages) for name, node in config.tracking.items()
        }
        history = None if config.history is None else Path(config.history)
        return cls(baseline, agreement, history, trackers)

    def check(
        self,
        config: RunConfig,
        metrics: Mapping[str, LeaderboardMetric],
        labels: Mapping[str, int],
    ) -> None:
        """Refuse a margin that the gate could not apply, and a history with other signatures.

        `labels` are those of judges, by column.

        Raises: SummbenchError.
        """
        if config.margins:
            from summbench.gate.checks import check_margins  # noqa: PLC0415 - imports scipy

            own = [name for name in metrics if not _is_shipped(config, name)]
            check_margins(config.margins, metrics, labels, own)
        if self.history is not None:
            from summbench.gate.history.file import check_history  # noqa: PLC0415 - rare

            check_history({name: info.signature for name, info in metrics.items()}, self.history)

    def annotate(self, board: Leaderboard) -> Leaderboard:
        """The leaderboard with notes on how often people agree with such differences."""
        if self.agreement is None:
            return board
        from summbench.analysis.metaeval.notes import write_notes  # noqa: PLC0415 - scipy.stats

        return replace(board, notes=write_notes(self.agreement, board))

    def compare(self, candidate: RunData) -> GateReport | None:
        """The comparison of the finished run with its baseline, if it has one."""
        if self.baseline is None:
            return None
        from summbench.gate.verdict import run_gate  # noqa: PLC0415 - imports scipy

        return run_gate(self.baseline, candidate)

    def append(self, run: RunData) -> None:
        """Add the finished run to its history, if it has one."""
        if self.history is not None:
            from summbench.gate.history.file import append_line  # noqa: PLC0415 - rare
            from summbench.gate.history.reduction import reduce_run  # noqa: PLC0415

            append_line(reduce_run(run), self.history)

    @staticmethod
    def warn_of_margins(run: RunData) -> None:
        """Warn of margins of the finished run that its baseline would refuse."""
        if run.margins:
            from summbench.gate.checks import resolve_margins  # noqa: PLC0415 - imports scipy

            try:
                resolve_margins(run)
            except SummbenchError as error:
                _LOG.warning("margins=: %s No baseline can be made of this run.", error)

    def send(self, run: RunData) -> None:
        """Send the finished run to every tracker; one that fails is a warning."""
        if self.trackers:
            from summbench.report.tracking.tracker import send_to_trackers  # noqa: PLC0415 - rare

            send_to_trackers(self.trackers, run, os.environ)


def _is_shipped(config: RunConfig, column: str) -> bool:
    """Whether a metric is ours; the quality metrics that ship have scores from 0 to 1."""
    node = config.metric.get(column.partition(".")[0], {})
    return is_ours(str(node.get("_target_", "")))
