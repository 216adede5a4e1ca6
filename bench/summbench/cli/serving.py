"""A folder served to this machine alone."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_HERE = "127.0.0.1"


class _Files(SimpleHTTPRequestHandler):
    """Files of the folder, for whoever asks for them by this machine's own name.

    A page elsewhere can point a name of its own at this machine and read what is served here; the
    name it asks by gives it away.
    """

    def send_head(self) -> object:  # type: ignore[override]
        """The file, or an error."""
        name = self.headers.get("Host", "").rpartition(":")[0]
        if name not in {_HERE, "localhost"}:
            self.send_error(HTTPStatus.FORBIDDEN)
            return None
        return super().send_head()

    def list_directory(self, path: object) -> None:
        """No folder is listed."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, *said: object) -> None:
        """Nothing is said of each request."""


def server(folder: Path) -> ThreadingHTTPServer:
    """On loopback, at a port that the system chooses."""
    return ThreadingHTTPServer((_HERE, 0), partial(_Files, directory=str(folder)))
