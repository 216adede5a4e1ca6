"""What must not be written down: passwords, keys, secret variables and, if asked, folders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REMOVED = "(removed)"
_SHORTEST = 8
_SECRET_KEY = re.compile(
    r"(?i)api_?key|secret|passw|credential|authorization|(^|auth|access|hf)_?token$"
)
_SECRET_VARIABLE = re.compile(r"(?i)key|token|secret|passw|credential")
_URL_USER = re.compile(r"(?<=\w\w:/)(/?)[^/\s@]+@")  # pathlib makes one slash of two
_URL_SECRET = re.compile(
    r"(?i)(?<=[?&])([\w.-]*(?:key|token|secret|passw(?:or)?d?|signature|sig)=)[^&\s#'\"]+"
)
_WHOLE_PATH = re.compile(r"(?:~|/|file:///|[A-Za-z]:[\\/])[^\n]*")
_URL_OR_FOLDERS = re.compile(r"\w+://[^\s/]\S*|(?:file://)?(?<![\w.~])~?/(?:[^\s/'\"]+/)+")


def without_secrets(value: Any, environment: Mapping[str, str], key: str = "") -> Any:
    """The JSON value without users and keys in addresses, and without what is called a secret.

    That is what stands under such a key, and the values of such variables of the environment, of
    eight characters or more; one of letters alone only as a word of its own.
    """
    if isinstance(value, Mapping):
        return {k: without_secrets(inner, environment, str(k)) for k, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(inner, environment, key) for inner in value]
    if not isinstance(value, str):
        return value
    if _SECRET_KEY.search(key) and not key.endswith(("_env", "_variable")) and value:
        return REMOVED
    for name, secret in environment.items():
        if len(secret) >= _SHORTEST and secret in value and _SECRET_VARIABLE.search(name):
            word = rf"\b{secret}\b" if secret.isalpha() else re.escape(secret)
            value = re.sub(word, REMOVED, value)
    return _URL_SECRET.sub(rf"\g<1>{REMOVED}", _URL_USER.sub(r"\1", value))


def private(value: Any, environment: Mapping[str, str], key: str = "") -> Any:
    """`without_secrets`, and without folders of this machine: fit to be passed on."""
    if isinstance(value, Mapping):
        return {name: private(inner, environment, str(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [private(inner, environment, key) for inner in value]
    value = without_secrets(value, environment, key)
    if not isinstance(value, str):
        return value
    if _WHOLE_PATH.fullmatch(value):
        return re.split(r"[\\/]", value.rstrip("\\/"))[-1]
    return without_folders(value)


def without_folders(text: str) -> str:
    """A sentence in which an absolute path is only its last part."""
    return _URL_OR_FOLDERS.sub(lambda m: m[0] if re.match(r"\w+://[^/]", m[0]) else "", text)
