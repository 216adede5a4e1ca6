"""`summbench verify`: does a run's model answer the same, however it is asked?"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from summbench.cli.console import progress, say
from summbench.cli.run import AllowCode
from summbench.core.errors import SummbenchError
from summbench.runs import files

if TYPE_CHECKING:
    from summbench.analysis.reproducibility import Datasets, Finding
    from summbench.core.records import Executor, Prediction
    from summbench.evaluation.predict import ModelSpec

Run = Annotated[Path, typer.Argument(metavar="RUN", help="A results folder.")]
Articles = Annotated[int, typer.Option(min=1, help="How many of each dataset, drawn by lot.")]
Models = Annotated[
    str | None, typer.Option(metavar="A,B", help="Only these; by default all that compute.")
]
Seed = Annotated[int, typer.Option(help="Of the draw.")]
OnRay = Annotated[bool, typer.Option("--ray", help="Also on a Ray cluster on this machine.")]

_ROOM = 2**20
Found = Mapping[str, Mapping[str, "Finding"]]
"""Model -> variation -> what came of it."""


def verify(
    run: Run,
    articles: Articles = 16,
    models: Models = None,
    seed: Seed = 0,
    ray: OnRay = False,
    allow_code: AllowCode = None,
) -> int:
    """Predict a sample of a run again in other batches, orders, parts and processes, and compare.

    exact: the same summaries, finish reasons and token counts. within epsilon: of each dataset's
    sampled articles at most 1 % (or one) differ, and no mean of the primary metric moves by over
    0.0001. broken: more than that. The first column is held against the run, the others against the
    first. run.json keeps the result as a certificate; the store is not touched. Exit codes: 0 exact
    or within epsilon, 1 broken. A model behind a server is asked some seven times an article.

    \b
    Example:
      summbench verify results/quickstart --models smollm2_135m --articles 8
    """
    from summbench.analysis.reproducibility import sample
    from summbench.cli.bundle import recorded_datasets, recorded_run
    from summbench.core.normalization import get_normalizer
    from summbench.runs.reader import read
    from summbench.runs.writer import seal

    made = recorded_run(run / files.RUN)
    read(run)  # which refuses what is not whole
    if made["config"]["offline"]:
        os.environ["HF_HUB_OFFLINE"] = "1"
    entrants = _entrants(made, models, allow_code or [])
    normalizer = get_normalizer(made["config"].get("model_normalization", "raw"))
    datasets = {
        name: list(map(normalizer.normalize_example, sample(examples, articles, seed)))
        for name, examples in recorded_datasets(made, allow_code or []).items()
    }
    others = {"2 processes": _executor("processes.Processes", workers=2)}
    if ray:
        others["ray"] = _executor("ray.Ray")
    found = {e.name: _findings(run, made, e, datasets, others, allow_code or []) for e in entrants}
    seal(run, {**made, "certificate": _certificate(datasets, seed, found)})
    return _tell(found, {name: len(examples) for name, examples in datasets.items()})


def _entrants(
    made: Mapping[str, Any], wanted: str | None, allowed_packages: Sequence[str]
) -> list[ModelSpec]:
    """The models that compute, as they were in the run."""
    from summbench.evaluation.components import build_models
    from summbench.evaluation.nodes import get_kind

    nodes = {n: node for n, node in made["config"]["model"].items() if get_kind(node) != "replay"}
    names = wanted.split(",") if wanted is not None else list(nodes)
    if unknown := [name for name in names if name not in nodes]:
        known = ", ".join(nodes) or "none"
        raise SummbenchError(f"The run has no model {unknown[0]!r} that computes; it has {known}.")
    if not names:
        raise SummbenchError("The run has no model that computes; there is nothing to verify.")
    entrants = build_models({name: nodes[name] for name in names}, allowed_packages)
    for entrant in entrants:
        if made["models"][entrant.name]["fingerprint"] != entrant.fingerprint:
            raise SummbenchError(
                f"The config, code or weights of {entrant.name!r} are not those of the run; "
                "repeat the run."
            )
    return entrants


def _roomy(
    entrant: ModelSpec, node: Mapping[str, Any], allowed_packages: Sequence[str]
) -> ModelSpec:
    """The model with a node that does not split the batches it is handed."""
    from summbench.evaluation.nodes import build

    room = {key: _ROOM for key in ("batch_size", "batch_tokens") if key in node}
    return replace(
        entrant, build=partial(build, entrant.name, {**node, **room}, tuple(allowed_packages))
    )


def _executor(name: str, **keys: object) -> Executor:
    from summbench.evaluation.nodes import build

    executor: Executor = build(
        "executor", {"_target_": f"summbench.evaluation.executors.{name}", **keys}
    )
    return executor


def _findings(
    run: Path,
    made: Mapping[str, Any],
    entrant: ModelSpec,
    datasets: Datasets,
    others: Mapping[str, Executor],
    allowed_packages: Sequence[str],
) -> dict[str, Finding]:
    """The variations of one model, the first held against the run and the others against it."""
    from summbench.analysis.reproducibility import Rerun, compared
    from summbench.evaluation.components import build_metric

    name = made["config"]["primary"].partition(".")[0]
    normalization = made["config"].get("score_normalization", "raw")
    node = made["config"]["metric"][name]
    primary = cache(lambda: build_metric(name, node, allowed_packages, normalization))
    before: Mapping[str, Sequence[Prediction]] | None = None
    found = {}
    recorded = _recorded(run, entrant.name, datasets)
    datasets = {dataset: datasets[dataset] for dataset in recorded}
    with TemporaryDirectory(prefix="summbench-verify-") as folder, progress() as told:
        local = _executor("local.Local")
        roomy = _roomy(entrant, made["config"]["model"][entrant.name], allowed_packages)
        rerun = Rerun(entrant, roomy, datasets, local, Path(folder), told)
        for what, after in rerun.variations(others):
            found[what] = compared(before or recorded, after, datasets, primary)
            before = before or after
    return found


def _certificate(datasets: Datasets, seed: int, found: Found) -> dict[str, Any]:
    from summbench.analysis.reproducibility import SCHEMA

    return {
        "version": SCHEMA,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "sample": {name: [e.article.id for e in examples] for name, examples in datasets.items()},
        "seed": seed,
        "models": {
            name: {what: finding.state for what, finding in findings.items()}
            for name, findings in found.items()
        },
    }


def _recorded(run: Path, model: str, datasets: Datasets) -> dict[str, list[Prediction]]:
    """What the run has for the sample; a bound has nothing where there are no references."""
    from summbench.analysis.replay import predictions_of
    from summbench.store.parts import table_of

    table = table_of((run / files.PREDICTIONS).read_bytes())
    known = {
        (dataset, prediction.article_id): prediction
        for (dataset, of), predictions in predictions_of(table.to_pylist()).items()
        if of == model
        for prediction in predictions
    }
    there = {dataset for dataset, _ in known}
    return {
        dataset: [known[dataset, e.article.id] for e in examples]
        for dataset, examples in datasets.items()
        if dataset in there
    }


def _tell(found: Found, articles: Mapping[str, int]) -> int:
    """One table and one sentence; 1 if anything is broken."""
    from summbench.report.reproducibility import markdown

    say(markdown({m: {w: f.state for w, f in fs.items()} for m, fs in found.items()}))
    differing = [
        (finding.state, f"{model}, {what}: {finding.where}")
        for model, findings in found.items()
        for what, finding in findings.items()
        if finding.state != "exact"
    ]
    drawn = ", ".join(f"{count} of {name}" for name, count in articles.items())
    for state, where in differing:
        say(f"{state}: {where}")
    broken = sum(state == "broken" for state, _ in differing)
    if broken:
        say(f"Broken: {broken} of the variations above change summaries of the sample ({drawn}).")
    elif differing:
        say(f"Within epsilon: see above; the rest is exact on the sample ({drawn}).")
    else:
        say(f"Exact: the same answers in every variation, on the sample ({drawn}).")
    return int(bool(broken))
