"""The wire under the practice site: a quiet loopback HTTP/1.1 server that hands on whole requests.

It knows nothing of forms. An answer is a `Reply`, a `Cut` or a `Silence`.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from filer import interrupts

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Request:
    """One request as it arrived: host without port, path without query, the body as bytes."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    content_type: str
    cookies: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An ordinary answer: status, body and headers."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cut:
    """The connection is reset without an answer."""


@dataclass(frozen=True)
class Silence:
    """The connection stays open and no answer ever comes."""


Answer = Reply | Cut | Silence


class Wire:
    """The listening server and its connections.

    ``answer`` gets every request, in the thread of its connection. What goes wrong in it is kept in
    ``faults``, for nothing is printed.
    """

    def __init__(self, answer: Callable[[Request], Answer], port: int) -> None:
        self.faults: list[str] = []
        self.stopping = threading.Event()
        self.answer = answer
        self._server = _Server((LOOPBACK, port), _Handler, self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="practice-site", daemon=True
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer. Ctrl-C is not for these threads; see `filer.browser.launching`."""
        with interrupts.held():
            self._thread.start()

    def stop(self) -> None:
        """Stop listening and drop every connection, also those that hang."""
        self.stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.drop_connections()


class _Server(ThreadingHTTPServer):
    """A threading server that remembers its open connections."""

    daemon_threads = True
    block_on_close = False
    # A browser opens many connections at once; the usual five would make some wait.
    request_queue_size = 64

    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], wire: Wire
    ) -> None:
        self.wire = wire
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Keep what went wrong outside of an answer; a connection that ended is not a fault."""
        if not isinstance(sys.exc_info()[1], OSError):
            self.wire.faults.append(traceback.format_exc())

    def drop_connections(self) -> None:
        with self._lock:
            waiting = list(self._open)
        for connection in waiting:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Reads one request after the other from a connection and writes the answers."""

    protocol_version = "HTTP/1.1"
    server_version = "practice"
    sys_version = ""
    # A browser keeps connections for later; this ends those nobody uses.
    timeout = 120
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def __getattr__(self, name: str) -> Callable[[], None]:
        """The taker of any method, also of those nobody has heard of: they are to be counted."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            self._write(Reply(400, b"practice: this request has no usable length", "text/plain"))
            self.close_connection = True
            return
        try:
            answer = self.server.wire.answer(self._request(body))
        except Exception:  # noqa: BLE001 - kept for the tests; a page must not break the wire
            self.server.wire.faults.append(traceback.format_exc())
            answer = Reply(500, b"practice: a mistake of the practice site itself", "text/plain")
        match answer:
            case Cut():
                self._reset()
            case Silence():
                self.server.wire.stopping.wait()
                self.close_connection = True
            case Reply():
                self._write(answer)

    def _body(self) -> bytes | None:
        """The whole body, plain or chunked, or None if its length cannot be understood."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            return None
        if length < 0:
            return None
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionResetError("the visitor went away in the middle")  # nothing arrived
        return body

    def _chunks(self) -> bytes | None:
        body = b""
        while True:
            try:
                size = int(self.rfile.readline().split(b";")[0], 16)
            except ValueError:
                return None
            body += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return body

    def _request(self, body: bytes) -> Request:
        """The request as a value; a proxy may have left the whole address in its first line."""
        target = urlsplit(self.path if "://" in self.path else "//x" + self.path)
        named = target.netloc if "://" in self.path else self.headers.get("Host", "")
        return Request(
            method=self.command,
            host=named.rsplit("@", 1)[-1].split(":")[0].lower(),
            path=target.path or "/",
            query={
                key: values[-1]
                for key, values in parse_qs(target.query, keep_blank_values=True).items()
            },
            content_type=self.headers.get("Content-Type", ""),
            cookies=_cookies(self.headers.get("Cookie", "")),
            body=body,
        )

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        if reply.status not in (204, 304):
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in reply.headers:
            self.send_header(name, value)
        if self.server.wire.stopping.is_set():
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and reply.status not in (204, 304):
            self.wfile.write(reply.body)

    def _reset(self) -> None:
        """End the connection with a reset: a close without lingering sends RST instead of FIN."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()


def _cookies(header: str) -> dict[str, str]:
    """The cookies of a request; unreadable ones count as none."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
