"""One page behind real TLS, reached as a proxy of the system: every host asked for is itself."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import socket
import ssl
import threading
from pathlib import Path

from tests.authority import openssl

PAGE = b"<!doctype html><html lang=en><title>A page</title><main><h1>Nothing here</h1></main>"


class SecureSite:
    """The proxy and the page, until `stop`; *folder* takes keys and a browser that trusts them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        names = "subjectAltName=DNS:www.facebook.com,DNS:*.facebook.com"
        openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem"),
            *("-out", "cert.pem", "-days", "30", "-subj", "/CN=www.facebook.com/O=filer tests"),
            *("-addext", names),
            cwd=folder,
        )
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self._folder = folder
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def browser(self, real: Path) -> Path:
        """A program that starts *real* and takes this site's key for good."""
        openssl("x509", "-in", "cert.pem", "-pubkey", "-noout", "-out", "pub.pem", cwd=self._folder)
        openssl(
            *("pkey", "-pubin", "-in", "pub.pem", "-outform", "DER", "-out", "pub.der"),
            cwd=self._folder,
        )
        key = base64.b64encode(hashlib.sha256((self._folder / "pub.der").read_bytes()).digest())
        program = self._folder / "chromium"
        option = f"--ignore-certificate-errors-spki-list={key.decode()}"
        program.write_text(f'#!/bin/sh\nexec "{real}" "{option}" "$@"\n')
        program.chmod(0o755)
        return program

    def stop(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            if not _head(connection).startswith(b"CONNECT "):
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with self._context.wrap_socket(connection, server_side=True) as secure:
                while _head(secure):
                    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(PAGE)}\r\n"
                    kind = "Content-Type: text/html\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\n\r\n"
                    secure.sendall(head.encode() + kind.encode() + PAGE)


def _head(connection: socket.socket) -> bytes:
    """A request's head; empty when the other side is gone."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(4096)
        if not piece:
            return b""
        head += piece
    return head


def trusting(site: SecureSite, browser: Path) -> dict[str, str]:
    """The settings with which filer reaches *site* under every name, with *browser*."""
    return {
        "HTTPS_PROXY": site.url,
        "HTTP_PROXY": site.url,
        "FILER_BROWSER": str(site.browser(browser)),
        "FILER_PATIENCE": "3",
        "PATH": os.environ["PATH"],
    }
