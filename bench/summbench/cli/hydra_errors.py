"""Errors of Hydra and OmegaConf in plain sentences, with what would have been right."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from summbench.core.resources import get_resource_path
from summbench.core.suggestions import suggest
from summbench.evaluation.config import RunConfig, explain_value

_DETAILS = re.compile(r"\n\s*(?:full_key: |object_type=).*")  # what OmegaConf adds to a sentence
_IN_FILE = re.compile(r"In '([^']+)': \w+ raised while composing config:")
_UNKNOWN_KEY = re.compile(r"Key '([^']+)' (?:not in|is not in) ")


def explain(error: Exception, config_dir: Path | None = None) -> str:
    """Hydra's message with the nearest names that would have been right."""
    message = _DETAILS.sub("", str(error)).strip()
    cause = str(error.__cause__ or "").strip().partition("\n")[0]
    if match := re.search(r"Could not (?:load|find) '(\w+)/([^']+)'", message):
        group, name = match.groups()
        folders = [get_resource_path("configs"), *([config_dir] if config_dir else [])]
        hint = suggest(name, [f.stem for d in folders for f in (d / group).glob("*.yaml")])
        hint = _explain_path(group, name) or hint
        return f"There is no {group} {name!r}.{hint} 'summbench list' shows all of them."
    if match := re.search(r"Could not override '([^']+)'", message):
        if (key := match[1]) in list_keys_of_a_run():
            return f"{key!r} takes new keys with a plus before it: '+{key}={{...}}'."
        hint = suggest(match[1], _list_keys(error))
        return f"The config has no key {match[1]!r}.{hint}{_explain_argument(match[1], error)}"
    if sentence := _explain_value(error, message):
        return sentence
    text = re.sub(r"\s*See https?://\S+( for details)?\.?", "", f"{message} {cause}")
    return " ".join(text.split())


def list_keys_of_a_run() -> list[str]:
    """Return the names of the keys of bench.yaml."""
    return [field.name for field in fields(RunConfig)]


def _list_keys(error: Exception) -> list[str]:
    """The keys that stand where the override looked for one, with their path."""
    cause = error.__cause__
    parent = getattr(cause, "parent_node", None)
    if parent is None or not getattr(cause, "full_key", None):
        return list_keys_of_a_run()
    path = str(cause.full_key).rpartition(".")[0]  # type: ignore[union-attr]
    return [f"{path}.{key}" if path else str(key) for key in parent]


def _explain_argument(key: str, error: Exception) -> str:
    """How to give the class of this place an argument that its YAML leaves out."""
    cause = error.__cause__
    parent = getattr(cause, "parent_node", None)
    target = parent.get("_target_") if isinstance(parent, DictConfig) else None
    if target is None or getattr(cause, "full_key", None) != key:
        return ""
    return f" An argument of {target} that its YAML leaves out takes a plus: '+{key}=...'."


def _explain_value(error: Exception, message: str) -> str:
    """Which value is of a wrong type, or which key of a YAML is none; empty for other errors."""
    place = f"In '{match[1]}': " if (match := _IN_FILE.match(message)) else ""
    is_own = isinstance(error, OmegaConfBaseException)
    cause = error if is_own else error.__cause__ or error.__context__
    if not isinstance(cause, OmegaConfBaseException):
        return ""
    if place and (match := _UNKNOWN_KEY.search(message)):
        near = suggest(match[1], list_keys_of_a_run())
        return f"{place}the config has no key {match[1]!r}.{near}"
    override = re.search(r"Error merging override [+]*[^\s=]+=(.*)", message.partition("\n")[0])
    sentence = explain_value(cause, override[1].split(" Value ")[0] if override else None)
    return f"{place}{sentence}" if sentence else ""


def _explain_path(group: str, name: str) -> str:
    """How a file or a checkpoint is written in a list of defaults, which takes names alone."""
    if group == "dataset" and (Path(name).suffix or Path(name).exists()):
        return f" In a YAML a file goes as 'dataset: [table]' with dataset.table.path: {name}."
    if group == "model" and "/" in name:
        return (
            f" In a YAML a checkpoint is a node of model: a name, and below it _target_ and "
            f"checkpoint: {name}."
        )
    return ""
