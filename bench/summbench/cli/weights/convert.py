"""`summbench weights convert`: a pickle as safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from summbench.cli.console import say

Weights = Annotated[str, typer.Argument(metavar="HUB_ID_OR_FOLDER", help="The checkpoint.")]
Out = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where to write; weights/NAME by default.")
]
Revision = Annotated[
    str | None, typer.Option(metavar="COMMIT", help="The commit of a hub id; main by default.")
]
Offline = Annotated[bool, typer.Option("--offline", help="Read the hub's cache only.")]


def convert(
    weights: Weights, out: Out = None, revision: Revision = None, offline: Offline = False
) -> int:
    """Write a checkpoint's pickle as safetensors, without running it.

    Config and tokeniser are copied beside it. A pickle with more than tensors is refused.

    \b
    Example:
      summbench weights convert lytang/MiniCheck-Flan-T5-Large
      summbench weights convert old/checkpoint --out new/checkpoint
    """
    from summbench.api.commands import convert_weights
    from summbench.report.conversion import render_conversion

    say(render_conversion(convert_weights(weights, out, revision=revision, offline=offline)))
    return 0
