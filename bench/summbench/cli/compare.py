"""`summbench compare`: the regression gate."""

from __future__ import annotations

from summbench.cli import gate_options as options


def compare(
    baseline: options.Baseline,
    candidate: options.Candidate,
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
    name. The Markdown is appended to the file that $GITHUB_STEP_SUMMARY names, if it is set. Exit
    codes: 0 pass, improved or inconclusive; 1 an error; 2 not comparable; 3 regressed; 4
    inconclusive, with --strict.

    \b
    Example:
      summbench compare results/baseline results/new --margin rouge.rouge2_f=0.02
    """
    from summbench.cli import gate as shared
    from summbench.gate.verdict import run_gate
    from summbench.runs.run import RunData

    runs = RunData.open(baseline), RunData.open(candidate)
    names = shared.parse_map(model_map or ())
    report = run_gate(*runs, shared.parse_margins(margin or ()), model_map=names, common=common)
    targets = {"html": html, "json": json, "junit": junit, "comment": comment}
    targets["code_quality"] = code_quality
    alignment = (names, common)
    view = shared.GateView(strict, report_url, name)
    texts = shared.render_files(targets, runs, report, view, alignment)
    return shared.report_gate(report, view, summary, texts)
