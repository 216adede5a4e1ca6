"""What people type as overrides, as Hydra reads it: lists, hub ids, folders, files and any path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Quote, QuotedString
from hydra.errors import HydraException

from summbench.core.errors import SummbenchError
from summbench.core.resources import get_resource_path
from summbench.core.suggestions import suggest
from summbench.evaluation.compose import GROUPS, list_shipped
from summbench.evaluation.config import RunConfig
from summbench.evaluation.resolve import to_dataset_nodes, to_model_nodes, to_name

_LISTS = tuple(group for group in GROUPS if group != "executor")
_PLAIN_NAME = re.compile(
    r"(?!(?:true|false|null|nan|inf)$)[a-z_./-][\w./-]*", re.ASCII | re.IGNORECASE
)  # what Hydra reads as a text; a name of digits is a number to it
_PLAIN_LIST = re.compile(r"(?!null$)[^\[\]{}$'\"]+")
_ITEMS = re.compile(r"""\s*("[^"]*"|'[^']*'|[^,]*?)\s*(?:,|$)""")
_MARGIN = re.compile(r"\+{0,2}margins\.(.*)")
_TEXTS = "summbench.datasets.texts.Texts"


def prepare_overrides(
    overrides: Sequence[str], config_dir: Path | None = None, *, is_sweep: bool = False
) -> list[str]:
    """Return the overrides in Hydra's grammar; those of a sweep may have several values.

    `model=a,b` is a list. A hub id, the folder of a checkpoint and a file of articles become nodes.
    Other values that Hydra cannot read are texts.

    Raises: SummbenchError, for what is no override, and a YAML that has a shipped name.
    """
    if config_dir is not None:
        refuse_shipped_names(config_dir)
    is_offline = any(text.lstrip("+").lower() == "offline=true" for text in overrides)
    preparer = _Preparer(OverridesParser.create(), config_dir, is_offline, is_sweep)
    return [text for override in overrides for text in preparer.prepare(override)]


def add_experiment(overrides: Sequence[str]) -> list[str]:
    """Add the quickstart if nothing is chosen, and for texts alone the experiment of articles."""
    keys = {override.partition("=")[0] for override in overrides}
    if not overrides:
        return ["experiment=quickstart"]
    has_texts = any(
        override in ("dataset=texts", "dataset=[texts]")
        or (override.startswith("+dataset.") and _TEXTS in override)
        for override in overrides
    )
    if has_texts and "experiment" not in keys:
        return [*overrides, "experiment=article"]
    return list(overrides)


def quote_value(value: Any) -> str:
    """A value that Hydra's grammar reads as it stands, whatever is in it."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{quote_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(quote_value, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    return QuotedString(str(value), Quote.single).with_quotes()


@dataclass(frozen=True, slots=True)
class _Preparer:
    parser: OverridesParser
    config_dir: Path | None
    is_offline: bool
    is_sweep: bool

    def prepare(self, override: str) -> list[str]:
        key, equals, value = override.partition("=")
        if override.startswith("~"):
            return [override]
        if not equals or not key.strip("+ "):
            raise SummbenchError(_explain_no_override(override))
        _refuse_new_key(key)
        if margin := _MARGIN.fullmatch(key):
            return [f"++margins={_build_margin(override, margin[1], value)}"]
        if key.lstrip("+") == "margins":
            key, override = "++margins", f"++margins={value}"
        if key in _LISTS and not self.is_sweep and "${" not in value:
            return list(self._select(key, value))
        if key.lstrip("+") in _list_list_keys() and _PLAIN_LIST.fullmatch(value):
            return [f"{key}=[{value}]"]
        try:
            parsed = self.parser.parse_override(override)
        except HydraException as error:
            return [self._quote(key, value, error)]
        if not parsed.is_sweep_override() or self.is_sweep:
            return [override]
        if Path(value).exists() or not _is_numbers(value):
            return [f"{key}={quote_value(value)}"]
        raise SummbenchError(
            f"{override!r} has several values, and one is expected. A list has brackets: "
            f"'{key}=[{value}]'. A run for each value: add -m."
        )

    def _quote(self, key: str, value: str, error: HydraException) -> str:
        if value.lstrip()[:1] in ("[", "{", '"', "'"):
            reason = str(error).partition("\n")[0].partition(" See http")[0]
            raise SummbenchError(
                f"The value of {key!r} can't be read: {value} ({reason}). Lists are '[a,b]', "
                "mappings '{a: 1}'; a text with such signs stands in quotes of both kinds: "
                f"\"{key}='...'\"."
            )
        return f"{key}={quote_value(value)}"

    def _select(self, group: str, value: str) -> Iterator[str]:
        """The selection of a group, and a node for each item that no YAML describes."""
        items = _split_items(group, value)
        if not items or items == ["null"]:
            yield f"{group}=[]"
            return
        nodes = {item: self._find_node(group, item) for item in items}
        names = [item for item, node in nodes.items() if node is None]
        plain = (name if _PLAIN_NAME.fullmatch(name) else quote_value(name) for name in names)
        yield f"{group}=[{','.join(plain)}]"
        for node in nodes.values():
            for name, content in (node or {}).items():
                yield f"+{group}.{name}={quote_value(content)}"

    def _find_node(self, group: str, item: str) -> dict[str, Any] | None:
        """The node of an item that Hydra can't select; None if it can, or there is no such."""
        if item in list_shipped(group):
            return None
        own = self.config_dir / group / f"{item}.yaml" if self.config_dir else None
        if own is not None and own.is_file():
            return None
        path = Path(item).expanduser()
        if group == "model" and ("/" in item or path.is_dir()):
            return to_model_nodes(item, offline=self.is_offline)
        if group == "dataset" and (path.suffix or path.exists()):
            return {to_name(n): node for n, node in to_dataset_nodes(item).items()}
        return None


def _split_items(group: str, value: str) -> list[str]:
    """The items of a list, with or without brackets; a path with a comma is one if it exists."""
    text = value.strip()
    if text and Path(text).expanduser().exists():
        return [text]
    if text.startswith("["):
        if not text.endswith("]"):
            raise SummbenchError(
                f"'{group}={value}' has an open bracket. Write '{group}=[a,b]', or without "
                f"brackets {group}=a,b."
            )
        text = text[1:-1]
    return [item.strip("\"'") for item in _ITEMS.findall(text) if item.strip("\"'")]


def _build_margin(override: str, metric: str, value: str) -> str:
    try:
        number = float(value)
    except ValueError as error:
        raise SummbenchError(
            f"{override!r}: a margin is one number, as in margins.rouge.rouge2_f=0.01."
        ) from error
    if not metric:
        raise SummbenchError(f"{override!r} has no metric, as margins.rouge.rouge2_f=0.01 has.")
    return quote_value({metric: number})


def _explain_no_override(override: str) -> str:
    key = override.strip("=+ ")
    kinds = [group for group in (*_LISTS, "experiment", "executor") if key in list_shipped(group)]
    if kinds:
        return f"{override!r} has no key; did you mean {kinds[0]}={key}?"
    if key in (field.name for field in fields(RunConfig)):
        return f"{key!r} has no value; expected {key}=VALUE, without spaces around the sign."
    return f"{override!r} is no override; expected key=value, as in limit=10."


def _refuse_new_key(key: str) -> None:
    """Hydra adds any key after a plus; one that the config does not have would change nothing."""
    name = key.lstrip("+").partition(".")[0].partition("@")[0]
    keys = [*(field.name for field in fields(RunConfig)), "experiment", "hydra"]
    if key.startswith("+") and name.partition("/")[0] not in keys:
        raise SummbenchError(f"The config has no key {name!r}.{suggest(name, keys)}")


def refuse_shipped_names(folder: Path) -> None:
    """Refuse a folder of one's own in which a YAML has the name of one that ships."""
    shipped = get_resource_path("configs")
    for own in sorted(shipped.rglob("*.yaml")):
        file = folder / own.relative_to(shipped)
        if file.is_file() and not own.samefile(file):
            raise SummbenchError(
                f"{file} has the name of a file that ships, and the shipped one would be used. "
                f"Choose another name, as in {file.with_stem('my_' + file.stem)}."
            )


def _list_list_keys() -> list[str]:
    return [field.name for field in fields(RunConfig) if "list[" in str(field.type)]


def _is_numbers(value: str) -> bool:
    return all(re.fullmatch(r"\s*[-+.\deE]+\s*", item) for item in value.split(","))
