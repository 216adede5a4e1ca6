"""summbench: which summariser is better, by how much, and whether the difference can be trusted.

What is in `__all__` changes only with a deprecation; everything else may move. Each name is
imported when it is first used: `import summbench` loads no torch, scipy or pandas.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from summbench.api.arena import arena
    from summbench.api.commands import (
        audit,
        bundle,
        convert_weights,
        list_runs,
        load,
        metaeval,
        plan,
        replay,
        verify,
    )
    from summbench.api.comparison import compare
    from summbench.api.evaluation import evaluate
    from summbench.api.facts import check_facts
    from summbench.api.history import history
    from summbench.api.merging import merge
    from summbench.api.people import annotate, collect, merge_ratings, plan_ratings
    from summbench.api.precomputed import score
    from summbench.api.run import Run
    from summbench.core.errors import SummbenchError
    from summbench.core.records import Article, Example, MetricInfo, Prediction

    __version__: str

_COMMANDS = (
    "audit", "bundle", "convert_weights", "list_runs", "load", "metaeval", "plan",
    "replay", "verify",
)  # fmt: skip
_PEOPLE = ("annotate", "collect", "merge_ratings", "plan_ratings")
_RECORDS = ("Article", "Example", "MetricInfo", "Prediction")
_MODULES = {
    "Run": "api.run",
    "SummbenchError": "core.errors",
    "check_facts": "api.facts",
    "compare": "api.comparison",
    "evaluate": "api.evaluation",
    "history": "api.history",
    "merge": "api.merging",
    "arena": "api.arena",
    **dict.fromkeys(_PEOPLE, "api.people"),
    "score": "api.precomputed",
    **dict.fromkeys(_COMMANDS, "api.commands"),
    **dict.fromkeys(_RECORDS, "core.records"),
}

__all__ = [
    "Article",
    "Example",
    "MetricInfo",
    "Prediction",
    "Run",
    "SummbenchError",
    "__version__",
    "annotate",
    "arena",
    "audit",
    "bundle",
    "check_facts",
    "collect",
    "compare",
    "convert_weights",
    "evaluate",
    "history",
    "list_runs",
    "load",
    "merge",
    "merge_ratings",
    "metaeval",
    "plan",
    "plan_ratings",
    "replay",
    "score",
    "verify",
]

logging.getLogger("summbench").addHandler(logging.NullHandler())  # a library prints nothing


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("summbench")
    if name in _MODULES:
        return getattr(import_module(f"summbench.{_MODULES[name]}"), name)
    raise AttributeError(f"module 'summbench' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
