"""The verdict on one dataset in sentences: which model is best, by how much, and how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from summbench.core.records import Estimate
from summbench.leaderboard.board import ALPHA, Comparison, Leaderboard
from summbench.leaderboard.comparisons import FEWEST
from summbench.leaderboard.macro_board import MacroComparison
from summbench.report.summary.detectable import describe_detectable_effect, describe_distant_ties
from summbench.report.summary.words import MAX_NAMES, format_interval, join_names, name_unit


def write_verdict(board: Leaderboard, dataset: str) -> str:
    """The best model by the primary metric, its lead, and what cannot be told apart from it."""
    models = list_ranked_models(board, dataset)
    if not models:
        return _explain_no_order(board, dataset)
    if board.datasets[dataset].articles == 1:
        return f"On {dataset} one article cannot show which model is better."
    if len(models) == 1:
        return f"On {dataset} there is no other model to compare {models[0]} with."
    pairs = collect_pairs(board, dataset)
    if board.vs is not None:
        sentence = _compare_with(board, dataset, models, pairs)
        return " ".join([sentence, *describe_detectable_effect(board, dataset)])
    best, *others = models
    worse = [m for m in others if (best, m) in pairs and pairs[best, m].p_adjusted <= ALPHA]
    tied = [m for m in others if (best, m) in pairs and m not in worse]
    no_better, better = _compare_with_floors(board, models, pairs, tied)
    sentences = describe_best(f"On {dataset}", best, board.primary, worse, tied, no_better)
    if nearest := pairs.get((best, others[0])):
        sentences.append(
            describe_lead(others[0], nearest.difference, board.get_scale(board.primary))
        )
        sentences += explain_significance(nearest, len(pairs) // 2)
    untested = [m for m in others if (best, m) not in pairs]
    if untested:
        names = "" if len(untested) == len(others) else f" with {join_names(untested)}"
        few = f"Fewer than {FEWEST} common articles{names}"
        sentences.append(f"{few} are too few for a test or an interval.")
    sentences += [*better, *_explain_worse_ties(board, dataset, tied)]
    if tied:
        sentences += describe_detectable_effect(board, dataset)
        sentences += describe_distant_ties(board, dataset, best, tied)
    return " ".join(sentences)


def describe_best(
    scope: str,
    best: str,
    metric: str,
    worse: Sequence[str],
    tied: Sequence[str],
    caveats: Sequence[str] = (),
) -> list[str]:
    """Which model has the best mean, which are worse, and which the tests do not tell apart.

    `caveats` are sentences that follow the first.
    """
    claim = "has the best mean" if tied or not worse else "is best"
    sentences = [f"{scope}, {best} {claim} by {metric}.", *caveats]
    subject = best if caveats else "It"
    sentences += [f"{subject} is better than {join_names(worse)}."] if worse else []
    named = best if caveats and not worse else "it"
    sentences += [f"The tests do not tell {named} apart from {join_names(tied)}."] if tied else []
    return sentences


def describe_lead(second: str, difference: Estimate, scale: float) -> str:
    """By how much the best mean leads the second, with the interval, both times `scale`."""
    if difference.mean == 0:
        return f"{second} has the same mean."
    sign = 1 if difference.mean > 0 else -1
    low, high = sorted(sign * end for end in (difference.low, difference.high))
    lead = f"Its lead over {second} is"
    if isnan(low):
        return f"{lead} {format_interval(abs(difference.mean), scale=scale)[0]}{name_unit(scale)}."
    mean, *ends = format_interval(abs(difference.mean), low, high, scale=scale)
    return f"{lead} {mean}{name_unit(scale)} (95 % interval {' to '.join(ends)})."


def list_ranked_models(board: Leaderboard, dataset: str) -> list[str]:
    """The models with a mean by the primary metric, best first; a bound is none of them."""
    scored = {
        entry.model
        for entry in board.entries
        if (entry.dataset, entry.metric) == (dataset, board.primary)
        and board.models[entry.model] != "bound"
        and not isnan(entry.estimate.mean)
    }
    return [h.model for h in board.health if h.dataset == dataset and h.model in scored]


def collect_pairs(board: Leaderboard, dataset: str) -> dict[tuple[str, str], Comparison]:
    """The comparisons by the primary metric, each under both orders of its models."""
    return {
        pair: c
        for c in board.comparisons
        if (c.dataset, c.metric) == (dataset, board.primary)
        for pair in ((c.a, c.b), (c.b, c.a))
    }


def compare_with_best(board: Leaderboard, dataset: str) -> dict[str, str]:
    """Model -> "best", "tied" or "worse"; with `vs` "better", "tied" or "worse" than that model.

    A model without a test has no place here.
    """
    models = list_ranked_models(board, dataset)
    pairs = collect_pairs(board, dataset)
    if len(models) < 2 or not pairs:
        return {}
    reference = board.vs or models[0]
    words = {reference: "-" if board.vs else "best"}
    place = models.index(reference) if reference in models else -1
    for i, model in enumerate(models):
        if (reference, model) in pairs:
            is_told_apart = pairs[reference, model].p_adjusted <= ALPHA
            words[model] = ("better" if i < place else "worse") if is_told_apart else "tied"
    return words


def _explain_no_order(board: Leaderboard, dataset: str) -> str:
    n_failed = sum(h.failed == h.articles for h in board.health if h.dataset == dataset)
    n_models = sum(h.dataset == dataset for h in board.health)
    if n_failed == n_models:
        return f"On {dataset} every output of every model failed, so there is no verdict."
    if not any((e.dataset, e.metric) == (dataset, board.primary) for e in board.entries):
        return (
            f"On {dataset} there is no verdict: {board.primary} needs references, which this "
            "dataset does not have."
        )
    return f"On {dataset} no model has a score by {board.primary}, so there is no verdict."


def _compare_with(
    board: Leaderboard,
    dataset: str,
    models: Sequence[str],
    pairs: Mapping[tuple[str, str], Comparison],
) -> str:
    """What is better and worse than the model `vs`."""
    words = compare_with_best(board, dataset)
    names = {word: [m for m in models if words.get(m) == word] for word in ("better", "worse")}
    tied = [m for m in models if words.get(m) == "tied"]
    parts = [f"{join_names(of)} {_agree(of)} {word}" for word, of in names.items() if of]
    parts += [f"{join_names(tied)} {_agree(tied)} not told apart from it"] if tied else []
    if not pairs or not parts:
        return f"On {dataset} no model could be compared with {board.vs}."
    return f"Against {board.vs} on {dataset}, by {board.primary}: {'; '.join(parts)}."


def _compare_with_floors(
    board: Leaderboard,
    models: Sequence[str],
    pairs: Mapping[tuple[str, str], Comparison],
    tied: Sequence[str],
) -> tuple[list[str], list[str]]:
    """That no system is shown to beat some floors, and which systems are better than the others."""
    unbeaten: list[str] = []
    sentences: list[str] = []
    for floor in (m for m in models if board.models[m] == "floor"):
        tested = [m for m in models if board.models[m] == "system" and (m, floor) in pairs]
        above = models[: models.index(floor)]
        better = [m for m in tested if m in above and pairs[m, floor].p_adjusted <= ALPHA]
        if better == models[:1] and len(models) <= MAX_NAMES:
            continue  # it is said of the best model already
        if better:
            verb = _agree(better)
            sentences.append(f"{join_names(better)} {verb} better than the floor {floor}.")
        elif tested:
            unbeaten.append(floor)
    if not unbeaten:
        return [], sentences
    is_one = len(unbeaten) == 1
    is_unnamed = len(tied) > MAX_NAMES and unbeaten[0] in tied and is_one
    place = f": it is among the {len(tied)} that may be as good as {models[0]}" * is_unnamed
    floors = f"floor{'s' * (not is_one)} {join_names(unbeaten)}"
    return [f"No system is shown to be better than the {floors}{place}."], sentences


def _explain_worse_ties(board: Leaderboard, dataset: str, tied: Sequence[str]) -> list[str]:
    """Which tied models the tests of all pairs put below some other model."""
    entries = [e for e in board.entries if (e.dataset, e.metric) == (dataset, board.primary)]
    low = {e.model: e.rank_low for e in entries if e.rank_low is not None}
    names = [model for model in tied if low.get(model, 1) > 1]
    if not names:
        return []
    verb = _agree(names)
    return [
        f"{join_names(names)} {verb} not shown to be worse than the best, but {verb} shown to be "
        "worse than another model."
    ]


def _agree(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def explain_significance(pair: Comparison | MacroComparison, n_pairs: int) -> list[str]:
    """Why interval and verdict seem to disagree: the correction, or the test is another method."""
    difference, is_significant = pair.difference, pair.p_adjusted <= ALPHA
    if isnan(difference.low) or not difference.mean:
        return []
    has_zero = difference.low <= 0 <= difference.high
    if is_significant == (not has_zero):
        return []
    if is_significant:
        return [f"The interval includes 0, but the test decides: p = {_format_p(pair.p_adjusted)}."]
    if pair.p <= ALPHA:
        return [f"Alone it would be significant; among {n_pairs} comparisons it may be chance."]
    return [f"The interval excludes 0, but the test decides: p = {_format_p(pair.p)}."]


def _format_p(p: float) -> str:
    return "0.0001 or less" if p <= 1e-4 else f"{p:.2g}"
