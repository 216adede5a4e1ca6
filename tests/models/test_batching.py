"""Which articles go through a model together: within the budget, at least cost, each once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import combinations, pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summbench.core.errors import SummbenchError
from summbench.core.records import Article, Example
from summbench.evaluation.executors.local import Local
from summbench.evaluation.fingerprint import compute_fingerprint
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.models.batching import Budget, plan_batches
from summbench.models.checkpoint import Processor
from summbench.models.truncation import PromptCache
from summbench.store.store import Store
from tests import argmax, tiny
from tests.fakes import Choosy

_EXAMPLES = [Example(article) for article in tiny.ARTICLES]
_LENGTHS = st.lists(st.integers(0, 2000), max_size=60)
_BUDGETS = st.builds(Budget, st.integers(1, 9000), st.integers(1, 16), st.integers(0, 150))


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    return partial(tiny.checkpoint, tmp_path_factory.getbasetemp())


@pytest.mark.parametrize(
    ("lengths", "budget", "batches"),
    [
        ([], Budget(10, 8), []),
        ([10, 10, 10], Budget(20, 8), [[0, 1], [2]]),
        ([10, 10, 10], Budget(20, 8, max_new_tokens=1), [[0], [1], [2]]),  # two would take 22
        ([10, 10, 10], Budget(39, 8, max_new_tokens=3), [[0, 1, 2]]),
        ([5, 5, 5, 5, 5], Budget(99, 2), [[0, 1], [2, 3], [4]]),
        ([3, 9, 3, 9], Budget(99, 8), [[1, 3], [0, 2]]),
        # A step costs 14 positions: pairs take 200 + 160 + 2 x 14, one batch 400 + 14.
        ([100, 90, 80, 70], Budget(999, 8, 1), [[0, 1], [2, 3]]),
        ([100, 90, 80, 70], Budget(999, 8, 4), [[0, 1, 2, 3]]),  # 400 + 56 against 360 + 112
        ([90, 50, 91], Budget(40, 8, 1), [[2], [0], [1]]),  # each over the budget
    ],
)
def test_a_plan_worked_by_hand(
    lengths: list[int], budget: Budget, batches: list[list[int]]
) -> None:
    assert plan_batches(lengths, budget) == batches


@given(_LENGTHS, _BUDGETS)
def test_each_article_is_in_one_batch(lengths: list[int], budget: Budget) -> None:
    assert sorted(i for batch in plan_batches(lengths, budget) for i in batch) == list(
        range(len(lengths))
    )


@given(_LENGTHS, _BUDGETS)
def test_several_articles_keep_to_the_budget(lengths: list[int], budget: Budget) -> None:
    for batch in plan_batches(lengths, budget):
        sizes = [lengths[i] for i in batch]
        if len(sizes) > 1:
            assert len(sizes) <= budget.articles
            assert len(sizes) * (max(sizes) + budget.max_new_tokens) <= budget.tokens


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8), st.integers(0, 5))
def test_no_other_cut_of_the_sorted_lengths_costs_less(lengths: list[int], steps: int) -> None:
    """All of them are tried; a batch costs its padded inputs and 14 positions a step."""

    def cost(batches: Iterable[Sequence[int]]) -> int:
        return sum(len(batch) * max(batch) + 14 * steps for batch in batches)

    ordered = sorted(lengths, reverse=True)
    every_cut = (
        [ordered[a:b] for a, b in pairwise((0, *inner, len(ordered)))]
        for count in range(len(ordered))
        for inner in combinations(range(1, len(ordered)), count)
    )
    planned = plan_batches(lengths, Budget(10**6, 8, steps))
    assert cost([lengths[i] for i in batch] for batch in planned) == min(map(cost, every_cut))


@given(_LENGTHS.flatmap(lambda lengths: st.tuples(st.just(lengths), st.permutations(lengths))),
       _BUDGETS)  # fmt: skip
def test_the_order_of_the_articles_does_not_matter(
    orders: tuple[list[int], list[int]], budget: Budget
) -> None:
    batches_of_one, batches_of_other = (
        [[o[i] for i in batch] for batch in plan_batches(o, budget)] for o in orders
    )
    assert batches_of_one == batches_of_other


@pytest.mark.model
@pytest.mark.parametrize("family", tiny.CONFIGS)
def test_the_budget_changes_the_batches_and_no_summary(
    family: str, weights: Callable[[str], Path]
) -> None:
    prompts = [tiny.prompt(family, article.text) for article in tiny.ARTICLES]
    expected = [answer.text for answer in argmax.greedy(weights(family), family, prompts)]
    counts = []
    for tokens in (1, 500, 10**6):
        model = tiny.summariser(weights(family), family, batch_tokens=tokens, batch_size=8)
        batches = model.plan_batches(tiny.ARTICLES)
        summaries: dict[int, str] = {}
        for batch in batches:
            predictions = tiny.summarise(model, [tiny.ARTICLES[i] for i in batch])
            summaries |= {i: p.summary for i, p in zip(batch, predictions, strict=True)}
        assert [summaries[i] for i in range(len(tiny.ARTICLES))] == expected
        counts.append(len(batches))
    assert counts[0] == len(tiny.ARTICLES) > counts[1] > counts[2]


@pytest.mark.model
def test_what_is_sampled_is_decoded_alone(weights: Callable[[str], Path]) -> None:
    model = tiny.summariser(weights("t5"), "t5", generate={"do_sample": True})
    assert sorted(model.plan_batches(tiny.ARTICLES)) == [[i] for i in range(len(tiny.ARTICLES))]


@pytest.mark.model
def test_batches_are_planned_without_the_weights(
    weights: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(weights("t5"), tmp_path / "copy")
    (folder / "model.safetensors").unlink()
    model = tiny.summariser(folder, "t5")
    assert len(model.plan_batches(tiny.ARTICLES)) > 1
    with pytest.raises(SummbenchError, match="could not be loaded"):
        tiny.summarise(model, tiny.ARTICLES)


def test_a_prompt_is_rendered_and_tokenised_once_and_then_forgotten() -> None:
    """Kept from the plan to the decoding; a tokeniser of one token a letter."""
    rendered: list[str] = []

    def render(text: str) -> str:
        rendered.append(text)
        return text

    def tokenizer(text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        return {"input_ids": [ord(letter) for letter in text]}

    checkpoint: Any = SimpleNamespace(get_processor=lambda: Processor(tokenizer, config=None))
    prompts = PromptCache(checkpoint, render, limit=99)
    articles = [Article("a", "tide"), Article("b", "pear"), Article("a", "tide")]
    planned = prompts.get(articles)
    assert prompts.pop(articles) == planned
    assert rendered == ["tide", "pear"]
    prompts.pop(articles[:1])
    assert rendered == ["tide", "pear", "tide"]


class Watch:
    """Notes the progress, and interrupts when so many articles are done."""

    def __init__(self, articles: int | None = None) -> None:
        self._articles = articles
        self.done_articles: list[int] = []

    def __call__(self, label: str, done_articles: int, total: int) -> None:
        self.done_articles.append(done_articles)
        if done_articles == self._articles:
            raise KeyboardInterrupt


def predict_summaries(model: Any, folder: Path, watch: Watch) -> list[str]:
    spec = ModelSpec("model", "system", lambda: model, "f" * 64)
    datasets, store = {"d": _EXAMPLES}, Store(folder)
    summaries = predict(
        prepare(ModelSession(spec), datasets, store), datasets, store, watch, Local()
    )["d"]
    return [prediction.summary for prediction in summaries]


@pytest.mark.model
@pytest.mark.parametrize("family", ["t5", "llama"])
@pytest.mark.parametrize("later", [0, 1], ids=["between batches", "in a batch"])
def test_a_stopped_run_goes_on_with_what_had_not_come(
    later: int, family: str, weights: Callable[[str], Path], tmp_path: Path
) -> None:
    def model() -> Any:
        return tiny.summariser(weights(family), family, batch_tokens=1000)

    sizes = [len(batch) for batch in model().plan_batches(tiny.ARTICLES)]
    ends = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    whole = Watch()
    expected = predict_summaries(model(), tmp_path / "whole", whole)
    assert whole.done_articles == list(range(13))  # each is told when it comes

    n_done = ends[2] + later
    with pytest.raises(KeyboardInterrupt):
        predict_summaries(model(), tmp_path / "killed", Watch(n_done))
    rest = Watch()
    assert predict_summaries(model(), tmp_path / "killed", rest) == expected
    assert rest.done_articles == list(range(13 - n_done))


def test_a_model_gets_the_batches_that_it_wants(tmp_path: Path) -> None:
    first, later = Choosy([[1], [2, 0]]), Choosy([[1, 0], [2]])
    predict_summaries(first, tmp_path / "new", Watch())
    assert first.asked == [["a1"], ["a2", "a0"], *[[f"a{i}"] for i in range(3, 12)]]
    with pytest.raises(KeyboardInterrupt):
        predict_summaries(Choosy([[0, 1, 2]]), tmp_path / "killed", Watch(3))
    predict_summaries(later, tmp_path / "killed", Watch())
    assert later.asked[:2] == [["a4", "a3"], ["a5"]]  # of what is missing


@pytest.mark.parametrize("wrong", [[[0], [0]], [[99]], [["one"]]])
def test_batches_that_are_none_are_replaced(wrong: Sequence[Sequence[Any]], tmp_path: Path) -> None:
    """By `batch_size`, the longest first: 770, 686, 557 and 505 characters."""
    model = Choosy(wrong)
    assert len(predict_summaries(model, tmp_path, Watch())) == len(tiny.ARTICLES)
    assert model.asked[0] == ["a3", "a7", "a1", "a10"]
    assert [len(asked) for asked in model.asked] == [4, 4, 4]


def test_what_cannot_change_a_summary_is_no_part_of_its_fingerprint() -> None:
    node = {"_target_": "summbench.models.seq2seq.Seq2Seq", "prefix": "a"}
    base = compute_fingerprint("m", node)
    assert {compute_fingerprint("m", node | {k: 1}) for k in ("batch_tokens", "batch_size")} == {
        base
    }
    changed = ({"dtype": "bfloat16"}, {"attention": "eager"}, {"compile": True})
    assert len({base, *(compute_fingerprint("m", node | change) for change in changed)}) == 4
