"""An answer that does not end, or stands for gigabytes, is the error of its article."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from summbench.core.errors import SummbenchError
from summbench.core.records import Article
from summbench.models.endpoint import Endpoint
from tests.servers import Answer, Moody, completion, moody


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    encodings: list[str | None] = []  # noqa: RUF012

    def do_POST(self) -> None:
        request = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.encodings.append(self.headers["Accept-Encoding"])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        if "endless" in request:
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b" " * 2**20)
            except OSError:  # the client has gone
                return
        is_bomb = "bomb" in request
        answer = json.dumps(completion("x" * 2**28 if is_bomb else "Fine.")).encode()
        data = gzip.compress(answer, 1) if is_bomb else answer
        if is_bomb:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}/v1"
    http.shutdown()
    thread.join()
    http.server_close()


def test_such_an_answer_is_the_error_of_its_article(url: str) -> None:
    texts = ["plain", "endless", "bomb", "plain again"]
    articles = [Article(text, text) for text in texts]
    model = Endpoint(url, "tiny", "{article}")
    predictions = {p.article_id: p for p in model.summarise(articles)}
    assert [predictions[text].summary for text in texts] == ["Fine.", "", "", "Fine."]
    assert "longer than the 20,000,000 bytes of max_answer_bytes" in str(
        predictions["endless"].error
    )
    assert "the answer is compressed, which was not asked for" in str(predictions["bomb"].error)
    assert set(_Handler.encodings) == {"identity"}


def test_how_long_an_answer_may_be_is_a_key_of_the_model(url: str) -> None:
    size = len(json.dumps(completion("Fine.")))
    for limit, summary in ((size, "Fine."), (size - 1, "")):
        model = Endpoint(url, "tiny", "{article}", max_answer_bytes=limit)
        [prediction] = model.summarise([Article("a", "plain")])
        assert prediction.summary == summary
    assert f"longer than the {size - 1} bytes of max_answer_bytes" in str(prediction.error)


@pytest.mark.parametrize("limit", [0, -1])
def test_an_answer_must_be_allowed_something(limit: int) -> None:
    with pytest.raises(SummbenchError, match=f"max_answer_bytes is {limit}; it must be at least 1"):
        Endpoint("http://localhost:1/v1", "tiny", "{article}", max_answer_bytes=limit)


class _Encoding(Moody):
    """Names the encoding of its answers as the article says; a name of status 400 is refused."""

    def answer(self, body: dict[str, Any], key: str) -> Answer:
        charset = body["messages"][-1]["content"]
        text = json.dumps(completion("Fine. " + "y" * 1_000_000))
        return 400 if "refused" in charset else 200, {"Content-Type": charset}, text


@pytest.mark.parametrize(
    "charset", ["hex", "punycode", "idna", "zlib", "unicode_escape", "utf-7", "undefined", "none"]
)
@pytest.mark.parametrize("kind", ["application/json", "text/refused"])
def test_no_header_chooses_how_an_answer_is_decoded(charset: str, kind: str) -> None:
    with moody(_Encoding) as server:
        model = Endpoint(server.url, "tiny", "{article}", retries=0, timeout=10.0)
        [prediction] = model.summarise([Article("a", f"{kind}; charset={charset}")])
    if "refused" in kind:
        assert (prediction.error or "").startswith("HTTP 400: ")
    else:
        assert prediction.error is None
        assert prediction.summary.startswith("Fine. yyy")


def test_a_header_that_does_not_end_is_no_article_that_is_too_long() -> None:
    class Endless(Moody):
        def answer(self, body: dict[str, Any], key: str) -> Answer:
            return 200, {"X-Long": "y" * 2_000_000}, "{}"

    with moody(Endless) as server:
        [prediction] = Endpoint(server.url, "tiny", "{article}", retries=0).summarise(
            [Article("a", "The dam held.")]
        )
    assert "the connection failed" in (prediction.error or "")
    assert "context" not in (prediction.error or "")
