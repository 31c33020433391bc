"""A recorded form on this machine: the two pages of a recording, served like the practice site.

What is typed is thrown away; only what arrived is kept, in memory, to be counted. The pages come
from a file that a stranger may have written, so they are served with a policy that runs nothing but
our one script.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from filer import recording
from filer.practice.wire import LOOPBACK, Reply, Request, Wire


class RecordedSite:
    """Serves the recording in *folder* on a free port, or on *port*; a context manager.

    `posts` are the bodies that arrived. Raises `WrongUsage` where *folder* holds no recording.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.posts: list[bytes] = []
        self._path = recording.address_of(folder)
        self._form = recording.read(folder, recording.PAGE).encode()
        self._answer = recording.read(folder, recording.ANSWER).encode()
        self._wire = Wire(self._take, port)
        self.url = f"http://{LOOPBACK}:{self._wire.port}"

    def __enter__(self) -> Self:
        self._wire.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.stop()

    def _take(self, request: Request) -> Reply:
        policy = (("Content-Security-Policy", recording.POLICY),)
        if request.method == "POST":
            self.posts.append(request.body)
            return Reply(200, self._answer, headers=policy)
        if request.path == self._path:
            return Reply(200, self._form, headers=policy)
        return Reply(404, b"<!doctype html><title>practice</title>", headers=policy)
