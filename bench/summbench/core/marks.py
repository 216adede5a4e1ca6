"""Marks that tokenizers and scripts leave in a text: they part sentences, or they are removed."""

from __future__ import annotations

import re

_LINE_SEPARATOR = "\u2028"  # `core.text` ends a text of one sentence with it

# PEGASUS; PreSumm; See et al. (2017); BART and RoBERTa; BERT; ProphetNet
_PARTING = r"<n>|<q>|</?t>|</s>|\[(?i:SEP|X_SEP)\]"
_ROLE = r"(?:(?:assistant|model|user|system)(?=[ \t]*(?:\n|<|\Z)))?"
_REMOVED = (
    r"<s>|\[(?i:CLS|PAD)\]|<(?:pad|bos|eos|EOS_TOKEN|BOS_TOKEN)>|\[/INST\]"
    # Gemma; Gemma 4; Seed
    rf"|<start_of_turn>{_ROLE}\n?|<end_of_turn>|<\|turn>{_ROLE}\n?|<turn\|>"
    rf"|<seed:[be]os>{_ROLE}\n?"
    # ChatML; Llama 3; harmony; Phi; Cohere; GLM; Granite; EXAONE; OpenThinker; DeepSeek
    rf"|<\|im_start\|>{_ROLE}\n?|<\|im_end\|>|<\|start_header_id\|>{_ROLE}<\|end_header_id\|>\n*"
    rf"|<\|start\|>{_ROLE}|<\|start_of_role\|>{_ROLE}<\|end_of_role\|>"
    r"|<\|(?:end|return|call|pad|eos|bos|eot|sep|endoftext|startoftext|end_of_text|begin_of_text"
    r"|end_of_turn|end_of_sentence|eot_id|eom_id|assistant|user|system|endofprompt|im_sep"
    r"|(?:begin|end)_of_(?:box|solution)|(?:START|END)_(?:RESPONSE|TEXT|ACTION)"
    r"|(?:START|END)_OF_TURN_TOKEN|(?:CHATBOT|USER|SYSTEM)_TOKEN)\|>"
    r"|\[\|(?:endofturn|assistant|user|system)\|\]"
    "|<\uff5c(?:begin\u2581of\u2581sentence|end\u2581of\u2581sentence|Assistant|User)\uff5c>"
)
_RUN, _RUN_BESIDE_QUOTATIONS = (
    re.compile(rf"(?:(?:(?:{parting})|{_REMOVED})\s*)+")
    for parting in (_PARTING, _PARTING.replace("<q>|", ""))
)
_PARTS = re.compile(rf"{_PARTING}|\n")
_ONE_SENTENCE = re.compile(r"\s*<t>.*</t>\s*", re.DOTALL)


def read_marks(text: str) -> str:
    """Return the text with a line break for marks that part sentences, and without others.

    Marks in a row are one line break: they leave no empty lines.
    Marks of a beginning, of an end and of filling are words to no metric; what is not known as
    one of them stays. `<q>` is HTML if the text has `</q>`. A text in one pair of `<t>` is one
    sentence, however many full stops it has.
    """
    if "<" not in text and "[" not in text:
        return text
    pattern = _RUN_BESIDE_QUOTATIONS if "</q>" in text else _RUN
    pieces: list[str] = []
    end = 0
    for run in pattern.finditer(text):
        before = text[end : run.start()]
        pieces.append(before.rstrip())
        spaces = before[len(pieces[-1]) :]
        end = run.end()
        pieces.append(_separate(run[0], spaces, text[end : end + 1]))
    if not pieces:
        return text
    result = ("".join(pieces) + text[end:]).strip()
    is_one = text.endswith(_LINE_SEPARATOR) or _ONE_SENTENCE.fullmatch(text)
    return result + _LINE_SEPARATOR if is_one and len(result.splitlines()) == 1 else result


def _separate(run: str, spaces: str, following: str) -> str:
    """What stands for a run of marks: a line break, a space, or nothing before punctuation."""
    if "\n" in spaces or _PARTS.search(run):
        return "\n"
    is_tight = not spaces and run == run.rstrip() and not following.isalnum()
    return "" if is_tight else " "
