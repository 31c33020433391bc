"""The way out over real sockets: who passes, what a cut ends, and what one send may use."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

import pytest

from filer.browser.proxy import Door, WayOut
from filer.gate import Ground

HOSTS = ("www.facebook.com", "*.fbcdn.net")
HOST = "www.facebook.com"


class Listener:
    """A server that records what each connection said, and answers each with *answer*.

    With `answer` empty it says nothing and holds the connection.
    """

    def __init__(self, answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") -> None:
        self.answer = answer
        self.heard: list[bytes] = []
        self.connections = 0
        self.ended = 0
        self._server = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = int(self._server.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        number = len(self.heard)
        self.heard.append(b"")
        self.connections += 1
        with contextlib.suppress(OSError), connection:
            while piece := connection.recv(65536):
                self.heard[number] += piece
                if self.answer and b"\r\n\r\n" in self.heard[number]:
                    connection.sendall(self.answer)
                    break
        self.ended += 1


class Upstream(Listener):
    """A system proxy that speaks CONNECT and then echoes what it hears."""

    def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        with contextlib.suppress(OSError), connection:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(1)
            self.heard.append(head)
            connection.sendall(self.answer)
            while piece := connection.recv(65536):
                connection.sendall(piece)
        self.ended += 1


CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@pytest.fixture
def site() -> Iterator[Listener]:
    """A practice site that answers."""
    with Listener() as listener:
        yield listener


@pytest.fixture
def silent() -> Iterator[Listener]:
    """A practice site that holds every connection."""
    with Listener(b"") as listener:
        yield listener


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """A system proxy."""
    with Upstream(CONNECTED) as listener:
        yield listener


@pytest.fixture
def make() -> Iterator[Callable[..., WayOut]]:
    """Make and start a way out to a practice port, or to the world behind an upstream proxy."""
    made: list[WayOut] = []

    def start(port: int | None, upstream: str = "", no: str = "") -> WayOut:
        ways = {"https": upstream, "no": no} if upstream else None
        made.append(WayOut(HOSTS, Ground(port), ways))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


def dial(way_out: WayOut) -> socket.socket:
    """A connection to the way out."""
    host, _, port = way_out.address.partition(":")
    connection = socket.create_connection((host, int(port)), 5)
    connection.settimeout(5)
    return connection


def listen(connection: socket.socket, seconds: float = 5) -> bytes:
    """All that comes until the other side ends; a reset ends it too."""
    connection.settimeout(seconds)
    heard = b""
    with contextlib.suppress(OSError):
        while piece := connection.recv(65536):
            heard += piece
    return heard


def ask(way_out: WayOut, head: str, body: bytes = b"", seconds: float = 5) -> bytes:
    """What the way out answers to one request in absolute form, or to a CONNECT."""
    with dial(way_out) as connection:
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
        return listen(connection, seconds)


def get(site: Listener, host: str = HOST, path: str = "/") -> str:
    """The head of a read of a practice page."""
    return f"GET http://{host}.localhost:{site.port}{path} HTTP/1.1\r\nHost: x"


def post(site: Listener, path: str = "/send", body: bytes = b"") -> str:
    """The head of a post to a practice page."""
    address = f"http://{HOST}.localhost:{site.port}{path}"
    return f"POST {address} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}"


def url(site: Listener, path: str) -> str:
    """An address on the form's own host."""
    return f"http://{HOST}.localhost:{site.port}{path}"


def status(answer: bytes) -> str:
    """The status of an answer; empty if there was none."""
    return answer.split(b" ", 2)[1].decode() if answer else ""


def until(true: Callable[[], bool], seconds: float = 3) -> bool:
    """Whether *true* becomes true within *seconds*."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return True is true()


# ------------------------------------------------------------------ hosts


def test_only_the_flows_hosts_are_reached(make: Callable[..., WayOut], site: Listener) -> None:
    """Known hosts pass, all others get 403 with filer's mark, and each is counted."""
    way_out = make(site.port)

    assert "200" == status(ask(way_out, get(site)))
    assert "200" == status(ask(way_out, get(site, "static.fbcdn.net")))
    for host in ("elsewhere.example", "facebook.com", f"{HOST}.elsewhere.example"):
        answer = ask(way_out, get(site, host))

        assert "403" == status(answer)
        assert b"Via: 1.1 filer" in answer
    assert 2 == site.connections
    assert {HOST: 1, "static.fbcdn.net": 1} == dict(way_out.contacted)
    assert 3 == sum(way_out.turned_away.values())


def test_practice_knows_no_other_port_and_no_other_name(
    make: Callable[..., WayOut], site: Listener, silent: Listener
) -> None:
    """127.0.0.1, localhost, another port and the real host are nobody in practice."""
    way_out = make(site.port)
    for address in (
        f"http://127.0.0.1:{site.port}/",
        f"http://localhost:{site.port}/",
        f"http://{HOST}.localhost:{silent.port}/",
        f"http://{HOST}/",
        f"http://{HOST}:{site.port}/",
    ):
        assert "403" == status(ask(way_out, f"GET {address} HTTP/1.1")), address
    assert "403" == status(ask(way_out, f"CONNECT {HOST}:443 HTTP/1.1"))
    assert 0 == site.connections + silent.connections


def test_the_world_knows_no_practice_and_no_plain_http(
    make: Callable[..., WayOut], upstream: Upstream
) -> None:
    """Outside practice only CONNECT to port 443 of a known host passes."""
    way_out = make(None, f"http://127.0.0.1:{upstream.port}")
    for head in (
        f"CONNECT {HOST}.localhost:443 HTTP/1.1",
        f"CONNECT {HOST}:80 HTTP/1.1",
        f"CONNECT {HOST}:8443 HTTP/1.1",
        "CONNECT 127.0.0.1:443 HTTP/1.1",
        "CONNECT elsewhere.example:443 HTTP/1.1",
        f"GET http://{HOST}/ HTTP/1.1",
    ):
        assert "403" == status(ask(way_out, head)), head
    assert 0 == upstream.connections


def test_nonsense_is_hung_up_on(make: Callable[..., WayOut], site: Listener) -> None:
    """What is no request of a proxy gets no answer and reaches nobody; the way out lives on."""
    way_out = make(site.port)
    for head in ("GET / HTTP/1.1", "CONNECT nowhere HTTP/1.1", "x", "GET ftp://a/ HTTP/1.1"):
        assert b"" == ask(way_out, head), head
    chunked = f"POST {url(site, '/')} HTTP/1.1\r\nTransfer-Encoding: chunked"

    assert b"" == ask(way_out, chunked, b"0\r\n\r\n")
    assert "200" == status(ask(way_out, get(site)))
    assert 1 == site.connections


def test_a_huge_head_is_hung_up_on(make: Callable[..., WayOut], site: Listener) -> None:
    """A head beyond the limit ends the connection, not the way out; a large one passes."""
    way_out = make(site.port)

    assert b"" == ask(way_out, get(site) + "\r\nX: " + "a" * 600_000)
    assert "200" == status(ask(way_out, get(site) + "\r\nX: " + "a" * 100_000))


def test_an_unreachable_site_gets_502(make: Callable[..., WayOut]) -> None:
    """Where nobody listens the answer is 502 with filer's mark, and the host is noted."""
    with Listener() as gone:
        pass
    way_out = make(gone.port)
    answer = ask(way_out, get(gone))

    assert "502" == status(answer)
    assert b"Via: 1.1 filer" in answer
    assert {HOST: 1} == dict(way_out.unreachable)


# ------------------------------------------------------------------ one request a connection


def test_a_second_request_on_a_connection_is_not_heard(
    make: Callable[..., WayOut], site: Listener
) -> None:
    """What follows a request on the same connection reaches nobody."""
    way_out = make(site.port)
    with dial(way_out) as connection:
        connection.sendall(
            (get(site) + "\r\n\r\n" + post(site, "/second", b"evil") + "\r\n\r\nevil").encode()
        )
        listen(connection, 1.5)

    assert 1 == site.connections
    assert b"second" not in b"".join(site.heard)
    assert b"Connection: close" in site.heard[0]


def test_a_slow_client_holds_nobody_up(make: Callable[..., WayOut], site: Listener) -> None:
    """Half a head, or half a body, waits by itself; others pass, and a cut ends it."""
    way_out = make(site.port)
    with dial(way_out) as half_head, dial(way_out) as half_body:
        half_head.sendall(b"GET http://www.face")
        half_body.sendall((post(site, "/slow", b"0123456789") + "\r\n\r\n01234").encode())

        assert "200" == status(ask(way_out, get(site)))
        way_out.cut()

        assert b"" == listen(half_head, 2)
        assert b"" == listen(half_body, 2)
    assert 1 == site.connections


# ------------------------------------------------------------------ cutting


def test_a_cut_aborts_what_is_live_and_refuses_what_is_new(
    make: Callable[..., WayOut], silent: Listener
) -> None:
    """When `cut` returns, live connections are gone at both ends, and new ones get 403."""
    way_out = make(silent.port)
    with dial(way_out) as plain, dial(way_out) as tunnel:
        plain.sendall((get(silent) + "\r\n\r\n").encode())
        tunnel.sendall(f"CONNECT {HOST}.localhost:{silent.port} HTTP/1.1\r\n\r\n".encode())

        assert CONNECTED == tunnel.recv(1000)
        assert until(lambda: silent.connections == 2)
        way_out.cut()
        with contextlib.suppress(OSError):
            tunnel.sendall(b"secret after the cut")

        assert b"" == listen(plain, 2)
        assert b"" == listen(tunnel, 2)
    assert until(lambda: silent.ended == 2)
    assert b"secret" not in b"".join(silent.heard)
    assert "403" == status(ask(way_out, get(silent)))
    assert 1 == way_out.stopped_while_shut
    way_out.open()

    assert until(lambda: way_out.door is Door.OPEN)


# ------------------------------------------------------------------ unlocked


def test_unlocked_passes_only_the_reads_that_were_expected(
    make: Callable[..., WayOut], site: Listener
) -> None:
    """A read passes as often as the judge let it through; posts, sockets and other hosts do not."""
    way_out = make(site.port)
    way_out.cut()
    way_out.unlock(HOST)

    assert "403" == status(ask(way_out, get(site, path="/picture")))
    way_out.expect("GET", url(site, "/picture"))

    assert "403" == status(ask(way_out, get(site, path="/picture?v=secret")))
    assert "403" == status(ask(way_out, get(site, "static.fbcdn.net", "/picture")))
    assert "403" == status(ask(way_out, post(site, "/picture")))
    assert "200" == status(ask(way_out, get(site, path="/picture")))
    assert "403" == status(ask(way_out, get(site, path="/picture")))
    assert "403" == status(ask(way_out, f"CONNECT {HOST}.localhost:{site.port} HTTP/1.1"))
    assert 1 == site.connections


def test_a_read_may_follow_its_redirect(make: Callable[..., WayOut]) -> None:
    """Where an answer redirects to is a read that may come, once."""
    moved = b"HTTP/1.1 303 See Other\r\nLocation: /thanks\r\nContent-Length: 0\r\n\r\n"
    with Listener(moved) as site:
        way_out = make(site.port)
        way_out.unlock(HOST)
        way_out.expect("GET", url(site, "/first"))

        assert "303" == status(ask(way_out, get(site, path="/first")))
        assert "303" == status(ask(way_out, get(site, path="/thanks")))
        assert "403" == status(ask(way_out, get(site, path="/first")))


# ------------------------------------------------------------------ sending


def test_a_send_takes_exactly_one_connection(make: Callable[..., WayOut], site: Listener) -> None:
    """The one with its method, address and body passes; a repetition is refused, also later."""
    way_out = make(site.port)
    way_out.unlock(HOST)
    way_out.send("POST", url(site, "/send"), b"exactly this")

    assert "403" == status(ask(way_out, post(site, "/send", b"exactly thus"), b"exactly thus"))
    assert "403" == status(ask(way_out, post(site, "/other", b"exactly this"), b"exactly this"))
    assert not way_out.send_over
    assert "200" == status(ask(way_out, post(site, "/send", b"exactly this"), b"exactly this"))
    assert until(lambda: way_out.send_over)
    assert "403" == status(ask(way_out, post(site, "/send", b"exactly this"), b"exactly this"))
    way_out.answered()

    assert "403" == status(ask(way_out, post(site, "/send", b"exactly this"), b"exactly this"))
    assert 1 == site.connections
    assert site.heard[0].endswith(b"exactly this")


def test_others_wait_while_a_send_is_out(make: Callable[..., WayOut], site: Listener) -> None:
    """A read that comes meanwhile waits at the door until the answer is in, or the cut."""
    way_out = make(site.port)
    way_out.unlock(HOST)
    way_out.send("POST", url(site, "/send"))
    with dial(way_out) as waiting, dial(way_out) as unexpected:
        waiting.sendall((get(site, path="/later") + "\r\n\r\n").encode())
        unexpected.sendall((get(site, path="/leak") + "\r\n\r\n").encode())
        time.sleep(0.3)

        assert 0 == site.connections
        way_out.expect("GET", url(site, "/later"))
        way_out.answered()

        assert "200" == status(listen(waiting))
        assert "403" == status(listen(unexpected))
    way_out.send("POST", url(site, "/send"))
    with dial(way_out) as waiting:
        waiting.sendall((get(site, path="/later") + "\r\n\r\n").encode())
        time.sleep(0.1)
        way_out.cut()

        assert status(listen(waiting)) in {"", "403"}
    assert 1 == site.connections


def test_a_send_aborts_what_was_live(make: Callable[..., WayOut], silent: Listener) -> None:
    """A connection from before the send cannot carry anything during it."""
    way_out = make(silent.port)
    with dial(way_out) as tunnel:
        tunnel.sendall(f"CONNECT {HOST}.localhost:{silent.port} HTTP/1.1\r\n\r\n".encode())

        assert CONNECTED == tunnel.recv(1000)
        way_out.send("POST", url(silent, "/send"))
        with contextlib.suppress(OSError):
            tunnel.sendall(b"leak")

        assert b"" == listen(tunnel, 2)
    assert b"leak" not in b"".join(silent.heard)


# ------------------------------------------------------------------ https, behind a system proxy


def test_a_tunnel_is_chained_behind_the_systems_proxy(
    make: Callable[..., WayOut], upstream: Upstream
) -> None:
    """The upstream proxy gets the CONNECT, with the person's credentials; bytes go both ways."""
    way_out = make(None, f"http://anna:se%3Acret@127.0.0.1:{upstream.port}")
    with dial(way_out) as tunnel:
        tunnel.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\n\r\n".encode())

        assert CONNECTED == tunnel.recv(1000)
        tunnel.sendall(b"\x16\x03\x01 end to end")

        assert b"\x16\x03\x01 end to end" == tunnel.recv(1000)
    assert upstream.heard[0].startswith(f"CONNECT {HOST}:443 HTTP/1.1".encode())
    assert b"Proxy-Authorization: Basic YW5uYTpzZTpjcmV0" in upstream.heard[0]
    assert {HOST: 1} == dict(way_out.contacted)


def test_a_system_proxy_that_refuses_is_a_dead_end(make: Callable[..., WayOut]) -> None:
    """Its 407 becomes a 502 with filer's mark."""
    with Upstream(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as refusing:
        way_out = make(None, f"http://127.0.0.1:{refusing.port}")

        assert "502" == status(ask(way_out, f"CONNECT {HOST}:443 HTTP/1.1"))


def test_https_opens_for_reads_let_through_and_for_one_send(
    make: Callable[..., WayOut], upstream: Upstream
) -> None:
    """Unlocked, a tunnel comes only after a read was let through; sending, exactly one does."""
    way_out = make(None, f"http://127.0.0.1:{upstream.port}")
    connect = f"CONNECT {HOST}:443 HTTP/1.1"
    way_out.cut()

    assert "403" == status(ask(way_out, connect))
    way_out.unlock(HOST)

    assert "403" == status(ask(way_out, connect))
    assert "403" == status(ask(way_out, "CONNECT static.fbcdn.net:443 HTTP/1.1"))
    way_out.expect("GET", f"https://{HOST}/token")
    with dial(way_out) as read:
        read.sendall(f"{connect}\r\n\r\n".encode())

        assert CONNECTED == read.recv(1000)
        way_out.send("POST", f"https://{HOST}/send", b"x")

        assert b"" == listen(read, 2)
    with dial(way_out) as send, dial(way_out) as repetition:
        send.sendall(f"{connect}\r\n\r\n".encode())

        assert CONNECTED == send.recv(1000)
        repetition.sendall(f"{connect}\r\n\r\n".encode())
        time.sleep(0.3)

        assert 2 == upstream.connections
        way_out.cut()

        assert status(listen(repetition)) in {"", "403"}
    assert 2 == upstream.connections
    assert until(lambda: way_out.send_over)


# ------------------------------------------------------------------ the end


def test_stop_is_quick_and_final(make: Callable[..., WayOut], silent: Listener) -> None:
    """With connections live, half open and waiting, `stop` returns within a second or two."""
    way_out = make(silent.port)
    with dial(way_out) as live, dial(way_out) as half, dial(way_out) as waiting:
        live.sendall((get(silent) + "\r\n\r\n").encode())
        half.sendall(b"GET ")

        assert until(lambda: silent.connections == 1)
        way_out.send("POST", url(silent, "/send"))
        waiting.sendall((get(silent) + "\r\n\r\n").encode())
        begun = time.monotonic()
        way_out.stop()

        assert time.monotonic() - begun < 2
    with pytest.raises(ConnectionRefusedError):
        dial(way_out)
    way_out.stop()
