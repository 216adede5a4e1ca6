"""Names of models and datasets as names of files."""

import re

from summbench.core.records import sha256

_LONGEST = 80


def sanitize(name: str) -> str:
    """One safe component of a path; names that would become the same keep apart by their hash."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._-")[:_LONGEST]
    return safe if safe == name else f"{safe or 'name'}-{sha256(name)[:8]}"
