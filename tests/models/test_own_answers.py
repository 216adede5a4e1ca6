"""Answers under the right article, whatever a server or a proxy before it sends twice."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from summbench.core.records import Article, Prediction
from summbench.models.answer_ids import AnswerIds
from summbench.models.endpoint import Endpoint
from tests.servers import Answer, Moody, completion, fine, moody

_ARTICLES = [Article(f"a{i}", f"Number {i} is the one.") for i in range(20)]


def _read_request(stream: Any) -> dict[str, Any] | None:
    """The body of the next request on a connection; None at its end."""
    length = 0
    while (line := stream.readline().strip()) or not length:
        if not line:
            return None
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    body: dict[str, Any] = json.loads(stream.read(length))
    return body


class _Doubling:
    """Sends each response twice, at once; it keeps connections open as long as clients do."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    @staticmethod
    def _answer(connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            while (request := _read_request(stream)) is not None:
                text = request["messages"][-1]["content"]
                body = json.dumps({**completion(f"Of {text}"), "id": f"chatcmpl-{text}"}).encode()
                head = (
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n"
                )
                connection.sendall(2 * (head.encode() + body))


@contextmanager
def _doubling() -> Iterator[_Doubling]:
    server = _Doubling()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        thread.join()


def _summarise(url: str, **how: Any) -> dict[str, Prediction]:
    model = Endpoint(url, "tiny", "{article}", backoff=0.001, **how)
    return {prediction.article_id: prediction for prediction in model.summarise(_ARTICLES)}


@pytest.mark.parametrize("max_concurrent", [1, 3])
def test_a_response_that_is_sent_twice_is_the_answer_to_its_own_request(
    max_concurrent: int,
) -> None:
    with _doubling() as server:
        predictions = _summarise(server.url, max_concurrent=max_concurrent)
    assert {name: p.summary for name, p in predictions.items()} == {
        article.id: f"Of {article.text}" for article in _ARTICLES
    }


class _Shifting(Moody):
    """A proxy that gives every third request the answer to the one before, `often` or once."""

    def __init__(self, often: bool) -> None:
        super().__init__()
        self._often, self._count, self._last = often, 0, ""
        self._shifted: set[str] = set()
        self._turn = threading.Lock()

    def answer(self, body: dict[str, Any], key: str) -> Answer | None:
        with self._turn:
            text = body["messages"][-1]["content"]
            self.requests.append(body)
            number = int(text.split()[1])
            is_due = number % 3 == 2 and (self._often or text not in self._shifted)
            if is_due and self._last:
                self._shifted.add(text)
            else:
                self._last = text
            return fine({**completion(f"Of {self._last}"), "id": f"chatcmpl-000 {self._last}"})


def test_an_answer_whose_id_another_had_is_asked_for_again() -> None:
    with moody(_Shifting, often=False) as server:
        predictions = _summarise(server.url, max_concurrent=1, retries=2)
    assert [predictions[a.id].summary for a in _ARTICLES] == [f"Of {a.text}" for a in _ARTICLES]
    assert len(server.requests) == 20 + 6  # 2, 5, ... 17


def test_an_answer_that_never_comes_under_its_own_id_is_an_error() -> None:
    with moody(_Shifting, often=True) as server:
        predictions = _summarise(server.url, max_concurrent=1, retries=1)
    errors = {name for name, p in predictions.items() if p.error}
    assert errors == {f"a{i}" for i in range(2, 20, 3)}
    assert {p.error for p in predictions.values() if p.error} == {
        "the server sent the answer to another request (its id was there before) "
        "(attempt 2, the last)"
    }
    assert all(p.summary == f"Of {a.text}" for a in _ARTICLES
               if (p := predictions[a.id]) and not p.error)  # fmt: skip


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["chatcmpl-1234567890"] * 3, [False, False, False]),  # of a server without ids
        (["chatcmpl-12", "chatcmpl-13", "chatcmpl-12"], [False, False, False]),  # Ollama
        (["", "", ""], [False, False, False]),
        ([None, 3, []], [False, False, False]),
        (["chatcmpl-1234567890", "chatcmpl-1234567891", "chatcmpl-1234567890"],
         [False, False, True]),
    ],
    ids=["constant", "short", "empty", "no text", "seen before"],
)  # fmt: skip
def test_only_ids_that_tell_answers_apart_count(
    ids: Sequence[object], expected: Sequence[bool]
) -> None:
    answers = AnswerIds()
    assert [
        answers.is_of_other_request(json.dumps({"id": answer_id}), {"n": number})
        for number, answer_id in enumerate(ids)
    ] == expected


def test_the_same_request_may_be_answered_twice_from_a_cache() -> None:
    answers = AnswerIds()
    bodies = [json.dumps({"id": f"chatcmpl-123456789{i}"}) for i in (0, 1, 0)]
    assert [answers.is_of_other_request(b, {"n": b}) for b in bodies] == [False] * 3
