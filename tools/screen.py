"""A virtual display for whoever has none, and for tests that open many windows.

Xvfb is started here rather than by `xvfb-run`, which sends a program's errors to its standard
output and hides why a display did not come up.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def virtual_display() -> Iterator[Mapping[str, str]]:
    """The environment for a program that shall open its windows where nobody sees them.

    The display ends with the block, also when this program is asked to end. A display that does
    not come up raises RuntimeError with Xvfb's own words.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="filer-screen-") as folder:
        cookie = secrets.token_hex(16)
        server_key, client_key = Path(folder, "server"), Path(folder, "client")
        allow(server_key, ":0", cookie)  # the server reads the cookie and ignores the number
        words = Path(folder, "words")
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-auth", str(server_key), "-nolisten", "tcp"]
        command += ["-screen", "0", "1600x1200x24", "-noreset"]
        with words.open("wb") as said:
            server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, pass_fds=(writing,)
            )
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                number = told.readline().strip()
            if not number:
                raise RuntimeError(f"Xvfb did not start: {words.read_text(errors='replace')}")
            allow(client_key, f":{number}", cookie)
            surroundings = {k: v for k, v in os.environ.items() if k != "WAYLAND_DISPLAY"}
            yield {**surroundings, "DISPLAY": f":{number}", "XAUTHORITY": str(client_key)}
        finally:
            server.terminate()
            server.wait()


def allow(key: Path, number: str, cookie: str) -> None:
    """Let whoever can read *key*, only this user, use the display *number*."""
    key.touch(mode=0o600)
    subprocess.run(["xauth", "-q", "-f", key, "add", number, ".", cookie], check=True)


def can_have_one() -> bool:
    """Whether this system knows virtual displays: Linux with Xvfb and xauth."""
    return shutil.which("Xvfb") is not None and shutil.which("xauth") is not None
