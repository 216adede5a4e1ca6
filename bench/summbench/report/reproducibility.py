"""What `summbench verify` found, as a table and sentences for people."""

from collections.abc import Mapping

from summbench.analysis.reproducibility.verify import VerificationReport


def render_verification(report: VerificationReport) -> str:
    """Write the table of states, each first difference, and what follows from them."""
    states = {
        model: {variation: result.state for variation, result in of_model.items()}
        for model, of_model in report.results.items()
    }
    differences = [
        f"{result.state}: {model}, {variation}: {result.first_difference}"
        for model, of_model in report.results.items()
        for variation, result in of_model.items()
        if result.state != "exact"
    ]
    return "\n".join([_format_states(states), *differences, _format_verdict(report)])


def _format_states(states: Mapping[str, Mapping[str, str]]) -> str:
    """A row for each model, a column for each variation."""
    headings = ["model", *next(iter(states.values()), {})]
    rows = [headings, *([model, *of_model.values()] for model, of_model in states.items())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [" | ".join(map(str.ljust, row, widths)) for row in rows]
    rule = " | ".join("-" * width for width in widths)
    return "".join(f"| {line} |\n" for line in (lines[0], rule, *lines[1:]))


def _format_verdict(report: VerificationReport) -> str:
    sizes = ", ".join(f"{len(ids)} of {dataset}" for dataset, ids in report.sample.items())
    states = [result.state for results in report.results.values() for result in results.values()]
    if report.is_broken:
        count = states.count("broken")
        return f"Broken: {count} of the variations above change summaries of the sample ({sizes})."
    if set(states) - {"exact"}:
        return f"Within epsilon: see above; the rest is exact on the sample ({sizes})."
    return f"Exact: the same predictions in every variation, on the sample ({sizes})."
