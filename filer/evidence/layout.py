"""The shape of a bundle: its file names, what a safe name is, and how bytes become a hash.

A bundle is a BagIt 1.0 directory (RFC 8493): payload in `data/`, everything else is a tag file.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

BAGIT = "bagit.txt"
BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAGMANIFEST = "tagmanifest-sha256.txt"
SEAL = "seal.sha256"
VERIFY_TEXT = "VERIFY.txt"
START_PAGE = "README.html"
TIMESTAMPS = "timestamps"
DATA = "data"
LOG = "session.jsonl"

FIRST_PREV = "0" * 64
"""What the first line of a log holds as the hash of the line before it."""

STREWN = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files an operating system leaves in folders people look at."""

SENT_SURELY = frozenset({"confirmed", "sent", "refused", "unknown"})
"""Outcomes that exist only after a send has left."""

FOLLOW_UPS = frozenset({"mail", "paper", "note", "letter", "complaint"})
"""Kinds of bundles that hold what came after a session; they end as `ADDED`."""

ADDED = "added"
"""The outcome of a follow-up bundle: something was added to the case, and nothing sent."""

NOT_SENT = frozenset({"stopped", "drifted", "unavailable"})
"""Outcomes that exist only when no send has left."""

_SLUG = r"[a-z0-9][a-z0-9-]{0,39}"
_OUTER = re.compile(rf"tagmanifest-sha256\.txt\.({_SLUG})\.(tsr|chain\.pem)")
_TOKEN = re.compile(rf"timestamps/line-(\d{{4,8}})\.([a-z]+(?:-[a-z]+)*)\.({_SLUG})\.tsr")
_BUNDLE = re.compile(r"(practice-)?(\d{2,4})-([a-z]+(?:-[a-z]+)*)")
_CASE = re.compile(r"(practice-)?(\d{4}-\d{2}-\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)-([0-9a-f]{6})")
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,119}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_CHUNK = 1 << 18


@dataclass(frozen=True)
class FileRef:
    """A payload file as the log names it: path below `data/`, SHA-256, size in bytes."""

    path: str
    sha256: str
    size: int

    def facts(self) -> dict[str, str | int]:
        """The same as a JSON object."""
        return {"path": self.path, "sha256": self.sha256, "size": self.size}


@dataclass(frozen=True)
class BundleName:
    """A bundle folder's name taken apart: `01-filing`, `practice-02-filing`."""

    number: int
    kind: str
    practice: bool

    def __str__(self) -> str:
        return f"{'practice-' if self.practice else ''}{self.number:02d}-{self.kind}"


@dataclass(frozen=True)
class CaseName:
    """A case folder's name taken apart: `2026-11-23-facebook-3f9c1a`."""

    date: str
    flow: str
    mark: str
    practice: bool

    def __str__(self) -> str:
        return f"{'practice-' if self.practice else ''}{self.date}-{self.flow}-{self.mark}"


def bundle_name(name: str) -> BundleName | None:
    """*name* taken apart, or None when it is not a bundle's name."""
    if not (found := _BUNDLE.fullmatch(name)):
        return None
    return BundleName(int(found[2]), found[3], practice=bool(found[1]))


def case_name(name: str) -> CaseName | None:
    """*name* taken apart, or None when it is not a case's name."""
    if not (found := _CASE.fullmatch(name)):
        return None
    return CaseName(found[2], found[3], found[4], practice=bool(found[1]))


def is_safe(relative: str) -> bool:
    """Whether *relative* is a name that means the same file on every system.

    Plain ASCII parts between slashes: no `..`, no hidden file, nothing Windows reserves.
    """
    return len(relative) <= 200 and all(
        _PART.fullmatch(part) and not part.endswith(".") and not _RESERVED.fullmatch(part)
        for part in relative.split("/")
    )


def is_seal(relative: str) -> bool:
    """Whether *relative* is a seal over the tagmanifest, which the tagmanifest cannot list."""
    return relative == SEAL or _OUTER.fullmatch(relative) is not None


def token_name(lines: int, moment: str, authority: str) -> str:
    """The file of a timestamp over the first *lines* lines of the log."""
    return f"{TIMESTAMPS}/line-{lines:04d}.{moment}.{authority}.tsr"


def token_parts(name: str) -> tuple[int, str, str] | None:
    """Lines, moment and authority out of the file name of a timestamp; None for another name."""
    found = _TOKEN.fullmatch(name)
    if not found or token_name(int(found[1]), found[2], found[3]) != name:
        return None
    return int(found[1]), found[2], found[3]


def chain_name(authority: str) -> str:
    """The file of the certificates that the timestamps of *authority* are checked with."""
    return f"{TIMESTAMPS}/{authority}.chain.pem"


def outer_name(authority: str) -> str:
    """The file of the timestamp over the list of tag files, which lies outside all lists."""
    return f"{TAGMANIFEST}.{authority}.tsr"


def outer_chain_name(authority: str) -> str:
    """The file of that timestamp's certificates, outside all lists as well."""
    return f"{TAGMANIFEST}.{authority}.chain.pem"


def outer_parts(name: str) -> tuple[str, str] | None:
    """Authority and ending ("tsr", "chain.pem") out of such a file's name; None for another."""
    found = _OUTER.fullmatch(name)
    return (found[1], found[2]) if found else None


def slug(text: str) -> str:
    """*text* as part of a file name: lower case, ASCII, at most 60 characters."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain[:60].rstrip("-") or "unnamed"


def sha256(content: bytes) -> str:
    """The SHA-256 of *content* in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def open_plain(path: Path) -> int:
    """A descriptor for reading a plain file.

    Raises `OSError` also for a symbolic link or anything that is not a plain file, and does not
    hang on a pipe.
    """
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)  # which of them exist depends on the system
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path.name} is not a plain file")
    return descriptor


def without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of *pairs*, for `json.loads`. Raises `ValueError` where a key occurs twice.

    Readers would differ on which one counts.
    """
    if len(pairs) != len(dict(pairs)):
        raise ValueError("a key occurs twice")
    return dict(pairs)


def opened(path: Path, buffering: int = -1) -> IO[bytes]:
    """The plain file at *path*, open for reading. Raises what `open_plain` does."""
    return os.fdopen(open_plain(path), "rb", buffering)


def hash_file(path: Path, is_over: Callable[[], bool] = lambda: False) -> tuple[str, int]:
    """SHA-256 and size of a plain file, read in pieces. Raises `OSError`.

    Where *is_over* says so before its end, nobody wants the result any more, and it is wrong.
    """
    digest, size = hashlib.sha256(), 0
    with opened(path, buffering=0) as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
            size += len(piece)
            if is_over():
                break
    return digest.hexdigest(), size
