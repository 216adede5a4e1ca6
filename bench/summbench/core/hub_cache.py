"""Commits of hub repositories: what pins one, and which one the hub's cache on this machine has."""

import re
from pathlib import Path
from typing import Literal

_COMMIT = re.compile(r"[0-9a-f]{40}")


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
