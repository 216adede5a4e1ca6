"""What a reader takes from a model's raw reply: the summary, and apart from it the thoughts."""

import re
from dataclasses import replace

from summbench.core.records import Prediction

CLEANING_VERSION = "1"
"""Raised with every change of `clean_reply` that can change a summary; a part of a score's key."""

THOUGHT_START, THOUGHT_END = "<think>", "</think>"
_THOUGHT = re.compile(r"<think>(.*?)(?:</think>|\Z)", re.DOTALL)


def clean_reply(text: str, reasoning: str = "") -> tuple[str, str]:
    """Return the summary in a raw reply and the model's thoughts, which are never scored.

    Thoughts are what a server kept apart (`reasoning`) and what is between `<think>` marks, to the
    end of the text if the last mark is never closed. Some chat templates open the first mark
    themselves, so that the text has only its end. PEGASUS writes its line breaks as `<n>`.
    """
    text = text.replace("<n>", "\n")
    if THOUGHT_START not in text.partition(THOUGHT_END)[0] and THOUGHT_END in text:
        text = THOUGHT_START + text
    thoughts = "\n".join(thought.strip() for thought in _THOUGHT.findall(text))
    parts = (part for part in (reasoning, thoughts) if part)
    return _THOUGHT.sub("", text).strip(), "\n".join(parts)


def read_reply(prediction: Prediction) -> Prediction:
    """Return the prediction with what its raw reply says, or as it is without a raw reply."""
    if prediction.raw is None:
        return prediction
    summary, reasoning = clean_reply(prediction.raw, prediction.raw_reasoning)
    return replace(prediction, summary=summary, reasoning=reasoning)
