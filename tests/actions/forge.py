"""The comments of a pull request (GitHub) or merge request (GitLab) behind a loopback address."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"


class Forge:
    """Comments by id; `answers` are statuses that the next requests get instead of an answer.

    `failures_after_writing` are statuses for comments that were written all the same.

    `writable` false answers 403 to everything that writes, as GitHub does to a fork's token.
    """

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str]] = []
        self.tokens: set[str] = set()
        self.answers: list[int] = []
        self.failures_after_writing: list[int] = []
        self.writable = True
        self.address = ""

    def add(self, body: str, login: str = BOT) -> int:
        """A comment of somebody; its id."""
        number = 100 + len(self.comments)
        user = {"login": login, "username": login}
        self.comments.append({"id": number, "body": body, "user": user, "author": user})
        return number

    def list_bodies(self) -> list[str]:
        """The texts, the oldest first."""
        return [comment["body"] for comment in self.comments]

    def answer(self, method: str, path: str, fields: dict[str, Any]) -> tuple[int, Any]:
        """Status and content."""
        self.requests.append((method, path))
        if self.answers:
            return self.answers.pop(0), {}
        place = urlsplit(path)
        if place.path.endswith("/user"):
            return 200, {"username": BOT}
        if method == "GET":
            query = {key: int(v[0]) for key, v in parse_qs(place.query).items() if v[0].isdigit()}
            size, page = query.get("per_page", 30), query.get("page", 1)
            return 200, self.comments[size * (page - 1) : size * page]
        if not self.writable:
            return 403, {"message": "Resource not accessible by integration"}
        if method == "POST":
            self.add(fields["body"])
            if self.failures_after_writing:
                return self.failures_after_writing.pop(), {}
            return 201, self.comments[-1]
        number = int(place.path.rpartition("/")[2])
        [comment] = [c for c in self.comments if c["id"] == number]
        comment["body"] = fields["body"]
        return 200, comment


@contextmanager
def serve_forge() -> Iterator[Forge]:
    """A forge that listens until the block ends."""
    forge = Forge()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
            forge.tokens.add(token)
            if self.headers.get("Content-Type", "").startswith("application/json") and data:
                fields = json.loads(data)
            else:
                fields = {key: value[0] for key, value in parse_qs(data).items()}
            status, content = forge.answer(self.command, self.path, fields)
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = _handle

        def log_message(self, *arguments: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forge.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
