"""A config that is composed once is the one that Hydra would have composed twice."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hydra import main as hydra_main
from hydra._internal import hydra as internal
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf

from bench.cli.once import compose_once
from bench.config import register, shipped


def _jobs(arguments: Sequence[str]) -> list[tuple[Any, Any]]:
    """Each job's config and Hydra's own, but for the folder that has the time in its name."""
    found: list[tuple[Any, Any]] = []

    def task(config: DictConfig) -> None:
        settings = OmegaConf.to_container(HydraConfig.get())
        assert isinstance(settings, dict)
        del settings["runtime"]["output_dir"]
        found.append((OmegaConf.to_container(config), settings))

    sys.argv = ["summbench run", *arguments]
    hydra_main(str(shipped("configs")), "bench", version_base="1.3")(task)()
    return found


@pytest.fixture(autouse=True)
def _hydra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setattr(internal, "ConfigLoaderImpl", ConfigLoaderImpl)
    place = tmp_path / "mine" / "experiment"
    place.mkdir(parents=True)
    mode = "# @package _global_\nhydra: {mode: MULTIRUN}\n"
    (place / "swept.yaml").write_text(mode, encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "jobs"),
    [
        ([], 1),
        (["experiment=ci", "limit=3", "+margins={rouge.rouge2_f: 0.01}"], 1),
        (["hydra.mode=RUN", "hydra.output_subdir=.hydra"], 1),
        (["-m", "limit=3"], 1),
        (["-m", "model=[lead1],[lead3]", "limit=1,2"], 4),
        (["hydra.mode=MULTIRUN", "limit=1,2"], 2),
        (["--config-dir", "mine", "experiment=swept", "limit=1,2,3"], 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_each_job_has_the_config_that_hydra_would_give_it(
    arguments: Sequence[str], jobs: int
) -> None:
    as_hydra_does = _jobs(arguments)
    compose_once()
    assert _jobs(arguments) == as_hydra_does
    assert len(as_hydra_does) == jobs


@pytest.mark.parametrize(
    "arguments", [["limit=1,2"], ["limt=1"], ["model=[nobody]"], ["limit=many"]], ids=" ".join
)
def test_mistakes_are_told_as_hydra_tells_them(arguments: Sequence[str]) -> None:
    with pytest.raises(HydraException) as by_hydra:
        _jobs(arguments)
    compose_once()
    with pytest.raises(HydraException) as ours:
        _jobs(arguments)
    assert str(ours.value) == str(by_hydra.value)
    assert str(ours.value.__cause__) == str(by_hydra.value.__cause__)


def test_a_single_job_is_composed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[str | None] = []
    compose = ConfigLoaderImpl._load_configuration_impl

    def counted(self: ConfigLoaderImpl, config_name: str | None, **others: Any) -> DictConfig:
        composed.append(config_name)
        return compose(self, config_name, **others)

    monkeypatch.setattr(ConfigLoaderImpl, "_load_configuration_impl", counted)
    compose_once()
    _jobs(["limit=3"])
    assert composed == ["bench"]
