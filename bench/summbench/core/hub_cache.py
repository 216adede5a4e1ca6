"""The hub: which commits its cache on this machine has, and whether it answers."""

import logging
import re
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Literal

_LOG = logging.getLogger("summbench")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SECONDS_TO_ANSWER = 2.0
_NO_ANSWER = (407, 502, 503, 504)  # a proxy says that it can't reach it


def is_commit(revision: object) -> bool:
    """Whether it names one state for ever; a branch, a tag and a shortened hash do not."""
    return isinstance(revision, str) and _COMMIT.fullmatch(revision) is not None


def find_cached_commit(
    repository: str, revision: str | None, kind: Literal["model", "dataset"] = "model"
) -> str | None:
    """Return the commit that a revision means on this machine; None if the cache has none.

    A commit is itself, cached or not. The hub is not asked.
    """
    if is_commit(revision):
        return revision
    try:
        from huggingface_hub import constants  # noqa: PLC0415 - of an extra
    except ModuleNotFoundError:
        return None
    folder = Path(constants.HF_HUB_CACHE, f"{kind}s--{repository.replace('/', '--')}")
    try:
        commit = (folder / "refs" / (revision or "main")).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return commit if is_commit(commit) and (folder / "snapshots" / commit).is_dir() else None


def is_cached(repository: str) -> bool:
    """Whether the hub's cache on this machine has anything of a model."""
    from huggingface_hub import constants  # noqa: PLC0415 - of an extra

    return Path(constants.HF_HUB_CACHE, f"models--{repository.replace('/', '--')}").is_dir()


def may_ask(offline: bool) -> bool:
    """Whether the hub may be asked: neither `offline` nor HF_HUB_OFFLINE=1 forbids it."""
    from huggingface_hub import constants  # noqa: PLC0415 - of an extra

    return not (offline or constants.HF_HUB_OFFLINE)


@cache
def find_hub_problem() -> str | None:
    """Say why the hub can't be asked, or return None if it answers within two seconds.

    It is asked once in a process. The caches of its clients have longer patience: a network that
    swallows packets would cost minutes.
    """
    answers: list[str | None] = []
    thread = Thread(target=lambda: answers.append(_ask_hub()), daemon=True)
    thread.start()  # looking up a name has no time limit of its own
    thread.join(_SECONDS_TO_ANSWER + 0.5)
    problem = answers[0] if answers else f"nothing within {_SECONDS_TO_ANSWER:.0f} s"
    if problem:
        _LOG.warning("The hub does not answer (%s); its cache is used.", problem)
    return problem


def _ask_hub() -> str | None:
    from huggingface_hub import constants, get_session  # noqa: PLC0415 - of an extra

    try:
        status = get_session().head(constants.ENDPOINT, timeout=_SECONDS_TO_ANSWER).status_code
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return f"HTTP {status}" if status in _NO_ANSWER else None


def describe_no_network(problem: str, repository: str) -> str:
    """Say that the hub does not answer, and how to work without it.

    `repository` is what `hf download` takes.
    """
    from huggingface_hub import constants  # noqa: PLC0415 - of an extra

    return (
        f"the hub ({constants.ENDPOINT}) does not answer ({problem}). Download it once "
        f"where there is a network (hf download {repository}), or give a folder"
    )
