"""The options of `summbench metaeval`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

File = Annotated[Path, typer.Argument(help="JSONL or Parquet: summaries and their human scores.")]
_JSON = "Write all numbers there, for metaeval=OUT."
Json = Annotated[Path | None, typer.Option("--json", metavar="OUT", help=_JSON)]
_HTML = "Write the same as one HTML page there."
Html = Annotated[Path | None, typer.Option("--html", metavar="PAGE", help=_HTML)]
Resamples = Annotated[int, typer.Option(min=100, help="Resamples for each interval.")]
_RESAMPLE = "Systems at the system level and articles elsewhere, or both (wider)."
Resample = Annotated[Literal["level", "both"], typer.Option(help=_RESAMPLE)]
Seed = Annotated[int, typer.Option(help="Seed of the resamples.")]
