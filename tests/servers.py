"""Servers on this machine: one that misbehaves as the article asks, and one of transformers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any

from tests.commands import environment

Answer = tuple[int, dict[str, str], str]
"""Status, headers and body."""


def completion(content: object, finish: str = "stop", **message: object) -> dict[str, Any]:
    """A chat completion as OpenAI documents it, of 10 tokens for a prompt of 100."""
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": "tiny-2026",
        "system_fingerprint": "fp_1",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


def fine(body: object, status: int = 200, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body)


def error(status: int, message: str, **headers: str) -> Answer:
    return fine({"error": {"message": message, "type": "error"}}, status, **headers)


def _without(key: str) -> dict[str, Any]:
    return {name: value for name, value in completion("Fine.").items() if name != key}


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


_TOO_LONG = "This model's maximum context length is 2048 tokens, and the messages have 9000."
_MOODS: dict[str, Callable[[int, str], Answer | None]] = {
    "busy": lambda n, _: error(429, "slow down", **{"Retry-After": "1"}) if n == 1 else None,
    "stumbles": lambda n, _: error(500, "it stumbled") if n <= 2 else None,
    "dead": lambda *_: error(503, "it is dead"),
    "endless": lambda *_: error(429, "come back", **{"Retry-After": "86400"}),
    "echo": lambda _, key: error(400, f"what is {key} in the header?"),
    "repeats": lambda _, key: fine(completion(f"Your key is {key}.", reasoning=key)),
    "revoked": lambda *_: error(401, "the key was revoked"),
    "too long": lambda *_: error(400, _TOO_LONG),
    "fastapi": lambda *_: fine({"detail": "wrong"}, 422),
    "moved": lambda *_: fine({}, 307, Location="http://192.0.2.1/v1"),
    "broken": lambda _, key: (200, {"Content-Type": "application/json"}, f'{{"c": "{key}'),
    "page": lambda *_: (200, {"Content-Type": "text/html"}, "<h1>Sign in</h1>"),
    "list": lambda *_: fine([]),
    "no choices": lambda *_: fine({**completion(""), "choices": []}),
    "null choices": lambda *_: fine({**completion(""), "choices": None}),
    "hidden": lambda *_: fine({"error": {"message": "upstream is gone"}}),
    "no message": lambda *_: fine({"choices": [{"finish_reason": "stop"}]}),
    "null": lambda *_: fine(completion(None, "length")),
    "refuses": lambda *_: fine(completion(None, refusal="I would rather not.")),
    "filtered": lambda *_: fine(completion("Half an", "content_filter")),
    "silent": lambda *_: fine(completion("")),
    "cut off": lambda *_: fine(completion("Half a", "length")),
    "thinks": lambda *_: fine(completion("<think>Hm.</think>Fine.")),
    "reasons": lambda *_: fine(completion("Fine.", reasoning_content="Hm.")),
    "reasons too": lambda *_: fine(completion("<think>So.</think> Fine.", reasoning="Hm.")),
    "thinks on": lambda *_: fine(completion("<think>Hm, and so on", "length")),
    "used up": lambda *_: fine(completion("", "length", reasoning_content="Hm, and so on")),
    "used up too": lambda *_: fine(completion(None, "MAX_TOKENS", reasoning="Hm, and so on")),
    "all thoughts": lambda *_: fine(completion("", reasoning_content="The dam held.")),
    "parts": lambda *_: fine(completion([_text("The dam "), _text("held.")])),
    "one part": lambda *_: fine(completion(_text("The dam held."))),
    "thinking part": lambda *_: fine(
        completion([{"type": "thinking", "thinking": [_text("Hm.")]}, _text("The dam held.")])
    ),
    "reasoning part": lambda *_: fine(
        completion([{"type": "reasoning", "summary": [{"text": "Hm."}]}, _text("The dam held.")])
    ),
    "details": lambda *_: fine(
        completion("The dam held.", reasoning_details=[{"type": "reasoning.text", "text": "Hm."}])
    ),
    "refusing part": lambda *_: fine(completion([{"type": "refusal", "refusal": "Not this."}])),
    "old": lambda *_: fine({"choices": [{"text": "The dam held.", "finish_reason": "stop"}]}),
    "streams": lambda *_: (200, {"Content-Type": "text/event-stream"}, 'data: {"choices": []}'),
    "uncounted": lambda *_: fine(_without("usage")),
    "surrogate": lambda *_: fine(completion("A \ud83d.")),
}


class Moody:
    """An OpenAI-compatible server; `[mood]` in the article says what it does, else five words.

    It has the model "tiny", needs `key` if that is set, and with `together` replies to nobody
    before that many requests are open, but for the first `alone`. `requests` are the bodies,
    `max_concurrent` is the most that were ever open. `reply` answers a request's body in another
    way than with its five words, and without `takes_schema` a request with a `response_format` is
    refused.
    """

    def __init__(
        self,
        key: str | None = None,
        together: int = 1,
        alone: int = 0,
        reply: Callable[[dict[str, Any]], str] | None = None,
        takes_schema: bool = True,
    ) -> None:
        self.key = key
        self._reply, self._takes_schema = reply, takes_schema
        self.requests: list[dict[str, Any]] = []
        self.times: list[float] = []
        self.max_concurrent = self._n_open = 0
        self.closing = threading.Event()
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._together, self._alone = threading.Barrier(together), alone
        self.url = ""

    def answer(self, body: dict[str, Any], key: str) -> Answer | None:
        """What to send; None cuts the connection."""
        prompt = body["messages"][-1]["content"]
        with self._lock:
            self.requests.append(body)
            self.times.append(time.monotonic())
            self._seen[prompt] += 1
            attempt = self._seen[prompt]
            self._n_open += 1
            is_alone = len(self.requests) <= self._alone
            self.max_concurrent = max(self.max_concurrent, self._n_open)
        try:
            if not is_alone:
                self._together.wait(60)
            return self._choose_answer(body, prompt, key, attempt)
        finally:
            with self._lock:
                self._n_open -= 1

    def _choose_answer(
        self, body: dict[str, Any], prompt: str, key: str, attempt: int
    ) -> Answer | None:
        if self.key is not None and key != self.key:
            return error(401, f"Incorrect API key provided: {key}")
        if body["model"] != "tiny":
            return error(404, f"The model {body['model']!r} does not exist")
        if "response_format" in body and not self._takes_schema:
            return error(400, "This response_format type is unavailable now")
        mood = match[1] if (match := re.search(r"\[([a-z ]+)\]", prompt)) else ""
        if mood == "cut" or (mood == "cut once" and attempt == 1):
            return None
        if mood == "slow" or (mood == "slow once" and attempt == 1):
            self.closing.wait(60)
        answer = _MOODS[mood](attempt, key) if mood in _MOODS else None
        text = self._reply(body) if self._reply else " ".join(prompt.split()[:5])
        return answer or fine(completion(text))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    moody: Moody

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.moody.answer(body, self.headers["Authorization"].removeprefix("Bearer "))
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(SHUT_RDWR)
            return
        status, headers, text = answer
        data = text.encode("utf-8", "surrogatepass")
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


class _Http(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Nothing: a client that has gone away is what these tests are about."""


@contextmanager
def moody(kind: type[Moody] = Moody, **how: Any) -> Iterator[Moody]:
    """The server while it runs; when it ends, all of its connections are closed."""
    server = kind(**how)
    http = _Http(("127.0.0.1", 0), type("_", (_Handler,), {"moody": server}))
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        http.shutdown()
        thread.join()
        http.server_close()


@contextmanager
def transformers_serve(checkpoint: Path, log: Path) -> Iterator[str]:
    """The base_url of `transformers serve` with this checkpoint, in a process of its own."""
    own = ("--host", "127.0.0.1", "--port", "0", "--device", "cpu")
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", str(checkpoint)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, *own], stdout=out, stderr=subprocess.STDOUT, env=environment()
        )
    try:
        while not (started := re.search(r"running on (http://\S+)", log.read_text("utf-8"))):
            assert process.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
        yield f"{started[1]}/v1"
    finally:
        process.terminate()
        process.wait(60)
