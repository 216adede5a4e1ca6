"""YAML of somebody's own: looked at before it is composed, and read from its own folder alone."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import yaml
from hydra._internal.core_plugins import file_config_source as of_files
from hydra._internal.core_plugins import importlib_resources_config_source as of_packages
from hydra._internal.sources_registry import SourcesRegistry
from hydra.plugins.config_source import ConfigResult, ConfigSource
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from summbench.core.errors import SummbenchError
from summbench.core.resources import get_resource_path
from summbench.evaluation.compose import GROUPS

_LISTS = frozenset(GROUPS) - {"executor"}
_HEADER = re.compile(r"\s*#\s*@package\s+(\S+)\s*")
_MOST_BYTES = 100_000
_MOST_VALUES = 10_000
_DEEPEST = 32
_LARGEST_NUMBER = 2**63 - 1
_TAGS = {None, "!"} | {
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map")
}


class FileConfigSource(of_files.FileConfigSource):
    """A folder with YAML, from which nothing else can be read.

    A model, dataset or metric may have its class at the top, without the file's name above it.
    Hydra registers a reader of its own only if there is none of the same name.
    """

    def load_config(self, config_path: str) -> ConfigResult:
        """Read one file; the shipped ones need no limits."""
        root, file = Path(self.path), Path(self.path, self._normalize_file_name(config_path))
        _check_path(config_path)
        if root.resolve() == get_resource_path("configs").resolve():
            return super().load_config(config_path)
        config, text = load_yaml(file, root)
        if Path(config_path).parent.as_posix() in _LISTS and _is_flat(config):
            config = OmegaConf.create({file.stem: config})
        return _build_result(self, config, text, str(file))


class ImportlibResourcesConfigSource(of_packages.ImportlibResourcesConfigSource):
    """YAML in a package that the command line names."""

    def load_config(self, config_path: str) -> ConfigResult:
        """Read one file inside of the package."""
        _check_path(config_path)
        return super().load_config(config_path)

    def _read_config(self, res: Any) -> ConfigResult:
        if self.path.partition(".")[0] == "hydra":
            return super()._read_config(res)
        return _build_result(self, *parse_yaml(res.read_bytes(), str(res)), str(res))


def guard_config_files() -> None:
    """Have Hydra read YAML through these two; harmless if done twice."""
    SourcesRegistry.instance().types |= {
        source.scheme(): source for source in (FileConfigSource, ImportlibResourcesConfigSource)
    }


def check_config_dir(folder: Path) -> None:
    """Raise SummbenchError if what `--config-dir` names is no folder."""
    if not folder.is_dir():
        raise SummbenchError(f"--config-dir {folder} is no folder; expected one with YAML.")


def load_yaml(file: Path, root: Path) -> tuple[DictConfig, str]:
    """Return the mapping that a YAML file below `root` holds, and its text.

    Raises: SummbenchError, if the file is elsewhere (a link, or `..`), is not UTF-8 or no mapping
    in YAML, or holds more than a config can need. No message has anything of the content.
    """
    if not file.resolve().is_relative_to(root.resolve()):
        raise SummbenchError(f"{file} leads out of the folder {root}; YAML is read from it alone.")
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SummbenchError(f"{file} can't be read ({error.strerror}).") from error
    return parse_yaml(data, str(file))


def parse_yaml(data: bytes, name: str) -> tuple[DictConfig, str]:
    """Return the mapping and the text, as `load_yaml` does; `name` is for its messages."""
    if len(data) > _MOST_BYTES:
        raise SummbenchError(f"{name} is larger than a config may be ({_MOST_BYTES:,} bytes).")
    try:
        text = data.decode("utf-8")
        _check_events(text, name)
        config = OmegaConf.load(io.StringIO(text))
    except UnicodeDecodeError as error:
        raise SummbenchError(f"{name} is not UTF-8, as YAML of a config has to be.") from error
    except yaml.MarkedYAMLError as error:
        raise SummbenchError(f"{name} can't be read as YAML{_describe_place(error)}.") from error
    except (yaml.YAMLError, OmegaConfBaseException, ValueError, OSError) as error:
        raise SummbenchError(f"{name} is no config; expected a mapping in YAML.") from error
    if not isinstance(config, DictConfig):
        raise SummbenchError(f"{name} is no config; expected a mapping in YAML.")
    _check_values(OmegaConf.to_container(config, resolve=False), name)
    return config, text


def _check_values(value: Any, name: str) -> None:
    """Refuse keys that are no names, and numbers that no option has and few libraries can take."""
    if isinstance(value, dict):
        if any(not isinstance(key, str) and type(key) is not int for key in value):
            raise SummbenchError(f"{name} has a key that is no name; put it in quotes.")
        for inner in (*value, *value.values()):
            _check_values(inner, name)
    elif isinstance(value, list):
        for inner in value:
            _check_values(inner, name)
    elif isinstance(value, str):
        _check_text(value, name)
    elif isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        raise SummbenchError(f"{name} has a number that is too large for a config.")


def _check_text(text: str, name: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SummbenchError(f"{name} has half a character, which no file can hold.") from error


def _check_path(config_path: str) -> None:
    if ".." in Path(config_path).parts or "\0" in config_path:
        raise SummbenchError(
            f"{config_path!r} leads out of the folder with the YAML; a group has files of its own "
            "folder alone."
        )


def _build_result(source: ConfigSource, config: DictConfig, text: str, name: str) -> ConfigResult:
    _check_defaults(config, name)
    lines = (line for line in text.splitlines() if line.strip())
    package = match[1] if (match := _HEADER.fullmatch(next(lines, ""))) else None
    place = f"{source.scheme()}://{source.path}"
    return ConfigResult(source.provider, place, config, {"package": package})


def _is_flat(config: DictConfig) -> bool:
    return "_target_" in config and "defaults" not in config


def _check_defaults(config: DictConfig, name: str) -> None:
    """Refuse a list of defaults that Hydra would end with a traceback."""
    content = OmegaConf.to_container(config, resolve=False)
    defaults = content.get("defaults", []) if isinstance(content, dict) else []
    if not isinstance(defaults, list) or not all(map(_is_default, defaults)):
        raise SummbenchError(
            f"{name} has 'defaults' that are no list of 'GROUP: NAME' and 'GROUP: [NAME, NAME]'."
        )


def _is_default(item: Any) -> bool:
    if not isinstance(item, dict) or len(item) != 1:
        return isinstance(item, str)
    [(group, chosen)] = item.items()
    names = chosen if isinstance(chosen, list) else [chosen or ""]
    return isinstance(group, str) and all(isinstance(name, str) for name in names)


def _describe_place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    what = ": a key comes twice" if "duplicate key" in (error.problem or "") else ""
    return f"{what} (line {mark.line + 1}, column {mark.column + 1})" if mark else what


def _check_events(text: str, name: str) -> None:
    """Refuse what explodes, before anything is built: depth, tags, and what aliases stand for.

    The values below an anchor count each time that an alias stands for them.
    """
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []  # anchor, and the values before it
    count = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_nodes):
                raise SummbenchError(f"{name} has an alias inside of what it stands for.")
            count += sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.NodeEvent):
            _check_node(event, count == 0, name)
            if isinstance(event, yaml.ScalarEvent):
                sizes[event.anchor or ""] = 1
            else:
                open_nodes.append((event.anchor, count))
            count += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            sizes[anchor or ""] = count - before
        if len(open_nodes) > _DEEPEST:
            raise SummbenchError(f"{name} is nested deeper than a config may be ({_DEEPEST}).")
        if count > _MOST_VALUES:
            raise SummbenchError(
                f"{name} has more values than a config may have ({_MOST_VALUES:,}, those that "
                "aliases stand for included)."
            )


def _check_node(event: yaml.NodeEvent, is_first: bool, name: str) -> None:
    if is_first and not isinstance(event, yaml.MappingStartEvent):
        raise SummbenchError(f"{name} is no config; expected a mapping in YAML.")
    if getattr(event, "tag", None) not in _TAGS:
        raise SummbenchError(f"{name} has a tag; a config has plain values alone.")
