"""Hydra composes a config to learn its mode and then again to run it; here it is composed once."""

from __future__ import annotations

from hydra._internal import hydra as internal
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig

_SAID = "hydra.mode=RUN"


class _Once(ConfigLoaderImpl):
    """Keeps the config that told the mode, which is that of the run if it can be run as it is.

    To learn the mode, Hydra composes as for a sweep, which differs only in what it lets pass.
    """

    _kept: tuple[list[str], DictConfig] | None = None

    def load_configuration(
        self,
        config_name: str | None,
        overrides: list[str],
        run_mode: RunMode,
        from_shell: bool = True,
        validate_sweep_overrides: bool = True,
    ) -> DictConfig:
        kept, self._kept = self._kept, None
        if not validate_sweep_overrides:  # the mode is asked for
            try:
                config = super().load_configuration(config_name, overrides, RunMode.RUN, from_shell)
            except HydraException:
                pass
            else:
                self._kept = list(overrides), config
                return config
        elif kept and run_mode == RunMode.RUN:
            before, config = kept
            if overrides == [*before, _SAID]:  # by Hydra, where neither config nor user say a mode
                config.hydra.mode = RunMode.RUN
                config.hydra.overrides.hydra.append(_SAID)
                return config
            if overrides == before:
                return config
        return super().load_configuration(
            config_name, overrides, run_mode, from_shell, validate_sweep_overrides
        )


def compose_once() -> None:
    """Of every job that runs from here on; harmless if done twice."""
    internal.ConfigLoaderImpl = _Once  # type: ignore[attr-defined]
