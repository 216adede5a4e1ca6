"""What is checked on a GPU: each check gives a row of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import torch

from summbench.analysis.reproducibility.comparison import EPSILON, compare_predictions
from summbench.analysis.reproducibility.variations import BASELINE, Rerun
from summbench.core.records import Article, Example, Prediction, ignore_progress
from summbench.evaluation.components import build_metric
from summbench.evaluation.executors.local import Local
from summbench.evaluation.session import ModelSpec
from summbench.models.pretrained import free_memory
from tests import tiny
from tests.performance.gpu_checkpoints import Checkpoints
from tests.performance.gpu_memory import (
    allocate_workspaces,
    count_bytes,
    limit_memory,
    limit_rows,
    measure_peak,
    record_warnings,
)
from tests.performance.texts import examples, newsdesk

_UNBATCHED = {"batch_size": 2**20, "batch_tokens": 2**20}
_LOOP_BATCH = 8
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """What a check found; `holds` is None where nothing is promised and the figure is all."""

    result: str
    holds: bool | None = None


def build_examples(checkpoints: Checkpoints, copies: int = 1) -> list[Example]:
    """Articles from short to long, in no order, with the highlights as reference."""
    sizes, rows = checkpoints.sizes, newsdesk()
    found = []
    for i in range(sizes.articles * copies):
        row = rows[i % len(rows)]
        length = sizes.words * (1 + 7 * i % sizes.articles) // sizes.articles
        words = f"{i} {row['document']}".split()[: max(length, 12)]
        reference = "\n".join(row["highlights"].split("\n"))
        found.append(Example(Article(str(i), " ".join(words)), (reference,)))
    return found


def check_variations(checkpoints: Checkpoints, family: str, dtype: str) -> Row:
    """Predict in other batches, orders and parts, as `verify` does; bfloat16 promises nothing."""
    build = checkpoints.build_model(family, dtype)
    unbatched = checkpoints.build_model(family, dtype, **_UNBATCHED)
    spec, other = (ModelSpec(family, "system", make, "f" * 64) for make in (build, unbatched))
    datasets = {"news": build_examples(checkpoints)}
    build_rouge = cache(
        lambda: build_metric("rouge", {"_target_": "summbench.metrics.rouge.metric.Rouge"})
    )
    with TemporaryDirectory() as folder:
        rerun = Rerun(spec, other, datasets, Local(), Path(folder), ignore_progress)
        outputs = dict(rerun.predict_variations({}))
    first = outputs.pop(BASELINE)
    states = [
        compare_predictions(first, other, datasets, build_rouge).state for other in outputs.values()
    ]
    counts = {name: _count_differing(first["news"], o["news"]) for name, o in outputs.items()}
    n, distinct = len(first["news"]), len({p.summary for p in first["news"]})
    if any(p.error for p in first["news"]):
        return Row(f"failed: {next(p.error for p in first['news'] if p.error)}", False)
    differing = ", ".join(f"{name} {count}" for name, count in counts.items())
    most = max(counts.values()) / n
    result = f"of {n} outputs ({distinct} distinct) at most {most:.0%} differ: {differing}"
    if 2 * distinct < n:
        return Row(f"{result}; too few are distinct to show anything", False)
    return Row(result, "broken" not in states if dtype == "float32" else None)


def check_out_of_memory(checkpoints: Checkpoints, family: str, dtype: str) -> Row:
    """Articles of one length, all at once, with half of the memory that this takes: by a limit of
    the allocator, or on a CPU by an error raised for more than half of the rows."""
    words = " ".join(example.article.text for example in build_examples(checkpoints)).split()
    n, length = 2 * checkpoints.sizes.articles, checkpoints.sizes.words
    starts = [i * (len(words) - length) // n for i in range(n)]
    articles = [Article(str(i), " ".join(words[i : i + length])) for i in starts]
    model = checkpoints.build_model(family, dtype, **_UNBATCHED)()
    hooked = model._checkpoint.get().model
    if checkpoints.device == "cuda":
        whole, used, peak = measure_peak(lambda: tiny.summarise(model, articles))
        limit: Any = limit_memory(used + (peak - used) // 2)
        how = f"{peak / 1e9:.1f} GB whole, {(used + peak) / 2e9:.1f} GB allowed"
    else:
        with limit_rows(hooked) as rows:
            whole = tiny.summarise(model, articles)
        limit = limit_rows(hooked, max(rows) // 2)
        how = "simulated"
    with limit, record_warnings() as warnings:
        halved = tiny.summarise(model, articles)
    differing = _count_differing(whole, halved)
    halvings = sum("ran out of memory" in warning for warning in warnings)
    is_same = differing <= 1 or dtype != "float32"
    result = f"{how}; halved {_count(halvings)}; {differing} of {n} outputs differ"
    return Row(result, halvings > 0 and is_same)


def check_throughput(checkpoints: Checkpoints, family: str, dtype: str) -> Row:
    """Summbench with its default batches beside a loop over `generate` in file order."""
    articles = [example.article for example in build_examples(checkpoints, copies=3)]
    model = checkpoints.build_model(family, dtype)()
    tiny.summarise(model, articles[:1])  # the first call allocates
    taken: dict[str, list[float]] = {"loop": [], "summbench": []}
    for _ in range(_ROUNDS):
        start = perf_counter()
        by_hand = _generate_by_hand(model, articles)
        taken["loop"].append(perf_counter() - start)
        start = perf_counter()
        predictions = tiny.summarise(model, articles)
        taken["summbench"].append(perf_counter() - start)
    loop, ours = (min(seconds) for seconds in taken.values())
    tokens = sum(p.output_tokens or 0 for p in predictions)
    pairs = zip(predictions, by_hand, strict=True)
    differing = sum(p.summary != text.strip() for p, text in pairs)
    return Row(
        f"{loop / ours:.2f}x a loop of {_LOOP_BATCH} ({loop:.2f} s : {ours:.2f} s), "
        f"{tokens / ours:,.0f} tokens/s, {differing} of {len(articles)} outputs differ"
    )


def check_metric(checkpoints: Checkpoints, name: str) -> Row:
    """Score one pair at a time, and backwards; then many, for the time."""
    sizes = checkpoints.sizes
    some, texts = examples(sizes.compared_pairs)
    metric = checkpoints.build_metric(name)
    scores = metric.score(some, texts)
    alone = checkpoints.build_metric(name, batch_size=1).score(some, texts)
    backwards = metric.score(some[::-1], texts[::-1])
    others = [alone, {column: values[::-1] for column, values in backwards.items()}]
    largest = max(
        abs(a - b)
        for other in others
        for column, values in scores.items()
        for a, b in zip(values, other[column], strict=True)
    )
    many = sizes.pairs if name == "bertscore" else sizes.pairs // 8
    pairs = examples(many)
    start = perf_counter()
    metric.score(*pairs)
    rate = many / (perf_counter() - start)
    spread = max(max(values) - min(values) for values in scores.values())
    result = f"largest difference {largest:.1e} (scores spread over {spread:.1e})"
    return Row(f"{result}; {rate:,.1f} summaries/s", largest <= min(EPSILON, spread / 10))


def check_release(checkpoints: Checkpoints) -> Row:
    """Two models after one another: after each `close` the memory is that of the start."""
    device = checkpoints.device
    families = ("bart", "llama")
    builds = [checkpoints.build_model(family, "float32") for family in families]
    articles = [example.article for example in build_examples(checkpoints)][:2]
    allocate_workspaces(device)
    free_memory()
    start, steps, held, lefts, models = count_bytes(device), [], [], [], []
    for family, build in zip(families, builds, strict=True):
        models.append(build())
        tiny.summarise(models[-1], articles)
        held.append(count_bytes(device) - start)
        models[-1].close()
        left = count_bytes(device) - start
        lefts.append(left)
        steps.append(f"{family} held {held[-1] / 1e6:,.1f} MB, {left / 1e6:,.1f} after close")
    return Row("; ".join(steps), min(held) > 0 and max(lefts) <= min(held) / 100)


def _count(times: int) -> str:
    return "once" if times == 1 else f"{times} times"


def _count_differing(before: Sequence[Prediction], after: Sequence[Prediction]) -> int:
    def get(p: Prediction) -> tuple[object, ...]:
        return p.summary, p.finish_reason, p.input_tokens, p.output_tokens, p.error

    return sum(get(old) != get(new) for old, new in zip(before, after, strict=True))


def _generate_by_hand(model: Any, articles: Sequence[Article]) -> list[str]:
    """The loop that one would write, with the same generation config and largest length."""
    loaded, texts = model._checkpoint.get(), [article.text for article in articles]
    tokenizer, is_chat = loaded.tokenizer, hasattr(model, "prompt")
    options: dict[str, Any] = {"padding": True, "return_tensors": "pt"}
    if is_chat:
        texts = [
            tokenizer.apply_chat_template(
                [{"role": "user", "content": model.prompt.replace("{article}", text)}],
                tokenize=False,
                add_generation_prompt=True,
            )
            for text in texts
        ]
        options |= {"add_special_tokens": False, "padding_side": "left"}
    else:
        options |= {"truncation": True, "max_length": 1024}
    written: list[str] = []
    for start in range(0, len(texts), _LOOP_BATCH):
        inputs = tokenizer(texts[start : start + _LOOP_BATCH], **options)
        inputs = {key: inputs[key].to(loaded.device) for key in ("input_ids", "attention_mask")}
        with torch.inference_mode():
            output = loaded.model.generate(**inputs)
        new = output[:, inputs["input_ids"].shape[1] :] if is_chat else output
        written += tokenizer.batch_decode(new, skip_special_tokens=True)
    return written
