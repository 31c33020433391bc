"""Reading bundles: the log line by line, a bundle at a glance, the cases of a folder.

Reading shows what is written there; whether it can be trusted is for `filer.evidence.verify`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filer.errors import EvidenceBroken, WrongUsage
from filer.evidence import layout
from filer.evidence.layout import FileRef
from filer.words import _, command

LONGEST_LINE = 1 << 20
"""No line of a log is longer, so that reading one never fills the memory."""

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
_KEYS = ["seq", "t", "mono_ns", "prev", "event", "who", "data"]


@dataclass(frozen=True)
class LogLine:
    """One line of a log. *sha256* is the line's own hash, which the next line holds as *prev*."""

    seq: int
    t: str
    mono_ns: int
    prev: str
    event: str
    who: str
    data: Mapping[str, Any]
    sha256: str


@dataclass(frozen=True)
class BundleReading:
    """A bundle at a glance.

    *outcome* is "" while none was logged, *sent* None when it is not known; *broken* says why
    the log could not be read to its end.
    """

    path: Path
    number: int
    kind: str
    flow: str
    practice: bool
    started: str
    ended: str
    outcome: str
    reason: str | None
    sent: bool | None
    sealed: bool
    files: tuple[FileRef, ...]
    broken: str | None = None


@dataclass(frozen=True)
class CaseReading:
    """A case: a folder of bundles about one objection, in their order.

    *closed* says why its folder cannot be looked into: somebody else's, say.
    """

    path: Path
    flow: str
    practice: bool
    date: str
    bundles: tuple[BundleReading, ...]
    closed: str | None = None


def read_log(path: Path, until: int | None = None) -> Iterator[LogLine]:
    """The lines of the log at *path*, one after the other, chain checked on the way.

    What stands from the byte *until* on is not looked at.
    Raises `EvidenceBroken` at the first line that is not as it must be.
    """
    seq, prev = 0, layout.FIRST_PREV
    try:
        with layout.opened(path) as file:
            while (until is None or file.tell() < until) and (
                raw := file.readline(LONGEST_LINE + 1)
            ):
                line = _line(raw, seq)
                if line.seq != seq:
                    raise _broken(seq, _("its number is {got}").format(got=line.seq))
                if line.prev != prev:
                    raise _broken(seq, _("it does not hold the hash of the line before"))
                yield line
                seq, prev = seq + 1, line.sha256
    except OSError as trouble:
        raise EvidenceBroken(
            _("{name} cannot be read: {why}.").format(
                name=path.name, why=trouble.strerror or trouble
            )
        ) from trouble


def _broken(seq: int, what: str) -> EvidenceBroken:
    return EvidenceBroken(_("Line {number} of the log: {what}.").format(number=seq + 1, what=what))


def _line(raw: bytes, seq: int) -> LogLine:
    if len(raw) > LONGEST_LINE:
        raise _broken(seq, _("it is longer than any line filer writes"))
    if not raw.endswith(b"\n"):
        raise _broken(seq, _("it is not complete"))
    try:
        parsed = json.loads(raw.decode("utf-8"), object_pairs_hook=layout.without_twins)
    except (ValueError, RecursionError) as trouble:
        raise _broken(seq, _("it is not JSON")) from trouble
    if not isinstance(parsed, dict) or list(parsed) != _KEYS or not _well_typed(parsed):
        raise _broken(seq, _("it does not have the shape of a log line"))
    if parsed["event"] in _TYPED and not _says_what_it_should(parsed["data"]):
        raise _broken(seq, _("it does not have the shape of a log line"))
    return LogLine(**parsed, sha256=layout.sha256(raw))


def _well_typed(line: dict[str, Any]) -> bool:
    return (
        type(line["seq"]) is int
        and type(line["mono_ns"]) is int
        and all(isinstance(line[key], str) for key in ("t", "prev", "event", "who"))
        and _is_a_moment(line["t"])
        and line["who"] in {"tool", "person"}
        and isinstance(line["data"], dict)
    )


_TYPED = frozenset({"begun", "recovered", "closed"})
_AS_TEXT = ("kind", "flow", "case", "bundle", "agent", "previous_seal", "outcome", "reason")
_AS_FLAG = ("practice", "sent")


def _says_what_it_should(data: dict[str, Any]) -> bool:
    """Whether what everybody asks of the first and the last line is text, or yes or no."""
    return all(isinstance(data.get(key), str | None) for key in _AS_TEXT) and all(
        isinstance(data.get(key), bool | None) for key in _AS_FLAG
    )


def _is_a_moment(text: str) -> bool:
    """Whether *text* is a moment as filer writes it, and one that there is: no 31 February."""
    if _TIME.fullmatch(text) is None:
        return False
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def files_named(data: object) -> Iterator[FileRef]:
    """Every file that the *data* of a log line names, however deep."""
    left = [data]
    while left:
        match left.pop():
            case {"path": str(path), "sha256": str(sha256), "size": int(size)}:
                yield FileRef(path, sha256, size)
            case dict() as inner:
                left.extend(inner.values())
            case list() as inner:
                left.extend(inner)


def read_bundle(path: Path) -> BundleReading:
    """The bundle at *path* at a glance; reads what can be read and says where it stopped."""
    name = layout.bundle_name(path.name)
    first: LogLine | None = None
    last: LogLine | None = None
    files: list[FileRef] = []
    left = answered = False
    broken = None
    try:
        for line in read_log(path / layout.DATA / layout.LOG):
            first, last = first or line, line
            files.extend(files_named(line.data))
            left = left or line.event == "send.left"
            answered = answered or line.event == "send.answered"
    except EvidenceBroken as trouble:
        broken = trouble.message
    begun = first.data if first else {}
    closed = last.data if last and last.event == "closed" else {}
    logged = closed.get("sent", True if answered else None if left else False)
    return BundleReading(
        path=path,
        number=name.number if name else 0,
        kind=str(begun.get("kind", name.kind if name else "")),
        flow=str(begun.get("flow", "")),
        practice=begun.get("practice", name.practice if name else False) is True,
        started=first.t if first else "",
        ended=last.t if last else "",
        outcome=str(closed.get("outcome", "")),
        reason=closed["reason"] if isinstance(closed.get("reason"), str) else None,
        sent=logged if isinstance(logged, bool) else None,
        sealed=_is_file(path / layout.SEAL),
        files=tuple(files),
        broken=broken,
    )


def bundles_in(path: Path) -> list[Path]:
    """The bundles that *path* means: itself, a case's in their order, or an evidence folder's.

    A path that is none of these stands for itself, so that verifying it says what it is not.
    """
    if _is_bundle(path):
        return [path]
    of_cases = [bundle for case in case_folders(path) for bundle in _bundles(case)]
    return _bundles(path) or of_cases or [path]


def bundles_below(path: Path) -> list[Path]:
    """Every bundle in *path*, however deep: of a case, an evidence folder, or a folder of many.

    In the order of the folders' names, a case's bundles in theirs. Links and hidden folders are
    not followed. A folder that cannot be read stands for itself, as does a path with no bundle in
    it, so that verifying it says so.
    """
    return [path] if _is_bundle(path) else list(_below(path)) or [path]


def _below(path: Path) -> Iterator[Path]:
    try:
        inside = _folders(path)
    except OSError:
        yield path
        return
    bundles = _bundles_of(inside)
    yield from bundles
    known = set(bundles)
    others = [e for e in inside if e not in known and not e.name.startswith(".")]
    for folder in sorted(others, key=_age):
        yield from _below(folder)


def _is_bundle(path: Path) -> bool:
    named = layout.bundle_name(path.resolve().name) is not None
    return named or _holds_bag(path)


def _holds_bag(folder: Path) -> bool:
    return os.path.lexists(folder / layout.BAGIT)  # no, where it may not be looked into


def is_none(path: Path) -> bool:
    """Whether *path* holds nothing that a bundle does; no where it may not be looked into."""
    try:
        return {layout.BAGIT, layout.DATA}.isdisjoint(entry.name for entry in path.iterdir())
    except NotADirectoryError:
        return True
    except OSError:
        return False


def is_unsealed(bundle: Path) -> bool:
    """Whether *bundle* has no seal: its session runs, or broke off, or the seal was taken away."""
    try:
        return layout.SEAL not in {entry.name for entry in bundle.iterdir()}
    except OSError:
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _folders(path: Path) -> list[Path]:
    """The folders in *path*, links aside. Raises `OSError`."""
    with os.scandir(path) as entries:
        return [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]


def _bundles(case: Path) -> list[Path]:
    try:
        return _bundles_of(_folders(case))
    except OSError:
        return []


def _bundles_of(folders: Sequence[Path]) -> list[Path]:
    """Which of the *folders* are bundles: those named as such by number, then the others."""
    named: list[tuple[int, Path]] = []
    other = []
    for folder in folders:
        if name := layout.bundle_name(folder.name):
            named.append((name.number, folder))
        elif _holds_bag(folder):
            other.append(folder)
    return [folder for _number, folder in sorted(named)] + sorted(other)


def case_folders(root: Path) -> list[Path]:
    """The cases in the evidence folder *root*, oldest name first; none when there is no folder."""
    try:
        inside = _folders(root)
    except OSError:
        return []
    return sorted((entry for entry in inside if layout.case_name(entry.name)), key=_age)


def stores(root: Path) -> list[Path]:
    """The evidence folders that *root* means: itself, or where it has no cases, those in it."""
    if case_folders(root):
        return [root]
    with contextlib.suppress(OSError):
        return [inside for inside in sorted(_folders(root)) if case_folders(inside)]
    return []


def _age(folder: Path) -> tuple[str, str]:
    """What sorts folders by the date in their name, practice among the others."""
    return folder.name.removeprefix("practice-"), folder.name


def case_named(name: str, root: Path) -> Path:
    """The case that *name* means: its folder, any bundle in it, or its name in the folder *root*.

    Raises `WrongUsage` when it is none.
    """
    path = Path(name) if os.path.lexists(name) else root / name
    if not path.is_dir():
        raise WrongUsage(
            _("There is no case {name}.").format(name=name),
            _("Name a case by its folder, or by a bundle in it; {command} lists them.").format(
                command=command()
            ),
        )
    within = path.resolve()
    if layout.bundle_name(within.name) or (within / layout.BAGIT).exists():
        within = within.parent
    if not _bundles(within):
        several = bool(case_folders(within))
        said = _("{path} holds several cases.") if several else _("{path} is no case.")
        raise WrongUsage(
            said.format(path=within), _("A case is a folder with bundles, such as 01-filing.")
        )
    return within


def cases(root: Path) -> list[CaseReading]:
    """Every case in the evidence folder *root*, oldest first."""
    return list(filter(None, map(read_case, case_folders(root))))


def read_case(folder: Path) -> CaseReading | None:
    """The case in *folder*, None when that is not a case's name."""
    name = layout.case_name(folder.name)
    if name is None:
        return None
    closed = None
    try:
        _folders(folder)
    except OSError as trouble:
        closed = trouble.strerror or str(trouble)
    read = tuple(read_bundle(bundle) for bundle in _bundles(folder))
    return CaseReading(folder, name.flow, name.practice, name.date, read, closed)


def case_to_continue(root: Path, flow: str, practice: bool, email: str) -> Path | None:  # noqa: FBT001 - the mode of the case, named by every caller
    """The newest case in which *email* was refused with *flow*, or None.

    A refused filing is corrected in the same case: its newest filing ended `refused`, and one of
    its form readings holds that e-mail address.
    """
    fitting = [case for case in cases(root) if (case.flow, case.practice) == (flow, practice)]
    for case in sorted(fitting, key=_newest, reverse=True):
        filings = [bundle for bundle in case.bundles if bundle.kind == "filing"]
        if filings and filings[-1].outcome == "refused" and _holds(filings[-1], email):
            return case.path
    return None


def _newest(case: CaseReading) -> str:
    return max((bundle.started for bundle in case.bundles), default="")


def _holds(bundle: BundleReading, value: str) -> bool:
    wanted = value.strip().casefold()
    forms = [ref.path for ref in bundle.files if ref.path.startswith("form/")]
    return any(
        wanted == held.strip().casefold()
        for form in forms
        if layout.is_safe(form)
        for held in _values(bundle.path / layout.DATA / form)
    )


def _values(form: Path) -> Iterator[str]:
    try:
        with layout.opened(form) as file:
            read = json.loads(file.read(LONGEST_LINE * 8))
    except (OSError, ValueError, RecursionError):
        return
    match read:
        case {"fields": list() as fields}:
            for entry in fields:
                if isinstance(entry, dict) and isinstance(entry.get("value"), str):
                    yield entry["value"]
