"""ROUGE of other packages behind one call, made the way each documents it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from summbench.core.records import Example
from summbench.metrics.rouge.metric import Rouge
from summbench.metrics.rouge.rouge155 import Rouge155

TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
Score = Callable[[Sequence[Example], Sequence[str]], object]


def _references(examples: Sequence[Example]) -> list[str]:
    return [example.references[0] for example in examples]


def rouge_score(stem: bool) -> Score:
    """The reference: a scorer, pair by pair."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(TYPES), use_stemmer=stem)
    return lambda examples, summaries: list(map(scorer.score, _references(examples), summaries))


def rouge_score_rs(stem: bool) -> Score:
    """The fast engine alone, unchecked."""
    from rouge_score_rs.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(TYPES), use_stemmer=stem)  # type: ignore[no-untyped-call]
    return lambda examples, summaries: scorer.score_batch(_references(examples), summaries)  # type: ignore[no-untyped-call]


def summbench(stem: bool) -> Score:
    """Ours: the fast engine, sentences, columns and the check counted."""
    return Rouge(stem=stem).score


def rouge_155(stem: bool) -> Score:
    """Our ROUGE-1.5.5, which has no rougeL; stemmed as by its -m."""
    return Rouge155(stem=stem).score


def evaluate(stem: bool) -> Score:
    """Hugging Face evaluate around what its hub script does: rouge-score (no bootstrap)."""
    import datasets
    from evaluate import Metric, MetricInfo
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(list(TYPES), use_stemmer=stem)
    features = {"predictions": datasets.Value("string"), "references": datasets.Value("string")}

    class HubRouge(Metric):  # type: ignore[misc]
        def _info(self) -> MetricInfo:
            return MetricInfo(description="", citation="", features=datasets.Features(features))

        def _compute(self, predictions: list[str], references: list[str]) -> dict[str, object]:
            return {"scores": list(map(scorer.score, references, predictions))}

    metric = HubRouge()
    return lambda examples, summaries: metric.compute(
        references=_references(examples), predictions=summaries
    )


def torchmetrics(stem: bool) -> Score:
    """torchmetrics without Lsum, which wants an nltk download."""
    from torchmetrics.functional.text.rouge import rouge_score as score

    keys = TYPES[:3]
    return lambda examples, summaries: score(
        list(summaries), _references(examples), use_stemmer=stem, rouge_keys=keys
    )


PEERS: Mapping[str, Callable[[bool], Score]] = {
    "rouge-score": rouge_score,
    "evaluate": evaluate,
    "torchmetrics": torchmetrics,
    "rouge-score-rs": rouge_score_rs,
    "summbench": summbench,
    "summbench rouge_155": rouge_155,
}
