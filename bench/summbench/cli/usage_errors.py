"""What is wrong with a command line, in a sentence that names the option."""

from __future__ import annotations

import re
from typing import Any

from typer.exceptions import TyperException

from summbench.core.suggestions import suggest

_EXPECTED = {
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "bool_parsing": "true or false",
    "greater_than_equal": "a number from {ge}",
    "greater_than": "a number over {gt}",
    "less_than_equal": "a number up to {le}",
    "less_than": "a number below {lt}",
}
"""The kinds of errors of pydantic, by which Typer reads values, and what each expects."""
_CHOICE = re.compile(r"(?P<value>'.*'|\".*\") is not one of (?P<choices>.+)\.", re.DOTALL)
_UNREADABLE = re.compile(r"\w+ '(?P<path>.*)' is not readable\.", re.DOTALL)
_UNKNOWN_COMMAND = re.compile(r"No such command '(?P<name>.*?)'\.", re.DOTALL)
_EXTRA = re.compile(r"Got unexpected extra argument\(?s?\)? \((?P<text>.*)\)", re.DOTALL)
_NO_VALUE = re.compile(r"Option '(?P<option>.*)' requires .*\.", re.DOTALL)


def describe_usage_error(error: TyperException) -> str:
    """Return what is wrong, what was given, and what would be right."""
    context: Any = getattr(error, "ctx", None)
    command = _name_command(context)
    message = str(error)
    if option := getattr(error, "option_name", "") if "No such option" in message else "":
        options = [o for p in context.command.params for o in p.opts] if context else []
        return f"There is no option {option!r} of {command}.{suggest(option, options)}"
    if match := _UNKNOWN_COMMAND.match(message):
        near = suggest(match["name"], getattr(context.command, "commands", ()))
        return f"There is no command {match['name']!r}.{near} {command} --help lists them."
    if match := _EXTRA.fullmatch(message):
        return f"{command} does not take {match['text']!r}; {command} --help lists what it takes."
    if match := _NO_VALUE.fullmatch(message):
        return f"{match['option']} has no value; expected {match['option']} VALUE."
    if (parameter := getattr(error, "param", None)) is not None:
        return _describe_parameter(error, parameter, command)
    return message


def _name_command(context: Any) -> str:
    """The command and its group, however Python was started."""
    names: list[str] = []
    while context is not None and context.parent is not None:
        names, context = [context.info_name, *names], context.parent
    return " ".join(["summbench", *names])


def _describe_parameter(error: TyperException, parameter: Any, command: str) -> str:
    is_option = parameter.param_type_name == "option"
    name = parameter.opts[0] if is_option else parameter.metavar or parameter.name.upper()
    if not error.message:
        name = f"{parameter.opts[0]} VALUE" if is_option else name
        return f"{name} is missing; {command} --help has an example."
    if match := _UNREADABLE.fullmatch(error.message):
        return f"{match['path']} can't be read (Permission denied)."
    details: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    for detail in details[:1]:
        if expected := _EXPECTED.get(detail["type"]):
            expected = expected.format(**detail.get("ctx", {}))
            return f"{name} is {detail['input']!r}; expected {expected}."
    text = error.message.removeprefix("Value error, ")
    if match := _CHOICE.fullmatch(text):
        value, choices = match["value"][1:-1], re.findall(r"'([^']+)'", match["choices"])
        return f"{name} is {value!r}; expected {' or '.join(choices)}.{suggest(value, choices)}"
    return f"{name}: {text}"
