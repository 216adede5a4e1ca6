"""Serves a folder to this machine alone."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

_LOOPBACK = "127.0.0.1"
_INDEX = "index.html"
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe would wait for its writer


class _Files(SimpleHTTPRequestHandler):
    """Files of the folder, for requests whose Host is this machine.

    A foreign page can point a domain of its own at this machine (DNS rebinding); the Host of its
    requests is that domain, and they are refused.
    """

    timeout = 60  # seconds that a request may take to come

    def send_head(self) -> BinaryIO | None:
        """The file, or an error."""
        name = self.headers.get("Host", "").rpartition(":")[0]
        if name not in {_LOOPBACK, "localhost"}:
            self.send_error(HTTPStatus.FORBIDDEN)
            return None
        folder, path = Path(self.directory), Path(self.translate_path(self.path))
        path = folder / _INDEX if path == folder else path
        try:
            file = _open_inside(folder.resolve(), path.resolve())
        except (OSError, RuntimeError, ValueError):  # no file, a circle of links, no name
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-type", self.guess_type(path))
        self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
        self.end_headers()
        return file

    def log_message(self, *arguments: object) -> None:
        """Requests are not logged."""


def _open_inside(folder: Path, path: Path) -> BinaryIO:
    """Open a file of the folder; both are resolved.

    No link is followed here at any step, so that none can take the place of what was resolved.
    Raises: OSError, ValueError.
    """
    with ExitStack() as places:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        places.callback(os.close, place)
        *inner, name = path.relative_to(folder).parts
        for part in inner:
            place = os.open(part, _OPEN | os.O_DIRECTORY, dir_fd=place)
            places.callback(os.close, place)
        file = os.fdopen(os.open(name, _OPEN, dir_fd=place), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileNotFoundError(path)
    return file


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Nothing: a browser that leaves before the end of a page is no fault."""


def build_server(folder: Path) -> ThreadingHTTPServer:
    """A server of the folder on loopback, at a port that the system chooses."""
    return _Server((_LOOPBACK, 0), partial(_Files, directory=str(folder)))
