"""Steps of generation for a batch whose rows end at different times, and leave it then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf
from typing import Any

import torch
from torch.nn.functional import pad
from transformers import StoppingCriteria, StoppingCriteriaList
from transformers.cache_utils import DynamicCache, DynamicLayer, EncoderDecoderCache
from transformers.modeling_outputs import BaseModelOutput

HasEnded = Callable[[int, Sequence[int]], bool]
"""Whether the new tokens of that row are all that it needs."""

Rows = Mapping[int, Sequence[int]]
"""Rows that have ended, and the new tokens of each."""

_LONGEST_WAIT = 1.0
"""Seconds for which a row that has ended is kept back: a pause costs some milliseconds."""
_LEAVING_SHARE = 0.25
"""So many rows leave together: it costs a copy of the cache, as much as a row's next 15 steps."""
_SPARE = 64
"""Tokens for which a layer has room, each time that it has none."""
_ALLOWED = {
    "do_sample", "max_length", "max_new_tokens", "min_length", "no_repeat_ngram_size", "num_beams",
    "repetition_penalty",
}  # fmt: skip
"""Options that do not count from where a call of `generate` begins."""


def iterate_tokens(
    model: Any, inputs: Mapping[str, torch.Tensor], options: Mapping[str, Any], has_ended: HasEnded
) -> Iterator[Rows]:
    """Yield rows as they end, each once; the last of its tokens is the one where it `has_ended`.

    Rows that have ended leave a batch that is decoded greedily, a quarter of it at once, and the
    others go on without them; those that end before are yielded within about a second, and stay.
    A search yields all at its end. `options` are those of the generation config that were set.
    """
    is_encoder_decoder = model.config.is_encoder_decoder
    start = 1 if is_encoder_decoder else inputs["input_ids"].shape[1]
    if options.get("num_beams", 1) > 1:
        yield dict(enumerate(model.generate(**inputs)[:, start:].tolist()))
        return
    may_leave = may_pause = options.keys() <= _ALLOWED and not options.get("do_sample", False)
    batch = _prepare(model, inputs) if may_pause else dict(inputs)
    config = model.generation_config
    limit = config.max_new_tokens or config.max_length - 1
    rows = list(range(len(inputs["input_ids"])))
    missing, ends = dict.fromkeys(rows), dict[int, int]()
    n_steps = 0
    while missing:
        last_step = limit if may_pause else 0
        watch = _Watch(rows, ends, start, has_ended, last_step, may_leave)
        output = model.generate(
            **batch,
            max_new_tokens=limit - n_steps,
            stopping_criteria=StoppingCriteriaList([watch]),
            return_dict_in_generate=True,
        )
        tokens = dict(zip(rows, output.sequences[:, start:].tolist(), strict=True))
        ended = [row for row in missing if row in ends or not watch.is_interrupted]
        for row in ended:
            del missing[row]
        yield {row: tokens[row][: ends.get(row)] for row in ended}
        if missing:
            n_steps = output.sequences.shape[1] - start
            may_leave = may_leave and _has_rows(output.past_key_values)
            leave = may_leave and watch.is_share_done
            places = [k for k, row in enumerate(rows) if row in missing] if leave else None
            rows = list(missing) if leave else rows
            batch = _select(batch, output, places)


def _prepare(model: Any, inputs: Mapping[str, torch.Tensor]) -> dict[str, Any]:
    """The inputs with what several calls of `generate` share."""
    if model.config.is_encoder_decoder:
        return {**inputs, "encoder_outputs": model.get_encoder()(**inputs, return_dict=True)}
    cache = _build_growing_cache(model)
    if cache is None:
        return dict(inputs)
    if inputs["input_ids"].device.type == "cpu":
        _read_prompts(model, inputs, cache)
    return {**inputs, "past_key_values": cache}


def _read_prompts(model: Any, inputs: Mapping[str, torch.Tensor], cache: DynamicCache) -> None:
    """Fill the cache with all but the last token of prompts of several lengths, one by one.

    On a CPU, where a batch reads no faster than its rows, none then pays for padding, nor for
    attention to what comes after it, which a mask of padding would make it compute.
    """
    ids, lengths = inputs["input_ids"], inputs["attention_mask"].sum(dim=1).tolist()
    if min(lengths) == ids.shape[1] or min(lengths) < 2:
        return
    read = [DynamicCache(config=model.config) for _ in lengths]
    for row, length in enumerate(lengths):
        model.base_model(
            input_ids=ids[row : row + 1, -length:-1], past_key_values=read[row], use_cache=True
        )
    for i in range(len(cache.layers)):
        cache.update(*_align_right([own.layers[i] for own in read], ids.shape[1] - 1), i)


def _align_right(layers: Sequence[Any], width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Keys and values of all rows, (rows, heads, width, size), with zeros before the shorter."""
    paddings = [(0, 0, width - layer.keys.shape[-2], 0) for layer in layers]
    rows = list(zip(layers, paddings, strict=True))
    keys = torch.cat([pad(layer.keys, padding) for layer, padding in rows])
    return keys, torch.cat([pad(layer.values, padding) for layer, padding in rows])


class _Room:
    """A tensor that grows along its last dimension but one, with room for the next steps."""

    def __init__(self) -> None:
        self._buffer = self._filled = torch.empty(0)

    def append(self, filled: torch.Tensor | None, new: torch.Tensor) -> torch.Tensor:
        """Return both, one after the other; `filled` is copied where it is not what it was."""
        start = 0 if filled is None or not filled.numel() else filled.shape[-2]
        end = start + new.shape[-2]
        if filled is not self._filled or end > self._buffer.shape[-2]:
            self._buffer = new.new_empty((*new.shape[:-2], end + _SPARE, new.shape[-1]))
            if filled is not None and start:
                self._buffer[..., :start, :] = filled
        self._buffer[..., start:end, :] = new
        self._filled = self._buffer[..., :end, :]
        return self._filled


class GrowingLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """A layer of a cache in which a step writes what is new, and does not copy all the rest."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._key_room, self._value_room = _Room(), _Room()

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """As the layer of transformers, with equal results."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        self.keys = self._key_room.append(self.keys, key_states)
        self.values = self._value_room.append(self.values, value_states)
        return self.keys, self.values


def _build_growing_cache(model: Any) -> DynamicCache | None:
    """A cache for a decoder that keeps all keys and values of each layer, and no other kind."""
    config = model.generation_config
    if model.config.is_encoder_decoder or config.cache_implementation or config.use_cache is False:
        return None
    cache = DynamicCache(config=model.config)
    if not cache.layers or any(type(layer) is not DynamicLayer for layer in cache.layers):
        return None
    cache.layers = [GrowingLayer() for _ in cache.layers]
    return cache


class _Watch(StoppingCriteria):
    """Notes in `ends` after how many tokens rows end; interrupts when enough of them have.

    Enough is the share that leaves together, or one that has waited for `_LONGEST_WAIT`. It does
    not interrupt from `last_step` on.
    """

    def __init__(
        self,
        rows: Sequence[int],
        ends: dict[int, int],
        start: int,
        has_ended: HasEnded,
        last_step: int,
        may_leave: bool,
    ) -> None:
        self._rows, self._ends, self._start = rows, ends, start
        self._has_ended, self._last_step, self._may_leave = has_ended, last_step, may_leave
        self._first_at = inf
        self.is_interrupted = self.is_share_done = False

    def __call__(self, input_ids: torch.Tensor, scores: Any, **kwargs: Any) -> torch.Tensor:
        for row, tokens in zip(self._rows, input_ids[:, self._start :].tolist(), strict=True):
            if row not in self._ends and self._has_ended(row, tokens):
                self._ends[row] = len(tokens)
                self._first_at = min(self._first_at, time.monotonic())
        is_done = [row in self._ends for row in self._rows]
        goes_on = not all(is_done) and input_ids.shape[1] - self._start < self._last_step
        self.is_share_done = self._may_leave and sum(is_done) >= _LEAVING_SHARE * len(is_done)
        has_waited = time.monotonic() - self._first_at >= _LONGEST_WAIT
        self.is_interrupted = goes_on and (self.is_share_done or has_waited)
        return torch.tensor(is_done, device=input_ids.device) | self.is_interrupted


def _has_rows(cache: Any) -> bool:
    """Whether rows can be taken out of the cache: its layers are keys and values, a row each."""
    if isinstance(cache, EncoderDecoderCache):
        return _has_rows(cache.self_attention_cache) and _has_rows(cache.cross_attention_cache)
    return isinstance(cache, DynamicCache) and all(
        isinstance(layer, DynamicLayer) for layer in cache.layers
    )


def _select(batch: Mapping[str, Any], output: Any, places: Sequence[int] | None) -> dict[str, Any]:
    """The inputs that go on where the output ended, for the rows in these places; None for all."""
    sequences, cache, mask = output.sequences, output.past_key_values, batch["attention_mask"]
    states = batch["encoder_outputs"][0] if "encoder_outputs" in batch else None
    if places is not None:
        rows = torch.tensor(places, device=sequences.device)
        cache.batch_select_indices(rows)
        sequences, mask = sequences[rows], mask[rows]
        states = None if states is None else states[rows]
    if states is not None:
        return {
            "encoder_outputs": BaseModelOutput(last_hidden_state=states),
            "attention_mask": mask,
            "decoder_input_ids": sequences,
            "decoder_attention_mask": torch.ones_like(sequences),
            "past_key_values": cache,
        }
    new = mask.new_ones(len(sequences), sequences.shape[1] - mask.shape[1])
    mask = torch.cat([mask, new], dim=1)
    return {"input_ids": sequences, "attention_mask": mask, "past_key_values": cache}
