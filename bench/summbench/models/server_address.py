"""The address of a server: whether it is one, and whether it is this machine's own."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from summbench.core.errors import SummbenchError


def check_address(base_url: str, key_variable: str) -> None:
    """Check that the address is one, with no secret and no call in it.

    Raises: SummbenchError.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SummbenchError(
            f"base_url={base_url!r} is no address; one looks like http://localhost:8000/v1."
        )
    if parts.path.rstrip("/").endswith("/chat/completions"):
        raise SummbenchError(
            f"base_url={base_url!r} ends in /chat/completions, which is added to it; "
            "leave that out."
        )
    if parts.username or parts.password:
        raise SummbenchError(
            "base_url has a user or a password in it, and is written to run.json; put the key "
            f"into the environment variable {key_variable} instead."
        )


def is_local_address(base_url: str) -> bool:
    """Return whether the address is this machine's own."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
