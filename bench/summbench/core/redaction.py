"""What must not be written down: passwords, keys, secret variables and, for sharing, folders."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from summbench.core.errors import SummbenchError

REMOVED = "(removed)"
REFERRED = "SUMMBENCH_REFERRED_VARIABLES"
"""The variable with the names of those that a config refers to; worker processes inherit it."""
_MIN_SECRET, _MIN_REFERRED = 8, 6
_NUMBER = re.compile(r"[-+.\d]+")
_LONGEST_ERROR = 5_000
_SECRET_KEY = re.compile(
    r"(?i)api_?key|secret|passw|credential|authorization|(^|auth|access|hf)_?token$"
    r"|(^|_)(pat|pass|dsn|auth)$"
)
_SECRET_VARIABLE = re.compile(
    r"(?i)key|token|secret|passw|credential|(^|_)(pat|pass|passphrase|dsn|auth)(_|$)"
)
_URL_USER = re.compile(r"(?<=\w\w:/)(/?)[^/\s@]+@")  # pathlib makes one slash of two
_URL_SECRET = re.compile(
    r"(?i)(?<=[?&])([\w.-]*(?:key|token|secret|passw(?:or)?d?|signature|sig)=)[^&\s#'\"]+"
)
_WHOLE_PATH = re.compile(r"(?:~|/|file:///|[A-Za-z]:[\\/])[^\n]*")
_URL_OR_FOLDERS = re.compile(r"(?<!\w)\w+://[^\s/]\S*|(?:file://)?(?<![\w.~])~?/(?:[^\s/'\"]+/)+")


def redact_secrets(value: Any, environment: Mapping[str, str], key: str = "") -> Any:
    """Return the JSON value without users and keys in addresses, and without secrets.

    A secret is the value of a key that is called one, or of a variable of the environment that is,
    if it has eight characters or more. So is the value of any variable that a config refers to
    (`REFERRED`), if it has six characters or more and is no number. One of letters alone is removed
    only as a whole word.
    """
    if isinstance(value, Mapping):
        return {k: redact_secrets(inner, environment, str(k)) for k, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redact_secrets(inner, environment, key) for inner in value]
    if not isinstance(value, str):
        return value
    if _SECRET_KEY.search(key) and not key.endswith(("_env", "_variable")) and value:
        return REMOVED
    referred = environment.get(REFERRED, "").split(",")
    for name, secret in environment.items():
        if secret in value and _is_secret(name, secret, name in referred):
            word = rf"\b{secret}\b" if secret.isalpha() else re.escape(secret)
            value = re.sub(word, REMOVED, value)
    return _URL_SECRET.sub(rf"\g<1>{REMOVED}", _URL_USER.sub(r"\1", value))


def format_error(error: Exception) -> str:
    """Return the error's words without secrets, fit for UTF-8; a user's mistake needs no class."""
    text = str(error) if isinstance(error, SummbenchError) else f"{type(error).__name__}: {error}"
    encoded = str(redact_secrets(text, os.environ)).encode("utf-8", "replace")
    return encoded.decode()[:_LONGEST_ERROR]


def _is_secret(name: str, value: str, is_referred: bool) -> bool:
    if is_referred and len(value) >= _MIN_REFERRED and not _NUMBER.fullmatch(value):
        return True
    return len(value) >= _MIN_SECRET and _SECRET_VARIABLE.search(name) is not None


def redact_for_sharing(value: Any, environment: Mapping[str, str], key: str = "") -> Any:
    """Return the JSON value without secrets and without folders of this machine."""
    if isinstance(value, Mapping):
        return {
            name: redact_for_sharing(inner, environment, str(name)) for name, inner in value.items()
        }
    if isinstance(value, list):
        return [redact_for_sharing(inner, environment, key) for inner in value]
    value = redact_secrets(value, environment, key)
    if not isinstance(value, str):
        return value
    if _WHOLE_PATH.fullmatch(value):
        return re.split(r"[\\/]", value.rstrip("\\/"))[-1]
    return strip_folders(value)


def strip_folders(text: str) -> str:
    """Return the sentence with only the last part of each absolute path."""
    return _URL_OR_FOLDERS.sub(lambda m: m[0] if re.match(r"\w+://[^/]", m[0]) else "", text)
