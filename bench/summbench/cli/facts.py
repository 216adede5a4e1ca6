"""`summbench facts`: facts of articles, checked in the summaries of a run without people."""

from __future__ import annotations

import typer

from summbench.cli import facts_options as opt
from summbench.cli.console import progress, say, say_page
from summbench.cli.run import AllowCode, ConfigDir
from summbench.cli.system_options import Dataset, Run, Systems, split_names


def facts(
    context: typer.Context, run: Run, facts: opt.Facts, judge: opt.Judge = None,
    out: opt.Out = None, rated: opt.Rated = None, prompt: opt.Prompt = None,
    systems: Systems = None, dataset: Dataset = None, resamples: opt.Resamples = 1_000,
    seed: opt.Seed = 0, config_dir: ConfigDir = None, allow_code: AllowCode = None,
) -> int:  # fmt: skip
    """Check which facts each system states, without people.

    Rules look for each fact's words, names and numbers in the summary. They see no contradiction
    and no other words for the same; a judge may. Its replies are stored, and nothing is asked
    twice. Hydra overrides set its keys. Exit codes: 0, or 1 if a reply
    never came or the judge answered nothing.

    \b
    Example:
      summbench facts results/quickstart facts.jsonl --out checked.jsonl
      summbench facts results/mine facts.jsonl --judge ollama
    """
    from summbench.api.facts import check_facts
    from summbench.cli.judges import compose_fact_judge
    from summbench.core.text_encoding import read_text
    from summbench.people.fact_checks_text import render_fact_check

    node, settings = compose_fact_judge(judge, context.args, config_dir)
    with progress() as update:
        check = check_facts(
            run, facts, out, judge=node, prompt=None if prompt is None else read_text(prompt),
            rated=rated, systems=split_names(systems), dataset=dataset,
            resamples=resamples, seed=seed, progress=update, allow_code=allow_code or (),
            **settings,
        )  # fmt: skip
    say_page(render_fact_check(check))
    if out is not None:
        say(f"\nWritten to {out}. What each system does with each fact: {out.stem}-ledger.html")
    return int(check.n_failed > 0 or check.is_judge_silent)
