"""Prompts with places for texts, as {article}."""

from __future__ import annotations

import re
from collections.abc import Mapping

from summbench.core.errors import SummbenchError


def fill_prompt(prompt: str, fields: Mapping[str, str]) -> str:
    """All places at once, so that braces inside an article or a summary stay what they are."""
    return re.sub(r"\{(\w+)\}", lambda m: fields.get(m[1], m[0]), prompt)


def check_prompt(prompt: str, *places: str) -> None:
    """Refuse a prompt that lacks a place, or has it twice.

    Raises: SummbenchError.
    """
    if missing := [place for place in places if prompt.count(place) != 1]:
        raise SummbenchError(
            f"prompt must have {missing[0]} once, not {prompt.count(missing[0])} times."
        )
