"""A language model with a bug that batches bring out: it heeds the padding of its neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from summbench.models.causal import Causal
from summbench.models.decoding import Rows
from summbench.models.generation import pad
from summbench.models.truncation import Prompt


class Heedless(Causal):
    """Causal without its attention mask."""

    def _generate(self, prompts: Sequence[Prompt]) -> Iterator[Rows]:
        loaded = self._checkpoint.get()
        inputs = pad(prompts, loaded, "left")
        inputs["attention_mask"] = torch.ones_like(inputs["attention_mask"])
        generated = loaded.model.generate(**inputs)[:, inputs["input_ids"].shape[1] :]
        return iter([dict(enumerate(generated.tolist()))])
