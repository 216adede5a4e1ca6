"""The config of a run: its keys, their types and what they may be."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin, get_type_hints

from omegaconf import MISSING, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException, ValidationError

from summbench.core.errors import SummbenchError
from summbench.core.prediction_checks import LONGEST_TEXT
from summbench.core.resources import get_resource_path
from summbench.core.suggestions import suggest
from summbench.evaluation.validation import describe_type


@dataclass
class RunConfig:
    """The keys of configs/bench.yaml, which has their defaults and comments."""

    name: str | None = MISSING
    dataset: dict[str, Any] = field(default_factory=dict)
    model: dict[str, Any] = field(default_factory=dict)
    metric: dict[str, Any] = field(default_factory=dict)
    perturbation: dict[str, Any] = field(default_factory=dict)
    executor: dict[str, Any] = field(default_factory=dict)
    tracking: dict[str, Any] = field(default_factory=dict)
    primary: str | None = MISSING
    allow_diagnostic_primary: bool = MISSING
    vs: str | None = MISSING
    margins: dict[str, float] = field(default_factory=dict)
    baseline: str | None = MISSING
    history: str | None = MISSING
    metaeval: str | None = MISSING
    columns: list[str] = MISSING
    severity: list[float] = MISSING
    seed: int = MISSING
    robustness_metrics: list[str] | None = MISSING
    limit: int | None = MISSING
    repeats: int = MISSING
    n_examples: int | str = MISSING
    chunk_size: int = MISSING
    max_summary_characters: int = MISSING
    shard: str | None = MISSING
    merge_shards: int | None = MISSING
    results: str = MISSING
    store: str = MISSING
    model_normalization: str = MISSING
    score_normalization: str = MISSING
    recompute: bool = MISSING
    offline: bool = MISSING
    pinned: bool = MISSING
    overwrite: bool = MISSING


def to_run_config(config: DictConfig) -> RunConfig:
    """The config as a typed object; SummbenchError lists what is left unset or points nowhere."""
    try:
        OmegaConf.resolve(config)
        unset = sorted(OmegaConf.missing_keys(config))
        if unset:
            raise SummbenchError(
                f"The config leaves unset: {', '.join(unset)}. Give each as key=value."
            )
        run = OmegaConf.to_object(config)
    except OmegaConfBaseException as error:
        reason = str(error).partition("\n")[0]
        raise SummbenchError(f"The config can't be resolved: {reason}") from error
    except RecursionError as error:
        raise SummbenchError("The config's references (${...}) are nested too deep.") from error
    assert isinstance(run, RunConfig)
    for group in ("dataset", "model", "metric"):
        if not getattr(run, group):
            raise SummbenchError(f"The config selects no {group}; give '{group}=[...]'.")
    if not run.executor:
        raise SummbenchError("The config selects no executor; give executor=local.")
    _check_nodes(run)
    _check_numbers(run)
    _check_columns(run)
    merges = (run.merge_shards, run.baseline, run.history)
    if run.shard is not None and any(value is not None for value in merges):
        raise SummbenchError(
            "shard= makes no leaderboard; give merge_shards=, baseline= and history= to the run "
            "that merges."
        )
    return run


def explain_value(error: OmegaConfBaseException, value: str | None = None) -> str:
    """Say of which key a value has a wrong type, and what it takes; empty for another error."""
    if not isinstance(error, ValidationError):
        return ""
    name, *inner = re.split(r"[.\[]", str(error.full_key or ""), maxsplit=1)
    hint = get_type_hints(RunConfig).get(name)
    if hint is None:
        return ""
    key = name
    if inner and get_origin(hint) is dict:
        key, hint = str(error.full_key), get_args(hint)[1]
    if match := re.search(r"Value '(.*?)' (?:of type|is not)", str(error)):
        value = match[1]
    is_value = "is of another type" if value is None else f"is {value or 'empty'}"
    return f"{key} {is_value}; expected {describe_type(hint)}."


def _check_nodes(run: RunConfig) -> None:
    for group in ("dataset", "model", "metric", "perturbation", "tracking"):
        if isinstance(target := getattr(run, group).get("_target_"), str):
            raise SummbenchError(
                f"A YAML of {group}/ has '_target_: {target}' at its top. In {group}/NAME.yaml "
                f"write 'NAME:' above it, with the file's name, and two spaces before all that "
                f"follows: 'NAME:', then '  _target_: {target}'."
            )
        for name, node in getattr(run, group).items():
            if not isinstance(node, dict):
                raise SummbenchError(
                    f"{group}.{name} is {node!r}, which replaces all of its config; give one of "
                    f"its keys, as in {group}.{name}.KEY=VALUE, or ~{group}.{name} to leave it out."
                )


def _check_numbers(run: RunConfig) -> None:
    if run.limit is not None and run.limit < 1:
        raise SummbenchError(f"limit={run.limit} leaves no article; null takes all of them.")
    if run.repeats < 1:
        raise SummbenchError(f"repeats={run.repeats} predicts nothing; 1 is the usual number.")
    if run.chunk_size < 1:
        raise SummbenchError(
            f"chunk_size={run.chunk_size} holds no article; 1000 is the usual size."
        )
    if not 1 <= run.max_summary_characters <= LONGEST_TEXT:
        raise SummbenchError(
            f"max_summary_characters={run.max_summary_characters} is no length of a summary; "
            f"expected 1 to {LONGEST_TEXT}."
        )
    if run.n_examples != "all" and not (isinstance(run.n_examples, int) and run.n_examples >= 0):
        raise SummbenchError(
            f"n_examples={run.n_examples} is neither a number of articles nor 'all'."
        )
    if not all(0 <= severity <= 1 for severity in run.severity):
        raise SummbenchError(f"severity={run.severity} has a share that is not between 0 and 1.")


def _check_columns(run: RunConfig) -> None:
    """Shipped metrics that were not selected are left out in silence: the shipped list has some."""
    shipped = {file.stem for file in (get_resource_path("configs") / "metric").glob("*.yaml")}
    names = shipped | set(run.metric)
    unknown = [column for column in run.columns if column.partition(".")[0] not in names]
    if unknown:
        hints = "".join(suggest(column.partition(".")[0], names) for column in unknown)
        raise SummbenchError(
            f"columns= names {', '.join(map(repr, unknown))}, and no metric has such a name.{hints}"
        )
