"""Whether a class of somebody's own has the shape of a model, metric or dataset."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import Any, get_args

from summbench.core.errors import SummbenchError
from summbench.core.prediction_checks import is_count, show_value
from summbench.core.records import (
    Article,
    Direction,
    Example,
    MetricInfo,
    Need,
    OracleModel,
    Role,
)
from summbench.core.suggestions import suggest

_SCORE = ("score", ("examples", "summaries"))
_PUBLIC = "summbench."
_SENTENCE = re.compile(r"(?<=[.!?])\s")
_LONGEST_DESCRIPTION = 300
_LARGEST_SCORE = 1e100  # its square can still be summed


def is_shipped(thing: object) -> bool:
    """Whether the class of an object is ours: those keep their protocol, as tests show."""
    return type(thing).__module__.startswith(_PUBLIC)


def describe_class(component: type) -> str:
    """Return the first sentence of the class's docstring; empty without one of its own."""
    text = component.__doc__ or ""
    if text.startswith(f"{component.__name__}("):  # what a dataclass writes for itself
        return ""
    paragraph = " ".join(text.strip().partition("\n\n")[0].split())
    return _SENTENCE.split(paragraph, maxsplit=1)[0][:_LONGEST_DESCRIPTION]


def check_class(name: str, component: type, kind: str) -> None:
    """Check a model's class before it is built: a bound sees references, all others articles.

    Raises: SummbenchError, if it has no such method, or can't be instantiated.
    """
    label = _describe(name, component)
    if missing := sorted(getattr(component, "__abstractmethods__", ())):
        raise SummbenchError(f"{label} is abstract: it lacks {', '.join(missing)}.")
    if kind == "bound":
        _check_method(label, component, "summarise_with_references", ("examples",))
        return
    if hasattr(component, "summarise_with_references") and not hasattr(component, "summarise"):
        raise SummbenchError(f"{label} sees the references; its config needs '_kind_: bound'.")
    _check_method(label, component, "summarise", ("articles",))


def check_model(name: str, model: object) -> None:
    """Check a model that was built: its method, and the batch size if it has one.

    Raises: SummbenchError.
    """
    label = _describe(name, type(model))
    if isinstance(model, OracleModel):
        _check_method(label, model, "summarise_with_references", ("examples",))
    else:
        _check_method(label, model, "summarise", ("articles",))
    size = getattr(model, "batch_size", 1)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise SummbenchError(
            f"{label} has batch_size={size!r:.60}; expected a whole number from 1."
        )


def check_metric(name: str, metric: Any) -> None:
    """Check a metric's columns, signature and method.

    Raises: SummbenchError.
    """
    label = _describe(name, type(metric))
    _check_method(label, metric, *_SCORE)
    signature = getattr(metric, "signature", None)
    if not isinstance(signature, str) or not signature:
        raise SummbenchError(
            f"{label} has signature={signature!r:.60}; expected a string that says all that can "
            "change its numbers, as 'words|v:1'."
        )
    columns = getattr(metric, "columns", None)
    if not isinstance(columns, Mapping) or not columns:
        raise SummbenchError(
            f"{label} has columns={columns!r:.60}; expected a mapping of each column to its "
            "MetricInfo, as {'words': MetricInfo('neither', 'diagnostic')}."
        )
    for column, info in columns.items():
        if problem := next(_find_column_problems(column, info), None):
            raise SummbenchError(f"{label}: column {column!r} {problem}.")


def _find_column_problems(column: object, info: object) -> Iterator[str]:
    if not isinstance(column, str) or not column:
        yield "is no name; expected a string"
    if not isinstance(info, MetricInfo):
        yield f"has {info!r:.60}; expected a MetricInfo('higher', 'quality')"
        return
    for key, choices in (("direction", get_args(Direction)), ("role", get_args(Role))):
        if (value := getattr(info, key)) not in choices:
            yield f"has {key}={value!r:.60}; expected {' or '.join(map(repr, choices))}"
    if (info.direction, info.role) == ("lower", "quality") and not info.worst > 0:
        yield (
            "is quality of which lower is better, and 0 would be the best for an output that "
            "failed; say what that counts as, as in MetricInfo('lower', 'quality', worst=1.0)"
        )
    needs = get_args(Need)
    if isinstance(info.needs, str) or not set(info.needs) <= set(needs):
        yield f"has needs={info.needs!r:.60}; expected frozenset() of {' and '.join(needs)}"


def find_score_problems(columns: object, expected: Sequence[str], n: int) -> Iterator[str]:
    """Say what is wrong with what a metric's `score` returned for n summaries."""
    if not isinstance(columns, Mapping):
        yield f"a {type(columns).__name__}; expected column -> one number for each summary"
        return
    if set(columns) != set(expected):
        yield f"the columns {', '.join(map(str, columns))}; expected {', '.join(expected)}"
    for name, values in columns.items():
        if not hasattr(values, "__len__") or isinstance(values, str):
            yield f"a {type(values).__name__} in {name!r}; expected one number for each summary"
            return
        if len(values) != n:
            yield f"{len(values)} numbers in {name!r} for {n} summaries; expected one for each"


def find_wrong_scores(columns: Mapping[str, Sequence[Any]]) -> dict[int, str]:
    """Return the rows with a value that is no score, and what is wrong with each."""
    problems: dict[int, str] = {}
    for name, values in columns.items():
        is_plain = set(map(type, values)) == {float}
        for row, value in enumerate(values):
            if abs(value) > _LARGEST_SCORE if is_plain else not _is_score(value):
                is_number = isinstance(value, Real)
                what = show_value(value) if is_number else f"a {type(value).__name__}"
                expected = "expected finite numbers" if is_number else "expected numbers"
                expected += f" (at most {_LARGEST_SCORE:g}), or NaN" if is_number else ", or NaN"
                problems.setdefault(row, f"{what} in {name!r}; {expected} where there is none")
    return problems


def find_wrong_notes(evidence: object, counts: object, n: int) -> Iterator[str]:
    """Say what is wrong with the evidence and the counts of n scores; None means no such thing."""
    texts = [] if evidence is None else evidence
    if not isinstance(texts, Sequence) or (evidence is not None and len(texts) != n):
        yield f"evidence that is {show_value(evidence)}; expected a text for each of {n} summaries"
    elif any(not isinstance(text, str) for text in texts):
        yield "evidence that is no text; expected a JSON text for each summary"
    columns = {} if counts is None else counts
    if not isinstance(columns, Mapping):
        yield f"counts that are {show_value(counts)}; expected name -> a number for each summary"
        return
    for name, values in columns.items():
        if not isinstance(values, Sequence) or len(values) != n or not all(map(is_count, values)):
            yield f"{show_value(values)} as counts of {name!r}; expected {n} whole numbers"


def _is_score(value: object) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, Real) and not abs(float(value)) > _LARGEST_SCORE
    except (OverflowError, ValueError, TypeError):
        return False


def check_examples(name: str, dataset: object, examples: object) -> Sequence[Example]:
    """Return what a dataset loaded, if that is a sequence of examples.

    Raises: SummbenchError, for the first item that is none.
    """
    label = _describe(name, type(dataset))
    expected = "Example(Article(id, text), (reference, ...))"
    if not isinstance(examples, Sequence) or isinstance(examples, str):
        raise SummbenchError(
            f"{label}: load() returned a {type(examples).__name__}; expected a list of {expected}."
        )
    for position, example in enumerate(examples):
        if not isinstance(example, Example) or not isinstance(example.article, Article):
            came = f"{type(example).__name__} ({example!r:.60})"
            raise SummbenchError(
                f"{label}: item {position} of load() is a {came}; expected an {expected}."
            )
        texts = (example.article.id, example.article.text, *_to_tuple(example.references))
        if others := [text for text in texts if not isinstance(text, str)]:
            raise SummbenchError(
                f"{label}: item {position} of load() has {others[0]!r:.60} where a string is "
                f"expected: {expected}."
            )
    ids = [example.article.id for example in examples]
    if len(set(ids)) < len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        raise SummbenchError(f"{label}: load() has two articles of the id {twice!r}.")
    return examples


def check_load(name: str, dataset: object) -> None:
    """Raise SummbenchError if a dataset has no load() without arguments."""
    _check_method(_describe(name, type(dataset)), dataset, "load", ())


def _to_tuple(references: object) -> tuple[object, ...]:
    """The references; a single string, whose letters would each be one, is none."""
    return references if isinstance(references, tuple) else (references,)


def _check_method(label: str, owner: object, method: str, arguments: Sequence[str]) -> None:
    call = f"{method}({', '.join(arguments)})"
    function = getattr(owner, method, None)
    if not callable(function):
        names = [text for text in dir(owner) if not text.startswith("_")]
        raise SummbenchError(f"{label} has no method {call}.{suggest(method, names)}")
    if inspect.iscoroutinefunction(function):
        raise SummbenchError(f"{label}: {method} is async; expected a plain method {call}.")
    is_unbound = inspect.isclass(owner) and inspect.isfunction(
        inspect.getattr_static(owner, method)
    )
    try:
        signature = inspect.signature(function)
        signature.bind(*(["self"] if is_unbound else []), *arguments)
    except TypeError as error:
        raise SummbenchError(
            f"{label}: {method}{signature} can't be called as {call} ({error})."
        ) from error
    except ValueError:  # of a builtin, which has no signature
        return


def _describe(name: str, component: type) -> str:
    return f"{name!r} ({component.__module__}.{component.__qualname__})"
