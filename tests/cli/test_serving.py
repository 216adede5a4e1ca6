"""What `view --serve` gives to odd requests: files of its folder, and nothing else."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from summbench.cli.serving import build_server

_SECRET = b"of another folder"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "report"
    (folder / "data").mkdir(parents=True)
    (folder / "index.html").write_bytes(b"the page")
    (folder / "data" / "a.js").write_bytes(b"the data")
    (tmp_path / "report2").mkdir()
    for place in (tmp_path / "secret", tmp_path / "report2" / "secret"):
        place.write_bytes(_SECRET)
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "linked").symlink_to(tmp_path / "report2")
    (folder / "inner").symlink_to("index.html")
    (folder / "circle").symlink_to("circle")
    (folder / "zero").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    with build_server(folder) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join()


def _ask(port: int, path: str, method: str = "GET") -> bytes:
    request = f"{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request.encode("latin-1"))
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(
    ("path", "content"),
    [("/", b"the page"), ("/index.html", b"the page"), ("/data/a.js?x=1", b"the data"),
     ("/inner", b"the page"), ("/%69ndex.html", b"the page")],
)  # fmt: skip
def test_a_file_of_the_folder_is_served(port: int, path: str, content: bytes) -> None:
    head, _, body = _ask(port, path).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 200 ") and body == content
    assert _ask(port, path, "HEAD").partition(b"\r\n\r\n")[2] == b""


@pytest.mark.parametrize(
    "path",
    ["/link", "/linked/secret", "/linked", "/..%2fsecret", "/%2e%2e/secret", "/../report2/secret",
     "/..%5csecret", "/%00", "/index.html%00.js", "/circle", "/circle/x", "/zero", "/pipe",
     "/data", "/data/", "/index.html/x", "/" + "a" * 5_000, "/%ff%fe", "/..%252fsecret"],
    ids=lambda path: path[:20],
)  # fmt: skip
def test_anything_else_is_not_there(
    port: int, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = _ask(port, path)
    assert answer.startswith(b"HTTP/1.0 404 ")
    assert _SECRET not in answer
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_nothing_but_reading_is_possible(port: int, method: str) -> None:
    assert _ask(port, "/index.html", method).startswith(b"HTTP/1.0 501 ")


def test_a_link_that_is_swapped_meanwhile_leads_nowhere(port: int, folder: Path) -> None:
    """Before, one of a hundred or so requests came between the look and the reading."""
    is_over = threading.Event()

    def swap() -> None:
        while not is_over.is_set():
            for target in (folder / "index.html", folder.parent / "secret"):
                (folder / "new").symlink_to(target)
                (folder / "new").replace(folder / "swapped")

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        answers = [_ask(port, "/swapped") for _ in range(300)]
    finally:
        is_over.set()
        swapping.join()
    assert not any(_SECRET in answer for answer in answers)
