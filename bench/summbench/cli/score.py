"""`summbench score`: summaries made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.run import AllowCode, ConfigDir
from summbench.core.layout_names import LAYOUT_NAMES

Files = Annotated[
    list[str], typer.Argument(metavar="FILE... [KEY=VALUE]...", help="Files with summaries.")
]
References = Annotated[Path | None, typer.Option(help="The file of the references.")]
Articles = Annotated[Path | None, typer.Option(help="The file of the articles.")]
_LAYOUT_HELP = f"How another program wrote FILE, if not recognised: {', '.join(LAYOUT_NAMES)}."
LayoutName = Annotated[str | None, typer.Option("--layout", metavar="NAME", help=_LAYOUT_HELP)]
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
    each also .gz .bz2 .xz .zst. Columns are found by their names. Hydra overrides may follow.

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
