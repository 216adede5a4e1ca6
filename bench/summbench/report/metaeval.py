"""Metrics against human scores: for people, and as a file that a run can read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite, isnan
from typing import Any

from summbench.analysis.metaeval.agreement import Agreement, Best, Correlation, MetricAgreement
from summbench.core.errors import SummbenchError
from summbench.leaderboard.board import LeaderboardMetric, shorten_signature
from summbench.report.markdown import escape, table
from summbench.stats.preference import Preference

_SCHEMA = 1
_SHOWN = (
    ("system tau-b", "system", "kendall"),
    ("system r", "system", "pearson"),
    ("summary tau-b", "summary", "kendall"),
    ("summary r", "summary", "pearson"),
    ("within systems r", "within", "pearson"),
    ("pooled r", "pooled", "pearson"),
)
_OF = {
    "level": "of systems at the system level, what other systems on these articles may show, and "
    "of articles elsewhere, what these systems on other articles may show, widened as Student's t "
    "is for few of them",
    "both": "of both systems and articles, what other systems on other articles may show; these "
    "are wider than they have to be",
}
_NOTES = (
    "system: of the means of systems over articles. summary: the mean over articles of the "
    "correlation over systems; skipped articles have none, as one side is constant there. within "
    "systems: over all summaries, without what differs between systems as a whole. pooled: over "
    "all summaries, which mixes the two and can be high where nothing is within.",
    "In brackets 95 % intervals, percentiles of {resamples:,} resamples (seed {seed}) {of}. "
    "r is Pearson's, tau-b Kendall's; Spearman's and every other metric are in the JSON (--json).",
    "A gap is the difference of two systems' mean scores in points; with it stand the share of "
    "pairs of systems so far apart that people order in the same way, its interval "
    "from resamples of both, and the number of pairs. A human tie counts half. "
    "Pairs share systems, so they are fewer than they seem.",
)


def markdown(trust: MetricAgreement) -> str:
    """One section for each human dimension: correlations, the best metric, and what gaps mean."""
    parts = [f"# {escape(trust.name)}: metrics against human scores", _about(trust)]
    for dimension, missing in trust.missing.items():
        found = [
            a for a in trust.agreements if a.dimension == dimension and a.metric in trust.shown
        ]
        if missing:
            said = (
                f"{missing:,} of {len(trust.systems) * trust.articles:,} summaries are not rated."
            )
        else:
            said = "Every summary is rated."
        parts += [f"## {escape(dimension)}", said, _correlations(found)]
        parts += [_best(best, found) for best in trust.best if best.dimension == dimension]
        parts += [_gaps(found)] if any(a.preferences for a in found) else []
    of = _OF[trust.resample]
    notes = [note.format(resamples=trust.resamples, seed=trust.seed, of=of) for note in _NOTES]
    notes += [
        f"{m} ({escape(shorten_signature(info.signature))}): `{info.signature}`"
        for m, info in _of_shown(trust)
    ]
    return "\n\n".join([*parts, "\n".join(f"- {note}" for note in notes)]) + "\n"


def _of_shown(trust: MetricAgreement) -> list[tuple[str, LeaderboardMetric]]:
    firsts = {m.partition(".")[0]: trust.metrics[m] for m in trust.shown}
    return list(firsts.items())


def _about(trust: MetricAgreement) -> str:
    left_out = f" Without human scores, and left out: {', '.join(trust.unrated)}."
    return escape(
        f"{len(trust.systems)} systems, {trust.articles:,} articles, {trust.failed:,} summaries "
        f"missing.{left_out if trust.unrated else ''}"
    )


def _correlations(found: Sequence[Agreement]) -> str:
    ordered = sorted(found, key=lambda a: -_or_lowest(a.at("system", "kendall").value))
    rows = [
        [a.metric, *(_correlation(a.at(*which)) for _, *which in _SHOWN), str(a.skipped)]
        for a in ordered
    ]
    return table(["metric", *(heading for heading, *_ in _SHOWN), "skipped"], rows)


def _or_lowest(value: float) -> float:
    return -2.0 if isnan(value) else value


def _correlation(c: Correlation) -> str:
    if isnan(c.value):
        return "n/a"
    return f"{c.value:.2f}" + ("" if isnan(c.low) else f" ({c.low:.2f} to {c.high:.2f})")


def _best(best: Best, found: Sequence[Agreement]) -> str:
    tau = next(a for a in found if a.metric == best.metric).at("system", "kendall")
    said = f"Highest at system level: {best.metric}, tau-b {_correlation(tau)}."
    if best.overlapping:
        said += (
            f" It can't be told apart from {', '.join(best.overlapping)}: the 95 % interval of "
            "their difference includes 0."
        )
    if best.apart:
        said += f" Lower beyond that: {', '.join(best.apart)}."
    return said + " Not corrected for choosing the highest."


def _gaps(found: Sequence[Agreement]) -> str:
    rated = [a for a in found if a.preferences]
    most = max(len(a.preferences) for a in rated)
    rows = [[a.metric, *map(_gap, a.preferences)] for a in rated]
    rows = [row + [""] * (most + 1 - len(row)) for row in rows]
    names = ["smallest gaps", *[""] * (most - 2), "largest gaps"] if most > 1 else ["gaps"]
    return table(["metric", *names], rows)


def _gap(p: Preference) -> str:
    return f"{100 * p.low:.2f} to {100 * p.high:.2f}: {_share(p)}"


def _share(p: Preference) -> str:
    inside = "" if isnan(p.share_low) else f" ({100 * p.share_low:.0f} to {100 * p.share_high:.0f})"
    return f"{100 * p.share:.0f} %{inside}, n = {p.pairs}"


def to_json(trust: MetricAgreement) -> str:
    """Schema version 1; NaN is null."""
    content = {"schema_version": _SCHEMA, **asdict(trust)}
    for agreement in content["agreements"]:
        agreement["preferences"] = [p._asdict() for p in agreement["preferences"]]
    return json.dumps(_without_nan(content), ensure_ascii=False, indent=1) + "\n"


def from_json(text: str, source: str) -> MetricAgreement:
    """The same again; refuses a text that is none which `summbench metaeval --json` writes."""
    try:
        content = json.loads(text)
        if content.pop("schema_version") != _SCHEMA:
            raise SummbenchError(f"{source} is not of schema version {_SCHEMA}.")
        metrics = {name: LeaderboardMetric(**info) for name, info in content.pop("metrics").items()}
        best = [Best(**record) for record in content.pop("best")]
        agreements = [_agreement(record) for record in content.pop("agreements")]
        return MetricAgreement(**content, metrics=metrics, best=best, agreements=agreements)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SummbenchError(
            f"{source} is not what summbench metaeval FILE --json OUT writes ({error!r})."
        ) from error


def _agreement(record: dict[str, Any]) -> Agreement:
    record["correlations"] = [Correlation(**_nan(c)) for c in record["correlations"]]
    record["preferences"] = [Preference(**_nan(p)) for p in record["preferences"]]
    return Agreement(**record)


def _nan(record: dict[str, Any]) -> dict[str, Any]:
    return {key: float("nan") if value is None else value for key, value in record.items()}


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
