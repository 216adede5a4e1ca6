"""`summbench arena`: a judge chooses between every two systems."""

from __future__ import annotations

import typer

from summbench.cli import arena_options as opt
from summbench.cli.console import progress, say, say_page
from summbench.cli.run import AllowCode, ConfigDir
from summbench.cli.system_options import Dataset, Run, Systems, split_names


def arena(
    context: typer.Context, run: Run, judge: opt.Judge, out: opt.Out = None,
    systems: Systems = None, dataset: Dataset = None, articles: opt.Articles = None,
    budget: opt.Budget = None, people: opt.People = None, prompt: opt.Prompt = None,
    dry_run: opt.DryRun = False, resamples: opt.Resamples = 1_000, seed: opt.Seed = 0,
    config_dir: ConfigDir = None, allow_code: AllowCode = None,
) -> int:  # fmt: skip
    """Let a judge choose between every two systems of a run.

    Each pair is shown in both orders. Replies are stored, and nothing is asked twice. Hydra
    overrides set keys of the judge, as metric.judge_server.model.model=NAME. Exit codes: 0, or 1
    if a reply never came or the judge gave no verdict.

    \b
    Example:
      summbench arena results/quickstart --judge judge_pairwise --articles 20
      summbench arena results/mine --judge ollama model.ollama.model=qwen3:8b
    """
    from summbench.api.arena import arena as hold_arena
    from summbench.cli.judges import compose_judge
    from summbench.core.text_encoding import read_text
    from summbench.people.arena_text import describe_plan, render_arena

    node, config = compose_judge(judge, context.args, config_dir)
    folder = out or run / "arena"
    with progress() as update:
        result = hold_arena(
            run, node, None if dry_run else folder,
            systems=split_names(systems), dataset=dataset, articles=articles,
            budget=budget, people=people, prompt=None if prompt is None else read_text(prompt),
            dry_run=dry_run, resamples=resamples, seed=seed, store=config.store,
            recompute=config.recompute, offline=config.offline, progress=update,
            allow_code=allow_code or (),
        )  # fmt: skip
    if dry_run:
        say(describe_plan(result))
        return 0
    say_page(render_arena(result))
    say(f"\nWritten to {folder}.")
    return int(result.n_failed > 0 or result.is_judge_silent)
