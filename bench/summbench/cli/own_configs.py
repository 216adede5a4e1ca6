"""The YAML in a folder of somebody's own, listed as what ships."""

from __future__ import annotations

from pathlib import Path

from omegaconf import OmegaConf

from summbench.cli.config_files import check_config_dir, load_yaml
from summbench.cli.overrides import refuse_shipped_names
from summbench.core.errors import SummbenchError
from summbench.evaluation.catalogue import CatalogueEntry, describe_config
from summbench.evaluation.compose import GROUPS


def list_own_configs(group: str, config_dir: Path | None) -> list[CatalogueEntry]:
    """List what the folder, if any, has of a config group, such as 'model', sorted by name.

    Raises: SummbenchError, for a YAML that can't be used, as `summbench run` does.
    """
    if config_dir is None:
        return []
    entries = []
    for file in sorted((config_dir / group).glob("*.yaml")):
        config, text = load_yaml(file, config_dir)
        content = OmegaConf.to_container(config, resolve=False)
        assert isinstance(content, dict)
        named = {str(key): value for key, value in content.items()}
        entries.append(describe_config(file.stem, named, text))
    return entries


def check_own_configs(config_dir: Path | None) -> None:
    """Raise SummbenchError for a folder that has no YAML where `summbench run` looks for it."""
    if config_dir is None:
        return
    check_config_dir(config_dir)
    refuse_shipped_names(config_dir)
    groups = (*GROUPS, "experiment")
    if not any(file for group in groups for file in (config_dir / group).glob("*.yaml")):
        raise SummbenchError(
            f"{config_dir} has no YAML where it is looked for. A model's goes to "
            f"{config_dir / 'model' / 'NAME.yaml'}; the other folders are "
            f"{', '.join(group + '/' for group in groups if group != 'model')}."
        )
