"""A little site of our own, for `--site`: pages that share nothing with flows or practice.

One page stands at the flow's address; everything posted is kept, decoded, and answered with the
page for what comes after. It speaks its own words, in whatever language a page is written.
"""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

FORM = "/help/contact/712876720715583"
NOTED = '<p data-practice-outcome="confirmed">Put in the book, all good.</p>'


@dataclass(frozen=True)
class Post:
    """What was posted: the path, and the values by name, however they were encoded."""

    path: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """A page: its HTML, and how it is answered. *hangs* never answers."""

    html: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False


class Site:
    """Serves *form* at the flow's address on every host, and *answer* to what is posted.

    *others* are further pages by path. `posts` holds what arrived, `asked` every path asked for,
    `cookies` what came along.
    """

    def __init__(
        self, form: Page, answer: Page | None = None, others: Mapping[str, Page] | None = None
    ) -> None:
        self.form, self.answer = form, answer or page(NOTED)
        self.others = others or {}
        self.posts: list[Post] = []
        self.asked: list[str] = []
        self.cookies: list[str] = []
        self.stopping = threading.Event()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def sends(self) -> list[Mapping[str, str]]:
        """The values of what was posted anywhere but at a login."""
        return [post.values for post in self.posts if "login" not in post.path]

    def page_for(self, path: str) -> Page:
        """The page at *path*."""
        if path in self.others:
            return self.others[path]
        return self.form if path.rstrip("/") == FORM else page("<p>Nothing here.</p>", status=404)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that goes away is no fault."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.site.asked.append(path)
        self.server.site.cookies += self.headers.get_all("Cookie", [])
        self._write(self.server.site.page_for(path))

    def do_POST(self) -> None:
        site, path = self.server.site, urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        site.posts.append(Post(path, _values(self.headers.get("Content-Type", ""), body)))
        self._write(site.others.get(path, site.answer))

    def _write(self, answer: Page) -> None:
        if answer.hangs:
            self.server.site.stopping.wait(60)
            return
        body = answer.html.encode()
        with contextlib.suppress(ConnectionError):
            self.send_response(answer.status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)


def _values(content_type: str, body: bytes) -> dict[str, str]:
    if "json" in content_type:
        return {name: str(value) for name, value in json.loads(body).items()}
    if "multipart" in content_type:
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        parts = BytesParser().parsebytes(head + body).get_payload()
        assert isinstance(parts, list)
        named = {}
        for part in parts:
            content = part.get_payload(decode=True)  # type: ignore[union-attr]
            assert isinstance(content, bytes)
            name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
            named[str(name)] = content.decode()
        return named
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


@functools.cache
def _held() -> socket.socket:
    """A port of ours at which we do not listen; while it is held nobody else is given it."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held


def unheard_port() -> int:
    """A port at which nothing listens, as long as this process runs."""
    return int(_held().getsockname()[1])


# --------------------------------------------------------------------------- writing pages


def page(
    body: str,
    *,
    title: str = "Keep my posts out of AI training",
    language: str = "en",
    status: int = 200,
    script: str = "",
) -> Page:
    """A whole page around *body*."""
    script = f"<script>{script}</script>" if script else ""
    return Page(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{title}</title></head><body><h1>{title}</h1>{body}{script}</body></html>",
        status=status,
    )


def form(*rows: str, send: str = "Submit", attributes: str = "") -> str:
    """A plain form of *rows* that posts to an address of our own."""
    return (
        f'<form method="post" action="/our/own/address" {attributes}>'
        + "\n".join(rows)
        + f'<p><button type="submit">{send}</button></p></form>'
    )


def labelled(name: str, label: str, control: str) -> str:
    """A row with a `<label>`; *control* is a tag without its closing bracket."""
    close = "</textarea>" if control.startswith("<textarea") else ""
    tag = f'{control} id="c-{name}" name="{name}">{close}'
    return f'<p><label for="c-{name}">{label}</label> {tag}</p>'


EMAIL = labelled("m1", "Email address", '<input type="email"')
REASON = labelled("t1", "Explanation", "<textarea")
PLAIN = form(EMAIL, REASON)
"""A form with the two fields by their labels, named in a way that tells nothing."""

BY_SCRIPT = """
document.querySelector('#go').addEventListener('click', async () => {
  const values = {};
  for (const el of document.querySelectorAll('[data-name]')) {
    values[el.dataset.name] = 'value' in el ? el.value : el.innerText;
  }
  const answer = await fetch('/our/own/address', {
    method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(values)});
  document.body.innerHTML = await answer.text();
});
"""
"""Posts as JSON what carries a `data-name`, when `#go` is pressed, and shows the answer."""
