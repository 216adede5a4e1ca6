"""Lines of a history with chosen scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from summbench.core.records import sha256
from summbench.gate.history.line import SCHEMA_VERSION, HistoryLine, MetricLine
from summbench.runs.records import ProjectState

R2 = "rouge.rouge2_f"
_FIRST = datetime(2026, 11, 1, 10, tzinfo=UTC)


def list_articles(count: int, kind: str = "") -> list[str]:
    return sorted(sha256(f"{kind}{i}")[:16] for i in range(count))


def build_line(
    day: int,
    scores: Sequence[float | None] | Mapping[str, Sequence[float | None]],
    *,
    commit: str | None = "",
    branch: str | None = "main",
    is_dirty: bool = False,
    ran: int | None = None,
    articles: Sequence[str] | None = None,
    signature: str = "rouge|v:1",
    metric: str = R2,
    dataset: str = "news",
    name: str = "run",
) -> HistoryLine:
    """The run of a commit that is made on a day of November; its commit is the day, 40 digits."""
    models = dict(scores) if isinstance(scores, Mapping) else {"textrank": scores}
    count = len(next(iter(models.values())))
    time = (_FIRST + timedelta(days=day - 1)).isoformat()
    project = None
    if commit is not None:
        project = ProjectState(
            commit=commit or sha256(str(day))[:40], dirty=is_dirty, committed=time, branch=branch
        )
    return HistoryLine(
        schema_version=SCHEMA_VERSION,
        project=project,
        finished=(_FIRST + timedelta(days=(ran or day) - 1, hours=1)).isoformat(),
        name=name,
        metrics={metric: MetricLine(direction="higher", signature=signature)},
        datasets={dataset: list(articles or list_articles(count))},
        scores={dataset: {model: {metric: list(values)} for model, values in models.items()}},
    )
