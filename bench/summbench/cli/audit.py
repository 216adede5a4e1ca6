"""`summbench audit`: the same outputs under other ROUGE conventions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say_page
from summbench.cli.run import AllowCode

Outputs = Annotated[
    Path,
    typer.Argument(metavar="RUN_OR_FILE", help="A results folder, or a file as for score."),
]
Language = Annotated[str, typer.Option(help="Of the summaries, for the sentence splitter.")]
Seed = Annotated[int, typer.Option(help="Seed of the bootstrap median and of the tests.")]


def audit(
    outputs: Outputs, language: Language = "en", seed: Seed = 0, allow_code: AllowCode = None
) -> int:
    """Score the same outputs under other ROUGE conventions.

    They differ in the stemmer, the sentences, the references and the mean. The report has the
    defaults of other harnesses too, and the systems that change their order.
    Models that see the references are left out. The exit code is 0 whatever the result.

    \b
    Example:
      summbench audit results/quickstart
      summbench audit summaries.jsonl
    """
    from summbench.api.commands import audit as audit_outputs
    from summbench.report.audit import render_audit

    for result in audit_outputs(outputs, language=language, seed=seed, allow_code=allow_code or ()):
        say_page(render_audit(result))
    return 0
