"""A model in use: built when it is first needed, and closed when its last article is done."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from summbench.core.capabilities import SupportsAvailabilityCheck
from summbench.core.errors import SummbenchError, contain_exits
from summbench.core.prediction_checks import LONGEST_TEXT
from summbench.core.records import REQUESTS, Example, Kind, Prediction
from summbench.core.redaction import format_error
from summbench.core.replies import limit_summary
from summbench.evaluation.conformance import check_model, is_shipped
from summbench.evaluation.executors.worker import close_model
from summbench.evaluation.keys import compute_request_key, compute_text_key
from summbench.store.store import Store

_LOG = logging.getLogger("summbench")
_MODULES_NAMED = 3
_KEY_LENGTH = 64  # of a SHA-256 in hex digits


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model with its name and kind.

    - `fingerprint`: hash of its config, code and weights; None means that nothing is stored.
    - `precomputed`: its summaries are recorded; it computes nothing and knows no other article.
    - `keyed_by_request`: the request to its server determines the reply, and is the key.
    - `other_code`: hashes of the modules that it runs and that its key does not cover.
    - `refusal`: why it may not predict what the store lacks.
    - `uncovered`: modules that its fingerprint does not cover.
    - `repeat_of`: the model of which it is a repeat with another seed.
    - `check`: looks at its class without building it, and raises what is wrong with it.
    - `max_summary_characters`: a longer summary is its article's error, and is not stored.
    - `find_batch_size`: what its class says without being built; None if an instance must say.
    """

    name: str
    kind: Kind
    build: Callable[[], Any]
    fingerprint: str | None
    versions: Mapping[str, str] = field(default_factory=dict)
    precomputed: bool = False
    keyed_by_request: bool = False
    refusal: str | None = None
    uncovered: Sequence[str] = ()
    check: Callable[[], None] | None = None
    other_code: Mapping[str, str] = field(default_factory=dict)
    repeat_of: str | None = None
    max_summary_characters: int = LONGEST_TEXT
    find_batch_size: Callable[[], int | None] = lambda: None

    @property
    def store_key(self) -> str | None:
        """What its predictions are stored under; None if they are not."""
        if self.fingerprint is None or self.precomputed:
            return None
        return REQUESTS if self.keyed_by_request else self.fingerprint

    @property
    def environment(self) -> dict[str, Any]:
        """What its predictions are computed with, and their key does not say."""
        code = {"code": dict(self.other_code)} if self.other_code else {}
        return {"versions": dict(self.versions), **code}

    def limit(self, predictions: Iterable[Prediction]) -> list[Prediction]:
        """Return them with an error in place of each summary that is too long."""
        return [limit_summary(p, self.max_summary_characters) for p in predictions]


def log_differences(model: ModelSpec, environments: Iterable[Mapping[str, Any]]) -> None:
    """Say which packages and modules have changed since predictions were stored, if any."""
    packages: dict[str, None] = {}
    modules: dict[str, None] = {}
    for environment in environments:
        for package, version in environment.get("versions", {}).items():
            current = model.versions.get(package, version)
            if current != version:
                packages[f"{package} {version} (now {current})"] = None
        for module, code in environment.get("code", {}).items():
            if model.other_code.get(module, code) != code:
                modules[module] = None
    names = list(packages)
    if modules:
        more = f" and {len(modules) - _MODULES_NAMED} more" if len(modules) > _MODULES_NAMED else ""
        names.append(f"other code in {', '.join(list(modules)[:_MODULES_NAMED])}{more}")
    if names:
        _LOG.info(
            "%s: stored predictions made with %s are used; recompute=true predicts again.",
            model.name, ", ".join(names),
        )  # fmt: skip


def is_rerunnable(model: ModelSpec) -> bool:
    """Whether it is to summarise other texts: not if recorded, a bound, or a repeat."""
    return not model.precomputed and model.kind != "bound" and model.repeat_of is None


class ModelSession:
    """One model in one evaluation: at most one instance of it exists here at a time.

    `fatal_error` says why it can't work at all; its articles then fail with it.
    """

    def __init__(self, model: ModelSpec) -> None:
        self.model = model
        self.instance: Any = None
        self.fatal_error: str | None = None
        self._is_checked = self._is_remembering = False
        self._keys: deque[bytes] = deque()

    def __enter__(self) -> ModelSession:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def check(self) -> None:
        """Check its class and arguments, before any model predicts.

        Raises: SummbenchError, for the user's mistake.
        """
        if self.model.check is not None:
            self.model.check()

    def open(self) -> None:
        """Build the model if it is not built, and check that it can predict here.

        Raises: SummbenchError, if that is the user's mistake; other exceptions are `fatal_error`.
        """
        self._build()
        if self.instance is None or self._is_checked:
            return
        if not is_shipped(self.instance):
            check_model(self.model.name, self.instance)
        if isinstance(self.instance, SupportsAvailabilityCheck):
            self._run(self.instance.check_available)
        self._is_checked = True

    @property
    def needs_instance_for_keys(self) -> bool:
        """Whether the model must be built to say its keys."""
        return self.model.keyed_by_request and not self._keys

    def remember_keys(self) -> None:
        """Give the keys that are computed from now on once more, in this order, after `close`."""
        self._is_remembering = True

    def compute_keys(self, examples: Sequence[Example]) -> list[str]:
        """The store's key of each prediction; a server's needs the model to render its request."""
        if not self.model.keyed_by_request:
            with_references = self.model.kind == "bound"
            return [compute_text_key(e, with_references=with_references) for e in examples]
        if not self._is_remembering and self._keys:
            text = self._keys.popleft().hex()
            return [text[i : i + _KEY_LENGTH] for i in range(0, len(text), _KEY_LENGTH)]
        keys: list[str] = []
        self._build()
        if self.instance is not None:
            server = self.instance
            self._run(lambda: keys.extend(compute_request_key(server, e) for e in examples))
        if len(keys) < len(examples):
            keys = [compute_text_key(e, with_references=False) for e in examples]
        if self._is_remembering:
            self._keys.append(bytes.fromhex("".join(keys)))
        return keys

    def close(self) -> None:
        """Close the model if it can be closed, and let go of it."""
        close_model(self.instance)
        self.instance, self._is_checked, self._is_remembering = None, False, False

    def _build(self) -> None:
        if self.instance is None and self.fatal_error is None:
            self._run(lambda: setattr(self, "instance", self.model.build()))

    def _run(self, step: Callable[[], object]) -> None:
        try:
            with contain_exits():
                step()
        except SummbenchError:
            raise
        except Exception as error:
            self.fatal_error = format_error(error)


class ModelRun(NamedTuple):
    """A model in use, and the store of its predictions."""

    session: ModelSession
    store: Store


def use_scratch_store(run: ModelRun, scratch: Store) -> ModelRun:
    """The run with its predictions in `scratch`, if they would not be stored at all."""
    model = run.session.model
    if model.fingerprint is not None or model.precomputed:
        return run
    return ModelRun(ModelSession(replace(model, fingerprint="unstored")), scratch)
