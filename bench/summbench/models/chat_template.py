"""A tokeniser's chat template: a chat as a prompt, which is the same on every day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import TemplateError

from summbench.core.errors import SummbenchError
from summbench.models.instruction import Instruction

_OWN_VARIABLES = {
    "messages", "tools", "documents", "chat_template", "add_generation_prompt", "tokenize",
    "continue_final_message", "strftime_now", "raise_exception", "return_dict", "conversation",
}  # fmt: skip
_CLOCK = "strftime_now"
_STOPPED_CLOCK = """\
{%- macro strftime_now(format) -%}
{%- set date = namespace(text=format) -%}
{%- for directive, value in date_directives.items() -%}
{%- set date.text = date.text | replace(directive, value) -%}
{%- endfor -%}
{{- date.text -}}
{%- endmacro %}
"""
"""Written before a template, it hides the clock that transformers gives to all templates.

It ends in a line break, which transformers' Jinja takes away after a block."""
_PROBE = Instruction("userprobe{article}", "systemprobe")


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """`variables` are what the template may ask for; `date` is its today.

    With `in_parts` the content of a turn is a list of parts, as templates of models want it that
    read images, too.
    """

    tokenizer: Any
    variables: Mapping[str, Any]
    date: datetime
    in_parts: bool = False

    @property
    def has_clock(self) -> bool:
        """Whether the template asks what day it is."""
        return _CLOCK in _read_source(self.tokenizer)

    def render(self, messages: Sequence[Mapping[str, str]]) -> str:
        """Return the prompt, up to where the reply begins."""
        chat: list[dict[str, Any]] = [dict(message) for message in messages]
        for turn in chat if self.in_parts else ():
            turn["content"] = [{"type": "text", "text": turn["content"]}]
        variables = dict(self.variables)
        if self.has_clock:
            variables["chat_template"] = _STOPPED_CLOCK + _read_source(self.tokenizer)
            variables["date_directives"] = _format_directives(self.date)
        prompt = self.tokenizer.apply_chat_template(
            chat, tokenize=False, add_generation_prompt=True, **variables
        )
        return str(prompt)

    def find_fault(self, messages: Sequence[Mapping[str, str]]) -> str | None:
        """Return why the template does not render these messages, or None if it does."""
        try:
            prompt = self.render(messages)
        except (TemplateError, TypeError, ValueError) as error:
            return str(error)
        missing = [turn["role"] for turn in messages if turn["content"] not in prompt]
        return f"it leaves out the {missing[0]}'s turn" if missing else None


def parse_date(text: str) -> datetime:
    """Return the day, or the time of a day, that the text names.

    Raises:
        SummbenchError: it names none.
    """
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise SummbenchError(
            f"prompt_date={text!r} is no date; expected one like 2026-01-31."
        ) from error


def build_chat_template(
    tokenizer: Any, variables: Mapping[str, Any], date: datetime, with_system: bool
) -> ChatTemplate:
    """Return the tokeniser's template, after a trial of it.

    Raises:
        SummbenchError: there is none, it asks for none of a variable, or it refuses a turn.
    """
    _check_variables(_read_source(tokenizer), variables)
    templates = [ChatTemplate(tokenizer, variables, date, parts) for parts in (False, True)]
    chat = _PROBE.build_messages("")
    faults = [template.find_fault(chat if with_system else chat[1:]) for template in templates]
    for template, fault in zip(templates, faults, strict=True):
        if fault is None:
            return template
    if with_system and any(template.find_fault(chat[1:]) is None for template in templates):
        raise SummbenchError(
            f"the model's chat template takes no system turn ({faults[0]}); set system: null, and "
            "put its text at the beginning of prompt."
        )
    raise SummbenchError(
        f"the model's chat template cannot be rendered ({faults[0]}); set chat: false for a plain "
        "prompt."
    )


def _format_directives(date: datetime) -> dict[str, str]:
    """Each directive of `strftime` with its value, also without leading zeros (`%-d`)."""
    values = {f"%{letter}": date.strftime(f"%{letter}") for letter in "aAwdbBmyYHIpMSfjUWcxX"}
    bare = {f"%-{letter}": values[f"%{letter}"].lstrip("0") or "0" for letter in "dmyHIMSj"}
    return (
        values | bare | {"%F": f"{date:%Y-%m-%d}", "%T": f"{date:%H:%M:%S}", "%e": f"{date.day:2}"}
    )


def _read_source(tokenizer: Any) -> str:
    if not tokenizer.chat_template:
        raise SummbenchError(
            "the tokeniser has no chat template; set chat: false for a plain prompt."
        )
    try:
        return str(tokenizer.get_chat_template())
    except ValueError as error:
        raise SummbenchError(f"the tokeniser's chat template can't be chosen: {error}") from error


def _check_variables(source: str, variables: Mapping[str, Any]) -> None:
    for name in variables:
        if name in _OWN_VARIABLES:
            raise SummbenchError(
                f"chat_template_kwargs has {name!r}, which is set here; it takes what else the "
                "template asks for, as enable_thinking."
            )
        if not re.search(rf"\b{re.escape(name)}\b", source):
            raise SummbenchError(
                f"chat_template_kwargs has {name!r}, which the model's chat template does not use; "
                "leave it out."
            )
