"""The command `summbench`."""

from __future__ import annotations

import gc
import logging
import os
import sys

import typer
from typer.exceptions import Abort, TyperException

from summbench.cli import (
    annotate,
    arena,
    audit,
    bundle,
    collect,
    compare,
    doctor,
    facts,
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
from summbench.cli.command_groups import CommandGroups
from summbench.cli.console import complain, guard_output, log_to_stderr
from summbench.cli.interruption import INTERRUPTED, handle_interrupts
from summbench.cli.streams import tolerate_output_errors
from summbench.cli.usage_errors import describe_usage_error
from summbench.core.errors import SummbenchError

_ERROR = 1
_NEW_OBJECTS = 100_000
_STORING = ("run", "score", "arena")

app = typer.Typer(
    name="summbench",
    cls=CommandGroups,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="""Benchmark summarisers on news: run models, score them, rank them in a table.

    \b
    Three to start with:
      summbench run                                    the quickstart
      summbench run 'model=[lead3,textrank]' limit=10  two models, ten articles
      summbench score summaries.jsonl                  summaries made elsewhere

    summbench COMMAND --help explains a command, with an example.
    """,
)
_HYDRA = {"ignore_unknown_options": True, "allow_extra_args": True}
_RUN, _LOOK, _JUDGE, _SHARE, _KEEP = "Run", "Look", "Judge", "Share", "Keep"
app.command("run", context_settings=_HYDRA, rich_help_panel=_RUN)(run.run)
app.command("score", context_settings=_HYDRA, rich_help_panel=_RUN)(score.score)
app.command("merge", rich_help_panel=_RUN)(merge.merge)
app.command("list", rich_help_panel=_RUN)(listing.listing)
app.command("doctor", rich_help_panel=_RUN)(doctor.doctor)
app.command("view", rich_help_panel=_LOOK)(view.view)
app.command("report", rich_help_panel=_LOOK)(report.report)
app.command("history", rich_help_panel=_LOOK)(history.history)
app.command("runs", rich_help_panel=_LOOK)(runs.runs)
app.command("compare", rich_help_panel=_JUDGE)(compare.compare)
app.command("plan", rich_help_panel=_JUDGE)(plan.plan)
app.command("audit", rich_help_panel=_JUDGE)(audit.audit)
app.command("metaeval", context_settings=_HYDRA, rich_help_panel=_JUDGE)(metaeval.metaeval)
app.command("arena", context_settings=_HYDRA, rich_help_panel=_JUDGE)(arena.arena)
app.command("annotate", rich_help_panel=_SHARE)(annotate.annotate)
app.command("collect", rich_help_panel=_SHARE)(collect.collect)
app.command("facts", context_settings=_HYDRA, rich_help_panel=_SHARE)(facts.facts)
app.command("bundle", rich_help_panel=_SHARE)(bundle.bundle)
app.command("replay", rich_help_panel=_SHARE)(replay.replay)
app.command("verify", rich_help_panel=_SHARE)(verify.verify)
app.add_typer(store.app, name="store", rich_help_panel=_KEEP)
app.add_typer(weights.app, name="weights", rich_help_panel=_KEEP)


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
    except TyperException as error:
        complain(describe_usage_error(error))
        code = _ERROR
    except (SummbenchError, PermissionError) as error:
        complain(_describe_denial(error) if isinstance(error, PermissionError) else str(error))
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


def _describe_denial(error: PermissionError) -> str:
    return f"{error.filename or 'A file'} can't be opened ({error.strerror})."


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
