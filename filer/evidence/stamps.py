"""Asking for timestamps while the session goes on: in turn, in the background, never in the way.

One thread asks, one question after the other; what came of each waits here until the bundle takes
it. Authorities take turns, because some ask for a pause between two questions; one that fails is
followed by the next.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from filer.evidence import authorities, layout
from filer.evidence.authorities import AnswerWrong, Authority, NoAnswer
from filer.evidence.tokens import (
    PINNED,
    Token,
    TokenWrong,
    chain_of,
    read_certificates,
    read_roots,
    root_of,
)
from filer.ports import Clock

_LONGEST_ANSWER = 8.0
"""How long one question may take in all, in seconds."""

SEAL = "seal"
"""The moment of the outer seal; its timestamp lies beside the list of tag files."""


@dataclass(frozen=True)
class Stamped:
    """A timestamp that came: for which *moment*, over the first *lines* lines of the log.

    *chain* are its certificates as PEM, *root* is `tokens.PINNED` or `tokens.UNCHECKED`, and
    *received* is when it came by this machine's clock.
    """

    moment: str
    lines: int
    authority: str
    token: Token
    chain: bytes
    root: str
    received: dt.datetime

    @property
    def name(self) -> str:
        """Its file in the bundle."""
        return layout.token_name(self.lines, self.moment, self.authority)

    def facts(self) -> dict[str, object]:
        """What the log says of it."""
        offset = self.received - self.token.gen_time
        return {
            "moment": self.moment,
            "authority": self.authority,
            "lines": self.lines,
            "token": self.name,
            "token_sha256": layout.sha256(self.token.raw),
            "gen_time": self.token.time,
            "serial": str(self.token.serial),
            "policy": self.token.policy,
            "accuracy_ms": self.token.accuracy_ms,
            "root": self.root,
            "offset_ms": round(offset.total_seconds() * 1000),
        }


@dataclass(frozen=True)
class Failed:
    """A timestamp that did not come, and *why*; *raw* is an answer that was not one."""

    moment: str
    lines: int
    authority: str
    why: str
    raw: bytes | None = None

    @property
    def name(self) -> str:
        """The file for an answer that is no timestamp."""
        return layout.token_name(self.lines, self.moment, self.authority) + ".bad"


def chosen(
    urls: Sequence[str] | None,
    roots: Path | None,
    upstream: Mapping[str, str],
    clock: Clock,
    *,
    agreed: bool | None,
    practice: bool,
) -> Stamps | str:
    """Who is asked for timestamps, or in a few words why nobody is.

    *urls* and *roots* are `FILER_TSA_URLS` and `FILER_TSA_ROOTS`: authorities that are named are
    asked in practice too. Where none are, *agreed*, what the person said, decides; None is no.
    Raises `BadValue` for an address or a file of certificates that cannot be one.
    """
    if urls is None:
        if practice or not agreed:
            return "practice" if practice else "not asked" if agreed is None else "declined"
        wanted: tuple[Authority, ...] = authorities.DEFAULTS
    elif not urls:
        return "set to none"
    else:
        wanted = authorities.named(urls)
    return Stamps(wanted, read_roots(roots) if roots else (), upstream, clock)


class Stamps:
    """The timestamps of one session: asked for with `ask`, taken with `take`.

    *pinned* are the root certificates that tokens must lead to; without any, none is known.
    *upstream* is this system's own proxy. The thread ends with the process, also while it waits.
    """

    def __init__(
        self,
        asked: Sequence[Authority],
        pinned: Sequence[x509.Certificate],
        upstream: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self.authorities = tuple(asked)
        self.pinned = tuple(pinned)
        self._upstream = upstream
        self._clock = clock
        self._turn = threading.Condition()
        self._asked: list[tuple[str, int, bytes]] = []
        self._open: set[tuple[str, int]] = set()
        self._came: list[Stamped | Failed] = []
        self._next = 0
        self._last: dict[str, float] = {}
        self._thread: threading.Thread | None = None

    def only(self, authority: Authority) -> Stamps:
        """The same for *authority* alone."""
        return Stamps((authority,), self.pinned, self._upstream, self._clock)

    def ask(self, moment: str, lines: int, data: bytes) -> None:
        """Ask for a timestamp of *data*, the first *lines* lines of the log; returns at once."""
        with self._turn:
            self._open.add((moment, lines))
            self._asked.append((moment, lines, data))
            self._turn.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="timestamps", daemon=True)
                self._thread.start()

    def take(self) -> list[Stamped | Failed]:
        """What came since this was last called, in order."""
        with self._turn:
            came, self._came = self._came, []
            return came

    def awaited(self) -> bool:
        """Whether something that was asked for has neither come nor failed yet."""
        with self._turn:
            return bool(self._open)

    def finish(self) -> list[Stamped | Failed]:
        """What came since `take`, and what is still awaited: that counts as failed from now on."""
        with self._turn:
            came, self._came = self._came, []
            lost = [Failed(m, n, "", "no answer in time") for m, n in sorted(self._open)]
            self._open.clear()
            self._asked.clear()
            return [*came, *lost]

    def wait(self, seconds: float, meanwhile: Callable[[], object] | None = None) -> None:
        """Wait until nothing is awaited, at most *seconds*; *meanwhile* lets a page live."""
        until = time.monotonic() + seconds
        while self.awaited() and time.monotonic() < until:
            if meanwhile is not None:
                meanwhile()
            else:
                time.sleep(0.02)

    def _work(self) -> None:
        while True:
            with self._turn:
                while not self._asked:
                    self._turn.wait()
                moment, lines, data = self._asked.pop(0)
            for authority in self._in_turn():
                came = self._one(authority, moment, lines, data)
                with self._turn:
                    if (moment, lines) not in self._open:  # given up meanwhile
                        break
                    self._came.append(came)
                    if isinstance(came, Stamped):
                        break
            with self._turn:
                self._open.discard((moment, lines))

    def _in_turn(self) -> tuple[Authority, ...]:
        """All authorities once, beginning with the next; those that need no pause come first."""
        now = time.monotonic()
        order = self.authorities[self._next :] + self.authorities[: self._next]
        self._next = (self._next + 1) % len(self.authorities)
        return tuple(sorted(order, key=lambda each: self._pause(each, now)))

    def _pause(self, authority: Authority, now: float) -> float:
        """How many seconds *authority* should not be asked yet."""
        last = self._last.get(authority.slug)
        return 0.0 if last is None else max(0.0, last + authority.pause - now)

    def _one(self, authority: Authority, moment: str, lines: int, data: bytes) -> Stamped | Failed:
        time.sleep(self._pause(authority, time.monotonic()))
        self._last[authority.slug] = time.monotonic()
        came: list[Stamped | Failed] = []
        question = threading.Thread(
            target=lambda: came.append(self._answer(authority, moment, lines, data)), daemon=True
        )
        question.start()
        question.join(_LONGEST_ANSWER)  # an answer can drip for ever, a byte at a time
        return came[0] if came else Failed(moment, lines, authority.slug, "no answer in time")

    def _answer(
        self, authority: Authority, moment: str, lines: int, data: bytes
    ) -> Stamped | Failed:
        try:
            token = authorities.ask(authority, data, self._upstream)
        except NoAnswer as trouble:
            return Failed(moment, lines, authority.slug, str(trouble))
        except AnswerWrong as wrong:
            return Failed(moment, lines, authority.slug, str(wrong), wrong.raw)
        received = self._clock.now()
        try:
            root = root_of(token, hashlib.sha256(data).digest(), self.pinned)
            chain = chain_of(token, self.pinned if root == PINNED else ())
        except TokenWrong as wrong:
            return Failed(moment, lines, authority.slug, str(wrong), token.raw)
        if not read_certificates(chain):  # what nobody could check later is no timestamp
            return Failed(moment, lines, authority.slug, "its certificates cannot be kept")
        return Stamped(moment, lines, authority.slug, token, chain, root, received)
