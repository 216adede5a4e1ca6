"""`summbench audit`: the same outputs under other ROUGE conventions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from summbench.cli.console import say
from summbench.cli.run import AllowCode

if TYPE_CHECKING:
    from summbench.core.records import Example, Prediction

Outputs = Annotated[
    Path,
    typer.Argument(metavar="RUN_OR_FILE", help="A results folder, or a file as score takes it."),
]
Language = Annotated[str, typer.Option(help="Of the summaries, for the sentence splitter.")]
Seed = Annotated[int, typer.Option(help="Of the bootstrap median and of the paired tests.")]


def audit(
    outputs: Outputs, language: Language = "en", seed: Seed = 0, allow_code: AllowCode = None
) -> int:
    """How far ROUGE moves with the stemmer, the sentences, the references and the mean.

    Also with the defaults of other harnesses, and whether any two systems change their order.
    Models that see the references (bounds) are left out. The exit code is 0 whatever is found.

    \b
    Example:
      summbench audit results/quickstart
      summbench audit summaries.jsonl
    """
    from summbench.analysis.audit.audit import audit as audited
    from summbench.report.audit import render_audit

    found = (
        _of_run(outputs, allow_code or [])
        if outputs.is_dir()
        else _of_file(outputs, allow_code or [])
    )
    for dataset, examples, predicted in found:
        say(render_audit(audited(dataset, examples, predicted, language, seed)))
    return 0


Found = Iterator[tuple[str, "Sequence[Example]", "Mapping[str, Sequence[Prediction]]"]]


def _of_file(file: Path, allowed_packages: Sequence[str]) -> Found:
    from summbench.cli.hydra import job_of_file
    from summbench.evaluation.components import build_models, load_dataset

    job = job_of_file(file, [])
    for name, node in job.dataset.items():
        examples, _ = load_dataset(name, node, job.limit, allowed_packages)
        articles = [example.article for example in examples]
        systems = build_models(job.model, allowed_packages)
        yield name, examples, {s.name: s.build().summarise(articles) for s in systems}


def _of_run(run: Path, allowed_packages: Sequence[str]) -> Found:
    """What the run's files say, its references loaded again as for a bundle."""
    from summbench.analysis.run_inputs import (
        load_metadata,
        load_predictions,
        load_recorded_datasets,
    )
    from summbench.runs.reader import read

    metadata = load_metadata(run)
    kinds = read(run).leaderboard.models  # and refuses what is not whole
    predictions = load_predictions(run)
    for name, examples in load_recorded_datasets(metadata, allowed_packages).items():
        yield (
            name,
            examples,
            {
                model: of_model
                for (dataset, model), of_model in predictions.items()
                if dataset == name and kinds[model] != "bound"
            },
        )
