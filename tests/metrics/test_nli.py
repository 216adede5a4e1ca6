"""NLI consistency: the formula by hand, the classifier asked one pair at a time, and odd texts."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import permutations
from math import isnan
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.core.resources import get_resource_path
from summbench.evaluation.nodes import build
from summbench.metrics.classifier import find_classes
from summbench.metrics.nli import NliConsistency, Verdict, compute_verdict
from tests import tiny_encoders
from tests.tiny_encoders import COMMIT, NLI_LABELS, POSITIONS, SENTENCES

pytestmark = pytest.mark.model

_EXAMPLES = [
    Example(Article("all", " ".join(SENTENCES))),
    Example(Article("lines", "\n".join(SENTENCES[2:5])), ("unused",)),
    Example(Article("one", SENTENCES[0])),
]
_SUMMARIES = [
    "The bridge is closed.\nTwo cracks were found.\nYes.",
    "Repairs will cost 310,000 crowns. A heron stays.",
    SENTENCES[0],
]
_Rows = list[list[float]]
_BOTH = ("entailment", "contradiction")
_UNUSED = {"entailment": 1, "contradiction": 0}


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoders.classifier(tmp_path_factory.mktemp("tiny-classifier"))


def _rows(
    metric: NliConsistency,
    examples: Sequence[Example] = _EXAMPLES,
    summaries: Sequence[str] = _SUMMARIES,
) -> _Rows:
    scores = metric.score(examples, summaries)
    assert list(scores) == list(metric.columns)
    return [list(row) for row in zip(*scores.values(), strict=True)]


def _score(metric: NliConsistency, article: str, summary: str) -> list[float]:
    [row] = _rows(metric, [Example(Article("a", article))], [summary])
    return row


def _close(rows: _Rows) -> Any:
    return [pytest.approx(row, abs=1e-6) for row in rows]


def _compute(folder: Path, pieces: Sequence[str], summary: Sequence[str]) -> list[float]:
    """The three numbers, each pair read alone, without padding or batches."""
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForSequenceClassification.from_pretrained(folder)
    best = []
    for sentence in summary:
        with torch.inference_mode():
            logits = [model(**tokenizer(p, sentence, return_tensors="pt")).logits for p in pieces]
        probabilities = torch.cat(logits).softmax(dim=1)  # entailment, neutral, contradiction
        best.append(probabilities.max(dim=0).values)
    entailed, _, contradicted = torch.stack(best).mean(dim=0).tolist()
    return [entailed - contradicted, entailed, contradicted]


def test_the_formula_by_hand() -> None:
    # Best of each column: .9 .7 .5 entailed, mean .7; .8 .1 .3 contradicted, mean .4.
    entailment = [[0.9, 0.2, 0.5], [0.1, 0.7, 0.3]]
    contradiction = [[0.05, 0.1, 0.3], [0.8, 0.0, 0.2]]
    scores = compute_verdict(entailment, contradiction)
    assert scores == pytest.approx(Verdict(consistency=0.3, entailment=0.7, contradiction=0.4))


@pytest.mark.parametrize("nothing", [[], [[], []]])
def test_the_formula_without_pieces_or_without_sentences(nothing: _Rows) -> None:
    assert all(map(isnan, compute_verdict(nothing, nothing)))


def test_each_sentence_is_judged_against_each_sentence(weights: Path) -> None:
    scores = _rows(NliConsistency(str(weights)))
    split = [_SUMMARIES[0].split("\n"), ["Repairs will cost 310,000 crowns.", "A heron stays."]]
    split.append([SENTENCES[0]])
    pieces = [SENTENCES, SENTENCES[2:5], SENTENCES[:1]]
    assert scores == _close([_compute(weights, *job) for job in zip(pieces, split, strict=True)])
    assert len({round(value, 4) for row in scores for value in row}) == 9


def test_chunks_are_whole_sentences_of_so_many_tokens(weights: Path) -> None:
    tokenizer: Any = AutoTokenizer.from_pretrained(weights)
    assert [len(tokenizer.tokenize(s)) for s in SENTENCES[:4]] == [22, 4, 24, 26]
    metric = NliConsistency(str(weights), chunk={"tokens": 26})
    chunks = ["\n".join(SENTENCES[:2]), SENTENCES[2], SENTENCES[3]]
    scores = _score(metric, "\n".join(SENTENCES[:4]), "The bridge is closed.")
    assert scores == pytest.approx(_compute(weights, chunks, ["The bridge is closed."]), abs=1e-6)


_NAMES = {"entailment": "ENTAILMENT", "neutral": " Neutral", "contradiction": "Contradict"}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_the_classes_does_not_matter(
    weights: Path, tmp_path: Path, order: tuple[int, ...]
) -> None:
    names = [_NAMES[NLI_LABELS[i]] for i in order]
    folder = tiny_encoders.classifier(tmp_path / "permuted", names, order)
    metric = NliConsistency(str(folder))
    assert _rows(metric) == _close(_rows(NliConsistency(str(weights))))
    numbers = {"entailment": order.index(0), "contradiction": order.index(2)}
    assert metric.get_settings()["labels"] == numbers

    unlabelled = tiny_encoders.classifier(tmp_path / "unlabelled", ["A", "B", "C"], order)
    assert _rows(NliConsistency(str(unlabelled), labels=numbers)) == _rows(metric)


@pytest.mark.parametrize(
    "names",
    [
        ["LABEL_0", "LABEL_1", "LABEL_2"],
        ["not_entailment", "neutral", "contradiction"],
        ["unsupported", "supported"],
        ["entailment", "neutral", "not_entailment"],
        ["entailment", "entailed", "contradiction"],
        ["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"],
    ],
)
def test_classes_that_cannot_be_told_are_listed(names: list[str]) -> None:
    listed = ", ".join(f"{i}: {name!r}" for i, name in enumerate(names))
    with pytest.raises(SummbenchError, match=f"classes {listed} do not say .* Set labels="):
        find_classes(dict(enumerate(names)), _BOTH)


def test_classes_of_two_are_enough_if_they_are_the_right_two() -> None:
    assert find_classes({0: "contradiction", 1: "entailment"}, _BOTH) == (1, 0)


@pytest.mark.parametrize("labels", [{"entailment": 0, "contradiction": 3}, {"entailment": 0}])
def test_labels_that_do_not_fit_are_refused(weights: Path, labels: dict[str, int]) -> None:
    with pytest.raises(SummbenchError, match="contradiction"):
        _rows(NliConsistency(str(weights), labels=labels))
    with pytest.raises(SummbenchError, match="contradiction"):
        find_classes({0: "a", 1: "b"}, _BOTH, {"entailment": 1, "contradiction": 1})


def _compute_support(folder: Path, entailment: int, texts: Sequence[Sequence[str]]) -> float:
    """The best over chunks of a sentence's probability, each text or pair read alone."""
    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForSequenceClassification.from_pretrained(folder)
    with torch.inference_mode():
        logits = [model(**tokenizer(*text, return_tensors="pt")).logits[0] for text in texts]
    return max(float(row.softmax(dim=0)[entailment]) for row in logits)


@pytest.mark.parametrize(
    ("names", "labels", "entailment"),
    [
        (["entailment", "not_entailment"], None, 0),
        (["not_entailment", "Entailed"], None, 1),
        (["LABEL_0", "LABEL_1"], {"entailment": 1}, 1),
        (["LABEL_0", "LABEL_1"], {"entailment": 0}, 0),
    ],
)
def test_a_classifier_of_two_classes_has_one_column(
    tmp_path: Path, names: list[str], labels: dict[str, int] | None, entailment: int
) -> None:
    folder = tiny_encoders.classifier(tmp_path / "two", names, (0, 1))
    metric = NliConsistency(str(folder), chunk={"sentences": 2}, labels=labels, contradiction=False)
    chunks = [" ".join(SENTENCES[start : start + 2]) for start in (0, 2, 4)]
    claims = _SUMMARIES[0].split("\n")
    support = [
        _compute_support(folder, entailment, [(c, claim) for c in chunks]) for claim in claims
    ]
    scores = metric.score(_EXAMPLES[:1], _SUMMARIES[:1])
    assert scores == {"entailment": [pytest.approx(sum(support) / 3, abs=1e-6)]}
    assert metric.get_settings()["labels"] == {"entailment": entailment}
    assert len({round(value, 4) for value in support}) == 3


def test_two_classes_without_a_name_are_listed(tmp_path: Path) -> None:
    folder = tiny_encoders.classifier(tmp_path / "two", ["LABEL_0", "LABEL_1"], (0, 1))
    with pytest.raises(SummbenchError, match=r"is entailment. Set labels={entailment: <number>}.$"):
        NliConsistency(str(folder), contradiction=False).score(_EXAMPLES, _SUMMARIES)
    with pytest.raises(SummbenchError, match=r"is not a number for each of entailment;"):
        NliConsistency(str(folder), labels=_UNUSED, contradiction=False)


def test_a_pair_can_be_one_text(weights: Path) -> None:
    metric = NliConsistency(str(weights), separator=" [SEP] ", contradiction=False)
    claim = "The bridge is closed."
    support = _compute_support(weights, 0, [(f"{s} [SEP] {claim}",) for s in SENTENCES])
    assert _score(metric, "\n".join(SENTENCES), claim) == [pytest.approx(support, abs=1e-6)]
    as_pairs = NliConsistency(str(weights), contradiction=False)
    assert _score(as_pairs, "\n".join(SENTENCES), claim) != [pytest.approx(support, abs=1e-4)]


def test_every_sentence_counts_however_short_or_late(weights: Path) -> None:
    metric, article = NliConsistency(str(weights)), _EXAMPLES[0].article.text
    lines = [*SENTENCES, "No.", "Ok", "1", "...", *(s.upper() + "!" for s in SENTENCES)]
    each = [_score(metric, article, line) for line in lines]
    expected = torch.tensor(each, dtype=torch.float64).mean(dim=0).tolist()
    assert _score(metric, article, "\n".join(lines)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("chunk", [None, {"tokens": 30}])
def test_without_article_or_summary_nothing_is_defined_and_nothing_loaded(chunk: Any) -> None:
    absent = NliConsistency("nobody/has-such-a-model", chunk=chunk)
    for article, summary in [("", "A summary."), (" \n", "A summary."), ("", "")]:
        assert all(map(isnan, _score(absent, article, summary)))
    assert absent.score([], []) == {"consistency": [], "entailment": [], "contradiction": []}
    with pytest.raises(SummbenchError, match=r"has-such-a-model' .* not in the hub's cache"):
        _score(absent, "An article.", "A summary.")


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize("chunk", [None, {"tokens": 30}])
def test_neither_batches_nor_order_matter(weights: Path, chunk: Any, size: int) -> None:
    together = _rows(NliConsistency(str(weights), chunk=chunk))
    metric = NliConsistency(str(weights), chunk=chunk, batch_size=size)
    assert _rows(metric, _EXAMPLES[::-1], _SUMMARIES[::-1])[::-1] == _close(together)
    with_an_empty = _rows(metric, [_EXAMPLES[0], *_EXAMPLES], [" \n", *_SUMMARIES])
    assert all(map(isnan, with_an_empty[0]))
    assert with_an_empty[1:] == _close(together)
    assert _rows(metric) == _rows(metric)


def test_long_pairs_are_cut_and_counted_once(weights: Path) -> None:
    metric, long = NliConsistency(str(weights)), "the bridge and " * 40
    for _ in range(2):
        assert not any(map(isnan, _score(metric, long, SENTENCES[0])))
        assert not any(map(isnan, _score(metric, SENTENCES[0], long)))
    assert (metric.get_settings()["truncated_pairs"], metric.get_settings()["longest_input"]) == (
        2,
        64,
    )
    # The premise is the longer one and is cut to what the hypothesis and the marks leave.
    tokenizer: Any = AutoTokenizer.from_pretrained(weights)
    room = POSITIONS - 3 - len(tokenizer.tokenize(SENTENCES[0]))
    cut = " ".join(long.split()[:room])
    assert _score(metric, long, SENTENCES[0]) == pytest.approx(
        _compute(weights, [cut], [SENTENCES[0]]), abs=1e-6
    )


def test_a_lone_surrogate_does_no_harm(weights: Path) -> None:
    metric = NliConsistency(str(weights))
    scores = _score(metric, "a \ud800 b\nc", "d \udfff e\nf")
    assert scores == pytest.approx(_score(metric, "a \ufffd b\nc", "d \ufffd e\nf"))


def test_the_settings_tell_what_was_used(weights: Path) -> None:
    metric = NliConsistency(tiny_encoders.on_the_hub(weights, "classifier"), device="cpu")
    _score(metric, SENTENCES[0], "The bridge.")
    settings = {"device": "cpu", "dtype": "float32", "weights": "hub:nobody/classifier@main"}
    counts = {"commit": COMMIT, "longest_input": POSITIONS, "truncated_pairs": 0}
    assert metric.get_settings() == settings | counts | {
        "labels": {"entailment": 0, "contradiction": 2}
    }


def test_all_that_changes_a_number_is_in_the_signature(weights: Path, tmp_path: Path) -> None:
    labels = {"entailment": 0, "contradiction": 2}
    options: list[dict[str, Any]] = [{}, {"language": "de"}, {"max_length": 32}, {"labels": labels}]
    options += [{"chunk": {"tokens": 350}}, {"chunk": {"tokens": 99}}, {"chunk": {"words": 99}}]
    options += [{"contradiction": False}, {"separator": "</s>"}]
    metrics = [NliConsistency(str(weights), **arguments) for arguments in options]
    assert len({metric.signature for metric in metrics}) == len(options)
    moved = shutil.copytree(weights, tmp_path / "moved" / weights.name)
    assert NliConsistency(str(moved), batch_size=9).signature == metrics[0].signature


def test_all_columns_are_diagnostics_and_contradiction_is_bad(weights: Path) -> None:
    columns = NliConsistency(str(weights)).columns
    assert {(c.role, *c.needs) for c in columns.values()} == {("diagnostic", "article")}
    assert [c.direction for c in columns.values()] == ["higher", "higher", "lower"]


def test_the_shipped_config_has_the_classes_of_summac() -> None:
    # SummaC's table of models: entailment is 0 and contradiction 1 for the VitaminC classifiers.
    node = yaml.safe_load((get_resource_path("configs") / "metric/nli.yaml").read_text("utf-8"))[
        "nli"
    ]
    signature = build("nli", node).signature
    assert "|labels:contradiction-1,entailment-0|chunk:sentences-1|" in signature


def test_what_cannot_be_loaded_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SummbenchError, match="package 'no_such_package' is not installed"):
        NliConsistency("package://no_such_package/model")  # at once; the rest when it is needed
    with pytest.raises(SummbenchError, match=r"chunk=\{'pages': 1\} is no rule"):
        NliConsistency("nobody/anything", chunk={"pages": 1})
    folder = tiny_encoders.encoder(tmp_path / "no-classifier")
    with pytest.raises(SummbenchError, match=r"classifier\.weight would be random"):
        _rows(NliConsistency(str(folder)))
