"""Generation through summbench against the loop that one would write by hand, in one process.

`python -m tests.performance.generation [THREADS]`: SmolLM2-135M in float32, few new tokens. Beside
wall time stands CPU time, which with one thread says more on a machine that has other work, too.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import torch
import yaml

from summbench.core.records import Article, Example
from summbench.core.resources import get_resource_path
from summbench.evaluation.executors.local import Local
from summbench.evaluation.nodes import build
from summbench.evaluation.predict import predict, prepare
from summbench.evaluation.session import ModelSession, ModelSpec
from summbench.models.causal import Causal
from summbench.store.store import Store

_ARTICLES, _SHORTEST, _LONGEST = 16, 30, 330  # words
_NEW = 4
_BATCH = 4
_ROUNDS = 3
_THREADS = 2
Batches = Sequence[Sequence[Article]]
Timed = tuple[dict[str, str], float]
"""Summaries, and the seconds of them that were spent in `generate`."""


def articles() -> list[Article]:
    """Parts and concatenations of newsdesk articles, evenly from short to long, in no order."""
    text = (get_resource_path("data") / "newsdesk" / "articles.jsonl").read_text(encoding="utf-8")
    documents = [json.loads(line)["document"] for line in text.strip().split("\n")]
    words = " ".join(documents).split(" ")
    chance = random.Random(0)
    found = []
    for i in range(_ARTICLES):
        size = _SHORTEST + (_LONGEST - _SHORTEST) * i // (_ARTICLES - 1)
        start = chance.randrange(len(words) - size)
        found.append(Article(f"{i}", " ".join(words[start : start + size])))
    return chance.sample(found, len(found))


def node(**changed: Any) -> dict[str, Any]:
    """The shipped config, with few new tokens."""
    path = get_resource_path("configs") / "model" / "smollm2_135m.yaml"
    shipped_node: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["smollm2_135m"]
    return shipped_node | {"generate": {"max_new_tokens": _NEW}, "device": "cpu"} | changed


def by_hand(model: Any, tokenizer: Any, prompt: str, batches: Batches) -> Timed:
    """Batch after batch: render, tokenise, pad, generate, decode."""
    said: dict[str, str] = {}
    seconds = 0.0
    for batch in batches:
        texts = [
            tokenizer.apply_chat_template(
                [{"role": "user", "content": prompt.replace("{article}", article.text)}],
                tokenize=False,
                add_generation_prompt=True,
            )
            for article in batch
        ]
        options: dict[str, Any] = {"add_special_tokens": False, "return_tensors": "pt"}
        inputs = tokenizer(texts, padding=True, padding_side="left", **options)
        begun = perf_counter()
        with torch.inference_mode():
            output = model.generate(**inputs, max_new_tokens=_NEW, do_sample=False)
        seconds += perf_counter() - begun
        new = output[:, inputs["input_ids"].shape[1] :]
        for article, text in zip(batch, tokenizer.batch_decode(new, True), strict=True):
            said[article.id] = text.strip()
    return said, seconds


def through_the_pipeline(model: Causal, asked: Sequence[Article]) -> Timed:
    """With an empty store in a new folder; the weights are already loaded."""
    spec = ModelSpec("smollm2", "system", lambda: model, "f" * 64)
    examples = {"mixed": [Example(article) for article in asked]}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        state = prepare(ModelSession(spec), examples, store)
        found = predict(state, examples, store, lambda *_: None, Local())["mixed"]
    return {p.article_id: p.summary for p in found}, sum(p.seconds for p in found)


@dataclass(frozen=True, slots=True)
class Pass:
    """One run over all articles: wall and CPU seconds, and the part of wall outside `generate`."""

    wall: float
    cpu: float
    outside: float


def measured(works: dict[str, Callable[[], Timed]]) -> dict[str, list[Pass]]:
    """Each in turn, round after round; another one begins each round."""
    names = list(works)
    taken: dict[str, list[Pass]] = {name: [] for name in names}
    said = []
    for turn in range(_ROUNDS):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            wall, cpu = perf_counter(), process_time()
            summaries, generating = works[name]()
            wall, cpu = perf_counter() - wall, process_time() - cpu
            taken[name].append(Pass(wall, cpu, (wall - generating) / generating))
            said.append(summaries)
            print(f"round {turn + 1}: {name}: {taken[name][-1]}", file=sys.stderr, flush=True)
    print(f"Runs with other summaries: {sum(one != said[0] for one in said)} of {len(said)}\n")
    return taken


def _row(name: str, times: list[Pass], sizes: list[list[int]], base: list[Pass]) -> str:
    positions = [len(batch) * max(batch) for batch in sizes]
    cells = [
        name,
        f"{len(sizes)}",
        f"{median(t.wall for t in times):.1f}",
        f"{median(b.wall / t.wall for t, b in zip(times, base, strict=True)):.2f}",
        f"{median(t.cpu for t in times):.1f}",
        f"{median(b.cpu / t.cpu for t, b in zip(times, base, strict=True)):.2f}",
        f"{median(t.outside for t in times):.2%}",
        f"{1 - sum(map(sum, sizes)) / sum(positions):.1%}",
        f"{max(len(batch) * (max(batch) + _NEW) for batch in sizes):,}",
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """One table; `x` is how many times as fast as file order."""
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else _THREADS)
    asked = articles()
    model = build("smollm2", node())
    prompts = model._prompts.get(asked)
    length = {p.article: len(p.ids) for p in prompts}
    file_order = [asked[i : i + _BATCH] for i in range(0, len(asked), _BATCH)]
    equal = max(len(batch) * (max(length[a] for a in batch) + _NEW) for batch in file_order)
    model = build("smollm2", node(batch_tokens=equal, batch_size=_ARTICLES))
    planned = [[asked[i] for i in batch] for batch in model.plan_batches(asked)]
    loaded = model._checkpoint.get()
    hand = (loaded.model, loaded.tokenizer, node()["prompt"])
    by_hand(*hand, planned[-1:])  # the first call allocates
    plans = {
        f"by hand, file order, {_BATCH} at a time": file_order,
        "by hand, the batches of summbench": planned,
        "summbench": planned,
    }
    works: list[Callable[[], Timed]] = [
        lambda: by_hand(*hand, file_order),
        lambda: by_hand(*hand, planned),
        lambda: through_the_pipeline(model, asked),
    ]
    times = measured(dict(zip(plans, works, strict=True)))
    print("| loop | batches | s | x | CPU s | x | outside generate | padding | largest batch |")
    print(f"| --- |{' --: |' * 8}")
    for name, batches in plans.items():
        sizes = [[length[article] for article in batch] for batch in batches]
        print(_row(name, times[name], sizes, next(iter(times.values()))))
    _, same, ours = times.values()
    for what in ("wall", "cpu"):
        over = [getattr(b, what) / getattr(a, what) - 1 for a, b in zip(same, ours, strict=True)]
        print(f"summbench over the same batches by hand, {what}: {median(over):+.1%}")


if __name__ == "__main__":
    main()
