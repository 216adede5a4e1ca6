"""The judge of facts: the model of any judge's config, or any model, with a question on facts."""

from __future__ import annotations

from collections.abc import Sequence

from summbench.core.errors import SummbenchError
from summbench.core.judgements import FactJudge
from summbench.evaluation.checked_components import build_checked
from summbench.evaluation.nodes import is_node
from summbench.evaluation.pair_judges import JudgeNode, is_storable, open_replies, refuse_unset
from summbench.store.store import Store

_TARGET = "summbench.metrics.judge.facts.FactChecker"
_KEPT = ("model", "format", "repeats")


def build_fact_judge(
    judge: JudgeNode,
    prompt: str | None,
    store: Store | None,
    packages: Sequence[str] = (),
    *,
    offline: bool = False,
    recompute: bool = False,
) -> FactJudge:
    """Build a judge of facts with the model, format and repeats of a judge; its replies are stored.

    Raises: SummbenchError, if it has no model, or a value is missing.
    """
    refuse_unset(judge)
    if not is_node(judge.node.get("model")):
        raise SummbenchError(
            f"{judge.name!r} has no model to ask; expected a model, or a judge such as "
            "judge_server or judge_rubric."
        )
    node = {"_target_": _TARGET, **{k: judge.node[k] for k in _KEPT if k in judge.node}}
    if prompt is not None:
        node["prompt"] = prompt
    checker = build_checked(judge.name, node, packages, offline)
    if store is not None and is_storable(judge):
        checker.use_store(open_replies(judge, store, packages, recompute))
    return checker  # type: ignore[no-any-return]
