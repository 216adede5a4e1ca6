"""Configs composed by Hydra from the command line, and its errors in one sentence."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from hydra import compose, initialize_config_dir
from hydra import main as hydra_main
from hydra._internal.utils import get_args_parser
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from summbench.cli.composition import guard_composition
from summbench.cli.config_files import check_config_dir, guard_config_files
from summbench.cli.hydra_errors import explain, list_keys_of_a_run
from summbench.cli.overrides import add_experiment, prepare_overrides, quote_value
from summbench.cli.references import guard_resolvers
from summbench.core.errors import SummbenchError
from summbench.core.resources import get_resource_path
from summbench.core.suggestions import suggest
from summbench.evaluation.compose import register_resolver
from summbench.evaluation.config import RunConfig, to_run_config
from summbench.evaluation.score_inputs import ScoreInputs


def register() -> None:
    """Make the schema, resolvers and guards known to Hydra; harmless if done twice."""
    ConfigStore.instance().store("schema", RunConfig)
    register_resolver()
    guard_resolvers()
    guard_config_files()
    guard_composition()


def run_with_hydra(arguments: Sequence[str], allow_code: Sequence[str]) -> int:
    """Hand the arguments to Hydra, and each config that it composes (one but in a sweep) on."""
    codes: list[int] = []
    errors: list[SummbenchError] = []
    begun: list[str] = []
    flags, config_dir = _prepare_arguments(arguments)

    def run_task(composed: DictConfig) -> None:
        from summbench.cli.evaluation import get_results_folder, run_config  # not for --cfg

        settings = HydraConfig.get()
        begun.append(settings.job.name)
        try:
            config = to_run_config(composed)
            experiment = settings.runtime.choices.get("experiment")
            folder = get_results_folder(config, experiment, settings.mode == RunMode.MULTIRUN)
            codes.append(run_config(config, folder, allow_code))
        except SummbenchError as error:
            errors.append(error)  # raised below, where Hydra adds nothing to it
        if settings.mode == RunMode.MULTIRUN and (errors or codes[-1]):
            raise errors[0] if errors else SummbenchError("a job of the sweep failed; see above")

    register()
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra then hands its errors on instead of printing them
    sys.argv = ["summbench run", *flags]
    try:
        hydra_main(str(get_resource_path("configs")), "bench", version_base="1.3")(run_task)()
    except (HydraException, OmegaConfBaseException) as error:
        raise SummbenchError(explain(error, config_dir)) from error
    except OSError as error:
        if begun:  # then it is a fault, and no folder that can't be made
            raise
        raise SummbenchError(
            f"Hydra can't make the folder of the run: {error.filename} ({error.strerror})."
        ) from error
    except (ValueError, RecursionError) as error:
        if begun:
            raise
        raise SummbenchError(f"Hydra can't use the config: {error}.") from error
    if errors:
        raise errors[0]
    return max(codes, default=0)


def _prepare_arguments(arguments: Sequence[str]) -> tuple[list[str], Path | None]:
    """Hydra's flags with the overrides in its grammar, and the folder with YAML of one's own.

    Raises: SummbenchError, for a flag that Hydra does not have.
    """
    parser = get_args_parser()

    def refuse(message: str) -> None:
        if unknown := re.search(r"unrecognized arguments: -+([\w-]+)", message):
            key = unknown[1].replace("-", "_")
            hint = f" Keys take no dashes: {key}=..." if key in list_keys_of_a_run() else ""
            options = [option.strip("-") for option in parser._option_string_actions]
            hint = hint or suggest(unknown[1], options)
            raise SummbenchError(f"There is no option {unknown[0].split(': ')[1]!r}.{hint}")
        raise SummbenchError(f"{message}. --help has an example.")

    parser.error = refuse  # type: ignore[method-assign,assignment]
    parsed = parser.parse_intermixed_args(list(arguments))
    config_dir = None if parsed.config_dir is None else Path(parsed.config_dir)
    if config_dir is not None:
        check_config_dir(config_dir)
    if parsed.config_path or parsed.config_name or parsed.experimental_rerun:
        raise SummbenchError(
            "--config-path, --config-name and --experimental-rerun are not taken: the shipped "
            "bench.yaml comes first. --config-dir adds a folder of your own."
        )
    if parsed.hydra_help:  # which knows no experiment
        return list(arguments), config_dir
    flags = [text for text in arguments if text not in parsed.overrides]
    prepared = prepare_overrides(parsed.overrides, config_dir, is_sweep=parsed.multirun)
    return [*flags, *add_experiment(prepared)], config_dir


def compose_for_inputs(
    inputs: ScoreInputs, arguments: Sequence[str], config_dir: Path | None = None
) -> tuple[RunConfig, list[str]]:
    """The config that scores files with references and summaries, and what to say of the files.

    The dataset is named after the file. YAML in `config_dir` adds to the shipped, as `--config-dir`
    of `summbench run` does.

    Raises: SummbenchError, for an override that is wrong, and a folder that is missing.
    """
    files = ["dataset=[table]", "dataset.table.path=''", "model=[replay]", "model.replay.path=''"]
    return inputs.complete(compose_config(files, arguments, config_dir))


def compose_config(
    overrides: Sequence[str], arguments: Sequence[str], config_dir: Path | None = None
) -> RunConfig:
    """The config of these overrides and of those that somebody typed.

    Raises: SummbenchError, for an override that is wrong, and a folder that is missing.
    """
    if flags := [text for text in arguments if text.startswith("-")]:
        raise SummbenchError(
            f"There is no option {flags[0]!r} here; --help lists the options. Of Hydra's flags "
            "only --config-dir is one; summbench run takes all of them."
        )
    every = [
        *overrides,
        *_add_search_path(config_dir),
        *prepare_overrides(arguments, config_dir),
    ]
    register()
    try:
        with initialize_config_dir(str(get_resource_path("configs")), version_base="1.3"):
            return to_run_config(compose("bench", every))
    except (HydraException, OmegaConfBaseException) as error:
        raise SummbenchError(explain(error, config_dir)) from error


def split_overrides(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Files, and overrides or flags: what begins like one and is no file here."""
    overrides = [
        text for text in arguments if re.match(r"-|~|[+@\w./]+=", text) and not Path(text).exists()
    ]
    return [text for text in arguments if text not in overrides], overrides


def _add_search_path(config_dir: Path | None) -> list[str]:
    if config_dir is None:
        return []
    check_config_dir(config_dir)
    return [f"hydra.searchpath=[{quote_value(f'file://{config_dir.resolve()}')}]"]
