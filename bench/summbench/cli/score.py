"""`summbench score`: summaries made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.run import AllowCode, ConfigDir

Files = Annotated[
    list[str], typer.Argument(metavar="FILE... [KEY=VALUE]...", help="Files with summaries.")
]
References = Annotated[Path | None, typer.Option(help="The file of the references.")]
Articles = Annotated[Path | None, typer.Option(help="The file of the articles.")]
LayoutName = Annotated[
    str | None, typer.Option("--layout", metavar="NAME", help="How another program wrote FILE.")
]
Out = Annotated[
    Path | None, typer.Option(help="Results folder; by default results/ and the file's name.")
]


def score(
    context: typer.Context,
    files: Files,
    references: References = None,
    articles: Articles = None,
    layout: LayoutName = None,
    out: Out = None,
    config_dir: ConfigDir = None,
    allow_code: AllowCode = None,
) -> int:
    """Score summaries that were made elsewhere, as a run does.

    One FILE with everything (articles, references, summaries of one system or several), or a FILE a
    system beside --references: .jsonl .json .csv .tsv .parquet, or .txt with a summary a line;
    each also .gz. Columns are found by their names. Layouts: table, lines, texts, huggingface,
    fairseq, cnndm, xsum, lm-eval, inspect, helm, llama-factory, vectara. Hydra overrides may
    follow.

    \b
    Example:
      summbench score summaries.jsonl --out results/mine
      summbench score a.txt b.txt --references refs.txt
    """
    from summbench.cli.evaluation import get_results_folder, run_config
    from summbench.cli.hydra import compose_for_inputs, split_overrides
    from summbench.evaluation.score_inputs import ScoreInputs

    paths, overrides = split_overrides([*files, *context.args])
    inputs = ScoreInputs([Path(path) for path in paths], references, articles, layout)
    config, notes = compose_for_inputs(inputs, overrides, config_dir)
    folder = out or get_results_folder(config, inputs.name)
    return run_config(config, folder, allow_code or [], notes)
