"""`summbench.evaluate`: models on datasets, scored, compared and ranked."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from summbench.api.arguments import to_names, to_path
from summbench.api.attachments import Attachments
from summbench.api.progress import show_progress
from summbench.api.run import Run
from summbench.core.errors import SummbenchError
from summbench.core.records import Progress, ignore_progress
from summbench.evaluation.accumulator import record_config
from summbench.evaluation.compose import compose, load_shipped
from summbench.evaluation.config import RunConfig
from summbench.evaluation.nodes import Node, is_node
from summbench.evaluation.resolve import to_dataset_nodes, to_metric_nodes, to_model_nodes
from summbench.evaluation.setup import Setup, check_code, prepare_setup
from summbench.evaluation.sharding import ShardReport, evaluate_shard
from summbench.evaluation.stored_replies import count_labels
from summbench.runs.example_writer import ExampleWriter, parse_n_examples
from summbench.runs.folders import refuse_other_run
from summbench.runs.run import RunData
from summbench.runs.writer import RunWriter
from summbench.store.atomic_files import check_writable

_ARGUMENTS = {"model": "models", "dataset": "datasets", "metric": "metrics"}


def evaluate(
    models: Any = None,
    datasets: Any = None,
    metrics: Any = None,
    *,
    limit: int | None = None,
    store: str | Path | None = None,
    executor: str | Node = "local",
    out: str | Path | None = None,
    progress: bool | Progress = False,
    offline: bool = False,
    pinned: bool = False,
    experiment: str | None = None,
    allow_code: Sequence[str] = (),
    **keys: Any,
) -> Run:
    """Run models over datasets and score the summaries.

    `models` are names that ship, hub ids, folders of checkpoints, functions from text to summary,
    objects with `summarise`, or config nodes; alone, in a list, or in a mapping that names them.
    `datasets` are names, files, DataFrames, `datasets.Dataset`s or lists of mappings. `metrics` are
    names or objects. What is left out is as in `experiment` or in configs/bench.yaml, and every key
    of that file can be given by its name (`primary=`, `columns=`, `margins=`, `baseline=`, ...).

    `limit` takes the first articles of each dataset. `store` is a folder in which predictions and
    scores are found again; without it nothing outlives the call. `out` is the results folder;
    without it nothing is written that stays, and `Run.save` writes it later. `progress` shows bars
    on standard error, or calls a function with (label, done, total). `offline` never asks a hub.
    `pinned` refuses inputs that may change between runs. A finished run of another config in `out`
    is refused without `overwrite=True`.
    `allow_code` names packages whose classes config nodes may name.

    Raises: SummbenchError, for wrong input, before anything is computed. What a model does wrong is
    in the run.
    """
    for key, argument in _ARGUMENTS.items():
        if key in keys:
            raise SummbenchError(f"{key}= is called {argument}= here.")
    nodes: dict[str, dict[str, Node]] = {}
    if models is not None:
        nodes["model"] = to_model_nodes(models, offline=offline)
    if datasets is not None:
        nodes["dataset"] = to_dataset_nodes(datasets)
    if metrics is not None:
        nodes["metric"] = to_metric_nodes(metrics)
    for group in ("perturbation", "tracking"):
        if group in keys:
            nodes[group] = _select_shipped(group, keys.pop(group))
    nodes["executor"] = (
        load_shipped("executor", executor) if isinstance(executor, str) else executor
    )
    if not is_node(nodes["executor"]):
        raise SummbenchError(f"executor is {executor!r}; expected a name or a config node.")
    keys |= {"limit": limit, "offline": offline, "pinned": pinned}
    config = compose(nodes, keys, experiment)
    return evaluate_to(config, out, store=store, progress=progress, allow_code=allow_code)


def evaluate_to(
    config: RunConfig,
    out: str | Path | None,
    *,
    store: str | Path | None,
    progress: bool | Progress = False,
    allow_code: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Run:
    """Evaluate a config into the folder `out`, or into a temporary one that the run owns."""
    if not (isinstance(progress, bool) or callable(progress)):
        raise SummbenchError(f"progress is {progress!r}; expected True, False or a function.")
    packages = to_names("allow_code", allow_code)
    if config.shard is not None:
        raise SummbenchError(
            "A shard makes no run. Use the command: summbench run ... shard=1/2, and then "
            "merge_shards=2."
        )
    if store is not None:
        config = replace(config, store=str(to_path("store", store)))
    with ExitStack() as cleanup:
        temporary = Path(mkdtemp(prefix="summbench-")) if out is None else None
        if temporary:
            cleanup.callback(shutil.rmtree, temporary, ignore_errors=True)
        folder = temporary / (config.name or "run") if temporary else to_path("out", out)
        with _open_store(store) as cache, _open_progress(progress) as update:
            run = evaluate_config(
                config,
                folder,
                store=Path(cache),
                allow_code=packages,
                progress=update,
                notes=notes,
            )
        cleanup.pop_all()
    if temporary:
        run._own_folder(temporary)
    return run


def evaluate_config(
    config: RunConfig,
    folder: Path,
    *,
    store: Path,
    allow_code: Sequence[str] = (),
    progress: Progress = ignore_progress,
    notes: Sequence[str] = (),
) -> Run:
    """Evaluate a config; every file of the run is written to the folder.

    `notes` say how the files that the config names were read; run.json has them.
    """
    check_code(config, allow_code)
    if not config.overwrite:
        refuse_other_run(folder, record_config(config))
    attachments = Attachments.load(config, folder, allow_code)
    setup = _prepare(config, folder, store, allow_code, notes)
    attachments.check(config, setup.metrics, count_labels(setup.evaluation.metrics))
    ranked = [name for name, kind in setup.evaluation.kinds.items() if kind != "bound"]
    n_examples = parse_n_examples(config.n_examples)
    with (
        RunWriter(folder) as writer,
        ExampleWriter(folder, n_examples, setup.ranking.primary, ranked) as examples,
    ):
        from summbench.api.collection import RunCollector  # noqa: PLC0415 - see its imports

        collector = RunCollector(setup, folder)
        for chunk in setup.evaluation.iterate_chunks(config.chunk_size, progress):
            writer.add(chunk.results, chunk.evidence, chunk.repeats)
            examples.add(chunk.examples, chunk.results)
            collector.add(chunk)
            del chunk  # before the next one is made
        board, texts = collector.finish(setup, folder.name, attachments.annotate, progress)
        examples.finish()
        writer.finish(texts, collector.build_metadata(setup, board))
    from summbench.report.html.report import write_html_report  # noqa: PLC0415 - after the articles

    write_html_report(folder, board)
    data = RunData.open(folder)
    attachments.warn_of_margins(data)
    attachments.append(data)
    gate = attachments.compare(data)
    attachments.send(data)
    return Run(data, gate=gate)


def evaluate_part(
    config: RunConfig,
    folder: Path,
    *,
    store: Path,
    allow_code: Sequence[str] = (),
    progress: Progress = ignore_progress,
) -> ShardReport:
    """Do the part of the articles that `config.shard` names; nothing is ranked."""
    check_code(config, allow_code)
    setup = _prepare(config, folder, store, allow_code)
    assert setup.shard is not None
    return evaluate_shard(setup.shard, setup.evaluation, config.chunk_size, folder, progress)


def _prepare(
    config: RunConfig,
    folder: Path,
    store: Path,
    allow_code: Sequence[str],
    notes: Sequence[str] = (),
) -> Setup:
    is_named = folder.resolve().parent == Path(config.results).resolve()
    check_writable(folder, "results=FOLDER" if is_named else "out=FOLDER (--out FOLDER)")
    return prepare_setup(config, folder, store, allow_code, notes)


def _select_shipped(group: str, names: Any) -> dict[str, Node]:
    if isinstance(names, dict):
        return names
    names = to_names(group, names)
    return {name: load_shipped(group, name) for name in names}


def _open_store(store: str | Path | None) -> AbstractContextManager[str | Path]:
    if store is not None:
        return nullcontext(store)
    return TemporaryDirectory(prefix="summbench-store-", ignore_cleanup_errors=True)


def _open_progress(progress: bool | Progress) -> AbstractContextManager[Callable[..., None]]:
    if progress is False:
        return nullcontext(ignore_progress)
    if progress is True:
        return show_progress()
    return nullcontext(progress)
