"""`summbench metaeval`: metrics held against human scores."""

from __future__ import annotations

import typer

from summbench.cli import metaeval_options as opt
from summbench.cli.console import progress, say, say_page
from summbench.cli.run import AllowCode, ConfigDir


def metaeval(
    context: typer.Context,
    file: opt.File,
    json: opt.Json = None,
    html: opt.Html = None,
    resamples: opt.Resamples = 1_000,
    seed: opt.Seed = 0,
    resample: opt.Resample = "level",
    config_dir: ConfigDir = None,
    allow_code: AllowCode = None,
) -> int:
    """Compare metrics with human ratings of the same summaries.

    FILE has a row an article, as for summbench score, and human (system -> dimension -> score, or
    with one prediction dimension -> score). Hydra overrides choose the metrics.

    \b
    Example:
      summbench metaeval rated.jsonl 'metric=[rouge,chrf]' --json human.json
    """
    from summbench.analysis.metaeval.rated_file import evaluate_metrics_file
    from summbench.analysis.metaeval.serialization import to_json
    from summbench.cli.hydra import compose_for_inputs
    from summbench.evaluation.score_inputs import ScoreInputs
    from summbench.report.html.document import render_document
    from summbench.report.metaeval import render_metric_agreement
    from summbench.store.atomic_files import check_writable, write_text

    config, _ = compose_for_inputs(ScoreInputs([file]), context.args, config_dir)
    for option, target in (("--json FILE", json), ("--html FILE", html)):
        if target is not None:
            check_writable(target.resolve().parent, option)
    settings = (resamples, seed, resample, allow_code or ())
    with progress() as update:
        agreement = evaluate_metrics_file(file, config, *settings, update)
    page = render_metric_agreement(agreement)
    say_page(page)
    texts = {json: to_json(agreement), html: render_document(page, agreement.name)}
    for path, text in texts.items():
        if path is not None:
            write_text(text, path)
            say(f"Written to {path}")
    return 0
