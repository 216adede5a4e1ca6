"""Configs as Hydra composes them, which YAML of somebody's own can neither steer nor blow up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hydra._internal import hydra as hydra_internals
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_repository import CachingConfigRepository
from hydra._internal.config_search_path_impl import ConfigSearchPathImpl
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException, OverrideParseException
from hydra.plugins.config_source import ConfigResult
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from summbench.cli.references import check_references
from summbench.core.errors import SummbenchError

_FROM_COMMAND_LINE = "command-line"  # Hydra's name for what --config-dir adds
_SEARCH_PATH = "hydra.searchpath"
_MODE = "hydra.mode="
_MOST_FILES = 5_000
_OF_EACH_JOB = ("runtime", "overrides", "searchpath")


class _BoundedFiles(CachingConfigRepository):
    """YAML that is asked for a limited number of times: lists of defaults can double at each."""

    def __init__(self, files: CachingConfigRepository) -> None:
        self.delegate, self.cache = files.delegate, files.cache
        self._n_asked = 0

    def load_config(self, config_path: str) -> ConfigResult | None:
        """Read one file, or return it again."""
        self._n_asked += 1
        if self._n_asked > _MOST_FILES:
            raise SummbenchError(
                f"The lists of defaults name files over {_MOST_FILES:,} times, those included that "
                "they name in turn; a config has to need fewer."
            )
        return super().load_config(config_path)


class GuardedLoader(ConfigLoaderImpl):
    """Hydra's composer; keys of `hydra` come from our own files and the command line alone.

    Hydra builds what they name (callbacks, logging, launchers) before a run begins.
    """

    def load_configuration(
        self,
        config_name: str | None,
        overrides: list[str],
        run_mode: RunMode,
        from_shell: bool = True,
        validate_sweep_overrides: bool = True,
    ) -> DictConfig:
        """Compose, and refuse a config that is steered or too large once it is resolved."""
        providers = [element.provider for element in self.get_search_path().get_path()]
        if _FROM_COMMAND_LINE in providers or any(_SEARCH_PATH in text for text in overrides):
            self._refuse_steering(config_name, overrides)
        with _explain_faults():
            config = super().load_configuration(
                config_name, overrides, run_mode, from_shell, validate_sweep_overrides
            )
            check_references(config)
        return config

    def _parse_overrides_and_create_caching_repo(
        self, config_name: str | None, overrides: list[str]
    ) -> tuple[list[Override], CachingConfigRepository]:
        parsed, files = super()._parse_overrides_and_create_caching_repo(config_name, overrides)
        return parsed, _BoundedFiles(files)

    def _refuse_steering(self, config_name: str | None, overrides: list[str]) -> None:
        """Refuse foreign YAML that sets a key of hydra.

        Hydra adds its mode to the overrides, which would hide one that YAML sets.
        """
        typed = [text for text in overrides if not text.startswith(_MODE)]
        with _explain_faults():
            composed = super().load_configuration(config_name, typed, RunMode.MULTIRUN)
        own = self._compose_without_foreign(config_name, typed)
        if keys := list(_list_changes(_get_hydra_node(own), _get_hydra_node(composed))):
            raise SummbenchError(_explain(keys[0]))

    def _compose_without_foreign(self, config_name: str | None, overrides: list[str]) -> DictConfig:
        """Compose the shipped files with those overrides alone that are Hydra's."""
        path = ConfigSearchPathImpl()
        path.config_search_path = [
            element
            for element in self.get_search_path().get_path()
            if element.provider != _FROM_COMMAND_LINE
        ]
        parsed = OverridesParser.create().parse_overrides(overrides)
        of_hydra = [
            override.input_line
            for override in parsed
            if override.is_hydra_override() and override.get_key_element() != _SEARCH_PATH
        ]
        try:
            return ConfigLoaderImpl(path).load_configuration(
                config_name, [text for text in of_hydra if text], RunMode.RUN
            )
        except HydraException as error:
            raise SummbenchError(_explain("a file of a group of hydra")) from error


@contextmanager
def _explain_faults() -> Iterator[None]:
    """Make a sentence of what Hydra and OmegaConf end with where YAML is as they never expect."""
    try:
        yield
    except (OmegaConfBaseException, OverrideParseException):
        raise
    except RecursionError as error:
        raise SummbenchError(
            "The config's lists of defaults lead to each other, or its references (${...}) are "
            "nested too deep."
        ) from error
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__} {error}".strip().partition("\n")[0]
        raise SummbenchError(
            f"Hydra can't compose the config ({reason}); look at its lists of defaults."
        ) from error


def guard_composition() -> None:
    """Have Hydra compose through the guarded loader; harmless if done twice."""
    vars(hydra_internals)["ConfigLoaderImpl"] = GuardedLoader


def _explain(key: str) -> str:
    return (
        f"YAML of your own sets {key}. What steers Hydra comes from the shipped files and the "
        "command line alone."
    )


def _get_hydra_node(config: DictConfig) -> dict[str, Any]:
    node = OmegaConf.to_container(config.hydra, resolve=False)
    assert isinstance(node, dict)
    node["job"].pop("override_dirname", None)
    return {str(key): value for key, value in node.items() if key not in _OF_EACH_JOB}


def _list_changes(before: Any, after: Any, at: str = "hydra") -> Iterator[str]:
    """List the dotted keys under which the two differ."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in {**before, **after}:
            if key not in before or key not in after:
                yield f"{at}.{key}"
            else:
                yield from _list_changes(before[key], after[key], f"{at}.{key}")
    elif before != after:
        yield at
