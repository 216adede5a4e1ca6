"""Names of models and datasets as file names."""

import re

from summbench.core.records import sha256

_MAX_LENGTH = 80


def sanitize(name: str) -> str:
    """One safe component of a path; a changed name gets a hash, so that no two coincide."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._-")[:_MAX_LENGTH]
    return safe if safe == name else f"{safe or 'name'}-{sha256(name)[:8]}"
