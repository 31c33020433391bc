"""A timestamp authority of the tests' own: OpenSSL behind HTTP on this machine (RFC 3161).

The keys are made anew for each run. `behave` makes it answer in other ways than it should.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[tsa]
default_tsa = t
[t]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
# An empty `other_policies =` makes OpenSSL answer nothing, and `certs =` makes it write the
# certificates in an order that is not DER (facts/evidence.md b6): neither stands here.

_LEAF = """
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
"""

_ROOT = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")

Behaviour = Callable[[bytes], bytes | None]
"""Makes an answer of the right answer; None hangs up without one."""


def openssl(*arguments: str, cwd: Path | None = None) -> None:
    """Run OpenSSL; a failure raises with what it said."""
    done = subprocess.run(["openssl", *arguments], cwd=cwd, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


class Keys:
    """A root and a signing certificate under it, in *folder*. *name* tells several apart."""

    def __init__(self, folder: Path, name: str = "Tests") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        openssl(
            *("req", "-x509", *curve, "-keyout", "root.key", "-out", "root.pem", "-days", "3650"),
            *("-subj", f"/O=filer tests/CN={name} Root", *_ROOT),
            cwd=folder,
        )
        subject = ("-subj", f"/O=filer tests/CN={name} Timestamps")
        openssl("req", *curve, "-keyout", "tsa.key", "-out", "tsa.csr", *subject, cwd=folder)
        (folder / "leaf.cnf").write_text(_LEAF)
        signed = ("-CAcreateserial", "-days", "3650", "-extfile", "leaf.cnf", "-out", "tsa.pem")
        by = ("-CA", "root.pem", "-CAkey", "root.key")
        openssl("x509", "-req", "-in", "tsa.csr", *by, *signed, cwd=folder)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))

    @property
    def root(self) -> Path:
        """The root certificate, as PEM."""
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """A TimeStampResp for *query*, a TimeStampReq in DER."""
        asked, answered = self.folder / "query.tsq", self.folder / "answer.tsr"
        asked.write_bytes(query)
        config = ("-config", str(self.folder / "tsa.cnf"))
        openssl("ts", "-reply", *config, "-queryfile", str(asked), "-out", str(answered))
        return answered.read_bytes()


class Authority:
    """The authority, running until `stop`. *asked* holds the queries it got, in order."""

    def __init__(self, keys: Keys, path: str = "/tsa") -> None:
        self.keys = keys
        self.asked: list[bytes] = []
        self.behave: Behaviour = lambda answer: answer
        self.delay = 0.0
        self._turn = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}{path}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def root(self) -> Path:
        """The root certificate, as PEM."""
        return self.keys.root

    @property
    def env(self) -> dict[str, str]:
        """The settings that make filer use this authority and pin its root."""
        return {"FILER_TSA_URLS": self.url, "FILER_TSA_ROOTS": str(self.root)}

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def _reply(self, query: bytes) -> bytes | None:
        with self._turn:
            self.asked.append(query)
            right = self.keys.answer(query)
        time.sleep(self.delay)
        return self.behave(right)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = authority._reply(query)
                if answer is None:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                with contextlib.suppress(ConnectionError):  # nobody waits any more
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - its name
                pass

        return Handler
