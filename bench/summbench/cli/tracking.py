"""The trackers that a config names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from summbench.evaluation import nodes as configs

if TYPE_CHECKING:
    from summbench.report.tracking.tracker import Tracker


def build_trackers(
    nodes: Mapping[str, configs.Node], allowed_packages: Iterable[str]
) -> dict[str, Tracker]:
    """By name; SummbenchError if a package is missing."""
    return {
        name: cast("Tracker", configs.build(name, node, allowed_packages))
        for name, node in nodes.items()
    }
