"""`summbench compare`: the regression gate."""

from __future__ import annotations

from summbench.cli import gate_options as options


def compare(
    baseline: options.Baseline,
    candidates: options.Candidates,
    margin: options.Margin = None,
    model_map: options.Map = None,
    common: options.Common = False,
    strict: options.Strict = False,
    summary: options.Summary = None,
    comment: options.Comment = None,
    report_url: options.ReportUrl = None,
    name: options.Name = None,
    html: options.Html = None,
    json: options.Json = None,
    junit: options.Junit = None,
    code_quality: options.CodeQuality = None,
) -> int:
    """Judge whether CANDIDATE is worse than BASELINE.

    Worse is: on the same articles, by more than a margin. All shown quality metrics of all systems
    are judged. Margins are those of the baseline, else 0.01 (one point); a metric whose scores are
    not between 0 and 1 needs one in its own unit. Datasets are paired by their articles, systems by
    name. Several candidates are one family of tests, and each has files of its own name. The
    Markdown is appended to the file that $GITHUB_STEP_SUMMARY names, if it is set. Exit codes: 0
    pass, improved or inconclusive; 1 an error; 2 not comparable; 3 regressed; 4 inconclusive, with
    --strict.

    \b
    Example:
      summbench compare results/baseline results/new --margin rouge.rouge2_f=0.02
    """
    from summbench.cli import gate as shared
    from summbench.gate.verdict import run_gates
    from summbench.runs.run import RunData

    runs = [RunData.open(path) for path in (baseline, *candidates)]
    names, margins = shared.parse_map(model_map or ()), shared.parse_margins(margin or ())
    reports = run_gates(runs[0], runs[1:], margins, model_map=names, common=common)
    targets = {"html": html, "json": json, "junit": junit, "comment": comment}
    targets["code_quality"] = code_quality
    view = shared.GateView(strict, report_url, name)
    return shared.report_gates(runs, reports, view, (names, common), targets, summary)
