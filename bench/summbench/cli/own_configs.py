"""The YAML in a folder of somebody's own, listed as what ships; Hydra is loaded only for one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from summbench.core.errors import SummbenchError
from summbench.evaluation.catalogue import CatalogueEntry, describe_config


def list_own_configs(
    groups: Iterable[str], config_dir: Path | None
) -> dict[str, list[CatalogueEntry]]:
    """List what the folder, if any, has of each config group, such as 'model', sorted by name.

    Raises: SummbenchError, for a YAML that can't be used, as `summbench run` does, and for a folder
    without any.
    """
    if config_dir is None:
        return {group: [] for group in groups}
    _check(config_dir)
    return {group: _list_group(group, config_dir) for group in groups}


def _list_group(group: str, config_dir: Path) -> list[CatalogueEntry]:
    from omegaconf import OmegaConf

    from summbench.cli.config_files import load_yaml

    entries = []
    for file in sorted((config_dir / group).glob("*.yaml")):
        config, text = load_yaml(file, config_dir)
        content = OmegaConf.to_container(config, resolve=False)
        assert isinstance(content, dict)
        named = {str(key): value for key, value in content.items()}
        entries.append(describe_config(file.stem, named, text))
    return entries


def _check(config_dir: Path) -> None:
    """Raise SummbenchError for a folder that has no YAML where `summbench run` looks for it."""
    from summbench.cli.config_files import check_config_dir
    from summbench.cli.overrides import refuse_shipped_names
    from summbench.evaluation.compose import GROUPS

    check_config_dir(config_dir)
    refuse_shipped_names(config_dir)
    groups = (*GROUPS, "experiment")
    if not any(file for group in groups for file in (config_dir / group).glob("*.yaml")):
        raise SummbenchError(
            f"{config_dir} has no YAML where it is looked for. A model's goes to "
            f"{config_dir / 'model' / 'NAME.yaml'}; the other folders are "
            f"{', '.join(group + '/' for group in groups if group != 'model')}."
        )
