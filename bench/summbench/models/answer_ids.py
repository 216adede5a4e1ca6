"""Whether an answer may belong to its request: servers give each answer an id of its own."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from summbench.core.json_text import parse_json
from summbench.core.records import sha256

_SHORTEST_ID = 16
_LATEST = 10_000


class AnswerIds:
    """The ids of the latest answers, and the request that each was for.

    A proxy that sends an answer twice shifts all that follow it on its connection. Short ids say
    nothing: Ollama draws one of a thousand. Nor do those of a server that gives all answers one
    id, and a cache may answer the same request twice.
    """

    def __init__(self) -> None:
        self._requests: OrderedDict[str, str] = OrderedDict()

    def is_of_other_request(self, body: str, request: Mapping[str, Any]) -> bool:
        """Note the answer's id; tell whether an answer to another request had it before."""
        answer_id = _read_id(body)
        if answer_id is None:
            return False
        own = sha256(json.dumps(request, sort_keys=True))
        first = self._requests.setdefault(answer_id, own)
        if len(self._requests) > _LATEST:
            self._requests.popitem(last=False)
        return first != own and len(self._requests) > 1


def _read_id(body: str) -> str | None:
    try:
        answer = parse_json(body, allow_repeated_keys=True)
    except ValueError:
        return None
    answer_id = answer.get("id") if isinstance(answer, dict) else None
    is_long = isinstance(answer_id, str) and len(answer_id) >= _SHORTEST_ID
    return answer_id if is_long else None
