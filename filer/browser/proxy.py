"""The way out: a small proxy inside filer, and the browser's only road to any network.

A route in the browser does not see everything that leaves it (shared workers, beacons at closing,
sockets, redirects of a send): this does. It runs on a thread of its own in filer's process, so if
filer dies the way out dies with it. TLS stays end to end: for https it sees a host and bytes it
cannot read. For plain http, which only the practice site speaks, it sees the request line.

    open        hosts the flow allows
    cut         nobody; live connections are aborted
    unlocked    the form's own host, once the judge let a read through; over plain http, exactly
                the reads it let through
    sending     exactly one connection, to the form's own host, for the one send;
                whoever comes next waits at the door until its answer is in
    reading     the form's own host; over plain http, the reads the judge let through and what
                they redirect to
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import enum
import re
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from filer.flow import host_fits
from filer.gate import READS, Ground

_HEAD_LIMIT = 256 * 1024
_BODY_LIMIT = 64 * 1024 * 1024
_DEAD_END = (
    b"HTTP/1.1 502 Bad Gateway\r\nVia: 1.1 filer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)
_REFUSED = (
    b"HTTP/1.1 403 Forbidden\r\nVia: 1.1 filer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Door(enum.Enum):
    """Where the way out stands; the module's docstring says who passes."""

    OPEN = "open"
    CUT = "cut"
    UNLOCKED = "unlocked"
    SENDING = "sending"
    READING = "reading"


@dataclass(frozen=True)
class Wish:
    """A connection that the browser wants.

    All but *host* and *port* are known for plain http only.
    """

    host: str
    port: int
    method: str = ""
    url: str = ""
    body: bytes = b""

    @property
    def plain(self) -> bool:
        """Whether it is plain http, of which the request line is seen."""
        return bool(self.method)


class WayOut:
    """The proxy. `start` it, give `address` to the browser, and move its door.

    *hosts* are patterns of allowed hosts in the flow's own names, *ground* says where those are,
    *upstream* is the person's own system proxy by scheme ("http", "https", "no").
    """

    def __init__(
        self,
        hosts: tuple[str, ...],
        ground: Ground,
        upstream: Mapping[str, str] | None = None,
    ) -> None:
        self.hosts = hosts
        self.ground = ground
        self.upstream = dict(upstream or {})
        self.contacted: Counter[str] = Counter()
        self.turned_away: Counter[str] = Counter()
        self.unreachable: Counter[str] = Counter()
        self.server_addresses: dict[str, str] = {}
        self.stopped_while_shut = 0
        self.address = ""
        self._door = Door.OPEN
        self._form_host = ""
        self._send: tuple[str, str, bytes | None] | None = None
        self._expected: Counter[tuple[str, str]] = Counter()
        self._expecting = threading.Lock()
        self._sender: asyncio.Task[None] | None = None
        self._send_over = False
        self._live: dict[asyncio.Task[None], list[asyncio.StreamWriter]] = {}
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._bell = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="filer-way-out", daemon=True)

    # ------------------------------------------------------------------ from the main thread

    def start(self) -> str:
        """Listen on a free port of this machine; returns `127.0.0.1:PORT`."""
        self._thread.start()
        self.address = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self.address

    def stop(self) -> None:
        """Abort everything and end the thread."""
        if not self._thread.is_alive():
            return
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @property
    def door(self) -> Door:
        """Where the way out stands now."""
        return self._door

    @property
    def send_over(self) -> bool:
        """Whether the connection of the one send has ended."""
        return self._send_over

    def open(self) -> None:
        """Let the flow's hosts through."""
        self._move(Door.OPEN)

    def cut(self) -> None:
        """Abort every live connection and refuse new ones. When it returns, it is done."""
        self._move(Door.CUT, abort=True)

    def unlock(self, form_host: str) -> None:
        """Let the form's own host through, for reads and, a moment later, the one send."""
        self._form_host = form_host
        with self._expecting:
            self._expected.clear()
        self._move(Door.UNLOCKED)

    def expect(self, method: str, url: str) -> None:
        """The judge let the read *method* *url* through: its connection may come."""
        with self._expecting:
            self._expected[method, url] += 1

    def send(self, method: str, url: str, body: bytes | None = None) -> None:
        """Make room for exactly one connection: the one that carries *method* *url*.

        Over plain http it has to carry *body* as well, where that is known: a worker of the page,
        which the judge cannot see, could be quicker. Everything live is aborted first, so that the
        send travels on a connection of its own and nothing else can. Later arrivals wait at the
        door for `answered` or `cut`.
        """
        self._send, self._send_over = (method, url, body), False
        self._move(Door.SENDING, abort=True)

    def answered(self) -> None:
        """The answer to the send is in: reads on the form's own host may go on."""
        self._move(Door.READING)

    def _move(self, door: Door, *, abort: bool = False) -> None:
        async def move() -> None:
            self._door = door
            if door is Door.SENDING:
                self._sender = None
            if abort:
                self._abort_all()
            self._bell.set()
            self._bell = asyncio.Event()

        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(move(), self._loop).result(10)
        else:
            self._door = door

    # ------------------------------------------------------------------ on the proxy's thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            if self._server is not None:
                self._server.close()
            tasks = asyncio.all_tasks(self._loop)
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _listen(self) -> str:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_HEAD_LIMIT)
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    def _abort_all(self) -> None:
        own = asyncio.current_task()
        for task, writers in list(self._live.items()):
            if task is own:
                continue
            for writer in writers:
                writer.transport.abort()
            task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._live[task] = [writer]
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            writer.transport.abort()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._live.pop(task, None)
            if task is self._sender:
                self._send_over = True
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line, _, rest = head.partition(b"\r\n")
        method, target, _version = line.decode("latin-1").split(" ", 2)
        wish = _wish(method, target)
        if wish.plain:
            wish = replace(wish, body=await _body(rest, reader))
        if not await self._may_pass(wish):
            writer.write(_REFUSED)
            await writer.drain()
            return
        try:
            up_reader, up_writer = await self._connect(wish)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self.unreachable[self._name(wish)] += 1
            writer.write(_DEAD_END)
            await writer.drain()
            return
        task = asyncio.current_task()
        assert task is not None
        self._live[task].append(up_writer)
        self.contacted[self._name(wish)] += 1
        if peer := up_writer.get_extra_info("peername"):
            self.server_addresses[self._name(wish)] = str(peer[0])
        try:
            if wish.plain:
                await self._forward(wish, rest, reader, writer, up_reader, up_writer)
            else:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _tunnel(reader, writer, up_reader, up_writer)
        finally:
            up_writer.transport.abort()

    async def _may_pass(self, wish: Wish) -> bool:
        name = self._name(wish)
        if not any(host_fits(name, pattern) for pattern in self.hosts):
            self.turned_away[wish.host] += 1
            return False
        while True:
            match self._door:
                case Door.OPEN:
                    return True
                case Door.CUT:
                    self.stopped_while_shut += 1
                    return False
                case Door.UNLOCKED | Door.READING:
                    fits = name == self._form_host and self._is_expected(wish)
                    self.stopped_while_shut += not fits
                    return fits
                case Door.SENDING:
                    if self._is_the_send(wish, name):
                        self._sender = asyncio.current_task()
                        return True
                    if wish.plain and wish.method not in READS:
                        self.stopped_while_shut += 1
                        return False
                    await self._bell.wait()

    def _is_the_send(self, wish: Wish, name: str) -> bool:
        if self._sender is not None or name != self._form_host or self._send is None:
            return False
        if not wish.plain:
            return self.ground.port is None
        method, url, body = self._send
        return (wish.method, wish.url) == (method, url) and body in {None, wish.body}

    def _is_expected(self, wish: Wish) -> bool:
        """Whether this is a read that the judge let through.

        What a tunnel carries is not seen. To a plain-http practice site it is a socket, no read;
        over https it may come once any read was let through, and always after the send.
        """
        with self._expecting:
            if not wish.plain:
                told = self._door is Door.READING or bool(self._expected)
                return self.ground.port is None and told
            if wish.method not in READS or not self._expected[wish.method, wish.url]:
                return False
            self._expected[wish.method, wish.url] -= 1
            return True

    async def _forward(
        self,
        wish: Wish,
        headers: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> None:
        """Carry exactly one plain-http request and its answer, then close.

        One request a connection: a second one on the same connection would not be seen by the door.
        """
        parts = urlsplit(wish.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        kept, _length = _without_hop(headers)
        up_writer.write(f"{wish.method} {path} HTTP/1.1\r\n".encode("latin-1") + kept + wish.body)
        await up_writer.drain()
        gone = asyncio.create_task(_until_gone(reader))
        answer = asyncio.create_task(
            _answer(up_reader, writer, lambda head: self._expect_redirect(wish, head))
        )
        try:
            await asyncio.wait({gone, answer}, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                answer.result()
        finally:
            gone.cancel()
            answer.cancel()

    def _expect_redirect(self, wish: Wish, head: bytes) -> None:
        """The judge does not see where an answer redirects to: the answer itself says it."""
        status = head.split(b" ", 2)[1]
        place = re.search(rb"(?im)^location:[ \t]*([^\r\n]+)", head)
        if status in {b"301", b"302", b"303", b"307", b"308"} and place:
            method = wish.method if wish.method in READS else "GET"
            self.expect(method, urldefrag(urljoin(wish.url, place[1].decode("utf-8").strip())).url)

    def _name(self, wish: Wish) -> str:
        """The flow's name for the wished host; empty where this ground has no such host."""
        if self.ground.port is not None:
            return self.ground.host(f"http://{wish.host}:{wish.port}/")
        if wish.plain or wish.port != 443:
            return ""
        return self.ground.host(f"https://{wish.host}/")

    async def _connect(self, wish: Wish) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.ground.port is not None:
            return await asyncio.open_connection("127.0.0.1", wish.port, limit=_HEAD_LIMIT)
        via = self._via(wish.host)
        if via is None:
            return await asyncio.wait_for(asyncio.open_connection(wish.host, wish.port), 30)
        return await asyncio.wait_for(_through(via, wish), 30)

    def _via(self, host: str) -> str | None:
        around = [part.strip().lstrip("*.") for part in self.upstream.get("no", "").split(",")]
        if any(part and (host == part or host.endswith(f".{part}")) for part in around):
            return None
        return self.upstream.get("https")


def _wish(method: str, target: str) -> Wish:
    if method == "CONNECT":
        host, _, port = target.rpartition(":")
        return Wish(host.strip("[]").lower().rstrip("."), int(port))
    parts = urlsplit(target)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(target)
    return Wish(parts.hostname.lower().rstrip("."), parts.port or 80, method, target)


async def _through(via: str, wish: Wish) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the wished host through the person's own system proxy (RFC 9110 §9.3.6)."""
    parts = urlsplit(via if "//" in via else f"http://{via}")
    context = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if context else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
    head = f"CONNECT {wish.host}:{wish.port} HTTP/1.1\r\nHost: {wish.host}:{wish.port}\r\n"
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        head += f"Proxy-Authorization: Basic {base64.b64encode(pair).decode()}\r\n"
    writer.write(head.encode() + b"\r\n")
    await writer.drain()
    answer = await reader.readuntil(b"\r\n\r\n")
    if answer.split(b" ", 2)[1:2] != [b"200"]:
        writer.transport.abort()
        raise OSError("the system's proxy refused the connection")
    return reader, writer


async def _tunnel(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    up_reader: asyncio.StreamReader,
    up_writer: asyncio.StreamWriter,
) -> None:
    up = asyncio.create_task(_pipe(reader, up_writer))
    down = asyncio.create_task(_pipe(up_reader, writer))
    try:
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        if up.done() and not down.done():
            await asyncio.wait({down}, timeout=5)
    finally:
        up.cancel()
        down.cancel()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()


async def _body(headers: bytes, reader: asyncio.StreamReader) -> bytes:
    """The body that follows *headers*; raises `ValueError` for one that is not to be had."""
    _kept, length = _without_hop(headers)
    if length > _BODY_LIMIT or b"\r\ntransfer-encoding:" in b"\r\n" + headers.lower():
        raise ValueError(length)
    return await reader.readexactly(length) if length > 0 else b""


async def _until_gone(reader: asyncio.StreamReader) -> None:
    """Return once the browser has hung up; what it says meanwhile is thrown away."""
    while await reader.read(65536):
        pass


async def _answer(
    up_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_head: Callable[[bytes], None]
) -> None:
    while True:
        head = await up_reader.readuntil(b"\r\n\r\n")
        status, _, rest = head.partition(b"\r\n")
        if status.split(b" ", 2)[1].startswith(b"1"):
            writer.write(head)
            continue
        kept, _length = _without_hop(rest)
        on_head(head)
        writer.write(status + b"\r\n" + kept)
        break
    while chunk := await up_reader.read(65536):
        writer.write(chunk)
        await writer.drain()


_HOP: Callable[[bytes], bool] = frozenset(
    {b"connection", b"proxy-connection", b"keep-alive", b"proxy-authorization"}
).__contains__


def _without_hop(headers: bytes) -> tuple[bytes, int]:
    """*headers* without those of one hop and with `Connection: close`, and the body's length."""
    kept, length = [], 0
    for line in headers.split(b"\r\n"):
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        if not line or _HOP(name):
            continue
        if name == b"content-length":
            length = int(value)
        kept.append(line)
    return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n", length
