"""An audit of the outputs of a run, or of a file with summaries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from summbench.analysis.audit.audit import Audit, audit_dataset
from summbench.analysis.run_inputs import load_recorded_datasets
from summbench.core.records import Example, Prediction
from summbench.evaluation.components import build_models, load_dataset
from summbench.evaluation.config import RunConfig
from summbench.runs.run import RunData
from summbench.runs.tables import group_predictions


def audit_run(
    run: Path, language: str = "en", seed: int = 0, allowed_packages: Sequence[str] = ()
) -> list[Audit]:
    """Audit each dataset of a results folder; models that see the references are left out.

    `language` is that of the summaries, for the sentence splitter.

    Raises: SummbenchError if the folder is not whole, a dataset has changed, or it has no ROUGE.
    """
    data = RunData.open(run)
    data.check()
    kinds = data.leaderboard.models
    predictions = group_predictions(data.predictions)
    audits = []
    for name, examples in load_recorded_datasets(data.run_metadata, allowed_packages).items():
        of_dataset = {
            model: _sort_rows(of_model, examples)
            for (dataset, model), of_model in predictions.items()
            if dataset == name and kinds[model] != "bound"
        }
        audits.append(audit_dataset(name, examples, of_dataset, language, seed))
    return audits


def _sort_rows(predictions: Sequence[Prediction], examples: Sequence[Example]) -> list[Prediction]:
    """The predictions in the order of the examples, whose rows may have moved since the run."""
    by_id = {prediction.article_id: prediction for prediction in predictions}
    return [by_id[example.article.id] for example in examples]


def audit_file(
    config: RunConfig, language: str = "en", seed: int = 0, allowed_packages: Sequence[str] = ()
) -> list[Audit]:
    """Audit the systems of a file with references and summaries; `config` is that of `score`."""
    audits = []
    systems = build_models(config.model, allowed_packages)
    for name, node in config.dataset.items():
        examples, _ = load_dataset(name, node, config.limit, allowed_packages)
        articles = [example.article for example in examples]
        predictions = {s.name: list(s.build().summarise(articles)) for s in systems}
        audits.append(audit_dataset(name, examples, predictions, language, seed))
    return audits
