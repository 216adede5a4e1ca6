"""The judge of an arena, from its name and overrides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from summbench.cli.hydra import compose_config
from summbench.core.errors import SummbenchError
from summbench.evaluation.compose import list_shipped
from summbench.evaluation.config import RunConfig
from summbench.evaluation.nodes import Node
from summbench.evaluation.pair_judges import TEMPLATE, wrap_model

_FILE = ("dataset=[table]", "dataset.table.path=''")
_NO_MODEL = ("model=[replay]", "model.replay.path=''")


def compose_judge(
    name: str, arguments: Sequence[str], config_dir: Path | None = None
) -> tuple[dict[str, Node], RunConfig]:
    """Return name -> node of a pairwise judge or of a model in one, and the whole config.

    Raises: SummbenchError, for an unknown name, and a value that is wrong or missing.
    """
    own = config_dir / "metric" / f"{name}.yaml" if config_dir else None
    is_metric = name in list_shipped("metric") or (own is not None and own.is_file())
    group, metric = ("metric", name) if is_metric else ("model", TEMPLATE)
    if chosen := [text for text in arguments if text.partition("=")[0] in ("metric", "model")]:
        raise SummbenchError(f"{chosen[0]!r}: the judge is chosen by --judge NAME alone.")
    selection = [f"{group}={name}", *([] if is_metric else [f"metric={metric}"])]
    fixed = [*_FILE, *(_NO_MODEL if is_metric else ())]
    config = compose_config(fixed, [*selection, *arguments], config_dir)
    if is_metric:
        return {name: config.metric[name]}, config
    [(model, node)] = config.model.items()
    return {model: wrap_model(model, node, config.metric[TEMPLATE])}, config


class StoreSettings(TypedDict, total=False):
    """Where replies are stored, and whether they are used; empty without a judge."""

    store: str
    recompute: bool
    offline: bool


def compose_fact_judge(
    name: str | None, arguments: Sequence[str], config_dir: Path | None = None
) -> tuple[dict[str, Node] | None, StoreSettings]:
    """As `compose_judge`; without a name there is no judge, and nothing may be set.

    Raises: SummbenchError, as `compose_judge`.
    """
    if name is None:
        if arguments:
            raise SummbenchError(
                f"{arguments[0]!r} sets a key of a judge, or is no option: give --judge NAME with "
                "it. --help lists the options."
            )
        return None, {}
    node, config = compose_judge(name, arguments, config_dir)
    return node, {"store": config.store, "recompute": config.recompute, "offline": config.offline}
