"""Configs composed by Hydra, its errors in one sentence, and the job run on them."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra import main as hydra_main
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from summbench.core.errors import SummbenchError
from summbench.core.resources import get_resource_path
from summbench.evaluation.config import RunConfig, to_run_config


def register() -> None:
    """Make the schema and the `${data:...}` resolver known to Hydra; harmless if done twice."""
    ConfigStore.instance().store("schema", RunConfig)
    OmegaConf.register_new_resolver(
        "data", lambda file: str(get_resource_path("data") / file), replace=True
    )


def run_with_hydra(arguments: Sequence[str], allowed_packages: Sequence[str]) -> int:
    """Hand the arguments to Hydra, and its config (in a sweep: each config) to the job."""
    codes: list[int] = []
    mistakes: list[SummbenchError] = []

    def task(config: DictConfig) -> None:
        from summbench.cli.job import (  # --cfg and --hydra-help need none of it
            execute,
            results_folder,
        )

        settings = HydraConfig.get()
        try:
            job = to_run_config(config)
            folder = results_folder(job, settings.runtime.choices.get("experiment"))
            codes.append(execute(job, folder, allowed_packages))
        except SummbenchError as error:
            mistakes.append(error)  # raised below, where Hydra adds nothing to it
        if settings.mode == RunMode.MULTIRUN and (mistakes or codes[-1]):
            raise (
                mistakes[0] if mistakes else SummbenchError("a job of the sweep failed; see above")
            )

    register()
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra then hands its errors on instead of printing them
    sys.argv = ["summbench run", *arguments]
    try:
        hydra_main(str(get_resource_path("configs")), "bench", version_base="1.3")(task)()
    except (HydraException, OmegaConfBaseException) as error:
        raise SummbenchError(_explained(error)) from error
    if mistakes:
        raise mistakes[0]
    return max(codes, default=0)


def score_file(
    file: Path, out: Path | None, arguments: Sequence[str], allowed_packages: Sequence[str]
) -> int:
    """The job on one file with references and summaries; the dataset is named after the file."""
    from summbench.cli.job import execute, results_folder

    job = job_of_file(file, arguments)
    return execute(job, out or results_folder(job, file.stem), allowed_packages)


def job_of_file(file: Path, arguments: Sequence[str]) -> RunConfig:
    """The config of such a job."""
    path = str(file.resolve())
    overrides = [
        "dataset=[table]",
        _quoted("dataset.table.path", path),
        "++dataset.table.document_required=false",
        "model=[replay]",
        _quoted("model.replay.path", path),
        *arguments,
    ]
    register()
    try:
        with initialize_config_dir(str(get_resource_path("configs")), version_base="1.3"):
            job = to_run_config(compose("bench", overrides))
    except (HydraException, OmegaConfBaseException) as error:
        raise SummbenchError(_explained(error)) from error
    job.dataset = {file.stem if k == "table" else k: node for k, node in job.dataset.items()}
    return job


def _quoted(key: str, value: str) -> str:
    """An override whose value Hydra's grammar takes as it stands, whatever is in it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{key}='{escaped}'"


def _explained(error: Exception) -> str:
    """Hydra's message with the nearest names that would have been right."""
    said = str(error).strip()
    cause = str(error.__cause__ or "").strip().partition("\n")[0]
    if match := re.search(r"Could not (?:load|find) '(\w+)/([^']+)'", said):
        group, wanted = match.groups()
        known = [file.stem for file in (get_resource_path("configs") / group).glob("*.yaml")]
        near = _near(wanted, known)
        return f"There is no {group} {wanted!r}.{near} 'summbench list' shows all of them."
    if match := re.search(r"Could not override '([^']+)'", said):
        if (key := match[1].partition(".")[0]) in {"margins", match[1]} & set(_names()):
            return f"{key!r} takes new keys with a plus before it: '+{key}={{...}}'."
        near = _near(match[1], _keys(error))
        return f"The config has no key {match[1]!r}.{near}{_of_the_class(match[1], error)}"
    return f"{said} {cause}".strip()


def _names() -> list[str]:
    return [field.name for field in fields(RunConfig)]


def _keys(error: Exception) -> list[str]:
    """The keys that stand where the override looked for one, with their path."""
    cause = error.__cause__
    parent = getattr(cause, "parent_node", None)
    if parent is None or not getattr(cause, "full_key", None):
        return _names()
    path = str(cause.full_key).rpartition(".")[0]  # type: ignore[union-attr]
    return [f"{path}.{key}" if path else str(key) for key in parent]


def _of_the_class(key: str, error: Exception) -> str:
    """How to give the class of this place an argument that its YAML leaves out."""
    cause = error.__cause__
    parent = getattr(cause, "parent_node", None)
    target = parent.get("_target_") if isinstance(parent, DictConfig) else None
    if target is None or getattr(cause, "full_key", None) != key:
        return ""
    return f" An argument of {target} that its YAML leaves out takes a plus: '+{key}=...'."


def _near(wanted: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
