"""Serves a folder to this machine alone."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_LOOPBACK = "127.0.0.1"


class _Files(SimpleHTTPRequestHandler):
    """Files of the folder, for requests whose Host is this machine.

    A foreign page can point a domain of its own at this machine (DNS rebinding); the Host of its
    requests is that domain, and they are refused.
    """

    def send_head(self) -> object:  # type: ignore[override]
        """The file, or an error."""
        name = self.headers.get("Host", "").rpartition(":")[0]
        if name not in {_LOOPBACK, "localhost"}:
            self.send_error(HTTPStatus.FORBIDDEN)
            return None
        if not Path(self.translate_path(self.path)).resolve().is_relative_to(self._folder):
            self.send_error(HTTPStatus.NOT_FOUND)  # a link out of the folder
            return None
        return super().send_head()

    @property
    def _folder(self) -> Path:
        return Path(self.directory).resolve()

    def list_directory(self, path: object) -> None:
        """No folder is listed."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, *arguments: object) -> None:
        """Requests are not logged."""


def build_server(folder: Path) -> ThreadingHTTPServer:
    """A server of the folder on loopback, at a port that the system chooses."""
    return ThreadingHTTPServer((_LOOPBACK, 0), partial(_Files, directory=str(folder)))
