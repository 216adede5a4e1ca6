"""The command `summbench`."""

from __future__ import annotations

import gc
import logging
import os
import sys

import typer
from typer.exceptions import Abort, TyperException

from summbench.cli import (
    audit,
    bundle,
    compare,
    doctor,
    history,
    listing,
    merge,
    metaeval,
    plan,
    replay,
    report,
    run,
    runs,
    score,
    store,
    verify,
    view,
    weights,
)
from summbench.cli.console import complain, guard_output, log_to_stderr
from summbench.cli.interruption import INTERRUPTED, handle_interrupts
from summbench.cli.streams import tolerate_output_errors
from summbench.core.errors import SummbenchError

_ERROR = 1
_NEW_OBJECTS = 100_000
_STORING = ("run", "score")

app = typer.Typer(
    name="summbench",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="""Benchmark summarisers on news: run models, score them, rank them in a table.

    \b
    Three to start with:
      summbench run                                    the quickstart
      summbench run 'model=[lead3,textrank]' limit=10  two models, ten articles
      summbench score summaries.jsonl                  summaries made elsewhere
    """,
)
_HYDRA = {"ignore_unknown_options": True, "allow_extra_args": True}
app.command("run", context_settings=_HYDRA)(run.run)
app.command("score", context_settings=_HYDRA)(score.score)
app.command("merge")(merge.merge)
app.command("compare")(compare.compare)
app.command("history")(history.history)
app.command("audit")(audit.audit)
app.command("metaeval", context_settings=_HYDRA)(metaeval.metaeval)
app.command("plan")(plan.plan)
app.command("report")(report.report)
app.command("view")(view.view)
app.command("runs")(runs.runs)
app.command("bundle")(bundle.bundle)
app.command("replay")(replay.replay)
app.command("verify")(verify.verify)
app.command("list")(listing.listing)
app.command("doctor")(doctor.doctor)
app.add_typer(store.app, name="store")
app.add_typer(weights.app, name="weights")


def main() -> None:
    """Run a command; exit 0 if all is well, 1 on an error, 2 to 4 by the gate, 130 interrupted."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # mimalloc keeps what is freed
    gc.set_threshold(_NEW_OBJECTS)  # imports and rows leave few cycles: 5 % of a start
    handle_interrupts()
    tolerate_output_errors(_report_lost_output)
    guard_output()
    log_to_stderr()
    arguments = sys.argv[1:] or ["--help"]  # Hydra changes sys.argv
    try:
        code = app(arguments, standalone_mode=False)
    except (SummbenchError, TyperException) as error:
        complain(str(error))
        code = _ERROR
    except (KeyboardInterrupt, Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:  # typer makes this code of Ctrl-C itself
        complain(_describe_interruption(arguments))
    sys.stdout.flush()
    sys.exit(code)


def _report_lost_output(error: OSError) -> None:
    logging.getLogger("summbench").warning(
        "Standard output can't be written (%s); what was computed is complete.", error.strerror
    )


def _describe_interruption(arguments: list[str]) -> str:
    """What of the command's work is kept, and how to go on."""
    if arguments[0] not in _STORING:
        return "interrupted"
    if any(argument.lstrip("+") == "recompute=true" for argument in arguments):
        return (
            "interrupted; what was finished is kept. The same command would compute it again; "
            "without recompute=true what is stored is used"
        )
    return "interrupted; what was finished is kept, and the same command goes on from there"
