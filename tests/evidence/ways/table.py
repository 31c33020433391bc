"""The table of ways of being wrong, and what several of them have in common."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filer.evidence import layout
from filer.evidence.values import salted
from tests.evidence.forging import (
    FORM,
    Change,
    Desk,
    Line,
    digest,
    name_token,
    one,
    recompute_seal,
    rewrite_log,
    the,
    token_of,
)

Do = Callable[[Desk], Path]
"""Makes evidence wrong on the forger's desk, and returns the bundle that shows it."""


@dataclass(frozen=True)
class Way:
    """A way of being wrong, by *name*; *numbers* are the checks that fail, and no others do.

    *unpinned* are those that fail for who knows no root certificate of an authority.
    """

    name: str
    numbers: frozenset[int]
    unpinned: frozenset[int]
    do: Do


@dataclass(frozen=True)
class Open:
    """What nobody can notice, and *why*; *says* is how little the checks claim then."""

    name: str
    why: str
    says: dict[int, str]
    do: Do


WAYS: list[Way] = []
OPEN: list[Open] = []


def way(*numbers: int, unpinned: Sequence[int] | None = None) -> Callable[[Do], Do]:
    """Enters a function in `WAYS`, under the first line of its docstring."""

    def enter(do: Do) -> Do:
        without = numbers if unpinned is None else unpinned
        WAYS.append(Way(_name(do), frozenset(numbers), frozenset(without), do))
        return do

    return enter


def unnoticed(why: str, says: dict[int, str]) -> Callable[[Do], Do]:
    """Enters a function in `OPEN`, in the same manner."""

    def enter(do: Do) -> Do:
        OPEN.append(Open(_name(do), why, says, do))
        return do

    return enter


def _name(do: Do) -> str:
    return (do.__doc__ or "").partition("\n")[0].removesuffix(".")


# --------------------------------------------------------------------------- in common


GRANTED = b"\x30\x03\x02\x01\x00"


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the bytes of a file; fails where nothing changes."""
    raw = path.read_bytes()
    changed = change(raw)
    assert raw != changed, path
    path.write_bytes(changed)


def new_file(path: Path) -> None:
    """Add a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"as if it had always been there\n")


def link_to(place: Path, to: str | Path) -> None:
    """Have a link at *place* lead elsewhere."""
    place.symlink_to(Path(to).absolute())


def in_reverse(raw: bytes) -> bytes:
    """The lines from last to first."""
    return b"".join(reversed(raw.splitlines(keepends=True)))


def as_on_windows(raw: bytes) -> bytes:
    """The lines with the ends that Windows gives them."""
    return raw.replace(b"\n", b"\r\n")


def chained_anew(raw: bytes) -> bytes:
    """The lines of a log as they are written, each with the hash of the one before."""
    done, prev = b"", "0" * 64
    for line in raw.splitlines(keepends=True):
        start = line.index(b'"prev":"') + 8
        row = line[:start] + prev.encode() + line[start + 64 :]
        prev = hashlib.sha256(row).hexdigest()
        done += row
    return done


def seal_list(desk: Desk) -> None:
    """Seal the list of tag files as it is, by a real authority too."""
    listed = desk.filing / layout.TAGMANIFEST
    (desk.filing / layout.SEAL).write_text(f"{digest(listed)}  {listed.name}\n")
    token_of(desk.filing, "seal").write_bytes(desk.stamp(listed.read_bytes()))


def reseal_tags(desk: Desk) -> None:
    """Make the list of tag files fit, and seal it."""
    recompute_seal(desk.filing)
    seal_list(desk)


def other_list(desk: Desk, change: Callable[[bytes], bytes]) -> Path:
    """Change the list of the payload, and seal it all anew."""
    edit(desk.filing / layout.MANIFEST, change)
    reseal_tags(desk)
    return desk.filing


def other_outer(desk: Desk, change: Callable[[bytes], bytes]) -> Path:
    """Change the outer seal."""
    edit(token_of(desk.filing, "seal"), change)
    return desk.filing


def other_token(desk: Desk, raw: bytes) -> Path:
    """Have *raw* as the last timestamp, and make all fit."""

    def change(lines: list[Line]) -> None:
        with contextlib.suppress(ValueError):
            name_token(the(lines, "timestamped", moment="after-send")["data"], raw)

    token_of(desk.filing, "after-send").write_bytes(raw)
    return retold(desk, change)


def own_certificates(desk: Desk, bundle: Path, *, inner: bool = False) -> None:
    """Put the forger's own certificates beside the timestamps of *bundle*, and seal it anew."""
    own = (desk.good.forgers.folder / "tsa.pem").read_bytes()
    chain = one(bundle, "timestamps/*.chain.pem")
    chain.write_bytes(chain.read_bytes() + own)
    if not inner:
        one(bundle, "tagm*.chain.pem").write_bytes(own)
        desk.reseal(bundle, desk.good.forgers)


def retold(desk: Desk, change: Change) -> Path:
    """Change the log of the filing, make all fit, and have it sealed anew by a real authority."""
    rewrite_log(desk.filing, change)
    desk.reseal(desk.filing)
    return desk.filing


def line_added(desk: Desk, event: str, **data: object) -> Path:
    """Put a line before the last one of the log, where no timestamp of it stands any more."""

    def change(lines: list[Line]) -> None:
        lines.insert(-1, {**lines[-2], "event": event, "data": data})

    return retold(desk, change)


def told_otherwise(desk: Desk, change: Change) -> Path:
    """Change the log of the filing for which no authority was asked, and make all fit."""
    rewrite_log(desk.unstamped, change)
    return desk.unstamped


def edit_info(bundle: Path, label: str, row: str) -> None:
    """Have *row* in bag-info.txt for the one that begins with *label*."""
    info = bundle / "bag-info.txt"
    rows = info.read_text().splitlines(keepends=True)
    info.write_text("".join(row if each.startswith(label) else each for each in rows))


def form_of(bundle: Path) -> Path:
    """What the form held when it was reviewed."""
    return one(bundle, f"data/form/*-{layout.slug(FORM)}.json")


def name_file(lines: list[Line], bundle: Path, file: Path) -> None:
    """Have the log name *file* with the hash and the size that it has now."""
    name = file.relative_to(bundle / "data").as_posix()
    for line in lines:
        for ref in [*line["data"].get("files", []), line["data"].get("file")]:
            if ref and ref["path"] == name:
                ref.update(sha256=digest(file), size=file.stat().st_size)


def forge_value(bundle: Path) -> None:
    """Change a value, and every hash of it in the log, with all lists."""
    form = form_of(bundle)
    edit(form, lambda raw: raw.replace(b"@example", b"@elsewhere"))
    read = json.loads(form.read_text())
    rows = [[row["name"], row["label"], row["value"]] for row in read["fields"]]
    left = [row["value"] for row in read["fields"]]

    def change(lines: list[Line]) -> None:
        name_file(lines, bundle, form)
        for event in ("reviewed", "confirmed"):
            the(lines, event)["data"]["hash"] = salted(read["salt"], rows)
        the(lines, "send.left")["data"]["hash"] = salted(read["salt"], left)

    rewrite_log(bundle, change)


def strip_timestamps(bundle: Path, instead: Sequence[tuple[str, dict[str, object]]]) -> None:
    """Delete every timestamp; what the log says of them is *instead*, if anything is said."""

    def change(lines: list[Line]) -> None:
        lines[:] = [line for line in lines if line["event"] != "timestamped"]
        wanted = lines.index(the(lines, "timestamps.wanted"))
        if instead:
            said = [{**lines[wanted], "event": event, "data": data} for event, data in instead]
            lines[wanted : wanted + 1] = said

    shutil.rmtree(bundle / "timestamps")
    for file in bundle.glob("tagmanifest-sha256.txt.*"):
        file.unlink()
    rewrite_log(bundle, change)


def yesterday(lines: list[Line]) -> None:
    """Make every line a day older."""
    for line in lines:
        line["t"] = _day_before(line["t"])


def _day_before(t: str) -> str:
    day = dt.date.fromisoformat(t[:10]) - dt.timedelta(days=1)
    return f"{day.isoformat()}{t[10:]}"
