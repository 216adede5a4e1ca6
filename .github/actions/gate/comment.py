"""Writes the gate's comment to a pull request, or replaces the one that is there.

Usage: comment.py FILE, with GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN and PULL_REQUEST in the
environment. The first line of FILE is the marker by which the comment is found again. It is no
error if the token may not write, as that of a pull request from a fork: the verdict decides, and
the job's summary has the same text.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

_AUTHOR = "github-actions[bot]"
"""Whom comments of a job's own token are of; what others wrote is left alone, marker or not."""
_PAGE = 100
_MOST_PAGES = 50
_TRIES = 3
_FORBIDDEN = {401, 403, 404}  # GitHub calls what one may not see "not found"
_BUSY = {429, 500, 502, 503, 504}


def call(method: str, path: str, content: object = None) -> Any:
    """The answer of GitHub's API."""
    data = None if content is None else json.dumps(content).encode()
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
        "Content-Type": "application/json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    url = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}"
    request = Request(url, data, headers, method=method)  # noqa: S310 - the runner's address
    with urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def list_comments(number: int) -> Iterator[dict[str, Any]]:
    """All comments of the pull request, the oldest first."""
    for page in range(1, _MOST_PAGES + 1):
        comments = call("GET", f"issues/{number}/comments?per_page={_PAGE}&page={page}")
        yield from comments
        if len(comments) < _PAGE:
            return


def write_comment(number: int, body: str) -> str:
    """Replace our comment with this marker, or write one; a sentence that says which."""
    marker = body.splitlines()[0]
    for comment in list_comments(number):
        is_ours = (comment.get("user") or {}).get("login") == _AUTHOR
        if is_ours and (comment.get("body") or "").splitlines()[:1] == [marker]:
            call("PATCH", f"issues/comments/{comment['id']}", {"body": body})
            return f"The comment {comment['id']} was replaced."
    written = call("POST", f"issues/{number}/comments", {"body": body})
    return f"The comment {written['id']} was written."


def write_patiently(number: int, body: str) -> str:
    """The same, again if GitHub is busy: a comment that was written by then is found and kept."""
    for attempt in range(_TRIES):
        try:
            return write_comment(number, body)
        except HTTPError as error:
            if error.code not in _BUSY or attempt == _TRIES - 1:
                raise
        except (URLError, TimeoutError, HTTPException):
            if attempt == _TRIES - 1:
                raise
        time.sleep(2**attempt)
    raise AssertionError("unreachable")


def main() -> None:
    """Write the comment, or say in an annotation why there is none."""
    body = Path(sys.argv[1]).read_text(encoding="utf-8")
    try:
        print(write_patiently(int(os.environ["PULL_REQUEST"]), body))
    except HTTPError as error:
        if error.code in _FORBIDDEN:
            print(
                "::notice title=summbench gate::There is no comment: the token of this job may not "
                f"write to the pull request (status {error.code}). From a fork it never may; else "
                "the job needs `permissions: pull-requests: write`. The job's summary has the text."
            )
            return
        print(f"::warning title=summbench gate::There is no comment: GitHub answered {error.code}.")
    except (URLError, TimeoutError, HTTPException, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())
        print(f"::warning title=summbench gate::There is no comment: {reason}.")


if __name__ == "__main__":
    main()
