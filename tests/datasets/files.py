"""Files of rows for the tests of datasets, and the sentence with which data is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from summbench.core.errors import SummbenchError


def write(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def write_jsonl(path: Path, *rows: Any) -> str:
    return write(path, "".join(json.dumps(row) + "\n" for row in rows))


def get_error(load: Callable[..., Any], *arguments: Any, **options: Any) -> str:
    with pytest.raises(SummbenchError) as caught:
        load(*arguments, **options)
    return str(caught.value)
